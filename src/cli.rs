//! The command line: what can be typed, and which room of `cli/` does it.
//!
//! Help is written in `text/cli.rs`, in both languages; the types here carry names alone.
pub mod department;
pub mod record;
#[cfg(feature = "playout")]
pub mod station;
pub mod table;
mod usage;
mod words;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

#[cfg(feature = "playout")]
use crate::playout::engine::OperatorCommand;
#[cfg(feature = "playout")]
use crate::schedule::Id;
use crate::text::Lang;
use record::{key, log, receipt, verify};
#[cfg(feature = "playout")]
use station::{add, amplifier, check, control, demo, export, init, list, plan, rehearse, remove, run, scan, urgent};

pub use usage::{command, help_language, parse, usage_error};

/// All is well.
pub const EXIT_OK: u8 = 0;
/// Problems were found.
pub const EXIT_PROBLEMS: u8 = 1;
/// The command line was not understood.
pub const EXIT_USAGE: u8 = 2;
/// A bug of ours (`EX_SOFTWARE` of sysexits.h).
pub const EXIT_BUG: u8 = 70;
/// The configuration cannot be used (`EX_CONFIG` of sysexits.h).
pub const EXIT_CONFIG: u8 = 78;

/// `loa`.
#[derive(Debug, Parser)]
#[command(name = "loa", version, disable_help_subcommand = true)]
#[allow(missing_docs)]
pub struct Cli {
    #[arg(long, global = true, value_enum)]
    pub lang: Option<Lang>,
    #[command(subcommand)]
    pub command: CliCommand,
}

/// Which station.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct StationArg {
    #[arg(default_value = ".", value_name = "STATION")]
    pub station: PathBuf,
}

/// Which station, for commands whose first word is something else.
#[cfg(feature = "playout")]
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct StationOption {
    #[arg(long, short, default_value = ".", value_name = "STATION")]
    pub station: PathBuf,
}

/// For people or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum CliFormat {
    Text,
    Json,
}

/// For people, for programs, for spreadsheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum LogFormat {
    Text,
    Json,
    Csv,
}

