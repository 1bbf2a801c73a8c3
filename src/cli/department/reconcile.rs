//! `loa reconcile`: compares one day of a station with its plan, airing by airing.
use std::io::{self, Write};
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use serde_json::json;

use super::indexed_store::open_indexed_store;
use super::store::report_store_failure;
use crate::cli::args::{CliFormat, parse_date};
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, fail};
use crate::cli::synchronised_clock::synchronised_now;
use crate::cli::table::{align_columns, format_clock, format_seconds, strip_unprintable};
use crate::department::report::fact::FactState;
use crate::department::report::figures;
use crate::department::report::labels::state_words;
use crate::department::report::period::DateRange;
use crate::department::report::reconcile::{DayAiring, OperatorEvent, StationDay};
use crate::text::department::DepartmentText;
use crate::text::log::TableText as Book;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// Arguments of `loa reconcile`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct ReconcileArgs {
    pub store: PathBuf,
    #[arg(value_name = "STATION")]
    pub station_id: String,
    #[arg(long, value_parser = parse_date)]
    pub date: NaiveDate,
    #[arg(long, value_enum, default_value = "text")]
    pub format: CliFormat,
}

/// Runs `loa reconcile`.
///
/// # Errors
/// When standard output or the witness's memory fails.
pub fn run(args: &ReconcileArgs, lang: Lang) -> io::Result<u8> {
    let (store, station, date) = (args.store.as_path(), args.station_id.as_str(), args.date);
    let desk = match open_indexed_store(store, false, lang)? {
        Ok(desk) => desk,
        Err(code) => return Ok(code),
    };
    if !desk.registry.stations.keys().any(|id| id.as_str() == station) {
        return Ok(fail(DepartmentText::NoSuchStation { station: station.to_owned() }.to_plain(lang), EXIT_PROBLEMS));
    }
    let range = DateRange { from: date, until: date };
    let read = desk
        .index
        .query_context(&[range], &desk.registry, synchronised_now())
        .and_then(|mut asked| desk.index.station_day(&mut asked, station, range));
    let (items, deeds) = match read {
        Ok(read) => read,
        Err(e) => {
            return Ok(report_store_failure(&store.display().to_string(), &io::Error::other(e.to_string()), lang));
        }
    };
    let day = StationDay::new(items, deeds);
    match args.format {
        CliFormat::Json => writeln!(io::stdout(), "{}", as_json(&day))?,
        CliFormat::Text => io::stdout().write_all(as_text(&day, station, date, lang).as_bytes())?,
    }
    // The exit code answers whether everything was aired as planned.
    let whole = day.planned.iter().all(|item| item.fact.state == FactState::Aired);
    Ok(if whole && desk.has_no_findings() { EXIT_OK } else { EXIT_PROBLEMS })
}

fn time(at: Option<&str>) -> String {
    at.and_then(|at| at.get(11..19)).unwrap_or("–").to_owned()
}

fn row(item: &DayAiring, who: String, lang: Lang) -> Vec<String> {
    let fact = &item.fact;
    let (result, reason) = state_words(fact.state, lang);
    let ms = |ms: i64| if ms < 60_000 { format_seconds(ms, lang) } else { format_clock(ms) };
    let at = item.planned_at.as_deref().or_else(|| item.id.split_once('@').map(|(_, at)| at));
    let cells = [
        time(at),
        item.title.clone(),
        result,
        reason,
        ms(fact.planned_ms),
        ms(fact.played_ms),
        fact.late_us.map_or_else(|| "–".to_owned(), |late| late.div_euclid(1000).to_string()),
        who,
        item.entry.map_or_else(|| "–".to_owned(), |entry| entry.to_string()),
        item.id.clone(),
    ];
    cells.iter().map(|cell| strip_unprintable(cell)).collect()
}

