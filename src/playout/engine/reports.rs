//! What the output said.
use super::overdue::refusal_reason;
use super::slot::{Slot, State, Taken};
use super::{Action, Engine, Line, Notice, lasted};
use crate::airlog::entry::{Body, Outcome, Reason, StartNote};
use crate::instant::{Boot, SECOND};
use crate::library::{Known, Length};
use crate::playout::clock::Now;
use crate::playout::output::{CueKey, Ending, Event, Progress, Refusal};
use crate::schedule::Interrupted;
use crate::station::{Device, OutputSettings};

/// Which airing a cue belongs to.
#[derive(Clone, Copy)]
enum Place {
    Slot(usize),
    Extra(usize),
}

/// Sound leaves the device so long before or after it is told of, at most: timestamps further off are not believed,
/// microseconds.
const BUFFERED_US: i64 = 5 * SECOND;
/// How far off the beginning may be of what was only told to have ended, microseconds.
const UNTOLD_US: i64 = SECOND;

impl Engine {
    /// Takes an event of the output. Cues that were taken back are no one's any more.
    pub(super) fn report(&mut self, now: Now, event: Event) {
        match event {
            Event::Opened { rate, device, sink, instead } => self.opened(now, rate, device, sink, instead),
            Event::Behind { sink } => self.behind(now, sink),
            Event::Lost { detail } => self.lost(now, detail),
            Event::Ready { key, sha256 } => {
                if let Some(slot) = self.slot_of(key)
                    && let State::Cued { sha256: known, .. } = &mut slot.state
                {
                    *known = Some(sha256);
                }
            }
            Event::Refused { key, why, detail } => match self.place_of(key) {
                Some(Place::Slot(index)) => self.slots[index].state = self.refused(index, why, detail),
                Some(Place::Extra(index)) => {
                    let extra = self.extras.remove(index);
                    let taken = Taken { detail: Some(detail), ..Taken::default() };
                    self.close_extra(&extra, taken, Some(refusal_reason(why)));
                }
                None => {}
            },
            Event::Started { key, at, within_us } => self.started(now, key, at, within_us),
            Event::Moved { key, by_us } => self.moved(key, by_us),
            Event::Ended { .. } => self.ended(now, event),
        }
    }

    /// A file that is known to be damaged is not another file, though its bytes are not those of its last good scan.
    fn refused(&self, index: usize, why: Refusal, detail: String) -> State {
        let slot = &self.slots[index];
        let pinned = slot.plan.as_ref().is_some_and(|a| a.sha256.is_some());
        let known = self.in_sight().and_then(|a| a.library.files.get(&slot.labels.file));
        match known {
            Some(Known::Damaged { detail, .. }) if why == Refusal::HashMismatch && !pinned => {
                State::Refused { why: Refusal::FileDamaged, detail: detail.clone() }
            }
            _ => State::Refused { why, detail },
        }
    }

    /// Remembers how far the sounding airing has come.
    pub(super) fn note_progress(&mut self, progress: Option<Progress>) {
        let Some(progress) = progress else { return };
        if let Some(slot) = self.slot_of(progress.key)
            && let State::Sounding { frames, rate, .. } = &mut slot.state
        {
            (*frames, *rate) = (progress.frames, progress.rate);
        }
    }

    fn place_of(&self, key: CueKey) -> Option<Place> {
        let of = |slots: &[Slot]| slots.iter().position(|s| s.key() == Some(key));
        of(&self.slots).map(Place::Slot).or_else(|| of(&self.extras).map(Place::Extra))
    }

    fn slot_of(&mut self, key: CueKey) -> Option<&mut Slot> {
        match self.place_of(key)? {
            Place::Slot(index) => self.slots.get_mut(index),
            Place::Extra(index) => self.extras.get_mut(index),
        }
    }

    /// What an outcome says of the line.
    pub(super) fn line_facts(&self) -> Taken {
        let (device, sink) = match &self.line {
            Line::Open { device, sink, .. } => (Some(device.clone()), sink.clone()),
            _ => (self.device.opened.as_ref().map(|(_, device)| device.clone()), self.device.sink.clone()),
        };
        let volume = self.settings.as_ref().map(|s| s.volume);
        let real = |s: &OutputSettings| matches!(s.device, Device::Default | Device::Named(_));
        let hardware = sink.hardware != Some(false);
        let level = u8::from(hardware && !self.facts.rehearsal && self.settings.as_ref().is_some_and(real));
        Taken { device, sink, volume, level, ..Taken::default() }
    }

