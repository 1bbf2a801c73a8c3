//! The queue of cues in the deck: given, prepared, handed to the line, ended.
use std::sync::Arc;

use super::prepare::{Preparation, PrepareStep};
use super::queued_cue::{CueStage, LineFormat, QueuedCue};
use super::{Deck, DeckLine};
use crate::base::instant::{BootTime, SECOND_US};
use crate::library::file::FileDigest;
use crate::playout::output::mixer::{MAX_TRACKS, MixerCommand, MixerReport};
use crate::playout::output::{Cue, CueKey, CueStart, Ending, OutputEvent};

/// Cues that are prepared ahead, including the sounding one.
const MAX_PREPARED: usize = 3;
/// A cue with an instant of its own is prepared this long before it, however many cues come first; microseconds.
const PREPARE_LEAD_US: i64 = 20 * SECOND_US;

impl Deck {
    /// Adds a new cue.
    pub(super) fn queue_cue(&mut self, cue: Cue, now: BootTime) {
        self.cues_queued += 1;
        let after = self.last_queued.replace(cue.key);
        self.cues.push_back(QueuedCue {
            cue,
            sequence: self.cues_queued,
            previous: after,
            queued_at: now,
            digest: None,
            stage: CueStage::Waiting,
            is_cut: false,
        });
    }

    /// Ends a cue: a live one at the next buffer, others now.
    pub(super) fn cut(&mut self, key: CueKey, now: BootTime) {
        let Some(i) = self.cues.iter().position(|s| s.cue.key == key) else {
            return;
        };
        self.cues[i].is_cut = true;
        match (&self.cues[i].stage, &mut self.line) {
            (CueStage::Live(_), DeckLine::Open(line) | DeckLine::Closing(line, _)) => {
                // The queue is full only when the line stands still, and then the line will be lost.
                let _ = line.mixer.commands.push(MixerCommand::Cut(key));
            }
            _ => self.end_cue(i, Ending::Cut, now),
        }
    }

    /// Handles a report of the line.
    pub(super) fn handle_report(&mut self, report: MixerReport, now: BootTime) {
        let (MixerReport::Started { key, .. } | MixerReport::Moved { key, .. } | MixerReport::Ended { key, .. }) =
            report;
        let Some(i) = self.cues.iter().position(|s| s.cue.key == key) else {
            return;
        };
        let CueStage::Live(live) = &mut self.cues[i].stage else {
            return;
        };
        match report {
            MixerReport::Started { key, at, within_us } => {
                live.started = true;
                self.shared.push_event(OutputEvent::Started { key, at, within_us });
                self.schedule_memory_trim(now);
                // The cue pushed out the ones before it. The line reports only those that it had.
                if matches!(self.cues[i].cue.start, CueStart::At(_)) {
                    let order = self.cues[i].sequence;
                    let dropped = |s: &QueuedCue| s.sequence < order && !matches!(s.stage, CueStage::Live(_));
                    while let Some(i) = self.cues.iter().position(dropped) {
                        self.end_cue(i, Ending::Cut, now);
                    }
                }
            }
            MixerReport::Moved { key, by_us, .. } => self.shared.push_event(OutputEvent::Moved { key, by_us }),
            MixerReport::Ended { cut: true, at, .. } => {
                self.sound_ends_at = self.sound_ends_at.max(at);
                self.end_cue(i, Ending::Cut, at);
            }
            MixerReport::Ended { at, .. } if live.counters.is_whole() => {
                self.sound_ends_at = self.sound_ends_at.max(at);
                self.end_cue(i, Ending::Whole, at);
            }
            MixerReport::Ended { at, .. } if live.feed.is_altered() => {
                self.sound_ends_at = self.sound_ends_at.max(at);
                self.end_cue(i, Ending::Altered, at);
            }
            MixerReport::Ended { at, .. } => {
                let detail = live.feed.detail().unwrap_or("the file gave fewer frames").to_owned();
                self.sound_ends_at = self.sound_ends_at.max(at);
                self.end_cue(i, Ending::Short { detail }, at);
            }
        }
    }

    /// Reports the end of a cue, and forgets it.
    pub(super) fn end_cue(&mut self, i: usize, ending: Ending, at: BootTime) {
        if let Some(slot) = self.cues.remove(i) {
            self.shared.push_event(slot.ended_event(ending, self.rate, at));
        }
    }

