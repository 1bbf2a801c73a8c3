//! Makes the help and the usage errors of the command line, in the reader's language.
mod intended;
mod localise;
mod unquoted;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, FromArgMatches};

use super::Cli;
use super::args::{CalendarArgError, insert_date_options, join_calendar_words};
use crate::base::fold::fold;
use crate::text::cli::CliText;
use crate::text::help;
use crate::text::{Lang, Localize};
use intended::intended_name;
use localise::translate_usage;
use unquoted::with_quoted_names;

pub use localise::command;

/// Parses the command line.
///
/// # Errors
/// clap's error, if the arguments are wrong or ask for the help or the version; [`usage_error`] formats it.
pub fn parse<T: Clone + Into<std::ffi::OsString>>(args: &[T], lang: Lang) -> Result<Cli, clap::Error> {
    let mut command = command(lang);
    let args = join_calendar_words(args.iter().cloned().map(Into::into).collect());
    let args = insert_date_options(args, &command);
    let matches = command.try_get_matches_from_mut(args.iter().cloned()).map_err(|mut error| {
        if error.kind() == ErrorKind::UnknownArgument
            && let Some(line) = with_quoted_names(&args, &command)
        {
            error.insert(ContextKind::Custom, ContextValue::String(line));
        }
        error
    })?;
    require_quoted_names(&args, &matches, &mut command)?;
    Cli::from_arg_matches(&matches)
}

/// Refuses `loa add` with a split name. clap would take the other words of the name for files.
fn require_quoted_names(
    args: &[OsString],
    matches: &clap::ArgMatches,
    command: &mut Command,
) -> Result<(), clap::Error> {
    let Some(("add", add_matches)) = matches.subcommand() else { return Ok(()) };
    let mut files = add_matches.get_many::<PathBuf>("sound").into_iter().flatten();
    // A mistyped file name still has an extension, and is reported as a missing file.
    let missing = files.find(|file| !file.exists() && file.extension().is_none());
    let (Some(missing), Some(line)) = (missing, with_quoted_names(args, command)) else {
        return Ok(());
    };
    let mut error = command.error(ErrorKind::UnknownArgument, "");
    error.insert(ContextKind::InvalidArg, ContextValue::String(missing.display().to_string()));
    error.insert(ContextKind::Custom, ContextValue::String(line));
    Err(error)
}

/// Formats a usage error as one sentence and a hint. clap also reports a request for the help or the version as an
/// error; for such an error, this returns the requested text.
#[must_use]
pub fn usage_error(error: &clap::Error, lang: Lang) -> String {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    ) {
        return translate_usage(error.render().to_string(), lang);
    }
    let argument = context_text(error, ContextKind::InvalidArg);
    // clap's own guesses at a command are too far from the word, and some of them are hidden.
    let suggestion = [ContextKind::SuggestedArg, ContextKind::SuggestedValue].map(|kind| context_text(error, kind));
    let suggestion = suggestion.into_iter().find(|text| !text.is_empty());
    let suggestion = intended_name(error, &argument, &command_path(error)).or(suggestion);
    let quoted_line = Some(context_text(error, ContextKind::Custom)).filter(|line| !line.is_empty());
    let command = command_with_folder(error, &argument, lang);
    let absent_command = absent_command(error);
    let has_dashes = argument.starts_with('-');
    let text = error_sentence(error, absent_command, argument);
    let has_example = matches!(
        text,
        CliText::BadDate { .. }
            | CliText::WeekdayWithoutWeek { .. }
            | CliText::AbsentDay { .. }
            | CliText::BadMonth { .. }
            | CliText::AbsentMonth { .. }
            | CliText::SeveralDays { .. }
            | CliText::BadTime { .. }
    );
    // These commands end what is on the air. A second word is the rest of a title, such as `loa stop buổi sáng`.
    let command_without_name = Some(command_path(error))
        .filter(|path| error.kind() == ErrorKind::UnknownArgument && ["skip", "stop"].contains(&path.as_str()))
        .filter(|_| !has_dashes);
    let example = match error.kind() {
        ErrorKind::MissingRequiredArgument => help::example(&command_path(error), lang),
        _ => String::new(),
    };
    let hint = match (absent_command, command, suggestion) {
        (Some(name), ..) if is_department_command(name) => Some(CliText::DepartmentBuild {}),
        (Some(_), ..) => Some(CliText::StationBuild {}),
        (None, Some(command), _) => Some(CliText::FolderItself { command }),
        (None, None, _) if quoted_line.is_some() => quoted_line.map(|command| CliText::QuoteName { command }),
        (None, None, _) if command_without_name.is_some() => {
            command_without_name.map(|path| CliText::NoNameNeeded { command: format!("loa {path}") })
        }
        (None, None, Some(name)) => Some(CliText::DidYouMean { name }),
        (None, None, None) if has_example || !example.is_empty() => None,
        (None, None, None) => Some(CliText::SeeHelp {}),
    };
    let error_line = CliText::Error { text: text.localized(lang).to_string() }.localized(lang).to_string();
    let hint = hint.map(|hint| hint.localized(lang).to_string());
    let lines = [Some(error_line), hint, Some(example).filter(|example| !example.is_empty())];
    let message: String = lines.into_iter().flatten().map(|line| line + "\n").collect();
    message.chars().filter(|c| !c.is_control() || *c == '\n').collect()
}

