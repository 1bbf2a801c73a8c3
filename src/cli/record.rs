//! Commands about the airing log, its proof and its keys.
pub mod airing_name;
pub mod key;
pub mod log;
pub mod plausibility;
pub mod receipt;
#[cfg(feature = "department")]
mod store;
pub mod verify;

use std::io;
use std::path::Path;

use clap::Subcommand;

use super::language::station_language;
#[cfg(feature = "playout")]
use super::station::export;
use crate::text::Lang;

/// Commands about the record, in the order of the help.
#[derive(Debug, Subcommand)]
#[allow(missing_docs)]
pub enum RecordCommand {
    Log(log::LogArgs),
    Verify(Box<verify::VerifyArgs>),
    #[cfg(feature = "playout")]
    Export(export::ExportArgs),
    Receipt(receipt::ReceiptArgs),
    #[command(subcommand)]
    Key(key::KeyCommand),
}

/// Runs a command and returns the exit code.
///
/// # Errors
/// If standard output or the disk fails.
pub fn run(command: RecordCommand, lang: Option<Lang>) -> io::Result<u8> {
    let language_of = |station: &Path| lang.unwrap_or_else(|| station_language(station));
    match command {
        RecordCommand::Log(args) => log::run(&args, language_of(&args.station.dir)),
        RecordCommand::Verify(args) => verify::run(&args, language_of(&args.path)),
        #[cfg(feature = "playout")]
        RecordCommand::Export(args) => export::run(&args, language_of(&args.station.dir)),
        RecordCommand::Receipt(args) => receipt::run(&args, language_of(args.station())),
        RecordCommand::Key(key::KeyCommand::Show(args)) => key::show(&args, language_of(&args.station.dir)),
    }
}