    /// What the outcome of an airing says of the line, of which bytes with this hash sound: what nobody can hear is no
    /// proof, whatever takes it.
    pub(super) fn facts_for(&self, slot: &Slot, sha256: Option<&str>) -> Taken {
        let facts = self.line_facts();
        let volume = self.volume_of(slot).or(facts.volume);
        let heard = volume != Some(0) && !self.is_silent(slot, sha256);
        Taken { volume, level: if heard { facts.level } else { 0 }, ..facts }
    }

    fn started(&mut self, now: Now, key: CueKey, at: Boot, within_us: i64) {
        let rate = match &self.line {
            Line::Open { rate, .. } => *rate,
            _ => 0,
        };
        let Some(place) = self.place_of(key) else { return };
        // What no buffer explains is no timestamp.
        let at = if self.is_believable(now, at) { at } else { now.boot };
        let Some(slot) = self.slot_of(key) else { return };
        let State::Cued { sha256, due, .. } = slot.state.clone() else { return };
        let late_us = slot.plan.as_ref().map(|a| now.wall_at(at).since(a.starts()));
        slot.state = State::Sounding { key, since: at, late_us, sha256: sha256.clone(), frames: 0, rate };
        if slot.keeps_place {
            // So much more of its beginning was left out.
            slot.plays_us -= at.since(due).clamp(0, slot.plays_us);
        }
        slot.ends = at.plus(slot.plays_us);
        let again = slot.carried.is_some();
        // There is a device that plays: what waits, waits for its turn.
        self.extras.iter_mut().for_each(|extra| extra.waits_since = None);
        let Some(slot) = self.slot_of(key) else { return };
        let (labels, session) = (slot.labels.clone(), slot.session_key().map(str::to_owned));
        self.begun.extend(session);
        self.out.talk.push(Action::Tell(Notice::Started(labels.id.clone())));
        match place {
            Place::Slot(index) if again => self.resumed(index),
            _ => {
                let facts = self.line_facts_of(place, sha256.as_deref());
                self.out.log.push(Body::Start(StartNote {
                    labels,
                    late_us,
                    within_us,
                    sha256,
                    device: facts.device.unwrap_or_default(),
                    sink: facts.sink.name,
                    hardware: facts.sink.hardware,
                    rate,
                    volume: facts.volume.unwrap_or_default(),
                    level: facts.level,
                }));
            }
        }
    }

    /// Whether an event can have been then: it was not told at the last look, whenever that was.
    fn is_believable(&self, now: Now, at: Boot) -> bool {
        (self.looked.min(now.boot).plus(-BUFFERED_US)..=now.boot.plus(BUFFERED_US)).contains(&at)
    }

    /// The output has found that a cue begins later than it had told.
    fn moved(&mut self, key: CueKey, by_us: i64) {
        if let Some(slot) = self.slot_of(key)
            && let State::Sounding { since, late_us, .. } = &mut slot.state
        {
            *since = since.plus(by_us);
            *late_us = late_us.map(|us| us + by_us);
            slot.ends = slot.ends.plus(by_us);
        }
    }

    fn line_facts_of(&self, place: Place, sha256: Option<&str>) -> Taken {
        match place {
            Place::Slot(index) => self.facts_for(&self.slots[index], sha256),
            Place::Extra(index) => self.facts_for(&self.extras[index], sha256),
        }
    }

