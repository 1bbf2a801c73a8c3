//! What plays now: the order of a look, and how what sounds is ended.
use super::slot::{Slot, State, Taken};
use super::{Action, Engine};
use crate::airlog::entry::{Outcome, Reason};
use crate::instant::SECOND;
use crate::library::decode::MAX_SECONDS;
use crate::playout::clock::Now;
use crate::playout::output::CueKey;

/// What sounds for so long after its end has been forgotten by the output. Gaps for want of frames are shorter; where the
/// length is not known, there is the longest that a file may have.
pub(super) fn endless_us(slot: &Slot) -> i64 {
    let unknown_us = if slot.length.rate == 0 { MAX_SECONDS.cast_signed() * SECOND } else { 0 };
    60 * SECOND + unknown_us
}

impl Engine {
    /// Everything that follows from the time alone.
    pub(super) fn run(&mut self, now: Now) {
        self.tell_device(now);
        self.settle_extras(now);
        self.give_up_on_device(now);
        self.give_up_on_endless(now);
        self.sound_alarms(now);
        if !self.trust.believed {
            self.care_for_line(now);
            self.care_for_amplifier(now);
            return;
        }
        self.roll(now);
        self.push_back(now);
        self.relays(now);
        self.settle_overdue(now);
        self.forget_absences(now);
        // What stood before a relay slot may have been missed just now.
        self.relays(now);
        self.roll_ahead(now);
        self.unfollow();
        self.give_way(now);
        if self.quiet_at(now.wall) {
            self.hush(now);
        }
        self.line_up(now);
        self.foresee(now);
        self.care_for_line(now);
        self.care_for_amplifier(now);
    }

    /// Asks the output to end what sounds, once, for this reason.
    pub(super) fn cut(&mut self, index: usize, key: CueKey, reason: Reason) {
        let slot = &mut self.slots[index];
        if slot.cut.is_none() {
            slot.cut = Some(reason);
            self.out.sound.push(Action::Cut(key));
        }
    }

    /// Ends whatever sounds, and takes back what is lined up; what an operator calls urgent sounds on, unless the
    /// station ends.
    pub(super) fn silence(&mut self, now: Now, reason: Reason) {
        for index in 0..self.slots.len() {
            match self.slots[index].state {
                State::Sounding { key, .. } => self.cut(index, key, reason),
                State::Cued { key, .. } => {
                    self.take_back(index, key);
                    if self.slots[index].carried.is_some() {
                        self.miss(index, reason, None);
                    }
                }
                State::Interrupted => self.miss(index, reason, None),
                State::Relaying { .. } => self.end_relay(index, now, Some(reason)),
                _ => {}
            }
        }
        self.cut_extras(reason);
    }

    /// Ends what was ordered outside the plan, once; what is urgent only when the operator or the end of the station
    /// asks for it.
    pub(super) fn cut_extras(&mut self, reason: Reason) {
        let all = matches!(reason, Reason::Shutdown | Reason::OperatorStop | Reason::OperatorSkip);
        for extra in self.extras.iter_mut().filter(|s| all || !s.urgent()) {
            if extra.cut.is_none()
                && let Some(key) = extra.key()
            {
                extra.cut = Some(reason);
                self.out.sound.push(Action::Cut(key));
            }
        }
    }

    /// Quiet hours: what sounds ends, and what would follow it; what is lined up for after them stays.
    fn hush(&mut self, now: Now) {
        for index in 0..self.slots.len() {
            match self.slots[index].state {
                _ if self.slots[index].urgent() => {}
                State::Sounding { key, .. } => self.cut(index, key, Reason::QuietHours),
                // Quiet hours or the zone may have been edited after it was lined up.
                State::Cued { key, due, .. } if due <= now.boot || self.quiet_at(now.wall_at(due)) => {
                    self.take_back(index, key);
                }
                State::Relaying { .. } => self.end_relay(index, now, Some(Reason::QuietHours)),
                State::Interrupted if !self.alarmed() => self.miss(index, Reason::QuietHours, None),
                _ => {}
            }
        }
        self.cut_extras(Reason::QuietHours);
    }

