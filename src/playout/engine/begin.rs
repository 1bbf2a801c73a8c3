//! What a starting daemon owes to the past.
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};

use super::slot::{Slot, Taken};
use super::trust::Trust;
use super::{Action, Adopted, Engine, Facts, Line, Notice, Out};
use crate::airlog::entry::{Body, BootNote, Follows, Genesis, LostNote, Outcome, Reason};
use crate::airlog::progress::{Mark, Marks, Told};
use crate::airlog::replay::{OpenStart, Replay};
use crate::airlog::runs::Before;
use crate::instant::local;
use crate::instant::{Boot, SECOND, Wall};
use crate::plan::{Plan, Planner};
use crate::playout::adoption::Found;
use crate::playout::clock::Now;
use crate::playout::output::Sink;
use crate::station::Station;

/// A network that is there puts the clock right within this time of a start. A computer whose battery clock runs on
/// another zone's time would otherwise have logged sessions as missed that are still to come.
const SETTLE_US: i64 = 300 * SECOND;

/// The `detail` of an outcome when there were marks that said more, and are not believed.
const DOUBTED: &str = "marks in airlog/progress are not believed";

/// Program and version, for the log.
pub const PROGRAM: &str = concat!("loa ", env!("CARGO_PKG_VERSION"));

/// Everything a starting daemon has learnt.
pub struct Beginning {
    /// The clocks.
    pub now: Now,
    /// This start of the machine.
    pub boot_id: String,
    /// What the log tells.
    pub replay: Replay,
    /// What the marks tell.
    pub marks: Marks,
    /// The last adopted schedule and the open plans, from their kept files, and what of them is lost.
    pub found: Found,
    /// What cannot change.
    pub facts: Facts,
    /// The station as its folder says now, for a new log.
    pub station: Station,
    /// The damaged log that a new one takes the place of.
    pub follows: Option<Follows>,
}

impl Engine {
    /// Begins: a new log gets its genesis, an airing that was cut off its outcome, and what was to be done while the
    /// station was off is found again.
    #[must_use]
    pub fn begin(beginning: Beginning) -> (Self, Vec<Action>) {
        let Beginning { now, boot_id, replay, marks, found, facts, station, follows } = beginning;
        let Found { adopted, plans, lost, unplanned } = found;
        let mark_seen = last_mark(&replay, &marks).filter(|m| m.trusted).map(|m| m.wall);
        let entry_seen = replay.floor.map(|at| Wall(at.timestamp_micros()));
        let last_seen = mark_seen.max(entry_seen);
        let (trust, step) = Trust::begin(now, &boot_id, &replay, last_seen, facts.build);
        let mut engine = Self::blank(now, facts, trust, adopted, &replay);
        if replay.entries == 0 {
            engine.genesis(&station, follows);
        }
        engine.boot_entry(now, &boot_id, &replay, last_seen, last_alive(&replay, &marks));
        if let Some(by_us) = step {
            // The machine ran on: its boot clock tells that the wall clock was set meanwhile.
            engine.step_entry(now, by_us);
        }
        if !now.sync.synchronised {
            engine.settles_from = now.boot.plus(SETTLE_US);
        }
        for open in &replay.open {
            engine.close_cut_off(now, open, &marks.told(open, &now, &boot_id));
        }
        engine.write_off(lost);
        let anew = unplanned.into_iter().filter_map(|date| Some((date, engine.plan_lost(date, &replay)?)));
        let anew: Vec<(NaiveDate, Plan)> = anew.collect();
        engine.remember(plans.into_iter().chain(anew).collect());
        engine.run(now);
        engine.slots.retain(|slot| !slot.done());
        let actions = engine.flush(now);
        (engine, actions)
    }

    fn blank(now: Now, facts: Facts, trust: Trust, adopted: Option<Arc<Adopted>>, replay: &Replay) -> Self {
        Self {
            facts,
            last_sound: now.boot,
            settles_from: now.boot,
            trust,
            adopted,
            waiting: None,
            doubt: super::doubt::Doubt::default(),
            planned_through: replay.planned_through,
            plans: BTreeMap::new(),
            slots: Vec::new(),
            extras: Vec::new(),
            settled: replay.settled.clone(),
            begun: replay.begun.clone(),
            runs: replay.runs.clone(),
            line: Line::Closed,
            looked: now.boot,
            away_since: None,
            losing: false,
            device: super::device::Told::default(),
            settings: None,
            amplifier: super::amplifier::State::default(),
            next_key: 0,
            around: Cell::default(),
            ending: None,
            exited: false,
            out: Out::default(),
        }
    }

    fn genesis(&mut self, station: &Station, follows: Option<Follows>) {
        self.out.log.push(Body::Genesis(Genesis {
            origin: self.facts.identity.origin.clone(),
            key: self.facts.identity.key.clone(),
            epoch_key: self.facts.identity.epoch_key.clone(),
            station: station.id.clone(),
            name: station.name.clone(),
            agency: station.agency.clone(),
            timezone: station.timezone.name().to_owned(),
            program: PROGRAM.to_owned(),
            follows,
        }));
    }

