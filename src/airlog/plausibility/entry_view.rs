//! A view of an entry that parses only what the plausibility check needs. It must be fast: a department reads millions
//! of entries in a minute.
use std::cell::Cell;
use std::ops::Range;

use chrono::NaiveDate;
use memchr::memmem;
use serde::Deserialize;

use super::finding::PredecessorRef;
use super::header_offsets::{HeaderOffsets, MAX_BOOT_ID_BYTES};
use super::station_format::{FLAT_TYPES, is_plain};
use super::station_json::{ValueOffsets, leading_integer};
use super::timestamp::parse_time;
use crate::airlog::airing_id::is_valid_id;
use crate::base::instant::WallTime;
use crate::proof::entry::entry_type;

/// Exclusive upper bound on clock values, in microseconds. Numbers of at most 18 digits can be added and subtracted
/// without overflow.
const CLOCK_LIMIT_US: u64 = 1_000_000_000_000_000_000;

/// A view of an entry's line.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryView<'a> {
    /// `type` of the entry.
    pub kind: &'a str,
    /// Wall clock; `None` if it cannot be read.
    pub at: Option<WallTime>,
    /// Boot id of the machine.
    pub boot_id: Option<&'a str>,
    /// Boot clock, in microseconds.
    pub boottime_us: Option<i64>,
    /// True when the kernel reported the clock as synchronised; `None` if the entry does not state it.
    pub is_synchronised: Option<bool>,
    line: &'a [u8],
    /// Offsets of the values, if the type is in [`FLAT_TYPES`] and the line is written as a station writes it.
    value_offsets: Option<ValueOffsets>,
    /// Offset of the last requested key. The next search begins there, because most keys are requested in the order of
    /// the line.
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
    #[serde(rename = "follows")]
    predecessor: Option<PredecessorRef>,
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

    /// Like [`Self::of`], but with header offsets that the caller has computed.
    #[must_use]
    pub fn with_offsets(line: &'a [u8], seq: u64, offsets: Option<HeaderOffsets>) -> Option<Self> {
        let offsets = offsets.filter(|offsets| offsets.seq == seq);
        let view = offsets.and_then(|offsets| Self::from_offsets(line, &offsets));
        view.or_else(|| Self::parse_header(line, entry_type(line, seq)?))
    }

    fn from_offsets(line: &'a [u8], offsets: &HeaderOffsets) -> Option<Self> {
        Some(Self {
            kind: text_at(line, &offsets.kind_range)?,
            at: Some(offsets.at),
            boot_id: Some(text_at(line, &offsets.boot_id_range)?),
            boottime_us: Some(offsets.boottime_us),
            is_synchronised: Some(offsets.is_synchronised),
            line,
            value_offsets: offsets.value_offsets,
            search_start: Cell::new(0),
        })
    }

    fn parse_header(line: &'a [u8], kind: &'a str) -> Option<Self> {
        let header: HeaderFields<'a> = serde_json::from_slice(line).ok()?;
        Some(Self {
            kind,
            at: parse_time(header.at),
            boot_id: header.boot.filter(|boot_id| boot_id.len() <= MAX_BOOT_ID_BYTES),
            boottime_us: header.boottime_us.filter(|us| us.unsigned_abs() < CLOCK_LIMIT_US),
            is_synchronised: header.clock.map(|clock| clock.synchronised),
            line,
            value_offsets: None,
            search_start: Cell::new(0),
        })
    }

    /// Returns the text value of a key. The search for the key with its quotes cannot match inside a JSON string,
    /// because a quote there is escaped. The values that are requested here contain no quotes.
    fn text(&self, key: &str) -> Option<&'a str> {
        let text = self.tail_at_value(key)?.strip_prefix(b"\"")?;
        std::str::from_utf8(&text[..memchr::memchr(b'"', text)?]).ok()
    }

    /// Returns the integer value of a key; `None` if it is null or missing.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<i64> {
        leading_integer(self.tail_at_value(key)?)
    }

    /// Returns the rest of the line, beginning with the value of a key.
    fn tail_at_value(&self, key: &str) -> Option<&'a [u8]> {
        let indexed_tail = self.value_offsets.and_then(|offsets| offsets.tail_at_value(self.line, key));
        indexed_tail.unwrap_or_else(|| self.search_tail_at_value(key))
    }

    /// Does the same as [`Self::tail_at_value`], but searches the line for the key instead of using offsets.
    fn search_tail_at_value(&self, key: &str) -> Option<&'a [u8]> {
        let mut pattern = [0_u8; 32];
        let length = key.len() + 4;
        let pattern = pattern.get_mut(..length)?;
        pattern[..2].copy_from_slice(b",\"");
        pattern[2..length - 2].copy_from_slice(key.as_bytes());
        pattern[length - 2..].copy_from_slice(b"\":");
        let start = self.search_start.get();
        let match_after = memmem::find(&self.line[start..], pattern).map(|offset| start + offset);
        let offset = match_after.or_else(|| memmem::find(&self.line[..start], pattern))?;
        self.search_start.set(offset);
        Some(&self.line[offset + length..])
    }

    /// True when all JSON readers find the same values in the entry; see [`FLAT_TYPES`]. Other types always count as
    /// plain.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.value_offsets.is_some() || !FLAT_TYPES.contains(&self.kind) || is_plain(self.line)
    }

    /// Returns the id of the airing; `None` if the id is missing, or no station could have written it.
    #[must_use]
    pub fn id(&self) -> Option<&'a str> {
        self.text("id").filter(|id| is_valid_id(id))
    }

    /// Returns, from a `start` entry, the time at which a planned airing started and its delay relative to the plan in
    /// microseconds. `None` if the airing was unplanned.
    #[must_use]
    pub fn start_time_and_delay(&self) -> Option<(WallTime, i64)> {
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
    pub fn predecessor(&self) -> Option<PredecessorRef> {
        serde_json::from_slice::<GenesisFields>(self.line).ok()?.predecessor
    }

    /// Returns the clock trust from a `boot` or `clock-trust` entry; `None` for other types. The first value is true
    /// when the clock is trusted, the second when the operator confirmed it.
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
