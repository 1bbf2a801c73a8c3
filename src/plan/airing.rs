//! One airing of a plan: when and what, by which rules, and whether it may air.
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::base::instant::WallTime;
use crate::library::Length;
use crate::schedule::{Id, InterruptPolicy, Priority, SegmentSource, session};

/// A session's `late` rule on one date, its local time turned into an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LateRule {
    /// An item that could not start at its time is missed.
    Skip,
    /// Plays whole, however late.
    Play,
    /// Plays whole if it starts before this instant.
    Until(DateTime<FixedOffset>),
    /// Comes in where it would be by now.
    Join,
}

/// A joined item is cued this far ahead, so that its file is open when it comes in; microseconds.
pub const JOIN_LEAD_US: i64 = 300_000;

/// The content of an airing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AiringKind {
    /// A segment that the station may air.
    Segment,
    /// A segment without approval, on a station that airs approved segments only: it will be logged as missed.
    UnapprovedSegment,
    /// A draw that found nothing: it will be logged as missed.
    EmptyDraw,
    /// A relay slot: the line is left to another receiver. It is not an airing of ours, and gets no outcome.
    Relay,
}

/// The plan's decision on an airing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AiringFate {
    /// It airs at its time.
    Airs,
    /// Its session would end too late with it: it will be logged as missed.
    Dropped,
    /// An edit on its own day took it out: it will be logged as missed when its time comes.
    Withdrawn {
        /// Whether it was dropped before the edit; the kept plan says both.
        dropped: bool,
    },
}

/// How a session takes the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartMode {
    /// At its time: what plays gives way.
    Hard,
    /// Once the line is free.
    Soft,
}

/// Why an airing will be logged as missed although its time comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IneligibleReason {
    /// Its draw found nothing.
    NothingEligible,
    /// Its session would end too late with it.
    EndBy,
    /// Its segment is past its last day.
    Expired,
    /// Its segment is not approved.
    NotApproved,
}

impl IneligibleReason {
    /// Its reason code, as outcomes have it.
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

/// One planned airing: all that its log entries say about the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Airing {
    /// `<session>@<date>T<HH:MM:SS>#<position>`.
    pub id: String,
    /// The session's own date, also past midnight.
    pub date: NaiveDate,
    /// Its session.
    pub session: Id,
    /// Its segment.
    pub segment: Id,
    /// The segment's title.
    pub title: Arc<str>,
    /// When its first frame is to leave.
    pub start: DateTime<FixedOffset>,
    /// Its length in milliseconds.
    pub duration_ms: i64,
    /// Its level.
    pub priority: Priority,
    /// The campaign it counts towards.
    pub campaign: Option<Id>,
    /// The topic it counts towards.
    pub topic: Option<u16>,
    /// Its language code.
    pub language: Arc<str>,
    /// Who made it.
    pub source: SegmentSource,
    /// File name in `audio/`.
    pub file: Arc<str>,
    /// Its exact length: the last known one if the file is gone, 0 if there never was a file.
    pub length: Length,
    /// When its session starts.
    pub session_start: DateTime<FixedOffset>,
    /// Its session's rule for late starts.
    pub late: LateRule,
    /// The segment's last day.
    pub valid_until: Option<NaiveDate>,
    /// SHA-256 that its file must have.
    pub sha256: Option<Arc<str>>,
    /// SHA-256 of the file that its length was measured on: other bytes are not this airing.
    pub scanned: Option<Arc<str>>,
    /// Its content.
    pub kind: AiringKind,
    /// The plan's decision on it.
    pub fate: AiringFate,
    /// When the last item of its session has to be over.
    pub end_by: Option<DateTime<FixedOffset>>,
    /// How long the closing of its session takes after it, with the gap before the closing; microseconds.
    pub closing_us: i64,
    /// Silence before it, microseconds.
    pub gap_us: i64,
    /// How its session takes the line.
    pub start_mode: StartMode,
    /// Its session's place among those of the level `priority`.
    pub rank: u16,
    /// The consequence of an urgent interruption.
    pub interrupted: InterruptPolicy,
    /// Per cent; none: the station's.
    pub volume: Option<u8>,
}

/// The rank of a session that wants the line: of two, the greater goes first.
pub type Precedence = (Priority, std::cmp::Reverse<u16>);

/// The precedence of a session; ranks count among sessions of the level `priority` only.
#[must_use]
pub fn precedence(priority: Priority, rank: u16) -> Precedence {
    let rank = if priority == Priority::Priority { rank } else { session::DEFAULT_RANK };
    (priority, std::cmp::Reverse(rank))
}

impl Airing {
    /// [`Airing::start`] on the wall clock.
    #[must_use]
    pub fn starts_at(&self) -> WallTime {
        WallTime(self.start.timestamp_micros())
    }

    /// Whether it is a relay slot.
    #[must_use]
    pub fn is_relay(&self) -> bool {
        self.kind == AiringKind::Relay
    }

    /// Whether an edit on its own day took it out.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        matches!(self.fate, AiringFate::Withdrawn { .. })
    }

    /// Whether its session would end too late with it.
    #[must_use]
    pub fn is_dropped(&self) -> bool {
        matches!(self.fate, AiringFate::Dropped | AiringFate::Withdrawn { dropped: true })
    }

    /// Whether its session waits until the line is free.
    #[must_use]
    pub fn starts_softly(&self) -> bool {
        self.start_mode == StartMode::Soft
    }

    /// The same airing, taken out by an edit.
    #[must_use]
    pub fn withdrawn(&self) -> Self {
        Self { fate: AiringFate::Withdrawn { dropped: self.is_dropped() }, ..self.clone() }
    }

    /// Why it may not air although its time comes: the one rule for plans and for the running station.
    #[must_use]
    pub fn ineligible_reason(&self) -> Option<IneligibleReason> {
        if self.kind == AiringKind::EmptyDraw {
            Some(IneligibleReason::NothingEligible)
        } else if self.is_dropped() {
            Some(IneligibleReason::EndBy)
        } else if self.valid_until.is_some_and(|last| self.date > last) {
            Some(IneligibleReason::Expired)
        } else {
            (self.kind == AiringKind::UnapprovedSegment).then_some(IneligibleReason::NotApproved)
        }
    }

    /// Whether it would be over in time, with the closing of its session, if it started at `at` and played for `us`
    /// microseconds.
    #[must_use]
    pub fn would_end_in_time(&self, at: WallTime, us: i64) -> bool {
        self.end_by.is_none_or(|limit| at.plus(us).plus(self.closing_us).0 <= limit.timestamp_micros())
    }

    /// The instant after its last frame.
    #[must_use]
    pub fn ends_at(&self) -> WallTime {
        self.starts_at().plus(self.length.us())
    }

    /// Whether anything of it is left when it is joined at `now`.
    #[must_use]
    pub fn can_be_joined_at(&self, now: WallTime) -> bool {
        now.plus(JOIN_LEAD_US) < self.ends_at()
    }

    /// [`Airing::session_start`] on the wall clock.
    #[must_use]
    pub fn session_starts_at(&self) -> WallTime {
        WallTime(self.session_start.timestamp_micros())
    }

    /// Its session's precedence.
    #[must_use]
    pub fn precedence(&self) -> Precedence {
        precedence(self.priority, self.rank)
    }

    /// Its id without the position: the session's airings of this date share it.
    #[must_use]
    pub fn session_key(&self) -> &str {
        self.id.rsplit_once('#').map_or(&self.id, |(key, _)| key)
    }
}
