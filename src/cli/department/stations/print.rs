//! Prints the stations and the work list as text, JSON and CSV.
use serde_json::{Value, json};

use super::StationsFormat;
use crate::cli::table::align_columns;
use crate::department::report::incident_list::station_cell;
use crate::department::report::labels::station_label;
use crate::department::report::section_csv::to_csv;
use crate::department::stations::duty::{Duty, DutyRow};
use crate::department::stations::wording::{due_text, duty_text, format_time, state_text};
use crate::department::stations::{StationRow, StationState};
use crate::text::count::Grouped;
use crate::text::stations::StationsText;
use crate::text::{Lang, Localize, print_stderr, strip_unprintable};

/// The columns of the stations in CSV, and their keys in JSON.
const STATION_COLUMNS: [&str; 14] = [
    "station",
    "name",
    "place",
    "logs",
    "newest",
    "state",
    "detail",
    "silent_since",
    "silent_days",
    "version",
    "due_from",
    "due_until",
    "due",
    "overdue",
];
/// The columns of the work list in CSV, and their keys in JSON.
const DUTY_COLUMNS: [&str; 5] = ["station", "name", "duty", "what", "contact"];

fn localize(text: &StationsText, lang: Lang) -> String {
    text.to_plain(lang)
}

/// Prints that targets are not considered.
pub(super) fn targets_unused(store: &str, lang: Lang) {
    print_stderr!("{}", StationsText::TargetsUnused { store: store.to_owned() }.to_plain(lang));
}

/// Returns the table of the stations.
pub(super) fn stations(rows: &[StationRow], format: StationsFormat, store: &str, lang: Lang) -> String {
    match format {
        StationsFormat::Text => stations_text(rows, store, lang),
        StationsFormat::Json => json_text(&station_columns(), rows.iter().map(|row| station_values(row, Lang::En))),
        StationsFormat::Csv => csv_text(&station_columns(), rows.iter().map(|row| station_values(row, lang))),
    }
}

/// Returns the work list.
pub(super) fn duties(rows: &[DutyRow], format: StationsFormat, store: &str, lang: Lang) -> String {
    match format {
        StationsFormat::Text => duties_text(rows, store, lang),
        StationsFormat::Json => json_text(&DUTY_COLUMNS, rows.iter().map(|row| duty_values(row, Lang::En))),
        StationsFormat::Csv => csv_text(&DUTY_COLUMNS, rows.iter().map(|row| duty_values(row, lang))),
    }
}

fn station_columns() -> Vec<&'static str> {
    STATION_COLUMNS.into_iter().chain(["contact"]).collect()
}

fn stations_text(rows: &[StationRow], store: &str, lang: Lang) -> String {
    let headings = [
        StationsText::Station {},
        StationsText::State {},
        StationsText::Newest {},
        StationsText::SilentSince {},
        StationsText::Due {},
        StationsText::Contact {},
        StationsText::Place {},
        StationsText::Logs {},
        StationsText::Program {},
    ];
    let mut table = vec![headings.iter().map(|text| localize(text, lang)).collect::<Vec<_>>()];
    table.extend(rows.iter().map(|row| {
        let dash = || "–".to_owned();
        let facts = &row.facts;
        let cells = [
            station_label(&facts.station, &facts.name),
            state_text(row, lang),
            facts.newest_at.map_or_else(dash, format_time),
            row.silence.map_or_else(dash, |silence| silence.since.format("%d/%m/%Y").to_string()),
            row.hand_in.map_or_else(dash, |hand_in| due_text(hand_in, lang)),
            contact_cell(&facts.contact, lang),
            facts.place.clone(),
            facts.log_count.to_string(),
            facts.program.clone().unwrap_or_else(dash),
        ];
        cells.iter().map(|cell| strip_unprintable(cell)).collect()
    }));
    let bad = rows.iter().filter(|row| row.state != StationState::Whole).count();
    let summary = StationsText::Summary { stations: Grouped(rows.len().into()), bad: Grouped(bad.into()) };
    let mut text = format!("{}\n{}\n", align_columns(&table, &[7]), localize(&summary, lang));
    if bad > 0 {
        text.push_str(&format!("{}\n", localize(&StationsText::TodoHint { store: store.to_owned() }, lang)));
    }
    text
}

