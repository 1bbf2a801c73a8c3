//! Hands cues to the output, and takes them back.
use super::Engine;
use super::action::Action;
use super::live_airing::{AiringState, AudioSource, LiveAiring};
use crate::base::instant::BootTime;
use crate::library::FileStatus;
use crate::library::loudness::Loudness;
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::{Cue, CueKey, CueStart};

impl Engine {
    fn new_cue_key(&mut self) -> CueKey {
        self.next_key += 1;
        CueKey(self.next_key)
    }

    /// Cues an airing from `skip_us` on, to start at `due`.
    pub(super) fn cue_airing(&mut self, index: usize, start: CueStart, due: BootTime, skip_us: i64) {
        let key = self.new_cue_key();
        let follows = matches!(start, CueStart::Follow { .. });
        self.airings[index].set_cued(key, due, follows, skip_us);
        let cue = self.build_cue(&self.airings[index], key, start, skip_us);
        self.actions.output.push(Action::Cue(cue));
    }

    /// Cues what the operator has ordered. From silence the amplifier takes its time: the head shall be heard.
    pub(super) fn cue_unplanned(&mut self, now: ClockSnapshot, index: usize) {
        let due = now.boot.plus(self.warm_up_left_us(now));
        self.cue_airing(index, CueStart::At(due), due, 0);
    }

    fn build_cue(&self, slot: &LiveAiring, key: CueKey, start: CueStart, skip_us: i64) -> Cue {
        let sha256 = slot.source.sha256().map(str::to_owned);
        let path = match &slot.source {
            AudioSource::Segment { .. } => self.context.audio_dir.join(&slot.labels.file),
            AudioSource::File { path, .. } => path.clone(),
        };
        Cue {
            key,
            path,
            start,
            skip_us,
            joins_in_progress: slot.joins_in_progress && skip_us > 0,
            // An urgent message that may be any file is heard to its end.
            length: (slot.length.rate > 0 && !(slot.is_urgent() && sha256.is_none())).then_some(slot.length),
            sha256,
            loudness: self.loudness_of(slot),
            volume: self.volume_of(slot),
        }
    }

    /// The planned volume of an airing in per cent; none: the output's own.
    pub(super) fn volume_of(&self, slot: &LiveAiring) -> Option<u8> {
        slot.planned.as_ref().and_then(|a| a.volume)
    }

    /// The loudness of an airing's file, if it is known.
    fn loudness_of(&self, slot: &LiveAiring) -> Option<Loudness> {
        if let AudioSource::File { loudness, .. } = &slot.source {
            return Some(loudness.clone());
        }
        let library = &self.in_force_or_pending()?.library;
        library.files.get(&slot.labels.file).and_then(FileStatus::last_good_scan).map(Loudness::of)
    }

    /// Takes back a cue that has not started; the airing waits again.
    pub(super) fn uncue(&mut self, index: usize) {
        self.actions.output.extend(self.airings[index].cue_key().map(Action::Cut));
        self.airings[index].release_cue();
    }

    /// Takes back what has not started, to be cued again by the clock as it is now. A cue that follows another is timed
    /// by that one, and stays unless the clock made a step.
    pub(super) fn recue(&mut self, stepped: bool) {
        let to_be_moved = |slot: &LiveAiring| match &slot.state {
            AiringState::Cued { cue, follows, .. } => (stepped || !follows).then_some(cue.key),
            _ => None,
        };
        // Later cues follow it.
        let Some(first) = self.airings.planned().iter().filter_map(to_be_moved).min() else { return };
        for index in self.airings.planned_indices() {
            let slot = &self.airings[index];
            if slot.is_cued() && slot.cue_key() >= Some(first) {
                self.uncue(index);
                (self.airings[index].joined_late, self.airings[index].joins_in_progress) = (false, false);
            }
        }
    }

    /// Takes back the cues of a session whose first one was refused while another session sounds: the output would let
    /// them follow that session, although it is to give way.
    pub(super) fn uncue_orphans(&mut self) {
        let sounding = self.airings.iter().find(|s| s.is_sounding());
        let Some(sounding) = sounding.map(LiveAiring::session_key) else { return };
        let orphan = |slot: &LiveAiring| {
            // An earlier cue leads it, whichever comes first in the plan.
            let AiringState::Cued { cue, follows: true, .. } = &slot.state else { return None };
            let session = slot.session_key()?;
            let leads =
                |s: &LiveAiring| s.cue_key().is_some_and(|led| led < cue.key) && s.session_key() == Some(session);
            let orphan = sounding != Some(session) && !self.airings.planned().iter().any(leads);
            orphan.then(|| session.to_owned())
        };
        let Some(session) = self.airings.planned().iter().find_map(orphan) else { return };
        // All of its session: what follows it would lead it when it is cued again.
        for index in self.airings.planned_indices() {
            if self.airings[index].is_cued() && self.airings[index].session_key() == Some(&session) {
                self.uncue(index);
            }
        }
    }
}
