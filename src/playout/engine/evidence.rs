//! Statements of `start` and `outcome` entries about the line that an airing sounds on.
use super::Engine;
use super::line_state::LineState;
use super::live_airing::{AiringState, AudioSource, LiveAiring, Playback};
use crate::library::FileStatus;
use crate::library::flaw::AudioFlaw;
use crate::schedule::settings::{Device, OutputSettings};

impl Engine {
    /// The evidence that the line itself gives.
    fn line_evidence(&self) -> Playback {
        let (device, sink) = match &self.line {
            LineState::Open { device, sink, .. } => (Some(device.clone()), sink.clone()),
            _ => self.device_log.last_known(),
        };
        let volume = self.output_settings.as_ref().map(|s| s.volume);
        let real = |s: &OutputSettings| matches!(s.device, Device::Default | Device::Named(_));
        let hardware = sink.hardware != Some(false);
        let level = u8::from(hardware && !self.context.rehearsal && self.output_settings.as_ref().is_some_and(real));
        Playback { device, sink, volume, proof_level: level, ..Playback::default() }
    }

    /// The evidence for an airing, of which bytes with this hash sound: what nobody can hear proves nothing.
    pub(super) fn evidence_for(&self, slot: &LiveAiring, sha256: Option<&str>) -> Playback {
        let evidence = self.line_evidence();
        let volume = self.volume_of(slot).or(evidence.volume);
        let heard = volume != Some(0) && !self.is_silent(slot, sha256);
        Playback { volume, proof_level: if heard { evidence.proof_level } else { 0 }, ..evidence }
    }

    /// Whether the file of an airing, of which bytes with this hash sound, has nothing in it that anybody could hear.
    fn is_silent(&self, slot: &LiveAiring, sha256: Option<&str>) -> bool {
        if matches!(slot.source, AudioSource::File { .. }) {
            return false;
        }
        let library = self.in_force_or_pending().map(|adopted| &adopted.library);
        let file = library.and_then(|library| library.files.get(&slot.labels.file));
        let scan = file.and_then(FileStatus::last_good_scan);
        scan.is_some_and(|s| s.flaws.contains(&AudioFlaw::Silent) && sha256.is_none_or(|played| played == s.sha256))
    }

    /// The playback of a sounding airing by the progress of the last look.
    pub(super) fn playback_so_far(&self, slot: &LiveAiring) -> Playback {
        let AiringState::Sounding { cue, late_us, taken, .. } = &slot.state else {
            return Playback::default();
        };
        let evidence = self.evidence_for(slot, cue.sha256.as_deref());
        let sha256 = cue.sha256.clone();
        Playback { frames: taken.frames, rate: taken.rate, late_us: *late_us, sha256, ..evidence }
    }
}
