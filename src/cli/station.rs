//! Commands for a station: they check it, plan its airings, play them, and edit its segments.
mod account;
pub mod add;
#[cfg(feature = "alarm")]
pub mod alarm;
#[cfg(feature = "alarm")]
pub mod alarm_queue;
pub mod amplifier;
pub mod check;
pub mod clock;
pub mod control;
mod daemon_notices;
pub mod demo;
mod device_names;
pub mod doctor;
mod engine_notices;
pub mod export;
pub mod init;
pub mod list;
mod messages;
pub mod note;
mod older_schedule;
mod open_station;
#[cfg(feature = "page")]
pub mod page;
mod pick;
pub mod plan;
mod plan_changes;
pub mod push;
mod recorded_change;
pub mod rehearse;
pub mod remove;
pub mod run;
pub mod scan;
mod segment_file;
pub mod session;
pub mod status;
pub mod undo;
pub mod urgent;
mod week_table;
mod when;

use std::io;
use std::path::Path;

use clap::Subcommand;

use super::args::StationArg;
use super::language::{default_language, station_language};
use crate::playout::engine::OperatorCommand;
use crate::text::Lang;

/// Commands of the station, in the order of the help.
#[derive(Debug, Subcommand)]
#[allow(missing_docs)]
pub enum StationCommand {
    Init(init::InitArgs),
    Check(check::CheckArgs),
    Scan(scan::ScanArgs),
    Add(Box<add::AddArgs>),
    List(list::ListArgs),
    Remove(remove::RemoveArgs),
    Session(Box<session::SessionArgs>),
    Undo(undo::UndoArgs),
    Plan(plan::PlanArgs),
    Rehearse(rehearse::RehearseArgs),
    Run(run::RunArgs),
    Status(status::StatusArgs),
    Play(control::PlayArgs),
    Urgent(urgent::UrgentArgs),
    Skip(StationArg),
    Stop(StationArg),
    Note(note::NoteArgs),
    #[cfg(feature = "page")]
    Page(page::PageArgs),
    #[command(subcommand)]
    Clock(clock::ClockCommand),
    #[command(subcommand)]
    Amplifier(amplifier::AmplifierCommand),
    #[cfg(feature = "alarm")]
    #[command(subcommand)]
    Alarm(alarm::AlarmCommand),
    Doctor(doctor::DoctorArgs),
    #[command(hide = true)]
    Demo(demo::DemoArgs),
}

/// Runs a command and returns the exit code.
///
/// # Errors
/// If standard output, the terminal or the disk fails.
pub fn run(command: StationCommand, lang: Option<Lang>) -> io::Result<u8> {
    use StationCommand as C;
    let language_of = |station: &Path| lang.unwrap_or_else(|| station_language(station));
    let end = |name, command, station: &Path| control::end(name, command, station, language_of(station));
    match command {
        C::Init(args) => init::run(&args, lang.unwrap_or_else(default_language)),
        C::Check(args) => check::run(&args, lang),
        C::Scan(args) => scan::run(&args, lang.unwrap_or_else(default_language)),
        C::Add(args) => add::run(&args, lang),
        C::List(args) => list::run(&args, language_of(&args.station.dir)),
        C::Remove(args) => remove::run(&args, lang),
        C::Session(args) => session::run(&args, lang),
        C::Undo(args) => undo::run(&args, language_of(&args.station.dir)),
        C::Plan(args) => plan::run(&args, language_of(&args.station.dir)),
        C::Rehearse(args) => rehearse::run(&args, language_of(&args.station.dir)),
        C::Run(args) => run::run(&args, language_of(&args.station.dir)),
        C::Status(args) => status::run(&args, language_of(&args.station.dir)),
        C::Play(args) => control::play(&args, language_of(&args.station.dir)),
        C::Urgent(args) => urgent::run(&args, language_of(&args.station.dir)),
        C::Skip(args) => end("skip", OperatorCommand::Skip, &args.dir),
        C::Stop(args) => end("stop", OperatorCommand::Stop, &args.dir),
        #[cfg(feature = "page")]
        C::Page(args) => page::run(&args, language_of(&args.station.dir)),
        C::Note(args) => note::run(&args, language_of(&args.station.dir)),
        C::Clock(clock::ClockCommand::Confirm(args)) => clock::confirm(&args, language_of(&args.station.dir)),
        C::Amplifier(command) => amplifier::run(&command, language_of(command.station())),
        #[cfg(feature = "alarm")]
        C::Alarm(command) => alarm::run(&command, language_of(command.station())),
        C::Doctor(args) => doctor::run(&args, language_of(&args.station.dir)),
        C::Demo(args) => demo::run(&args, lang.unwrap_or_else(default_language)),
    }
}
