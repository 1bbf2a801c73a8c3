//! Makes the help and the usage errors of the command line, in the reader's language.
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, FromArgMatches};

use super::Cli;
use super::args::{CalendarArgError, join_calendar_words};
use crate::text::cli::CliText;
use crate::text::help;
use crate::text::{Lang, Localize};

/// Returns clap's definition of the whole command line, with the help in this language.
#[must_use]
pub fn command(lang: Lang) -> Command {
    let root = Cli::command().about(help::about("loa", lang)).help_template(template(lang));
    localise(root, "", lang).mut_arg("lang", |arg| arg.help(help::argument("lang", lang)))
}

/// Sets the help of a command and of its subcommands. `path` is the command's name after the names of its parents,
/// such as `key show`.
fn localise(mut command: Command, path: &str, lang: Lang) -> Command {
    command = command.help_template(template(lang)).disable_help_flag(true).arg(
        clap::Arg::new("help").short('h').long("help").action(clap::ArgAction::Help).help(help::argument("help", lang)),
    );
    let argument_ids: Vec<_> = command.get_arguments().map(|a| a.get_id().clone()).collect();
    for id in argument_ids {
        command = command.mut_arg(&id, |arg| arg.help(help::argument(id.as_str(), lang)).hide_possible_values(false));
    }
    let names: Vec<_> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    for name in names {
        let path = if path.is_empty() { name.clone() } else { format!("{path} {name}") };
        command = command.mut_subcommand(&name, |subcommand| {
            let subcommand = subcommand.about(help::about(&path, lang)).after_help(help::example(&path, lang));
            localise(subcommand, &path, lang)
        });
    }
    command
}

fn template(lang: Lang) -> StyledStr {
    let usage = CliText::UsageHeading {}.localized(lang).to_string();
    StyledStr::from(format!("{{about}}\n\n{usage} {{usage}}\n\n{{all-args}}{{after-help}}"))
}

/// Parses the command line.
///
/// # Errors
/// clap's error, if the arguments are wrong or ask for the help or the version; [`usage_error`] formats it.
pub fn parse<T: Clone + Into<std::ffi::OsString>>(args: &[T], lang: Lang) -> Result<Cli, clap::Error> {
    let mut command = command(lang);
    let args = join_calendar_words(args.iter().cloned().map(Into::into).collect());
    let matches = command.try_get_matches_from_mut(args)?;
    Cli::from_arg_matches(&matches)
}

/// Formats a usage error as one sentence and a hint. clap also reports a request for the help or the version as an
/// error; the text of such an error is returned unchanged.
#[must_use]
pub fn usage_error(error: &clap::Error, lang: Lang) -> String {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    };
    let argument = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    let suggestion = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
        .into_iter()
        .map(context)
        .find(|text| !text.is_empty());
    let text = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            return error.render().to_string();
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
    let hint = match suggestion {
        Some(name) => CliText::DidYouMean { name },
        None => CliText::SeeHelp {},
    };
    message.push_str(&format!("\n{}\n", hint.localized(lang)));
    message.chars().filter(|c| !c.is_control() || *c == '\n').collect()
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
}
