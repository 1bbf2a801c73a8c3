//! Command lines that an answer tells a person to type.
use std::path::Path;

use crate::cli::table::strip_unprintable;

/// Returns `loa COMMAND STATION`, for a command that takes the folder by itself. The folder is left out if it is the
/// current one.
pub(super) fn with_folder(command: &str, station: &Path) -> String {
    match folder_word(station) {
        Some(folder) => format!("loa {command} {folder}"),
        None => format!("loa {command}"),
    }
}

/// Returns `loa COMMAND --station STATION`, for a command that takes something else first.
pub(super) fn with_station(command: &str, station: &Path) -> String {
    match folder_word(station) {
        Some(folder) => format!("loa {command} --station {folder}"),
        None => format!("loa {command}"),
    }
}

fn folder_word(station: &Path) -> Option<String> {
    let folder = station.display().to_string();
    (folder != ".").then(|| shell_word(&strip_unprintable(&folder)))
}

/// Returns a word as people type it in a shell: in quotes where it needs them.
pub(super) fn shell_word(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+~".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_can_be_typed_as_they_stand() {
        assert_eq!(with_folder("undo", Path::new(".")), "loa undo");
        assert_eq!(with_folder("undo", Path::new("dai cua toi")), "loa undo 'dai cua toi'");
        assert_eq!(with_station("remove tin", Path::new("/dai/a")), "loa remove tin --station /dai/a");
        assert_eq!(shell_word("Đắk N'Drung"), "'Đắk N'\\''Drung'");
        assert_eq!(shell_word(""), "''");
    }
}
