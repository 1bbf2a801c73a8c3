//! The deck's queue of cues. The deck prepares a cue, hands it to the line as a track, and reports its end.
use std::sync::Arc;

use super::prepare::{Preparation, PrepareStep};
use super::queued_cue::{CueStage, LineFormat, QueuedCue};
use super::{Deck, DeckLine};
use crate::base::instant::{BootTime, SECOND_US};
use crate::library::file::FileDigest;
use crate::playout::output::mixer::{MAX_TRACKS, MixerCommand, MixerReport};
use crate::playout::output::{Cue, CueKey, CueStart, Ending, OutputEvent};

/// Number of cues at the front of the queue that are prepared, including the sounding one.
const MAX_PREPARED_CUES: usize = 3;
/// Time before its instant at which a [`CueStart::AtInstant`] cue is prepared, wherever it is in the queue;
/// microseconds.
const PREPARE_LEAD_US: i64 = 20 * SECOND_US;

impl Deck {
    /// Adds a new cue.
    pub(super) fn queue_cue(&mut self, cue: Cue, now: BootTime) {
        self.total_cues += 1;
        let previous = self.last_cue_key.replace(cue.key);
        self.cues.push_back(QueuedCue {
            cue,
            sequence: self.total_cues,
            previous,
            queued_at: now,
            digest: None,
            stage: CueStage::Waiting,
            is_cut: false,
        });
    }

    /// Ends a cue. A live cue ends in the next buffer of the line. Any other cue ends now.
    pub(super) fn cut(&mut self, key: CueKey, now: BootTime) {
        let Some(index) = self.cues.iter().position(|c| c.cue.key == key) else {
            return;
        };
        self.cues[index].is_cut = true;
        match (&self.cues[index].stage, &mut self.line) {
            (CueStage::Live(_), DeckLine::Open(line) | DeckLine::Closing(line, _)) => {
                // The queue is full only if the line has stopped, and in that case the deck soon closes the line.
                let _ = line.mixer.commands.push(MixerCommand::Cut(key));
            }
            _ => self.end_cue(index, Ending::Cut, now),
        }
    }

    /// Handles a report from the line once its event is audible.
    pub(super) fn handle_report(&mut self, report: MixerReport, now: BootTime) {
        let (MixerReport::Started { key, .. } | MixerReport::Moved { key, .. } | MixerReport::Ended { key, .. }) =
            report;
        let Some(index) = self.cues.iter().position(|c| c.cue.key == key) else {
            return;
        };
        let CueStage::Live(track) = &mut self.cues[index].stage else {
            return;
        };
        match report {
            MixerReport::Started { key, at, possible_error_us } => {
                track.has_started = true;
                self.shared.push_event(OutputEvent::Started { key, at, within_us: possible_error_us });
                self.schedule_memory_trim(now);
                // The cue has discarded the cues before it. The line reports the end of a discarded cue only if it had
                // received that cue.
                if matches!(self.cues[index].cue.start, CueStart::AtInstant(_)) {
                    let sequence = self.cues[index].sequence;
                    let is_discarded = |c: &QueuedCue| c.sequence < sequence && !matches!(c.stage, CueStage::Live(_));
                    while let Some(index) = self.cues.iter().position(is_discarded) {
                        self.end_cue(index, Ending::Cut, now);
                    }
                }
            }
            MixerReport::Moved { key, delay_us, .. } => {
                self.shared.push_event(OutputEvent::Moved { key, by_us: delay_us });
            }
            MixerReport::Ended { was_cut: true, at, .. } => {
                self.sound_ends_at = self.sound_ends_at.max(at);
                self.end_cue(index, Ending::Cut, at);
            }
            MixerReport::Ended { at, .. } if track.counters.has_all_frames() => {
                self.sound_ends_at = self.sound_ends_at.max(at);
                self.end_cue(index, Ending::Whole, at);
            }
            MixerReport::Ended { at, .. } if track.feed.is_altered() => {
                self.sound_ends_at = self.sound_ends_at.max(at);
                self.end_cue(index, Ending::Altered, at);
            }
            MixerReport::Ended { at, .. } => {
                let detail = track.feed.detail().unwrap_or("the file gave fewer frames").to_owned();
                self.sound_ends_at = self.sound_ends_at.max(at);
                self.end_cue(index, Ending::Short { detail }, at);
            }
        }
    }

    /// Removes a cue from the queue, and reports its end.
    pub(super) fn end_cue(&mut self, index: usize, ending: Ending, at: BootTime) {
        if let Some(queued_cue) = self.cues.remove(index) {
            self.shared.push_event(queued_cue.ended_event(ending, self.rate, at));
        }
    }

    /// Handles the closing or the loss of the line, whose sound was heard until `heard_until`. Ends the cues that had
    /// started. The others wait for the next line, unless the line was closed on purpose (`ending` is [`Ending::Cut`]).
    pub(super) fn end_live_cues(&mut self, ending: &Ending, heard_until: BootTime) {
        let mut index = 0;
        while let Some(queued_cue) = self.cues.get_mut(index) {
            match &queued_cue.stage {
                CueStage::Live(track) if track.has_started || *ending == Ending::Cut => {
                    let at = track.counters.ends_at().unwrap_or(heard_until).min(heard_until);
                    self.end_cue(index, ending.clone(), at);
                }
                // A cue that was cut must not play on the next line.
                CueStage::Live(_) if queued_cue.is_cut => self.end_cue(index, Ending::Cut, heard_until),
                CueStage::Live(_) => {
                    queued_cue.stage = CueStage::Waiting;
                    index += 1;
                }
                _ => index += 1,
            }
        }
    }

