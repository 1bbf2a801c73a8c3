//! Entries as rows.
use std::borrow::Cow;

use chrono::{DateTime, Datelike, NaiveDate};

use super::interner::{Interner, bounded_text};

/// What a date is in the index: days since 0000-12-31, so that 0001-01-01 is 1.
#[must_use]
pub fn day_number(date: NaiveDate) -> i32 {
    date.num_days_from_ce()
}

/// No airing is longer than a day, milliseconds.
const MAX_MS: i64 = 86_400_000;
/// No id is longer, and no plan has more airings.
pub(super) const MAX_ID: usize = 300;
pub(super) const MAX_PLANNED: u64 = 5_000;

/// The keys that an airing's rows have in common, in an `outcome` entry or a plan.
#[derive(Debug, Clone, Default)]
pub struct AiringColumns {
    /// Its id.
    pub id: String,
    /// From its id.
    pub date: i32,
    /// RFC 3339.
    pub planned_at: Option<String>,
    /// Session id: a number in [`Vocabulary`], 0 for none.
    pub session: u32,
    /// Segment id; a word.
    pub segment: u32,
    /// Title; a word.
    pub title: u32,
    /// Campaign id; a word, 0 for none.
    pub campaign: u32,
    /// Topic.
    pub topic: Option<u16>,
    /// Language code; a word.
    pub language: u32,
    /// Milliseconds.
    pub planned_ms: i64,
}

/// A row of `airing`.
#[derive(Debug, Clone)]
pub struct AiringRow {
    /// What is common.
    pub columns: AiringColumns,
    /// Its entry.
    pub seq: u64,
    /// When it was written.
    pub at_us: i64,
    /// Milliseconds.
    pub played_ms: i64,
    /// 0 aired, 1 partial, 2 missed.
    pub result: u8,
    /// A [`Reason::index`](crate::airlog::outcome::Reason::index), or -1 for a code that this version does not know.
    pub reason: Option<i64>,
    /// Microseconds.
    pub late_us: Option<i64>,
    /// Level of proof.
    pub level: u8,
    /// Whether something kept the clock, or the operator had vouched for it; none when the entry does not say.
    pub clock_vouched: Option<bool>,
    /// SHA-256 of the file as played, in hex; a word.
    pub sha256: Option<u32>,
    /// The device; a word.
    pub device: Option<u32>,
    /// Per cent.
    pub volume: Option<i64>,
}

/// A row of `event`.
#[derive(Debug, Clone)]
pub struct EventRow {
    /// Its entry.
    pub seq: u64,
    /// When, as the log says it.
    pub at: String,
    /// The action, or `note`.
    pub kind: String,
    /// What it concerned.
    pub subject: String,
    /// Who.
    pub who: String,
    /// A remark's words.
    pub text: String,
}

/// A `plan` entry.
#[derive(Debug, Clone)]
pub struct PlanRow {
    /// Its entry.
    pub seq: u64,
    /// How many airings.
    pub count: u64,
    /// Its kept file.
    pub sha256: String,
}

/// What the new entries of a log come to.
#[derive(Debug, Default)]
pub struct NewRows {
    /// The words of airings and plans.
    pub words: Interner,
    /// Outcomes.
    pub airings: Vec<AiringRow>,
    /// What people did and said.
    pub events: Vec<EventRow>,
    /// All plans, each with its date.
    pub plans: Vec<(i32, PlanRow)>,
    /// The schedules' kept files, with when they were adopted.
    pub schedules: Vec<(String, i64)>,
    /// The station's name, from the first entry.
    pub station_name: Option<String>,
    /// When the last entry was written, as it says.
    pub newest_at: Option<String>,
    /// Heads of this log that came back with somebody's countersignature: signed notes, whole.
    pub cosigned: Vec<String>,
    /// Whether the operator vouches for the clock.
    pub clock_confirmed: bool,
    /// The log that this one takes the place of.
    pub follows: Option<PrecedingLog>,
}

/// A log that a later one takes the place of, as that one says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrecedingLog {
    /// Its entries.
    pub entries: u64,
    /// Its name, as far as a head of it was there.
    pub origin: Option<String>,
}

/// The texts of an airing's row, before they have numbers.
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
    /// Interns the texts. Their order gives new words their numbers.
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
