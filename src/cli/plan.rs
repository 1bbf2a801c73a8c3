//! `loa plan`: what will air.
use std::io::{self, Write};
use std::path::Path;

use chrono::{Datelike, NaiveDate, TimeDelta};

use super::Format;
use super::run::open_station;
use super::table::{columns, plain, seconds_length, spoken_length};
use super::words::station_language;
use crate::plan::{Plan, Planner};
use crate::playout::clock::Clock;
use crate::playout::clock::system::SystemClock;
use crate::text::log::Table;
use crate::text::{Lang, Say};

/// Prints the plans of `days` dates from `date` (today in the station's zone).
///
/// # Errors
/// When standard output cannot be written.
pub fn run(station: &Path, lang: Option<Lang>, date: Option<NaiveDate>, days: u32, format: Format) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| station_language(station));
    let (opened, code) = match open_station(station, lang) {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    let zone = opened.schedule.station.timezone;
    let first = match date {
        Some(date) => date,
        None => crate::instant::local(SystemClock::new()?.now().wall, zone).date_naive(),
    };
    let planner = Planner::new(&opened.schedule, &opened.library);
    let plans = (0..i64::from(days)).map(|n| first + TimeDelta::days(n)).map(|day| (day, planner.day(day)));
    let mut out = io::stdout().lock();
    match format {
        Format::Json => {
            let rows: Vec<_> = plans
                .flat_map(|(_, plan)| match plan.to_json() {
                    serde_json::Value::Array(rows) => rows,
                    _ => Vec::new(),
                })
                .collect();
            serde_json::to_writer_pretty(&mut out, &rows)?;
            writeln!(out)?;
        }
        Format::Text => {
            for (day, plan) in plans {
                out.write_all(text(day, &plan, lang).as_bytes())?;
            }
        }
    }
    Ok(code)
}

/// One date for people.
fn text(day: NaiveDate, plan: &Plan, lang: Lang) -> String {
    let date = match lang {
        Lang::Vi => format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
        Lang::En => day.to_string(),
    };
    let mut out = format!("{}\n", Table::Day { date }.say(lang));
    if plan.airings.is_empty() {
        out.push_str(&format!("{}\n\n", Table::NothingPlanned {}.say(lang)));
        return out;
    }
    let head = [Table::Time {}, Table::Length {}, Table::Session {}, Table::Topic {}, Table::Title {}];
    let mut rows = vec![head.iter().map(|h| h.say(lang).to_string()).collect::<Vec<_>>()];
    for airing in &plan.airings {
        rows.push(vec![
            airing.start.format("%H:%M:%S").to_string(),
            seconds_length(airing.duration_ms, lang),
            airing.session.to_string(),
            airing.topic.map_or("-".to_owned(), |t| t.to_string()),
            plain(&airing.title),
        ]);
    }
    out.push_str(&columns(&rows, &[1]));
    let total = plan.airings.iter().map(|a| a.duration_ms).sum::<i64>();
    out.push_str(&format!("{}: {}\n\n", Table::Length {}.say(lang), spoken_length((total + 500) / 1000, lang)));
    out
}
