//! `loa plan`: prints the planned airings.
use std::io::{self, Write};
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use super::older_schedule::warn_about_older_schedule;
use super::open_station::open_station;
use super::plan_changes::change_sentences;
use super::week_table::{DAYS_PER_TABLE, week_table};
use crate::airlog::entry::Reason;
use crate::cli::args::{CliFormat, PlanDatesArg, StationArg};
use crate::cli::table::{align_columns, format_date, format_in_words, format_seconds, strip_unprintable};
use crate::cli::today::today_in;
use crate::cli::words::reason_text;
use crate::plan::diff::{PlanChange, diff};
use crate::plan::{Airing, Plan, Planner};
use crate::schedule::{Id, Schedule};
use crate::text::log::TableText;
use crate::text::plan::PlanText;
use crate::text::{Lang, Localize};

/// Arguments of `loa plan`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct PlanArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(id = "plan_dates", long = "date", value_name = "DATE")]
    pub dates: Option<PlanDatesArg>,
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3660))]
    pub days: Option<u32>,
    #[arg(long, value_name = "OLD_STATION")]
    pub diff: Option<PathBuf>,
    #[arg(long, value_enum, default_value = "text")]
    pub format: CliFormat,
}

/// Prints the plan of one date, a table for each week if there are several days, or the differences from another
/// folder.
///
/// # Errors
/// If standard output cannot be written.
pub fn run(args: &PlanArgs, lang: Lang) -> io::Result<u8> {
    let (station, format) = (args.station.dir.as_path(), args.format);
    let (loaded, code) = match open_station(station, lang) {
        Ok(loaded) => loaded,
        Err(code) => return Ok(code),
    };
    let today = today_in(loaded.schedule.station.timezone);
    let dates_arg = args.dates.map(|dates| dates.resolve(today));
    let first_date = dates_arg.map_or(today, |(first_date, _)| first_date);
    // `--days` takes precedence over the number of days in `--date`; one date is the beginning of `--days`.
    let days_arg = args.days.or(dates_arg.map(|(_, days)| days).filter(|days| *days > 1));
    let planner = Planner::new(&loaded.schedule, &loaded.library);
    if let Some(old_station) = &args.diff {
        let (old, old_code) = match open_station(old_station, lang) {
            Ok(loaded) => loaded,
            Err(code) => return Ok(code),
        };
        let days = days_arg.unwrap_or(7);
        let plans = |planner: &Planner<'_>| -> Vec<Plan> {
            first_date.iter_days().take(days as usize).map(|date| planner.plan_for(date)).collect()
        };
        let changes = diff(&plans(&Planner::new(&old.schedule, &old.library)), &plans(&planner));
        let title = |id: &Id| {
            let title = loaded.schedule.session_title(id).or(old.schedule.session_title(id));
            strip_unprintable(title.unwrap_or(id.as_str()))
        };
        print_changes(&changes, &title, i64::from(days), lang, format)?;
        return Ok(code.max(old_code));
    }
    warn_about_older_schedule(station, &loaded, lang);
    let days = days_arg.unwrap_or(1);
    let dates: Vec<NaiveDate> = first_date.iter_days().take(days as usize).collect();
    let mut out = io::stdout().lock();
    match format {
        CliFormat::Json => {
            // The rows are written one by one, because the rows of several years might not fit into memory.
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
        CliFormat::Text if days == 1 => {
            out.write_all(day_text(first_date, &planner.plan_for(first_date), &loaded.schedule, lang).as_bytes())?
        }
        CliFormat::Text => {
            for week in dates.chunks(DAYS_PER_TABLE) {
                out.write_all(self::week_table(&planner, week[0], week.len(), lang).as_bytes())?;
            }
        }
    }
    Ok(code)
}

/// Prints the changes between two plans, in sentences or as JSON.
fn print_changes(
    changes: &[PlanChange],
    title: &dyn Fn(&Id) -> String,
    days: i64,
    lang: Lang,
    format: CliFormat,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if format == CliFormat::Json {
        serde_json::to_writer_pretty(&mut out, changes)?;
        return writeln!(out);
    }
    if changes.is_empty() {
        return writeln!(out, "{}", PlanText::NothingChanges { days: days.into() }.localized(lang));
    }
    writeln!(out, "{}", PlanText::ChangesHeading { days: days.into() }.localized(lang))?;
    for sentence in change_sentences(changes, title, lang) {
        writeln!(out, "{sentence}")?;
    }
    Ok(())
}

/// Returns the plan of one date as text.
fn day_text(date: NaiveDate, plan: &Plan, schedule: &Schedule, lang: Lang) -> String {
    let mut out = format!("{}\n", TableText::Day { date: format_date(date, lang) }.localized(lang));
    if plan.airings.is_empty() {
        out.push_str(&format!("{}\n\n", TableText::NothingPlanned {}.localized(lang)));
        return out;
    }
    let headings =
        [TableText::Time {}, TableText::Length {}, TableText::Session {}, TableText::Topic {}, TableText::Title {}];
    let mut rows = vec![headings.iter().map(|heading| heading.localized(lang).to_string()).collect::<Vec<_>>()];
    for airing in &plan.airings {
        rows.push(vec![
            airing.start.format("%H:%M:%S").to_string(),
            format_seconds(airing.duration_ms, lang),
            strip_unprintable(schedule.session_title(&airing.session).unwrap_or(airing.session.as_str())),
            airing.topic.map_or("-".to_owned(), |t| t.to_string()),
            title_text(airing, lang),
        ]);
    }
    out.push_str(&align_columns(&rows, &[1]));
    let audible_airings = plan.airings.iter().filter(|a| a.ineligible_reason().is_none() && !a.is_relay());
    let total_ms = audible_airings.map(|a| a.duration_ms).sum::<i64>();
    out.push_str(&format!(
        "{}: {}\n\n",
        TableText::Length {}.localized(lang),
        format_in_words((total_ms + 500) / 1000, lang)
    ));
    out
}

/// Returns the title of an airing. If it is known that the airing will be missed, the reason follows the title.
fn title_text(airing: &Airing, lang: Lang) -> String {
    let title = strip_unprintable(&airing.title);
    let reason = airing.ineligible_reason().map(Reason::from);
    match reason {
        Some(reason) => PlanText::MissedBecause { title, why: reason_text(reason).localized(lang).to_string() }
            .localized(lang)
            .to_string(),
        None if airing.is_relay() => PlanText::RelaySlot { title }.localized(lang).to_string(),
        None => title,
    }
}
