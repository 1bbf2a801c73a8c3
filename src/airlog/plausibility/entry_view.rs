//! An entry, looked at only as far as its plausibility needs: millions of them are read in a minute.
use std::cell::Cell;
use std::ops::Range;

use chrono::{DateTime, NaiveDate};
use memchr::memmem;
use serde::Deserialize;

use super::PredecessorRef;
use super::station_json::{CLOCK_KEYS, ValueOffsets};
use crate::airlog::airing_id::is_valid_id;
use crate::base::instant::WallTime;
use crate::proof::entry::entry_type;

/// A clock further from its beginning is no clock: numbers of 18 digits can be added and subtracted without a thought.
const MAX_CLOCK: u64 = 1_000_000_000_000_000_000;
/// The name of a start of the machine is a UUID; no longer one is remembered.
const MAX_BOOT: usize = 100;
/// The years 1 to 9999, microseconds since 1970.
const CALENDAR: Range<i64> = -62_135_596_800_000_000..253_402_300_800_000_000;

/// An entry.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryView<'a> {
    /// Its `type`.
    pub kind: &'a str,
    /// When, by the wall clock.
    pub at: Option<WallTime>,
    /// Which start of the machine.
    pub boot: Option<&'a str>,
    /// The boot clock.
    pub boottime: Option<i64>,
    /// Whether the kernel called the clock synchronised.
    pub synchronised: Option<bool>,
    line: &'a [u8],
    /// Its values, when it is of [`FLAT`] and written as a station writes: it is plain then.
    values: Option<ValueOffsets>,
    /// Where the key stood that was asked for last: keys are mostly asked for in their order.
    last: Cell<usize>,
}

/// Positions of an entry's fields in its line. It holds no reference, so any thread can make it before the entry is judged.
#[derive(Debug, Clone, PartialEq)]
pub struct HeaderOffsets {
    seq: u64,
    kind: Range<u16>,
    at: WallTime,
    boot: Range<u16>,
    boottime: i64,
    synchronised: bool,
    values: Option<ValueOffsets>,
}

/// Types of which every entry is one object, without a blank between its words, in which nothing but `clock` is an object of
/// its own, `clock` has no keys but its own, and no key is written with escapes.
const FLAT_TYPES: [&str; 9] =
    ["outcome", "start", "interrupt", "resume", "relay", "plan", "clock-step", "clock-trust", "boot"];

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

impl HeaderOffsets {
    /// Of the line that is to be the entry with this number: its head in the order of keys in which the station writes it.
    /// None when it is written in another way.
    #[must_use]
    pub fn of(line: &[u8], seq: u64) -> Option<Self> {
        let kind = entry_type(line, seq)?;
        const SEQ: &[u8] = br#"{"v":1,"seq":"#;
        const TYPE: &[u8] = br#","type":""#;
        const AT: &[u8] = br#"","at":""#;
        // `kind_of` has checked everything up to the type.
        let comma = SEQ.len() + memchr::memchr(b',', line.get(SEQ.len()..)?)?;
        let (at, rest) = line.get(comma + TYPE.len() + kind.len() + AT.len()..)?.split_first_chunk::<32>()?;
        let rest = rest.strip_prefix(br#"","boot":""#)?;
        let boot_from = line.len() - rest.len();
        let (boot, rest) = rest.split_at(memchr::memchr(b'"', rest)?);
        let rest = rest.strip_prefix(br#"","boottime_us":"#)?;
        let boottime = integer(rest)?;
        let (digits, rest) = rest.split_at(memchr::memchr(b',', rest)?);
        let rest = rest.strip_prefix(br#","clock":{"synchronised":"#)?;
        let synchronised = match rest.first()? {
            b't' => true,
            b'f' => false,
            _ => return None,
        };
        let boot = std::str::from_utf8(boot).ok().filter(|boot| boot.len() <= MAX_BOOT && !boot.contains('\\'))?;
        let plain = FLAT_TYPES.contains(&kind) && digits.iter().all(|b| b.is_ascii_digit() || *b == b'-');
        let span = |from: usize, text: &str| Some(u16::try_from(from).ok()?..u16::try_from(from + text.len()).ok()?);
        Some(Self {
            seq,
            kind: span(comma + TYPE.len(), kind)?,
            at: wall(at)?,
            boot: span(boot_from, boot)?,
            boottime,
            synchronised,
            values: if plain { ValueOffsets::from_clock(line, line.len() - rest.len()) } else { None },
        })
    }
}

fn text_at<'a>(line: &'a [u8], at: &Range<u16>) -> Option<&'a str> {
    std::str::from_utf8(line.get(usize::from(at.start)..usize::from(at.end))?).ok()
}

impl<'a> EntryView<'a> {
    /// A look at the line that is to be the entry with this number; none when it is no entry.
    #[must_use]
    pub fn of(line: &'a [u8], seq: u64) -> Option<Self> {
        Self::with_offsets(line, seq, HeaderOffsets::of(line, seq))
    }

    /// The same, when a pass over the line has been made.
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
        let (at, boottime) = (time(head.at), head.boottime_us.filter(|us| us.unsigned_abs() < MAX_CLOCK));
        let synchronised = head.clock.map(|clock| clock.synchronised);
        let boot = head.boot.filter(|boot| boot.len() <= MAX_BOOT);
        Some(Self { kind, at, boot, boottime, synchronised, line, values: None, last: Cell::new(0) })
    }

