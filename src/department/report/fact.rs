//! An airing as the report needs it.
use chrono::NaiveDate;

use crate::airlog::outcome::{Reason, counted_ms};

/// The number of a word in a [`SymbolTable`].
pub type Symbol = u32;

/// Words that occur again and again, each stored once.
#[derive(Debug, Clone, Default)]
pub struct SymbolTable(pub Vec<String>);

impl SymbolTable {
    /// Returns a word; an unknown number is the empty word.
    #[must_use]
    pub fn text(&self, word: Symbol) -> &str {
        self.0.get(word as usize).map_or("", String::as_str)
    }
}

/// The state of an airing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactState {
    /// All of it was on the line.
    Aired,
    /// Part of it was on the line.
    Partial(Option<Reason>),
    /// Nothing of it was on the line.
    Missed(Option<Reason>),
    /// It was played to an output that is not a line.
    Level0,
    /// Its log says that it was on the line, which is not plausible.
    Implausible,
    /// Its outcome has not been collected.
    Unknown,
    /// It was on the line, and nobody had planned it.
    Unplanned,
    /// Nobody had planned it, and nothing of it was on the line.
    UnplannedSilent,
}

/// One airing.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Station id.
    pub station: Symbol,
    /// The date in its id.
    pub date: NaiveDate,
    /// When its entry was written, by the station's clock: microseconds since 1970.
    pub at_us: i64,
    /// Its state.
    pub state: FactState,
    /// Segment id.
    pub segment: Symbol,
    /// The segment's title.
    pub title: Symbol,
    /// The campaign it counts towards; the empty word for none.
    pub campaign: Symbol,
    /// The topic it counts towards.
    pub topic: Option<u16>,
    /// Language code.
    pub language: Symbol,
    /// Planned length, milliseconds.
    pub planned_ms: i64,
    /// Length on air, milliseconds.
    pub played_ms: i64,
    /// Start against plan, microseconds.
    pub late_us: Option<i64>,
    /// Whether NTP kept the station's clock, or the operator had vouched for it.
    pub clock_vouched: bool,
    /// The played recording: the file's SHA-256.
    pub recording: Option<Symbol>,
    /// When the department had seen the entry, microseconds since 1970; none when it has not countersigned it.
    pub seen_by_us: Option<i64>,
    /// When its log was enrolled, microseconds since 1970.
    pub enrolled_us: Option<i64>,
}

impl Fact {
    /// Returns the airtime that counts, milliseconds: for a planned airing as the plausibility check counts it.
    #[must_use]
    pub fn counted_ms(&self) -> i64 {
        match self.state {
            FactState::Aired | FactState::Partial(_) => counted_ms(self.planned_ms, self.played_ms),
            _ => self.played_ms,
        }
    }
}
