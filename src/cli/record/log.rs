//! `loa log`: the airing log for people, as the page of a log book.
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

use chrono::{Datelike, Months, NaiveDate};
use clap::{Args, ValueEnum};
use serde_json::{Map, Value};

use crate::airlog::LOG;
use crate::airlog::entry::{
    AmplifierEntry, Body, OperatorEntry, Outcome, OutcomeEntry, PeerUser, Reason, RelayEntry, UNTRIED,
};
use crate::airlog::record::{LineError, LogReader, Record};
use crate::airlog::signer::CHECKPOINT;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::cli::args::{StationArg, parse_date, parse_month};
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS};
use crate::cli::table::{align_columns, format_clock, format_seconds, format_spoken, strip_unprintable};
use crate::cli::words::{fault_text, outcome_text, reason_text};
use crate::logstore::verify::{available_threads, verify_path};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::headcode::head_code;
use crate::proof::note::{MAX_NOTE, Note};
use crate::proof::tree::{CompactRange, leaf_hash};
use crate::proof::verify::{VerifyError, VerifyPolicy};
use crate::text::cli::{CliText, with_hint};
use crate::text::log::TableText;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr, spreadsheet_cell};

/// What was read of a log.
#[derive(Default)]
pub struct LogPage {
    /// The entries of the asked time, in their order.
    pub records: Vec<Record>,
    /// The station's name, from the genesis entry.
    pub name: String,
    /// Whether it is a rehearsal's.
    pub rehearsal: bool,
    /// Where the log could not be read on.
    pub damage: Option<LineError>,
    /// The head code at the end of each date, and how many entries it covers.
    pub head_codes: BTreeMap<NaiveDate, (String, u64)>,
    /// What is wrong with the log beneath it, if it is not as the station signed it: such a page has no head code.
    pub fault: Option<VerifyError>,
    /// The entries as they stand in the log, for machines: filled when asked for.
    rows: Vec<Map<String, Value>>,
}

impl LogPage {
    /// What was or was to be aired, in the order in which it was over.
    #[must_use]
    pub fn outcomes(&self) -> Vec<LoggedAiring<'_>> {
        self.records.iter().filter_map(LoggedAiring::of).collect()
    }
}

/// One airing's end.
#[derive(Debug, Clone, Copy)]
pub struct LoggedAiring<'a> {
    /// Its entry.
    pub record: &'a Record,
    /// What that says.
    pub note: &'a OutcomeEntry,
}

impl<'a> LoggedAiring<'a> {
    /// That of an `outcome` entry.
    #[must_use]
    pub fn of(record: &'a Record) -> Option<Self> {
        record.outcome().map(|note| Self { record, note })
    }

    /// Whether something of it sounded, and the clock that says when was not synchronised.
    fn has_unvouched_time(self) -> bool {
        self.note.played_ms > 0 && !self.record.clock.synchronised
    }
}

/// Which entries are kept as they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RawRows {
    None,
    Outcomes,
    All,
}

/// Reads the entries that belong to the dates `from` to `until`, both inclusive: outcomes by their planned date.
///
/// # Errors
/// When the log cannot be opened.
pub fn read(airlog: &Path, from: NaiveDate, until: NaiveDate) -> io::Result<LogPage> {
    read_from(&FolderStorage::new(airlog.to_owned()), from, until)
}

/// The same from any storage.
///
/// # Errors
/// When they cannot be read.
pub fn read_from<S: Storage>(storage: &S, from: NaiveDate, until: NaiveDate) -> io::Result<LogPage> {
    read_rows(storage, from, until, RawRows::None)
}

