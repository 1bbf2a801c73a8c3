//! Gives cues to the output, and takes them back.
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
        self.last_cue_key += 1;
        CueKey(self.last_cue_key)
    }

    /// Cues an airing to start at `due_at`, without its first `skip_us` microseconds.
    pub(super) fn cue_airing(&mut self, index: usize, start: CueStart, due_at: BootTime, skip_us: i64) {
        let key = self.new_cue_key();
        let follows_previous = matches!(start, CueStart::AfterPrevious { .. });
        self.airings[index].set_cued(key, due_at, follows_previous, skip_us);
        let cue = self.build_cue(&self.airings[index], key, start, skip_us);
        self.actions.output.push(Action::Cue(cue));
    }

    /// Cues an airing that the operator requested. If the amplifier is not warm yet, the airing starts later, so that
    /// its beginning can be heard.
    pub(super) fn cue_unplanned(&mut self, now: ClockSnapshot, index: usize) {
        let due_at = now.boot.plus(self.remaining_warm_up_us(now));
        self.cue_airing(index, CueStart::AtInstant(due_at), due_at, 0);
    }

    fn build_cue(&self, live_airing: &LiveAiring, key: CueKey, start: CueStart, skip_us: i64) -> Cue {
        let sha256 = live_airing.source.sha256().map(str::to_owned);
        let path = match &live_airing.source {
            AudioSource::Segment { .. } => self.context.audio_dir.join(&live_airing.labels.file),
            AudioSource::File { path, .. } => path.clone(),
        };
        Cue {
            key,
            path,
            start,
            skip_us,
            joins_in_progress: live_airing.has_fixed_end && skip_us > 0,
            // The file of an urgent message without a required hash can have any length, so it plays to its own end.
            planned_length: (live_airing.length.rate > 0 && !(live_airing.is_urgent() && sha256.is_none()))
                .then_some(live_airing.length),
            required_sha256: sha256,
            loudness: self.loudness_of(live_airing),
            volume: self.volume_of(live_airing),
        }
    }

    /// The planned volume of an airing, in per cent; `None` means the volume in the output settings.
    pub(super) fn volume_of(&self, live_airing: &LiveAiring) -> Option<u8> {
        live_airing.planned.as_ref().and_then(|airing| airing.volume)
    }

    /// The measured loudness of an airing's file, if known.
    fn loudness_of(&self, live_airing: &LiveAiring) -> Option<Loudness> {
        if let AudioSource::File { loudness, .. } = &live_airing.source {
            return Some(loudness.clone());
        }
        let library = &self.revision_in_force_or_pending()?.library;
        library.files.get(&live_airing.labels.file).and_then(FileStatus::last_good_scan).map(Loudness::of)
    }

    /// Takes back an airing's cue that has not started. The airing waits again.
    pub(super) fn uncue(&mut self, index: usize) {
        self.actions.output.extend(self.airings[index].cue_key().map(Action::Cut));
        self.airings[index].release_cue();
    }

    /// Takes back the cues of planned airings that have not started, so that they are cued again according to the
    /// current clock. A cue that follows another one starts when that one ends, so it stays unless the clock was
    /// stepped.
    pub(super) fn recue(&mut self, was_stepped: bool) {
        let key_to_take_back = |live_airing: &LiveAiring| match &live_airing.state {
            AiringState::Cued { cue, follows_previous, .. } => (was_stepped || !follows_previous).then_some(cue.key),
            _ => None,
        };
        // All later cues follow the first of these, so they are taken back too.
        let Some(first_key) = self.airings.planned().iter().filter_map(key_to_take_back).min() else { return };
        for index in self.airings.planned_indices() {
            let live_airing = &self.airings[index];
            if live_airing.is_cued() && live_airing.cue_key() >= Some(first_key) {
                self.uncue(index);
                (self.airings[index].is_joined, self.airings[index].has_fixed_end) = (false, false);
            }
        }
    }

    /// Takes back the remaining cues of a session whose first cue was refused while a different session sounds.
    /// Otherwise, the output would start them only after the sounding session, which must give way.
    pub(super) fn uncue_orphans(&mut self) {
        let sounding_airing = self.airings.iter().find(|live_airing| live_airing.is_sounding());
        let Some(sounding_session) = sounding_airing.map(LiveAiring::session_key) else { return };
        let orphaned_session = |live_airing: &LiveAiring| {
            // The cue with the lower key comes first, regardless of the order in the plan.
            let AiringState::Cued { cue, follows_previous: true, .. } = &live_airing.state else { return None };
            let session = live_airing.session_key()?;
            let precedes = |other: &LiveAiring| {
                other.cue_key().is_some_and(|key| key < cue.key) && other.session_key() == Some(session)
            };
            let is_orphan = sounding_session != Some(session) && !self.airings.planned().iter().any(precedes);
            is_orphan.then(|| session.to_owned())
        };
        let Some(session) = self.airings.planned().iter().find_map(orphaned_session) else { return };
        // All cues of the session are taken back. Otherwise a later item would precede the one that is cued again.
        for index in self.airings.planned_indices() {
            if self.airings[index].is_cued() && self.airings[index].session_key() == Some(&session) {
                self.uncue(index);
            }
        }
    }
}