    /// An airing that sounded when the daemon was cut off: what is known to have played, and no more.
    fn close_cut_off(&mut self, now: Now, open: &OpenStart, told: &Told) {
        let fields = &open.fields;
        let taken = Taken {
            frames: told.frames,
            rate: told.rate,
            late_us: fields.late_us,
            sha256: fields.sha256.clone(),
            device: fields.device.clone(),
            sink: Sink { name: fields.sink.clone(), hardware: fields.hardware },
            volume: fields.volume,
            level: fields.level,
            detail: told.doubted.then(|| DOUBTED.to_owned()),
            ..Taken::default()
        };
        if told.doubted {
            self.out.talk.push(Action::Tell(Notice::MarksDoubted(open.labels.id.clone())));
        }
        let slot = Slot { ends: now.boot, ..Slot::blank(open.labels.clone()) };
        // It had started: at least one frame was taken, even if no mark came to say so.
        let result = Outcome::Partial;
        let note = slot.outcome(result, Some(Reason::PowerOff), taken);
        self.settled.insert(open.labels.id.clone());
        self.out.talk.push(Action::Tell(Notice::Ended(Box::new(note.clone()))));
        self.out.log.push(Body::Outcome(note));
    }

    /// Of what neither copy is left: what it named is owed and unknown, and is said before anything is planned anew.
    fn write_off(&mut self, lost: Vec<LostNote>) {
        for note in lost {
            self.out.talk.push(Action::Tell(Notice::Lost(note.clone())));
            self.out.log.push(Body::Lost(note));
        }
    }

    /// A date whose last plan is lost, planned anew by the schedule that was in force, as far back as that was adopted.
    /// When that is lost, too, nothing is known: then the date has an empty plan, to which what is still to come is added.
    /// None when the date is over.
    fn plan_lost(&mut self, date: NaiveDate, replay: &Replay) -> Option<Plan> {
        let Some(adopted) = self.adopted.clone() else {
            // Tomorrow may be planned already.
            let ahead = replay.planned_through.is_some_and(|through| date >= through - TimeDelta::days(1));
            return ahead.then(|| Plan { airings: Vec::new() });
        };
        let mut plan = Planner::new(&adopted.schedule, &adopted.library).day(date);
        let from = replay.adopted_at.unwrap_or(Wall(i64::MIN));
        plan.airings.retain(|a| a.session_starts() >= from || self.settled.contains(&a.id));
        self.keep_plan(date, plan.clone());
        Some(plan)
    }

    /// Lines up what the latest plans still owe.
    fn remember(&mut self, plans: Vec<(NaiveDate, Plan)>) {
        for (date, plan) in plans {
            let owed = plan.airings.iter().filter(|a| !self.settled.contains(&a.id));
            self.slots.extend(owed.cloned().map(Slot::planned));
            self.plans.insert(date, plan);
        }
        self.slots.sort_by_key(|slot| slot.plan.as_ref().map(crate::plan::Airing::session_starts));
    }

    fn boot_entry(&mut self, now: Now, boot_id: &str, replay: &Replay, last_seen: Option<Wall>, alive: Option<Boot>) {
        let trusted = self.trust.believed;
        let zone = self.zone();
        let off_us = last_seen.filter(|_| trusted).map(|seen| now.wall.since(seen).max(0));
        let before = Before { orderly: replay.orderly, seen: last_seen, alive };
        self.runs.begin(now.wall, now.boot, boot_id, before, trusted);
        if !trusted {
            self.out.talk.push(Action::Tell(Notice::ClockDoubted(self.trust.why)));
        }
        self.out.log.push(Body::Boot(BootNote {
            last_seen: last_seen.map(|seen| local(seen, zone)),
            alive_us: alive.map(|boot| boot.0),
            off_s: off_us.map(|us| us / 1_000_000),
            orderly: replay.orderly,
            machine_restarted: replay.last.as_ref().is_none_or(|(_, _, id)| id != boot_id),
            trusted,
            trust: self.trust.why,
            program: PROGRAM.to_owned(),
        }));
        if let Some(us) = off_us {
            self.out.talk.push(Action::Tell(Notice::WasOff { seconds: us / 1_000_000 }));
        }
    }
}

/// The newest mark, if it is newer than the newest entry, by the boot clock of the same start of the machine. An older
/// one may bear a time that was put right since: it is no sign of life.
fn last_mark<'a>(replay: &Replay, marks: &'a Marks) -> Option<&'a Mark> {
    let (_, boot, id) = replay.last.as_ref()?;
    marks.last.as_ref().filter(|mark| mark.boot == *id && mark.boottime_us >= boot.0)
}

/// The last sign of life by the boot clock of the run before: the last entry, or the mark after it.
fn last_alive(replay: &Replay, marks: &Marks) -> Option<Boot> {
    let (_, boot, _) = replay.last.as_ref()?;
    let ran_us = last_mark(replay, marks).map_or(0, |mark| mark.boottime_us - boot.0);
    Some(if (0..=LIFE_US).contains(&ran_us) { boot.plus(ran_us) } else { *boot })
}

/// A daemon that has nothing to log for longer than this is not believed to have lived on its mark alone.
const LIFE_US: i64 = 31 * 86_400 * SECOND;
