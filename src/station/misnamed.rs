//! Names that are almost the name of a playlist or `station.toml`.
use std::fs;
use std::path::Path;

/// The suffixes of backup and temporary files.
const BACKUP_SUFFIXES: [&str; 8] = ["~", ".bak", ".old", ".orig", ".save", ".swp", ".tmp", ".part"];

/// Returns true when a name was probably intended as the name of a playlist.
pub fn looks_like_playlist(name: &str) -> bool {
    let lowercase_name = name.to_lowercase();
    lowercase_name.contains(".toml") && !BACKUP_SUFFIXES.iter().any(|suffix| lowercase_name.ends_with(suffix))
}

/// Returns the name of the playlist that was probably intended.
pub fn corrected_name(name: &str) -> String {
    let stem_length = name.to_lowercase().rfind(".toml").unwrap_or(name.len());
    format!("{}.toml", name.get(..stem_length).unwrap_or(name).trim())
}

/// Returns the names in the station's folder that are almost `station.toml`, sorted.
#[must_use]
pub fn misnamed_settings(station: &Path) -> Vec<String> {
    let entries = fs::read_dir(station).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let is_misnamed = |name: &String| {
        let lowercase_name = name.trim().to_lowercase();
        name != "station.toml" && matches!(lowercase_name.as_str(), "station.toml" | "station.toml.txt")
    };
    let mut misnamed: Vec<String> = names.filter(is_misnamed).collect();
    misnamed.sort();
    misnamed
}

#[cfg(test)]
mod tests;
