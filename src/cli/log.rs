//! `loa log`: the airing log for people, as the page of a log book.
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

use chrono::{Datelike, Months, NaiveDate};
use serde_json::{Map, Value};

use super::table::{clock_length, columns, plain, seconds_length, spoken_length};
use super::words::{fault, reason_word, result_word};
use super::{CONFIG, LogFormat, OK, PROBLEMS};
use crate::airlog::LOG;
use crate::airlog::entry::{Outcome, Reason, UNTRIED};
use crate::airlog::record::{LineError, Reader, Record};
use crate::airlog::seal::CHECKPOINT;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::archive::judge::{judge_path, processors};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::headcode::head_code;
use crate::proof::note::{MAX_NOTE, Note};
use crate::proof::tree::{Range, leaf_hash};
use crate::proof::verify::{Policy, Wrong};
use crate::text::cli::{Usage, with_hint};
use crate::text::log::Table;
use crate::text::proof::Proof;
use crate::text::{Lang, Say, cell, complain};

/// What was read of a log.
#[derive(Default)]
pub struct Page {
    /// The entries of the asked time, in their order.
    pub records: Vec<Record>,
    /// The station's name, from the genesis entry.
    pub name: String,
    /// Whether it is a rehearsal's.
    pub rehearsal: bool,
    /// Where the log could not be read on.
    pub damage: Option<LineError>,
    /// The head code at the end of each date, and how many entries it covers.
    pub codes: BTreeMap<NaiveDate, (String, u64)>,
    /// What is wrong with the log beneath it, if it is not as the station signed it: such a page has no head code.
    pub not_whole: Option<Wrong>,
    /// The entries as they stand in the log, for machines: filled when asked for.
    rows: Vec<Map<String, Value>>,
}

/// Which entries are kept as they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rows {
    None,
    Outcomes,
    All,
}

/// Reads the entries that belong to the dates `from` to `until`, both inclusive: outcomes by their planned date.
///
/// # Errors
/// When the log cannot be opened.
pub fn read(airlog: &Path, from: NaiveDate, until: NaiveDate) -> io::Result<Page> {
    read_from(&FolderStorage::new(airlog.to_owned()), from, until)
}

/// The same from any storage.
///
/// # Errors
/// When they cannot be read.
pub fn read_from<S: Storage>(storage: &S, from: NaiveDate, until: NaiveDate) -> io::Result<Page> {
    read_rows(storage, from, until, Rows::None)
}

fn read_rows<S: Storage>(storage: &S, from: NaiveDate, until: NaiveDate, rows: Rows) -> io::Result<Page> {
    let mut page = Page::default();
    let mut reader = Reader::new(storage)?;
    let mut codes = Codes::new(storage)?;
    loop {
        match reader.next_record() {
            Ok(Some(record)) => {
                if record.kind == "genesis" {
                    page.name = record.body.name.clone().unwrap_or_default();
                    page.rehearsal = record.body.origin.as_deref().is_some_and(|o| o.starts_with("rehearsal/"));
                }
                codes.take(&record, &reader.line, &mut page);
                let day = date_of(&record);
                if from <= day && day <= until {
                    if rows == Rows::All || rows == Rows::Outcomes && record.kind == "outcome" {
                        page.rows.extend(serde_json::from_slice::<Map<String, Value>>(&reader.line));
                    }
                    page.records.push(record);
                }
            }
            Ok(None) => return Ok(page),
            // The running daemon may be in the middle of its newest line.
            Err(LineError::Unfinished { .. }) => return Ok(page),
            Err(LineError::Io(e)) => return Err(e),
            Err(error) => {
                page.damage = Some(error);
                return Ok(page);
            }
        }
    }
}

/// Finds the head code at the end of each date, as far as the log is signed.
struct Codes {
    range: Range,
    signed: u64,
}

impl Codes {
    fn new<S: Storage>(storage: &S) -> io::Result<Self> {
        let head = storage.read_all(CHECKPOINT, MAX_NOTE as u64)?;
        let signed = head.and_then(|head| Some(Checkpoint::parse(&Note::parse(&head)?.text)?.size));
        Ok(Self { range: Range::default(), signed: signed.unwrap_or(0) })
    }

    fn take(&mut self, record: &Record, line: &[u8], page: &mut Page) {
        if record.seq < self.signed && !page.rehearsal {
            self.range.push(leaf_hash(line));
            page.codes.insert(record.at.date_naive(), (head_code(&self.range.root()), self.range.size()));
        }
    }
}

