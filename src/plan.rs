//! Step 3 of the flow: [`Schedule`] + [`Library`] + date -> [`Plan`], a pure function.
//!
//! A plan names every airing that must go out on one date, with its exact time from the files' real lengths.
//! Its ids never depend on lengths, so a file that changes does not rename an airing.
pub mod diff;
pub mod draw;
pub mod expand;
mod planner;
pub mod zone;

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::base::instant::WallTime;
use crate::library::Length;
use crate::schedule::{Id, InterruptPolicy, SegmentSource, session};

pub use crate::schedule::Priority;
pub use planner::Planner;
pub use zone::resolve_local_time;

/// A session's `late` rule on one date, its local time turned into an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LateRule {
    /// What could not start at its time is missed.
    Skip,
    /// Plays whole, however late.
    Play,
    /// Plays whole if it starts before this instant.
    Until(DateTime<FixedOffset>),
    /// Comes in where it would be by now.
    Join,
}

/// A joined item is lined up this far ahead, so that its file is open when it comes in.
pub const JOIN_LEAD_US: i64 = 300_000;

/// One planned airing: all that its log entries will say of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Its exact length, last known if the file is gone, 0 if it never was there.
    pub length: Length,
    /// When its session starts.
    pub session_start: DateTime<FixedOffset>,
    /// Its session's rule for late starts.
    pub late: LateRule,
    /// The segment's last day.
    pub valid_until: Option<NaiveDate>,
    /// SHA-256 that its file must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Arc<str>>,
    /// SHA-256 of the file that its length was measured on: what sounds is that file, or is not this airing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scanned: Option<Arc<str>>,
    /// Nobody has approved it, and the station airs approved segments only: it will be logged as missed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unapproved: bool,
    /// Taken out by an edit on its own day: it will be logged as missed when its time comes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
    /// A relay slot: the line is left to another receiver. It is no airing of ours, and gets no outcome.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub relay: bool,
    /// Nothing could be drawn: it will be logged as missed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub empty: bool,
    /// Its session would end too late with it: it will be logged as missed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dropped: bool,
    /// When the last item of its session has to be over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_by: Option<DateTime<FixedOffset>>,
    /// How long the closing of its session takes after it, with the gap before it; microseconds.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub closing_us: i64,
    /// Silence before it, microseconds.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub gap_us: i64,
    /// Its session waits until the line is free.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub soft: bool,
    /// Its session's place among those of the level `priority`.
    #[serde(default = "usual_rank", skip_serializing_if = "is_usual_rank")]
    pub rank: u16,
    /// What becomes of it when something urgent interrupts it.
    #[serde(default)]
    pub interrupted: InterruptPolicy,
    /// Per cent; none: the station's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<u8>,
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

fn usual_rank() -> u16 {
    session::DEFAULT_RANK
}

fn is_usual_rank(rank: &u16) -> bool {
    *rank == session::DEFAULT_RANK
}

/// What decides between two sessions that want the line: the greater goes first.
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

    /// The reason for which it will be logged as missed, if that is known beforehand.
    #[must_use]
    pub fn known_miss_reason(&self) -> Option<&'static str> {
        if self.empty {
            Some("nothing-eligible")
        } else if self.dropped {
            Some("end-by")
        } else if self.valid_until.is_some_and(|last| self.date > last) {
            Some("expired")
        } else {
            self.unapproved.then_some("not-approved")
        }
    }

    /// Whether it would be over in time, the closing of its session behind it, if it started at `at` and played for `us`.
    #[must_use]
    pub fn would_end_in_time(&self, at: WallTime, us: i64) -> bool {
        self.end_by.is_none_or(|limit| at.plus(us).plus(self.closing_us).0 <= limit.timestamp_micros())
    }

    /// The instant after its last frame.
    #[must_use]
    pub fn ends_at(&self) -> WallTime {
        self.starts_at().plus(self.length.us())
    }

    /// Whether anything of it is left for one who comes in at `now`.
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

    /// What the session's airings of this date have in common: the id without its position.
    #[must_use]
    pub fn session_key(&self) -> &str {
        self.id.rsplit_once('#').map_or(&self.id, |(key, _)| key)
    }
}

/// What must air on one date, in the order of starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Plan {
    /// Sessions one after the other, each in its own order.
    pub airings: Vec<Airing>,
}

/// The columns of `loa plan --format json`; the last ones only where they say something.
#[derive(Serialize)]
struct PlanJsonRow<'a> {
    id: &'a str,
    date: NaiveDate,
    session: &'a Id,
    segment: &'a Id,
    title: &'a str,
    start: DateTime<FixedOffset>,
    duration_ms: i64,
    priority: Priority,
    campaign: Option<&'a Id>,
    topic: Option<u16>,
    language: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    relay: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    missed: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    volume: Option<u8>,
}

impl Plan {
    /// How many airings must go out: relay slots are none of ours.
    #[must_use]
    pub fn expected_airings(&self) -> u64 {
        self.airings.iter().filter(|a| !a.withdrawn && !a.relay).count() as u64
    }

    /// This plan, and what an earlier one of the same date has and it has not: that is owed all the same.
    #[must_use]
    pub fn with_airings_missing_from(mut self, earlier: Self) -> Self {
        let ids: HashSet<&str> = self.airings.iter().map(|a| a.id.as_str()).collect();
        let more: Vec<Airing> = earlier.airings.into_iter().filter(|a| !ids.contains(a.id.as_str())).collect();
        self.airings.extend(more);
        self.airings.sort_by_key(Airing::session_starts_at);
        self
    }

    /// The bytes that are kept beside the log and whose SHA-256 its `plan` entry names: one airing a line.
    #[must_use]
    pub fn to_json_bytes(&self) -> Vec<u8> {
        let mut text = String::from("[");
        for (i, airing) in self.airings.iter().enumerate() {
            text.push_str(if i == 0 { "\n" } else { ",\n" });
            // Strings and integers: serialising them cannot fail.
            text.push_str(&serde_json::to_string(airing).unwrap_or_default());
        }
        text.push_str("\n]\n");
        text.into_bytes()
    }

    /// The plan for other programs, a row for each airing.
    pub fn json_rows(&self) -> impl Iterator<Item = impl Serialize> {
        self.airings.iter().map(|a| PlanJsonRow {
            id: &a.id,
            date: a.date,
            session: &a.session,
            segment: &a.segment,
            title: &a.title,
            start: a.start,
            duration_ms: a.duration_ms,
            priority: a.priority,
            campaign: a.campaign.as_ref(),
            topic: a.topic,
            language: &a.language,
            relay: a.relay,
            missed: a.known_miss_reason(),
            volume: a.volume,
        })
    }
}
