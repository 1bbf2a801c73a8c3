//! One airing on its way from the plan to its outcome.
use std::path::PathBuf;

use chrono_tz::Tz;

use crate::airlog::entry::{AiringLabels, Outcome, OutcomeEntry, Reason};
use crate::base::instant::to_local;
use crate::base::instant::{BootTime, SECOND_US, WallTime};
use crate::library::Length;
use crate::library::loudness::Loudness;
use crate::plan::{Airing, LateRule, Priority};
use crate::playout::output::{CueKey, Refusal, SinkInfo};
use crate::schedule::{InterruptPolicy, Segment};

/// A start within this distance of the plan is on time.
pub const ON_TIME_US: i64 = 5 * SECOND_US;

/// An airing and how far it has come.
#[derive(Debug, Clone)]
pub struct LiveAiring {
    /// What its entries say.
    pub labels: AiringLabels,
    /// The planned airing; none when the operator asked for it.
    pub planned: Option<Airing>,
    /// Its exact length.
    pub length: Length,
    /// How far it has come.
    pub state: AiringState,
    /// Why it is being cut, once it is.
    pub cut_reason: Option<Reason>,
    /// Whether it comes in after its beginning.
    pub joined_late: bool,
    /// Whether it is to be over at its time, however late it comes in.
    pub joins_in_progress: bool,
    /// Whether the output knows that its file will be wanted.
    pub prefetched: bool,
    /// While the output has it: when its last frame should have gone, and how much of it plays.
    pub ends_at: BootTime,
    /// See `ends`; microseconds.
    pub plays_us: i64,
    /// How much of its beginning was left out when it was lined up first, microseconds.
    pub skipped_us: i64,
    /// How far into it what interrupted it came, microseconds.
    pub resume_at_us: i64,
    /// Since when it has waited for a device, outside the plan.
    pub awaiting_device_since: Option<BootTime>,
    /// Something urgent has pushed it back: it plays though its time has passed.
    pub postponed: bool,
    /// What was taken of it before it was interrupted.
    pub played_before: Option<Playback>,
    /// The device was lost while it sounded: whatever follows, it is not whole.
    pub device_loss: Option<DeviceLoss>,
    /// The file, when it is not one of the station's; and what is known of it.
    pub external_path: Option<PathBuf>,
    /// SHA-256 that the file of an unplanned play must have.
    pub pinned_sha256: Option<String>,
    /// What is known of the loudness of a file that is not the station's.
    pub loudness: Option<Loudness>,
}

/// How far an airing has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AiringState {
    /// Its time has not come.
    Waiting,
    /// The output has it.
    Cued {
        /// Its name there.
        key: CueKey,
        /// When it should start.
        due: BootTime,
        /// Whether it is timed by the cue before it.
        follows: bool,
        /// SHA-256 of the file.
        sha256: Option<String>,
    },
    /// The device takes it.
    Sounding {
        /// Its name at the output.
        key: CueKey,
        /// Start minus plan.
        late_us: Option<i64>,
        /// When its first frame left the device.
        since: BootTime,
        /// SHA-256 of the file.
        sha256: Option<String>,
        /// Frames taken at the last look.
        frames: u64,
        /// The line's rate.
        rate: u32,
    },
    /// The output cannot play it; said when its time comes.
    Refused {
        /// Why.
        why: Refusal,
        /// What the system said.
        detail: String,
    },
    /// A relay slot in which the line is left to another receiver.
    Relaying {
        /// Since then.
        since: BootTime,
        /// Until then.
        until: BootTime,
    },
    /// Something urgent has the line, or the device is lost; [`Slot::carried`] says how far it had come.
    Interrupted,
    /// It has its outcome.
    Done,
}

/// What the loss of the device means for an airing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceLoss {
    /// It waits until the line is back, and goes on where it would be then.
    AwaitingDevice,
    /// It has gone on, with a gap.
    Resumed,
}

