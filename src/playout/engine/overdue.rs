//! What can no longer play gets its outcome, with the reason.
use super::slot::{ON_TIME_US, Slot, State, Taken};
use super::{Action, Engine, Line, Notice};
use crate::airlog::entry::{Body, Outcome, Reason};
use crate::instant::Wall;
use crate::plan::{Airing, LateRule, Priority};
use crate::playout::clock::Now;
use crate::playout::output::Refusal;

impl Engine {
    /// Logs as missed whatever has fallen due and cannot play any more.
    pub(super) fn settle_overdue(&mut self, now: Now) {
        let past = |slot: &Slot| !slot.done() && slot.plan.as_ref().is_some_and(|a| a.starts() <= now.wall);
        if !self.slots.iter().any(past) {
            return;
        }
        self.mark_begun(now);
        for index in 0..self.slots.len() {
            if past(&self.slots[index])
                && !self.may_still_come(now, index)
                && let Some((reason, detail)) = self.verdict(now, index)
            {
                self.miss(index, reason, detail);
            }
        }
        self.skip_what_is_late(now);
    }

    /// An absence explains what fell into it, as long as that has no outcome.
    pub(super) fn forget_absences(&mut self, now: Now) {
        if self.planned_through >= Some(self.today(now)) {
            let owed = self.slots.iter().filter(|s| !s.done()).filter_map(|s| s.plan.as_ref());
            let oldest = owed.map(Airing::session_starts).min();
            self.runs.forget_before(oldest.map_or(now.wall, |oldest| oldest.min(now.wall)));
        }
    }

    /// Whether an airing seems missed only by a clock that the network may yet put right.
    fn may_still_come(&self, now: Now, index: usize) -> bool {
        let unsettled = now.boot < self.settles_from && !now.sync.synchronised;
        let absent = |a: &Airing| {
            let begun = self.begun.contains(a.session_key());
            let at = if begun { a.starts() } else { a.session_starts() };
            self.runs.absent(at, at.plus(ON_TIME_US)).is_some()
        };
        unsettled && self.slots[index].waits() && self.slots[index].plan.as_ref().is_some_and(absent)
    }

    /// Whether an airing waits in vain: its time has passed without it, and by the clock as it is no rule of its own lets it
    /// play any more. Nothing that happens later brings it back, but for a clock that is set back.
    pub(super) fn lapsed(&self, now: Now, index: usize) -> bool {
        let slot = &self.slots[index];
        let past = slot.plan.as_ref().is_some_and(|a| a.starts() <= now.wall);
        slot.waits() && (self.skipped(now, slot) || (past && self.verdict(now, index).is_some()))
    }

    /// Sessions whose time came while the station could play: what follows in them has its own time.
    fn mark_begun(&mut self, now: Now) {
        for slot in &self.slots {
            if let Some(airing) = &slot.plan {
                let since = now.wall.since(airing.session_starts());
                if (0..=ON_TIME_US).contains(&since) && !self.begun.contains(airing.session_key()) {
                    self.begun.insert(airing.session_key().to_owned());
                }
            }
        }
    }

    /// Why a due airing is missed; none while it sounds, may still play, or is on time.
    fn verdict(&self, now: Now, index: usize) -> Option<(Reason, Option<String>)> {
        let slot = &self.slots[index];
        let airing = slot.plan.as_ref()?;
        let late = now.wall.since(airing.starts()) > ON_TIME_US;
        match &slot.state {
            _ if airing.withdrawn => Some((Reason::Withdrawn, None)),
            State::Refused { why, detail } => Some((refusal_reason(*why), Some(detail.clone()))),
            State::Cued { due, .. } => {
                // Between the end of one cue and the start of the next nothing sounds for an instant.
                let since = now.boot.since((*due).max(self.last_sound));
                let stuck = since > ON_TIME_US && self.sounding().is_none();
                let give_up = stuck && !slot.may_play_late(now.wall, self.today(now));
                give_up.then(|| (self.blocked_by(now.wall), None))
            }
            State::Waiting if slot.barred().is_some() => slot.barred().map(|reason| (reason, None)),
            State::Waiting if self.absent_at(airing.starts()).is_none() && self.quiet_for(airing.starts(), airing) => {
                Some((Reason::QuietHours, None))
            }
            State::Waiting if late => self.late_verdict(now, slot).map(|reason| (reason, None)),
            State::Waiting | State::Sounding { .. } | State::Relaying { .. } | State::Interrupted | State::Done => None,
        }
    }

