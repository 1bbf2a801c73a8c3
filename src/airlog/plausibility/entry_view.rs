//! An entry, read only as far as its plausibility needs: a department reads millions of them in a minute.
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

/// Bound on a clock, in microseconds: numbers of 18 digits can be added and subtracted without overflow.
const MAX_CLOCK: u64 = 1_000_000_000_000_000_000;
/// View of an entry's line.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryView<'a> {
    /// Its `type`.
    pub kind: &'a str,
    /// Wall clock.
    pub at: Option<WallTime>,
    /// Boot id of the machine.
    pub boot: Option<&'a str>,
    /// Boot clock, in microseconds.
    pub boottime: Option<i64>,
    /// Whether the kernel reported the clock as synchronised.
    pub synchronised: Option<bool>,
    line: &'a [u8],
    /// Offsets of its values, if its type is in [`FLAT_TYPES`] and it is written as a station writes.
    values: Option<ValueOffsets>,
    /// Offset of the key that was requested last: keys are mostly requested in their order.
    last: Cell<usize>,
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

fn text_at<'a>(line: &'a [u8], at: &Range<u16>) -> Option<&'a str> {
    std::str::from_utf8(line.get(usize::from(at.start)..usize::from(at.end))?).ok()
}

impl<'a> EntryView<'a> {
    /// Views the line of the entry with this number; `None` when it is not an entry.
    #[must_use]
    pub fn of(line: &'a [u8], seq: u64) -> Option<Self> {
        Self::with_offsets(line, seq, HeaderOffsets::of(line, seq))
    }

    /// Like [`Self::of`], with offsets computed beforehand.
    #[must_use]
    pub fn with_offsets(line: &'a [u8], seq: u64, sketch: Option<HeaderOffsets>) -> Option<Self> {
        let sketched = sketch.filter(|sketch| sketch.seq == seq).and_then(|sketch| Self::from_offsets(line, &sketch));
        sketched.or_else(|| Self::read_whole(line, entry_type(line, seq)?))
    }

    fn from_offsets(line: &'a [u8], sketch: &HeaderOffsets) -> Option<Self> {
        Some(Self {
            kind: text_at(line, &sketch.kind)?,
            at: Some(sketch.at),
            boot: Some(text_at(line, &sketch.boot)?),
            boottime: Some(sketch.boottime),
            synchronised: Some(sketch.synchronised),
            line,
            values: sketch.values,
            last: Cell::new(0),
        })
    }

    fn read_whole(line: &'a [u8], kind: &'a str) -> Option<Self> {
        let head: HeaderFields<'a> = serde_json::from_slice(line).ok()?;
        let (at, boottime) = (parse_time(head.at), head.boottime_us.filter(|us| us.unsigned_abs() < MAX_CLOCK));
        let synchronised = head.clock.map(|clock| clock.synchronised);
        let boot = head.boot.filter(|boot| boot.len() <= MAX_BOOT);
        Some(Self { kind, at, boot, boottime, synchronised, line, values: None, last: Cell::new(0) })
    }

    /// Returns the text of a key. A quote inside a JSON string has a backslash before it, so the key with its quotes
    /// stands nowhere else; the requested texts contain no quotes.
    fn text(&self, key: &str) -> Option<&'a str> {
        let rest = self.value(key)?.strip_prefix(b"\"")?;
        std::str::from_utf8(&rest[..memchr::memchr(b'"', rest)?]).ok()
    }

    /// Returns the integer of a key; `None` when it is null or missing.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<i64> {
        leading_integer(self.value(key)?)
    }

    fn value(&self, key: &str) -> Option<&'a [u8]> {
        let kept = self.values.and_then(|values| values.of(self.line, key));
        kept.unwrap_or_else(|| self.find(key))
    }

    fn find(&self, key: &str) -> Option<&'a [u8]> {
        let mut wanted = [0_u8; 32];
        let length = key.len() + 4;
        let wanted = wanted.get_mut(..length)?;
        wanted[..2].copy_from_slice(b",\"");
        wanted[2..length - 2].copy_from_slice(key.as_bytes());
        wanted[length - 2..].copy_from_slice(b"\":");
        let from = self.last.get();
        let further = memmem::find(&self.line[from..], wanted).map(|at| from + at);
        let at = further.or_else(|| memmem::find(&self.line[..from], wanted))?;
        self.last.set(at);
        Some(&self.line[at + length..])
    }

    /// Whether all JSON readers find the same values in it: see [`FLAT_TYPES`].
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.values.is_some() || !FLAT_TYPES.contains(&self.kind) || is_plain(self.line)
    }

    /// Returns the id of the airing, if a station can write it.
    #[must_use]
    pub fn id(&self) -> Option<&'a str> {
        self.text("id").filter(|id| is_valid_id(id))
    }

    /// Returns the time at which a planned airing started, from a `start` entry, and how late that was, in
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
        let plan: PlanFields = serde_json::from_slice(self.line).ok()?;
        Some((plan.date, plan.sha256))
    }

    /// Returns the previous log from a `genesis` entry.
    #[must_use]
    pub fn follows(&self) -> Option<PredecessorRef> {
        serde_json::from_slice::<GenesisFields>(self.line).ok()?.follows
    }

    /// Returns, from a `boot` or `clock-trust` entry, whether the clock is trusted and whether a person confirmed it.
    #[must_use]
    pub fn trust(&self) -> Option<(bool, bool)> {
        if !matches!(self.kind, "boot" | "clock-trust") {
            return None;
        }
        let belief: TrustFields = serde_json::from_slice(self.line).ok()?;
        Some((belief.trusted, belief.trusted && belief.trust == "confirmed"))
    }
}

#[cfg(test)]
mod tests;
