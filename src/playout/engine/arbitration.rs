//! Decides who has the line when two sessions want it: by levels and ranks, hard and soft starts.
use super::Engine;
use super::live_airing::{AiringState, LiveAiring};
use super::timing::{ON_TIME_US, PREROLL_US};
use crate::airlog::entry::Reason;
use crate::base::instant::SECOND_US;
use crate::plan::{Airing, Precedence};
use crate::playout::clock::ClockSnapshot;
use crate::schedule::{InterruptPolicy, Priority};

/// A cue that is due within this time is the start of its session.
const IMMEDIATE_US: i64 = SECOND_US / 2;

impl Engine {
    /// At a session's start, makes whatever else plays give way to it, and the rest of the sessions before it.
    pub(super) fn preempt_for_starting(&mut self, now: ClockSnapshot) {
        let Some(newest) = self.starting_session(now) else { return };
        if self.must_wait(now, &newest) {
            return;
        }
        let key = newest.session_key();
        let urgent = newest.priority == Priority::Urgent;
        // Its own cue cuts what sounds, on the sample; without one, we do.
        let at_once = |s: &LiveAiring| match s.state {
            AiringState::Cued { due, .. } => due <= now.boot.plus(IMMEDIATE_US),
            _ => s.has_cue(),
        };
        let cuts_itself = self.airings.planned().iter().any(|s| s.session_key() == Some(key) && at_once(s));
        for index in self.airings.planned_indices() {
            let slot = &self.airings[index];
            if slot.session_key() == Some(key) || slot.is_withdrawn() || !yields_to(slot, &newest) {
                continue;
            }
            if urgent {
                self.interrupt_for_session(index, cuts_itself);
            } else {
                self.close_for_session(now, index, cuts_itself);
            }
        }
        if !cuts_itself {
            self.cut_unplanned(if urgent { Reason::Urgent } else { Reason::CutBy });
        }
    }

    /// The first item of the session that starts now and may air: the strongest one, and of equals the last to start.
    fn starting_session(&self, now: ClockSnapshot) -> Option<Airing> {
        let starts_now = |slot: &&LiveAiring| {
            let on =
                |a: &Airing| !a.starts_softly() && (0..=ON_TIME_US).contains(&now.wall.since(a.session_starts_at()));
            !slot.is_done() && slot.may_air() && slot.planned.as_ref().is_some_and(on)
        };
        let strength = |slot: &&LiveAiring| slot.planned.as_ref().map(|a| (a.precedence(), a.session_starts_at()));
        self.airings.planned().iter().filter(starts_now).max_by_key(strength).and_then(|s| s.planned.clone())
    }

    /// Interrupts an airing for an urgent session, which does not take the place of others: they go on after it.
    fn interrupt_for_session(&mut self, index: usize, cuts_itself: bool) {
        match self.airings[index].state {
            AiringState::Cued { .. } => self.uncue(index),
            AiringState::Sounding { .. } if !cuts_itself => self.cut(index, Reason::Urgent),
            _ => {}
        }
    }

    /// Ends an airing whose session is over for the session that starts.
    fn close_for_session(&mut self, now: ClockSnapshot, index: usize, cuts_itself: bool) {
        let slot = &self.airings[index];
        let begun = slot.postponed || slot.session_key().is_some_and(|k| self.begun_sessions.contains(k));
        match slot.state {
            // It is over already: its own reason is logged in its time.
            AiringState::Waiting if self.has_lapsed(now, index) => {}
            AiringState::Waiting if begun => {
                let absent = slot.starts_at().and_then(|at| self.absence_at(at));
                self.close_missed(index, absent.unwrap_or(Reason::CutBy), None);
            }
            AiringState::Cued { .. } | AiringState::Interrupted(_) => self.close_missed(index, Reason::CutBy, None),
            AiringState::Relaying { .. } => self.end_relay(index, now, Some(Reason::CutBy)),
            AiringState::Sounding { .. } if !cuts_itself => self.cut(index, Reason::CutBy),
            _ => {}
        }
    }