/// The date whose page an entry belongs on: a session's own date, else the day it was written.
fn date_of(record: &Record) -> NaiveDate {
    let own = record.body.id.as_deref().and_then(|id| id.split_once('@'));
    let own = own.and_then(|(_, rest)| rest.get(..10)?.parse().ok());
    own.filter(|_| matches!(record.kind.as_str(), "start" | "outcome")).unwrap_or(record.at.date_naive())
}

/// `loa log`.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(
    station: &Path,
    lang: Option<Lang>,
    date: Option<NaiveDate>,
    month: Option<NaiveDate>,
    format: LogFormat,
    all: bool,
) -> io::Result<u8> {
    let (from, until) = match (date, month) {
        (Some(day), _) => (day, day),
        (None, Some(first)) => (first, first + Months::new(1) - chrono::TimeDelta::days(1)),
        (None, None) => (NaiveDate::MIN, NaiveDate::MAX),
    };
    let airlog = if station.join(LOG).is_file() { station.to_owned() } else { station.join("airlog") };
    let lang = lang.unwrap_or_else(|| super::words::station_language(station));
    if !station.is_dir() {
        let text = Usage::NotAStation { path: station.display().to_string() };
        complain!("{}", with_hint(&text, &Usage::MakeOne {}, lang));
        return Ok(CONFIG);
    }
    let rows = match format {
        LogFormat::Text => Rows::None,
        _ if all => Rows::All,
        _ => Rows::Outcomes,
    };
    // Judged first: what is read after that can only have grown, or is no part of the signed head.
    let not_whole = judge_path(&airlog, &Policy::default(), processors())?.wrong.into_iter().find(spoils_the_page);
    let mut page = read_rows(&FolderStorage::new(airlog), from, until, rows)?;
    page.not_whole = not_whole;
    let mut out = io::stdout().lock();
    match format {
        LogFormat::Text => out.write_all(text(&page, lang).as_bytes())?,
        LogFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &page.rows)?;
            writeln!(out)?;
        }
        LogFormat::Csv => write_csv(&page.rows, &mut out)?,
    }
    if let (Some(wrong), true) = (&page.not_whole, format != LogFormat::Text) {
        complain!("{}", plain(&Proof::Changed { fault: fault(wrong) }.say(lang).to_string()));
    }
    if let Some(damage) = &page.damage {
        complain!("{}", Table::LogUnreadable { detail: damage.to_string() }.say(lang));
        return Ok(PROBLEMS);
    }
    Ok(if page.not_whole.is_some() { PROBLEMS } else { OK })
}

/// Whether a fault means that the page is not what the station signed. A station that never ran has no log, a rehearsal
/// says what it is, and kept files are not on the page.
fn spoils_the_page(wrong: &Wrong) -> bool {
    !matches!(
        wrong,
        Wrong::NoLog
            | Wrong::Rehearsal { .. }
            | Wrong::KeptMissing { .. }
            | Wrong::KeptDiffers { .. }
            | Wrong::CosignedForged
    )
}

/// The keys of an `outcome`, first those that most people look for; what else an entry has follows them.
const CSV_HEADERS: [&str; 34] = [
    "seq",
    "id",
    "session",
    "segment",
    "title",
    "planned_at",
    "result",
    "reason",
    "planned_ms",
    "played_ms",
    "frames",
    "rate",
    "late_us",
    "campaign",
    "topic",
    "language",
    "source",
    "sha256",
    "device",
    "level",
    "type",
    "at",
    "boot",
    "boottime_us",
    "clock_synchronised",
    "clock_max_error_us",
    "clock_last_sync_s",
    "priority",
    "file",
    "drift_us",
    "underrun_ms",
    "underruns",
    "volume",
    "detail",
];

/// An entry in one level: objects in it become keys of their own, arrays stay as JSON.
fn flat(row: &Map<String, Value>) -> Map<String, Value> {
    let mut flat = Map::new();
    for (key, value) in row {
        match value {
            Value::Object(inner) => {
                flat.extend(inner.iter().map(|(name, value)| (format!("{key}_{name}"), value.clone())));
            }
            other => drop(flat.insert(key.clone(), other.clone())),
        }
    }
    flat
}

fn write_csv(rows: &[Map<String, Value>], out: impl Write) -> io::Result<()> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    let rows: Vec<Map<String, Value>> = rows.iter().map(flat).collect();
    // The version of the form is the program's business, not the table's.
    let known = |key: &str| key == "v" || CSV_HEADERS.contains(&key);
    let more: BTreeSet<&str> = rows.iter().flat_map(Map::keys).map(String::as_str).filter(|key| !known(key)).collect();
    let headers: Vec<&str> = CSV_HEADERS.into_iter().chain(more).collect();
    csv.write_record(headers.iter().map(|header| cell(header)))?;
    for row in &rows {
        csv.write_record(headers.iter().map(|key| match row.get(*key) {
            Some(Value::String(text)) => cell(text),
            Some(Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        }))?;
    }
    csv.flush()
}

