//! Closes airings that can no longer play, each with the reason.
use super::Engine;
use super::line_state::LineState;
use super::live_airing::{AiringState, LiveAiring};
use super::outcome::refusal_reason;
use super::station_status::ClockWaitStatus;
use super::timing::ON_TIME_TOLERANCE_US;
use crate::airlog::entry::Reason;
use crate::base::instant::{WallTime, format_rfc3339};
use crate::plan::{Airing, LateRule};
use crate::playout::clock::ClockSnapshot;

impl Engine {
    /// Closes as missed every airing that has fallen due and can no longer play.
    pub(super) fn settle_overdue(&mut self, now: ClockSnapshot) {
        let is_overdue = |live_airing: &LiveAiring| {
            !live_airing.is_done() && live_airing.starts_at().is_some_and(|at| at <= now.wall)
        };
        if !self.airings.planned().iter().any(is_overdue) {
            return;
        }
        self.mark_begun_sessions(now);
        for index in self.airings.planned_indices() {
            if is_overdue(&self.airings[index])
                && !self.may_be_clock_error(now, index)
                && let Some((reason, detail)) = self.miss_reason(now, index)
            {
                self.close_missed(index, reason, detail);
            }
        }
        self.close_skipped(now);
    }

    /// Forgets absences that ended before the start of the first session with an open airing.
    pub(super) fn prune_absences(&mut self, now: ClockSnapshot) {
        if self.planned_through >= Some(self.today(now)) {
            let open_airings = self.airings.planned().iter().filter(|live_airing| !live_airing.is_done());
            let earliest_start = open_airings.filter_map(LiveAiring::session_starts_at).min();
            self.absences.forget_before(earliest_start.map_or(now.wall, |start| start.min(now.wall)));
        }
    }

    /// True when an airing might look missed only because the clock is wrong, and the network can still correct the
    /// clock.
    fn may_be_clock_error(&self, now: ClockSnapshot, index: usize) -> bool {
        let clock_may_change = now.boot < self.clock_grace_until && !now.sync.is_synchronised;
        let was_absent_for = |airing: &Airing| {
            let has_begun = self.begun_sessions.contains(airing.session_key());
            let due_at = if has_begun { airing.starts_at() } else { airing.session_starts_at() };
            self.absences.absence_reason(due_at, due_at.plus(ON_TIME_TOLERANCE_US)).is_some()
        };
        let live_airing = &self.airings[index];
        clock_may_change && live_airing.is_waiting() && live_airing.planned.as_ref().is_some_and(was_absent_for)
    }

    /// Returns how many airings seem to have been missed while the station was off and wait for a correction of the
    /// clock, and until when they wait at most; `None` if there are none.
    pub(super) fn clock_wait(&self, now: ClockSnapshot) -> Option<ClockWaitStatus> {
        // The later items of a skipped session have lapsed too, but nobody has missed them yet.
        let is_past = |index: usize| self.airings[index].starts_at().is_some_and(|at| at <= now.wall);
        let waits =
            |index: &usize| is_past(*index) && self.may_be_clock_error(now, *index) && self.has_lapsed(now, *index);
        let airings = self.airings.planned_indices().filter(waits).count() as u64;
        let until = format_rfc3339(now.wall.plus(self.clock_grace_until.since(now.boot)), self.zone());
        (airings > 0).then_some(ClockWaitStatus { airings, until })
    }

    /// True when a waiting airing can no longer play, because its time has passed and no rule lets it start late. It
    /// could still play only if the clock were set back.
    pub(super) fn has_lapsed(&self, now: ClockSnapshot, index: usize) -> bool {
        let live_airing = &self.airings[index];
        let is_past = live_airing.starts_at().is_some_and(|at| at <= now.wall);
        live_airing.is_waiting()
            && (self.is_skipped(now, live_airing) || (is_past && self.miss_reason(now, index).is_some()))
    }

    /// Marks the sessions whose time came while the station could play. Their later items keep their own times.
    fn mark_begun_sessions(&mut self, now: ClockSnapshot) {
        for live_airing in self.airings.planned() {
            if let Some(airing) = &live_airing.planned {
                let since_start_us = now.wall.since(airing.session_starts_at());
                if (0..=ON_TIME_TOLERANCE_US).contains(&since_start_us)
                    && !self.begun_sessions.contains(airing.session_key())
                {
                    self.begun_sessions.insert(airing.session_key().to_owned());
                }
            }
        }
    }

    /// The reason why a due airing is missed, with a detail. `None` while the airing sounds, can still play, or is on
    /// time.
    fn miss_reason(&self, now: ClockSnapshot, index: usize) -> Option<(Reason, Option<String>)> {
        let live_airing = &self.airings[index];
        let airing = live_airing.planned.as_ref()?;
        match &live_airing.state {
            _ if airing.is_withdrawn() => Some((Reason::Withdrawn, None)),
            AiringState::Refused { refusal, detail, .. } => Some((refusal_reason(*refusal), Some(detail.clone()))),
            AiringState::Cued { due_at, .. } => {
                // Between the end of one cue and the start of the next, nothing sounds for an instant.
                let silence_us = now.boot.since((*due_at).max(self.last_sound_ended_at));
                let is_stuck = silence_us > ON_TIME_TOLERANCE_US && self.sounding_airing().is_none();
                let is_missed = is_stuck && !live_airing.may_play_late(now.wall, self.today(now));
                is_missed.then(|| (self.silence_reason(now.wall), None))
            }
            AiringState::Waiting => self.waiting_miss_reason(now, live_airing, airing).map(|reason| (reason, None)),
            AiringState::Sounding { .. }
            | AiringState::Relaying { .. }
            | AiringState::Interrupted(_)
            | AiringState::Done => None,
        }
    }

