//! A view of an entry that parses only what the plausibility check needs. It must be fast: a department reads millions
//! of entries in a minute.
use std::cell::Cell;
use std::ops::Range;

use chrono::NaiveDate;
use memchr::memmem;
use serde::Deserialize;

use super::finding::PredecessorRef;
use super::header_offsets::{HeaderOffsets, MAX_BOOT};
use super::station_form::{FLAT_TYPES, is_plain};
use super::station_json::{ValueOffsets, leading_integer};
use super::timestamp::parse_time;
use crate::airlog::airing_id::is_valid_id;
use crate::base::instant::WallTime;
use crate::proof::entry::entry_type;

/// Bound on clock values, in microseconds. Numbers of at most 18 digits can be added and subtracted without overflow.
const MAX_CLOCK: u64 = 1_000_000_000_000_000_000;

/// A view of an entry's line.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryView<'a> {
    /// `type` of the entry.
    pub kind: &'a str,
    /// Wall clock; `None` if it cannot be read.
    pub at: Option<WallTime>,
    /// Boot id of the machine.
    pub boot: Option<&'a str>,
    /// Boot clock, in microseconds.
    pub boottime: Option<i64>,
    /// True when the kernel reported the clock as synchronised.
    pub synchronised: Option<bool>,
    line: &'a [u8],
    /// Offsets of the values, if the type is in [`FLAT_TYPES`] and the line is written as a station writes it.
    values: Option<ValueOffsets>,
    /// Offset of the last requested key. The next search begins there, because keys are mostly requested in their
    /// order.
    search_start: Cell<usize>,
}

#[derive(Deserialize)]
struct HeaderFields<'a> {
    at: &'a str,
    #[serde(borrow, default)]
    boot: Option<&'a str>,
    #[serde(default)]
    boottime_us: Option<i64>,
    #[serde(default)]
    clock: Option<ClockField>,
}

#[derive(Deserialize)]
struct ClockField {
    synchronised: bool,
}

#[derive(Deserialize)]
struct GenesisFields {
    follows: Option<PredecessorRef>,
}

#[derive(Deserialize)]
struct PlanFields {
    date: NaiveDate,
    sha256: String,
}

#[derive(Deserialize)]
struct TrustFields {
    trusted: bool,
    #[serde(default)]
    trust: String,
}

fn text_at<'a>(line: &'a [u8], range: &Range<u16>) -> Option<&'a str> {
    std::str::from_utf8(line.get(usize::from(range.start)..usize::from(range.end))?).ok()
}

impl<'a> EntryView<'a> {
    /// Creates the view of the line of the entry with this number; `None` if the line is not an entry.
    #[must_use]
    pub fn of(line: &'a [u8], seq: u64) -> Option<Self> {
        Self::with_offsets(line, seq, HeaderOffsets::of(line, seq))
    }

    /// Like [`Self::of`], with header offsets that the caller has computed already.
    #[must_use]
    pub fn with_offsets(line: &'a [u8], seq: u64, offsets: Option<HeaderOffsets>) -> Option<Self> {
        let offsets = offsets.filter(|offsets| offsets.seq == seq);
        let view = offsets.and_then(|offsets| Self::from_offsets(line, &offsets));
        view.or_else(|| Self::parse_header(line, entry_type(line, seq)?))
    }

    fn from_offsets(line: &'a [u8], offsets: &HeaderOffsets) -> Option<Self> {
        Some(Self {
            kind: text_at(line, &offsets.kind)?,
            at: Some(offsets.at),
            boot: Some(text_at(line, &offsets.boot)?),
            boottime: Some(offsets.boottime),
            synchronised: Some(offsets.synchronised),
            line,
            values: offsets.values,
            search_start: Cell::new(0),
        })
    }

    fn parse_header(line: &'a [u8], kind: &'a str) -> Option<Self> {
        let header: HeaderFields<'a> = serde_json::from_slice(line).ok()?;
        let (at, boottime) = (parse_time(header.at), header.boottime_us.filter(|us| us.unsigned_abs() < MAX_CLOCK));
        let synchronised = header.clock.map(|clock| clock.synchronised);
        let boot = header.boot.filter(|boot| boot.len() <= MAX_BOOT);
        Some(Self { kind, at, boot, boottime, synchronised, line, values: None, search_start: Cell::new(0) })
    }

    /// Returns the text value of a key. The search for the key with its quotes cannot match inside a JSON string,
    /// because a quote there is escaped. The requested texts contain no quotes.
    fn text(&self, key: &str) -> Option<&'a str> {
        let text = self.value(key)?.strip_prefix(b"\"")?;
        std::str::from_utf8(&text[..memchr::memchr(b'"', text)?]).ok()
    }

    /// Returns the integer value of a key; `None` if it is null or missing.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<i64> {
        leading_integer(self.value(key)?)
    }

    /// Returns the line from the value of a key on.
    fn value(&self, key: &str) -> Option<&'a [u8]> {
        let indexed = self.values.and_then(|values| values.of(self.line, key));
        indexed.unwrap_or_else(|| self.find(key))
    }

    /// Searches the line for a key, and returns the line from its value on.
    fn find(&self, key: &str) -> Option<&'a [u8]> {
        let mut pattern = [0_u8; 32];
        let length = key.len() + 4;
        let pattern = pattern.get_mut(..length)?;
        pattern[..2].copy_from_slice(b",\"");
        pattern[2..length - 2].copy_from_slice(key.as_bytes());
        pattern[length - 2..].copy_from_slice(b"\":");
        let from = self.search_start.get();
        let match_after = memmem::find(&self.line[from..], pattern).map(|at| from + at);
        let at = match_after.or_else(|| memmem::find(&self.line[..from], pattern))?;
        self.search_start.set(at);
        Some(&self.line[at + length..])
    }

    /// True when all JSON readers find the same values in the entry; see [`FLAT_TYPES`]. Other types always count as
    /// plain.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.values.is_some() || !FLAT_TYPES.contains(&self.kind) || is_plain(self.line)
    }

    /// Returns the id of the airing; `None` if it is missing, or no station can write it.
    #[must_use]
    pub fn id(&self) -> Option<&'a str> {
        self.text("id").filter(|id| is_valid_id(id))
    }

    /// Returns, from the `start` entry of a planned airing, the time of the start and its delay against the plan in
    /// microseconds.
    #[must_use]
    pub fn started(&self) -> Option<(WallTime, i64)> {
        let planned = parse_time(self.text("planned_at")?)?;
        let late_us = self.number("late_us")?;
        Some((planned.plus(late_us), late_us))
    }

    /// Returns the date and the SHA-256 of a `plan` entry.
    #[must_use]
    pub fn plan(&self) -> Option<(NaiveDate, String)> {
        let fields: PlanFields = serde_json::from_slice(self.line).ok()?;
        Some((fields.date, fields.sha256))
    }

    /// Returns the previous log from a `genesis` entry.
    #[must_use]
    pub fn follows(&self) -> Option<PredecessorRef> {
        serde_json::from_slice::<GenesisFields>(self.line).ok()?.follows
    }

    /// Returns the clock trust from a `boot` or `clock-trust` entry; `None` for other types. The first value is true
    /// when the clock is trusted, the second when a person confirmed it.
    #[must_use]
    pub fn trust(&self) -> Option<(bool, bool)> {
        if !matches!(self.kind, "boot" | "clock-trust") {
            return None;
        }
        let fields: TrustFields = serde_json::from_slice(self.line).ok()?;
        Some((fields.trusted, fields.trusted && fields.trust == "confirmed"))
    }
}

#[cfg(test)]
mod tests;
