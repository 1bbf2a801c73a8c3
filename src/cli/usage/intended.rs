//! Finds the command or the option that the user meant by another word.
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::base::fold::fold;
use crate::text::help;

/// Returns the command or option that the user meant by another word. For `--thang` this is `--month`; clap would
/// suggest `--lang`. `parent` is the command whose subcommand was typed; empty for a command of the program.
pub(super) fn intended_name(error: &clap::Error, argument: &str, parent: &str) -> Option<String> {
    match (error.kind(), error.get(ContextKind::InvalidSubcommand)) {
        (ErrorKind::InvalidSubcommand, Some(ContextValue::String(name))) => {
            let typed_name = fold(name);
            let command_name =
                help::command_named(parent, &typed_name).or_else(|| nearest_command(parent, &typed_name))?;
            Some(if parent.is_empty() { command_name.to_owned() } else { format!("loa {parent} {command_name}") })
        }
        (ErrorKind::UnknownArgument, _) => {
            argument.strip_prefix("--").and_then(|name| help::option_named(&fold(name))).map(str::to_owned)
        }
        _ => None,
    }
}

/// Returns the command that begins with a name, or differs from it by one typo (in a long name, by two): a letter that is
/// wrong, missing, added or swapped with its neighbour. Anything further away would be a guess.
fn nearest_command(parent: &str, name: &str) -> Option<&'static str> {
    let length = name.chars().count();
    let max_typos = if length >= 8 { 2 } else { 1 };
    let is_near = |command: &&str| {
        (length >= 3 && command.starts_with(name)) || strsim::damerau_levenshtein(name, command) <= max_typos
    };
    help::command_names(parent).find(is_near).filter(|_| length <= 20)
}
