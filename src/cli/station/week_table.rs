//! Formats the plans of several days as a table: a row for each start of a session, a column for each day.
use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};

use crate::cli::table::{align_columns, format_hms, strip_unprintable};
use crate::plan::expand::{PlannedContent, SessionStart};
use crate::plan::{Plan, Planner};
use crate::schedule::Id;
use crate::schedule::calendar::CalendarDay;
use crate::text::log::TableText;
use crate::text::plan::PlanText;
use crate::text::{Lang, Localize};

/// The number of days that one table shows side by side.
pub const DAYS_PER_TABLE: usize = 7;
/// The maximum number of characters of a session's title in a table.
const MAX_TITLE_CHARS: usize = 28;

/// Returns the table of `days` days from `first_date` on. At most [`DAYS_PER_TABLE`] days are shown.
#[must_use]
pub fn week_table(planner: &Planner<'_>, first_date: NaiveDate, days: usize, lang: Lang) -> String {
    let dates: Vec<NaiveDate> = first_date.iter_days().take(days.min(DAYS_PER_TABLE)).collect();
    let calendar_days: Vec<CalendarDay<'_>> = dates.iter().map(|date| planner.calendar_day(*date)).collect();
    let mut cells_by_start: BTreeMap<(NaiveTime, Id), Vec<String>> = BTreeMap::new();
    let mut titles: BTreeMap<Id, String> = BTreeMap::new();
    let mut totals_ms = vec![0_i64; dates.len()];
    let (mut any_relay, mut any_miss) = (false, false);
    for (column, date) in dates.iter().enumerate() {
        let plan = planner.plan_for(*date);
        for start in planner.starts(*date) {
            let length_ms = start.end().since(start.start) / 1000;
            totals_ms[column] += length_ms;
            let has_relay = start.items.iter().any(|item| matches!(&item.content, PlannedContent::Relay(_)));
            let has_miss = has_known_miss(&plan, &start);
            (any_relay, any_miss) = (any_relay || has_relay, any_miss || has_miss);
            let marks = format!("{}{}", if has_relay { "≈" } else { "" }, if has_miss { "!" } else { "" });
            let key = (start.at, start.session.id.clone());
            titles.insert(start.session.id.clone(), start.session.title.clone());
            let cells = cells_by_start.entry(key).or_insert_with(|| vec!["·".to_owned(); dates.len()]);
            cells[column] = format!("{}{marks}", format_hms(length_ms));
        }
    }
    let mut rows = vec![heading_row(&dates, lang), lunar_row(&calendar_days, lang)];
    if cells_by_start.is_empty() {
        return format!("{}{}\n\n", align_columns(&rows, &[]), TableText::NothingPlanned {}.localized(lang));
    }
    for ((at, session), cells) in cells_by_start {
        let time = if at.format("%S").to_string() == "00" { at.format("%H:%M") } else { at.format("%H:%M:%S") };
        rows.push([time.to_string(), shortened_title(&titles, &session)].into_iter().chain(cells).collect());
    }
    let total = PlanText::Total {}.localized(lang).to_string();
    let total_cells = totals_ms.iter().map(|total_ms| format_hms(*total_ms));
    rows.push([String::new(), total].into_iter().chain(total_cells).collect());
    let mut out = align_columns(&rows, &[]);
    for day in calendar_days.iter().filter(|day| !day.holidays.is_empty()) {
        let names = day.holidays.iter().map(|holiday| strip_unprintable(&holiday.title)).collect::<Vec<_>>().join(", ");
        let line = PlanText::HolidayLine { date: short_date(day.date, lang), names };
        out.push_str(&format!("{}\n", line.localized(lang)));
    }
    for (applies, legend) in [(any_relay, PlanText::Relayed {}), (any_miss, PlanText::WillMiss {})] {
        if applies {
            out.push_str(&format!("{}\n", legend.localized(lang)));
        }
    }
    out.push('\n');
    out
}

/// Returns the title of a session, shortened so that a week fits on a page.
fn shortened_title(titles: &BTreeMap<Id, String>, session: &Id) -> String {
    let title = titles.get(session).map_or_else(|| session.to_string(), |title| strip_unprintable(title));
    match title.chars().count() {
        ..=MAX_TITLE_CHARS => title,
        _ => title.chars().take(MAX_TITLE_CHARS - 1).chain(['…']).collect(),
    }
}

/// Returns `true` if it is known that an item of this start will be missed.
fn has_known_miss(plan: &Plan, start: &SessionStart<'_, '_>) -> bool {
    let is_of_start = |a: &&crate::plan::Airing| a.session == start.session.id && a.session_starts_at() == start.start;
    plan.airings.iter().filter(is_of_start).any(|a| a.ineligible_reason().is_some())
}

/// Returns the first row: the headings of the first two columns, and the days.
fn heading_row(dates: &[NaiveDate], lang: Lang) -> Vec<String> {
    let day_heading = |date: &NaiveDate| format!("{} {}", weekday_name(date.weekday(), lang), short_date(*date, lang));
    let fixed_headings =
        [TableText::Time {}.localized(lang).to_string(), TableText::Session {}.localized(lang).to_string()];
    fixed_headings.into_iter().chain(dates.iter().map(day_heading)).collect()
}

/// Returns the second row: the lunar dates of the days.
fn lunar_row(days: &[CalendarDay<'_>], lang: Lang) -> Vec<String> {
    [String::new(), String::new()].into_iter().chain(days.iter().map(|day| lunar_text(day, lang))).collect()
}

/// Returns the lunar date of a day: `23/10 âl`; empty where there is none.
#[must_use]
pub fn lunar_text(day: &CalendarDay<'_>, lang: Lang) -> String {
    match day.lunar {
        Some(date) if date.is_leap_month => {
            PlanText::LunarLeap { day: date.day.into(), month: date.month.into() }.localized(lang).to_string()
        }
        Some(date) => PlanText::Lunar { day: date.day.into(), month: date.month.into() }.localized(lang).to_string(),
        None => String::new(),
    }
}

/// Returns the short name of a weekday: `T2` to `CN`.
#[must_use]
pub fn weekday_name(day: Weekday, lang: Lang) -> String {
    let text = match day {
        Weekday::Mon => PlanText::Mon {},
        Weekday::Tue => PlanText::Tue {},
        Weekday::Wed => PlanText::Wed {},
        Weekday::Thu => PlanText::Thu {},
        Weekday::Fri => PlanText::Fri {},
        Weekday::Sat => PlanText::Sat {},
        Weekday::Sun => PlanText::Sun {},
    };
    text.localized(lang).to_string()
}

/// Formats the day and the month of a date, without the year.
#[must_use]
pub fn short_date(date: NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("{}/{}", date.day(), date.month()),
        Lang::En => date.format("%-d %b").to_string(),
    }
}
