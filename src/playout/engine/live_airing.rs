//! An airing on its way from the plan to its outcome.
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
use crate::schedule::{InterruptPolicy, Segment};

pub use playback::Playback;
pub use source::AudioSource;
pub use state::{AiringState, DeviceLoss, EarlierPart, HeldCue};

/// An airing and how far it has come.
#[derive(Debug, Clone)]
pub struct LiveAiring {
    /// The labels of its entries.
    pub labels: AiringLabels,
    /// The planned airing; none when the operator asked for it.
    pub planned: Option<Airing>,
    /// Where its audio comes from.
    pub source: AudioSource,
    /// Its exact length.
    pub length: Length,
    /// How far it has come.
    pub state: AiringState,
    /// Whether it started part-way in, by its rule for late starts.
    pub joined_late: bool,
    /// Whether it is to be over at its time, however late it comes in.
    pub joins_in_progress: bool,
    /// Whether the output has been told to hash its file.
    pub prefetched: bool,
    /// Since when it has waited for a device, outside the plan; kept until something sounds.
    pub awaiting_device_since: Option<BootTime>,
    /// Whether something urgent has pushed it back: it plays although its time has passed.
    pub postponed: bool,
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
        // The approved bytes, or those that its length was measured on.
        let sha256 = airing.sha256.as_deref().or(airing.scanned.as_deref()).map(str::to_owned);
        let source = AudioSource::Segment { sha256 };
        Self { length: airing.length, planned: Some(airing), source, ..Self::unplayed(labels) }
    }

    /// An airing with these labels and nothing more.
    #[must_use]
    pub fn unplayed(labels: AiringLabels) -> Self {
        Self {
            labels,
            planned: None,
            source: AudioSource::Segment { sha256: None },
            length: Length { frames: 0, rate: 0 },
            state: AiringState::Waiting,
            joined_late: false,
            joins_in_progress: false,
            prefetched: false,
            awaiting_device_since: None,
            postponed: false,
        }
    }

    /// Returns the id of a play that the operator asked for at this instant.
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
        let source = AudioSource::Segment { sha256: segment.sha256.clone() };
        Self { length, source, ..Self::unplayed(labels) }
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

    /// Whether an edit has taken it out of the plan.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        self.planned.as_ref().is_some_and(Airing::is_withdrawn)
    }

    /// Whether the plan or an order lets it air; [`LiveAiring::ineligible_reason`] says why not.
    #[must_use]
    pub fn may_air(&self) -> bool {
        !self.is_withdrawn() && self.ineligible_reason().is_none()
    }

    /// Why it may not air although its time comes: the plan's own rule.
    #[must_use]
    pub fn ineligible_reason(&self) -> Option<Reason> {
        self.planned.as_ref()?.ineligible_reason().map(Reason::from)
    }

    /// The consequence of an urgent interruption.
    #[must_use]
    pub fn interrupt_policy(&self) -> InterruptPolicy {
        self.planned.as_ref().map_or(InterruptPolicy::Drop, |a| a.interrupted)
    }

    /// When it should start; none when unplanned.
    #[must_use]
    pub fn starts_at(&self) -> Option<WallTime> {
        self.planned.as_ref().map(Airing::starts_at)
    }

    /// When its session starts; none when unplanned.
    #[must_use]
    pub fn session_starts_at(&self) -> Option<WallTime> {
        self.planned.as_ref().map(Airing::session_starts_at)
    }

    /// Its session on its date; none when unplanned.
    #[must_use]
    pub fn session_key(&self) -> Option<&str> {
        self.planned.as_ref().map(Airing::session_key)
    }
}
