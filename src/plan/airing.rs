//! One airing of a plan: its time, its content, its rules, and the decision on whether it airs.
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::base::instant::WallTime;
use crate::library::Length;
use crate::schedule::{Id, InterruptPolicy, Priority, SegmentSource, session};

/// The `late` setting of a session on one date. A local time in the setting is converted to an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LateRule {
    /// An item that cannot start at its time is missed.
    Skip,
    /// An item plays in full, however late it starts.
    Play,
    /// An item plays in full if it can start before this instant; otherwise it is missed.
    Until(DateTime<FixedOffset>),
    /// An item starts in the middle, at the point that it would have reached if it had started on time.
    Join,
}

impl LateRule {
    /// Returns true if an item that starts late still plays in full. [`Self::Join`] is the other rule for late items.
    #[must_use]
    pub fn plays_late_items_in_full(self) -> bool {
        match self {
            Self::Play | Self::Until(_) => true,
            Self::Skip | Self::Join => false,
        }
    }
}

/// The time, in microseconds, from cueing an item that is joined in the middle to its first frame: enough to open the
/// file.
pub const JOIN_LEAD_US: i64 = 300_000;

/// The content of an airing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AiringKind {
    /// A segment that is approved, or needs no approval.
    Segment,
    /// A segment without approval, on a station that airs approved segments only. It will be logged as missed.
    UnapprovedSegment,
    /// A draw that found no segment. It will be logged as missed.
    EmptyDraw,
    /// A relay slot: the line is left to another receiver. loa airs nothing itself, so there is no outcome.
    Relay,
}

/// The plan's decision on an airing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AiringFate {
    /// The plan neither drops nor withdraws the airing.
    Airs,
    /// The airing is dropped so that the session ends in time. It will be logged as missed.
    Dropped,
    /// An edit on the day of the airing removed it. It will be logged as missed when its time comes.
    Withdrawn {
        /// True when the airing had been dropped before the edit. Kept plans record both facts.
        dropped: bool,
    },
}

/// The way in which a session takes the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartMode {
    /// The session starts at its time and cuts the playing session, unless that session has precedence.
    Hard,
    /// The session waits until the line is free.
    Soft,
}

/// The reason why an airing must not air. The airing will be logged as missed at its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IneligibleReason {
    /// The draw found no segment.
    NothingEligible,
    /// The airing was dropped so that the session ends in time.
    EndBy,
    /// The date is after the last day of the segment.
    Expired,
    /// The segment is not approved.
    NotApproved,
}

impl IneligibleReason {
    /// Returns the code of the reason, as it is written in outcomes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NothingEligible => "nothing-eligible",
            Self::EndBy => "end-by",
            Self::Expired => "expired",
            Self::NotApproved => "not-approved",
        }
    }
}

/// One planned airing, with everything that its log entries record about the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Airing {
    /// The id: `<session>@<date>T<HH:MM:SS>#<position>`.
    pub id: String,
    /// The date on which the session starts, even if the airing is after midnight.
    pub date: NaiveDate,
    /// The id of the session.
    pub session: Id,
    /// The id of the segment.
    pub segment: Id,
    /// The segment's title.
    pub title: Arc<str>,
    /// The instant at which the first frame must sound.
    pub start: DateTime<FixedOffset>,
    /// The length in milliseconds.
    pub duration_ms: i64,
    /// The priority of the session.
    pub priority: Priority,
    /// The campaign that the airing counts towards.
    pub campaign: Option<Id>,
    /// The topic that the airing counts towards.
    pub topic: Option<u16>,
    /// The language code of the segment.
    pub language: Arc<str>,
    /// The level of the office that made the segment.
    pub source: SegmentSource,
    /// The path of the file in `audio/`.
    pub file: Arc<str>,
    /// The exact length. If the file is now missing, the last known length; 0 if it was never scanned.
    pub length: Length,
    /// The instant at which the session starts.
    pub session_start: DateTime<FixedOffset>,
    /// The session's rule for late starts.
    pub late: LateRule,
    /// The last day on which the segment is allowed to air, inclusive.
    pub valid_until: Option<NaiveDate>,
    /// The SHA-256 that the file must have: `sha256` of the segment. `None`: any file may air.
    pub sha256: Option<Arc<str>>,
    /// The SHA-256 that the file had when its length was measured. `None`: the file was never scanned.
    pub scanned_sha256: Option<Arc<str>>,
    /// The kind of the content.
    pub kind: AiringKind,
    /// The plan's decision on the airing.
    pub fate: AiringFate,
    /// The instant by which the last item of the session must end.
    pub end_by: Option<DateTime<FixedOffset>>,
    /// The length of the session's closing and the gap before it, in microseconds; 0 for the closing itself.
    pub closing_reserve_us: i64,
    /// The silence before the airing, in microseconds.
    pub gap_us: i64,
    /// The way in which the session takes the line.
    pub start_mode: StartMode,
    /// The rank of the session among sessions with [`Priority::Priority`]; the lower number has precedence.
    pub rank: u16,
    /// The rule for the airing after an urgent session has interrupted it.
    pub interrupted: InterruptPolicy,
    /// The volume in per cent; `None`: the volume of the station.
    pub volume: Option<u8>,
}

