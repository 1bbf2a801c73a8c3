//! An airing and its progress from the plan to its outcome.
mod playback;
mod progress;
mod source;
mod state;
mod verdict;

use chrono_tz::Tz;

use crate::airlog::entry::{AiringLabels, Reason};
use crate::base::instant::{BootTime, WallTime, to_local};
use crate::library::Length;
use crate::plan::{Airing, Priority};
use crate::playout::engine::station_status::RepeatPlace;
use crate::schedule::{InterruptPolicy, Segment};

pub use playback::Playback;
pub use source::AudioSource;
pub use state::{AiringState, CueRecord, DeviceLoss, EarlierPart};

/// An airing with its progress.
#[derive(Debug, Clone)]
pub struct LiveAiring {
    /// The labels for its log entries.
    pub labels: AiringLabels,
    /// The airing in the plan. `None` when the operator requested the airing.
    pub planned: Option<Airing>,
    /// The source of the audio.
    pub source: AudioSource,
    /// The exact length. The rate is 0 when the length is unknown.
    pub length: Length,
    /// The progress of the airing.
    pub state: AiringState,
    /// True when the airing starts late and without its beginning, because of the rule `join`.
    pub is_joined: bool,
    /// True when the end must stay at its time. If the cue starts later than its due time, it skips more of the
    /// airing's beginning.
    pub has_fixed_end: bool,
    /// True when the output has been asked to hash the file.
    pub is_inspection_requested: bool,
    /// The time since which an unplanned airing has waited for a device. It stays set until any airing sounds.
    pub awaiting_device_since: Option<BootTime>,
    /// True when an urgent airing has postponed this one, which is then allowed to start late.
    pub is_postponed: bool,
    /// Its place among the repeats of one command; `None` if the command requested one airing.
    pub repeat: Option<RepeatPlace>,
}

impl LiveAiring {
    /// Returns a planned airing that waits for its time.
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
        // The hash of the approved file. If there is none, the hash of the file whose length was measured.
        let sha256 = airing.sha256.as_deref().or(airing.scanned_sha256.as_deref()).map(str::to_owned);
        let source = AudioSource::Segment { sha256 };
        Self { length: airing.length, planned: Some(airing), source, ..Self::unplayed(labels) }
    }

    /// Returns a waiting, unplanned airing with these labels, no hash and no length.
    #[must_use]
    pub fn unplayed(labels: AiringLabels) -> Self {
        Self {
            labels,
            planned: None,
            source: AudioSource::Segment { sha256: None },
            length: Length { frames: 0, rate: 0 },
            state: AiringState::Waiting,
            is_joined: false,
            has_fixed_end: false,
            is_inspection_requested: false,
            awaiting_device_since: None,
            is_postponed: false,
            repeat: None,
        }
    }

    /// Returns the id of an airing that the operator requested at this instant.
    #[must_use]
    pub fn unplanned_id(priority: Priority, at: WallTime, zone: Tz) -> String {
        let kind = if priority == Priority::Urgent { "urgent" } else { "operator" };
        format!("{kind}@{}", to_local(at, zone).format("%Y-%m-%dT%H:%M:%S%.6f%:z"))
    }

    /// Returns an airing of a segment that the operator requested at this instant.
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
        let source = AudioSource::Segment { sha256: segment.sha256.clone() };
        Self { length, source, ..Self::unplayed(labels) }
    }

    /// True when the airing's priority is urgent.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        self.labels.priority == Priority::Urgent
    }

    /// True when the airing is a relay slot.
    #[must_use]
    pub fn is_relay(&self) -> bool {
        self.planned.as_ref().is_some_and(Airing::is_relay)
    }

    /// True when an edit has removed the airing from the plan.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        self.planned.as_ref().is_some_and(Airing::is_withdrawn)
    }

    /// True when the airing is allowed to air: it is not withdrawn, and it has no [`LiveAiring::ineligible_reason`].
    #[must_use]
    pub fn may_air(&self) -> bool {
        !self.is_withdrawn() && self.ineligible_reason().is_none()
    }

    /// The reason in the plan why the airing is not allowed to air. `None` when it is allowed to.
    #[must_use]
    pub fn ineligible_reason(&self) -> Option<Reason> {
        self.planned.as_ref()?.ineligible_reason().map(Reason::from)
    }

    /// The policy for an urgent interruption. Unplanned airings are dropped.
    #[must_use]
    pub fn interrupt_policy(&self) -> InterruptPolicy {
        self.planned.as_ref().map_or(InterruptPolicy::Drop, |airing| airing.interrupted)
    }

    /// The planned start; `None` for an unplanned airing.
    #[must_use]
    pub fn starts_at(&self) -> Option<WallTime> {
        self.planned.as_ref().map(Airing::starts_at)
    }

    /// The start of the airing's session; `None` for an unplanned airing.
    #[must_use]
    pub fn session_starts_at(&self) -> Option<WallTime> {
        self.planned.as_ref().map(Airing::session_starts_at)
    }

    /// The key of the airing's session on its date; `None` for an unplanned airing.
    #[must_use]
    pub fn session_key(&self) -> Option<&str> {
        self.planned.as_ref().map(Airing::session_key)
    }
}
