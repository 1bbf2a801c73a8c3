//! The plans of several days side by side: starts down, days across.
use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};

use super::table::{clock_length, columns, plain};
use crate::plan::expand::{StartOf, What};
use crate::plan::{Plan, Planner};
use crate::schedule::Id;
use crate::schedule::calendar::Day;
use crate::text::log::Table;
use crate::text::plan::PlanText;
use crate::text::{Lang, Say};

/// Days across.
pub const ACROSS: usize = 7;

/// Days from `first` on, at most [`ACROSS`].
#[must_use]
pub fn week(planner: &Planner<'_>, first: NaiveDate, days: usize, lang: Lang) -> String {
    let dates: Vec<NaiveDate> = first.iter_days().take(days.min(ACROSS)).collect();
    let looks: Vec<Day<'_>> = dates.iter().map(|date| planner.look(*date)).collect();
    let mut lines: BTreeMap<(NaiveTime, Id), Vec<String>> = BTreeMap::new();
    let mut totals = vec![0_i64; dates.len()];
    let (mut relayed, mut misses) = (false, false);
    for (column, date) in dates.iter().enumerate() {
        let plan = planner.day(*date);
        for start in planner.starts(*date) {
            let length = start.end().since(start.start) / 1000;
            totals[column] += length;
            let relay = start.items.iter().any(|item| matches!(&item.what, What::Relay(_)));
            let missed = misses_some(&plan, &start);
            (relayed, misses) = (relayed || relay, misses || missed);
            let marks = format!("{}{}", if relay { "≈" } else { "" }, if missed { "!" } else { "" });
            let key = (start.at, start.session.id.clone());
            let cells = lines.entry(key).or_insert_with(|| vec!["·".to_owned(); dates.len()]);
            cells[column] = format!("{}{marks}", clock_length(length));
        }
    }
    let mut rows = vec![heading(&dates, lang), lunar(&looks, lang)];
    if lines.is_empty() {
        return format!("{}{}\n\n", columns(&rows, &[]), Table::NothingPlanned {}.say(lang));
    }
    for ((at, session), cells) in lines {
        let time = if at.format("%S").to_string() == "00" { at.format("%H:%M") } else { at.format("%H:%M:%S") };
        rows.push([time.to_string(), session.to_string()].into_iter().chain(cells).collect());
    }
    let total = PlanText::Total {}.say(lang).to_string();
    let sums = totals.iter().map(|sum| clock_length(*sum));
    rows.push([String::new(), total].into_iter().chain(sums).collect());
    let mut out = columns(&rows, &[]);
    for day in looks.iter().filter(|day| !day.holidays.is_empty()) {
        let names = day.holidays.iter().map(|holiday| plain(&holiday.title)).collect::<Vec<_>>().join(", ");
        let line = PlanText::HolidayLine { date: short(day.date, lang), names };
        out.push_str(&format!("{}\n", line.say(lang)));
    }
    for (shown, words) in [(relayed, PlanText::Relayed {}), (misses, PlanText::WillMiss {})] {
        if shown {
            out.push_str(&format!("{}\n", words.say(lang)));
        }
    }
    out.push('\n');
    out
}

/// Whether some item of a start is known not to be played.
fn misses_some(plan: &Plan, start: &StartOf<'_, '_>) -> bool {
    let of_start = |a: &&crate::plan::Airing| a.session == start.session.id && a.session_starts() == start.start;
    plan.airings.iter().filter(of_start).any(|a| a.known_miss().is_some())
}

fn heading(dates: &[NaiveDate], lang: Lang) -> Vec<String> {
    let day = |date: &NaiveDate| format!("{} {}", weekday(date.weekday(), lang), short(*date, lang));
    let head = [Table::Time {}.say(lang).to_string(), Table::Session {}.say(lang).to_string()];
    head.into_iter().chain(dates.iter().map(day)).collect()
}

fn lunar(days: &[Day<'_>], lang: Lang) -> Vec<String> {
    let date = |day: &Day<'_>| match day.lunar {
        Some(date) if date.leap => {
            PlanText::LunarLeap { day: date.day.into(), month: date.month.into() }.say(lang).to_string()
        }
        Some(date) => PlanText::Lunar { day: date.day.into(), month: date.month.into() }.say(lang).to_string(),
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
    words.say(lang).to_string()
}

/// Day and month.
#[must_use]
pub fn short(date: NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("{}/{}", date.day(), date.month()),
        Lang::En => date.format("%-d %b").to_string(),
    }
}