/// The page for people.
#[must_use]
pub fn text(page: &Page, lang: Lang) -> String {
    let mut out = String::new();
    if let Some(wrong) = &page.not_whole {
        out.push_str(&format!("{}\n", plain(&Proof::Changed { fault: fault(wrong) }.say(lang).to_string())));
    }
    if page.rehearsal {
        out.push_str(&format!("*** {} ***\n", Table::Rehearsal {}.say(lang)));
    }
    out.push_str(&format!("{}\n", Table::LogBook { station: plain(&page.name) }.say(lang)));
    let mut days: BTreeMap<NaiveDate, Vec<&Record>> = BTreeMap::new();
    for record in &page.records {
        days.entry(date_of(record)).or_default().push(record);
    }
    days.retain(|_, records| records.iter().any(|r| r.kind == "outcome" || remark(r, lang).is_some()));
    if days.is_empty() {
        out.push_str(&format!("\n{}\n", Table::NothingLogged {}.say(lang)));
        return out;
    }
    for (day, records) in &days {
        let date = match lang {
            Lang::Vi => format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
            Lang::En => day.to_string(),
        };
        out.push_str(&format!("\n{}\n", Table::Day { date }.say(lang)));
        let outcomes: Vec<_> = records.iter().filter(|r| r.kind == "outcome").copied().collect();
        if !outcomes.is_empty() {
            out.push_str(&airings(&outcomes, lang));
            let alone = outcomes.iter().filter(|record| stands_alone(record)).count();
            if alone > 0 {
                out.push_str(&format!("{}\n", Table::ClockAlone { count: alone }.say(lang)));
            }
        }
        for line in records.iter().filter_map(|r| remark(r, lang)) {
            out.push_str(&format!("{}\n", plain(&line)));
        }
        if let Some((code, entries)) = page.codes.get(day).filter(|_| page.not_whole.is_none()) {
            let (code, entries) = (code.clone(), *entries);
            out.push_str(&format!("{}\n", Table::HeadCode { code, entries }.say(lang)));
        }
    }
    out.push_str(&format!(
        "\n{}\n{}\n\n{}\n",
        totals(page, lang),
        Table::WhatItProves {}.say(lang),
        Table::Signature {}.say(lang)
    ));
    out
}

/// The table of airings, in the order of their planned times.
#[must_use]
pub fn airings(outcomes: &[&Record], lang: Lang) -> String {
    let head =
        [Table::Planned {}, Table::Started {}, Table::LateMs {}, Table::Length {}, Table::Outcome {}, Table::Title {}];
    let mut rows = vec![head.iter().map(|h| h.say(lang).to_string()).collect::<Vec<_>>()];
    let mut sorted = outcomes.to_vec();
    sorted.sort_by_key(|r| (r.body.planned_at.unwrap_or(r.at), r.seq));
    rows.extend(sorted.iter().map(|record| airing(record, lang)));
    columns(&rows, &[2, 3])
}

fn airing(record: &Record, lang: Lang) -> Vec<String> {
    let body = &record.body;
    let time = |at: chrono::DateTime<chrono::FixedOffset>| at.format("%H:%M:%S").to_string();
    let planned = body.planned_at.map_or_else(|| Table::Unplanned {}.say(lang).to_string(), time);
    // A star, and a note beneath: nobody stood for this time.
    let star = if stands_alone(record) { "*" } else { "" };
    let started = match (body.planned_at, body.late_us) {
        // To the nearest millisecond: a start 1 us early is not one second early.
        (Some(at), Some(us)) => (at + chrono::TimeDelta::microseconds(us + 500)).format("%H:%M:%S%.3f").to_string(),
        (None, _) => body
            .id
            .as_deref()
            .and_then(|id| id.split_once('T'))
            .map_or("-".to_owned(), |(_, t)| t.chars().take(8).collect()),
        _ => "-".to_owned(),
    } + star;
    let late = body.late_us.map_or("-".to_owned(), |us| decimal_ms(us, lang));
    let outcome = body.result.map_or(String::new(), |r| result_word(r).say(lang).to_string());
    let outcome = match body.reason {
        Some(reason) => format!("{outcome}: {}", reason_word(reason).say(lang)),
        None => outcome,
    };
    let length =
        if body.played_ms < 600_000 { seconds_length(body.played_ms, lang) } else { clock_length(body.played_ms) };
    vec![planned, started, late, length, outcome, plain(&body.title)]
}