/// Returns a part of an error's context as text; empty if the error does not have it.
fn context_text(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    }
}

/// Returns the message that says what is wrong with the command line.
fn error_sentence(error: &clap::Error, absent_command: Option<&str>, argument: String) -> CliText {
    let value = context_text(error, ContextKind::InvalidValue);
    match (error.kind(), absent_command) {
        (ErrorKind::InvalidSubcommand, Some(name)) => absent_command_sentence(name),
        (ErrorKind::InvalidSubcommand, None) => {
            CliText::NoSuchCommand { name: context_text(error, ContextKind::InvalidSubcommand) }
        }
        (ErrorKind::MissingSubcommand, _) => CliText::CommandMissing {},
        (ErrorKind::UnknownArgument, _) => CliText::NoSuchArgument { name: argument },
        (ErrorKind::MissingRequiredArgument, _) => CliText::ArgumentMissing { name: argument },
        (ErrorKind::ArgumentConflict, _) => {
            CliText::NotTogether { name: argument, other: context_text(error, ContextKind::PriorArg) }
        }
        (ErrorKind::InvalidValue, _) if value.is_empty() => CliText::ValueMissing { name: argument },
        (ErrorKind::InvalidValue | ErrorKind::ValueValidation, _) => {
            let valid = context_text(error, ContextKind::ValidValue);
            let source = std::error::Error::source(error);
            if let Some(error) = source.and_then(|source| source.downcast_ref::<CalendarArgError>()) {
                error.sentence()
            } else if valid.is_empty() {
                CliText::BadValue { name: argument, value }
            } else {
                CliText::NotOneOf { name: argument, value, valid }
            }
        }
        _ => CliText::NotUnderstood {},
    }
}

/// Returns the message about a command that another build of loa has.
fn absent_command_sentence(name: &str) -> CliText {
    let is_department = is_department_command(name);
    let name = name.to_owned();
    if is_department { CliText::DepartmentCommand { name } } else { CliText::StationCommand { name } }
}

/// Returns the typed command if loa has it but this build does not.
fn absent_command(error: &clap::Error) -> Option<&'static str> {
    let (ErrorKind::InvalidSubcommand, Some(ContextValue::String(typed_name))) =
        (error.kind(), error.get(ContextKind::InvalidSubcommand))
    else {
        return None;
    };
    let name = help::command_names("").find(|name| *name == fold(typed_name))?;
    Cli::command().get_subcommands().all(|command| command.get_name() != name).then_some(name)
}

/// Returns `true` for a command that only the department's build has.
fn is_department_command(name: &str) -> bool {
    ["index", "stations", "report", "reconcile", "answer", "target", "stated"].contains(&name)
}

/// Returns `loa COMMAND STATION` if the argument is `--station`, and the command takes the folder without it.
fn command_with_folder(error: &clap::Error, argument: &str, lang: Lang) -> Option<String> {
    if error.kind() != ErrorKind::UnknownArgument || !["--station", "-s"].contains(&argument) {
        return None;
    }
    let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) else { return None };
    let (usage, folder) = (usage.to_string(), help::value_name("STATION", lang).unwrap_or("STATION"));
    let command = command_words(error);
    let takes_folder = usage.contains(&format!("[{folder}]"));
    (takes_folder && command.len() > 1).then(|| format!("{} {folder}", command.join(" ")))
}

/// Returns the words of the command from the usage line of an error: `loa`, and the command with its subcommand.
fn command_words(error: &clap::Error) -> Vec<String> {
    let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) else { return Vec::new() };
    let usage = usage.to_string();
    let words = usage.split_whitespace().skip_while(|word| *word != "loa");
    words.take_while(|word| !word.starts_with(['[', '<', '-'])).map(str::to_owned).collect()
}