/// What sounded, for the outcome.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Playback {
    /// Frames of the file that the device took.
    pub frames: u64,
    /// Frames a second.
    pub rate: u32,
    /// Start minus plan.
    pub late_us: Option<i64>,
    /// What the device's clock gained on ours meanwhile, microseconds.
    pub drift_us: Option<i64>,
    /// Frames of silence put in.
    pub underrun_frames: u64,
    /// How many times.
    pub underruns: u64,
    /// SHA-256 of the file.
    pub sha256: Option<String>,
    /// The device.
    pub device: Option<String>,
    /// What stands behind it.
    pub sink: SinkInfo,
    /// Per cent.
    pub volume: Option<u8>,
    /// Level of proof.
    pub proof_level: u8,
    /// What the system said.
    pub detail: Option<String>,
    /// Silence came in between its frames, or not all of them can have been heard: it is not whole.
    pub impaired: bool,
}

impl LiveAiring {
    /// A planned airing whose time has not come.
    #[must_use]
    pub fn from_plan(airing: Airing) -> Self {
        let labels = AiringLabels {
            id: airing.id.clone(),
            segment: airing.segment.clone(),
            session: Some(airing.session.clone()),
            planned_at: Some(airing.start),
            planned_ms: airing.duration_ms,
            priority: airing.priority,
            campaign: airing.campaign.clone(),
            topic: airing.topic,
            language: airing.language.to_string(),
            source: airing.source,
            title: airing.title.to_string(),
            file: airing.file.to_string(),
        };
        Self { length: airing.length, planned: Some(airing), ..Self::unplayed(labels) }
    }

    /// What these labels say, and nothing more.
    #[must_use]
    pub fn unplayed(labels: AiringLabels) -> Self {
        Self {
            labels,
            planned: None,
            length: Length { frames: 0, rate: 0 },
            state: AiringState::Waiting,
            cut_reason: None,
            joined_late: false,
            joins_in_progress: false,
            prefetched: false,
            ends_at: BootTime(0),
            plays_us: 0,
            skipped_us: 0,
            resume_at_us: 0,
            awaiting_device_since: None,
            postponed: false,
            played_before: None,
            device_loss: None,
            external_path: None,
            pinned_sha256: None,
            loudness: None,
        }
    }

    /// The id of what the operator asked for at this instant.
    #[must_use]
    pub fn unplanned_id(priority: Priority, at: WallTime, zone: Tz) -> String {
        let kind = if priority == Priority::Urgent { "urgent" } else { "operator" };
        format!("{kind}@{}", to_local(at, zone).format("%Y-%m-%dT%H:%M:%S%.6f%:z"))
    }

    /// A segment that the operator asked for at this instant.
    #[must_use]
    pub fn unplanned(segment: &Segment, length: Length, priority: Priority, at: WallTime, zone: Tz) -> Self {
        let labels = AiringLabels {
            id: Self::unplanned_id(priority, at, zone),
            segment: segment.id.clone(),
            session: None,
            planned_at: None,
            planned_ms: length.ms(),
            priority,
            campaign: segment.campaign.clone(),
            topic: segment.topic,
            language: segment.language.clone(),
            source: segment.source,
            title: segment.title.clone(),
            file: segment.file.clone(),
        };
        Self { length, ..Self::unplayed(labels) }
    }

    /// The output has it, whole, to start then.
    pub fn set_cued(&mut self, key: CueKey, due: BootTime) {
        self.state = AiringState::Cued { key, due, follows: false, sha256: None };
        self.plays_us = self.length.us();
        self.ends_at = due.plus(self.plays_us);
    }

    /// The output's name for it, while the output has it.
    #[must_use]
    pub fn cue_key(&self) -> Option<CueKey> {
        match self.state {
            AiringState::Cued { key, .. } | AiringState::Sounding { key, .. } => Some(key),
            _ => None,
        }
    }

    /// Whether the output has it.
    #[must_use]
    pub fn has_cue(&self) -> bool {
        self.cue_key().is_some()
    }

    /// Whether nothing else may have the line because of it: the output has it, or the line is left to a receiver for
    /// it, or it goes on behind something urgent.
    #[must_use]
    pub fn holds_line(&self) -> bool {
        self.has_cue() || matches!(self.state, AiringState::Relaying { .. } | AiringState::Interrupted)
    }

