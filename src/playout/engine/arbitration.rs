//! Who has the line when two want it: levels and ranks, hard and soft starts.
use super::live_airing::{AiringState, LiveAiring, ON_TIME_US};
use super::{Engine, PREROLL_US};
use crate::airlog::entry::Reason;
use crate::base::instant::SECOND_US;
use crate::plan::{Airing, Precedence};
use crate::playout::clock::ClockSnapshot;
use crate::schedule::{InterruptPolicy, Priority};

/// A cue that is due by then is the start of its session.
const IMMEDIATE_US: i64 = SECOND_US / 2;

impl Engine {
    /// At a session's start whatever else plays gives way to it, as does the rest of the sessions before it.
    pub(super) fn preempt_for_starting(&mut self, now: ClockSnapshot) {
        let starts_now = |slot: &&LiveAiring| {
            let on = |a: &Airing| !a.starts_softly() && (0..=ON_TIME_US).contains(&now.wall.since(a.session_starts_at()));
            !slot.is_done()
                && !slot.is_withdrawn()
                && slot.ineligible_reason().is_none()
                && slot.planned.as_ref().is_some_and(on)
        };
        // Of equals the last one that begins.
        let strength = |slot: &&LiveAiring| slot.planned.as_ref().map(|a| (a.precedence(), a.session_starts_at()));
        let Some(newest) = self.airings.iter().filter(starts_now).max_by_key(strength).and_then(|s| s.planned.clone())
        else {
            return;
        };
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
        let cuts_itself = self.airings.iter().any(|s| s.session_key() == Some(key) && at_once(s));
        for index in 0..self.airings.len() {
            let slot = &self.airings[index];
            if slot.session_key() == Some(key) || slot.is_withdrawn() || !yields_to(slot, &newest) {
                continue;
            }
            let begun = slot.postponed || slot.session_key().is_some_and(|k| self.begun_sessions.contains(k));
            match slot.state {
                // What is urgent does not take the place of others: they go on behind it.
                AiringState::Waiting | AiringState::Interrupted | AiringState::Relaying { .. } if urgent => {}
                AiringState::Cued { key, .. } if urgent => self.uncue(index, key),
                AiringState::Sounding { key, .. } if urgent && !cuts_itself => self.cut(index, key, Reason::Urgent),
                // It is over already: its own reason is told in its time.
                AiringState::Waiting if self.has_lapsed(now, index) => {}
                AiringState::Waiting if begun => {
                    let starts = slot.planned.as_ref().map(Airing::starts_at);
                    let absent = starts.and_then(|at| self.absence_at(at));
                    self.close_missed(index, absent.unwrap_or(Reason::CutBy), None);
                }
                AiringState::Cued { .. } | AiringState::Interrupted => self.close_missed(index, Reason::CutBy, None),
                AiringState::Relaying { .. } => self.end_relay(index, now, Some(Reason::CutBy)),
                AiringState::Sounding { key, .. } if !cuts_itself => self.cut(index, key, Reason::CutBy),
                _ => {}
            }
        }
        if !cuts_itself {
            self.cut_unplanned(if urgent { Reason::Urgent } else { Reason::CutBy });
        }
    }

    /// Whether an airing has to wait because the line is another's: by level, by rank, or because it starts softly.
    pub(super) fn must_wait(&self, now: ClockSnapshot, airing: &Airing) -> bool {
        let urgent = airing.priority == Priority::Urgent;
        if !urgent && self.is_urgent_active() {
            return true;
        }
        let key = airing.session_key();
        let others = self.airings.iter().filter(|s| !s.is_done() && !s.is_withdrawn() && s.session_key() != Some(key));
        let mut others = others.filter_map(|s| Some((s, s.planned.as_ref()?)));
        let soft = |other: &Airing| {
            let earlier = other.session_starts_at() < airing.session_starts_at();
            let beside = other.session_starts_at() == airing.session_starts_at();
            airing.starts_softly() && (earlier || (beside && (!other.starts_softly() || *other.id < *airing.id)))
        };
        // One that starts softly and has not had the line waits for what plays: that does not wait for it.
        let runs_already = self.begun_sessions.contains(key);
        let has_line = |other: &Airing| {
            self.airings.iter().any(|s| s.holds_line() && s.session_key() == Some(other.session_key()))
        };
        let yields = |other: &Airing| {
            other.starts_softly() && runs_already && other.session_starts_at() >= airing.session_starts_at() && !has_line(other)
        };
        let goes_before = |other: &Airing| {
            let (theirs, ours) = (other.precedence(), airing.precedence());
            (theirs > ours && !yields(other))
                || soft(other)
                || (urgent && theirs == ours && self.interrupts(other, airing))
        };
        others.any(|(slot, other)| goes_before(other) && self.holds_or_takes_line(now, slot, other))
    }

    /// Whether one urgent session interrupts another of its kind, which goes on behind it: the one that begins later; of
    /// those that begin at once the one that the schedule names later. Those that start softly interrupt nobody.
    fn interrupts(&self, other: &Airing, airing: &Airing) -> bool {
        let place = |of: &Airing| self.airings.iter().position(|s| s.session_key() == Some(of.session_key()));
        !other.starts_softly() && (other.session_starts_at(), place(other)) > (airing.session_starts_at(), place(airing))
    }

    /// Whether a slot's session has the line, or takes it now.
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
        self.unplanned.iter().any(|s| s.is_urgent() && !s.is_done())
            || self.airings.iter().any(|s| s.is_urgent() && s.has_cue())
    }

    /// What keeps a due airing from the line: another session, or something urgent.
    pub(super) fn blocked_reason(&self, now: ClockSnapshot, airing: &Airing) -> Option<Reason> {
        if airing.priority != Priority::Urgent && self.is_urgent_active() {
            return Some(Reason::Urgent);
        }
        self.must_wait(now, airing).then_some(Reason::Overrun)
    }

    /// While something urgent has the line: sessions that it interrupts, or that would begin now, are pushed back behind
    /// it, unless they are to drop what it covers.
    pub(super) fn postpone_behind_urgent(&mut self, now: ClockSnapshot) {
        if !self.is_urgent_active() {
            return;
        }
        // What is over already stays so: nothing urgent has pushed it back.
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
        let moved: Vec<usize> = (0..self.airings.len()).filter(|index| touched(*index)).collect();
        for index in moved {
            self.airings[index].postponed = true;
            let key = self.airings[index].session_key().map(str::to_owned);
            self.begun_sessions.extend(key);
        }
    }
}

/// Whether a slot belongs to a session that gives way to this one: an earlier one that does not go before it. Of those
/// that begin at the same instant, the soft one and the lower one have not had the line: their own rules say whether they
/// may wait.
fn yields_to(slot: &LiveAiring, newest: &Airing) -> bool {
    let Some(airing) = slot.planned.as_ref().filter(|_| !slot.is_done()) else { return false };
    let (theirs, ours): (Precedence, Precedence) = (airing.precedence(), newest.precedence());
    if theirs > ours {
        return false;
    }
    match airing.session_starts_at().cmp(&newest.session_starts_at()) {
        std::cmp::Ordering::Less => true,
        std::cmp::Ordering::Equal => !slot.is_waiting() || (theirs == ours && !airing.starts_softly()),
        // One of its own strength that is lined up already interrupts it when its time comes.
        std::cmp::Ordering::Greater => newest.priority == Priority::Urgent && theirs < ours,
    }
}