/// Returns the command of the usage line without `loa`, such as `key show`; empty for the program itself.
fn command_path(error: &clap::Error) -> String {
    command_words(error).get(1..).unwrap_or_default().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_has_help(command: &Command, path: &str) {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        assert!(!about.is_empty() || command.is_hide_set(), "{path} has no help");
        for argument in command.get_arguments() {
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            assert!(!help.is_empty(), "{path} {} has no help", argument.get_id());
        }
        for subcommand in command.get_subcommands() {
            assert_has_help(subcommand, &format!("{path} {}", subcommand.get_name()));
        }
    }

    #[test]
    fn every_command_and_argument_has_help() {
        for lang in [Lang::Vi, Lang::En] {
            assert_has_help(&command(lang), "loa");
        }
    }

    /// Calls `visit` with the words of each command: `loa`, `loa key`, `loa key show`.
    fn visit_commands(command: &Command, path: &[String], visit: &mut dyn FnMut(&[String])) {
        let mut path = path.to_vec();
        path.push(command.get_name().to_owned());
        visit(&path);
        command.get_subcommands().for_each(|subcommand| visit_commands(subcommand, &path, visit));
    }

    #[test]
    fn no_help_page_has_english_words_when_the_reader_is_vietnamese() {
        let english_words = [
            "Commands",
            "Arguments",
            "Options",
            "OPTIONS",
            "COMMAND",
            "Possible",
            "possible",
            "default",
            "Print",
            "Usage",
            "English",
            "Vietnamese",
            "FILE",
            "DATE",
            "STATION",
            "SEGMENT",
            "NAME",
            "FORMAT",
            "TEXT",
            "DIR",
            "MONTH",
        ];
        visit_commands(&command(Lang::Vi), &[], &mut |path| {
            let mut words = path.to_vec();
            words.push("--help".to_owned());
            let error = parse(&words, Lang::Vi).expect_err("ask for the help");
            let page = usage_error(&error, Lang::Vi);
            assert!(page.contains("Cách dùng: loa") && page.contains("Tuỳ chọn:"), "{page}");
            for word in english_words {
                assert!(!page.contains(word), "{word} in the help of {path:?}: {page}");
            }
        });
    }

    #[test]
    fn no_command_is_guessed_from_a_word_that_is_far_from_it() {
        for line in ["loa rename a", "loa demi", "loa amplifier x", "loa amplifier run", "loa tắt"] {
            let words: Vec<&str> = line.split(' ').collect();
            let error = parse(&words, Lang::Vi).expect_err("refuse the line");
            let text = usage_error(&error, Lang::Vi);
            assert!(!text.contains("có phải ý bạn") && text.contains("--help"), "{line}: {text}");
        }
    }

    #[cfg(not(feature = "department"))]
    #[test]
    fn a_station_build_names_the_build_that_has_the_department_commands() {
        for name in ["index", "stations", "report", "reconcile", "answer", "target", "stated"] {
            let error = parse(&["loa", name, "kho"], Lang::Vi).expect_err("refuse the line");
            let text = usage_error(&error, Lang::Vi);
            assert!(text.contains("--features department") && !text.contains("có phải ý bạn"), "{text}");
        }
    }

    #[test]
    fn a_command_without_its_argument_gets_an_example() {
        for command in ["init", "add", "urgent", "scan"] {
            let error = parse(&["loa", command], Lang::Vi).expect_err("refuse the line");
            let text = usage_error(&error, Lang::Vi);
            assert!(text.contains(&format!("Ví dụ: loa {command} ")), "{text}");
        }
    }

    #[test]
    fn vietnamese_names_lead_to_the_commands_and_options() {
        for (line, hint) in [
            ("loa log --tháng 3", "--month"),
            ("loa log --thang 3", "--month"),
            ("loa log --ngay 12/3", "--date"),
            ("loa nhat-ky", "“log”"),
            ("loa phát x", "“play”"),
            ("loa lgo", "“log”"),
            ("loa list --station dai", "loa list ĐÀI"),
            ("loa tra-lai", "“undo”"),
            ("loa start", "“run”"),
            ("loa in", "“log”"),
            ("loa xem", "“status”"),
            ("loa amplifier bật", "“loa amplifier on”"),
            ("loa amplifier tắt", "“loa amplifier off”"),
            ("loa amplifier thử", "“loa amplifier test”"),
            ("loa clock confrim", "“loa clock confirm”"),
            ("loa stat", "“status”"),
            ("loa stop buổi sáng", "không nhận tên buổi hay tên mục. Chỉ cần gõ: loa stop"),
            ("loa skip Bản tin xã", "Chỉ cần gõ: loa skip"),
            ("loa play nhạc hiệu", "loa play 'nhạc hiệu'"),
            ("loa add khong-co.mp3 --title Bản tin", "loa add khong-co.mp3 --title 'Bản tin'"),
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            let error = parse(&words, Lang::Vi).expect_err("refuse the line");
            let text = usage_error(&error, Lang::Vi);
            assert!(text.contains(hint) && !text.contains("--lang"), "{line}: {text}");
        }
    }
}