fn as_text(day: &StationDay, station: &str, date: NaiveDate, lang: Lang) -> String {
    let say = |word: DepartmentText| word.localized(lang).to_string();
    let paper = |word: ReportText| word.localized(lang).to_string();
    let mut said =
        format!("{}\n", say(DepartmentText::DayOf { station: station.to_owned(), date: figures::date(date) }));
    let head = |who: String| {
        vec![
            paper(ReportText::PlannedAt {}),
            paper(ReportText::Segment {}),
            paper(ReportText::Result {}),
            paper(ReportText::Reason {}),
            paper(ReportText::Planned {}),
            paper(ReportText::Aired {}),
            paper(ReportText::LateMs {}),
            who,
            paper(ReportText::Entry {}),
            "id".to_owned(),
        ]
    };
    said.push_str(&format!("\n{}\n", say(DepartmentText::PlannedAgainst {})));
    if day.planned.is_empty() {
        said.push_str(&format!("{}\n", Book::NothingPlanned {}.localized(lang)));
    } else {
        let mut rows = vec![head(String::new())];
        rows.extend(day.planned.iter().map(|item| row(item, String::new(), lang)));
        said.push_str(&align_columns(&rows, &[4, 5, 6, 8]));
    }
    said.push_str(&format!("\n{}\n", say(DepartmentText::AiredAgainst {})));
    if day.unplanned.is_empty() {
        said.push_str(&format!("{}\n", say(DepartmentText::NothingUnplanned {})));
    } else {
        let mut rows = vec![head(say(DepartmentText::Who {}))];
        let who = |deed: &Option<OperatorEvent>| deed.as_ref().map_or_else(|| "–".to_owned(), |deed| deed.who.clone());
        rows.extend(day.unplanned.iter().map(|(item, deed)| row(item, who(deed), lang)));
        said.push_str(&align_columns(&rows, &[4, 5, 6, 8]));
    }
    if !day.events.is_empty() {
        said.push_str(&format!("\n{}\n", say(DepartmentText::Deeds {})));
        let rows: Vec<Vec<String>> = day
            .events
            .iter()
            .map(|deed| {
                let cells = [
                    time(Some(&deed.at)),
                    deed.action.clone(),
                    deed.subject.clone(),
                    deed.text.clone(),
                    deed.who.clone(),
                ];
                cells.iter().map(|cell| strip_unprintable(cell)).collect()
            })
            .collect();
        said.push_str(&align_columns(&rows, &[]));
    }
    said.push_str(&format!("\n{}\n", ReportText::Limits {}.localized(lang)));
    said
}

fn as_json(day: &StationDay) -> serde_json::Value {
    let item = |item: &DayAiring| {
        let (result, reason) = match item.fact.state {
            FactState::Aired => ("aired", None),
            FactState::Partial(reason) => ("partial", Some(reason)),
            FactState::Missed(reason) => ("missed", Some(reason)),
            FactState::Level0 => ("level0", None),
            FactState::Implausible => ("implausible", None),
            FactState::Unknown => ("unknown", None),
            FactState::Unplanned => ("unplanned", None),
            FactState::UnplannedSilent => ("unplanned-silent", None),
        };
        let reason =
            reason.map(|reason| reason.map_or_else(|| "other".to_owned(), crate::airlog::outcome::Reason::code));
        json!({
            "id": item.id, "planned_at": item.planned_at, "segment": item.segment, "title": item.title,
            "result": result, "reason": reason, "planned_ms": item.fact.planned_ms, "played_ms": item.fact.played_ms,
            "late_us": item.fact.late_us, "doubt": item.doubt, "log": item.log, "entry": item.entry,
        })
    };
    let deed = |deed: &OperatorEvent| {
        json!({
            "at": deed.at, "action": deed.action, "subject": deed.subject, "who": deed.who, "text": deed.text,
            "entry": deed.entry,
        })
    };
    let unplanned =
        day.unplanned.iter().map(|(one, begun)| json!({ "airing": item(one), "order": begun.as_ref().map(deed) }));
    json!({
        "planned": day.planned.iter().map(item).collect::<Vec<_>>(),
        "unplanned": unplanned.collect::<Vec<_>>(),
        "events": day.events.iter().map(deed).collect::<Vec<_>>(),
    })
}
