//! What can no longer play gets its outcome, with the reason.
use super::live_airing::{AiringState, LiveAiring, ON_TIME_US, Playback};
use super::{Action, Engine, LineState, Notice};
use crate::airlog::entry::{Body, Outcome, Reason};
use crate::base::instant::WallTime;
use crate::plan::{Airing, LateRule, Priority};
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::Refusal;

impl Engine {
    /// Logs as missed whatever has fallen due and cannot play any more.
    pub(super) fn settle_overdue(&mut self, now: ClockSnapshot) {
        let past =
            |slot: &LiveAiring| !slot.is_done() && slot.planned.as_ref().is_some_and(|a| a.starts_at() <= now.wall);
        if !self.airings.iter().any(past) {
            return;
        }
        self.mark_begun_sessions(now);
        for index in 0..self.airings.len() {
            if past(&self.airings[index])
                && !self.may_be_clock_error(now, index)
                && let Some((reason, detail)) = self.miss_reason(now, index)
            {
                self.close_missed(index, reason, detail);
            }
        }
        self.close_skipped(now);
    }

    /// An absence explains what fell into it, as long as that has no outcome.
    pub(super) fn prune_absences(&mut self, now: ClockSnapshot) {
        if self.planned_through >= Some(self.today(now)) {
            let owed = self.airings.iter().filter(|s| !s.is_done()).filter_map(|s| s.planned.as_ref());
            let oldest = owed.map(Airing::session_starts_at).min();
            self.runs.forget_before(oldest.map_or(now.wall, |oldest| oldest.min(now.wall)));
        }
    }

    /// Whether an airing seems missed only by a clock that the network may yet put right.
    fn may_be_clock_error(&self, now: ClockSnapshot, index: usize) -> bool {
        let unsettled = now.boot < self.clock_grace_until && !now.sync.synchronised;
        let absent = |a: &Airing| {
            let begun = self.begun_sessions.contains(a.session_key());
            let at = if begun { a.starts_at() } else { a.session_starts_at() };
            self.runs.absence_reason(at, at.plus(ON_TIME_US)).is_some()
        };
        unsettled && self.airings[index].is_waiting() && self.airings[index].planned.as_ref().is_some_and(absent)
    }

    /// Whether an airing waits in vain: its time has passed without it, and by the clock as it is no rule of its own lets it
    /// play any more. Nothing that happens later brings it back, but for a clock that is set back.
    pub(super) fn has_lapsed(&self, now: ClockSnapshot, index: usize) -> bool {
        let slot = &self.airings[index];
        let past = slot.planned.as_ref().is_some_and(|a| a.starts_at() <= now.wall);
        slot.is_waiting() && (self.is_skipped(now, slot) || (past && self.miss_reason(now, index).is_some()))
    }

    /// Sessions whose time came while the station could play: what follows in them has its own time.
    fn mark_begun_sessions(&mut self, now: ClockSnapshot) {
        for slot in &self.airings {
            if let Some(airing) = &slot.planned {
                let since = now.wall.since(airing.session_starts_at());
                if (0..=ON_TIME_US).contains(&since) && !self.begun_sessions.contains(airing.session_key()) {
                    self.begun_sessions.insert(airing.session_key().to_owned());
                }
            }
        }
    }

    /// Why a due airing is missed; none while it sounds, may still play, or is on time.
    fn miss_reason(&self, now: ClockSnapshot, index: usize) -> Option<(Reason, Option<String>)> {
        let slot = &self.airings[index];
        let airing = slot.planned.as_ref()?;
        let late = now.wall.since(airing.starts_at()) > ON_TIME_US;
        match &slot.state {
            _ if airing.is_withdrawn() => Some((Reason::Withdrawn, None)),
            AiringState::Refused { why, detail } => Some((refusal_reason(*why), Some(detail.clone()))),
            AiringState::Cued { due, .. } => {
                // Between the end of one cue and the start of the next nothing sounds for an instant.
                let since = now.boot.since((*due).max(self.last_sound_at));
                let stuck = since > ON_TIME_US && self.sounding().is_none();
                let give_up = stuck && !slot.may_play_late(now.wall, self.today(now));
                give_up.then(|| (self.silence_reason(now.wall), None))
            }
            AiringState::Waiting if slot.ineligible_reason().is_some() => {
                slot.ineligible_reason().map(|reason| (reason, None))
            }
            AiringState::Waiting
                if self.absence_at(airing.starts_at()).is_none() && self.is_quiet_for(airing.starts_at(), airing) =>
            {
                Some((Reason::QuietHours, None))
            }
            AiringState::Waiting if late => self.late_miss_reason(now, slot).map(|reason| (reason, None)),
            AiringState::Waiting
            | AiringState::Sounding { .. }
            | AiringState::Relaying { .. }
            | AiringState::Interrupted
            | AiringState::Done => None,
        }
    }

