//! The cues of a deck: given, prepared, handed to the line, ended.
use std::sync::Arc;

use super::prepare::{Prepare, Step};
use super::slot::{Format, Slot, Stage};
use super::{Deck, Line, Order, Report};
use crate::instant::{Boot, SECOND};
use crate::library::file::Seal;
use crate::playout::output::line::MAX_TRACKS;
use crate::playout::output::{Cue, CueKey, Ending, Event, Start};

/// Cues that are prepared ahead, the sounding one among them.
const AHEAD: usize = 3;
/// A cue that starts by itself within this time is prepared however many stand before it.
const SOON_US: i64 = 20 * SECOND;

impl Deck {
    /// Takes a new cue.
    pub(super) fn take(&mut self, cue: Cue, now: Boot) {
        self.orders += 1;
        let after = self.last_given.replace(cue.key);
        self.slots.push_back(Slot {
            cue,
            order: self.orders,
            after,
            given: now,
            seal: None,
            stage: Stage::Waiting,
            cut: false,
        });
    }

    /// Ends a cue: the line's own at the next buffer, others now.
    pub(super) fn cut(&mut self, key: CueKey, now: Boot) {
        let Some(i) = self.slots.iter().position(|s| s.cue.key == key) else {
            return;
        };
        self.slots[i].cut = true;
        match (&self.slots[i].stage, &mut self.line) {
            (Stage::Live(_), Line::Open(line) | Line::Closing(line, _)) => {
                // The queue is full only when the line stands still, and then it will be lost.
                let _ = line.remote.orders.push(Order::Cut(key));
            }
            _ => self.end(i, Ending::Cut, now),
        }
    }

    /// Notes what the line reports.
    pub(super) fn note(&mut self, report: Report, now: Boot) {
        let (Report::Started { key, .. } | Report::Moved { key, .. } | Report::Ended { key, .. }) = report;
        let Some(i) = self.slots.iter().position(|s| s.cue.key == key) else {
            return;
        };
        let Stage::Live(live) = &mut self.slots[i].stage else {
            return;
        };
        match report {
            Report::Started { key, at, within_us } => {
                live.started = true;
                self.shared.tell(Event::Started { key, at, within_us });
                self.tidy_later(now);
                // It pushed out what stood before it; the line tells so only of what it had.
                if matches!(self.slots[i].cue.start, Start::At(_)) {
                    let order = self.slots[i].order;
                    let dropped = |s: &Slot| s.order < order && !matches!(s.stage, Stage::Live(_));
                    while let Some(i) = self.slots.iter().position(dropped) {
                        self.end(i, Ending::Cut, now);
                    }
                }
            }
            Report::Moved { key, by_us, .. } => self.shared.tell(Event::Moved { key, by_us }),
            Report::Ended { cut: true, at, .. } => {
                self.heard = self.heard.max(at);
                self.end(i, Ending::Cut, at);
            }
            Report::Ended { at, .. } if live.gauge.is_whole() => {
                self.heard = self.heard.max(at);
                self.end(i, Ending::Whole, at);
            }
            Report::Ended { at, .. } if live.feed.altered() => {
                self.heard = self.heard.max(at);
                self.end(i, Ending::Altered, at);
            }
            Report::Ended { at, .. } => {
                let detail = live.feed.detail().unwrap_or("the file gave fewer frames").to_owned();
                self.heard = self.heard.max(at);
                self.end(i, Ending::Short { detail }, at);
            }
        }
    }

    /// Tells the end of a cue, and forgets it.
    pub(super) fn end(&mut self, i: usize, ending: Ending, at: Boot) {
        if let Some(slot) = self.slots.remove(i) {
            self.shared.tell(slot.ended(ending, self.rate, at));
        }
    }

    /// The line is gone, and sounded until `heard`: ends what it had begun, and takes back what it had not.
    pub(super) fn end_live(&mut self, ending: &Ending, heard: Boot) {
        let mut i = 0;
        while let Some(slot) = self.slots.get_mut(i) {
            match &slot.stage {
                Stage::Live(live) if live.started || *ending == Ending::Cut => {
                    let at = live.gauge.last().unwrap_or(heard).min(heard);
                    self.end(i, ending.clone(), at);
                }
                // It must not come back on the next line.
                Stage::Live(_) if slot.cut => self.end(i, Ending::Cut, heard),
                Stage::Live(_) => {
                    slot.stage = Stage::Waiting;
                    i += 1;
                }
                _ => i += 1,
            }
        }
    }

