//! `loa rehearse`: runs the engine, log and recovery code in virtual time, without sound.
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use clap::Args;

use super::open_station::open_station;
use crate::airlog::entry::Outcome;
use crate::airlog::keys::os_seed;
use crate::airlog::replay::Replay;
use crate::airlog::storage::{FolderStorage, MemoryStorage, Storage};
use crate::airlog::{AirLog, BALLAST, LOG, LogConfig};
use crate::base::durable;
use crate::base::instant::{BootTime, SECOND_US, WallTime};
use crate::cli::args::{StationArg, parse_date};
use crate::cli::exit::{EXIT_CONFIG, EXIT_USAGE, fail};
use crate::cli::record::log;
use crate::plan::resolve_local_time;
use crate::playout::clock::scripted::ScriptedClock;
use crate::playout::engine::{Engine, RestoredState, ScheduleRevision, StationContext};
use crate::playout::output::scripted::ScriptedOutput;
use crate::playout::{Effects, Playout, PlayoutCommand, adoption};
use crate::text::cli::CliText;
use crate::text::{Lang, Localize};

/// The device's name and the boot id in a rehearsal's log; every entry has the boot id.
pub const REHEARSAL: &str = "rehearsal";
/// Most dates that one rehearsal may cover.
const MAX_DAYS: i64 = 3660;

/// Arguments of `loa rehearse`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct RehearseArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long, value_parser = parse_date)]
    pub from: NaiveDate,
    #[arg(long, value_parser = parse_date)]
    pub until: NaiveDate,
    #[arg(long, value_name = "DIR")]
    pub log: Option<PathBuf>,
}

/// Rehearses the dates `from` to `until`, both inclusive, and prints the result.
///
/// # Errors
/// When standard output or the log's folder cannot be written.
pub fn run(args: &RehearseArgs, lang: Lang) -> io::Result<u8> {
    let (station, from, until, log_dir) = (args.station.dir.as_path(), args.from, args.until, args.log.as_deref());
    let days = (until - from).num_days() + 1;
    if !(1..=MAX_DAYS).contains(&days) {
        return Ok(fail(CliText::BadPeriod {}.localized(lang), EXIT_USAGE));
    }
    if let Some(dir) = log_dir
        && (dir.file_name() == Some("airlog".as_ref()) || dir.starts_with(station.join("airlog")))
    {
        return Ok(fail(CliText::RealLog { path: dir.display().to_string() }.localized(lang), EXIT_USAGE));
    }
    if let Some(dir) = log_dir
        && std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some())
    {
        return Ok(fail(CliText::DirInUse { path: dir.display().to_string() }.localized(lang), EXIT_CONFIG));
    }
    let (opened, code) = match open_station(station, lang) {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    let adopted = Arc::new(adoption::prepare_adopted(&opened.files, opened.schedule, opened.library));
    let disk = MemoryStorage::default();
    rehearse(&disk, adopted, &station.join("audio"), from, until)?;
    if let Some(dir) = log_dir {
        for name in disk.names().iter().filter(|name| *name != LOG && *name != BALLAST) {
            FolderStorage::new(dir.to_owned()).append(name, &disk.bytes(name))?;
        }
        durable::replace(&dir.join(LOG), &disk.bytes(LOG))?;
    }
    summarise(&disk, days, lang, log_dir)?;
    Ok(code)
}

/// Runs the station from the start of `from` to the end of `until`, in memory.
///
/// # Errors
/// When the system has no random numbers for a throwaway key.
pub fn rehearse(
    disk: &MemoryStorage,
    adopted: Arc<ScheduleRevision>,
    audio: &Path,
    from: NaiveDate,
    until: NaiveDate,
) -> io::Result<()> {
    let zone = adopted.schedule.station.timezone;
    let midnight = |day: NaiveDate| WallTime(resolve_local_time(zone, day.and_time(NaiveTime::MIN)).timestamp_micros());
    let clock = ScriptedClock::new(midnight(from), true, REHEARSAL);
    let end = clock.read().boot_at(midnight(until + TimeDelta::days(1)));
    let (commands, receiver) = mpsc::channel();
    let _ = commands.send(PlayoutCommand::Adopt(adopted.clone()));
    let mut playout = open_playout(disk, &adopted, audio, until, &clock, receiver)?;
    while playout.step() {
        let over = clock.boot() >= end;
        // An airing that starts on the last day may end after it, but not a day later.
        let stuck = clock.boot() >= end.plus(86_400 * SECOND_US);
        if over && (playout.engine().is_idle(clock.read()) || stuck) {
            let cause = "rehearsal-end".to_owned();
            let _ = commands.send(PlayoutCommand::Shutdown { cause });
        } else if !over {
            clock.stop_at(end);
        } else {
            clock.stop_at(BootTime(i64::MAX));
        }
        playout.wait();
    }
    Ok(())
}

/// Opens a log in memory and builds the playout on it.
fn open_playout(
    disk: &MemoryStorage,
    adopted: &ScheduleRevision,
    audio: &Path,
    until: NaiveDate,
    clock: &ScriptedClock,
    receiver: mpsc::Receiver<PlayoutCommand>,
) -> io::Result<Playout<ScriptedClock, MemoryStorage>> {
    let now = clock.read();
    let opening = LogConfig {
        kind: "rehearsal",
        station: adopted.schedule.station.id.as_str(),
        boot: REHEARSAL,
        zone: adopted.schedule.station.timezone,
        seed_source: os_seed,
    };
    // A throwaway key, so that nobody takes a rehearsal for a real log.
    let log = AirLog::open(disk.clone(), MemoryStorage::default(), None, &opening)?;
    let facts = StationContext {
        station: adopted.schedule.station.id.clone(),
        audio_dir: audio.to_owned(),
        built_at: now.wall,
        rehearsal: true,
        last_date: Some(until),
        identity: log.identity(),
    };
    let station = adopted.schedule.station.clone();
    let begun = Engine::start(RestoredState {
        now,
        boot_id: REHEARSAL.to_owned(),
        replay: Replay::default(),
        marks: Default::default(),
        found: Default::default(),
        context: facts,
        station,
        follows: None,
    });
    let (output_clock, library, audio) = (clock.clone(), adopted.library.clone(), audio.to_owned());
    let maker =
        move |_: &_| Box::new(ScriptedOutput::for_library(output_clock.clone(), REHEARSAL, &audio, &library)) as Box<_>;
    let hands =
        Effects { make_output: Box::new(maker), switch_amplifier: Box::new(|_| None), notify: Box::new(|_| ()) };
    Ok(Playout::new(clock.clone(), log, begun, hands, receiver))
}

fn summarise(disk: &MemoryStorage, days: i64, lang: Lang, log_dir: Option<&Path>) -> io::Result<()> {
    let page = log::read_from(disk, NaiveDate::MIN, NaiveDate::MAX)?;
    let outcomes = page.outcomes();
    let aired = outcomes.iter().filter(|outcome| outcome.note.result == Outcome::Aired).count();
    let mut out = io::stdout().lock();
    let (planned, other) = (outcomes.len(), outcomes.len() - aired);
    writeln!(out, "{}", CliText::Rehearsed { days, planned, aired, other }.localized(lang))?;
    let failed: Vec<_> = outcomes.into_iter().filter(|outcome| outcome.note.result != Outcome::Aired).collect();
    if !failed.is_empty() {
        out.write_all(log::airings_table(&failed[..failed.len().min(50)], lang).as_bytes())?;
    }
    if let Some(dir) = log_dir {
        writeln!(out, "{}", CliText::RehearsalKept { path: dir.display().to_string() }.localized(lang))?;
    }
    Ok(())
}