    /// Whether an airing has to wait because the line is another's: by level, by rank, or because it starts softly.
    pub(super) fn must_wait(&self, now: ClockSnapshot, airing: &Airing) -> bool {
        let urgent = airing.priority == Priority::Urgent;
        if !urgent && self.is_urgent_active() {
            return true;
        }
        let key = airing.session_key();
        let others = self.airings.planned().iter();
        let others = others.filter(|s| !s.is_done() && !s.is_withdrawn() && s.session_key() != Some(key));
        let mut others = others.filter_map(|s| Some((s, s.planned.as_ref()?)));
        let soft = |other: &Airing| {
            let earlier = other.session_starts_at() < airing.session_starts_at();
            let beside = other.session_starts_at() == airing.session_starts_at();
            airing.starts_softly() && (earlier || (beside && (!other.starts_softly() || *other.id < *airing.id)))
        };
        // A session that starts softly and has not had the line waits for what plays, not the other way round.
        let runs_already = self.begun_sessions.contains(key);
        let has_line = |other: &Airing| {
            let of_other = |s: &LiveAiring| s.holds_line() && s.session_key() == Some(other.session_key());
            self.airings.planned().iter().any(of_other)
        };
        let yields = |other: &Airing| {
            other.starts_softly()
                && runs_already
                && other.session_starts_at() >= airing.session_starts_at()
                && !has_line(other)
        };
        let goes_before = |other: &Airing| {
            let (theirs, ours) = (other.precedence(), airing.precedence());
            (theirs > ours && !yields(other))
                || soft(other)
                || (urgent && theirs == ours && self.interrupts(other, airing))
        };
        others.any(|(slot, other)| goes_before(other) && self.holds_or_takes_line(now, slot, other))
    }

    /// Whether one urgent session interrupts another, which goes on after it: the one that starts later; of those that
    /// start together, the one that the schedule names later. Those that start softly interrupt nobody.
    fn interrupts(&self, other: &Airing, airing: &Airing) -> bool {
        let place = |of: &Airing| self.airings.planned().iter().position(|s| s.session_key() == Some(of.session_key()));
        !other.starts_softly()
            && (other.session_starts_at(), place(other)) > (airing.session_starts_at(), place(airing))
    }

    /// Whether an airing's session has the line, or takes it now.
    fn holds_or_takes_line(&self, now: ClockSnapshot, slot: &LiveAiring, airing: &Airing) -> bool {
        if slot.holds_line() {
            return airing.starts_at() <= now.wall.plus(PREROLL_US);
        }
        if slot.ineligible_reason().is_some() || self.is_quiet_for(now.wall, airing) {
            return false;
        }
        let since = now.wall.since(airing.session_starts_at());
        let begun = self.begun_sessions.contains(airing.session_key()) && since >= 0;
        begun || (!airing.starts_softly() && (-PREROLL_US..=ON_TIME_US).contains(&since))
    }

    /// Whether something urgent sounds or is about to.
    pub(super) fn is_urgent_active(&self) -> bool {
        self.airings.unplanned().any(LiveAiring::is_urgent)
            || self.airings.planned().iter().any(|s| s.is_urgent() && s.has_cue())
    }

    /// Why a due airing does not get the line: another session has it, or something urgent.
    pub(super) fn blocked_reason(&self, now: ClockSnapshot, airing: &Airing) -> Option<Reason> {
        if airing.priority != Priority::Urgent && self.is_urgent_active() {
            return Some(Reason::Urgent);
        }
        self.must_wait(now, airing).then_some(Reason::Overrun)
    }

    /// While something urgent has the line, postpones the sessions that it interrupts or that would start now, unless
    /// they are to drop what it covers.
    pub(super) fn postpone_behind_urgent(&mut self, now: ClockSnapshot) {
        if !self.is_urgent_active() {
            return;
        }
        // What is over already stays so: it was not pushed back by something urgent.
        let touched = |index: usize| {
            let slot = &self.airings[index];
            let covered = |a: &Airing| {
                let since = now.wall.since(a.session_starts_at());
                since >= 0 && (since <= ON_TIME_US || self.begun_sessions.contains(a.session_key()))
            };
            !slot.is_done()
                && !slot.postponed
                && slot.interrupt_policy() != InterruptPolicy::Drop
                && slot.planned.as_ref().is_some_and(|a| covered(a) && (!slot.is_urgent() || self.must_wait(now, a)))
                && !self.has_lapsed(now, index)
        };
        let postponed: Vec<usize> = self.airings.planned_indices().filter(|index| touched(*index)).collect();
        for index in postponed {
            self.airings[index].postponed = true;
            let key = self.airings[index].session_key().map(str::to_owned);
            self.begun_sessions.extend(key);
        }
    }
}

/// Whether an airing belongs to a session that gives way to this one: an earlier one that is not stronger. Of those
/// that start at the same instant, the soft one and the weaker one have not had the line: their own rules say whether
/// they may wait.
fn yields_to(slot: &LiveAiring, newest: &Airing) -> bool {
    let Some(airing) = slot.planned.as_ref().filter(|_| !slot.is_done()) else { return false };
    let (theirs, ours): (Precedence, Precedence) = (airing.precedence(), newest.precedence());
    if theirs > ours {
        return false;
    }
    match airing.session_starts_at().cmp(&newest.session_starts_at()) {
        std::cmp::Ordering::Less => true,
        std::cmp::Ordering::Equal => !slot.is_waiting() || (theirs == ours && !airing.starts_softly()),
        // One of its own strength that is cued already interrupts it when its time comes.
        std::cmp::Ordering::Greater => newest.priority == Priority::Urgent && theirs < ours,
    }
}
