//! The rows that new entries become.
use std::borrow::Cow;

use chrono::{DateTime, Datelike, NaiveDate};

use super::interner::{Interner, bounded_text};

/// Returns a date as the index stores it: days since 0000-12-31, so that 0001-01-01 is 1.
#[must_use]
pub fn day_number(date: NaiveDate) -> i32 {
    date.num_days_from_ce()
}

/// Longest airing: a day, milliseconds.
const MAX_MS: i64 = 86_400_000;
/// Longest id, bytes.
pub(super) const MAX_ID: usize = 300;
/// Most airings of a plan that count.
pub(super) const MAX_PLANNED: u64 = 5_000;

/// The columns that airings with and without outcomes share.
#[derive(Debug, Clone, Default)]
pub struct AiringColumns {
    /// The airing's id.
    pub id: String,
    /// The date in the id.
    pub date: i32,
    /// When it was to start; RFC 3339.
    pub planned_at: Option<String>,
    /// Session id: a word of [`Interner`], 0 for none.
    pub session: u32,
    /// Segment id; a word.
    pub segment: u32,
    /// Title; a word.
    pub title: u32,
    /// Campaign id; a word, 0 for none.
    pub campaign: u32,
    /// Number of the topic.
    pub topic: Option<u16>,
    /// Language code; a word.
    pub language: u32,
    /// Planned length, milliseconds.
    pub planned_ms: i64,
}

/// A row of the table `airing`.
#[derive(Debug, Clone)]
pub struct AiringRow {
    /// The shared columns.
    pub columns: AiringColumns,
    /// Number of its entry.
    pub seq: u64,
    /// When the entry was written, microseconds since 1970.
    pub at_us: i64,
    /// Length on air, milliseconds.
    pub played_ms: i64,
    /// 0 aired, 1 partial, 2 missed.
    pub result: u8,
    /// A [`Reason::index`](crate::airlog::outcome::Reason::index), or -1 for a code that this version does not know.
    pub reason: Option<i64>,
    /// Start against plan, microseconds.
    pub late_us: Option<i64>,
    /// Level of proof.
    pub level: u8,
    /// Whether NTP kept the clock or the operator had vouched for it; none when the entry does not say.
    pub clock_vouched: Option<bool>,
    /// SHA-256 of the played file, in hex; a word.
    pub sha256: Option<u32>,
    /// Output device; a word.
    pub device: Option<u32>,
    /// Volume, per cent.
    pub volume: Option<i64>,
}

/// A row of the table `event`.
#[derive(Debug, Clone)]
pub struct EventRow {
    /// Number of its entry.
    pub seq: u64,
    /// The entry's time, as the log writes it.
    pub at: String,
    /// The operator's action, or `note`.
    pub kind: String,
    /// The id it concerns.
    pub subject: String,
    /// Name or user id of the operator.
    pub who: String,
    /// Text of a note.
    pub text: String,
}

/// A `plan` entry.
#[derive(Debug, Clone)]
pub struct PlanRow {
    /// Number of the entry.
    pub seq: u64,
    /// Number of airings.
    pub count: u64,
    /// SHA-256 of the kept plan.
    pub sha256: String,
}

/// The rows of a log's new entries.
#[derive(Debug, Default)]
pub struct NewRows {
    /// Words of airings and plans.
    pub words: Interner,
    /// Outcomes.
    pub airings: Vec<AiringRow>,
    /// Actions and notes of operators.
    pub events: Vec<EventRow>,
    /// Plans, each with its date.
    pub plans: Vec<(i32, PlanRow)>,
    /// SHA-256 of kept playlists, with when their schedule was adopted, microseconds since 1970.
    pub schedules: Vec<(String, i64)>,
    /// The station's name in the first entry.
    pub station_name: Option<String>,
    /// The time of the last entry, as the log writes it.
    pub newest_at: Option<String>,
    /// Countersigned heads that came back to the log: whole signed notes.
    pub cosigned: Vec<String>,
    /// Whether the operator vouches for the clock after these entries.
    pub clock_confirmed: bool,
    /// The log that this one follows.
    pub follows: Option<PrecedingLog>,
}

/// A log that another one follows, as the later one says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrecedingLog {
    /// Its entries.
    pub entries: u64,
    /// Its name; none when the station had no head of it.
    pub origin: Option<String>,
}

/// The texts of an airing, before they are interned.
pub(super) struct AiringTexts<'a> {
    pub(super) id: Cow<'a, str>,
    pub(super) planned_at: Option<Cow<'a, str>>,
    pub(super) session: Option<Cow<'a, str>>,
    pub(super) segment: Cow<'a, str>,
    pub(super) title: Cow<'a, str>,
    pub(super) campaign: Option<Cow<'a, str>>,
    pub(super) language: Cow<'a, str>,
}

impl AiringTexts<'_> {
    /// Interns the texts. New words get their numbers in this order.
    pub(super) fn into_columns(
        self,
        date: i32,
        topic: Option<u16>,
        planned_ms: i64,
        words: &mut Interner,
    ) -> AiringColumns {
        AiringColumns {
            date,
            planned_at: self.planned_at.map(|at| bounded_text(&at).into_owned()),
            session: words.intern(self.session.as_deref().unwrap_or_default()),
            segment: words.intern(&self.segment),
            title: words.intern(&self.title),
            campaign: words.intern(self.campaign.as_deref().unwrap_or_default()),
            topic,
            language: words.intern(&self.language),
            planned_ms,
            id: self.id.into_owned(),
        }
    }
}

pub(super) fn are_valid_lengths(lengths: &[i64]) -> bool {
    lengths.iter().all(|ms| (0..=MAX_MS).contains(ms))
}

pub(super) fn micros_since_epoch(at: &str) -> i64 {
    DateTime::parse_from_rfc3339(at).map_or(0, |at| at.timestamp_micros())
}
