//! Numbers with the noun that they count, for English: `1 session`, `2 sessions`. A Vietnamese noun has no plural, so
//! in Vietnamese only the number is printed, and the noun is part of the sentence.
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Lang, TextArg};

/// A number with the noun that it counts.
pub trait CountedNoun {
    /// Returns the number as a sentence prints it.
    fn printed(&self, lang: Lang) -> PrintedCount;
}

/// A number whose thousands are separated, as in reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grouped<N>(pub N);

impl<N: CountedNoun> TextArg for Grouped<N> {
    type Printable<'a>
        = PrintedCount
    where
        N: 'a;
    fn in_language(&self, lang: Lang) -> PrintedCount {
        PrintedCount { grouped_in: Some(lang), ..self.0.printed(lang) }
    }
}

/// Separates the thousands of a number: with dots in Vietnamese, with commas in English.
#[must_use]
pub fn group_thousands(number: u64, lang: Lang) -> String {
    let separator = if lang == Lang::Vi { '.' } else { ',' };
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// Defines a type of number for each noun: `Name "singular" "plural"`.
macro_rules! counts {
    ($($name:ident $one:literal $many:literal;)+) => { $(
        #[doc = concat!("A number of ", $many, ".")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl CountedNoun for $name {
            fn printed(&self, lang: Lang) -> PrintedCount {
                let noun = (lang == Lang::En).then_some(if self.0 == 1 { $one } else { $many });
                PrintedCount { count: self.0, noun, grouped_in: None }
            }
        }

        impl TextArg for $name {
            type Printable<'a> = PrintedCount;
            fn in_language(&self, lang: Lang) -> PrintedCount {
                self.printed(lang)
            }
        }

        impl From<u64> for $name {
            fn from(count: u64) -> Self {
                Self(count)
            }
        }

        impl From<usize> for $name {
            fn from(count: usize) -> Self {
                Self(count as u64)
            }
        }

        impl From<i64> for $name {
            fn from(count: i64) -> Self {
                Self(count.unsigned_abs())
            }
        }
    )+ };
}

counts! {
    AiringCount "airing" "airings";
    ChangeCount "change" "changes";
    CollectionCount "collection" "collections";
    ColumnCount "column" "columns";
    DayCount "day" "days";
    EntryCount "entry" "entries";
    EpochCount "epoch" "epochs";
    FileCount "file" "files";
    FindingCount "finding" "findings";
    IncidentCount "incident" "incidents";
    ItemCount "item" "items";
    LogCount "log" "logs";
    MessageCount "message" "messages";
    PageCount "page" "pages";
    PlanCount "plan" "plans";
    RepeatCount "time" "times";
    RowCount "row" "rows";
    SegmentCount "segment" "segments";
    SessionCount "session" "sessions";
    StationCount "station" "stations";
    TargetCount "target" "targets";
    WeekCount "week" "weeks";
}

/// A number as a sentence prints it, with its noun in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrintedCount {
    count: u64,
    noun: Option<&'static str>,
    /// The language whose sign separates the thousands; `None` if they are not separated.
    grouped_in: Option<Lang>,
}

impl fmt::Display for PrintedCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.grouped_in {
            Some(lang) => f.write_str(&group_thousands(self.count, lang))?,
            None => write!(f, "{}", self.count)?,
        }
        self.noun.map_or(Ok(()), |noun| write!(f, " {noun}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_of_one_has_a_singular_noun() {
        let text = |count: u64, lang| EntryCount(count).in_language(lang).to_string();
        assert_eq!(text(0, Lang::En), "0 entries");
        assert_eq!(text(1, Lang::En), "1 entry");
        assert_eq!(text(21, Lang::En), "21 entries");
        assert_eq!(text(1, Lang::Vi), "1");
        let grouped = |count: u64, lang| Grouped(EntryCount(count)).in_language(lang).to_string();
        assert_eq!(grouped(1, Lang::En), "1 entry");
        assert_eq!(grouped(1_234_567, Lang::En), "1,234,567 entries");
        assert_eq!(grouped(12_345, Lang::Vi), "12.345");
    }
}
