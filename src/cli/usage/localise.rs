//! Puts the help into clap's definition of the command line, in the reader's language.
//!
//! clap has a few English words of its own. Where clap permits, this module replaces them in the definition: headings,
//! names of values, defaults, possible values, and the help of `--help` and `--version`. [`translate_usage`] replaces
//! the rest.
use clap::builder::StyledStr;
use clap::{Arg, ArgAction, Command, CommandFactory};

use crate::cli::Cli;
use crate::text::cli::CliText;
use crate::text::help::HelpHeading;
use crate::text::{Lang, Localize, help};

/// Returns clap's definition of the whole command line, with the help in this language.
#[must_use]
pub fn command(lang: Lang) -> Command {
    let version = flag("version", 'V', ArgAction::Version);
    let root = Cli::command().about(help::about("loa", lang)).disable_version_flag(true).arg(version);
    localise(root, "", lang)
}

/// Replaces the words that clap writes into a usage line by itself.
pub(super) fn translate_usage(page: String, lang: Lang) -> String {
    match lang {
        Lang::Vi => page.replace("[OPTIONS]", "[TUỲ_CHỌN]").replace("[COMMAND]", "[LỆNH]"),
        Lang::En => page,
    }
}

/// Sets the help of a command and of its subcommands. `path` is the command's name after the names of its parents,
/// such as `key show`.
fn localise(mut command: Command, path: &str, lang: Lang) -> Command {
    command = command
        .help_template(help_template(lang))
        .subcommand_help_heading(HelpHeading::Commands.text(lang))
        .subcommand_value_name(help::value_name("COMMAND", lang).unwrap_or("COMMAND"))
        .disable_help_flag(true)
        .arg(flag("help", 'h', ArgAction::Help));
    let argument_ids: Vec<_> = command.get_arguments().map(|a| a.get_id().clone()).collect();
    for id in argument_ids {
        command = command.mut_arg(&id, |arg| localise_argument(arg, lang));
    }
    let names: Vec<_> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    for name in names {
        let path = if path.is_empty() { name.clone() } else { format!("{path} {name}") };
        command = command.mut_subcommand(&name, |subcommand| {
            let closing = [help::example(&path, lang), help::guide(&path, lang).to_owned()];
            let closing: Vec<String> = closing.into_iter().filter(|text| !text.is_empty()).collect();
            let subcommand = subcommand.about(help::about(&path, lang)).after_help(closing.join("\n\n"));
            localise(subcommand, &path, lang)
        });
    }
    command
}

fn flag(name: &'static str, short: char, action: ArgAction) -> Arg {
    Arg::new(name).short(short).long(name).action(action)
}

fn localise_argument(arg: Arg, lang: Lang) -> Arg {
    let heading = if arg.is_positional() { HelpHeading::Arguments } else { HelpHeading::Options };
    let takes_value = arg.get_action().takes_values();
    let mut help_text = help::argument(arg.get_id().as_str(), lang).to_owned();
    let possible_values = if takes_value { arg.get_possible_values() } else { Vec::new() };
    let values: Vec<&str> = possible_values.iter().map(|value| value.get_name()).collect();
    if !values.is_empty() {
        help_text.push_str(&format!(" {}", CliText::PossibleValues { values: values.join(", ") }.localized(lang)));
    }
    let defaults: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if takes_value && !defaults.is_empty() {
        help_text.push_str(&format!(" {}", CliText::DefaultValue { value: defaults.join(", ") }.localized(lang)));
    }
    let name = arg
        .get_value_names()
        .and_then(|names| names.first())
        .map_or_else(|| arg.get_id().as_str().to_uppercase().replace('-', "_"), |name| name.to_string());
    let arg = arg.help(help_text).help_heading(heading.text(lang));
    if !takes_value {
        return arg;
    }
    let arg = arg.hide_possible_values(true).hide_default_value(true);
    match help::value_name(&name, lang) {
        Some(name) => arg.value_name(name),
        None => arg,
    }
}

fn help_template(lang: Lang) -> StyledStr {
    let usage = CliText::UsageHeading {}.localized(lang).to_string();
    StyledStr::from(format!("{{about}}\n\n{usage} {{usage}}\n\n{{all-args}}{{after-help}}"))
}