fn read_rows<S: Storage>(storage: &S, from: NaiveDate, until: NaiveDate, rows: RawRows) -> io::Result<LogPage> {
    let mut page = LogPage::default();
    let mut reader = LogReader::new(storage)?;
    let mut codes = HeadCodes::new(storage)?;
    loop {
        match reader.next_record() {
            Ok(Some(record)) => {
                if let Some(genesis) = record.genesis() {
                    page.name.clone_from(&genesis.name);
                    page.rehearsal = genesis.origin.starts_with("rehearsal/");
                }
                codes.add_entry(&record, &reader.line, &mut page);
                let day = page_date(&record);
                if from <= day && day <= until {
                    if rows == RawRows::All || rows == RawRows::Outcomes && record.kind == "outcome" {
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
struct HeadCodes {
    range: CompactRange,
    signed: u64,
}

impl HeadCodes {
    fn new<S: Storage>(storage: &S) -> io::Result<Self> {
        let head = storage.read_all(CHECKPOINT, MAX_NOTE as u64)?;
        let signed = head.and_then(|head| Some(Checkpoint::parse(&Note::parse(&head)?.text)?.size));
        Ok(Self { range: CompactRange::default(), signed: signed.unwrap_or(0) })
    }

    fn add_entry(&mut self, record: &Record, line: &[u8], page: &mut LogPage) {
        if record.seq < self.signed && !page.rehearsal {
            self.range.push(leaf_hash(line));
            page.head_codes.insert(record.at.date_naive(), (head_code(&self.range.root()), self.range.size()));
        }
    }
}

/// The date whose page an entry belongs on: a session's own date, else the day it was written.
fn page_date(record: &Record) -> NaiveDate {
    let id = match &record.body {
        Some(Body::Start(note)) => Some(&note.labels.id),
        Some(Body::Outcome(note)) => Some(&note.labels.id),
        _ => None,
    };
    let own = id.and_then(|id| id.split_once('@')?.1.get(..10)?.parse().ok());
    own.unwrap_or(record.at.date_naive())
}

/// Output for people, programs or spreadsheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum LogFormat {
    Text,
    Json,
    Csv,
}

/// Arguments of `loa log`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct LogArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long, conflicts_with = "month", value_parser = parse_date)]
    pub date: Option<NaiveDate>,
    #[arg(long, value_name = "YYYY-MM", value_parser = parse_month)]
    pub month: Option<NaiveDate>,
    #[arg(long, value_enum, default_value = "text")]
    pub format: LogFormat,
    #[arg(long)]
    pub all: bool,
}

/// `loa log`.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &LogArgs, lang: Lang) -> io::Result<u8> {
    let (station, format) = (args.station.dir.as_path(), args.format);
    let (from, until) = match (args.date, args.month) {
        (Some(day), _) => (day, day),
        (None, Some(first)) => (first, first + Months::new(1) - chrono::TimeDelta::days(1)),
        (None, None) => (NaiveDate::MIN, NaiveDate::MAX),
    };
    let airlog = if station.join(LOG).is_file() { station.to_owned() } else { station.join("airlog") };
    if !station.is_dir() {
        let text = CliText::NotAStation { path: station.display().to_string() };
        print_stderr!("{}", with_hint(&text, &CliText::MakeOne {}, lang));
        return Ok(EXIT_CONFIG);
    }
    let rows = match format {
        LogFormat::Text => RawRows::None,
        _ if args.all => RawRows::All,
        _ => RawRows::Outcomes,
    };
    // Judged first: what is read after that can only have grown, or is no part of the signed head.
    let not_whole =
        verify_path(&airlog, &VerifyPolicy::default(), available_threads())?.errors.into_iter().find(invalidates_page);
    let mut page = read_rows(&FolderStorage::new(airlog), from, until, rows)?;
    page.fault = not_whole;
    let mut out = io::stdout().lock();
    match format {
        LogFormat::Text => out.write_all(page_text(&page, lang).as_bytes())?,
        LogFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &page.rows)?;
            writeln!(out)?;
        }
        LogFormat::Csv => write_csv(&page.rows, &mut out)?,
    }
    if let (Some(wrong), true) = (&page.fault, format != LogFormat::Text) {
        print_stderr!(
            "{}",
            strip_unprintable(&ProofText::Changed { fault: fault_text(wrong) }.localized(lang).to_string())
        );
    }
    if let Some(damage) = &page.damage {
        print_stderr!("{}", TableText::LogUnreadable { detail: damage.to_string() }.localized(lang));
        return Ok(EXIT_PROBLEMS);
    }
    Ok(if page.fault.is_some() { EXIT_PROBLEMS } else { EXIT_OK })
}

/// Whether a fault means that the page is not what the station signed. A station that never ran has no log, a rehearsal
/// says what it is, and kept files are not on the page.
fn invalidates_page(wrong: &VerifyError) -> bool {
    !matches!(
        wrong,
        VerifyError::NoLog
            | VerifyError::Rehearsal { .. }
            | VerifyError::KeptMissing { .. }
            | VerifyError::KeptDiffers { .. }
            | VerifyError::CosignedForged
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
fn flatten(row: &Map<String, Value>) -> Map<String, Value> {
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
    let rows: Vec<Map<String, Value>> = rows.iter().map(flatten).collect();
    // The version of the form is the program's business, not the table's.
    let known = |key: &str| key == "v" || CSV_HEADERS.contains(&key);
    let more: BTreeSet<&str> = rows.iter().flat_map(Map::keys).map(String::as_str).filter(|key| !known(key)).collect();
    let headers: Vec<&str> = CSV_HEADERS.into_iter().chain(more).collect();
    csv.write_record(headers.iter().map(|header| spreadsheet_cell(header)))?;
    for row in &rows {
        csv.write_record(headers.iter().map(|key| match row.get(*key) {
            Some(Value::String(text)) => spreadsheet_cell(text),
            Some(Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        }))?;
    }
    csv.flush()
}

/// The page for people.
#[must_use]
pub fn page_text(page: &LogPage, lang: Lang) -> String {
    let mut out = String::new();
    if let Some(wrong) = &page.fault {
        out.push_str(&format!(
            "{}\n",
            strip_unprintable(&ProofText::Changed { fault: fault_text(wrong) }.localized(lang).to_string())
        ));
    }
    if page.rehearsal {
        out.push_str(&format!("*** {} ***\n", TableText::Rehearsal {}.localized(lang)));
    }
    out.push_str(&format!("{}\n", TableText::LogBook { station: strip_unprintable(&page.name) }.localized(lang)));
    let mut days: BTreeMap<NaiveDate, Vec<&Record>> = BTreeMap::new();
    for record in &page.records {
        days.entry(page_date(record)).or_default().push(record);
    }
    days.retain(|_, records| records.iter().any(|r| r.kind == "outcome" || remark_line(r, lang).is_some()));
    if days.is_empty() {
        out.push_str(&format!("\n{}\n", TableText::NothingLogged {}.localized(lang)));
        return out;
    }
    for (day, records) in &days {
        let date = match lang {
            Lang::Vi => format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
            Lang::En => day.to_string(),
        };
        out.push_str(&format!("\n{}\n", TableText::Day { date }.localized(lang)));
        let outcomes: Vec<_> = records.iter().copied().filter_map(LoggedAiring::of).collect();
        if !outcomes.is_empty() {
            out.push_str(&airings_table(&outcomes, lang));
            let alone = outcomes.iter().filter(|outcome| outcome.has_unvouched_time()).count();
            if alone > 0 {
                out.push_str(&format!("{}\n", TableText::ClockAlone { count: alone }.localized(lang)));
            }
        }
        for line in records.iter().filter_map(|r| remark_line(r, lang)) {
            out.push_str(&format!("{}\n", strip_unprintable(&line)));
        }
        if let Some((code, entries)) = page.head_codes.get(day).filter(|_| page.fault.is_none()) {
            let (code, entries) = (code.clone(), *entries);
            out.push_str(&format!("{}\n", TableText::HeadCode { code, entries }.localized(lang)));
        }
    }
    out.push_str(&format!(
        "\n{}\n{}\n\n{}\n",
        totals(page, lang),
        TableText::WhatItProves {}.localized(lang),
        TableText::Signature {}.localized(lang)
    ));
    out
}

/// The table of airings, in the order of their planned times.
#[must_use]
pub fn airings_table(outcomes: &[LoggedAiring<'_>], lang: Lang) -> String {
    let head = [
        TableText::Planned {},
        TableText::Started {},
        TableText::LateMs {},
        TableText::Length {},
        TableText::Outcome {},
        TableText::Title {},
    ];
    let mut rows = vec![head.iter().map(|h| h.localized(lang).to_string()).collect::<Vec<_>>()];
    let mut sorted = outcomes.to_vec();
    sorted.sort_by_key(|one| (one.note.labels.planned_at.unwrap_or(one.record.at), one.record.seq));
    rows.extend(sorted.into_iter().map(|outcome| airing_cells(outcome, lang)));
    align_columns(&rows, &[2, 3])
}

fn airing_cells(outcome: LoggedAiring<'_>, lang: Lang) -> Vec<String> {
    let OutcomeEntry { labels, result, reason, late_us, played_ms, .. } = outcome.note;
    let time = |at: chrono::DateTime<chrono::FixedOffset>| at.format("%H:%M:%S").to_string();
    let planned = labels.planned_at.map_or_else(|| TableText::Unplanned {}.localized(lang).to_string(), time);
    // A star, and a note beneath: nobody stood for this time.
    let star = if outcome.has_unvouched_time() { "*" } else { "" };
    let started = match (labels.planned_at, late_us) {
        // To the nearest millisecond: a start 1 us early is not one second early.
        (Some(at), Some(us)) => {
            let started = at.checked_add_signed(chrono::TimeDelta::microseconds(us.saturating_add(500)));
            started.map_or("-".to_owned(), |at| at.format("%H:%M:%S%.3f").to_string())
        }
        (None, _) => {
            let time = labels.id.split_once('T').map(|(_, time)| time.chars().take(8).collect());
            time.unwrap_or("-".to_owned())
        }
        _ => "-".to_owned(),
    } + star;
    let late = late_us.map_or("-".to_owned(), |us| decimal_ms(us, lang));
    let result = outcome_text(*result).localized(lang).to_string();
    let ending = match reason {
        Some(reason) => format!("{result}: {}", reason_text(*reason).localized(lang)),
        None => result,
    };
    let length = if *played_ms < 600_000 { format_seconds(*played_ms, lang) } else { format_clock(*played_ms) };
    vec![planned, started, late, length, ending, strip_unprintable(&labels.title)]
}

/// Milliseconds with one decimal: `0,3`.
fn decimal_ms(us: i64, lang: Lang) -> String {
    let tenths = (us.abs() + 50) / 100;
    let sign = if us < 0 && tenths > 0 { "-" } else { "" };
    let comma = if lang == Lang::Vi { ',' } else { '.' };
    format!("{sign}{}{comma}{}", tenths / 10, tenths % 10)
}

/// What else a log book says of a day.
fn remark_line(record: &Record, lang: Lang) -> Option<String> {
    let at = record.at.format("%H:%M").to_string();
    let words = match record.body.as_ref()? {
        Body::Boot(note) => TableText::WasOff { at, time: format_spoken(note.off_s.filter(|s| *s >= 60)?, lang) },
        Body::Remark(note) => TableText::NoteLine { at, text: note.text.clone(), who: name_of(&note.who) },
        Body::Operator(note) => TableText::OrderLine { at, action: order_words(note), who: name_of(&note.who) },
        Body::Relay(note) => relay_line(note, at, lang),
        Body::Interrupt(note) if note.reason == Reason::DeviceLost => TableText::BreakLine { at, id: note.id.clone() },
        Body::Interrupt(note) => TableText::InterruptLine { at, id: note.id.clone() },
        Body::Resume(note) => TableText::ResumeLine { at, id: note.id.clone() },
        Body::Edit(note) => {
            TableText::EditLine { at, count: note.changes.len() + usize::try_from(note.more).unwrap_or(0) }
        }
        Body::ClockStep(note) => TableText::ClockLine { at, by: format!("{:+} s", note.by_us / 1_000_000) },
        Body::ClockTrust(note) if note.trusted => TableText::BeliefLine { at },
        Body::ClockTrust(_) => TableText::DoubtLine { at },
        Body::Amplifier(note) if !note.done => amplifier_line(note, at),
        Body::Device(note) if note.state == "lost" => TableText::LostLine { at },
        Body::Lost(note) => match note.date {
            Some(date) => {
                TableText::PlanLostLine { at, date: crate::cli::table::format_date(date, lang), count: note.lacking }
            }
            None => TableText::ScheduleLostLine { at },
        },
        _ => return None,
    };
    Some(words.localized(lang).to_string())
}

fn name_of(who: &PeerUser) -> String {
    who.name.clone().unwrap_or_else(|| who.uid.to_string())
}

fn relay_line(note: &RelayEntry, at: String, lang: Lang) -> TableText {
    let (title, time) = (note.title.clone(), format_spoken((note.held_ms + 500) / 1000, lang));
    match note.reason {
        Some(reason) => {
            TableText::RelayCutLine { at, title, time, why: reason_text(reason).localized(lang).to_string() }
        }
        None => TableText::RelayLine { at, title, time },
    }
}

fn amplifier_line(note: &AmplifierEntry, at: String) -> TableText {
    match note.detail.as_deref().unwrap_or_default() {
        UNTRIED => TableText::AmplifierUntriedLine { at },
        detail if note.to == "on" => TableText::AmplifierOnLine { at, detail: strip_unprintable(detail) },
        detail => TableText::AmplifierOffLine { at, detail: strip_unprintable(detail) },
    }
}

fn order_words(note: &OperatorEntry) -> String {
    note.id.as_ref().map_or_else(|| note.action.clone(), |id| format!("{} {id}", note.action))
}

fn totals(page: &LogPage, lang: Lang) -> String {
    let (planned, unplanned): (Vec<_>, Vec<_>) =
        page.outcomes().into_iter().map(|outcome| outcome.note).partition(|note| note.labels.planned_at.is_some());
    let count = |result| planned.iter().filter(|note| note.result == result).count();
    let length = |notes: &[&OutcomeEntry]| {
        let ms: i64 = notes.iter().map(|note| note.played_ms).sum();
        format_spoken((ms + 500) / 1000, lang)
    };
    let totals = TableText::Totals {
        planned: planned.len(),
        aired: count(Outcome::Aired),
        partial: count(Outcome::Partial),
        missed: count(Outcome::Missed),
        length: length(&planned),
    };
    let mut words = totals.localized(lang).to_string();
    if !unplanned.is_empty() {
        let (count, length) = (unplanned.len(), length(&unplanned));
        words.push_str(&format!("\n{}", TableText::UnplannedTotals { count, length }.localized(lang)));
    }
    words
}