    /// Whether it is urgent.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        self.labels.priority == Priority::Urgent
    }

    /// Whether it is a relay slot.
    #[must_use]
    pub fn is_relay(&self) -> bool {
        self.planned.as_ref().is_some_and(Airing::is_relay)
    }

    /// What becomes of it when something urgent interrupts it.
    #[must_use]
    pub fn interrupt_policy(&self) -> InterruptPolicy {
        self.planned.as_ref().map_or(InterruptPolicy::Drop, |a| a.interrupted)
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

    /// Whether an edit has taken it out of the plan.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        self.planned.as_ref().is_some_and(Airing::is_withdrawn)
    }

    /// Why it may not air though its time comes: it is past its last day, or nobody has approved it.
    #[must_use]
    pub fn ineligible_reason(&self) -> Option<Reason> {
        self.planned.as_ref()?.ineligible_reason().map(Reason::from)
    }

    /// Its session on its date; none when unplanned.
    #[must_use]
    pub fn session_key(&self) -> Option<&str> {
        self.planned.as_ref().map(Airing::session_key)
    }

    /// Whether it may play whole after its time, at `now`: by a rule `play` (until its date is over) or `until`, or
    /// because something urgent has pushed it back.
    #[must_use]
    pub fn may_play_late(&self, now: WallTime, today: chrono::NaiveDate) -> bool {
        let Some(airing) = &self.planned else {
            return false;
        };
        match airing.late {
            _ if self.postponed && airing.date >= today => true,
            LateRule::Play => airing.date >= today,
            LateRule::Until(limit) => now.0 < limit.timestamp_micros(),
            LateRule::Skip | LateRule::Join => false,
        }
    }

    /// Whether it begins anew after an interruption, so that what was taken before it does not add up.
    #[must_use]
    pub fn restarts_after_interruption(&self) -> bool {
        self.interrupt_policy() == InterruptPolicy::Restart && self.device_loss.is_none()
    }

    /// What was taken before an interruption and counts, if it does not begin anew.
    #[must_use]
    pub fn credited_before(&self) -> Option<Length> {
        let carried = self.played_before.as_ref().filter(|_| !self.restarts_after_interruption())?;
        Some(Length { frames: carried.frames, rate: carried.rate })
    }

    /// Its outcome when it ended whole: every expected frame was taken.
    #[must_use]
    pub fn result_if_complete(&self, late_us: Option<i64>) -> (Outcome, Option<Reason>) {
        let late_rule = self.planned.as_ref().map(|a| a.late);
        let on_time = late_us.is_none_or(|us| us.abs() <= ON_TIME_US);
        let may = self.postponed || matches!(late_rule, Some(LateRule::Play | LateRule::Until(_)));
        let by_rule = may && late_us.is_some_and(|us| us > 0);
        if self.joined_late {
            (Outcome::Partial, Some(Reason::Joined))
        } else if on_time || by_rule {
            (Outcome::Aired, None)
        } else {
            (Outcome::Partial, Some(Reason::Late))
        }
    }

    /// The body of its `outcome` entry.
    #[must_use]
    pub fn outcome(&self, result: Outcome, reason: Option<Reason>, taken: Playback) -> OutcomeEntry {
        let rate = if taken.frames > 0 { taken.rate } else { 0 };
        let ms = |frames| Length { frames, rate: taken.rate }.ms();
        OutcomeEntry {
            labels: self.labels.clone(),
            result,
            reason,
            played_ms: ms(taken.frames),
            frames: taken.frames,
            rate,
            late_us: taken.late_us,
            drift_us: taken.drift_us,
            underrun_ms: ms(taken.underrun_frames),
            underruns: taken.underruns,
            sha256: taken.sha256,
            device: taken.device,
            sink: taken.sink.name,
            hardware: taken.sink.hardware,
            volume: taken.volume,
            level: if taken.frames > 0 { taken.proof_level } else { 0 },
            detail: taken.detail,
        }
    }
}
