//! Decides which of several sessions gets the line, by priority, rank, and hard or soft start.
use super::Engine;
use super::live_airing::{AiringState, LiveAiring};
use super::timing::{ON_TIME_US, PREROLL_US};
use crate::airlog::entry::Reason;
use crate::base::instant::SECOND_US;
use crate::plan::{Airing, Precedence};
use crate::playout::clock::ClockSnapshot;
use crate::schedule::{InterruptPolicy, Priority};

/// A cue of the starting session that is due within this time cuts the sound itself, microseconds.
const IMMEDIATE_US: i64 = SECOND_US / 2;

impl Engine {
    /// When a session starts, ends or interrupts the airings that must give way to it.
    pub(super) fn preempt_for_starting(&mut self, now: ClockSnapshot) {
        let Some(starting_airing) = self.starting_session(now) else { return };
        if self.must_wait(now, &starting_airing) {
            return;
        }
        let key = starting_airing.session_key();
        let is_urgent = starting_airing.priority == Priority::Urgent;
        // A cue of this session that is due at once cuts the sound on the exact frame. Without one, the engine cuts.
        let has_immediate_cue = |live_airing: &LiveAiring| match live_airing.state {
            AiringState::Cued { due_at, .. } => due_at <= now.boot.plus(IMMEDIATE_US),
            _ => live_airing.has_cue(),
        };
        let mut of_session = self.airings.planned().iter().filter(|s| s.session_key() == Some(key));
        let is_cut_by_cue = of_session.any(has_immediate_cue);
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

    /// An eligible item of the session that starts now. Of several sessions: the one with the highest precedence, and
    /// among equals the one that starts last.
    fn starting_session(&self, now: ClockSnapshot) -> Option<Airing> {
        let starts_now = |live_airing: &&LiveAiring| {
            let is_hard_start_due = |airing: &Airing| {
                let since_start_us = now.wall.since(airing.session_starts_at());
                !airing.starts_softly() && (0..=ON_TIME_US).contains(&since_start_us)
            };
            !live_airing.is_done()
                && live_airing.may_air()
                && live_airing.planned.as_ref().is_some_and(is_hard_start_due)
        };
        let order =
            |live_airing: &&LiveAiring| live_airing.planned.as_ref().map(|a| (a.precedence(), a.session_starts_at()));
        self.airings.planned().iter().filter(starts_now).max_by_key(order).and_then(|s| s.planned.clone())
    }

    /// Interrupts an airing for an urgent session. The interrupted session stays open and continues afterwards.
    fn interrupt_for_session(&mut self, index: usize, is_cut_by_cue: bool) {
        match self.airings[index].state {
            AiringState::Cued { .. } => self.uncue(index),
            AiringState::Sounding { .. } if !is_cut_by_cue => self.cut(index, Reason::Urgent),
            _ => {}
        }
    }

    /// Ends an airing whose session ends because another one starts.
    fn close_for_session(&mut self, now: ClockSnapshot, index: usize, is_cut_by_cue: bool) {
        let live_airing = &self.airings[index];
        let has_begun =
            live_airing.is_postponed || live_airing.session_key().is_some_and(|key| self.begun_sessions.contains(key));
        match live_airing.state {
            // It has lapsed by its own rule, and `settle_overdue` logs that reason.
            AiringState::Waiting if self.has_lapsed(now, index) => {}
            AiringState::Waiting if has_begun => {
                let absence = live_airing.starts_at().and_then(|at| self.absence_at(at));
                self.close_missed(index, absence.unwrap_or(Reason::CutBy), None);
            }
            AiringState::Cued { .. } | AiringState::Interrupted(_) => self.close_missed(index, Reason::CutBy, None),
            AiringState::Relaying { .. } => self.end_relay(index, now, Some(Reason::CutBy)),
            AiringState::Sounding { .. } if !is_cut_by_cue => self.cut(index, Reason::CutBy),
            _ => {}
        }
    }

    /// True when an airing has to wait because another session has the line: by priority, by rank, or because this one
    /// starts softly.
    pub(super) fn must_wait(&self, now: ClockSnapshot, airing: &Airing) -> bool {
        let is_urgent = airing.priority == Priority::Urgent;
        if !is_urgent && self.is_urgent_active() {
            return true;
        }
        let key = airing.session_key();
        let others = self.airings.planned().iter();
        let others = others.filter(|s| !s.is_done() && !s.is_withdrawn() && s.session_key() != Some(key));
        let mut others = others.filter_map(|s| Some((s, s.planned.as_ref()?)));
        let makes_soft_start_wait = |other: &Airing| {
            let is_earlier = other.session_starts_at() < airing.session_starts_at();
            let is_simultaneous = other.session_starts_at() == airing.session_starts_at();
            let precedes = !other.starts_softly() || *other.id < *airing.id;
            airing.starts_softly() && (is_earlier || (is_simultaneous && precedes))
        };
        // A soft session that has not had the line yet waits for the running session, even when its precedence is
        // higher.
        let is_running = self.begun_sessions.contains(key);
        let has_line = |other: &Airing| {
            let is_on_line = |s: &LiveAiring| s.holds_line() && s.session_key() == Some(other.session_key());
            self.airings.planned().iter().any(is_on_line)
        };
        let yields = |other: &Airing| {
            other.starts_softly()
                && is_running
                && other.session_starts_at() >= airing.session_starts_at()
                && !has_line(other)
        };
        let goes_first = |other: &Airing| {
            let (their_precedence, our_precedence) = (other.precedence(), airing.precedence());
            (their_precedence > our_precedence && !yields(other))
                || makes_soft_start_wait(other)
                || (is_urgent && their_precedence == our_precedence && self.interrupts(other, airing))
        };
        others.any(|(live_airing, other)| goes_first(other) && self.holds_or_takes_line(now, live_airing, other))
    }

    /// True when the urgent session of `other` interrupts that of `airing`, which continues afterwards. The session
    /// that starts later interrupts; of those that start together, the one that comes later in the plan. A soft session
    /// never interrupts.
    fn interrupts(&self, other: &Airing, airing: &Airing) -> bool {
        let session_index =
            |airing: &Airing| self.airings.planned().iter().position(|s| s.session_key() == Some(airing.session_key()));
        let order = |airing: &Airing| (airing.session_starts_at(), session_index(airing));
        !other.starts_softly() && order(other) > order(airing)
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
        has_begun || (!airing.starts_softly() && (-PREROLL_US..=ON_TIME_US).contains(&since_start_us))
    }

    /// True when an urgent airing sounds or is about to.
    pub(super) fn is_urgent_active(&self) -> bool {
        self.airings.unplanned().any(LiveAiring::is_urgent)
            || self.airings.planned().iter().any(|s| s.is_urgent() && s.has_cue())
    }

    /// The reason why a due airing does not get the line: an urgent airing, or another session. `None` when the line is
    /// free for it.
    pub(super) fn blocked_reason(&self, now: ClockSnapshot, airing: &Airing) -> Option<Reason> {
        if airing.priority != Priority::Urgent && self.is_urgent_active() {
            return Some(Reason::Urgent);
        }
        self.must_wait(now, airing).then_some(Reason::Overrun)
    }

    /// While an urgent airing has the line, postpones the sessions that it interrupts or that would start now. A
    /// session with the policy `drop` is not postponed.
    pub(super) fn postpone_for_urgent(&mut self, now: ClockSnapshot) {
        if !self.is_urgent_active() {
            return;
        }
        // An airing that lapsed earlier was not delayed by the urgent one: it is not postponed.
        let is_to_be_postponed = |index: usize| {
            let live_airing = &self.airings[index];
            let is_covered = |airing: &Airing| {
                let since_start_us = now.wall.since(airing.session_starts_at());
                let has_begun = self.begun_sessions.contains(airing.session_key());
                since_start_us >= 0 && (since_start_us <= ON_TIME_US || has_begun)
            };
            let has_to_wait = |airing: &Airing| !live_airing.is_urgent() || self.must_wait(now, airing);
            !live_airing.is_done()
                && !live_airing.is_postponed
                && live_airing.interrupt_policy() != InterruptPolicy::Drop
                && live_airing.planned.as_ref().is_some_and(|airing| is_covered(airing) && has_to_wait(airing))
                && !self.has_lapsed(now, index)
        };
        let indices = self.airings.planned_indices().filter(|index| is_to_be_postponed(*index));
        for index in indices.collect::<Vec<usize>>() {
            self.airings[index].is_postponed = true;
            let key = self.airings[index].session_key().map(str::to_owned);
            self.begun_sessions.extend(key);
        }
    }
}

/// True when an airing belongs to a session that gives way to the session of `newest_airing`: to one that started
/// earlier and has no higher precedence. A soft or weaker session with the same start has not had the line: its own
/// rule for late starts decides whether it may wait.
fn yields_to(live_airing: &LiveAiring, newest_airing: &Airing) -> bool {
    let Some(airing) = live_airing.planned.as_ref().filter(|_| !live_airing.is_done()) else { return false };
    let (own_precedence, newest_precedence): (Precedence, Precedence) =
        (airing.precedence(), newest_airing.precedence());
    if own_precedence > newest_precedence {
        return false;
    }
    match airing.session_starts_at().cmp(&newest_airing.session_starts_at()) {
        std::cmp::Ordering::Less => true,
        std::cmp::Ordering::Equal => {
            !live_airing.is_waiting() || (own_precedence == newest_precedence && !airing.starts_softly())
        }
        // A later urgent session of the same precedence interrupts this one at its own start.
        std::cmp::Ordering::Greater => newest_airing.priority == Priority::Urgent && own_precedence < newest_precedence,
    }
}
