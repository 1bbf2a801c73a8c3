//! The evidence for `start` and `outcome` entries: the line on which an airing sounds, and its proof level.
use super::Engine;
use super::line_state::LineState;
use super::live_airing::{AiringState, AudioSource, LiveAiring, Playback};
use crate::library::FileStatus;
use crate::library::flaw::AudioFlaw;

impl Engine {
    /// The evidence that comes from the line itself, which is the same for every airing.
    fn line_evidence(&self) -> Playback {
        let (device, sink) = match &self.line {
            LineState::Open { device, sink, .. } => (Some(device.clone()), sink.clone()),
            _ => self.device_log.last_logged_device(),
        };
        let volume = self.output_settings.as_ref().map(|settings| settings.volume);
        let may_be_hardware = sink.is_hardware != Some(false);
        let plays_on_real_device = self.output_settings.as_ref().is_some_and(|settings| settings.device.is_real());
        let proof_level = u8::from(may_be_hardware && !self.context.is_rehearsal && plays_on_real_device);
        Playback { device, sink, volume, proof_level, ..Playback::default() }
    }

    /// The evidence for an airing that plays bytes with this hash. Sound that nobody can hear has proof level 0.
    pub(super) fn evidence_for(&self, live_airing: &LiveAiring, sha256: Option<&str>) -> Playback {
        let evidence = self.line_evidence();
        let volume = self.volume_of(live_airing).or(evidence.volume);
        let is_audible = volume != Some(0) && !self.is_silent(live_airing, sha256);
        Playback { volume, proof_level: if is_audible { evidence.proof_level } else { 0 }, ..evidence }
    }

    /// True when the airing's file is known to be silent. If `sha256` is given, the file's last good scan counts only
    /// if its hash is the same.
    fn is_silent(&self, live_airing: &LiveAiring, sha256: Option<&str>) -> bool {
        if matches!(live_airing.source, AudioSource::File { .. }) {
            return false;
        }
        let library = self.revision_in_force_or_pending().map(|revision| &revision.library);
        let file = library.and_then(|library| library.files.get(&live_airing.labels.file));
        let scan = file.and_then(FileStatus::last_good_scan);
        scan.is_some_and(|scan| {
            scan.flaws.contains(&AudioFlaw::Silent) && sha256.is_none_or(|sha256| sha256 == scan.sha256)
        })
    }

    /// The playback of a sounding airing, up to the last progress report.
    pub(super) fn playback_so_far(&self, live_airing: &LiveAiring) -> Playback {
        let AiringState::Sounding { cue, late_us, played_length, .. } = &live_airing.state else {
            return Playback::default();
        };
        let evidence = self.evidence_for(live_airing, cue.sha256.as_deref());
        let sha256 = cue.sha256.clone();
        Playback { frames: played_length.frames, rate: played_length.rate, late_us: *late_us, sha256, ..evidence }
    }
}
