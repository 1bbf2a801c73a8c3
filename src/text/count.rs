//! Numbers with the noun that they count, for English: `1 session`, `2 sessions`. A Vietnamese noun has no plural, so
//! in Vietnamese only the number is printed, and the noun is part of the sentence.
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Lang, TextArg};

/// Defines a number for each noun: `Name "singular" "plural"`.
macro_rules! counts {
    ($($name:ident $one:literal $many:literal;)+) => { $(
        #[doc = concat!("A number of ", $many, ".")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl TextArg for $name {
            type Printable<'a> = PrintedCount;
            fn in_language(&self, lang: Lang) -> PrintedCount {
                PrintedCount { count: self.0, noun: (lang == Lang::En).then_some(if self.0 == 1 { $one } else { $many }) }
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
    DayCount "day" "days";
    EntryCount "entry" "entries";
    EpochCount "epoch" "epochs";
    FileCount "file" "files";
    FindingCount "finding" "findings";
    ItemCount "item" "items";
    LogCount "log" "logs";
    MessageCount "message" "messages";
    PageCount "page" "pages";
    RowCount "row" "rows";
    SegmentCount "segment" "segments";
    SessionCount "session" "sessions";
}

/// A number as a sentence prints it, with its noun in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrintedCount {
    count: u64,
    noun: Option<&'static str>,
}

impl fmt::Display for PrintedCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.noun {
            Some(noun) => write!(f, "{} {noun}", self.count),
            None => write!(f, "{}", self.count),
        }
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
    }
}
