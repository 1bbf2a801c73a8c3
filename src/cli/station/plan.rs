//! `loa plan`: what will air.
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};

use super::plan_changes::change_sentences;
use super::run::open_station;
use super::week_table::{DAYS_ACROSS, week_table};
use crate::airlog::entry::Reason;
use crate::cli::CliFormat;
use crate::cli::table::{align_columns, format_seconds, format_spoken, strip_unprintable};
use crate::cli::words::{reason_text, station_language};
use crate::plan::diff::{PlanChange, diff};
use crate::plan::{Airing, Plan, Planner};
use crate::playout::clock::Clock;
use crate::playout::clock::system::SystemClock;
use crate::text::log::TableText;
use crate::text::plan::PlanText;
use crate::text::{Lang, Localize};

/// What is asked.
pub struct PlanArgs {
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
pub fn run(station: &Path, lang: Option<Lang>, asked: &PlanArgs, format: CliFormat) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| station_language(station));
    let (opened, code) = match open_station(station, lang) {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    let zone = opened.schedule.station.timezone;
    let first = match asked.date {
        Some(date) => date,
        None => crate::base::instant::to_local(SystemClock::new()?.now().wall, zone).date_naive(),
    };
    let planner = Planner::new(&opened.schedule, &opened.library);
    if let Some(old) = &asked.diff {
        let (old, other) = match open_station(old, lang) {
            Ok(opened) => opened,
            Err(code) => return Ok(code),
        };
        let days = asked.days.unwrap_or(7);
        let plans = |planner: &Planner<'_>| -> Vec<Plan> {
            first.iter_days().take(days as usize).map(|date| planner.plan_for(date)).collect()
        };
        let changes = diff(&plans(&Planner::new(&old.schedule, &old.library)), &plans(&planner));
        print_changes(&changes, i64::from(days), lang, format)?;
        return Ok(code.max(other));
    }
    let days = asked.days.unwrap_or(1);
    let dates: Vec<NaiveDate> = first.iter_days().take(days as usize).collect();
    let mut out = io::stdout().lock();
    match format {
        CliFormat::Json => {
            // Row by row: years of them need not fit into memory.
            let mut serializer = serde_json::Serializer::pretty(&mut out);
            let mut rows = serde::Serializer::serialize_seq(&mut serializer, None)?;
            for date in dates {
                for row in planner.plan_for(date).json_rows() {
                    serde::ser::SerializeSeq::serialize_element(&mut rows, &row)?;
                }
            }
            serde::ser::SerializeSeq::end(rows)?;
            writeln!(out)?;
        }
        CliFormat::Text if days == 1 => out.write_all(day_text(first, &planner.plan_for(first), lang).as_bytes())?,
        CliFormat::Text => {
            for week in dates.chunks(DAYS_ACROSS) {
                out.write_all(self::week_table(&planner, week[0], week.len(), lang).as_bytes())?;
            }
        }
    }
    Ok(code)
}

/// What an edit changes, in words or for programs.
fn print_changes(changes: &[PlanChange], days: i64, lang: Lang, format: CliFormat) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if format == CliFormat::Json {
        serde_json::to_writer_pretty(&mut out, changes)?;
        return writeln!(out);
    }
    if changes.is_empty() {
        return writeln!(out, "{}", PlanText::SameDays { days }.localized(lang));
    }
    writeln!(out, "{}", PlanText::ChangesDays { days }.localized(lang))?;
    for sentence in change_sentences(changes, lang) {
        writeln!(out, "{sentence}")?;
    }
    Ok(())
}

/// One date for people.
fn day_text(day: NaiveDate, plan: &Plan, lang: Lang) -> String {
    let date = match lang {
        Lang::Vi => format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
        Lang::En => day.to_string(),
    };
    let mut out = format!("{}\n", TableText::Day { date }.localized(lang));
    if plan.airings.is_empty() {
        out.push_str(&format!("{}\n\n", TableText::NothingPlanned {}.localized(lang)));
        return out;
    }
    let head =
        [TableText::Time {}, TableText::Length {}, TableText::Session {}, TableText::Topic {}, TableText::Title {}];
    let mut rows = vec![head.iter().map(|h| h.localized(lang).to_string()).collect::<Vec<_>>()];
    for airing in &plan.airings {
        rows.push(vec![
            airing.start.format("%H:%M:%S").to_string(),
            format_seconds(airing.duration_ms, lang),
            airing.session.to_string(),
            airing.topic.map_or("-".to_owned(), |t| t.to_string()),
            title(airing, lang),
        ]);
    }
    out.push_str(&align_columns(&rows, &[1]));
    let plays = plan.airings.iter().filter(|a| a.ineligible_reason().is_none() && !a.is_relay());
    let total = plays.map(|a| a.duration_ms).sum::<i64>();
    out.push_str(&format!(
        "{}: {}\n\n",
        TableText::Length {}.localized(lang),
        format_spoken((total + 500) / 1000, lang)
    ));
    out
}

/// A title, and what there is to say of it beforehand.
fn title(airing: &Airing, lang: Lang) -> String {
    let title = strip_unprintable(&airing.title);
    let why = airing.ineligible_reason().map(Reason::from);
    match why {
        Some(why) => PlanText::MissedBecause { title, why: reason_text(why).localized(lang).to_string() }
            .localized(lang)
            .to_string(),
        None if airing.is_relay() => PlanText::RelaySlot { title }.localized(lang).to_string(),
        None => title,
    }
}
