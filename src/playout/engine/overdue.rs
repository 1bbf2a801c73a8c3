//! What can no longer play gets its outcome, with the reason.
use super::slot::{ON_TIME_US, Slot, State, Taken};
use super::{Action, Engine, Line, Notice};
use crate::airlog::entry::{Body, Outcome, Reason};
use crate::instant::local;
use crate::instant::{SECOND, Wall};
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
        // A gap explains what fell into it; what may still play late looks back two days at most.
        self.gaps.retain(|gap| now.wall.since(gap.until) < 2 * 86_400 * SECOND);
    }

    /// Whether an airing seems missed only by a clock that the network may yet put right.
    fn may_still_come(&self, now: Now, index: usize) -> bool {
        let unsettled = now.boot < self.settles_from && !now.sync.synchronised;
        let in_gap = |a: &Airing| self.gap_at(a.session_starts()).is_some();
        unsettled && self.slots[index].waits() && self.slots[index].plan.as_ref().is_some_and(in_gap)
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
            State::Waiting if self.gap_at(airing.starts()).is_none() && self.quiet_for(airing.starts(), airing) => {
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
        let session_lives = self.slots.iter().any(|s| s.holds_line() && s.session_key() == Some(key));
        if session_lives || slot.may_play_late(now.wall, self.today(now)) {
            return None;
        }
        let cause = self.gap_at(airing.starts()).or_else(|| self.kept_by(now, airing));
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
            let Some(airing) = &slot.plan else { continue };
            let late = now.wall.since(airing.session_starts()) > ON_TIME_US;
            let skips = !matches!(airing.late, LateRule::Join) && !slot.may_play_late(now.wall, self.today(now));
            if slot.waits()
                && late
                && skips
                && !self.begun.contains(airing.session_key())
                && !self.may_still_come(now, index)
            {
                let why = self.kept_by(now, airing).unwrap_or(Reason::Late);
                self.miss(index, why, None);
            }
        }
    }

    fn session_ends(&self, key: &str) -> Wall {
        let of_session = self.slots.iter().filter(|s| s.session_key() == Some(key));
        of_session.filter_map(|s| s.plan.as_ref()).map(|a| a.ends()).max().unwrap_or(Wall(i64::MIN))
    }

    fn gap_at(&self, at: Wall) -> Option<Reason> {
        self.gaps.iter().find(|gap| gap.from <= at && at < gap.until).map(|gap| gap.why)
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
        adopted.is_some_and(|a| a.schedule.station.quiet_hours.covers(local(at, self.zone()).naive_local()))
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
