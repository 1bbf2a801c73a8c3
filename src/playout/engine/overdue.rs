//! Closes what can no longer play, with the reason.
use super::Engine;
use super::line_state::LineState;
use super::live_airing::{AiringState, LiveAiring};
use super::outcome::refusal_reason;
use super::timing::ON_TIME_US;
use crate::airlog::entry::Reason;
use crate::base::instant::WallTime;
use crate::plan::{Airing, LateRule};
use crate::playout::clock::ClockSnapshot;

impl Engine {
    /// Closes as missed whatever has fallen due and can no longer play.
    pub(super) fn settle_overdue(&mut self, now: ClockSnapshot) {
        let past = |slot: &LiveAiring| !slot.is_done() && slot.starts_at().is_some_and(|at| at <= now.wall);
        if !self.airings.planned().iter().any(past) {
            return;
        }
        self.mark_begun_sessions(now);
        for index in self.airings.planned_indices() {
            if past(&self.airings[index])
                && !self.may_be_clock_error(now, index)
                && let Some((reason, detail)) = self.miss_reason(now, index)
            {
                self.close_missed(index, reason, detail);
            }
        }
        self.close_skipped(now);
    }

    /// Forgets absences that end before the first session that still owes an outcome.
    pub(super) fn prune_absences(&mut self, now: ClockSnapshot) {
        if self.planned_through >= Some(self.today(now)) {
            let owed = self.airings.planned().iter().filter(|s| !s.is_done());
            let oldest = owed.filter_map(LiveAiring::session_starts_at).min();
            self.runs.forget_before(oldest.map_or(now.wall, |oldest| oldest.min(now.wall)));
        }
    }

    /// Whether an airing seems missed only by a clock that the network may still correct.
    fn may_be_clock_error(&self, now: ClockSnapshot, index: usize) -> bool {
        let unsettled = now.boot < self.clock_grace_until && !now.sync.synchronised;
        let absent = |a: &Airing| {
            let begun = self.begun_sessions.contains(a.session_key());
            let at = if begun { a.starts_at() } else { a.session_starts_at() };
            self.runs.absence_reason(at, at.plus(ON_TIME_US)).is_some()
        };
        unsettled && self.airings[index].is_waiting() && self.airings[index].planned.as_ref().is_some_and(absent)
    }

    /// Whether an airing waits in vain: its time has passed, and by the clock as it is no rule of its own lets it play
    /// any more. Only a clock that is set back brings it back.
    pub(super) fn has_lapsed(&self, now: ClockSnapshot, index: usize) -> bool {
        let slot = &self.airings[index];
        let past = slot.starts_at().is_some_and(|at| at <= now.wall);
        slot.is_waiting() && (self.is_skipped(now, slot) || (past && self.miss_reason(now, index).is_some()))
    }

    /// Marks the sessions whose time came while the station could play: what follows in them has its own time.
    fn mark_begun_sessions(&mut self, now: ClockSnapshot) {
        for slot in self.airings.planned() {
            if let Some(airing) = &slot.planned {
                let since = now.wall.since(airing.session_starts_at());
                if (0..=ON_TIME_US).contains(&since) && !self.begun_sessions.contains(airing.session_key()) {
                    self.begun_sessions.insert(airing.session_key().to_owned());
                }
            }
        }
    }

    /// Why a due airing is missed, with a detail; none while it sounds, may still play, or is on time.
    fn miss_reason(&self, now: ClockSnapshot, index: usize) -> Option<(Reason, Option<String>)> {
        let slot = &self.airings[index];
        let airing = slot.planned.as_ref()?;
        match &slot.state {
            _ if airing.is_withdrawn() => Some((Reason::Withdrawn, None)),
            AiringState::Refused { why, detail, .. } => Some((refusal_reason(*why), Some(detail.clone()))),
            AiringState::Cued { due, .. } => {
                // Between the end of one cue and the start of the next nothing sounds for an instant.
                let since = now.boot.since((*due).max(self.last_sound_at));
                let stuck = since > ON_TIME_US && self.sounding().is_none();
                let give_up = stuck && !slot.may_play_late(now.wall, self.today(now));
                give_up.then(|| (self.silence_reason(now.wall), None))
            }
            AiringState::Waiting => self.waiting_miss_reason(now, slot, airing).map(|reason| (reason, None)),
            AiringState::Sounding { .. }
            | AiringState::Relaying { .. }
            | AiringState::Interrupted(_)
            | AiringState::Done => None,
        }
    }

