//! `loa plan`: what will air.
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};

use super::Format;
use super::changes::sentences;
use super::run::open_station;
use super::table::{columns, plain, seconds_length, spoken_length};
use super::week::{ACROSS, week};
use super::words::{reason_word, station_language};
use crate::plan::diff::{Change, diff};
use crate::plan::{Airing, Plan, Planner};
use crate::playout::clock::Clock;
use crate::playout::clock::system::SystemClock;
use crate::text::log::Table;
use crate::text::plan::PlanText;
use crate::text::{Lang, Say};

/// What is asked.
pub struct Asked {
    /// From this date on; today in the station's zone.
    pub date: Option<NaiveDate>,
    /// So many days: one, or seven when compared.
    pub days: Option<u32>,
    /// Compared with this station.
    pub diff: Option<PathBuf>,
}

/// Prints the plan of one date; of several days a week at a time; or what is other than in another station's folder.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(station: &Path, lang: Option<Lang>, asked: &Asked, format: Format) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| station_language(station));
    let (opened, code) = match open_station(station, lang) {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    let zone = opened.schedule.station.timezone;
    let first = match asked.date {
        Some(date) => date,
        None => crate::instant::local(SystemClock::new()?.now().wall, zone).date_naive(),
    };
    let planner = Planner::new(&opened.schedule, &opened.library);
    if let Some(old) = &asked.diff {
        let (old, other) = match open_station(old, lang) {
            Ok(opened) => opened,
            Err(code) => return Ok(code),
        };
        let days = asked.days.unwrap_or(7);
        let plans = |planner: &Planner<'_>| -> Vec<Plan> {
            first.iter_days().take(days as usize).map(|date| planner.day(date)).collect()
        };
        let changes = diff(&plans(&Planner::new(&old.schedule, &old.library)), &plans(&planner));
        compared(&changes, i64::from(days), lang, format)?;
        return Ok(code.max(other));
    }
    let days = asked.days.unwrap_or(1);
    let dates: Vec<NaiveDate> = first.iter_days().take(days as usize).collect();
    let mut out = io::stdout().lock();
    match format {
        Format::Json => {
            // Row by row: years of them need not fit into memory.
            let mut serializer = serde_json::Serializer::pretty(&mut out);
            let mut rows = serde::Serializer::serialize_seq(&mut serializer, None)?;
            for date in dates {
                for row in planner.day(date).rows() {
                    serde::ser::SerializeSeq::serialize_element(&mut rows, &row)?;
                }
            }
            serde::ser::SerializeSeq::end(rows)?;
            writeln!(out)?;
        }
        Format::Text if days == 1 => out.write_all(text(first, &planner.day(first), lang).as_bytes())?,
        Format::Text => {
            for week in dates.chunks(ACROSS) {
                out.write_all(self::week(&planner, week[0], week.len(), lang).as_bytes())?;
            }
        }
    }
    Ok(code)
}

/// What an edit changes, in words or for programs.
fn compared(changes: &[Change], days: i64, lang: Lang, format: Format) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if format == Format::Json {
        serde_json::to_writer_pretty(&mut out, changes)?;
        return writeln!(out);
    }
    if changes.is_empty() {
        return writeln!(out, "{}", PlanText::SameDays { days }.say(lang));
    }
    writeln!(out, "{}", PlanText::ChangesDays { days }.say(lang))?;
    for sentence in sentences(changes, lang) {
        writeln!(out, "{sentence}")?;
    }
    Ok(())
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
            title(airing, lang),
        ]);
    }
    out.push_str(&columns(&rows, &[1]));
    let plays = plan.airings.iter().filter(|a| a.known_miss().is_none() && !a.relay);
    let total = plays.map(|a| a.duration_ms).sum::<i64>();
    out.push_str(&format!("{}: {}\n\n", Table::Length {}.say(lang), spoken_length((total + 500) / 1000, lang)));
    out
}

/// A title, and what there is to say of it beforehand.
fn title(airing: &Airing, lang: Lang) -> String {
    let title = plain(&airing.title);
    let why = airing.known_miss().and_then(|code| serde_json::from_value(code.into()).ok());
    match why {
        Some(why) => {
            PlanText::MissedBecause { title, why: reason_word(why).say(lang).to_string() }.say(lang).to_string()
        }
        None if airing.relay => PlanText::RelaySlot { title }.say(lang).to_string(),
        None => title,
    }
}
