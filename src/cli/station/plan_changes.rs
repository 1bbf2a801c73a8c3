//! Describes in sentences how an edit of the schedule changes the plan.
use chrono::{NaiveDate, TimeDelta};

use super::week_table::short_date;
use crate::cli::table::{format_hms, strip_unprintable};
use crate::plan::diff::{ChangeKind, PlanChange};
use crate::schedule::Id;
use crate::text::plan::PlanText;
use crate::text::{Lang, Localize};

/// The maximum number of titles that one sentence names.
const MAX_TITLES: usize = 8;

/// Returns one sentence for each change. `title_of` returns the title of a session.
#[must_use]
pub fn change_sentences(changes: &[PlanChange], title_of: &dyn Fn(&Id) -> String, lang: Lang) -> Vec<String> {
    changes.iter().map(|change| change_sentence(change, title_of(&change.session), lang)).collect()
}

fn change_sentence(change: &PlanChange, session: String, lang: Lang) -> String {
    let at = change.at.format("%H:%M").to_string();
    let dates = format_dates(&change.dates, lang);
    let (old_length, new_length) = (format_hms(change.length_ms.0), format_hms(change.length_ms.1));
    let (gained_titles, lost_titles) = (quote_titles(&change.gains), quote_titles(&change.loses));
    let text = match change.change {
        ChangeKind::Added => PlanText::Added { session, at, dates, length: new_length, titles: gained_titles },
        ChangeKind::Removed => PlanText::Removed { session, at, dates },
        ChangeKind::Items if lost_titles.is_empty() => PlanText::Gains { session, at, dates, titles: gained_titles },
        ChangeKind::Items if gained_titles.is_empty() => PlanText::Loses { session, at, dates, titles: lost_titles },
        ChangeKind::Items => PlanText::Replaces { session, at, dates, loses: lost_titles, gains: gained_titles },
        ChangeKind::Order => PlanText::Reordered { session, at, dates },
        ChangeKind::Length => PlanText::LengthChanges { session, at, dates, from: old_length, to: new_length },
        ChangeKind::Rules => PlanText::OtherRules { session, at, dates },
    };
    text.localized(lang).to_string()
}

fn quote_titles(titles: &[String]) -> String {
    let mut quoted: Vec<String> =
        titles.iter().take(MAX_TITLES).map(|title| format!("“{}”", strip_unprintable(title))).collect();
    if titles.len() > MAX_TITLES {
        quoted.push("…".to_owned());
    }
    quoted.join(", ")
}

/// Formats dates, separated by commas; consecutive dates become a range.
fn format_dates(dates: &[NaiveDate], lang: Lang) -> String {
    let mut ranges: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    for date in dates {
        match ranges.last_mut().filter(|(_, last)| *date - *last == TimeDelta::days(1)) {
            Some(range) => range.1 = *date,
            None => ranges.push((*date, *date)),
        }
    }
    let range_text = |(first, last): &(NaiveDate, NaiveDate)| match first == last {
        true => short_date(*first, lang),
        false => format!("{}–{}", short_date(*first, lang), short_date(*last, lang)),
    };
    ranges.iter().map(range_text).collect::<Vec<_>>().join(", ")
}
