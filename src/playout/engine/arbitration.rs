//! Decides which of several sessions gets the line, by priority, rank, and hard or soft start.
use super::Engine;
use super::live_airing::{AiringState, LiveAiring};
use super::timing::{ON_TIME_TOLERANCE_US, PREROLL_US};
use crate::airlog::entry::Reason;
use crate::base::instant::SECOND_US;
use crate::plan::{Airing, Precedence};
use crate::playout::clock::ClockSnapshot;
use crate::schedule::Priority;

/// If a cue of the starting session is due within this time, in microseconds, the output cuts the sound when the cue
/// starts.
const IMMEDIATE_CUE_US: i64 = SECOND_US / 2;

impl Engine {
    /// Ends or interrupts the airings that must give way to a session that starts now.
    pub(super) fn preempt_for_starting(&mut self, now: ClockSnapshot) {
        let Some(starting_airing) = self.starting_session(now) else { return };
        if self.must_wait(now, &starting_airing) {
            return;
        }
        let key = starting_airing.session_key();
        let is_urgent = starting_airing.priority == Priority::Urgent;
        // If a cue of this session is due at once, the output cuts the sound at the exact frame. Otherwise the engine
        // cuts it.
        let has_immediate_cue = |live_airing: &LiveAiring| match live_airing.state {
            AiringState::Cued { due_at, .. } => due_at <= now.boot.plus(IMMEDIATE_CUE_US),
            _ => live_airing.has_cue(),
        };
        let mut airings_of_session =
            self.airings.planned().iter().filter(|live_airing| live_airing.session_key() == Some(key));
        let is_cut_by_cue = airings_of_session.any(has_immediate_cue);
        for index in self.airings.planned_indices() {
            let live_airing = &self.airings[index];
            if live_airing.session_key() == Some(key)
                || live_airing.is_withdrawn()
                || !yields_to(live_airing, &starting_airing)
            {
                continue;
            }
            if is_urgent {
                self.interrupt_for_session(index, is_cut_by_cue);
            } else {
                self.close_for_session(now, index, is_cut_by_cue);
            }
        }
        if !is_cut_by_cue {
            self.cut_unplanned(if is_urgent { Reason::Urgent } else { Reason::CutBy });
        }
    }

    /// An eligible item of the session that starts now. If several sessions start, the one with the highest precedence
    /// is chosen, and among equals the one with the latest start.
    fn starting_session(&self, now: ClockSnapshot) -> Option<Airing> {
        let starts_now = |live_airing: &&LiveAiring| {
            let is_hard_start_due = |airing: &Airing| {
                let since_start_us = now.wall.since(airing.session_starts_at());
                !airing.has_soft_start() && (0..=ON_TIME_TOLERANCE_US).contains(&since_start_us)
            };
            !live_airing.is_done()
                && live_airing.may_air()
                && live_airing.planned.as_ref().is_some_and(is_hard_start_due)
        };
        let precedence_and_start = |live_airing: &&LiveAiring| {
            live_airing.planned.as_ref().map(|airing| (airing.precedence(), airing.session_starts_at()))
        };
        self.airings
            .planned()
            .iter()
            .filter(starts_now)
            .max_by_key(precedence_and_start)
            .and_then(|live_airing| live_airing.planned.clone())
    }

    /// Interrupts an airing for an urgent session. The interrupted session stays open and continues afterwards.
    fn interrupt_for_session(&mut self, index: usize, is_cut_by_cue: bool) {
        match self.airings[index].state {
            AiringState::Cued { .. } => self.uncue(index),
            AiringState::Sounding { .. } if !is_cut_by_cue => self.cut(index, Reason::Urgent),
            _ => {}
        }
    }