/// The commands.
#[derive(Debug, Subcommand)]
#[allow(missing_docs)]
pub enum CliCommand {
    #[cfg(feature = "playout")]
    Init {
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
    #[cfg(feature = "playout")]
    Check {
        #[command(flatten)]
        station: StationArg,
        #[arg(long, conflicts_with = "format")]
        accept: bool,
        #[arg(long, value_enum, default_value = "text")]
        format: CliFormat,
    },
    #[cfg(feature = "playout")]
    Scan {
        #[arg(value_name = "FILE", required = true)]
        sound: Vec<PathBuf>,
        #[arg(long, value_enum, default_value = "text")]
        format: CliFormat,
        #[arg(long, value_parser = clap::value_parser!(u16).range(1..=64))]
        jobs: Option<u16>,
    },
    #[cfg(feature = "playout")]
    Add {
        #[arg(value_name = "FILE", required = true)]
        sound: Vec<PathBuf>,
        #[command(flatten)]
        station: StationOption,
        #[command(flatten)]
        labels: Box<AddArgs>,
    },
    #[cfg(feature = "playout")]
    List {
        #[command(flatten)]
        station: StationArg,
        #[arg(long, value_enum, default_value = "text")]
        format: CliFormat,
    },
    #[cfg(feature = "playout")]
    Remove {
        #[arg(value_parser = parse_segment_id)]
        segment: Id,
        #[command(flatten)]
        station: StationOption,
    },
    #[cfg(feature = "playout")]
    Plan {
        #[command(flatten)]
        station: StationArg,
        #[arg(long, value_parser = parse_date)]
        date: Option<NaiveDate>,
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3660))]
        days: Option<u32>,
        #[arg(long, value_name = "OLD_STATION")]
        diff: Option<PathBuf>,
        #[arg(long, value_enum, default_value = "text")]
        format: CliFormat,
    },
    #[cfg(feature = "playout")]
    Rehearse {
        #[command(flatten)]
        station: StationArg,
        #[arg(long, value_parser = parse_date)]
        from: NaiveDate,
        #[arg(long, value_parser = parse_date)]
        until: NaiveDate,
        #[arg(long, value_name = "DIR")]
        log: Option<PathBuf>,
    },
    #[cfg(feature = "playout")]
    Run {
        #[command(flatten)]
        station: StationArg,
    },
    #[cfg(feature = "playout")]
    Status {
        #[command(flatten)]
        station: StationArg,
        #[arg(long, value_enum, default_value = "text")]
        format: CliFormat,
    },
    #[cfg(feature = "playout")]
    Play {
        #[arg(value_parser = parse_segment_id)]
        segment: Id,
        #[command(flatten)]
        station: StationOption,
    },
    #[cfg(feature = "playout")]
    Urgent {
        #[arg(value_name = "FILE|SEGMENT")]
        alarm: PathBuf,
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
        repeat: u16,
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        station: StationOption,
    },
    #[cfg(feature = "playout")]
    Skip {
        #[command(flatten)]
        station: StationArg,
    },
    #[cfg(feature = "playout")]
    Stop {
        #[command(flatten)]
        station: StationArg,
    },
    #[cfg(feature = "playout")]
    Note {
        id: String,
        text: String,
        #[command(flatten)]
        station: StationOption,
    },
    #[cfg(feature = "playout")]
    #[command(subcommand)]
    Clock(ClockCommand),
    #[cfg(feature = "playout")]
    #[command(subcommand)]
    Amplifier(AmplifierCommand),
    Log {
        #[command(flatten)]
        station: StationArg,
        #[arg(long, conflicts_with = "month", value_parser = parse_date)]
        date: Option<NaiveDate>,
        #[arg(long, value_name = "YYYY-MM", value_parser = parse_month)]
        month: Option<NaiveDate>,
        #[arg(long, value_enum, default_value = "text")]
        format: LogFormat,
        #[arg(long)]
        all: bool,
    },
    Verify {
        #[arg(value_name = "PATH")]
        path: PathBuf,
        #[command(flatten)]
        asked: VerifyArgs,
        #[arg(long, value_enum, default_value = "text")]
        format: CliFormat,
    },
    #[cfg(feature = "playout")]
    Export {
        #[command(flatten)]
        station: StationArg,
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
    },
    Receipt {
        #[arg(value_name = "STATION")]
        station: PathBuf,
        id: String,
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    #[command(subcommand)]
    Key(KeyCommand),
    #[command(flatten)]
    Department(department::DepartmentCommand),
    #[cfg(feature = "playout")]
    #[command(hide = true)]
    Demo {
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
}

/// What a new segment is to say of itself.
#[cfg(feature = "playout")]
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct AddArgs {
    #[arg(long, value_name = "NAME")]
    pub playlist: Option<String>,
    #[arg(long, value_name = "N")]
    pub topic: Option<u16>,
    #[arg(long)]
    pub title: Option<String>,
    #[arg(long = "id", value_name = "ID", value_parser = parse_segment_id)]
    pub own_id: Option<Id>,
    #[arg(long)]
    pub language: Option<String>,
    #[arg(long)]
    pub source: Option<String>,
    #[arg(long, value_name = "NAME", requires = "approved_on")]
    pub approved_by: Option<String>,
    #[arg(long, value_name = "DATE", value_parser = parse_date, requires = "approved_by")]
    pub approved_on: Option<NaiveDate>,
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub valid_until: Option<NaiveDate>,
    #[arg(long)]
    pub anyway: bool,
}

/// What `loa verify` is asked.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct VerifyArgs {
    #[arg(long, value_name = "VKEY")]
    pub key: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub witnessed: Vec<PathBuf>,
    #[arg(long, value_name = "VKEY")]
    pub witness_key: Option<String>,
    #[arg(long, value_name = "ID")]
    pub airing: Option<String>,
    #[arg(long, value_name = "CODE")]
    pub head_code: Option<String>,
    #[arg(long)]
    pub no_epochs: bool,
}

/// `loa key`.
#[derive(Debug, Subcommand)]
#[allow(missing_docs)]
pub enum KeyCommand {
    Show {
        #[command(flatten)]
        station: StationArg,
        #[arg(long)]
        qr: bool,
        #[arg(long)]
        witness: bool,
    },
}

/// `loa clock`.
#[cfg(feature = "playout")]
#[derive(Debug, Subcommand)]
#[allow(missing_docs)]
pub enum ClockCommand {
    Confirm {
        #[command(flatten)]
        station: StationArg,
        #[arg(long)]
        yes: bool,
    },
}

/// `loa amplifier`.
#[cfg(feature = "playout")]
#[derive(Debug, Subcommand)]
#[allow(missing_docs)]
pub enum AmplifierCommand {
    On {
        #[command(flatten)]
        station: StationArg,
    },
    Off {
        #[command(flatten)]
        station: StationArg,
    },
    Test {
        #[command(flatten)]
        station: StationArg,
    },
}