    /// Why a due airing that waits is missed.
    fn waiting_miss_reason(&self, now: ClockSnapshot, slot: &LiveAiring, airing: &Airing) -> Option<Reason> {
        let starts = airing.starts_at();
        if let Some(reason) = slot.ineligible_reason() {
            return Some(reason);
        }
        if self.absence_at(starts).is_none() && self.is_quiet_for(starts, airing) {
            return Some(Reason::QuietHours);
        }
        let late = now.wall.since(starts) > ON_TIME_US;
        if late { self.late_miss_reason(now, slot, airing) } else { None }
    }

    /// Why an airing that waits although its time has passed is missed.
    fn late_miss_reason(&self, now: ClockSnapshot, slot: &LiveAiring, airing: &Airing) -> Option<Reason> {
        let key = airing.session_key();
        let begun = self.begun_sessions.contains(key);
        // What comes after an absence in a session does not bring back what fell into it.
        let absent = self.absence_at(airing.starts_at()).is_some();
        let lives = |s: &LiveAiring| s.holds_line() && s.session_key() == Some(key);
        let session_lives = !absent && self.airings.planned().iter().any(lives);
        if session_lives || slot.may_play_late(now.wall, self.today(now)) {
            return None;
        }
        let cause = self.absence_for(now, airing).or_else(|| self.blocked_reason(now, airing));
        let cause = cause.unwrap_or_else(|| self.silence_reason(now.wall));
        match airing.late {
            LateRule::Join if self.may_join(now, airing) => None,
            // Frozen meaning: what a joined session has left out is `late`.
            LateRule::Join if !begun && now.wall < self.session_ends(key) => Some(Reason::Late),
            _ => Some(cause),
        }
    }

    /// Closes the sessions that should have begun and did not, by a rule that skips them: all of it, also what is still
    /// to come.
    fn close_skipped(&mut self, now: ClockSnapshot) {
        for index in self.airings.planned_indices() {
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

    /// Whether an airing's session has not begun at its time, and its rule skips it.
    fn is_skipped(&self, now: ClockSnapshot, slot: &LiveAiring) -> bool {
        let Some(airing) = &slot.planned else { return false };
        slot.is_waiting()
            && now.wall.since(airing.session_starts_at()) > ON_TIME_US
            && !matches!(airing.late, LateRule::Join)
            && !slot.may_play_late(now.wall, self.today(now))
            && !self.begun_sessions.contains(airing.session_key())
    }

    fn session_ends(&self, key: &str) -> WallTime {
        let of_session = self.airings.planned().iter().filter(|s| s.session_key() == Some(key));
        of_session.filter_map(|s| s.planned.as_ref()).map(|a| a.ends_at()).max().unwrap_or(WallTime(i64::MIN))
    }

    /// Why the station could not have played at this instant.
    pub(super) fn absence_at(&self, at: WallTime) -> Option<Reason> {
        self.runs.absence_reason(at, at.plus(1))
    }

    /// Why the station could not have played an airing: it was absent when the airing was due, or later, before
    /// it could catch up on postponed airings.
    fn absence_for(&self, now: ClockSnapshot, airing: &Airing) -> Option<Reason> {
        let on_time = |at: WallTime| at.plus(ON_TIME_US);
        let session = airing.session_starts_at();
        // If the station was absent when the session should have begun, its airings cannot be postponed: only an
        // absence at their own time counts.
        let dead = !self.begun_sessions.contains(airing.session_key())
            && self.runs.absence_reason(session, on_time(session)).is_some();
        let until = if dead { on_time(airing.starts_at()) } else { now.wall };
        self.runs.absence_reason(airing.starts_at(), until)
    }

    /// Why the line is silent now.
    pub(super) fn silence_reason(&self, now: WallTime) -> Reason {
        // A device that neither opens nor fails to is as good as lost.
        if matches!(self.line, LineState::Lost { .. } | LineState::Opening { .. }) {
            Reason::DeviceLost
        } else if self.is_quiet_at(now) {
            Reason::QuietHours
        } else {
            Reason::Late
        }
    }
}