/// Returns the values of the columns of a station.
fn station_values(row: &StationRow, lang: Lang) -> Vec<Value> {
    let facts = &row.facts;
    let date = |date: chrono::NaiveDate| date.to_string();
    vec![
        json!(facts.station),
        json!(facts.name),
        json!(facts.place),
        json!(facts.log_count),
        json!(facts.newest_at.map(|at| at.to_rfc3339())),
        json!(row.state.code()),
        json!(state_text(row, lang)),
        json!(row.silence.map(|silence| silence.since.to_rfc3339())),
        json!(row.silence.map(|silence| silence.days)),
        json!(facts.program),
        json!(row.hand_in.map(|hand_in| date(hand_in.month.from))),
        json!(row.hand_in.map(|hand_in| date(hand_in.month.until))),
        json!(row.hand_in.map(|hand_in| date(hand_in.due))),
        json!(row.hand_in.map(|hand_in| hand_in.is_overdue)),
        json!(facts.contact),
    ]
}

fn duties_text(rows: &[DutyRow], store: &str, lang: Lang) -> String {
    let mut text = format!("{}\n", localize(&StationsText::TodoHeading {}, lang));
    if rows.is_empty() {
        return format!("{text}{}\n", localize(&StationsText::NothingToDo {}, lang));
    }
    let headings = [StationsText::Station {}, StationsText::Contact {}, StationsText::ToDo {}];
    let mut table = vec![headings.iter().map(|text| localize(text, lang)).collect::<Vec<_>>()];
    table.extend(rows.iter().map(|row| {
        // Nobody is to be called about an incident that belongs to no station.
        let contact = match row.duty {
            Duty::Unattributed(_) => "–".to_owned(),
            _ => contact_cell(&row.contact, lang),
        };
        let cells = [duty_station(row, lang), contact, duty_text(&row.duty, lang)];
        cells.iter().map(|cell| strip_unprintable(cell)).collect()
    }));
    text.push_str(&align_columns(&table, &[]));
    let count = StationsText::TodoCount { rows: Grouped(rows.len().into()) };
    text.push_str(&format!("\n{}\n", localize(&count, lang)));
    if rows.iter().any(|row| row.contact.is_empty() && !row.station.is_empty()) {
        text.push_str(&format!("{}\n", localize(&StationsText::ContactHint { store: store.to_owned() }, lang)));
    }
    text
}

/// Returns the values of the columns of a duty.
fn duty_values(row: &DutyRow, lang: Lang) -> Vec<Value> {
    vec![
        json!(row.station),
        json!(row.name),
        json!(row.duty.code()),
        json!(duty_text(&row.duty, lang)),
        json!(row.contact),
    ]
}

fn duty_station(row: &DutyRow, lang: Lang) -> String {
    match &row.duty {
        Duty::Unattributed(listed) => station_cell(listed, lang),
        _ => station_label(&row.station, &row.name),
    }
}

fn contact_cell(contact: &str, lang: Lang) -> String {
    if contact.is_empty() { localize(&StationsText::NoContact {}, lang) } else { contact.to_owned() }
}

/// Returns rows as a list of objects.
fn json_text(columns: &[&str], rows: impl Iterator<Item = Vec<Value>>) -> String {
    let object = |values: Vec<Value>| {
        let pairs = columns.iter().map(|column| (*column).to_owned()).zip(values);
        Value::Object(pairs.collect())
    };
    format!("{}\n", Value::Array(rows.map(object).collect()))
}

/// Returns rows as CSV. A missing value is an empty cell.
fn csv_text(columns: &[&str], rows: impl Iterator<Item = Vec<Value>>) -> String {
    let cell = |value: Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        Value::Bool(flag) => u8::from(flag).to_string(),
        value => value.to_string(),
    };
    to_csv(&columns.join(","), rows.map(|values| values.into_iter().map(cell).collect()))
}