    /// Fills the ring buffers of the live tracks. Returns whether more frames could be decoded right away.
    pub(super) fn feed_tracks(&mut self) -> bool {
        let mut has_more = false;
        for queued_cue in &mut self.cues {
            if let CueStage::Live(track) = &mut queued_cue.stage {
                has_more |= track.fill_ring();
            }
        }
        has_more
    }

    /// Performs one step in the preparation of the most urgent cue. Returns false if no cue needs preparation.
    pub(super) fn prepare_next(&mut self, now: BootTime) -> bool {
        let active_count = self.cues.iter().filter(|c| !matches!(c.stage, CueStage::Waiting)).count();
        let needs_step = |(index, queued_cue): &(usize, &QueuedCue)| match queued_cue.stage {
            CueStage::Preparing(_) => true,
            CueStage::Waiting => {
                active_count < MAX_TRACKS && (*index < MAX_PREPARED_CUES || starts_soon(queued_cue, now))
            }
            _ => false,
        };
        let most_urgent_cue = self.cues.iter().enumerate().filter(needs_step).min_by_key(|(_, c)| {
            // A cue that is already late comes last, so that it does not delay the others.
            (c.earliest_start() <= now && matches!(c.stage, CueStage::Preparing(_)), c.earliest_start())
        });
        let Some(index) = most_urgent_cue.map(|(index, _)| index) else {
            return false;
        };
        let queued_cue = &mut self.cues[index];
        let step = match std::mem::replace(&mut queued_cue.stage, CueStage::Waiting) {
            CueStage::Preparing(preparation) => preparation.step(&queued_cue.cue, &mut self.prefetcher, now),
            _ => Preparation::begin(&queued_cue.cue, queued_cue.digest.clone(), &mut self.prefetcher),
        };
        self.apply_step(index, step, now);
        true
    }

    fn apply_step(&mut self, index: usize, step: PrepareStep, now: BootTime) {
        let queued_cue = &mut self.cues[index];
        match step {
            PrepareStep::More(preparation) => queued_cue.stage = CueStage::Preparing(Box::new(preparation)),
            PrepareStep::Done(file) => {
                let digest = file.digest.clone();
                queued_cue.stage = CueStage::Prepared(file);
                self.report_hash_once(index, digest);
            }
            PrepareStep::NothingLeft { digest, detail } => {
                self.report_hash_once(index, digest);
                self.end_cue(index, Ending::Short { detail }, now);
            }
            PrepareStep::Refused(refusal, detail) => {
                let key = queued_cue.cue.key;
                self.cues.remove(index);
                self.shared.push_event(OutputEvent::Refused { key, refusal, detail });
            }
        }
    }

    /// Reports the hash of a cue's file if no hash has been reported for this cue.
    fn report_hash_once(&mut self, index: usize, digest: Arc<FileDigest>) {
        let queued_cue = &mut self.cues[index];
        if queued_cue.digest.is_none() {
            let (key, sha256) = (queued_cue.cue.key, digest.sha256.clone());
            queued_cue.digest = Some(digest);
            self.shared.push_event(OutputEvent::Ready { key, sha256 });
        }
    }

    /// Hands prepared cues to the line in the order of the queue. A [`CueStart::AtInstant`] cue does not have to wait
    /// for the cues before it.
    pub(super) fn hand_over_tracks(&mut self, now: BootTime) {
        let DeckLine::Open(line) = &mut self.line else {
            return;
        };
        let format = LineFormat { rate: line.rate, channels: line.channels };
        let settings = &self.settings;
        let mut failures = Vec::new();
        let mut is_previous_live = true;
        for (index, queued_cue) in self.cues.iter_mut().enumerate() {
            if matches!(queued_cue.stage, CueStage::Live(_)) {
                is_previous_live = true;
                continue;
            }
            let has_instant = matches!(queued_cue.cue.start, CueStart::AtInstant(_));
            if is_previous_live || has_instant {
                match queued_cue.go_live(format, settings) {
                    Ok(Some(track)) => {
                        // The queue has room for the maximum number of tracks.
                        let _ = line.mixer.commands.push(MixerCommand::Play(track));
                    }
                    Ok(None) => (),
                    Err(detail) => failures.push((index, detail)),
                }
            }
            is_previous_live = matches!(queued_cue.stage, CueStage::Live(_));
        }
        for (index, detail) in failures.into_iter().rev() {
            self.end_cue(index, Ending::Short { detail }, now);
        }
    }
}

/// Returns whether a cue has its own instant, and that instant is less than [`PREPARE_LEAD_US`] away.
fn starts_soon(queued_cue: &QueuedCue, now: BootTime) -> bool {
    matches!(queued_cue.cue.start, CueStart::AtInstant(instant) if instant.since(now) < PREPARE_LEAD_US)
}
