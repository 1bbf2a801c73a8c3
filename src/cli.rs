//! The command line. Each command's file declares its arguments; `text/help.rs` has the help in both languages.
mod answer;
pub mod args;
pub mod department;
pub mod exit;
mod genesis_keys;
mod key_error;
mod language;
pub mod lost_log;
mod no_station;
pub mod record;
mod shell_words;
#[cfg(feature = "playout")]
pub mod station;
mod synchronised_clock;
pub mod table;
mod today;
mod usage;
mod waiting_entries;
mod words;
mod written_file;

use clap::{Parser, Subcommand};

use crate::text::Lang;

pub use language::help_language;
pub use usage::{command, parse, usage_error};

/// The command line of `loa`.
#[derive(Debug, Parser)]
#[command(name = "loa", version, disable_help_subcommand = true)]
#[allow(missing_docs)]
pub struct Cli {
    #[arg(long, global = true, value_enum)]
    pub lang: Option<Lang>,
    #[command(subcommand)]
    pub command: CliCommand,
}

/// The commands in groups. The groups are not part of the command line.
#[derive(Debug, Subcommand)]
#[allow(missing_docs)]
pub enum CliCommand {
    #[cfg(feature = "playout")]
    #[command(flatten)]
    Station(station::StationCommand),
    #[command(flatten)]
    Record(record::RecordCommand),
    #[command(flatten)]
    Department(department::DepartmentCommand),
}

/// Runs a command and returns the exit code.
///
/// # Errors
/// If standard output or the disk fails and the command does not handle the failure.
pub fn dispatch(cli: Cli) -> std::io::Result<u8> {
    match cli.command {
        #[cfg(feature = "playout")]
        CliCommand::Station(command) => station::run(command, cli.lang),
        CliCommand::Record(command) => record::run(command, cli.lang),
        CliCommand::Department(command) => department::run(command, cli.lang),
    }
}