#[cfg(feature = "playout")]
impl AmplifierCommand {
    fn station(&self) -> &std::path::Path {
        let (Self::On { station } | Self::Off { station } | Self::Test { station }) = self;
        &station.station
    }
}

#[cfg(feature = "playout")]
fn parse_segment_id(text: &str) -> Result<Id, String> {
    Id::new(text).ok_or_else(|| text.to_owned())
}

/// A date with a year of four digits: whatever is reckoned from it stays a date.
fn parse_date(text: &str) -> Result<NaiveDate, String> {
    text.parse().ok().filter(|_| text.len() == 10).ok_or_else(|| text.to_owned())
}

fn parse_month(text: &str) -> Result<NaiveDate, String> {
    parse_date(&format!("{text}-01"))
}

/// Does what was typed; gives the exit code.
///
/// # Errors
/// When standard output or the disk fails in a way that no command foresaw.
pub fn dispatch(cli: Cli) -> std::io::Result<u8> {
    let lang = cli.lang;
    match cli.command {
        #[cfg(feature = "playout")]
        CliCommand::Init { dir } => init::run(&dir, lang),
        #[cfg(feature = "playout")]
        CliCommand::Check { station, accept: true, .. } => check::accept(&station.station, lang),
        #[cfg(feature = "playout")]
        CliCommand::Check { station, format, .. } => check::run(&station.station, lang, format),
        #[cfg(feature = "playout")]
        CliCommand::Scan { sound, format, jobs } => scan::run(&sound, lang, format, jobs),
        #[cfg(feature = "playout")]
        CliCommand::Add { sound, station, labels } => add::run(&station.station, &sound, &labels, lang),
        #[cfg(feature = "playout")]
        CliCommand::List { station, format } => list::run(&station.station, lang, format),
        #[cfg(feature = "playout")]
        CliCommand::Remove { segment, station } => remove::run(&station.station, &segment, lang),
        #[cfg(feature = "playout")]
        CliCommand::Plan { station, date, days, diff, format } => {
            plan::run(&station.station, lang, &plan::PlanArgs { date, days, diff }, format)
        }
        #[cfg(feature = "playout")]
        CliCommand::Rehearse { station, from, until, log } => {
            rehearse::run(&station.station, lang, from, until, log.as_deref())
        }
        #[cfg(feature = "playout")]
        CliCommand::Run { station } => run::run(&station.station, lang),
        #[cfg(feature = "playout")]
        CliCommand::Status { station, format } => control::status(&station.station, lang, format),
        #[cfg(feature = "playout")]
        CliCommand::Play { segment, station } => {
            control::send_command(&station.station, lang, OperatorCommand::Play(segment))
        }
        #[cfg(feature = "playout")]
        CliCommand::Urgent { alarm, repeat, yes, station } => urgent::run(&station.station, lang, &alarm, repeat, yes),
        #[cfg(feature = "playout")]
        CliCommand::Skip { station } => control::send_command(&station.station, lang, OperatorCommand::Skip),
        #[cfg(feature = "playout")]
        CliCommand::Stop { station } => control::send_command(&station.station, lang, OperatorCommand::Stop),
        #[cfg(feature = "playout")]
        CliCommand::Note { id, text, station } => {
            control::send_command(&station.station, lang, OperatorCommand::Note { id, text })
        }
        #[cfg(feature = "playout")]
        CliCommand::Clock(ClockCommand::Confirm { station, yes }) => {
            control::confirm_clock(&station.station, lang, yes)
        }
        #[cfg(feature = "playout")]
        CliCommand::Amplifier(command) => amplifier::run(command.station(), lang, &command),
        CliCommand::Log { station, date, month, format, all } => {
            log::run(&station.station, lang, date, month, format, all)
        }
        CliCommand::Verify { path, asked, format } => verify::run(&path, &asked, lang, format),
        #[cfg(feature = "playout")]
        CliCommand::Export { station, to } => export::run(&station.station, &to, lang),
        CliCommand::Receipt { station, id, to } => receipt::run(&station, &id, to.as_deref(), lang),
        CliCommand::Key(KeyCommand::Show { station, qr, witness }) => key::show(&station.station, lang, qr, witness),
        CliCommand::Department(command) => department::run(command, lang),
        #[cfg(feature = "playout")]
        CliCommand::Demo { dir } => demo::run(&dir, lang),
    }
}