    /// Ends an airing whose session ends because a different session starts.
    fn close_for_session(&mut self, now: ClockSnapshot, index: usize, is_cut_by_cue: bool) {
        let live_airing = &self.airings[index];
        let has_begun =
            live_airing.is_postponed || live_airing.session_key().is_some_and(|key| self.begun_sessions.contains(key));
        match live_airing.state {
            // The airing has lapsed under its own rule, and `settle_overdue` logs that reason.
            AiringState::Waiting if self.has_lapsed(now, index) => {}
            AiringState::Waiting if has_begun => {
                let absence_reason = live_airing.starts_at().and_then(|at| self.absence_reason_at(at));
                self.close_missed(index, absence_reason.unwrap_or(Reason::CutBy), None);
            }
            AiringState::Cued { .. } | AiringState::Interrupted(_) => self.close_missed(index, Reason::CutBy, None),
            AiringState::Relaying { .. } => self.end_relay(index, now, Some(Reason::CutBy)),
            AiringState::Sounding { .. } if !is_cut_by_cue => self.cut(index, Reason::CutBy),
            _ => {}
        }
    }

    /// True when an airing must wait because another session has the line or takes it now. The other session goes first
    /// because of its priority or rank, because it interrupts this one, or because this one starts softly.
    pub(super) fn must_wait(&self, now: ClockSnapshot, airing: &Airing) -> bool {
        let is_urgent = airing.priority == Priority::Urgent;
        if !is_urgent && self.is_urgent_active() {
            return true;
        }
        let key = airing.session_key();
        let other_airings = self.airings.planned().iter();
        let other_airings = other_airings.filter(|live_airing| {
            !live_airing.is_done() && !live_airing.is_withdrawn() && live_airing.session_key() != Some(key)
        });
        let mut other_airings =
            other_airings.filter_map(|live_airing| Some((live_airing, live_airing.planned.as_ref()?)));
        let makes_soft_start_wait = |other: &Airing| {
            let other_starts_first = || match other.session_starts_at().cmp(&airing.session_starts_at()) {
                std::cmp::Ordering::Less => true,
                std::cmp::Ordering::Equal => !other.has_soft_start() || *other.id < *airing.id,
                std::cmp::Ordering::Greater => false,
            };
            airing.has_soft_start() && other_starts_first()
        };
        // A soft session that has not had the line yet waits for the running session, even if that session has a
        // lower precedence.
        let has_begun = self.begun_sessions.contains(key);
        let has_line = |other: &Airing| {
            let is_on_line = |live_airing: &LiveAiring| {
                live_airing.holds_line() && live_airing.session_key() == Some(other.session_key())
            };
            self.airings.planned().iter().any(is_on_line)
        };
        let other_yields = |other: &Airing| {
            other.has_soft_start()
                && has_begun
                && other.session_starts_at() >= airing.session_starts_at()
                && !has_line(other)
        };
        let goes_first = |other: &Airing| {
            let (other_precedence, own_precedence) = (other.precedence(), airing.precedence());
            (other_precedence > own_precedence && !other_yields(other))
                || makes_soft_start_wait(other)
                || (is_urgent && other_precedence == own_precedence && self.interrupts(other, airing))
        };
        other_airings.any(|(live_airing, other)| goes_first(other) && self.holds_or_takes_line(now, live_airing, other))
    }

    /// True when the urgent session of `other` interrupts that of `airing`, which continues afterwards. The session
    /// that starts later interrupts the other. If both start together, the one that comes later in the plan does. A
    /// soft session never interrupts.
    fn interrupts(&self, other: &Airing, airing: &Airing) -> bool {
        let session_position = |airing: &Airing| {
            self.airings
                .planned()
                .iter()
                .position(|live_airing| live_airing.session_key() == Some(airing.session_key()))
        };
        let start_and_position = |airing: &Airing| (airing.session_starts_at(), session_position(airing));
        !other.has_soft_start() && start_and_position(other) > start_and_position(airing)
    }

