//! The transitions of an airing's state, and predicates on it.
use super::LiveAiring;
use super::state::{AiringState, CueRecord, DeviceLoss, EarlierPart};
use crate::base::instant::BootTime;
use crate::playout::output::{CueKey, Refusal};

impl LiveAiring {
    /// Records that the output has a cue for the airing. The cue skips the first `skip_us` microseconds and should
    /// start at `due_at`.
    pub fn set_cued(&mut self, key: CueKey, due_at: BootTime, follows_previous: bool, skip_us: i64) {
        let earlier_part = self.take_earlier_part();
        let first_skip_us = earlier_part.as_ref().map_or(skip_us, |earlier_part| earlier_part.first_skip_us);
        let cue_length_us = self.length.us().saturating_sub(skip_us).max(0);
        let ends_at = due_at.plus(cue_length_us);
        let cue =
            CueRecord { key, sha256: None, first_skip_us, cue_length_us, ends_at, cut_reason: None, earlier_part };
        self.state = AiringState::Cued { cue, due_at, follows_previous };
    }

    /// Records that the output no longer has the airing's cue. The airing has no outcome yet and waits again.
    pub fn release_cue(&mut self) {
        let Some(CueRecord { ends_at, earlier_part, .. }) = self.cue_mut().cloned() else { return };
        self.state = match earlier_part {
            Some(earlier_part) => AiringState::Interrupted(Box::new(EarlierPart { ends_at, ..*earlier_part })),
            None => AiringState::Waiting,
        };
    }

    /// Records that the output cannot play the airing.
    pub fn set_refused(&mut self, refusal: Refusal, detail: String) {
        let earlier_part = self.take_earlier_part();
        self.state = AiringState::Refused { refusal, detail, earlier_part };
    }

    /// Takes the earlier part out of the state. The state is then `Waiting`, and the caller must replace it.
    fn take_earlier_part(&mut self) -> Option<Box<EarlierPart>> {
        match std::mem::replace(&mut self.state, AiringState::Waiting) {
            AiringState::Cued { cue, .. } | AiringState::Sounding { cue, .. } => cue.earlier_part,
            AiringState::Refused { earlier_part, .. } => earlier_part,
            AiringState::Interrupted(earlier_part) => Some(earlier_part),
            AiringState::Waiting | AiringState::Relaying { .. } | AiringState::Done => None,
        }
    }

    /// The part that sounded before an interruption, if any.
    #[must_use]
    pub fn earlier_part(&self) -> Option<&EarlierPart> {
        match &self.state {
            AiringState::Cued { cue, .. } | AiringState::Sounding { cue, .. } => cue.earlier_part.as_deref(),
            AiringState::Refused { earlier_part, .. } => earlier_part.as_deref(),
            AiringState::Interrupted(earlier_part) => Some(earlier_part),
            AiringState::Waiting | AiringState::Relaying { .. } | AiringState::Done => None,
        }
    }

    /// The airing's cue, if the output has one.
    #[must_use]
    pub fn cue(&self) -> Option<&CueRecord> {
        match &self.state {
            AiringState::Cued { cue, .. } | AiringState::Sounding { cue, .. } => Some(cue),
            _ => None,
        }
    }

    /// A mutable reference to the airing's cue, if the output has one.
    pub fn cue_mut(&mut self) -> Option<&mut CueRecord> {
        match &mut self.state {
            AiringState::Cued { cue, .. } | AiringState::Sounding { cue, .. } => Some(cue),
            _ => None,
        }
    }

    /// The key of the airing's cue, if the output has one.
    #[must_use]
    pub fn cue_key(&self) -> Option<CueKey> {
        self.cue().map(|cue| cue.key)
    }

    /// True when the output has a cue for the airing.
    #[must_use]
    pub fn has_cue(&self) -> bool {
        self.cue().is_some()
    }

    /// True when the airing's cue is being cut, so that the airing ends in a moment.
    #[must_use]
    pub fn is_being_cut(&self) -> bool {
        self.cue().is_some_and(|cue| cue.cut_reason.is_some())
    }

    /// True when the output has a cue for the airing that has not started.
    #[must_use]
    pub fn is_cued(&self) -> bool {
        matches!(self.state, AiringState::Cued { .. })
    }

    /// True when the device is playing the airing.
    #[must_use]
    pub fn is_sounding(&self) -> bool {
        matches!(self.state, AiringState::Sounding { .. })
    }

    /// True when the airing waits to continue after an interruption.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(self.state, AiringState::Interrupted(_))
    }

    /// True when loa currently leaves the line to a receiver for this relay slot.
    #[must_use]
    pub fn is_relaying(&self) -> bool {
        matches!(self.state, AiringState::Relaying { .. })
    }

    /// True when the airing has the line: the output has a cue for it, loa leaves the line to a receiver for it, or it
    /// will continue after an interruption.
    #[must_use]
    pub fn holds_line(&self) -> bool {
        self.has_cue() || self.is_relaying() || self.is_interrupted()
    }

    /// True when the airing waits for its time or for the line.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.state == AiringState::Waiting
    }

    /// True when the airing has its outcome.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.state == AiringState::Done
    }

    /// The state of the airing's recovery from the loss of the device; `None` when the device was not lost while the
    /// airing sounded.
    #[must_use]
    pub fn device_loss(&self) -> Option<DeviceLoss> {
        self.earlier_part().and_then(|earlier_part| earlier_part.device_loss)
    }
}