/// Whether something of it sounded, and the clock that says when was not synchronised.
fn stands_alone(record: &Record) -> bool {
    record.body.played_ms > 0 && !record.clock.synchronised
}

/// Milliseconds with one decimal: `0,3`.
fn decimal_ms(us: i64, lang: Lang) -> String {
    let tenths = (us.abs() + 50) / 100;
    let sign = if us < 0 && tenths > 0 { "-" } else { "" };
    let comma = if lang == Lang::Vi { ',' } else { '.' };
    format!("{sign}{}{comma}{}", tenths / 10, tenths % 10)
}

/// What else a log book says of a day.
fn remark(record: &Record, lang: Lang) -> Option<String> {
    let body = &record.body;
    let at = record.at.format("%H:%M").to_string();
    let who = || body.who.as_ref().map_or(String::new(), |w| w.name.clone().unwrap_or_else(|| w.uid.to_string()));
    let words = match record.kind.as_str() {
        "boot" => Table::WasOff { at, time: spoken_length(body.off_s.filter(|s| *s >= 60)?, lang) },
        "note" => Table::NoteLine { at, text: body.text.clone().unwrap_or_default(), who: who() },
        "operator" => Table::OrderLine { at, action: order_words(body), who: who() },
        "relay" => {
            let (title, time) = (body.title.clone(), spoken_length((body.held_ms + 500) / 1000, lang));
            match body.reason {
                Some(reason) => Table::RelayCutLine { at, title, time, why: reason_word(reason).say(lang).to_string() },
                None => Table::RelayLine { at, title, time },
            }
        }
        "interrupt" if body.reason == Some(Reason::DeviceLost) => {
            Table::BreakLine { at, id: body.id.clone().unwrap_or_default() }
        }
        "interrupt" => Table::InterruptLine { at, id: body.id.clone().unwrap_or_default() },
        "resume" => Table::ResumeLine { at, id: body.id.clone().unwrap_or_default() },
        "edit" => Table::EditLine { at, count: body.changes.len() + usize::try_from(body.more).unwrap_or(0) },
        "clock-step" => Table::ClockLine { at, by: format!("{:+} s", body.by_us / 1_000_000) },
        "clock-trust" if body.trusted == Some(true) => Table::BeliefLine { at },
        "clock-trust" => Table::DoubtLine { at },
        "amplifier" if body.done == Some(false) => match body.detail.as_deref().unwrap_or_default() {
            UNTRIED => Table::AmplifierUntriedLine { at },
            detail if body.to.as_deref() == Some("on") => Table::AmplifierOnLine { at, detail: plain(detail) },
            detail => Table::AmplifierOffLine { at, detail: plain(detail) },
        },
        "device" if body.state.as_deref() == Some("lost") => Table::LostLine { at },
        "lost" => match body.date {
            Some(date) => Table::PlanLostLine { at, date: super::table::date(date, lang), count: body.lacking },
            None => Table::ScheduleLostLine { at },
        },
        _ => return None,
    };
    Some(words.say(lang).to_string())
}

fn order_words(body: &crate::airlog::record::Fields) -> String {
    let action = body.action.clone().unwrap_or_default();
    body.id.as_ref().map_or(action.clone(), |id| format!("{action} {id}"))
}

fn totals(page: &Page, lang: Lang) -> String {
    let outcomes: Vec<_> = page.records.iter().filter(|r| r.kind == "outcome").collect();
    let planned: Vec<_> = outcomes.iter().filter(|r| r.body.planned_at.is_some()).collect();
    let count = |result| planned.iter().filter(|r| r.body.result == Some(result)).count();
    let length = |ms: i64| spoken_length((ms + 500) / 1000, lang);
    let totals = Table::Totals {
        planned: planned.len(),
        aired: count(Outcome::Aired),
        partial: count(Outcome::Partial),
        missed: count(Outcome::Missed),
        length: length(planned.iter().map(|r| r.body.played_ms).sum()),
    };
    let unplanned: Vec<_> = outcomes.iter().filter(|r| r.body.planned_at.is_none()).collect();
    let mut words = totals.say(lang).to_string();
    if !unplanned.is_empty() {
        let length = length(unplanned.iter().map(|r| r.body.played_ms).sum());
        words.push_str(&format!("\n{}", Table::UnplannedTotals { count: unplanned.len(), length }.say(lang)));
    }
    words
}
