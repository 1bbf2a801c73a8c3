//! A rehearsal: the station's own engine, log and recovery in virtual time, without sound.
use std::io;
use std::path::Path;
use std::sync::{Arc, mpsc};

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use super::assembly::{RestoredStation, StationSetup};
use super::clock::scripted::ScriptedClock;
use super::command::PlayoutCommand;
use super::effects::Effects;
use super::engine::ScheduleRevision;
use super::output::scripted::ScriptedOutput;
use super::run_loop::Playout;
use crate::airlog::recover::Recovered;
use crate::airlog::storage::MemoryStorage;
use crate::base::instant::{BootTime, SECOND_US, WallTime};
use crate::plan::resolve_local_time;

/// Stands for the device and the boot id in a rehearsal's log; the boot id marks every line.
pub const REHEARSAL: &str = "rehearsal";
/// How long an airing of the last day may run past midnight, microseconds.
const MAX_OVERTIME_US: i64 = 86_400 * SECOND_US;

/// Runs the station from the first instant of `from` to the first after `until`, and writes its log to `disk`.
///
/// # Errors
/// An I/O error when the system has no random numbers for the throwaway key.
pub fn rehearse(
    disk: &MemoryStorage,
    revision: Arc<ScheduleRevision>,
    audio: &Path,
    from: NaiveDate,
    until: NaiveDate,
) -> io::Result<()> {
    let station = &revision.schedule.station;
    let zone = station.timezone;
    let midnight = |day: NaiveDate| WallTime(resolve_local_time(zone, day.and_time(NaiveTime::MIN)).timestamp_micros());
    let clock = ScriptedClock::new(midnight(from), true, REHEARSAL);
    let now = clock.read();
    let setup = StationSetup {
        settings: station.clone(),
        id: station.id.clone(),
        audio_dir: audio.to_owned(),
        built_at: now.wall,
        boot_id: REHEARSAL.to_owned(),
        rehearsal_until: Some(until),
    };
    // The key is thrown away, so that a rehearsal cannot be passed off as a real log.
    let station = RestoredStation::open(disk.clone(), MemoryStorage::default(), Recovered::default(), setup)?;
    let started = station.start(now);
    let (sender, commands) = mpsc::channel();
    let effects = silent_effects(&clock, audio, &revision);
    let _ = sender.send(PlayoutCommand::Adopt(revision));
    let mut playout = started.into_playout(clock.clone(), effects, commands);
    run_until(&mut playout, &clock, now.boot_at(midnight(until + TimeDelta::days(1))), &sender);
    Ok(())
}

/// Returns effects that make scripted outputs and do nothing else.
fn silent_effects(clock: &ScriptedClock, audio: &Path, revision: &ScheduleRevision) -> Effects {
    let (clock, library, audio) = (clock.clone(), revision.library.clone(), audio.to_owned());
    let make_output =
        move |_: &_| Box::new(ScriptedOutput::for_library(clock.clone(), REHEARSAL, &audio, &library)) as Box<_>;
    Effects { make_output: Box::new(make_output), switch_amplifier: Box::new(|_| None), notify: Box::new(|_| ()) }
}

/// Steps through virtual time until the station has ended: at `end`, or once airings that began before it are over.
fn run_until(
    playout: &mut Playout<ScriptedClock, MemoryStorage>,
    clock: &ScriptedClock,
    end: BootTime,
    commands: &mpsc::Sender<PlayoutCommand>,
) {
    while playout.step() {
        let over = clock.boot() >= end;
        let stuck = clock.boot() >= end.plus(MAX_OVERTIME_US);
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
}