    /// Fills the rings; says whether there is more to do at once.
    pub(super) fn feed(&mut self) -> bool {
        let mut more = false;
        for slot in &mut self.slots {
            if let Stage::Live(live) = &mut slot.stage {
                more |= live.feed();
            }
        }
        more
    }

    /// Brings the most pressing cue one step nearer to its first frame; says whether there is more to do.
    pub(super) fn prepare(&mut self, now: Boot) -> bool {
        let at_work = self.slots.iter().filter(|s| !matches!(s.stage, Stage::Waiting)).count();
        let pressing = |(i, slot): &(usize, &Slot)| match slot.stage {
            Stage::Preparing(_) => true,
            Stage::Waiting => at_work < MAX_TRACKS && (*i < AHEAD || is_soon(slot, now)),
            _ => false,
        };
        let next = self.slots.iter().enumerate().filter(pressing).min_by_key(|(_, s)| {
            // What is late already must not make others late, too.
            (s.instant() <= now && matches!(s.stage, Stage::Preparing(_)), s.instant())
        });
        let Some(i) = next.map(|(i, _)| i) else {
            return false;
        };
        let slot = &mut self.slots[i];
        let step = match std::mem::replace(&mut slot.stage, Stage::Waiting) {
            Stage::Preparing(prepare) => prepare.step(&slot.cue),
            _ => Prepare::begin(&slot.cue, slot.seal.clone(), &mut self.ahead),
        };
        self.step(i, step, now);
        true
    }

    fn step(&mut self, i: usize, step: Step, now: Boot) {
        let slot = &mut self.slots[i];
        match step {
            Step::More(prepare) => slot.stage = Stage::Preparing(prepare),
            Step::Done(prepared) => {
                let seal = prepared.seal.clone();
                slot.stage = Stage::Prepared(prepared);
                self.announce(i, seal);
            }
            Step::Nothing { seal, detail } => {
                self.announce(i, seal);
                self.end(i, Ending::Short { detail }, now);
            }
            Step::Refused(why, detail) => {
                let key = slot.cue.key;
                self.slots.remove(i);
                self.shared.tell(Event::Refused { key, why, detail });
            }
        }
    }

    /// Tells a file's hash, once.
    fn announce(&mut self, i: usize, seal: Arc<Seal>) {
        let slot = &mut self.slots[i];
        if slot.seal.is_none() {
            let (key, sha256) = (slot.cue.key, seal.sha256.clone());
            slot.seal = Some(seal);
            self.shared.tell(Event::Ready { key, sha256 });
        }
    }

    /// Gives prepared cues to the line, in their order; one that starts by itself need not wait for its turn.
    pub(super) fn hand_over(&mut self, now: Boot) {
        let Line::Open(line) = &mut self.line else {
            return;
        };
        let format = Format { rate: line.rate, channels: line.channels };
        let settings = &self.settings;
        let mut refused = Vec::new();
        let mut in_turn = true;
        for (i, slot) in self.slots.iter_mut().enumerate() {
            if matches!(slot.stage, Stage::Live(_)) {
                in_turn = true;
                continue;
            }
            let alone = matches!(slot.cue.start, Start::At(_));
            if in_turn || alone {
                match slot.go_live(format, settings) {
                    Ok(Some(track)) => {
                        // There is room for every track that may be at work.
                        let _ = line.remote.orders.push(Order::Play(track));
                    }
                    Ok(None) => (),
                    Err(detail) => refused.push((i, detail)),
                }
            }
            in_turn = matches!(slot.stage, Stage::Live(_));
        }
        for (i, detail) in refused.into_iter().rev() {
            self.end(i, Ending::Short { detail }, now);
        }
    }
}

/// Whether a cue starts by itself before long.
fn is_soon(slot: &Slot, now: Boot) -> bool {
    matches!(slot.cue.start, Start::At(instant) if instant.since(now) < SOON_US)
}
