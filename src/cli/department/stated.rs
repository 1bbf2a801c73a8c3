//! `loa stated`: what newspapers, portals and districts say that they published. Nothing proves it.
mod add;
mod form;
pub mod kept;
mod remove;

use std::io;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::text::Lang;

/// Subcommands of `loa stated`.
#[derive(Debug, Subcommand)]
#[allow(missing_docs)]
pub enum StatedCommand {
    Form(StatedFormArgs),
    Add(StatedAddArgs),
    Remove(StatedRemoveArgs),
}

/// Arguments of `loa stated form`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct StatedFormArgs {
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Arguments of `loa stated add`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct StatedAddArgs {
    #[arg(value_name = "FILE")]
    pub rows: PathBuf,
    #[arg(long, value_name = "STORE")]
    pub store: PathBuf,
}

/// Arguments of `loa stated remove`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct StatedRemoveArgs {
    #[arg(value_name = "NAME")]
    pub stated_file: String,
    #[arg(long, value_name = "STORE")]
    pub store: PathBuf,
}

/// Runs a subcommand and returns the exit code.
///
/// # Errors
/// If standard output cannot be written, or the witness's stored state cannot be read or written.
pub fn run(command: &StatedCommand, lang: Lang) -> io::Result<u8> {
    match command {
        StatedCommand::Form(args) => form::run(args, lang),
        StatedCommand::Add(args) => add::run(args, lang),
        StatedCommand::Remove(args) => remove::run(args, lang),
    }
}
