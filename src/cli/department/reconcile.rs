//! `loa reconcile`: compares the airings of a station on one date with its plan.
use std::io::{self, Write};
use std::path::PathBuf;

use chrono::{DateTime, FixedOffset, NaiveDate};
use chrono_tz::Tz;
use clap::Args;
use serde_json::json;

use super::indexed_store::{IndexedStore, open_indexed_store};
use super::store::report_store_failure;
use crate::cli::args::{CliFormat, DateArg, YearChoice};
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, fail};
use crate::cli::synchronised_clock::synchronised_now;
use crate::cli::table::{align_columns, format_hms, format_seconds, strip_unprintable};
use crate::cli::today::today_in;
use crate::department::index::IndexError;
use crate::department::registry::accepted::RegistryDifference;
use crate::department::report::fact::FactState;
use crate::department::report::figures;
use crate::department::report::labels::result_and_reason;
use crate::department::report::period::DateRange;
use crate::department::report::reconcile::{DayAiring, OperatorEvent, StationDay};
use crate::proof::origin::station_in_origin;
use crate::text::department::{DepartmentText, UnknownDayText};
use crate::text::log::TableText;
use crate::text::proof::FaultText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// Arguments of `loa reconcile`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct ReconcileArgs {
    pub store: PathBuf,
    #[arg(value_name = "STATION")]
    pub station_id: String,
    #[arg(long)]
    pub date: DateArg,
    #[arg(long, value_enum, default_value = "text")]
    pub format: CliFormat,
}

/// Runs `loa reconcile`.
///
/// # Errors
/// If standard output cannot be written, or the witness's stored state cannot be read or written.
pub fn run(args: &ReconcileArgs, lang: Lang) -> io::Result<u8> {
    let (store, station) = (args.store.as_path(), args.station_id.as_str());
    let date = args.date.resolve(today_in(Tz::Asia__Ho_Chi_Minh), YearChoice::Past);
    let indexed_store = match open_indexed_store(store, false, lang)? {
        Ok(indexed_store) => indexed_store,
        Err(code) => return Ok(code),
    };
    if !indexed_store.registry.stations.keys().any(|id| id.as_str() == station) {
        return Ok(fail(DepartmentText::NoSuchStation { station: station.to_owned() }.to_plain(lang), EXIT_PROBLEMS));
    }
    let range = DateRange { from: date, until: date };
    let ReconciledDay { day, unknown_reason, collected_until } = match read_day(&indexed_store, station, range) {
        Ok(reconciled_day) => reconciled_day,
        Err(e) => {
            return Ok(report_store_failure(&store.display().to_string(), &io::Error::other(e.to_string()), lang));
        }
    };
    let is_day_known = unknown_reason.is_none() && collected_until.is_none();
    match args.format {
        CliFormat::Json => writeln!(io::stdout(), "{}", day_json(&day, unknown_reason.as_ref(), collected_until))?,
        CliFormat::Text => {
            let remark = match (unknown_reason, collected_until) {
                (Some(reason), _) => Some(DepartmentText::DayUnknown { reason }),
                (None, until) => until.map(|until| part_collected_text(until, &day)),
            };
            io::stdout().write_all(day_text(&day, remark, station, date, lang).as_bytes())?;
        }
    }
    let all_aired = day.planned.iter().all(|airing| airing.fact.state == FactState::Aired);
    Ok(if all_aired && is_day_known && indexed_store.has_no_findings() { EXIT_OK } else { EXIT_PROBLEMS })
}

/// The day of a station, and how much of it is known.
struct ReconciledDay {
    day: StationDay,
    /// The reason why nothing is known about the day's plan; `None` if the plan is known.
    unknown_reason: Option<UnknownDayText>,
    /// The time of the newest collected entry, if it is not after the day: what followed on that day is not known.
    collected_until: Option<DateTime<FixedOffset>>,
}