/// The precedence of a session: where two sessions clash, the one with the greater value keeps the line.
pub type Precedence = (Priority, std::cmp::Reverse<u16>);

/// Returns the precedence of a session. The rank has an effect only for [`Priority::Priority`].
#[must_use]
pub fn precedence(priority: Priority, rank: u16) -> Precedence {
    let rank = if priority == Priority::Priority { rank } else { session::DEFAULT_RANK };
    (priority, std::cmp::Reverse(rank))
}

impl Airing {
    /// Returns [`Airing::start`] as a wall-clock instant.
    #[must_use]
    pub fn starts_at(&self) -> WallTime {
        WallTime(self.start.timestamp_micros())
    }

    /// Returns true when the airing is a relay slot.
    #[must_use]
    pub fn is_relay(&self) -> bool {
        self.kind == AiringKind::Relay
    }

    /// Returns true when an edit on the day of the airing removed it.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        matches!(self.fate, AiringFate::Withdrawn { .. })
    }

    /// Returns true when the airing was dropped so that the session ends in time, even if it was withdrawn later.
    #[must_use]
    pub fn is_dropped(&self) -> bool {
        matches!(self.fate, AiringFate::Dropped | AiringFate::Withdrawn { dropped: true })
    }

    /// Returns true when the session waits until the line is free.
    #[must_use]
    pub fn has_soft_start(&self) -> bool {
        self.start_mode == StartMode::Soft
    }

    /// Returns a copy of the airing, marked as removed by an edit.
    #[must_use]
    pub fn to_withdrawn(&self) -> Self {
        Self { fate: AiringFate::Withdrawn { dropped: self.is_dropped() }, ..self.clone() }
    }

    /// Returns the reason why the airing must not air; `None` if it may. Plans and the running station both use this
    /// rule.
    #[must_use]
    pub fn ineligible_reason(&self) -> Option<IneligibleReason> {
        if self.kind == AiringKind::EmptyDraw {
            Some(IneligibleReason::NothingEligible)
        } else if self.is_dropped() {
            Some(IneligibleReason::EndBy)
        } else if self.valid_until.is_some_and(|last_day| self.date > last_day) {
            Some(IneligibleReason::Expired)
        } else {
            (self.kind == AiringKind::UnapprovedSegment).then_some(IneligibleReason::NotApproved)
        }
    }

    /// Returns true when the airing and the closing of its session would end in time if the airing started at `start`
    /// and played for `duration_us` microseconds.
    #[must_use]
    pub fn would_end_in_time(&self, start: WallTime, duration_us: i64) -> bool {
        self.end_by
            .is_none_or(|limit| start.plus(duration_us).plus(self.closing_reserve_us).0 <= limit.timestamp_micros())
    }

    /// Returns the planned instant after the last frame.
    #[must_use]
    pub fn ends_at(&self) -> WallTime {
        self.starts_at().plus(self.length.us())
    }

    /// Returns true when the airing would still have sound to play if it were joined at `now`.
    #[must_use]
    pub fn can_be_joined_at(&self, now: WallTime) -> bool {
        now.plus(JOIN_LEAD_US) < self.ends_at()
    }

    /// Returns [`Airing::session_start`] as a wall-clock instant.
    #[must_use]
    pub fn session_starts_at(&self) -> WallTime {
        WallTime(self.session_start.timestamp_micros())
    }

    /// Returns the precedence of the session.
    #[must_use]
    pub fn precedence(&self) -> Precedence {
        precedence(self.priority, self.rank)
    }

    /// Returns the id without the position. All airings of one run of a session share this key.
    #[must_use]
    pub fn session_key(&self) -> &str {
        self.id.rsplit_once('#').map_or(&self.id, |(key, _)| key)
    }
}
