//! Who has the line when two want it: levels and ranks, hard and soft starts.
use super::slot::{ON_TIME_US, Slot, State};
use super::{Engine, PREROLL_US};
use crate::airlog::entry::Reason;
use crate::instant::SECOND;
use crate::plan::{Airing, Precedence};
use crate::playout::clock::Now;
use crate::schedule::{Interrupted, Priority};

/// A cue that is due by then is the start of its session.
const AT_ONCE_US: i64 = SECOND / 2;

impl Engine {
    /// At a session's start whatever else plays gives way to it, as does the rest of the sessions before it.
    pub(super) fn give_way(&mut self, now: Now) {
        let starts_now = |slot: &&Slot| {
            let on = |a: &Airing| !a.soft && (0..=ON_TIME_US).contains(&now.wall.since(a.session_starts()));
            !slot.done() && !slot.withdrawn() && slot.barred().is_none() && slot.plan.as_ref().is_some_and(on)
        };
        // Of equals the last one that begins.
        let strength = |slot: &&Slot| slot.plan.as_ref().map(|a| (a.precedence(), a.session_starts()));
        let Some(newest) = self.slots.iter().filter(starts_now).max_by_key(strength).and_then(|s| s.plan.clone())
        else {
            return;
        };
        if self.must_wait(now, &newest) {
            return;
        }
        let key = newest.session_key();
        let urgent = newest.priority == Priority::Urgent;
        // Its own cue cuts what sounds, on the sample; without one, we do.
        let at_once = |s: &Slot| match s.state {
            State::Cued { due, .. } => due <= now.boot.plus(AT_ONCE_US),
            _ => s.live(),
        };
        let cuts_itself = self.slots.iter().any(|s| s.session_key() == Some(key) && at_once(s));
        for index in 0..self.slots.len() {
            let slot = &self.slots[index];
            if slot.session_key() == Some(key) || slot.withdrawn() || !gives_way(slot, &newest) {
                continue;
            }
            let begun = slot.moved || slot.session_key().is_some_and(|k| self.begun.contains(k));
            match slot.state {
                // What is urgent does not take the place of others: they go on behind it.
                State::Waiting | State::Interrupted | State::Relaying { .. } if urgent => {}
                State::Cued { key, .. } if urgent => self.take_back(index, key),
                State::Sounding { key, .. } if urgent && !cuts_itself => self.cut(index, key, Reason::Urgent),
                // It is over already: its own reason is told in its time.
                State::Waiting if self.lapsed(now, index) => {}
                State::Waiting if begun => {
                    let starts = slot.plan.as_ref().map(Airing::starts);
                    let absent = starts.and_then(|at| self.absent_at(at));
                    self.miss(index, absent.unwrap_or(Reason::CutBy), None);
                }
                State::Cued { .. } | State::Interrupted => self.miss(index, Reason::CutBy, None),
                State::Relaying { .. } => self.end_relay(index, now, Some(Reason::CutBy)),
                State::Sounding { key, .. } if !cuts_itself => self.cut(index, key, Reason::CutBy),
                _ => {}
            }
        }
        if !cuts_itself {
            self.cut_extras(if urgent { Reason::Urgent } else { Reason::CutBy });
        }
    }

    /// Whether an airing has to wait because the line is another's: by level, by rank, or because it starts softly.
    pub(super) fn must_wait(&self, now: Now, airing: &Airing) -> bool {
        let urgent = airing.priority == Priority::Urgent;
        if !urgent && self.alarmed() {
            return true;
        }
        let key = airing.session_key();
        let others = self.slots.iter().filter(|s| !s.done() && !s.withdrawn() && s.session_key() != Some(key));
        let mut others = others.filter_map(|s| Some((s, s.plan.as_ref()?)));
        let soft = |other: &Airing| {
            let earlier = other.session_starts() < airing.session_starts();
            let beside = other.session_starts() == airing.session_starts();
            airing.soft && (earlier || (beside && (!other.soft || *other.id < *airing.id)))
        };
        // One that starts softly and has not had the line waits for what plays: that does not wait for it.
        let runs_already = self.begun.contains(key);
        let has_line =
            |other: &Airing| self.slots.iter().any(|s| s.holds_line() && s.session_key() == Some(other.session_key()));
        let yields = |other: &Airing| {
            other.soft && runs_already && other.session_starts() >= airing.session_starts() && !has_line(other)
        };
        let goes_before = |other: &Airing| {
            let (theirs, ours) = (other.precedence(), airing.precedence());
            (theirs > ours && !yields(other))
                || soft(other)
                || (urgent && theirs == ours && self.interrupts(other, airing))
        };
        others.any(|(slot, other)| goes_before(other) && self.runs(now, slot, other))
    }