/// Reads the day of the station.
fn read_day(store: &IndexedStore, station: &str, range: DateRange) -> Result<ReconciledDay, IndexError> {
    let mut context = store.index.query_context(&[range], &store.registry, synchronised_now())?;
    let (airings, events) = store.index.station_airings_and_events(&mut context, station, range)?;
    let day = StationDay::new(airings, events);
    let report_context = &context.report_context;
    let is_logged = report_context.logged_days.get(station).is_some_and(|days| days.contains(&range.from));
    if is_logged || !day.planned.is_empty() {
        let logs = report_context.evidence.iter().filter(|log| log.station == station);
        let times = logs.filter_map(|log| DateTime::parse_from_rfc3339(log.newest_at.as_deref()?).ok());
        let collected_until = times.max().filter(|newest| newest.date_naive() <= range.until);
        return Ok(ReconciledDay { day, unknown_reason: None, collected_until });
    }
    let is_of_station = |origin: &str| station_in_origin(origin) == Some(station);
    let altered = store.altered_logs.iter().find(|(origin, _)| is_of_station(origin)).map(|(_, fault)| fault.clone());
    let is_disputed = || store.differences.iter().filter_map(RegistryDifference::disputed_log).any(is_of_station);
    let fault = altered.or_else(|| is_disputed().then_some(FaultText::NotAccepted {}));
    let reason = match (fault, store.index.planned_dates(Some(station))?) {
        (Some(fault), _) => UnknownDayText::LogNotCounted { fault },
        (None, Some(planned)) if planned.contains(range.from) => UnknownDayText::NoPlanOfDay {},
        (None, Some(planned)) => UnknownDayText::OutsideLog {
            from: figures::format_date(planned.from),
            until: figures::format_date(planned.until),
        },
        (None, None) if report_context.evidence.iter().any(|log| log.station == station) => UnknownDayText::NoPlans {},
        (None, None) => UnknownDayText::NeverCollected {},
    };
    Ok(ReconciledDay { day, unknown_reason: Some(reason), collected_until: None })
}

/// Returns the sentence about a day whose log ends before the day does.
fn part_collected_text(until: DateTime<FixedOffset>, day: &StationDay) -> DepartmentText {
    let unknown_count = day.planned.iter().filter(|airing| airing.fact.state == FactState::Unknown).count();
    DepartmentText::PartCollected {
        time: until.format("%H:%M").to_string(),
        date: figures::format_date(until.date_naive()),
        count: unknown_count.into(),
    }
}

/// Returns the time of day of an RFC 3339 instant, or a dash if there is none.
fn time_of_day(at: Option<&str>) -> String {
    at.and_then(|at| at.get(11..19)).unwrap_or("–").to_owned()
}

fn table_row(airing: &DayAiring, operator: String, lang: Lang) -> Vec<String> {
    let fact = &airing.fact;
    let (result, reason) = result_and_reason(fact.state, lang);
    let format_ms = |ms: i64| if ms < 60_000 { format_seconds(ms, lang) } else { format_hms(ms) };
    let at = airing.planned_at.as_deref().or_else(|| airing.id.split_once('@').map(|(_, at)| at));
    let cells = [
        time_of_day(at),
        airing.title.clone(),
        result,
        reason,
        format_ms(fact.planned_ms),
        format_ms(fact.played_ms),
        fact.late_us.map_or_else(|| "–".to_owned(), |late| figures::format_late_ms(late.div_euclid(1000), lang)),
        operator,
        airing.entry.map_or_else(|| "–".to_owned(), |entry| entry.to_string()),
        airing.id.clone(),
    ];
    cells.iter().map(|cell| strip_unprintable(cell)).collect()
}

