//! Facts: the data about airings from which reports are made.
use chrono::NaiveDate;

use crate::airlog::outcome::{Reason, counted_ms};

/// The highest volume, in per cent, that counts as low. Stations are usually set to 80.
pub const LOW_VOLUME: i64 = 30;

/// The index of a string in a [`SymbolTable`].
pub type Symbol = u32;

/// The strings that facts share, such as ids, titles and language codes, each stored once.
#[derive(Debug, Clone, Default)]
pub struct SymbolTable(pub Vec<String>);

impl SymbolTable {
    /// Returns the string of a symbol; the empty string for an unknown symbol.
    #[must_use]
    pub fn text(&self, symbol: Symbol) -> &str {
        self.0.get(symbol as usize).map_or("", String::as_str)
    }
}

/// The state of an airing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactState {
    /// The whole airing was on the line.
    Aired,
    /// A part of the airing was on the line. The reason is `None` if this version does not know it.
    Partial(Option<Reason>),
    /// No part of the airing was on the line. The reason is `None` if this version does not know it.
    Missed(Option<Reason>),
    /// The airing was played, but inaudibly: at level of proof 0 or volume 0.
    Level0,
    /// According to the log the airing was on the line, but that is not plausible.
    Implausible,
    /// The airing was planned, but its outcome has not been collected.
    Unknown,
    /// The airing was unplanned, and was on the line.
    Unplanned,
    /// The airing was unplanned, and is not counted because it was inaudible or is not plausible.
    UnplannedNotCounted,
}

/// The data about one airing.
#[derive(Debug, Clone)]
pub struct Fact {
    /// The station's id.
    pub station: Symbol,
    /// The date in the airing's id.
    pub date: NaiveDate,
    /// The time at which the outcome was written, according to the station's clock, in microseconds since 1970;
    /// `i64::MIN` if there is no outcome.
    pub at_us: i64,
    /// The state of the airing.
    pub state: FactState,
    /// The segment's id.
    pub segment: Symbol,
    /// The segment's title.
    pub title: Symbol,
    /// The campaign towards which it counts; the empty string for none.
    pub campaign: Symbol,
    /// The number of the topic towards which it counts.
    pub topic: Option<u16>,
    /// The language code.
    pub language: Symbol,
    /// The planned length, in milliseconds; 0 if the station did not know the length of the file.
    pub planned_ms: i64,
    /// If `planned_ms` is 0: the last known planned length of the segment in the same log, in milliseconds, or 0.
    pub last_known_ms: i64,
    /// The length on air, in milliseconds.
    pub played_ms: i64,
    /// The actual start minus the planned start, in microseconds.
    pub late_us: Option<i64>,
    /// True when the station's clock was synchronised or confirmed by an operator, or the entry does not say.
    pub is_clock_confirmed: bool,
    /// The SHA-256 of the played file, in hex.
    pub recording: Option<Symbol>,
    /// True if the volume was above 0, and at most [`LOW_VOLUME`].
    pub has_low_volume: bool,
    /// The earliest known time at which the department countersigned the entry, in microseconds since 1970; `None` if
    /// it has not.
    pub earliest_countersigned_at_us: Option<i64>,
    /// The time at which the log of the entry was enrolled, in microseconds since 1970.
    pub enrolled_at_us: Option<i64>,
}

impl Fact {
    /// Returns the planned length with which shares are computed, in milliseconds; 0 if no length is known. A missing
    /// file has no length of its own and would raise the share of what was played, so its last known length counts.
    #[must_use]
    pub fn expected_ms(&self) -> i64 {
        if self.planned_ms > 0 {
            return self.planned_ms;
        }
        let heard_ms =
            if matches!(self.state, FactState::Aired | FactState::Partial(_)) { self.counted_ms() } else { 0 };
        self.last_known_ms.max(heard_ms)
    }

    /// Returns the counted airtime, in milliseconds. For a planned airing, it is limited to the planned length if that
    /// is known.
    #[must_use]
    pub fn counted_ms(&self) -> i64 {
        match self.state {
            FactState::Aired | FactState::Partial(_) => counted_ms(self.planned_ms, self.played_ms),
            _ => self.played_ms,
        }
    }
}