    /// True when the session of an airing has the line, or takes it now.
    fn holds_or_takes_line(&self, now: ClockSnapshot, live_airing: &LiveAiring, airing: &Airing) -> bool {
        if live_airing.holds_line() {
            return airing.starts_at() <= now.wall.plus(PREROLL_US);
        }
        if live_airing.ineligible_reason().is_some() || self.is_quiet_for(now.wall, airing) {
            return false;
        }
        let since_start_us = now.wall.since(airing.session_starts_at());
        let has_begun = self.begun_sessions.contains(airing.session_key()) && since_start_us >= 0;
        has_begun || (!airing.has_soft_start() && (-PREROLL_US..=ON_TIME_TOLERANCE_US).contains(&since_start_us))
    }

    /// True when an urgent airing sounds or is about to sound.
    pub(super) fn is_urgent_active(&self) -> bool {
        self.airings.unplanned().any(LiveAiring::is_urgent)
            || self.airings.planned().iter().any(|live_airing| live_airing.is_urgent() && live_airing.has_cue())
    }

    /// The reason why a due airing does not get the line: an urgent airing, or another session. `None` when the line is
    /// free for it.
    pub(super) fn blocked_reason(&self, now: ClockSnapshot, airing: &Airing) -> Option<Reason> {
        if airing.priority != Priority::Urgent && self.is_urgent_active() {
            return Some(Reason::Urgent);
        }
        self.must_wait(now, airing).then_some(Reason::Overrun)
    }

    /// While an urgent airing has the line, postpones the sessions that it interrupts and those that would otherwise
    /// start now. A session with the policy `drop` is not postponed.
    pub(super) fn postpone_for_urgent(&mut self, now: ClockSnapshot) {
        if !self.is_urgent_active() {
            return;
        }
        // The urgent airing does not delay an airing that has already lapsed, so such an airing is not postponed.
        let should_postpone = |index: usize| {
            let live_airing = &self.airings[index];
            let runs_or_starts_now = |airing: &Airing| {
                let since_start_us = now.wall.since(airing.session_starts_at());
                let has_begun = || self.begun_sessions.contains(airing.session_key());
                since_start_us >= 0 && (since_start_us <= ON_TIME_TOLERANCE_US || has_begun())
            };
            // An urgent airing is delayed only if it gives way to the one that has the line.
            let is_delayed = |airing: &Airing| !live_airing.is_urgent() || self.must_wait(now, airing);
            !live_airing.is_done()
                && !live_airing.is_postponed
                && live_airing.interrupt_policy().plays_again()
                && live_airing.planned.as_ref().is_some_and(|airing| runs_or_starts_now(airing) && is_delayed(airing))
                && !self.has_lapsed(now, index)
        };
        let indices = self.airings.planned_indices().filter(|index| should_postpone(*index));
        for index in indices.collect::<Vec<usize>>() {
            self.airings[index].is_postponed = true;
            let key = self.airings[index].session_key().map(str::to_owned);
            self.begun_sessions.extend(key);
        }
    }
}

/// True when the session of `live_airing` gives way to that of `starting_airing`. Its precedence is then not higher, and
/// it started earlier or at the same time, or an urgent session that started earlier outranks it. A waiting session with
/// the same start is not displaced if it is soft or outranked: its own rule for late starts decides whether it can wait.
fn yields_to(live_airing: &LiveAiring, starting_airing: &Airing) -> bool {
    let Some(airing) = live_airing.planned.as_ref().filter(|_| !live_airing.is_done()) else { return false };
    let (own_precedence, starting_precedence): (Precedence, Precedence) =
        (airing.precedence(), starting_airing.precedence());
    if own_precedence > starting_precedence {
        return false;
    }
    match airing.session_starts_at().cmp(&starting_airing.session_starts_at()) {
        std::cmp::Ordering::Less => true,
        std::cmp::Ordering::Equal => {
            !live_airing.is_waiting() || (own_precedence == starting_precedence && !airing.has_soft_start())
        }
        // This session starts later. With the same precedence it does not give way, because it interrupts the other
        // session at its own start.
        std::cmp::Ordering::Greater => {
            starting_airing.priority == Priority::Urgent && own_precedence < starting_precedence
        }
    }
}