    /// The same for an airing that waits though its time has passed.
    fn late_miss_reason(&self, now: ClockSnapshot, slot: &LiveAiring) -> Option<Reason> {
        let airing = slot.planned.as_ref()?;
        let key = airing.session_key();
        let begun = self.begun_sessions.contains(key);
        // What comes after an absence in a session does not bring back what fell into it.
        let absent = self.absence_at(airing.starts_at()).is_some();
        let session_lives = !absent && self.airings.iter().any(|s| s.holds_line() && s.session_key() == Some(key));
        if session_lives || slot.may_play_late(now.wall, self.today(now)) {
            return None;
        }
        let cause = self.absence_for(now, airing).or_else(|| self.blocked_reason(now, airing));
        let cause = cause.unwrap_or_else(|| self.silence_reason(now.wall));
        match airing.late {
            LateRule::Join if self.may_join(now, airing) => None,
            // Frozen meaning: what a joined session has passed over is `late`.
            LateRule::Join if !begun && now.wall < self.session_ends(key) => Some(Reason::Late),
            _ => Some(cause),
        }
    }

    /// A session that should have begun and did not, by a rule that skips it: all of it, also what is still to come.
    fn close_skipped(&mut self, now: ClockSnapshot) {
        for index in 0..self.airings.len() {
            let slot = &self.airings[index];
            if self.is_skipped(now, slot)
                && !self.may_be_clock_error(now, index)
                && let Some(airing) = &slot.planned
            {
                let why = self.blocked_reason(now, airing).unwrap_or(Reason::Late);
                self.close_missed(index, why, None);
            }
        }
    }

    /// Whether a slot's session has not begun at its time, and its rule skips it.
    fn is_skipped(&self, now: ClockSnapshot, slot: &LiveAiring) -> bool {
        let Some(airing) = &slot.planned else { return false };
        slot.is_waiting()
            && now.wall.since(airing.session_starts_at()) > ON_TIME_US
            && !matches!(airing.late, LateRule::Join)
            && !slot.may_play_late(now.wall, self.today(now))
            && !self.begun_sessions.contains(airing.session_key())
    }

    fn session_ends(&self, key: &str) -> WallTime {
        let of_session = self.airings.iter().filter(|s| s.session_key() == Some(key));
        of_session.filter_map(|s| s.planned.as_ref()).map(|a| a.ends_at()).max().unwrap_or(WallTime(i64::MIN))
    }

    /// Why the station could not have played at this instant.
    pub(super) fn absence_at(&self, at: WallTime) -> Option<Reason> {
        self.runs.absence_reason(at, at.plus(1))
    }

    /// Why the station could not have played an airing: it was absent at its time, or before it came to what it had put
    /// off.
    fn absence_for(&self, now: ClockSnapshot, airing: &Airing) -> Option<Reason> {
        let on_time = |at: WallTime| at.plus(ON_TIME_US);
        let session = airing.session_starts_at();
        // What belongs to a session that never began has nothing to wait for.
        let dead = !self.begun_sessions.contains(airing.session_key())
            && self.runs.absence_reason(session, on_time(session)).is_some();
        let until = if dead { on_time(airing.starts_at()) } else { now.wall };
        self.runs.absence_reason(airing.starts_at(), until)
    }

    /// What keeps the line from playing now.
    pub(super) fn silence_reason(&self, now: WallTime) -> Reason {
        // A device that neither opens nor fails to is as good as lost.
        if matches!(self.line, LineState::Lost | LineState::Opening) {
            Reason::DeviceLost
        } else if self.is_quiet_at(now) {
            Reason::QuietHours
        } else {
            Reason::Late
        }
    }

    /// Whether this instant lies in quiet hours.
    pub(super) fn is_quiet_at(&self, at: WallTime) -> bool {
        let adopted = self.in_force.as_ref();
        adopted.is_some_and(|a| a.schedule.station.quiet_hours.contains(self.local_time(at).naive_local()))
    }

    /// Whether an airing may not sound at this instant: quiet hours bar all but what is urgent.
    pub(super) fn is_quiet_for(&self, at: WallTime, airing: &Airing) -> bool {
        airing.priority != Priority::Urgent && self.is_quiet_at(at)
    }

    /// Logs an airing as missed, or as partial when something urgent had interrupted it.
    pub(super) fn close_missed(&mut self, index: usize, reason: Reason, detail: Option<String>) {
        if let Some(key) = self.airings[index].cue_key() {
            self.actions.output.push(Action::Cut(key));
        }
        let reason = if self.airings[index].device_loss.is_some() { Reason::DeviceLost } else { reason };
        let none = Playback { detail, ..Playback::default() };
        let taken = Self::with_played_before(&self.airings[index], none);
        let result = if taken.frames > 0 { Outcome::Partial } else { Outcome::Missed };
        self.close_airing(index, result, Some(reason), taken);
    }

    /// Gives an airing its outcome.
    pub(super) fn close_airing(&mut self, index: usize, result: Outcome, reason: Option<Reason>, taken: Playback) {
        if self.airings[index].is_relay() {
            return self.close_relay(index, 0, reason);
        }
        let slot = &mut self.airings[index];
        let note = slot.outcome(result, reason, taken);
        slot.state = AiringState::Done;
        self.settled_ids.insert(note.labels.id.clone());
        self.actions.after_log.push(Action::Notify(Notice::AiringEnded(Box::new(note.clone()))));
        self.actions.log.push(Body::Outcome(note));
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