    fn ended(&mut self, now: Now, event: Event) {
        let Event::Ended { key, frames, expected, rate, underrun_frames, underruns, ending, at } = event else {
            return;
        };
        let Some(place) = self.place_of(key) else { return };
        if frames > 0 && self.slot_of(key).is_some_and(|slot| matches!(slot.state, State::Cued { .. })) {
            // That it had begun was told, and got lost: nothing sounds in the log that has not begun.
            let began = at.plus(Length { frames, rate }.us().saturating_neg());
            self.started(now, key, began, UNTOLD_US);
        }
        self.last_sound = now.boot;
        // What has taken the line from it, if it was not we.
        let usurper = if self.alarmed() { Reason::Urgent } else { Reason::CutBy };
        let believable = self.is_believable(now, at);
        let Some(slot) = self.slot_of(key) else { return };
        let (late_us, sha256, since) = match &slot.state {
            State::Sounding { late_us, sha256, since, .. } => (*late_us, sha256.clone(), Some(*since)),
            State::Cued { sha256, .. } => (None, sha256.clone(), None),
            _ => (None, None, None),
        };
        let took_us = since.filter(|_| believable).map(|since| at.since(since));
        let keeps_place = slot.keeps_place;
        let asked = slot.cut.unwrap_or(usurper);
        let first_late_us = slot.goes_on_from().and(slot.carried.as_ref()).and_then(|c| c.late_us);
        let whole = slot.whole(first_late_us.or(late_us));
        let keeps = slot.interrupted() != Interrupted::Drop;
        let goes_on = ending == Ending::Cut && asked == Reason::Urgent && keeps;
        let unheard = frames == 0 && since.is_none() && slot.cut.is_none();
        let never_began = unheard && ending == Ending::Lost;
        // What stood behind it has not had the line.
        let pushed_out = unheard && ending == Ending::Cut && asked == Reason::Urgent;
        let second = slot.carried.is_some() && slot.begins_anew();
        let lost = ending == Ending::Lost && keeps && slot.plan.is_some() && slot.cut.is_none() && !second;
        let had_been_lost = slot.lost.is_some();
        let is_whole = ending == Ending::Whole;
        let (result, reason, detail) = match ending {
            // It came in when there was nothing left of it.
            Ending::Whole if frames == 0 && keeps_place => (Outcome::Missed, Some(Reason::Late), None),
            // The last word is the count: nothing is whole that lacks a frame.
            Ending::Whole if frames >= expected && frames > 0 => (whole.0, whole.1, None),
            Ending::Whole => (Outcome::Partial, Some(Reason::FileDamaged), None),
            Ending::Short { detail } => (Outcome::Partial, Some(Reason::FileDamaged), Some(detail)),
            Ending::Altered => (
                Outcome::Partial,
                Some(Reason::HashMismatch),
                Some("the file was changed while it was in use".to_owned()),
            ),
            Ending::Cut => (Outcome::Partial, Some(asked), None),
            Ending::Lost => (Outcome::Partial, Some(Reason::DeviceLost), None),
        };
        let facts = self.line_facts_of(place, sha256.as_deref());
        let taken = Taken { frames, rate, late_us, underrun_frames, underruns, sha256, detail, ..facts };
        let mut taken = lasted::judge(taken, took_us);
        // Without gaps the frames tell how long it should have taken.
        taken.drift_us = took_us
            .filter(|_| is_whole && taken.underrun_frames == 0 && frames > 0 && !taken.torn)
            .map(|took| took - Length { frames, rate }.us());
        let taken = match place {
            Place::Slot(index) => Self::with_carried(&self.slots[index], taken),
            Place::Extra(index) => Self::with_carried(&self.extras[index], taken),
        };
        let result = if taken.frames == 0 { Outcome::Missed } else { result };
        let (result, reason) = match result {
            Outcome::Aired if had_been_lost => (Outcome::Partial, Some(Reason::DeviceLost)),
            Outcome::Aired if taken.torn => (Outcome::Partial, Some(Reason::Underrun)),
            _ => (result, reason),
        };
        match place {
            Place::Slot(index) if (goes_on && taken.frames == 0) || pushed_out => {
                self.slots[index].state = self.resting(index);
            }
            Place::Slot(index) if goes_on => self.interrupt(index, Length { frames, rate }, taken),
            // Its rule lets it wait for a device.
            Place::Slot(index) if never_began && self.slots[index].may_play_late(now.wall, self.today(now)) => {
                self.slots[index].state = self.resting(index);
            }
            Place::Extra(index) if never_began && self.extras[index].urgent() => self.await_device(index, now),
            Place::Slot(index) if lost && taken.frames > 0 => self.lose(index, taken),
            Place::Slot(index) => self.close_slot(index, result, reason, taken),
            Place::Extra(index) => {
                let extra = self.extras.remove(index);
                self.close_extra(&extra, taken, reason);
            }
        }
    }
}
