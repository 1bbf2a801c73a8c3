//! Makes the help and the usage errors of the command line, in the reader's language.
mod localise;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches};

use super::Cli;
use super::args::{CalendarArgError, insert_date_options, join_calendar_words};
use crate::base::fold::fold;
use crate::text::cli::CliText;
use crate::text::help;
use crate::text::{Lang, Localize};
use localise::translate_usage;

pub use localise::command;

/// Parses the command line.
///
/// # Errors
/// clap's error, if the arguments are wrong or ask for the help or the version; [`usage_error`] formats it.
pub fn parse<T: Clone + Into<std::ffi::OsString>>(args: &[T], lang: Lang) -> Result<Cli, clap::Error> {
    let mut command = command(lang);
    let args = join_calendar_words(args.iter().cloned().map(Into::into).collect());
    let args = insert_date_options(args, &command);
    let matches = command.try_get_matches_from_mut(args)?;
    Cli::from_arg_matches(&matches)
}

/// Formats a usage error as one sentence and a hint. clap also reports a request for the help or the version as an
/// error; for such an error, this returns the requested text.
#[must_use]
pub fn usage_error(error: &clap::Error, lang: Lang) -> String {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    };
    let argument = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    let intended_name = intended_name(error, &argument);
    let suggestion = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
        .into_iter()
        .map(context)
        .find(|text| !text.is_empty());
    let suggestion = intended_name.map(str::to_owned).or(suggestion);
    let command = command_with_folder(error, &argument, lang);
    let absent_command = absent_command(error);
    let text = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            return translate_usage(error.render().to_string(), lang);
        }
        ErrorKind::InvalidSubcommand if absent_command.is_some() => {
            absent_command_sentence(absent_command.unwrap_or_default())
        }
        ErrorKind::InvalidSubcommand => CliText::NoSuchCommand { name: context(ContextKind::InvalidSubcommand) },
        ErrorKind::MissingSubcommand => CliText::CommandMissing {},
        ErrorKind::UnknownArgument => CliText::NoSuchArgument { name: argument },
        ErrorKind::MissingRequiredArgument => CliText::ArgumentMissing { name: argument },
        ErrorKind::ArgumentConflict => CliText::NotTogether { name: argument, other: context(ContextKind::PriorArg) },
        ErrorKind::InvalidValue if value.is_empty() => CliText::ValueMissing { name: argument },
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let valid = context(ContextKind::ValidValue);
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
    };
    let mut message = CliText::Error { text: text.localized(lang).to_string() }.localized(lang).to_string();
    let hint = match (absent_command, command, suggestion) {
        (Some(name), ..) if is_department_command(name) => CliText::DepartmentBuild {},
        (Some(_), ..) => CliText::StationBuild {},
        (None, Some(command), _) => CliText::FolderItself { command },
        (None, None, Some(name)) => CliText::DidYouMean { name },
        (None, None, None) => CliText::SeeHelp {},
    };
    message.push_str(&format!("\n{}\n", hint.localized(lang)));
    if error.kind() == ErrorKind::MissingRequiredArgument {
        let example = help::example(command_words(error).get(1..).unwrap_or_default().join(" ").as_str(), lang);
        message.push_str(&format!("{example}\n"));
    }
    message.chars().filter(|c| !c.is_control() || *c == '\n').collect()
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
    let name = help::command_names().find(|name| *name == fold(typed_name))?;
    Cli::command().get_subcommands().all(|command| command.get_name() != name).then_some(name)
}

/// Returns `true` for a command that only the department's build has.
fn is_department_command(name: &str) -> bool {
    ["index", "report", "reconcile"].contains(&name)
}

/// Returns the command or option that the user meant by another word. For `--thang` this is `--month`; clap would
/// suggest `--lang`.
fn intended_name(error: &clap::Error, argument: &str) -> Option<&'static str> {
    match (error.kind(), error.get(ContextKind::InvalidSubcommand)) {
        (ErrorKind::InvalidSubcommand, Some(ContextValue::String(name))) => {
            let typed_name = fold(name);
            help::command_named(&typed_name).or_else(|| nearest_command(&typed_name))
        }
        (ErrorKind::UnknownArgument, _) => argument.strip_prefix("--").and_then(|name| help::option_named(&fold(name))),
        _ => None,
    }
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

/// Returns the command that differs from a name by one typo: a letter that is wrong, missing, added or swapped with
/// its neighbour. clap would not suggest `log` for `lgo`.
fn nearest_command(name: &str) -> Option<&'static str> {
    let is_one_typo_away = |command: &&str| name.len() <= 20 && strsim::damerau_levenshtein(name, command) == 1;
    help::command_names().find(is_one_typo_away)
}

#[cfg(test)]
mod tests {
    use clap::Command;

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
    fn each_command(command: &Command, path: &[String], visit: &mut dyn FnMut(&[String])) {
        let mut path = path.to_vec();
        path.push(command.get_name().to_owned());
        visit(&path);
        command.get_subcommands().for_each(|subcommand| each_command(subcommand, &path, visit));
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
        each_command(&command(Lang::Vi), &[], &mut |path| {
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

    #[cfg(not(feature = "department"))]
    #[test]
    fn a_station_build_names_the_build_that_has_the_department_commands() {
        for name in ["index", "report", "reconcile"] {
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
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            let error = parse(&words, Lang::Vi).expect_err("refuse the line");
            let text = usage_error(&error, Lang::Vi);
            assert!(text.contains(hint) && !text.contains("--lang"), "{line}: {text}");
        }
    }
}
