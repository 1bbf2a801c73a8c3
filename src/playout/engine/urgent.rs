//! What is urgent: it interrupts at once, also in quiet hours, and what it interrupts goes on behind it.
use super::slot::{Lost, ON_TIME_US, Slot, State, Taken};
use super::{Action, Engine, Line};
use crate::airlog::entry::{Body, InterruptNote, Outcome, Reason, ResumeNote};
use crate::instant::SECOND;
use crate::library::Length;
use crate::plan::JOIN_LEAD_US;
use crate::playout::clock::Now;
use crate::playout::output::{CueKey, Start};
use crate::schedule::Interrupted;

/// What was interrupted goes on for so long after the beginning of its session: no session and nothing urgent lasts longer.
const GOES_ON_US: i64 = 86_400 * SECOND;

/// What is urgent waits so long for a lost device.
pub(super) const AWAIT_US: i64 = 900 * SECOND;

impl Engine {
    /// Lines up the next urgent message that an operator has ordered, once none sounds.
    pub(super) fn sound_alarms(&mut self, now: Now) {
        if self.away_since.is_some() || self.extras.iter().any(|s| s.urgent() && s.live()) {
            return;
        }
        let Some(index) = self.extras.iter().position(|s| s.urgent() && s.waits()) else { return };
        for other in 0..self.slots.len() {
            match self.slots[other].state {
                State::Sounding { key, .. } if !self.slots[other].urgent() => self.cut(other, key, Reason::Urgent),
                State::Cued { key, .. } if !self.slots[other].urgent() => self.take_back(other, key),
                _ => {}
            }
        }
        self.cut_extras(Reason::Urgent);
        // From silence the amplifier takes its time: the head of the message shall be heard.
        let due = now.boot.plus(self.warm_in(now));
        let key = self.new_key();
        let slot = &mut self.extras[index];
        slot.lined_up(key, due);
        let cue = self.cue_of(&self.extras[index], key, Start::At(due), 0);
        self.out.sound.push(Action::Cue(cue));
    }

    /// Takes back what is lined up: its time comes again.
    pub(super) fn take_back(&mut self, index: usize, key: CueKey) {
        self.out.sound.push(Action::Cut(key));
        self.slots[index].state = self.resting(index);
    }

    /// The state of a slot that the output has no more, and that has no outcome.
    pub(super) fn resting(&self, index: usize) -> State {
        if self.slots[index].carried.is_some() { State::Interrupted } else { State::Waiting }
    }

    /// Something urgent has cut an airing that is to go on: how far it came is kept, and logged.
    pub(super) fn interrupt(&mut self, index: usize, part: Length, taken: Taken) {
        let by = self.alarm_id();
        let slot = &mut self.slots[index];
        let note = interrupt_note(slot, by, Reason::Urgent, &taken);
        slot.reached_us = slot.length.us() - slot.plays_us + part.us();
        slot.carried = Some(taken);
        (slot.cut, slot.keeps_place) = (None, false);
        slot.moved = true;
        slot.state = State::Interrupted;
        self.out.log.push(Body::Interrupt(note));
    }

    /// The device was lost under an airing, which goes on once there is one again: at the place where it would be then,
    /// so that what follows keeps its time. What was lined up behind it is lined up again.
    pub(super) fn lose(&mut self, index: usize, taken: Taken) {
        let slot = &mut self.slots[index];
        slot.lost = Some(Lost::Waits);
        self.losing = true;
        let mut note = interrupt_note(slot, None, Reason::DeviceLost, &taken);
        note.then = Interrupted::Resume;
        slot.carried = Some(taken);
        slot.state = State::Interrupted;
        self.out.log.push(Body::Interrupt(note));
        for other in 0..self.slots.len() {
            if let State::Cued { key, .. } = self.slots[other].state {
                self.take_back(other, key);
            }
        }
    }

    /// Once there is a device again: what had sounded on the lost one goes on where it would be by now. What would be over
    /// is over.
    pub(super) fn go_on(&mut self, now: Now) {
        for index in 0..self.slots.len() {
            let slot = &self.slots[index];
            if slot.lost != Some(Lost::Waits) || slot.state != State::Interrupted {
                continue;
            }
            let at = now.boot.plus(JOIN_LEAD_US);
            let left_us = slot.ends.since(at);
            let quiet = slot.plan.as_ref().is_none_or(|a| self.quiet_for(now.wall, a));
            if left_us <= 0 || quiet {
                self.miss(index, Reason::DeviceLost, None);
            } else if matches!(self.line, Line::Open { .. }) && !self.losing && !self.alarmed() {
                let skip_us = slot.length.us() - left_us;
                // What the output has would not come behind it, but go.
                self.recue(true);
                self.slots[index].keeps_place = true;
                self.cue(index, Start::At(at), at, skip_us);
            }
        }
    }

    /// The id of what is urgent and has the line.
    fn alarm_id(&self) -> Option<String> {
        let live = |s: &&Slot| s.urgent() && !s.done() && s.key().is_some();
        self.extras.iter().chain(&self.slots).find(live).map(|s| s.labels.id.clone())
    }

