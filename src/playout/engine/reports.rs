//! What the output said.
use super::overdue::refusal_reason;
use super::slot::{Slot, State, Taken};
use super::{Action, Engine, Line, Notice};
use crate::airlog::entry::{Body, DeviceNote, Outcome, Reason, StartNote};
use crate::instant::Boot;
use crate::playout::clock::Now;
use crate::playout::output::{CueKey, Ending, Event, Progress};
use crate::station::{Device, OutputSettings};

/// Which airing a cue belongs to.
enum Place {
    Slot(usize),
    Extra,
}

impl Engine {
    /// Takes an event of the output. Cues that were taken back are no one's any more.
    pub(super) fn report(&mut self, now: Now, event: Event) {
        match event {
            Event::Opened { rate, device } => self.opened(rate, device),
            Event::Lost { detail } => self.lost(detail),
            Event::Ready { key, sha256 } => {
                if let Some(slot) = self.slot_of(key)
                    && let State::Cued { sha256: known, .. } = &mut slot.state
                {
                    *known = Some(sha256);
                }
            }
            Event::Refused { key, why, detail } => match self.place_of(key) {
                Some(Place::Slot(index)) => self.slots[index].state = State::Refused { why, detail },
                Some(Place::Extra) => {
                    if let Some(extra) = self.extra.take() {
                        let taken = Taken { detail: Some(detail), ..Taken::default() };
                        self.close_extra(&extra, taken, Some(refusal_reason(why)));
                    }
                }
                None => {}
            },
            Event::Started { key, at } => self.started(now, key, at),
            Event::Ended { .. } => self.ended(now, event),
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
        let index = self.slots.iter().position(|s| s.key() == Some(key));
        let extra = self.extra.as_ref().is_some_and(|s| s.key() == Some(key));
        index.map(Place::Slot).or(extra.then_some(Place::Extra))
    }

    fn slot_of(&mut self, key: CueKey) -> Option<&mut Slot> {
        match self.place_of(key)? {
            Place::Slot(index) => self.slots.get_mut(index),
            Place::Extra => self.extra.as_mut(),
        }
    }

    fn opened(&mut self, rate: u32, device: String) {
        if self.line == Line::Closed {
            return;
        }
        if self.line == Line::Lost {
            self.out.talk.push(Action::Tell(Notice::LineBack(device.clone())));
        }
        let now_open = (rate, device.clone());
        if self.told_device.as_ref() != Some(&now_open) {
            self.device_entry("opened", Some(device.clone()), None);
            self.told_device = Some(now_open);
        }
        self.line = Line::Open { rate, device };
    }

    fn lost(&mut self, detail: String) {
        if matches!(self.line, Line::Closed | Line::Lost) {
            return;
        }
        self.device_entry("lost", None, Some(detail.clone()));
        self.told_device = None;
        self.line = Line::Lost;
        self.out.talk.push(Action::Tell(Notice::LineLost(detail)));
    }

    fn device_entry(&mut self, state: &str, device: Option<String>, detail: Option<String>) {
        self.out.log.push(Body::Device(DeviceNote { state: state.to_owned(), device, detail }));
    }

    /// What an outcome says of the line.
    pub(super) fn line_facts(&self) -> Taken {
        let device = match &self.line {
            Line::Open { device, .. } => Some(device.clone()),
            _ => self.told_device.as_ref().map(|(_, device)| device.clone()),
        };
        let volume = self.settings.as_ref().map(|s| s.volume);
        let real = |s: &OutputSettings| matches!(s.device, Device::Default | Device::Named(_));
        let level = u8::from(!self.facts.rehearsal && self.settings.as_ref().is_some_and(real));
        Taken { device, volume, level, ..Taken::default() }
    }

    fn started(&mut self, now: Now, key: CueKey, at: Boot) {
        let facts = self.line_facts();
        let rate = match &self.line {
            Line::Open { rate, .. } => *rate,
            _ => 0,
        };
        let Some(slot) = self.slot_of(key) else { return };
        let State::Cued { sha256, .. } = slot.state.clone() else { return };
        let late_us = slot.plan.as_ref().map(|a| now.wall_at(at).since(a.starts()));
        slot.state = State::Sounding { key, late_us, sha256: sha256.clone(), frames: 0, rate };
        slot.ends = at.plus(slot.plays_us);
        let note = StartNote {
            labels: slot.labels.clone(),
            late_us,
            sha256,
            device: facts.device.unwrap_or_default(),
            rate,
            volume: facts.volume.unwrap_or_default(),
            level: facts.level,
        };
        let session = slot.session_key().map(str::to_owned);
        self.begun.extend(session);
        self.out.talk.push(Action::Tell(Notice::Started(note.labels.id.clone())));
        self.out.log.push(Body::Start(note));
    }

    fn ended(&mut self, now: Now, event: Event) {
        let Event::Ended { key, frames, expected, rate, underrun_frames, ending, .. } = event else {
            return;
        };
        let facts = self.line_facts();
        let Some(place) = self.place_of(key) else { return };
        self.last_sound = now.boot;
        let Some(slot) = self.slot_of(key) else { return };
        let (late_us, sha256) = match &slot.state {
            State::Sounding { late_us, sha256, .. } => (*late_us, sha256.clone()),
            State::Cued { sha256, .. } => (None, sha256.clone()),
            _ => (None, None),
        };
        let whole = slot.whole(late_us);
        let asked = slot.cut;
        let (result, reason, detail) = match ending {
            // The last word is the count: nothing is whole that lacks a frame.
            Ending::Whole if frames >= expected && frames > 0 => (whole.0, whole.1, None),
            Ending::Whole => (Outcome::Partial, Some(Reason::FileDamaged), None),
            Ending::Short { detail } => (Outcome::Partial, Some(Reason::FileDamaged), Some(detail)),
            Ending::Altered => (
                Outcome::Partial,
                Some(Reason::HashMismatch),
                Some("the file was changed while it was in use".to_owned()),
            ),
            Ending::Cut => (Outcome::Partial, Some(asked.unwrap_or(Reason::CutBy)), None),
            Ending::Lost => (Outcome::Partial, Some(Reason::DeviceLost), None),
        };
        let result = if frames == 0 { Outcome::Missed } else { result };
        let taken = Taken { frames, rate, late_us, underrun_frames, sha256, detail, ..facts };
        match place {
            Place::Slot(index) => self.close_slot(index, result, reason, taken),
            Place::Extra => {
                if let Some(extra) = self.extra.take() {
                    self.close_extra(&extra, taken, reason);
                }
            }
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
        self.out.talk.push(Action::Tell(Notice::Ended(Box::new(note.clone()))));
        self.out.log.push(Body::Outcome(note));
    }
}
