//! One airing, as a report needs it.
use chrono::NaiveDate;

use crate::airlog::outcome::{Reason, counted_ms};

/// A word in a [`Words`].
pub type Symbol = u32;

/// Names that occur again and again, each kept once.
#[derive(Debug, Clone, Default)]
pub struct SymbolTable(pub Vec<String>);

impl SymbolTable {
    /// The text of a word.
    #[must_use]
    pub fn text(&self, word: Symbol) -> &str {
        self.0.get(word as usize).map_or("", String::as_str)
    }
}

/// What became of an airing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactState {
    /// Whole, on the line.
    Aired,
    /// Some of it, on the line.
    Partial(Option<Reason>),
    /// Nothing of it.
    Missed(Option<Reason>),
    /// Played to an output that is no line.
    Level0,
    /// Its log says that it was on the line, and it cannot have been so.
    Implausible,
    /// Its outcome has not been collected.
    Unknown,
    /// On the line, and nobody had planned it.
    Unplanned,
    /// Nobody had planned it, and nothing of it was on the line.
    UnplannedSilent,
}

/// One airing.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Its station.
    pub station: Symbol,
    /// Its date, from its id.
    pub date: NaiveDate,
    /// When its entry was written, by the station's clock: microseconds since 1970.
    pub at_us: i64,
    /// What became of it.
    pub state: FactState,
    /// Its segment.
    pub segment: Symbol,
    /// The segment's title.
    pub title: Symbol,
    /// The campaign it counts towards; an empty word for none.
    pub campaign: Symbol,
    /// The topic it counts towards.
    pub topic: Option<u16>,
    /// Its language code.
    pub language: Symbol,
    /// Planned length, milliseconds.
    pub planned_ms: i64,
    /// What the device took, milliseconds.
    pub played_ms: i64,
    /// Start against plan, microseconds.
    pub late_us: Option<i64>,
    /// Whether something kept the station's clock, or a person had vouched for it.
    pub clock_vouched: bool,
    /// The recording that was played: a word, the file's SHA-256.
    pub recording: Option<Symbol>,
    /// By when the department had seen the entry, microseconds since 1970; none when it has not countersigned it.
    pub seen_by_us: Option<i64>,
    /// When a person had enrolled its log, microseconds since 1970.
    pub enrolled_us: Option<i64>,
}

impl Fact {
    /// What of it counts as airtime, milliseconds: a planned airing as the judge counts it.
    #[must_use]
    pub fn counted_ms(&self) -> i64 {
        match self.state {
            FactState::Aired | FactState::Partial(_) => counted_ms(self.planned_ms, self.played_ms),
            _ => self.played_ms,
        }
    }
}
