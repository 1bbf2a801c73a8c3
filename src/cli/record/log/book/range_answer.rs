//! The summary at the top of a page of several days: how many of them had sound, and which had none.
use chrono::{Datelike, NaiveDate, TimeDelta};

use super::answer::capitalised;
use super::{BlankDayReason, Book, BookDay, day_verdict};
use crate::cli::table::format_date;
use crate::text::log_book::{BookText, BookVerdict};
use crate::text::{Lang, Localize};

/// The maximum number of ranges of days that one part of the answer names.
const MAX_NAMED_RANGES: usize = 8;
/// The maximum number of days in a range that are checked one by one. For a longer range, the answer covers only the
/// days on the page.
const MAX_CHECKED_DAYS: i64 = 366;

/// Returns the answer for all days of a page; `None` if a single day was requested, or the page has no day. Dates from a
/// distrusted clock are not counted; each of them has an answer of its own.
pub fn range_answer(book: &Book<'_>, lang: Lang) -> Option<String> {
    let (from, until) = book.extent()?;
    if from == until {
        return None;
    }
    let localize = |text: BookText| text.localized(lang).to_string();
    let range = range_name(from, until, lang);
    if book.page.fault.is_some() {
        return Some(localize(BookText::RangeChanged { range }));
    }
    if let Some(why) = unknown_reason(book, until, lang) {
        return Some(localize(BookText::RangeUnknown { range, why }));
    }
    let verdicts = verdicts(book, from, until);
    let days_with = |wanted: &BookVerdict| -> Vec<NaiveDate> {
        verdicts.iter().filter(|(_, verdict)| verdict == wanted).map(|(date, _)| *date).collect()
    };
    let aired = days_with(&BookVerdict::Yes {}).len();
    let first = match book.page.rehearsal {
        true => BookText::RangeRehearsed { range },
        false if aired > 0 => BookText::RangeAnswer { range, aired, days: verdicts.len().into() },
        // Of days to come, nobody can say that nothing airs on them.
        false if days_with(&BookVerdict::Unknown {}).is_empty() && days_with(&BookVerdict::ToCome {}).is_empty() => {
            BookText::RangeNone { range, days: verdicts.len().into() }
        }
        false => BookText::RangeNoneKnown { range },
    };
    let mut sentences = vec![localize(first)];
    let other_verdicts = [
        BookVerdict::No {},
        BookVerdict::Silent {},
        BookVerdict::Relayed {},
        BookVerdict::OutsidePlan {},
        BookVerdict::OutsidePlanSoFar {},
        BookVerdict::Rehearsed {},
        BookVerdict::NotYet {},
        BookVerdict::Unknown {},
        BookVerdict::ToCome {},
    ];
    for verdict in other_verdicts {
        let days = days_with(&verdict);
        if !days.is_empty() {
            let part = BookText::RangePart { verdict, days: day_list(&days, lang) };
            sentences.push(capitalised(&localize(part)));
        }
    }
    Some(sentences.join(" "))
}

/// Returns why nothing is known about a range that ends on `until`, if the log begins after it.
fn unknown_reason(book: &Book<'_>, until: NaiveDate, lang: Lang) -> Option<String> {
    let extent = book.page.extent.as_ref()?;
    let is_before_log = until < extent.first_at.date_naive() && !book.page.plans.contains_key(&until);
    let day = format_date(extent.first_at.date_naive(), lang);
    let text = match &extent.previous_log_folder {
        Some(folder) => BookText::WhyBeforeOther { day, folder: folder.clone() },
        None => BookText::WhyBefore { day },
    };
    let has_no_day = book.days.iter().all(|day| book.page.is_doubtful_date(day.date));
    (is_before_log && has_no_day).then(|| text.localized(lang).to_string())
}

/// Returns the verdict of each day from `from` to `until`. A day that is not on the page is `No` if nothing was
/// planned, `ToCome` if it is in the future, otherwise `Unknown`.
fn verdicts(book: &Book<'_>, from: NaiveDate, until: NaiveDate) -> Vec<(NaiveDate, BookVerdict)> {
    let dated_verdict = |day: &BookDay<'_>| match day.blank_reason {
        BlankDayReason::DoubtfulDate => (day.date, BookVerdict::Unknown {}),
        _ => (day.date, day_verdict(book.page, day)),
    };
    if (until - from).num_days() >= MAX_CHECKED_DAYS {
        let days = book.days.iter().filter(|day| day.blank_reason != BlankDayReason::DoubtfulDate);
        return days.map(dated_verdict).collect();
    }
    from.iter_days()
        .take_while(|date| *date <= until)
        .map(|date| match book.days.binary_search_by_key(&date, |day| day.date) {
            Ok(index) => dated_verdict(&book.days[index]),
            Err(_) => match super::blank_day_reason(book.page, date) {
                BlankDayReason::NothingPlanned => (date, BookVerdict::No {}),
                BlankDayReason::Future => (date, BookVerdict::ToCome {}),
                _ => (date, BookVerdict::Unknown {}),
            },
        })
        .collect()
}

/// Returns `Tháng 3/2023` for a whole month, and otherwise both dates.
pub fn range_name(from: NaiveDate, until: NaiveDate, lang: Lang) -> String {
    let is_month =
        from.day() == 1 && until.month() == from.month() && until.succ_opt().is_some_and(|next| next.day() == 1);
    let text = if is_month && from.year() == until.year() {
        let month = match lang {
            Lang::Vi => format!("{}/{}", from.month(), from.year()),
            Lang::En => from.format("%B %Y").to_string(),
        };
        BookText::Month { month }
    } else {
        BookText::Range { from: format_date(from, lang), until: format_date(until, lang) }
    };
    text.localized(lang).to_string()
}

/// Lists days, with consecutive days as a range.
fn day_list(days: &[NaiveDate], lang: Lang) -> String {
    let mut ranges: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    for day in days {
        match ranges.last_mut().filter(|(_, last)| *day - *last == TimeDelta::days(1)) {
            Some(range) => range.1 = *day,
            None => ranges.push((*day, *day)),
        }
    }
    let is_one_year = days.first().map(Datelike::year) == days.last().map(Datelike::year);
    let short_date = |date: NaiveDate| match lang {
        _ if !is_one_year => format_date(date, lang),
        Lang::Vi => date.format("%d/%m").to_string(),
        Lang::En => date.format("%-d %b").to_string(),
    };
    let name = |(first, last): &(NaiveDate, NaiveDate)| match first == last {
        true => short_date(*first),
        false => format!("{}–{}", short_date(*first), short_date(*last)),
    };
    let range_names: Vec<String> = ranges.iter().take(MAX_NAMED_RANGES).map(name).collect();
    let rest = ranges.iter().skip(MAX_NAMED_RANGES).map(|(first, last)| (*last - *first).num_days() + 1).sum::<i64>();
    match usize::try_from(rest) {
        Ok(more) if more > 0 => BookText::MoreDays { days: range_names.join(", "), more }.localized(lang).to_string(),
        _ => range_names.join(", "),
    }
}