    /// The reason why a due, waiting airing is missed; `None` while it can still play.
    fn waiting_miss_reason(&self, now: ClockSnapshot, live_airing: &LiveAiring, airing: &Airing) -> Option<Reason> {
        let starts_at = airing.starts_at();
        if let Some(reason) = live_airing.ineligible_reason() {
            return Some(reason);
        }
        if self.absence_reason_at(starts_at).is_none() && self.is_quiet_for(starts_at, airing) {
            return Some(Reason::QuietHours);
        }
        let is_late = now.wall.since(starts_at) > ON_TIME_TOLERANCE_US;
        if is_late { self.late_miss_reason(now, live_airing, airing) } else { None }
    }

    /// The reason why a waiting airing is missed after its time has passed; `None` while it can still play.
    fn late_miss_reason(&self, now: ClockSnapshot, live_airing: &LiveAiring, airing: &Airing) -> Option<Reason> {
        let key = airing.session_key();
        let has_begun = self.begun_sessions.contains(key);
        // If the station was absent while the airing could still have started on time, the airing is missed even if its
        // session plays later items. Otherwise it would play after them.
        let due_at = airing.starts_at();
        let was_absent = self.absences.absence_reason(due_at, due_at.plus(ON_TIME_TOLERANCE_US)).is_some();
        let has_line = |live_airing: &LiveAiring| live_airing.holds_line() && live_airing.session_key() == Some(key);
        let is_session_playing = !was_absent && self.airings.planned().iter().any(has_line);
        if is_session_playing || live_airing.may_play_late(now.wall, self.today(now)) {
            return None;
        }
        let cause = self.absence_reason_for(now, airing).or_else(|| self.blocked_reason(now, airing));
        let cause = cause.unwrap_or_else(|| self.silence_reason(now.wall));
        match airing.late {
            LateRule::Join if self.may_join(now, airing) => None,
            // The log format prescribes the reason `late` for the items that a joined session skips.
            LateRule::Join if !has_begun && now.wall < self.session_ends_at(key) => Some(Reason::Late),
            LateRule::Join | LateRule::Skip | LateRule::Play | LateRule::Until(_) => Some(cause),
        }
    }

    /// Closes all airings, including upcoming ones, of the sessions that did not begin at their time and are not
    /// allowed to begin late.
    fn close_skipped(&mut self, now: ClockSnapshot) {
        for index in self.airings.planned_indices() {
            let live_airing = &self.airings[index];
            if self.is_skipped(now, live_airing)
                && !self.may_be_clock_error(now, index)
                && let Some(airing) = &live_airing.planned
            {
                let reason = self.blocked_reason(now, airing).unwrap_or(Reason::Late);
                self.close_missed(index, reason, None);
            }
        }
    }

    /// True when an airing waits, but its session did not begin at its time and is not allowed to begin late.
    pub(super) fn is_skipped(&self, now: ClockSnapshot, live_airing: &LiveAiring) -> bool {
        let Some(airing) = &live_airing.planned else { return false };
        live_airing.is_waiting()
            && now.wall.since(airing.session_starts_at()) > ON_TIME_TOLERANCE_US
            && !matches!(airing.late, LateRule::Join)
            && !live_airing.may_play_late(now.wall, self.today(now))
            && !self.begun_sessions.contains(airing.session_key())
    }

    fn session_ends_at(&self, key: &str) -> WallTime {
        let airings_of_session =
            self.airings.planned().iter().filter(|live_airing| live_airing.session_key() == Some(key));
        airings_of_session
            .filter_map(|live_airing| live_airing.planned.as_ref())
            .map(Airing::ends_at)
            .max()
            .unwrap_or(WallTime(i64::MIN))
    }

    /// The reason why the station could not have played at this instant; `None` when it could.
    pub(super) fn absence_reason_at(&self, at: WallTime) -> Option<Reason> {
        self.absences.absence_reason(at, at.plus(1))
    }

    /// The reason why the station could not have played an airing: an absence when the airing was due or, if the airing
    /// could be postponed, an absence since then. `None` when the station could have played it.
    fn absence_reason_for(&self, now: ClockSnapshot, airing: &Airing) -> Option<Reason> {
        let on_time_limit = |at: WallTime| at.plus(ON_TIME_TOLERANCE_US);
        let session_start = airing.session_starts_at();
        // If the station was absent when the session should have begun, its airings cannot be postponed, so only an
        // absence at their own times counts.
        let has_missed_session_start = !self.begun_sessions.contains(airing.session_key())
            && self.absences.absence_reason(session_start, on_time_limit(session_start)).is_some();
        let until = if has_missed_session_start { on_time_limit(airing.starts_at()) } else { now.wall };
        self.absences.absence_reason(airing.starts_at(), until)
    }

    /// The reason why the line is silent now.
    pub(super) fn silence_reason(&self, now: WallTime) -> Reason {
        // A device that takes long to open is treated as lost.
        let has_no_device = matches!(self.line, LineState::Lost { .. } | LineState::Opening { .. });
        if has_no_device && !self.is_line_open_only_for_test() {
            Reason::DeviceLost
        } else if self.is_quiet_at(now) {
            Reason::QuietHours
        } else {
            Reason::Late
        }
    }
}
