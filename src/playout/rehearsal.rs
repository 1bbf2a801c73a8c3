//! A rehearsal: the station's own engine, log and recovery run in virtual time, without sound.
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

/// The name of the device and the boot id in a rehearsal's log. The boot id is in every line, so each line shows that
/// it is from a rehearsal.
pub const REHEARSAL: &str = "rehearsal";
/// The maximum number of days for which the sessions of the last day can run past its end.
pub const MAX_OVERTIME_DAYS: i64 = 31;
const MAX_OVERTIME_US: i64 = MAX_OVERTIME_DAYS * 86_400 * SECOND_US;

/// Runs the station from the beginning of `from` to the end of `until`, and then until all airings that began by then
/// have ended. Writes its log to `disk`. Returns the number of planned airings that have not ended after
/// [`MAX_OVERTIME_DAYS`].
///
/// # Errors
/// An I/O error if the system cannot supply random numbers for the temporary key.
pub fn rehearse(
    disk: &MemoryStorage,
    revision: Arc<ScheduleRevision>,
    audio_dir: &Path,
    from: NaiveDate,
    until: NaiveDate,
) -> io::Result<usize> {
    let station = &revision.schedule.station;
    let zone = station.timezone;
    let midnight_of =
        |date: NaiveDate| WallTime(resolve_local_time(zone, date.and_time(NaiveTime::MIN)).timestamp_micros());
    let clock = ScriptedClock::new(midnight_of(from), true, REHEARSAL);
    let now = clock.read();
    let setup = StationSetup {
        settings: station.clone(),
        id: station.id.clone(),
        audio_dir: audio_dir.to_owned(),
        built_at: now.wall,
        boot_id: REHEARSAL.to_owned(),
        rehearsal_until: Some(until),
    };
    // The key is discarded, so that a rehearsal cannot be presented as a real log.
    let restored_station = RestoredStation::open(disk.clone(), MemoryStorage::default(), Recovered::default(), setup)?;
    let started_station = restored_station.start(now);
    let (sender, commands) = mpsc::channel();
    let effects = silent_effects(&clock, audio_dir, &revision);
    let _ = sender.send(PlayoutCommand::Adopt(revision));
    let mut playout = started_station.into_playout(clock.clone(), effects, commands);
    Ok(run_until(&mut playout, &clock, now.boot_at(midnight_of(until + TimeDelta::days(1))), &sender))
}

/// Returns effects that make scripted outputs and do nothing else.
fn silent_effects(clock: &ScriptedClock, audio_dir: &Path, revision: &ScheduleRevision) -> Effects {
    let (clock, library, audio_dir) = (clock.clone(), revision.library.clone(), audio_dir.to_owned());
    let make_output =
        move |_: &_| Box::new(ScriptedOutput::for_library(clock.clone(), REHEARSAL, &audio_dir, &library)) as Box<_>;
    Effects {
        make_output: Box::new(make_output),
        switch_amplifier: Box::new(|_| None),
        read_host_facts: Box::new(|_| None),
        read_hand_in_state: Box::new(|_| None),
        read_alarm_facts: Box::new(|_| None),
        notify: Box::new(|_| ()),
    }
}

/// Steps through virtual time until the station has ended. It ends at `end`, or later once the airings that began
/// before `end` have ended. Returns the number of planned airings that have not ended.
fn run_until(
    playout: &mut Playout<ScriptedClock, MemoryStorage>,
    clock: &ScriptedClock,
    end: BootTime,
    commands: &mpsc::Sender<PlayoutCommand>,
) -> usize {
    let mut open_airings = 0;
    while playout.step() {
        let is_past_end = clock.boot() >= end;
        let is_overtime_used_up = clock.boot() >= end.plus(MAX_OVERTIME_US);
        if is_past_end && (playout.engine().is_idle(clock.read()) || is_overtime_used_up) {
            open_airings = open_airings.max(playout.engine().open_airing_count());
            let cause = "rehearsal-end".to_owned();
            let _ = commands.send(PlayoutCommand::Shutdown { cause });
        } else if !is_past_end {
            clock.stop_at(end);
        } else {
            clock.stop_at(BootTime(i64::MAX));
        }
        playout.wait();
    }
    open_airings
}
