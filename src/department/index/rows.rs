//! The rows that new entries add to the index.
use std::borrow::Cow;

use chrono::{DateTime, Datelike, NaiveDate};

use super::interner::{Interner, bounded_text};

/// Returns the day number of a date, which the index stores: the days since 0000-12-31, so that 0001-01-01 is 1.
#[must_use]
pub fn day_number(date: NaiveDate) -> i32 {
    date.num_days_from_ce()
}

/// Returns the date of a day number.
#[must_use]
pub fn date_of_day_number(number: i32) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(number).unwrap_or_default()
}

/// The maximum length of an airing, in milliseconds: one day.
const MAX_AIRING_MS: i64 = 86_400_000;
/// The maximum length of an airing's id, in bytes.
pub(super) const MAX_ID_BYTES: usize = 300;
/// The maximum number of airings of a plan that are counted.
pub(super) const MAX_PLANNED_AIRINGS: u64 = 5_000;

/// The columns that airings with and without outcomes share. An interned string is stored as its number in an
/// [`Interner`].
#[derive(Debug, Clone, Default)]
pub struct AiringColumns {
    /// The airing's id.
    pub id: String,
    /// The date in the id, as a day number.
    pub date: i32,
    /// The planned start, RFC 3339; `None` for an unplanned play.
    pub planned_at: Option<String>,
    /// The session's id, interned; 0 for none.
    pub session: u32,
    /// The segment's id, interned.
    pub segment: u32,
    /// The segment's title, interned.
    pub title: u32,
    /// The campaign's id, interned; 0 for none.
    pub campaign: u32,
    /// The number of the topic in the campaign.
    pub topic: Option<u16>,
    /// The language code, interned.
    pub language: u32,
    /// The planned length, in milliseconds.
    pub planned_ms: i64,
}

/// A row of the table `airing`.
#[derive(Debug, Clone)]
pub struct AiringRow {
    /// The shared columns.
    pub columns: AiringColumns,
    /// The sequence number of its entry.
    pub seq: u64,
    /// The time at which the entry was written, in microseconds since 1970.
    pub at_us: i64,
    /// The length on air, in milliseconds.
    pub played_ms: i64,
    /// The result: 0 for aired, 1 for partial, 2 for missed.
    pub result: u8,
    /// The [`Reason::index`](crate::airlog::outcome::Reason::index) of the reason, -1 for a code that this version does
    /// not know, `None` if the entry gives no reason.
    pub reason: Option<i64>,
    /// The actual start minus the planned start, in microseconds.
    pub late_us: Option<i64>,
    /// The level of proof.
    pub level: u8,
    /// True when the clock was synchronised or confirmed by an operator; `None` if the entry does not say whether it
    /// was synchronised.
    pub is_clock_confirmed: Option<bool>,
    /// The SHA-256 of the played file, in hex, interned.
    pub sha256: Option<u32>,
    /// The output device, interned.
    pub device: Option<u32>,
    /// The volume, in per cent.
    pub volume: Option<i64>,
}

/// A row of the table `event`.
#[derive(Debug, Clone)]
pub struct EventRow {
    /// The sequence number of its entry.
    pub seq: u64,
    /// The time of the entry, as written in the log.
    pub at: String,
    /// The operator's action, or `note`.
    pub kind: String,
    /// The id of the airing or play that it concerns; may be empty.
    pub subject: String,
    /// The name or user id of the operator.
    pub operator: String,
    /// The text of a note; empty for an action.
    pub text: String,
}

/// A row of the table `edited`: a change of planned airtime that an edit of the schedule made.
#[derive(Debug, Clone)]
pub struct EditedRow {
    /// The sequence number of its entry.
    pub seq: u64,
    /// The position of the change in the entry.
    pub number: usize,
    /// The date of the entry, as a day number.
    pub edited_on: i32,
    /// The date of the change, as a day number.
    pub date: i32,
    /// The campaign's id, interned; 0 for none.
    pub campaign: u32,
    /// The number of the topic in the campaign.
    pub topic: Option<u16>,
    /// The language code, interned.
    pub language: u32,
    /// The number of planned airings after the edit, minus the number before it.
    pub airings: i64,
    /// The planned airtime after the edit, minus the airtime before it, in milliseconds.
    pub planned_ms: i64,
}

/// A row of the table `plan`.
#[derive(Debug, Clone)]
pub struct PlanRow {
    /// The sequence number of its entry.
    pub seq: u64,
    /// The number of airings.
    pub count: u64,
    /// The SHA-256 of the kept plan, in hex.
    pub sha256: String,
}

/// The rows of a log's new entries.
#[derive(Debug, Default)]
pub struct NewRows {
    /// The interned strings of the airings and plans.
    pub strings: Interner,
    /// The outcomes, in the order of their entries.
    pub airings: Vec<AiringRow>,
    /// The actions and notes of operators.
    pub events: Vec<EventRow>,
    /// The changes of planned airtime that edits made.
    pub edited: Vec<EditedRow>,
    /// The plans, each with its date as a day number.
    pub plans: Vec<(i32, PlanRow)>,
    /// The playlists of the schedules: the SHA-256 of each, in hex, and the time at which its schedule was adopted, in
    /// microseconds since 1970.
    pub playlists: Vec<(String, i64)>,
    /// The station's name; `None` if the first entry of the log is not among the new ones, or gives no name.
    pub station_name: Option<String>,
    /// The program and its version in the last `boot` or `genesis` entry; `None` if there is no such new entry.
    pub program: Option<String>,
    /// The time of the last entry, as written in the log.
    pub newest_at: Option<String>,
    /// The countersigned heads in the entries, as signed notes.
    pub cosigned_notes: Vec<String>,
    /// True when an operator's confirmation of the clock is in effect after the last entry.
    pub clock_confirmed_by_operator: bool,
    /// The log that this one continues; `None` if it continues none.
    pub preceding_log: Option<PrecedingLog>,
}

/// The log that another log continues, as described by the first entry of the later log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrecedingLog {
    /// The number of its entries.
    pub entries: u64,
    /// Its origin; `None` if the later log does not contain a valid head of it.
    pub origin: Option<String>,
}

/// The strings of an airing, before they are interned.
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
    /// Interns the strings. New strings are numbered in the order of the fields below.
    pub(super) fn into_columns(
        self,
        date: i32,
        topic: Option<u16>,
        planned_ms: i64,
        interner: &mut Interner,
    ) -> AiringColumns {
        AiringColumns {
            date,
            planned_at: self.planned_at.map(|at| bounded_text(&at).into_owned()),
            session: interner.intern(self.session.as_deref().unwrap_or_default()),
            segment: interner.intern(&self.segment),
            title: interner.intern(&self.title),
            campaign: interner.intern(self.campaign.as_deref().unwrap_or_default()),
            topic,
            language: interner.intern(&self.language),
            planned_ms,
            id: self.id.into_owned(),
        }
    }
}

/// Returns whether all lengths are possible for an airing.
pub(super) fn are_valid_lengths(lengths_ms: &[i64]) -> bool {
    lengths_ms.iter().all(|ms| (0..=MAX_AIRING_MS).contains(ms))
}

/// Parses an RFC 3339 time to microseconds since 1970; 0 if it is malformed.
pub(super) fn micros_since_epoch(at: &str) -> i64 {
    DateTime::parse_from_rfc3339(at).map_or(0, |at| at.timestamp_micros())
}
