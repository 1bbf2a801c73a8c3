//! What a starting daemon owes to the past.
use std::sync::Arc;

use chrono::NaiveDate;

use super::slot::{Slot, Taken};
use super::trust::Trust;
use super::{Action, Adopted, Engine, Facts, Gap, Line, Notice, Out};
use crate::airlog::entry::{Body, BootNote, Follows, Genesis, Outcome, Reason};
use crate::airlog::progress::Marks;
use crate::airlog::replay::{OpenStart, Replay};
use crate::instant::local;
use crate::instant::{SECOND, Wall};
use crate::library::Length;
use crate::plan::Plan;
use crate::playout::clock::Now;
use crate::station::Station;

/// A network that is there puts the clock right within this time of a start. A computer whose battery clock runs on
/// another zone's time would otherwise have logged sessions as missed that are still to come.
const SETTLE_US: i64 = 300 * SECOND;

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
    /// The latest plans, from their kept files.
    pub plans: Vec<(NaiveDate, Plan)>,
    /// The last adopted schedule, from its kept files.
    pub adopted: Option<Arc<Adopted>>,
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
        let Beginning { now, boot_id, replay, marks, plans, adopted, facts, station, follows } = beginning;
        let mark_seen = marks.last.as_ref().filter(|m| m.trusted).map(|m| m.wall);
        let entry_seen = replay.floor.map(|at| Wall(at.timestamp_micros()));
        let last_seen = mark_seen.max(entry_seen);
        let trust = Trust::begin(now, &boot_id, &replay, last_seen, facts.build);
        let mut engine = Self::blank(now, facts, trust, adopted, &replay);
        if replay.entries == 0 {
            engine.genesis(&station, follows);
        }
        engine.boot_entry(now, &boot_id, &replay, last_seen);
        if !now.sync.synchronised {
            engine.settles_from = now.boot.plus(SETTLE_US);
        }
        for open in &replay.open {
            engine.close_cut_off(now, open, &marks);
        }
        let lost = replay.plans.keys().find(|date| !plans.iter().any(|(kept, _)| kept == *date)).copied();
        engine.remember(plans.into_iter().filter(|(date, _)| lost.is_none_or(|lost| *date < lost)).collect());
        if let Some(lost) = lost {
            // The file of a plan is gone: its date is planned anew rather than left without sound and outcomes.
            engine.planned_through = lost.pred_opt();
        }
        engine.run(now);
        engine.slots.retain(|slot| !slot.done());
        let actions = engine.flush(now);
        (engine, actions)
    }

    fn blank(now: Now, facts: Facts, trust: Trust, adopted: Option<Arc<Adopted>>, replay: &Replay) -> Self {
        Self {
            facts,
            believed_before: trust.believed,
            last_sound: now.boot,
            settles_from: now.boot,
            trust,
            adopted,
            waiting: None,
            doubt: super::doubt::Doubt::default(),
            planned_through: replay.planned_through,
            latest: None,
            slots: Vec::new(),
            extras: Vec::new(),
            settled: replay.settled.clone(),
            begun: replay.begun.clone(),
            gaps: Vec::new(),
            began: now,
            orderly: replay.orderly,
            line: Line::Closed,
            looked: now.boot,
            away_since: None,
            losing: false,
            device: super::device::Told::default(),
            settings: None,
            amplifier: super::amplifier::State::default(),
            next_key: 0,
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
    fn close_cut_off(&mut self, now: Now, open: &OpenStart, marks: &Marks) {
        let mark = marks.airings.iter().find(|m| m.id.as_deref() == Some(open.labels.id.as_str()));
        let mark = mark.filter(|m| open.fields.since.is_none_or(|since| m.wall >= since));
        let fields = &open.fields;
        let rate = mark.map_or(fields.rate, |m| m.rate);
        let before = Length { frames: fields.frames, rate: fields.rate }.frames_at(rate);
        let taken = Taken {
            // The log knows what was taken before something urgent interrupted it, the marks what was taken in all.
            frames: mark.map_or(0, |m| m.frames).max(before),
            rate,
            late_us: fields.late_us,
            drift_us: None,
            underrun_frames: 0,
            underruns: 0,
            sha256: fields.sha256.clone(),
            device: fields.device.clone(),
            volume: fields.volume,
            level: fields.level,
            detail: None,
        };
        let slot = Slot { ends: now.boot, ..Slot::blank(open.labels.clone()) };
        // It had started: at least one frame was taken, even if no mark came to say so.
        let result = Outcome::Partial;
        let note = slot.outcome(result, Some(Reason::PowerOff), taken);
        self.settled.insert(open.labels.id.clone());
        self.out.talk.push(Action::Tell(Notice::Ended(Box::new(note.clone()))));
        self.out.log.push(Body::Outcome(note));
    }

    /// Lines up what the latest plans still owe.
    fn remember(&mut self, plans: Vec<(NaiveDate, Plan)>) {
        for (date, plan) in plans {
            let owed = plan.airings.iter().filter(|a| !self.settled.contains(&a.id));
            self.slots.extend(owed.cloned().map(Slot::planned));
            if self.latest.as_ref().is_none_or(|(latest, _)| *latest < date) {
                self.latest = Some((date, plan));
            }
        }
        self.slots.sort_by_key(|slot| slot.plan.as_ref().map(crate::plan::Airing::session_starts));
    }

    fn boot_entry(&mut self, now: Now, boot_id: &str, replay: &Replay, last_seen: Option<Wall>) {
        let trusted = self.trust.believed;
        let zone = self.zone();
        let off_us = last_seen.filter(|_| trusted).map(|seen| now.wall.since(seen).max(0));
        if off_us.is_some() {
            // Whatever fell due before and has no outcome: nobody was there to play it.
            let why = self.off_reason();
            self.gaps.push(Gap { from: Wall(i64::MIN), until: now.wall, why });
        }
        if !trusted {
            self.out.talk.push(Action::Tell(Notice::ClockDoubted(self.trust.why)));
        }
        self.out.log.push(Body::Boot(BootNote {
            last_seen: last_seen.map(|seen| local(seen, zone)),
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