    /// Once nothing urgent has the line any more: what it had interrupted goes on.
    pub(super) fn resume(&mut self, now: Now) {
        if self.alarmed() || self.all_slots().any(Slot::live) {
            return;
        }
        // Of several that something urgent has interrupted, one after the other, the one that need not wait.
        let goes_on = |s: &Slot| {
            let interrupted = s.state == State::Interrupted && s.lost != Some(Lost::Waits);
            interrupted && s.plan.as_ref().is_some_and(|a| !self.must_wait(now, a))
        };
        let Some(index) = self.slots.iter().position(goes_on) else { return };
        let Some(airing) = self.slots[index].plan.clone() else { return };
        // Over a leap of the clock, or a sleep of the machine, its day has gone.
        if now.wall.since(airing.session_starts()) > GOES_ON_US {
            self.miss(index, Reason::Late, None);
            return;
        }
        if self.quiet_for(now.wall, &airing) {
            self.miss(index, Reason::QuietHours, None);
            return;
        }
        let slot = &self.slots[index];
        // A microsecond more: rounded down to frames it is where it stopped.
        let skip_us = if slot.begins_anew() { slot.skipped_us } else { slot.reached_us + 1 };
        let rest_us = slot.length.us() - skip_us;
        if !airing.ends_in_time(now.wall, rest_us.max(0)) {
            self.miss(index, Reason::EndBy, None);
            return;
        }
        self.cue(index, Start::At(now.boot), now.boot, skip_us);
    }

    /// An interrupted airing sounds again.
    pub(super) fn resumed(&mut self, index: usize) {
        let slot = &mut self.slots[index];
        slot.lost = slot.lost.map(|_| Lost::GoneOn);
        let carried = slot.goes_on_from().unwrap_or(Length { frames: 0, rate: 0 });
        let note = ResumeNote {
            id: slot.labels.id.clone(),
            frames: carried.frames,
            rate: carried.rate,
            from_ms: (slot.length.us() - slot.plays_us) / 1000,
        };
        self.out.log.push(Body::Resume(note));
    }

    /// What an airing has taken in all: its earlier part and what followed; of one that began again, the part that
    /// came farther.
    pub(super) fn with_carried(slot: &Slot, taken: Taken) -> Taken {
        let Some(before) = &slot.carried else { return taken };
        if taken.rate == 0 {
            return Taken { detail: taken.detail, ..before.clone() };
        }
        let at_rate = |frames| Length { frames, rate: before.rate }.frames_at(taken.rate);
        if slot.begins_anew() {
            let farther = taken.frames >= at_rate(before.frames);
            return if farther { taken } else { Taken { detail: taken.detail, ..before.clone() } };
        }
        Taken {
            frames: taken.frames + at_rate(before.frames),
            underrun_frames: taken.underrun_frames + at_rate(before.underrun_frames),
            underruns: taken.underruns + before.underruns,
            late_us: before.late_us.or(taken.late_us),
            drift_us: None,
            torn: taken.torn || before.torn,
            ..taken
        }
    }

    /// What was ordered outside the plan sounds at once or not at all; what is urgent waits for its turn, and for a device,
    /// for a while.
    pub(super) fn settle_extras(&mut self, now: Now) {
        let stuck = |slot: &Slot| matches!(slot.state, State::Cued { due, .. } if now.boot.since(due) > ON_TIME_US);
        while let Some(index) = self.extras.iter().position(stuck) {
            if self.extras[index].urgent()
                && self.extras[index].cut.is_none()
                && !matches!(self.line, Line::Open { .. })
            {
                self.out.sound.extend(self.extras[index].key().map(Action::Cut));
                self.await_device(index, now);
                continue;
            }
            let extra = self.extras.remove(index);
            self.out.sound.extend(extra.key().map(Action::Cut));
            let reason = extra.cut.unwrap_or_else(|| self.blocked_by(now.wall));
            self.close_extra(&extra, Taken::default(), Some(reason));
        }
    }

    /// Something urgent that could not sound for want of a device: it sounds when there is one.
    pub(super) fn await_device(&mut self, index: usize, now: Now) {
        self.extras[index].state = State::Waiting;
        self.extras[index].waits_since.get_or_insert(now.boot);
        self.away_since.get_or_insert(now.boot);
    }

    /// What is urgent and has waited for a device for so long is not sounded any more: nobody would know why.
    pub(super) fn give_up_on_device(&mut self, now: Now) {
        if self.away_since.is_none() {
            return;
        }
        for extra in self.extras.iter_mut().filter(|s| s.waits()) {
            extra.waits_since.get_or_insert(now.boot);
        }
        let given_up = |s: &Slot| s.waits() && s.waits_since.is_some_and(|since| now.boot.since(since) >= AWAIT_US);
        while let Some(index) = self.extras.iter().position(given_up) {
            let extra = self.extras.remove(index);
            self.close_extra(&extra, Taken::default(), Some(Reason::DeviceLost));
        }
    }

    /// Ends what was ordered outside the plan and has not been lined up.
    pub(super) fn end_waiting_extras(&mut self, reason: Reason) {
        while let Some(index) = self.extras.iter().position(Slot::waits) {
            let extra = self.extras.remove(index);
            self.close_extra(&extra, Taken::default(), Some(reason));
        }
    }

    /// Gives an unplanned play its outcome.
    pub(super) fn close_extra(&mut self, extra: &Slot, taken: Taken, reason: Option<Reason>) {
        let result = match (taken.frames, reason) {
            (0, _) => Outcome::Missed,
            (_, None) => Outcome::Aired,
            (_, Some(_)) => Outcome::Partial,
        };
        let note = extra.outcome(result, reason, taken);
        self.settled.insert(note.labels.id.clone());
        self.out.talk.push(Action::Tell(super::Notice::Ended(Box::new(note.clone()))));
        self.out.log.push(Body::Outcome(note));
    }
}

fn interrupt_note(slot: &Slot, by: Option<String>, reason: Reason, taken: &Taken) -> InterruptNote {
    InterruptNote {
        id: slot.labels.id.clone(),
        by,
        reason,
        then: slot.interrupted(),
        frames: taken.frames,
        rate: taken.rate,
        played_ms: Length { frames: taken.frames, rate: taken.rate }.ms(),
    }
}
