//! The department's commands, and the station's that speaks to it.
pub mod collect;
pub mod enrol;
#[cfg(feature = "department")]
pub mod index;
#[cfg(feature = "department")]
pub mod reconcile;
pub mod registry_review;
#[cfg(feature = "department")]
pub mod report;
pub mod store;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

#[cfg(feature = "department")]
use chrono::NaiveDate;
#[cfg(feature = "department")]
use clap::Args;
use clap::Subcommand;

#[cfg(feature = "department")]
use super::parse_date;
use super::{CliFormat, Lang};
#[cfg(feature = "department")]
use crate::department::report::GroupBy;
#[cfg(feature = "department")]
use crate::department::report::period::Period;

/// `loa enrol`, `collect`, `push`, `index`, `report`, `reconcile`.
#[derive(Debug, Subcommand)]
#[allow(missing_docs)]
pub enum DepartmentCommand {
    Enrol {
        #[arg(required_unless_present = "accept_registry")]
        vkey: Option<String>,
        #[arg(long, value_name = "STORE")]
        store: PathBuf,
        #[arg(long)]
        yes: bool,
        #[arg(long)]
        name: Option<String>,
        #[arg(long, value_name = "PLACE")]
        place: Option<String>,
        #[arg(long)]
        exposed: bool,
        #[arg(long = "accept", conflicts_with_all = ["vkey", "name", "place", "exposed"])]
        accept_registry: bool,
    },
    Collect {
        #[arg(value_name = "SOURCE", required = true)]
        sources: Vec<PathBuf>,
        #[arg(long, value_name = "STORE")]
        into: PathBuf,
        #[arg(long)]
        full: bool,
        #[arg(long, value_name = "DAYS", default_value = "7")]
        silent_days: u16,
        #[arg(long, value_name = "SECONDS", default_value = "180")]
        patience: u16,
        #[arg(long, value_enum, default_value = "text")]
        format: CliFormat,
    },
    #[cfg(feature = "playout")]
    Push {
        #[command(flatten)]
        station: super::StationArg,
        #[arg(long, value_name = "STORE")]
        to: Option<PathBuf>,
        #[arg(long, value_name = "SECONDS", default_value = "180")]
        patience: u16,
    },
    #[cfg(feature = "department")]
    Index {
        store: PathBuf,
        #[arg(long)]
        rebuild: bool,
    },
    #[cfg(feature = "department")]
    Report {
        store: PathBuf,
        #[command(flatten)]
        asked: Box<ReportArgs>,
    },
    #[cfg(feature = "department")]
    Reconcile {
        store: PathBuf,
        #[arg(value_name = "STATION")]
        station_id: String,
        #[arg(long, value_parser = parse_date)]
        date: NaiveDate,
        #[arg(long, value_enum, default_value = "text")]
        format: CliFormat,
    },
}

/// What is asked of `loa report`.
#[cfg(feature = "department")]
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct ReportArgs {
    #[arg(long, value_parser = parse_date)]
    pub from: Option<NaiveDate>,
    #[arg(long, value_parser = parse_date)]
    pub until: Option<NaiveDate>,
    #[arg(long, value_enum)]
    pub period: Option<Period>,
    #[arg(long, value_name = "EARLIER")]
    pub compare: Option<String>,
    #[arg(long, value_enum)]
    pub by: Option<GroupBy>,
    #[arg(long, value_enum, default_value = "text")]
    pub format: ReportFormat,
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// What a report is written as.
#[cfg(feature = "department")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[allow(missing_docs)]
pub enum ReportFormat {
    Text,
    Csv,
    Xlsx,
    Pdf,
    Html,
}

/// Carries one out.
///
/// # Errors
/// When standard output, a store or a folder fails.
pub fn run(command: DepartmentCommand, lang: Option<Lang>) -> io::Result<u8> {
    match command {
        DepartmentCommand::Enrol { store, yes, accept_registry: true, .. } => enrol::accept(&store, yes, lang),
        DepartmentCommand::Enrol { vkey, store, yes, name, place, exposed, .. } => {
            let vkey = vkey.unwrap_or_default();
            enrol::run(&enrol::EnrolArgs { vkey: &vkey, store: &store, yes, name, place, exposed }, lang)
        }
        DepartmentCommand::Collect { sources, into, full, silent_days, patience, format } => {
            let patience = Duration::from_secs(patience.into());
            collect::run(
                &collect::CollectArgs { sources, into, full, silent_days: silent_days.into(), patience, format },
                lang,
            )
        }
        #[cfg(feature = "playout")]
        DepartmentCommand::Push { station, to, patience } => {
            super::station::push::run(&station.station, to.as_deref(), Duration::from_secs(patience.into()), lang)
        }
        #[cfg(feature = "department")]
        DepartmentCommand::Index { store, rebuild } => super::department::index::run(&store, rebuild, lang),
        #[cfg(feature = "department")]
        DepartmentCommand::Report { store, asked } => super::department::report::run(&store, &asked, lang),
        #[cfg(feature = "department")]
        DepartmentCommand::Reconcile { store, station_id, date, format } => {
            super::department::reconcile::run(&store, &station_id, date, format, lang)
        }
    }
}