    /// Handles the loss of the line, which sounded until `heard`: ends the cues that it had started, and takes the
    /// others back.
    pub(super) fn end_live_cues(&mut self, ending: &Ending, heard: BootTime) {
        let mut i = 0;
        while let Some(slot) = self.cues.get_mut(i) {
            match &slot.stage {
                CueStage::Live(live) if live.started || *ending == Ending::Cut => {
                    let at = live.counters.ends_at().unwrap_or(heard).min(heard);
                    self.end_cue(i, ending.clone(), at);
                }
                // A cut cue must not come back on the next line.
                CueStage::Live(_) if slot.is_cut => self.end_cue(i, Ending::Cut, heard),
                CueStage::Live(_) => {
                    slot.stage = CueStage::Waiting;
                    i += 1;
                }
                _ => i += 1,
            }
        }
    }

    /// Fills the rings; returns whether there is more to do at once.
    pub(super) fn feed_tracks(&mut self) -> bool {
        let mut more = false;
        for slot in &mut self.cues {
            if let CueStage::Live(live) = &mut slot.stage {
                more |= live.fill_ring();
            }
        }
        more
    }

    /// Brings the most urgent cue one step nearer to its first frame; returns whether there was one.
    pub(super) fn prepare_next(&mut self, now: BootTime) -> bool {
        let at_work = self.cues.iter().filter(|s| !matches!(s.stage, CueStage::Waiting)).count();
        let pressing = |(i, slot): &(usize, &QueuedCue)| match slot.stage {
            CueStage::Preparing(_) => true,
            CueStage::Waiting => at_work < MAX_TRACKS && (*i < MAX_PREPARED || starts_soon(slot, now)),
            _ => false,
        };
        let next = self.cues.iter().enumerate().filter(pressing).min_by_key(|(_, s)| {
            // A cue that is late already must not delay others.
            (s.earliest_start() <= now && matches!(s.stage, CueStage::Preparing(_)), s.earliest_start())
        });
        let Some(i) = next.map(|(i, _)| i) else {
            return false;
        };
        let slot = &mut self.cues[i];
        let step = match std::mem::replace(&mut slot.stage, CueStage::Waiting) {
            CueStage::Preparing(prepare) => prepare.step(&slot.cue),
            _ => Preparation::begin(&slot.cue, slot.digest.clone(), &mut self.prefetcher),
        };
        self.apply_step(i, step, now);
        true
    }

    fn apply_step(&mut self, i: usize, step: PrepareStep, now: BootTime) {
        let slot = &mut self.cues[i];
        match step {
            PrepareStep::More(prepare) => slot.stage = CueStage::Preparing(prepare),
            PrepareStep::Done(prepared) => {
                let seal = prepared.digest.clone();
                slot.stage = CueStage::Prepared(prepared);
                self.announce_hash(i, seal);
            }
            PrepareStep::NothingLeft { digest: seal, detail } => {
                self.announce_hash(i, seal);
                self.end_cue(i, Ending::Short { detail }, now);
            }
            PrepareStep::Refused(why, detail) => {
                let key = slot.cue.key;
                self.cues.remove(i);
                self.shared.push_event(OutputEvent::Refused { key, why, detail });
            }
        }
    }

    /// Reports a file's hash, once.
    fn announce_hash(&mut self, i: usize, seal: Arc<FileDigest>) {
        let slot = &mut self.cues[i];
        if slot.digest.is_none() {
            let (key, sha256) = (slot.cue.key, seal.sha256.clone());
            slot.digest = Some(seal);
            self.shared.push_event(OutputEvent::Ready { key, sha256 });
        }
    }

    /// Hands prepared cues to the line in their order. A cue with an instant of its own need not wait for its turn.
    pub(super) fn hand_over_tracks(&mut self, now: BootTime) {
        let DeckLine::Open(line) = &mut self.line else {
            return;
        };
        let format = LineFormat { rate: line.rate, channels: line.channels };
        let settings = &self.settings;
        let mut refused = Vec::new();
        let mut in_turn = true;
        for (i, slot) in self.cues.iter_mut().enumerate() {
            if matches!(slot.stage, CueStage::Live(_)) {
                in_turn = true;
                continue;
            }
            let alone = matches!(slot.cue.start, CueStart::At(_));
            if in_turn || alone {
                match slot.go_live(format, settings) {
                    Ok(Some(track)) => {
                        // There is room for every track that may be in use.
                        let _ = line.mixer.commands.push(MixerCommand::Play(track));
                    }
                    Ok(None) => (),
                    Err(detail) => refused.push((i, detail)),
                }
            }
            in_turn = matches!(slot.stage, CueStage::Live(_));
        }
        for (i, detail) in refused.into_iter().rev() {
            self.end_cue(i, Ending::Short { detail }, now);
        }
    }
}

/// Returns whether a cue starts by itself soon.
fn starts_soon(slot: &QueuedCue, now: BootTime) -> bool {
    matches!(slot.cue.start, CueStart::At(instant) if instant.since(now) < PREPARE_LEAD_US)
}
