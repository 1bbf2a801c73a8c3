//! A log reader for the tests. It does not use the entry types with which loa writes the log: it has one struct with
//! the keys of all types of entries.
use std::io;

use chrono::{DateTime, FixedOffset, NaiveDate};
use loa::airlog::entry::{KeptFileRef, Outcome, PeerUser, Reason, TrustReason};
use loa::airlog::parts::{LogLines, LogReadStop};
use loa::airlog::storage::Storage;
use loa::base::instant::WallTime;
use loa::plan::Priority;
use loa::plan::airtime_change::AirtimeChange;
use loa::plan::diff::PlanChange;
use loa::schedule::{Id, InterruptPolicy, SegmentSource};
use serde::Deserialize;

/// An entry as it was read: the keys that every entry has, and the keys of its type.
#[derive(Debug, Clone, Deserialize)]
pub struct Record {
    pub seq: u64,
    #[serde(rename = "type")]
    pub kind: String,
    pub at: DateTime<FixedOffset>,
    pub boottime_us: i64,
    #[serde(flatten)]
    pub body: Fields,
}

impl Record {
    pub fn wall(&self) -> WallTime {
        WallTime(self.at.timestamp_micros())
    }
}

/// The keys of all types of entries. A key that is absent from an entry keeps its default.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    pub id: Option<String>,
    pub segment: Option<Id>,
    pub session: Option<Id>,
    pub planned_at: Option<DateTime<FixedOffset>>,
    pub planned_ms: i64,
    pub priority: Priority,
    pub campaign: Option<Id>,
    pub topic: Option<u16>,
    pub language: String,
    pub source: SegmentSource,
    pub title: String,
    pub file: String,
    pub result: Option<Outcome>,
    pub reason: Option<Reason>,
    pub played_ms: i64,
    pub from_ms: i64,
    pub frames: u64,
    pub rate: u32,
    pub late_us: Option<i64>,
    pub within_us: Option<i64>,
    pub drift_us: Option<i64>,
    pub underrun_ms: i64,
    pub underruns: u64,
    pub device: Option<String>,
    pub sink: Option<String>,
    pub hardware: Option<bool>,
    pub volume: Option<u8>,
    pub level: u8,
    pub detail: Option<String>,
    pub sha256: Option<String>,
    pub origin: Option<String>,
    pub station: Option<Id>,
    pub name: Option<String>,
    pub agency: Option<String>,
    pub timezone: Option<String>,
    pub program: Option<String>,
    pub last_seen: Option<DateTime<FixedOffset>>,
    pub alive_us: Option<i64>,
    pub off_s: Option<i64>,
    pub orderly: bool,
    pub machine_restarted: bool,
    pub trusted: Option<bool>,
    /// The requested state of the amplifier: `on` or `off`.
    pub to: Option<String>,
    /// True if the amplifier was switched.
    pub done: Option<bool>,
    pub took_ms: Option<i64>,
    pub trust: Option<TrustReason>,
    pub files: Vec<KeptFileRef>,
    pub library: Option<String>,
    pub sessions: u64,
    pub segments: u64,
    pub date: Option<NaiveDate>,
    pub count: u64,
    pub rows: u64,
    pub action: Option<String>,
    pub who: Option<PeerUser>,
    pub text: Option<String>,
    pub from: Option<DateTime<FixedOffset>>,
    pub by_us: i64,
    pub state: Option<String>,
    pub cause: Option<String>,
    pub key: Option<String>,
    pub epoch_key: Option<String>,
    pub epoch: u64,
    pub note: Option<String>,
    pub since: Option<DateTime<FixedOffset>>,
    pub waited: u64,
    pub lost: u64,
    pub held_ms: i64,
    pub by: Option<String>,
    pub then: Option<InterruptPolicy>,
    pub changes: Vec<PlanChange>,
    pub airtime: Vec<AirtimeChange>,
    pub more: u64,
    pub days: u64,
    /// The kind of the lost file.
    pub what: Option<String>,
    /// The number of rows without an outcome in the lost plan.
    pub lacking: u64,
}

/// Reads a log entry by entry.
pub struct Reader<'a, S>(LogLines<'a, S>);

impl<'a, S: Storage> Reader<'a, S> {
    pub fn new(storage: &'a S) -> io::Result<Self> {
        Ok(Self(LogLines::new(storage)?))
    }

    /// The next entry; `None` at the end of the log.
    pub fn next_record(&mut self) -> io::Result<Option<Record>> {
        let mut line = Vec::new();
        match self.0.next_into(&mut line)? {
            Ok(()) => Ok(Some(serde_json::from_slice(&line)?)),
            Err(LogReadStop::End) => Ok(None),
            Err(_) => Err(io::Error::other("the last line is incomplete")),
        }
    }
}