    /// The text of a key. A quote inside a JSON string has a backslash before it, so that the key with its quotes stands
    /// nowhere else; the texts that are asked for have no quotes in them.
    fn text(&self, key: &str) -> Option<&'a str> {
        let rest = self.value(key)?.strip_prefix(b"\"")?;
        std::str::from_utf8(&rest[..memchr::memchr(b'"', rest)?]).ok()
    }

    /// The integer of a key; none when it is null or not there.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<i64> {
        integer(self.value(key)?)
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

    /// True when all JSON readers read the same values from it: see [`FLAT`].
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.values.is_some() || !FLAT_TYPES.contains(&self.kind) || is_plain(self.line)
    }

    /// The id of the airing that it concerns.
    #[must_use]
    pub fn id(&self) -> Option<&'a str> {
        self.text("id").filter(|id| is_valid_id(id))
    }

    /// When a planned airing left the device first, of a `start` entry, and how late that was.
    #[must_use]
    pub fn started(&self) -> Option<(WallTime, i64)> {
        let planned = time(self.text("planned_at")?)?;
        let late_us = self.number("late_us")?;
        Some((planned.plus(late_us), late_us))
    }

    /// Date and SHA-256 of a `plan` entry.
    #[must_use]
    pub fn plan(&self) -> Option<(NaiveDate, String)> {
        let plan: PlanFields = serde_json::from_slice(self.line).ok()?;
        Some((plan.date, plan.sha256))
    }

    /// What `genesis` says of the log before.
    #[must_use]
    pub fn follows(&self) -> Option<PredecessorRef> {
        serde_json::from_slice::<GenesisFields>(self.line).ok()?.follows
    }

    /// Of `boot` and `clock-trust`: whether the clock is believed, and whether because a person vouched for it.
    #[must_use]
    pub fn trust(&self) -> Option<(bool, bool)> {
        if !matches!(self.kind, "boot" | "clock-trust") {
            return None;
        }
        let belief: TrustFields = serde_json::from_slice(self.line).ok()?;
        Some((belief.trusted, belief.trusted && belief.trust == "confirmed"))
    }
}

fn is_plain(line: &[u8]) -> bool {
    const CLOCK: &[u8] = br#","clock":"#;
    let (mut at, mut depth) = (0, 0);
    while let Some(byte) = line.get(at) {
        match byte {
            b'"' => {
                let Some((end, escaped)) = end_of_string(line, at + 1) else { return false };
                let is_key = line.get(end + 1) == Some(&b':');
                if is_key && (escaped || depth == 2 && !CLOCK_KEYS.contains(&&line[at + 1..end])) {
                    return false;
                }
                at = end;
            }
            b'{' if depth == 0 && at == 0 || depth == 1 && line[..at].ends_with(CLOCK) => depth += 1,
            b'}' if depth > 0 => depth -= 1,
            b'{' | b'}' | b'[' | b']' | 0..=b' ' => return false,
            _ => {}
        }
        at += 1;
    }
    depth == 0
}

/// The quote at the end of the string that begins here, and whether there are escapes in it.
fn end_of_string(line: &[u8], from: usize) -> Option<(usize, bool)> {
    let (mut at, mut escaped) = (from, false);
    loop {
        let next = at + memchr::memchr2(b'"', b'\\', line.get(at..)?)?;
        if line[next] == b'"' {
            return Some((next, escaped));
        }
        (at, escaped) = (next + 2, true);
    }
}

/// A time in any of the forms of RFC 3339.
fn time(text: &str) -> Option<WallTime> {
    let us = match text.as_bytes().try_into().ok().and_then(to_the_second) {
        Some(wall) => wall.0,
        None => DateTime::parse_from_rfc3339(text).ok()?.timestamp_micros(),
    };
    CALENDAR.contains(&us).then_some(WallTime(us))
}

/// `2023-03-20T05:15:05+07:00`, in which nothing is beyond its bounds.
fn to_the_second(text: &[u8; 25]) -> Option<WallTime> {
    let mut at = *b"0000-00-00T00:00:00.000000+00:00";
    at[..19].copy_from_slice(&text[..19]);
    at[26..].copy_from_slice(&text[19..]);
    let most = [(11, b"23"), (14, b"59"), (17, b"59"), (27, b"23"), (30, b"59")];
    most.iter().all(|(from, most)| at[*from..*from + 2] <= most[..]).then(|| wall(&at))?
}

/// The integer at the beginning.
fn integer(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix(b"-") {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let end = digits.iter().position(|b| !b.is_ascii_digit()).filter(|end| (1..=18).contains(end))?;
    Some(sign * digits[..end].iter().fold(0_i64, |n, digit| n * 10 + i64::from(digit - b'0')))
}

/// `2023-03-20T05:15:05.000000+07:00`, read without a parser for all forms of times.
fn wall(at: &[u8; 32]) -> Option<WallTime> {
    let fixed = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'.'), (29, b':')];
    if fixed.iter().any(|(place, byte)| at[*place] != *byte) {
        return None;
    }
    let number = |from: usize, until: usize| {
        at[from..until].iter().try_fold(0_i64, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))
    };
    let small = |from, until| number(from, until).and_then(|n| u32::try_from(n).ok());
    let date = NaiveDate::from_ymd_opt(i32::try_from(number(0, 4)?).ok()?, small(5, 7)?, small(8, 10)?)?;
    let seconds = number(11, 13)? * 3600 + number(14, 16)? * 60 + number(17, 19)?;
    let offset = (number(27, 29)? * 3600 + number(30, 32)? * 60)
        * match at[26] {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
    let days = i64::from(date.to_epoch_days());
    Some(WallTime((days * 86_400 + seconds - offset) * 1_000_000 + number(20, 26)?))
}

#[cfg(test)]
mod tests;
