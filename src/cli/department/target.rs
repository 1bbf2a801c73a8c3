//! `loa target`: the department's targets in `targets.toml`.
mod accept;
mod check;
pub mod documents;
mod show;
mod source;

use std::io;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::args::CliFormat;
use crate::text::Lang;

pub(super) use check::print_problems;

/// Subcommands of `loa target`.
#[derive(Debug, Subcommand)]
#[allow(missing_docs)]
pub enum TargetCommand {
    Check(TargetCheckArgs),
    Accept(TargetAcceptArgs),
    Show(TargetShowArgs),
}

/// Arguments of `loa target check`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct TargetCheckArgs {
    #[arg(value_name = "FILE|STORE")]
    pub targets: PathBuf,
    #[arg(long, value_enum, default_value = "text")]
    pub format: CliFormat,
}

/// Arguments of `loa target accept`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct TargetAcceptArgs {
    pub store: PathBuf,
    #[arg(long)]
    pub yes: bool,
}

/// Arguments of `loa target show`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct TargetShowArgs {
    pub store: PathBuf,
}

/// Runs a subcommand and returns the exit code.
///
/// # Errors
/// If standard output cannot be written, or the witness's stored state cannot be read or written.
pub fn run(command: &TargetCommand, lang: Lang) -> io::Result<u8> {
    match command {
        TargetCommand::Check(args) => check::run(args, lang),
        TargetCommand::Accept(args) => accept::run(args, lang),
        TargetCommand::Show(args) => show::run(args, lang),
    }
}
