//! The plans of several days side by side: starts down, days across.
use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};

use crate::cli::table::{align_columns, format_clock, strip_unprintable};
use crate::plan::expand::{PlannedContent, SessionStart};
use crate::plan::{Plan, Planner};
use crate::schedule::Id;
use crate::schedule::calendar::CalendarDay;
use crate::text::log::TableText;
use crate::text::plan::PlanText;
use crate::text::{Lang, Localize};

/// Columns of days.
pub const DAYS_ACROSS: usize = 7;

/// Returns the table of the days from `first` on, at most [`DAYS_ACROSS`].
#[must_use]
pub fn week_table(planner: &Planner<'_>, first: NaiveDate, days: usize, lang: Lang) -> String {
    let dates: Vec<NaiveDate> = first.iter_days().take(days.min(DAYS_ACROSS)).collect();
    let looks: Vec<CalendarDay<'_>> = dates.iter().map(|date| planner.calendar_day(*date)).collect();
    let mut lines: BTreeMap<(NaiveTime, Id), Vec<String>> = BTreeMap::new();
    let mut totals = vec![0_i64; dates.len()];
    let (mut relayed, mut misses) = (false, false);
    for (column, date) in dates.iter().enumerate() {
        let plan = planner.plan_for(*date);
        for start in planner.starts(*date) {
            let length = start.end().since(start.start) / 1000;
            totals[column] += length;
            let relay = start.items.iter().any(|item| matches!(&item.content, PlannedContent::Relay(_)));
            let missed = has_known_miss(&plan, &start);
            (relayed, misses) = (relayed || relay, misses || missed);
            let marks = format!("{}{}", if relay { "≈" } else { "" }, if missed { "!" } else { "" });
            let key = (start.at, start.session.id.clone());
            let cells = lines.entry(key).or_insert_with(|| vec!["·".to_owned(); dates.len()]);
            cells[column] = format!("{}{marks}", format_clock(length));
        }
    }
    let mut rows = vec![heading(&dates, lang), lunar(&looks, lang)];
    if lines.is_empty() {
        return format!("{}{}\n\n", align_columns(&rows, &[]), TableText::NothingPlanned {}.localized(lang));
    }
    for ((at, session), cells) in lines {
        let time = if at.format("%S").to_string() == "00" { at.format("%H:%M") } else { at.format("%H:%M:%S") };
        rows.push([time.to_string(), session.to_string()].into_iter().chain(cells).collect());
    }
    let total = PlanText::Total {}.localized(lang).to_string();
    let sums = totals.iter().map(|sum| format_clock(*sum));
    rows.push([String::new(), total].into_iter().chain(sums).collect());
    let mut out = align_columns(&rows, &[]);
    for day in looks.iter().filter(|day| !day.holidays.is_empty()) {
        let names = day.holidays.iter().map(|holiday| strip_unprintable(&holiday.title)).collect::<Vec<_>>().join(", ");
        let line = PlanText::HolidayLine { date: short_date(day.date, lang), names };
        out.push_str(&format!("{}\n", line.localized(lang)));
    }
    for (shown, words) in [(relayed, PlanText::Relayed {}), (misses, PlanText::WillMiss {})] {
        if shown {
            out.push_str(&format!("{}\n", words.localized(lang)));
        }
    }
    out.push('\n');
    out
}

/// Returns whether an item of a start is known to be missed.
fn has_known_miss(plan: &Plan, start: &SessionStart<'_, '_>) -> bool {
    let of_start = |a: &&crate::plan::Airing| a.session == start.session.id && a.session_starts_at() == start.start;
    plan.airings.iter().filter(of_start).any(|a| a.ineligible_reason().is_some())
}

fn heading(dates: &[NaiveDate], lang: Lang) -> Vec<String> {
    let day = |date: &NaiveDate| format!("{} {}", weekday(date.weekday(), lang), short_date(*date, lang));
    let head = [TableText::Time {}.localized(lang).to_string(), TableText::Session {}.localized(lang).to_string()];
    head.into_iter().chain(dates.iter().map(day)).collect()
}

fn lunar(days: &[CalendarDay<'_>], lang: Lang) -> Vec<String> {
    let date = |day: &CalendarDay<'_>| match day.lunar {
        Some(date) if date.is_leap_month => {
            PlanText::LunarLeap { day: date.day.into(), month: date.month.into() }.localized(lang).to_string()
        }
        Some(date) => PlanText::Lunar { day: date.day.into(), month: date.month.into() }.localized(lang).to_string(),
        None => String::new(),
    };
    [String::new(), String::new()].into_iter().chain(days.iter().map(date)).collect()
}

fn weekday(day: Weekday, lang: Lang) -> String {
    let words = match day {
        Weekday::Mon => PlanText::Mon {},
        Weekday::Tue => PlanText::Tue {},
        Weekday::Wed => PlanText::Wed {},
        Weekday::Thu => PlanText::Thu {},
        Weekday::Fri => PlanText::Fri {},
        Weekday::Sat => PlanText::Sat {},
        Weekday::Sun => PlanText::Sun {},
    };
    words.localized(lang).to_string()
}

/// Formats the day and the month.
#[must_use]
pub fn short_date(date: NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("{}/{}", date.day(), date.month()),
        Lang::En => date.format("%-d %b").to_string(),
    }
}