    /// Whether one urgent session interrupts another of its kind, which goes on behind it: the one that begins later; of
    /// those that begin at once the one that the schedule names later. Those that start softly interrupt nobody.
    fn interrupts(&self, other: &Airing, airing: &Airing) -> bool {
        let place = |of: &Airing| self.slots.iter().position(|s| s.session_key() == Some(of.session_key()));
        !other.soft && (other.session_starts(), place(other)) > (airing.session_starts(), place(airing))
    }

    /// Whether a slot's session has the line, or takes it now.
    fn runs(&self, now: Now, slot: &Slot, airing: &Airing) -> bool {
        if slot.holds_line() {
            return airing.starts() <= now.wall.plus(PREROLL_US);
        }
        if slot.barred().is_some() || self.quiet_for(now.wall, airing) {
            return false;
        }
        let since = now.wall.since(airing.session_starts());
        let begun = self.begun.contains(airing.session_key()) && since >= 0;
        begun || (!airing.soft && (-PREROLL_US..=ON_TIME_US).contains(&since))
    }

    /// Whether something urgent sounds or is about to.
    pub(super) fn alarmed(&self) -> bool {
        self.extras.iter().any(|s| s.urgent() && !s.done()) || self.slots.iter().any(|s| s.urgent() && s.live())
    }

    /// What keeps a due airing from the line: another session, or something urgent.
    pub(super) fn kept_by(&self, now: Now, airing: &Airing) -> Option<Reason> {
        if airing.priority != Priority::Urgent && self.alarmed() {
            return Some(Reason::Urgent);
        }
        self.must_wait(now, airing).then_some(Reason::Overrun)
    }

    /// While something urgent has the line: sessions that it interrupts, or that would begin now, are pushed back behind
    /// it, unless they are to drop what it covers.
    pub(super) fn push_back(&mut self, now: Now) {
        if !self.alarmed() {
            return;
        }
        // What is over already stays so: nothing urgent has pushed it back.
        let touched = |index: usize| {
            let slot = &self.slots[index];
            let covered = |a: &Airing| {
                let since = now.wall.since(a.session_starts());
                since >= 0 && (since <= ON_TIME_US || self.begun.contains(a.session_key()))
            };
            !slot.done()
                && !slot.moved
                && slot.interrupted() != Interrupted::Drop
                && slot.plan.as_ref().is_some_and(|a| covered(a) && (!slot.urgent() || self.must_wait(now, a)))
                && !self.lapsed(now, index)
        };
        let moved: Vec<usize> = (0..self.slots.len()).filter(|index| touched(*index)).collect();
        for index in moved {
            self.slots[index].moved = true;
            let key = self.slots[index].session_key().map(str::to_owned);
            self.begun.extend(key);
        }
    }
}

/// Whether a slot belongs to a session that gives way to this one: an earlier one that does not go before it. Of those
/// that begin at the same instant, the soft one and the lower one have not had the line: their own rules say whether they
/// may wait.
fn gives_way(slot: &Slot, newest: &Airing) -> bool {
    let Some(airing) = slot.plan.as_ref().filter(|_| !slot.done()) else { return false };
    let (theirs, ours): (Precedence, Precedence) = (airing.precedence(), newest.precedence());
    if theirs > ours {
        return false;
    }
    match airing.session_starts().cmp(&newest.session_starts()) {
        std::cmp::Ordering::Less => true,
        std::cmp::Ordering::Equal => !slot.waits() || (theirs == ours && !airing.soft),
        // One of its own strength that is lined up already interrupts it when its time comes.
        std::cmp::Ordering::Greater => newest.priority == Priority::Urgent && theirs < ours,
    }
}
