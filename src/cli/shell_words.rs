//! Paths in the commands that sentences propose.
use std::path::Path;

use super::table::strip_unprintable;

/// Returns a path as a shell reads it.
pub fn quoted(path: &Path) -> String {
    let text = strip_unprintable(&path.display().to_string());
    let is_plain = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c));
    if is_plain { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// Returns what follows a command for this station: a space and the folder, or nothing in the station's own folder.
pub fn folder_argument(station: &Path) -> String {
    if station == Path::new(".") { String::new() } else { format!(" {}", quoted(station)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposed_command_names_the_folder_that_was_given() {
        for (folder, argument) in [
            (".", ""),
            ("dai", " dai"),
            ("/var/lib/loa/đài", " /var/lib/loa/đài"),
            ("dai cua toi", " 'dai cua toi'"),
            ("a'b", " 'a'\\''b'"),
        ] {
            assert_eq!(folder_argument(Path::new(folder)), argument);
        }
    }
}