    /// What was to follow an item that was refused keeps its own time where something else sounds: the output would let
    /// it follow that, though that is to give way.
    fn unfollow(&mut self) {
        let sounding = self.all_slots().find(|s| matches!(s.state, State::Sounding { .. }));
        let Some(sounding) = sounding.map(Slot::session_key) else { return };
        let orphan = |slot: &Slot| {
            // What was lined up before it leads it, whichever comes first in the plan.
            let State::Cued { key, follows: true, .. } = slot.state else { return None };
            let session = slot.session_key()?;
            let leads = |s: &Slot| s.key().is_some_and(|led| led < key) && s.session_key() == Some(session);
            let orphan = sounding != Some(session) && !self.slots.iter().any(leads);
            orphan.then(|| session.to_owned())
        };
        let Some(session) = self.slots.iter().find_map(orphan) else { return };
        // All of its session: what follows it would lead it when it is lined up anew.
        for index in 0..self.slots.len() {
            if let State::Cued { key, .. } = self.slots[index].state
                && self.slots[index].session_key() == Some(&session)
            {
                self.take_back(index, key);
            }
        }
    }

    /// Takes back what has not started: it is lined up anew by the clock as it is now. What follows another cue
    /// is timed by that one, and stays unless the clock made a step.
    pub(super) fn recue(&mut self, stepped: bool) {
        let to_be_moved = |slot: &Slot| match slot.state {
            State::Cued { key, follows, .. } => (stepped || !follows).then_some(key),
            _ => None,
        };
        // What is lined up behind it follows it.
        let Some(first) = self.slots.iter().filter_map(to_be_moved).min() else { return };
        for index in 0..self.slots.len() {
            if let State::Cued { key, .. } = self.slots[index].state
                && key >= first
            {
                self.take_back(index, key);
                (self.slots[index].joined, self.slots[index].keeps_place) = (false, false);
            }
        }
    }

    /// What should have ended long ago, and of which the output says nothing: what it last said is the outcome.
    fn give_up_on_endless(&mut self, now: Now) {
        let endless = |s: &Slot| matches!(s.state, State::Sounding { .. }) && now.boot.since(s.ends) > endless_us(s);
        for index in 0..self.slots.len() {
            if endless(&self.slots[index]) {
                self.out.sound.extend(self.slots[index].key().map(Action::Cut));
                let taken = self.taken(&self.slots[index]);
                let taken = Self::with_carried(&self.slots[index], taken);
                let result = if taken.frames > 0 { Outcome::Partial } else { Outcome::Missed };
                self.close_slot(index, result, Some(Reason::DeviceLost), taken);
            }
        }
        while let Some(index) = self.extras.iter().position(endless) {
            let extra = self.extras.remove(index);
            self.out.sound.extend(extra.key().map(Action::Cut));
            let taken = self.taken(&extra);
            self.close_extra(&extra, taken, Some(Reason::DeviceLost));
        }
    }

    /// The output has not answered in time: what it last said is the outcome.
    pub(super) fn give_up_on_output(&mut self) {
        for index in 0..self.slots.len() {
            if let State::Sounding { .. } = self.slots[index].state {
                let reason = self.slots[index].cut.unwrap_or(Reason::Shutdown);
                let taken = self.taken(&self.slots[index]);
                let taken = Self::with_carried(&self.slots[index], taken);
                let result = if taken.frames > 0 { Outcome::Partial } else { Outcome::Missed };
                self.close_slot(index, result, Some(reason), taken);
            }
        }
        for extra in std::mem::take(&mut self.extras) {
            let taken = self.taken(&extra);
            self.close_extra(&extra, taken, Some(Reason::Shutdown));
        }
    }

    /// What is known of a sounding airing without the output's last word.
    fn taken(&self, slot: &Slot) -> Taken {
        let State::Sounding { late_us, sha256, frames, rate, .. } = &slot.state else {
            return Taken::default();
        };
        let facts = self.facts_for(slot, sha256.as_deref());
        Taken { frames: *frames, rate: *rate, late_us: *late_us, sha256: sha256.clone(), ..facts }
    }

    pub(super) fn new_key(&mut self) -> CueKey {
        self.next_key += 1;
        CueKey(self.next_key)
    }
}
