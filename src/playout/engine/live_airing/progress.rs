//! The transitions of an airing's state, and questions about it.
use super::LiveAiring;
use super::state::{AiringState, DeviceLoss, EarlierPart, HeldCue};
use crate::base::instant::BootTime;
use crate::playout::output::{CueKey, Refusal};

impl LiveAiring {
    /// Records that the output has it, from `skip_us` on, to start at `due`.
    pub fn set_cued(&mut self, key: CueKey, due: BootTime, follows: bool, skip_us: i64) {
        let earlier = self.take_earlier();
        let skipped_us = earlier.as_ref().map_or(skip_us, |earlier| earlier.skipped_us);
        let plays_us = self.length.us().saturating_sub(skip_us).max(0);
        let ends_at = due.plus(plays_us);
        let cue = HeldCue { key, sha256: None, skipped_us, plays_us, ends_at, cut_reason: None, earlier };
        self.state = AiringState::Cued { cue, due, follows };
    }

    /// Puts it back to wait: the output no longer has it, and it has no outcome.
    pub fn release_cue(&mut self) {
        let Some(HeldCue { ends_at, earlier, .. }) = self.cue_mut().cloned() else { return };
        self.state = match earlier {
            Some(earlier) => AiringState::Interrupted(Box::new(EarlierPart { ends_at, ..*earlier })),
            None => AiringState::Waiting,
        };
    }

    /// Records that the output cannot play it.
    pub fn refuse(&mut self, why: Refusal, detail: String) {
        let earlier = self.take_earlier();
        self.state = AiringState::Refused { why, detail, earlier };
    }

    /// Takes the earlier part out of the present state, which the caller replaces.
    fn take_earlier(&mut self) -> Option<Box<EarlierPart>> {
        match std::mem::replace(&mut self.state, AiringState::Waiting) {
            AiringState::Cued { cue, .. } | AiringState::Sounding { cue, .. } => cue.earlier,
            AiringState::Refused { earlier, .. } => earlier,
            AiringState::Interrupted(earlier) => Some(earlier),
            AiringState::Waiting | AiringState::Relaying { .. } | AiringState::Done => None,
        }
    }

    /// The part that sounded before an interruption.
    #[must_use]
    pub fn earlier(&self) -> Option<&EarlierPart> {
        match &self.state {
            AiringState::Cued { cue, .. } | AiringState::Sounding { cue, .. } => cue.earlier.as_deref(),
            AiringState::Refused { earlier, .. } => earlier.as_deref(),
            AiringState::Interrupted(earlier) => Some(earlier),
            AiringState::Waiting | AiringState::Relaying { .. } | AiringState::Done => None,
        }
    }

    /// Its cue, while the output has it.
    #[must_use]
    pub fn cue(&self) -> Option<&HeldCue> {
        match &self.state {
            AiringState::Cued { cue, .. } | AiringState::Sounding { cue, .. } => Some(cue),
            _ => None,
        }
    }

    /// Its cue, to be changed.
    pub fn cue_mut(&mut self) -> Option<&mut HeldCue> {
        match &mut self.state {
            AiringState::Cued { cue, .. } | AiringState::Sounding { cue, .. } => Some(cue),
            _ => None,
        }
    }

    /// The output's name for it, while the output has it.
    #[must_use]
    pub fn cue_key(&self) -> Option<CueKey> {
        self.cue().map(|cue| cue.key)
    }

    /// Whether the output has it.
    #[must_use]
    pub fn has_cue(&self) -> bool {
        self.cue().is_some()
    }

    /// Whether the output has it and it has not started.
    #[must_use]
    pub fn is_cued(&self) -> bool {
        matches!(self.state, AiringState::Cued { .. })
    }

    /// Whether the device takes it.
    #[must_use]
    pub fn is_sounding(&self) -> bool {
        matches!(self.state, AiringState::Sounding { .. })
    }

    /// Whether it waits to go on after an interruption.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(self.state, AiringState::Interrupted(_))
    }

    /// Whether the line is left to another receiver for it.
    #[must_use]
    pub fn is_relaying(&self) -> bool {
        matches!(self.state, AiringState::Relaying { .. })
    }

    /// Whether nothing else may have the line because of it: the output has it, the line is left to a receiver for it,
    /// or it goes on after something urgent.
    #[must_use]
    pub fn holds_line(&self) -> bool {
        self.has_cue() || self.is_relaying() || self.is_interrupted()
    }

    /// Whether it still waits for its time.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.state == AiringState::Waiting
    }

    /// Whether it has its outcome.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.state == AiringState::Done
    }

    /// Whether the device was lost while it sounded.
    #[must_use]
    pub fn device_loss(&self) -> Option<DeviceLoss> {
        self.earlier().and_then(|earlier| earlier.device_loss)
    }
}
