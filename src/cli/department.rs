//! Commands of the department, and `push`, which sends a station's log to the department.
#[cfg(feature = "department")]
pub mod answer;
#[cfg(feature = "department")]
pub mod bundle;
#[cfg(feature = "department")]
pub mod close;
pub mod collect;
#[cfg(feature = "department")]
mod dates;
pub mod enrol;
#[cfg(feature = "department")]
pub mod index;
#[cfg(feature = "department")]
pub(in crate::cli) mod indexed_store;
mod opened_journal;
#[cfg(feature = "department")]
pub mod reconcile;
mod registry_file;
mod registry_review;
#[cfg(feature = "department")]
pub mod report;
#[cfg(feature = "department")]
pub(in crate::cli) mod selection;
#[cfg(feature = "department")]
pub mod stated;
#[cfg(feature = "department")]
pub mod stations;
pub mod store;
#[cfg(feature = "department")]
pub mod target;

use std::io;

use clap::Subcommand;

use super::language::default_language;
#[cfg(feature = "playout")]
use super::{language::station_language, station::push};
use crate::text::Lang;

/// Commands of the department, in the order of the help.
#[derive(Debug, Subcommand)]
#[allow(missing_docs)]
pub enum DepartmentCommand {
    Enrol(enrol::EnrolArgs),
    Collect(collect::CollectArgs),
    #[cfg(feature = "playout")]
    Push(push::PushArgs),
    #[cfg(feature = "department")]
    Index(index::IndexArgs),
    #[cfg(feature = "department")]
    Stations(stations::StationsArgs),
    #[cfg(feature = "department")]
    Report(Box<report::ReportArgs>),
    #[cfg(feature = "department")]
    Reconcile(reconcile::ReconcileArgs),
    #[cfg(feature = "department")]
    Answer(Box<answer::AnswerArgs>),
    #[cfg(feature = "department")]
    Close(Box<close::CloseArgs>),
    #[cfg(feature = "department")]
    Bundle(Box<bundle::BundleArgs>),
    #[cfg(feature = "department")]
    #[command(subcommand, arg_required_else_help = true)]
    Target(target::TargetCommand),
    #[cfg(feature = "department")]
    #[command(subcommand, arg_required_else_help = true)]
    Stated(stated::StatedCommand),
}

/// Runs a command and returns the exit code.
///
/// # Errors
/// If standard output, a store or a folder fails.
pub fn run(command: DepartmentCommand, lang: Option<Lang>) -> io::Result<u8> {
    let department_lang = || lang.unwrap_or_else(default_language);
    match command {
        DepartmentCommand::Enrol(args) => enrol::run(&args, department_lang()),
        DepartmentCommand::Collect(args) => collect::run(&args, department_lang()),
        #[cfg(feature = "playout")]
        DepartmentCommand::Push(args) => {
            let lang = lang.unwrap_or_else(|| station_language(&args.station.dir));
            push::run(&args, lang)
        }
        #[cfg(feature = "department")]
        DepartmentCommand::Index(args) => index::run(&args, department_lang()),
        #[cfg(feature = "department")]
        DepartmentCommand::Stations(args) => stations::run(&args, department_lang()),
        #[cfg(feature = "department")]
        DepartmentCommand::Report(args) => report::run(&args, department_lang()),
        #[cfg(feature = "department")]
        DepartmentCommand::Reconcile(args) => reconcile::run(&args, department_lang()),
        #[cfg(feature = "department")]
        DepartmentCommand::Answer(args) => answer::run(&args, department_lang()),
        #[cfg(feature = "department")]
        DepartmentCommand::Close(args) => close::run(&args, department_lang()),
        #[cfg(feature = "department")]
        DepartmentCommand::Bundle(args) => bundle::run(&args, department_lang()),
        #[cfg(feature = "department")]
        DepartmentCommand::Target(command) => target::run(&command, department_lang()),
        #[cfg(feature = "department")]
        DepartmentCommand::Stated(command) => stated::run(&command, department_lang()),
    }
}