fn day_text(day: &StationDay, remark: Option<DepartmentText>, station: &str, date: NaiveDate, lang: Lang) -> String {
    let department_text = |text: DepartmentText| text.localized(lang).to_string();
    let report_text = |text: ReportText| text.localized(lang).to_string();
    let mut text = format!(
        "{}\n",
        department_text(DepartmentText::DayOf { station: station.to_owned(), date: figures::format_date(date) })
    );
    let headings = |operator_heading: String| {
        vec![
            report_text(ReportText::PlannedAt {}),
            report_text(ReportText::Segment {}),
            report_text(ReportText::Result {}),
            report_text(ReportText::Reason {}),
            report_text(ReportText::PlannedLength {}),
            report_text(ReportText::PlayedLength {}),
            report_text(ReportText::LateSeconds {}),
            operator_heading,
            report_text(ReportText::Entry {}),
            "id".to_owned(),
        ]
    };
    text.push_str(&format!("\n{}\n", department_text(DepartmentText::PlannedHeading {})));
    let is_unknown = matches!(remark, Some(DepartmentText::DayUnknown { .. }));
    if let Some(remark) = remark {
        text.push_str(&format!("{}\n", department_text(remark)));
    }
    if !is_unknown && day.planned.is_empty() {
        text.push_str(&format!("{}\n", TableText::NothingPlanned {}.localized(lang)));
    } else if !is_unknown {
        let mut rows = vec![headings(String::new())];
        rows.extend(day.planned.iter().map(|airing| table_row(airing, String::new(), lang)));
        text.push_str(&align_columns(&rows, &[4, 5, 6, 8]));
    }
    text.push_str(&format!("\n{}\n", department_text(DepartmentText::UnplannedHeading {})));
    if day.unplanned.is_empty() {
        text.push_str(&format!("{}\n", department_text(DepartmentText::NothingUnplanned {})));
    } else {
        let mut rows = vec![headings(department_text(DepartmentText::Who {}))];
        let operator = |event: &Option<OperatorEvent>| event.as_ref().map_or("–", |event| &event.operator).to_owned();
        rows.extend(day.unplanned.iter().map(|(airing, event)| table_row(airing, operator(event), lang)));
        text.push_str(&align_columns(&rows, &[4, 5, 6, 8]));
    }
    if !day.events.is_empty() {
        text.push_str(&format!("\n{}\n", department_text(DepartmentText::OrdersAndNotes {})));
        let rows: Vec<Vec<String>> = day.events.iter().map(event_row).collect();
        text.push_str(&align_columns(&rows, &[]));
    }
    text.push_str(&format!("\n{}\n", ReportText::Limits {}.localized(lang)));
    text
}

fn event_row(event: &OperatorEvent) -> Vec<String> {
    let (at, operator) = (time_of_day(Some(&event.at)), event.operator.clone());
    let cells = [at, event.action.clone(), event.subject.clone(), event.text.clone(), operator];
    cells.iter().map(|cell| strip_unprintable(cell)).collect()
}

fn day_json(
    day: &StationDay,
    unknown_reason: Option<&UnknownDayText>,
    collected_until: Option<DateTime<FixedOffset>>,
) -> serde_json::Value {
    let airing_json = |airing: &DayAiring| {
        let (result, reason) = match airing.fact.state {
            FactState::Aired => ("aired", None),
            FactState::Partial(reason) => ("partial", Some(reason)),
            FactState::Missed(reason) => ("missed", Some(reason)),
            FactState::Level0 => ("level0", None),
            FactState::Implausible => ("implausible", None),
            FactState::Unknown => ("unknown", None),
            FactState::Unplanned => ("unplanned", None),
            FactState::UnplannedNotCounted => ("unplanned-silent", None),
        };
        let reason =
            reason.map(|reason| reason.map_or_else(|| "other".to_owned(), crate::airlog::outcome::Reason::code));
        json!({
            "id": airing.id, "planned_at": airing.planned_at, "segment": airing.segment, "title": airing.title,
            "result": result, "reason": reason, "planned_ms": airing.fact.planned_ms,
            "played_ms": airing.fact.played_ms, "late_us": airing.fact.late_us, "doubt": airing.implausibility_code,
            "log": airing.log, "entry": airing.entry,
        })
    };
    let event_json = |event: &OperatorEvent| {
        json!({
            "at": event.at, "action": event.action, "subject": event.subject, "who": event.operator, "text": event.text,
            "entry": event.entry,
        })
    };
    let unplanned = day
        .unplanned
        .iter()
        .map(|(airing, event)| json!({ "airing": airing_json(airing), "order": event.as_ref().map(event_json) }));
    json!({
        "unknown": unknown_reason.map(|reason| reason.localized(Lang::En).to_string()),
        "collected_until": collected_until.map(|until| until.to_rfc3339()),
        "planned": day.planned.iter().map(airing_json).collect::<Vec<_>>(),
        "unplanned": unplanned.collect::<Vec<_>>(),
        "events": day.events.iter().map(event_json).collect::<Vec<_>>(),
    })
}
