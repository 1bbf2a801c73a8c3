//! Finds names that belong in quotation marks: without them the shell passes each word as an argument of its own.
use std::ffi::OsString;
use std::path::Path;

use clap::Command;

use crate::cli::shell_words::shell_word;

/// The options whose value is a name or a title.
const NAME_OPTIONS: [&str; 7] =
    ["--name", "--agency", "--title", "--session", "--playlist", "--before", "--approved-by"];
/// The commands whose positional arguments end with a name or a text, with the number of arguments before it.
const COMMANDS_WITH_NAME: [(&str, usize); 4] = [("play", 0), ("remove", 0), ("urgent", 0), ("note", 1)];

/// Returns the command line with each split name in quotation marks; `None` if no name is split. `program` is the
/// definition of the command line.
pub(super) fn with_quoted_names(args: &[OsString], program: &Command) -> Option<String> {
    let words: Vec<String> = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let (index, command) = words.iter().enumerate().find_map(|(n, word)| Some((n, program.find_subcommand(word)?)))?;
    let named_from = COMMANDS_WITH_NAME.iter().find(|(name, _)| *name == command.get_name()).map(|(_, from)| *from);
    let takes_value = |word: &str| {
        let mut options = command.get_arguments().filter(|argument| argument.get_action().takes_values());
        word == "--lang" || options.any(|option| option.get_long().is_some_and(|long| word == format!("--{long}")))
    };
    let mut line: Vec<String> = words.get(1..=index)?.to_vec();
    let (mut rest, mut has_quoted_name) = (words.get(index + 1..)?, false);
    while let Some((word, tail)) = rest.split_first() {
        let bare_count = bare_word_count(tail);
        if NAME_OPTIONS.contains(&word.as_str()) {
            let count = if is_folder_missing(command, &line, &tail[bare_count..]) {
                bare_count.saturating_sub(1)
            } else {
                bare_count
            };
            line.push(word.clone());
            line.extend((count > 0).then(|| shell_word(&tail[..count].join(" "))));
            has_quoted_name |= count > 1;
            rest = &tail[count..];
        } else if word.starts_with('-') {
            line.push(word.clone());
            let count = usize::from(takes_value(word) && !tail.is_empty());
            line.extend(tail[..count].iter().map(|value| shell_word(value)));
            rest = &tail[count..];
        } else if let Some(from) = named_from {
            let count = 1 + bare_count;
            let (before, name) = rest[..count].split_at(from.min(count));
            line.extend(before.iter().map(|word| shell_word(word)));
            line.extend((!name.is_empty()).then(|| shell_word(&name.join(" "))));
            has_quoted_name |= name.len() > 1;
            rest = &rest[count..];
        } else {
            line.push(shell_word(word));
            rest = tail;
        }
    }
    has_quoted_name.then(|| format!("loa {}", line.join(" ")))
}

/// Returns the number of words up to the first option, existing path or file name.
fn bare_word_count(words: &[String]) -> usize {
    let is_bare = |word: &&String| !word.starts_with('-') && !word.contains(['.', '/']) && !Path::new(word).exists();
    words.iter().take_while(is_bare).count()
}

/// Returns true for `loa init` without an argument for the folder. The last word after `--name` must then be the folder.
fn is_folder_missing(command: &Command, before: &[String], after: &[String]) -> bool {
    let has_folder = before.len() > 1 && !before[1].starts_with('-') || after.iter().any(|word| !word.starts_with('-'));
    command.get_name() == "init" && !has_folder
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn a_split_name_is_put_in_quotation_marks() {
        let program = crate::cli::command(Lang::Vi);
        let quoted = |line: &str| {
            let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            with_quoted_names(&args, &program)
        };
        for (line, expected) in [
            ("loa play nhạc hiệu", "loa play 'nhạc hiệu'"),
            ("loa play nhạc hiệu --station dai", "loa play 'nhạc hiệu' --station dai"),
            ("loa remove --yes tin cũ", "loa remove --yes 'tin cũ'"),
            ("loa urgent tin khẩn cấp --repeat 3", "loa urgent 'tin khẩn cấp' --repeat 3"),
            ("loa note 12 mưa to", "loa note 12 'mưa to'"),
            ("loa init dai --name Đài xã Quảng Tâm", "loa init dai --name 'Đài xã Quảng Tâm'"),
            ("loa init --name Đài xã dai", "loa init --name 'Đài xã' dai"),
            ("loa --lang vi add a.mp3 --title Bản tin --id x", "loa --lang vi add a.mp3 --title 'Bản tin' --id x"),
            ("loa add --session Buổi thử a.mp3", "loa add --session 'Buổi thử' a.mp3"),
        ] {
            assert_eq!(quoted(line).as_deref(), Some(expected));
        }
        for line in
            ["loa play nhac-hieu", "loa add a.mp3 b.mp3 --title Tin", "loa list hôm qua", "loa", "loa note 12 mưa"]
        {
            assert_eq!(quoted(line), None, "{line}");
        }
    }
}
