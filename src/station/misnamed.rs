//! Names that were probably meant for a playlist or for `station.toml`.
use std::fs;
use std::path::Path;

/// Suffixes of files that keep an old state of another.
const BACKUP_SUFFIXES: [&str; 8] = ["~", ".bak", ".old", ".orig", ".save", ".swp", ".tmp", ".part"];

/// Returns whether a name may have been meant for a playlist.
pub fn looks_like_playlist(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.contains(".toml") && !BACKUP_SUFFIXES.iter().any(|ending| lower.ends_with(ending))
}

/// Returns the name that was probably meant.
pub fn corrected_name(name: &str) -> String {
    let at = name.to_lowercase().rfind(".toml").unwrap_or(name.len());
    format!("{}.toml", name.get(..at).unwrap_or(name).trim())
}

/// Returns names in the station's folder that are almost `station.toml`.
#[must_use]
pub fn misnamed_settings(station: &Path) -> Vec<String> {
    let entries = fs::read_dir(station).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let almost = |name: &String| {
        let plain = name.trim().to_lowercase();
        name != "station.toml" && matches!(plain.as_str(), "station.toml" | "station.toml.txt")
    };
    let mut found: Vec<String> = names.filter(almost).collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests;
