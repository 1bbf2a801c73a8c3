//! What an edit changes, in words.
use chrono::{NaiveDate, TimeDelta};

use super::table::{clock_length, plain};
use super::week::short;
use crate::plan::diff::{Change, What};
use crate::text::plan::PlanText;
use crate::text::{Lang, Say};

/// Titles that one sentence names.
const MAX_TITLES: usize = 8;

/// One sentence for each change.
#[must_use]
pub fn sentences(changes: &[Change], lang: Lang) -> Vec<String> {
    changes.iter().map(|change| sentence(change, lang)).collect()
}

fn sentence(change: &Change, lang: Lang) -> String {
    let session = change.session.to_string();
    let at = change.at.format("%H:%M").to_string();
    let dates = dates(&change.dates, lang);
    let (from, to) = (clock_length(change.length_ms.0), clock_length(change.length_ms.1));
    let (gains, loses) = (titles(&change.gains), titles(&change.loses));
    let words = match change.change {
        What::Added => PlanText::Added { session, at, dates, length: to, titles: gains },
        What::Removed => PlanText::Removed { session, at, dates },
        What::Items if loses.is_empty() => PlanText::Gains { session, at, dates, titles: gains },
        What::Items if gains.is_empty() => PlanText::Loses { session, at, dates, titles: loses },
        What::Items => PlanText::Replaces { session, at, dates, loses, gains },
        What::Order => PlanText::Reordered { session, at, dates },
        What::Length => PlanText::Longer { session, at, dates, from, to },
        What::Rules => PlanText::OtherRules { session, at, dates },
    };
    words.say(lang).to_string()
}

fn titles(titles: &[String]) -> String {
    let mut named: Vec<String> = titles.iter().take(MAX_TITLES).map(|title| format!("“{}”", plain(title))).collect();
    if titles.len() > MAX_TITLES {
        named.push("…".to_owned());
    }
    named.join(", ")
}

/// Days that follow each other as a range.
fn dates(dates: &[NaiveDate], lang: Lang) -> String {
    let mut ranges: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    for date in dates {
        match ranges.last_mut().filter(|(_, last)| *date - *last == TimeDelta::days(1)) {
            Some(range) => range.1 = *date,
            None => ranges.push((*date, *date)),
        }
    }
    let range = |(first, last): &(NaiveDate, NaiveDate)| match first == last {
        true => short(*first, lang),
        false => format!("{}–{}", short(*first, lang), short(*last, lang)),
    };
    ranges.iter().map(range).collect::<Vec<_>>().join(", ")
}