    /// The same for an airing that waits though its time has passed.
    fn late_verdict(&self, now: Now, slot: &Slot) -> Option<Reason> {
        let airing = slot.plan.as_ref()?;
        let key = airing.session_key();
        let begun = self.begun.contains(key);
        // What comes after an absence in a session does not bring back what fell into it.
        let absent = self.absent_at(airing.starts()).is_some();
        let session_lives = !absent && self.slots.iter().any(|s| s.holds_line() && s.session_key() == Some(key));
        if session_lives || slot.may_play_late(now.wall, self.today(now)) {
            return None;
        }
        let cause = self.absent_for(now, airing).or_else(|| self.kept_by(now, airing));
        let cause = cause.unwrap_or_else(|| self.blocked_by(now.wall));
        match airing.late {
            LateRule::Join if self.may_join(now, airing) => None,
            // Frozen meaning: what a joined session has passed over is `late`.
            LateRule::Join if !begun && now.wall < self.session_ends(key) => Some(Reason::Late),
            _ => Some(cause),
        }
    }

    /// A session that should have begun and did not, by a rule that skips it: all of it, also what is still to come.
    fn skip_what_is_late(&mut self, now: Now) {
        for index in 0..self.slots.len() {
            let slot = &self.slots[index];
            if self.skipped(now, slot)
                && !self.may_still_come(now, index)
                && let Some(airing) = &slot.plan
            {
                let why = self.kept_by(now, airing).unwrap_or(Reason::Late);
                self.miss(index, why, None);
            }
        }
    }

    /// Whether a slot's session has not begun at its time, and its rule skips it.
    fn skipped(&self, now: Now, slot: &Slot) -> bool {
        let Some(airing) = &slot.plan else { return false };
        slot.waits()
            && now.wall.since(airing.session_starts()) > ON_TIME_US
            && !matches!(airing.late, LateRule::Join)
            && !slot.may_play_late(now.wall, self.today(now))
            && !self.begun.contains(airing.session_key())
    }

    fn session_ends(&self, key: &str) -> Wall {
        let of_session = self.slots.iter().filter(|s| s.session_key() == Some(key));
        of_session.filter_map(|s| s.plan.as_ref()).map(|a| a.ends()).max().unwrap_or(Wall(i64::MIN))
    }

    /// Why the station could not have played at this instant.
    pub(super) fn absent_at(&self, at: Wall) -> Option<Reason> {
        self.runs.absent(at, at.plus(1))
    }

    /// Why the station could not have played an airing: it was absent at its time, or before it came to what it had put
    /// off.
    fn absent_for(&self, now: Now, airing: &Airing) -> Option<Reason> {
        let on_time = |at: Wall| at.plus(ON_TIME_US);
        let session = airing.session_starts();
        // What belongs to a session that never began has nothing to wait for.
        let dead = !self.begun.contains(airing.session_key()) && self.runs.absent(session, on_time(session)).is_some();
        let until = if dead { on_time(airing.starts()) } else { now.wall };
        self.runs.absent(airing.starts(), until)
    }

    /// What keeps the line from playing now.
    pub(super) fn blocked_by(&self, now: Wall) -> Reason {
        // A device that neither opens nor fails to is as good as lost.
        if matches!(self.line, Line::Lost | Line::Opening) {
            Reason::DeviceLost
        } else if self.quiet_at(now) {
            Reason::QuietHours
        } else {
            Reason::Late
        }
    }

    /// Whether this instant lies in quiet hours.
    pub(super) fn quiet_at(&self, at: Wall) -> bool {
        let adopted = self.adopted.as_ref();
        adopted.is_some_and(|a| a.schedule.station.quiet_hours.covers(self.here(at).naive_local()))
    }

    /// Whether an airing may not sound at this instant: quiet hours bar all but what is urgent.
    pub(super) fn quiet_for(&self, at: Wall, airing: &Airing) -> bool {
        airing.priority != Priority::Urgent && self.quiet_at(at)
    }

    /// Logs an airing as missed, or as partial when something urgent had interrupted it.
    pub(super) fn miss(&mut self, index: usize, reason: Reason, detail: Option<String>) {
        if let Some(key) = self.slots[index].key() {
            self.out.sound.push(Action::Cut(key));
        }
        let reason = if self.slots[index].lost.is_some() { Reason::DeviceLost } else { reason };
        let none = Taken { detail, ..Taken::default() };
        let taken = Self::with_carried(&self.slots[index], none);
        let result = if taken.frames > 0 { Outcome::Partial } else { Outcome::Missed };
        self.close_slot(index, result, Some(reason), taken);
    }

    /// Gives an airing its outcome.
    pub(super) fn close_slot(&mut self, index: usize, result: Outcome, reason: Option<Reason>, taken: Taken) {
        if self.slots[index].relay() {
            return self.close_relay(index, 0, reason);
        }
        let slot = &mut self.slots[index];
        let note = slot.outcome(result, reason, taken);
        slot.state = State::Done;
        self.settled.insert(note.labels.id.clone());
        self.out.talk.push(Action::Tell(Notice::Ended(Box::new(note.clone()))));
        self.out.log.push(Body::Outcome(note));
    }
}

/// The reason code of a refusal.
pub(super) fn refusal_reason(why: Refusal) -> Reason {
    match why {
        Refusal::FileMissing => Reason::FileMissing,
        Refusal::FileDamaged => Reason::FileDamaged,
        Refusal::HashMismatch => Reason::HashMismatch,
    }
}
