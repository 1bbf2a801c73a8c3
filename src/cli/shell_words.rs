//! Quotes the commands that messages propose, so that they can be pasted into a shell.
use std::path::Path;

use super::table::strip_unprintable;

/// Returns `loa COMMAND STATION`, for a command whose first argument is the folder. The current folder is omitted.
#[cfg(feature = "playout")]
pub fn with_folder(command: &str, station: &Path) -> String {
    format!("loa {command}{}", folder_argument(station))
}

/// Returns `loa COMMAND --station STATION`, for a command whose first argument is not the folder. The current folder is
/// omitted.
#[cfg(feature = "playout")]
pub fn with_station(command: &str, station: &Path) -> String {
    match is_current_folder(station) {
        true => format!("loa {command}"),
        false => format!("loa {command} --station {}", quoted_path(station)),
    }
}

/// Returns the folder as an argument, after a space; empty for the current folder.
pub fn folder_argument(station: &Path) -> String {
    if is_current_folder(station) { String::new() } else { format!(" {}", quoted_path(station)) }
}

/// Returns a path quoted for a shell, without unprintable characters.
pub fn quoted_path(path: &Path) -> String {
    shell_word(&strip_unprintable(&path.display().to_string()))
}

/// Returns a word for a shell, in quotes if it needs them.
pub fn shell_word(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// Returns true if the path is `.`, the default of the commands.
pub fn is_current_folder(station: &Path) -> bool {
    station == Path::new(".")
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
            ("~dai", " '~dai'"),
            ("a'b", " 'a'\\''b'"),
        ] {
            assert_eq!(folder_argument(Path::new(folder)), argument);
        }
    }

    #[cfg(feature = "playout")]
    #[test]
    fn a_proposed_command_omits_the_current_folder() {
        assert_eq!(with_folder("undo", Path::new(".")), "loa undo");
        assert_eq!(with_folder("undo", Path::new("dai cua toi")), "loa undo 'dai cua toi'");
        assert_eq!(with_station("remove tin", Path::new("/dai/a")), "loa remove tin --station /dai/a");
        assert_eq!(with_station("remove tin", Path::new(".")), "loa remove tin");
    }

    #[test]
    fn a_word_is_quoted_only_if_a_shell_would_split_or_change_it() {
        assert_eq!(shell_word("Đắk N'Drung"), "'Đắk N'\\''Drung'");
        assert_eq!(shell_word(""), "''");
        assert_eq!(shell_word("tin-1.mp3"), "tin-1.mp3");
    }
}
