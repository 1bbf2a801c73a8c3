//! `loa report`: planned against aired, as a document.
use std::collections::HashMap;
use std::io::{self, Write};
use std::path::PathBuf;

use chrono::{DateTime, NaiveDate};
use clap::{Args, ValueEnum};

use super::index::{IndexedStore, open_indexed_store, synchronised_now};
use super::registry_review::difference_text;
use super::store::report_store_failure;
use crate::base::durable;
use crate::base::id::Id;
use crate::base::platform::unix_time_s;
use crate::cli::args::parse_date;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE};
use crate::cli::table::{align_columns, strip_unprintable};
use crate::department::index::IndexError;
use crate::department::registry::Registry;
use crate::department::registry::accepted::RegistryDifference;
use crate::department::report::period::{DateRange, Period};
use crate::department::report::tally::{ReportQuery, Tally};
use crate::department::report::xlsx::{ReportWorkbook, SheetAiring};
use crate::department::report::{GroupBy, LogEvidence, Report, csv, html, pdf, text};
use crate::proof::entry::station_in_origin;
use crate::text::cli::CliText;
use crate::text::proof::FaultText;
use crate::text::{Lang, Localize, print_stderr};

/// No report is over more days.
const MAX_DAYS: i64 = 3660;

/// Why a report could not be made.
#[derive(Debug, thiserror::Error)]
enum ReportError {
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error("{0}")]
    Book(#[from] rust_xlsxwriter::XlsxError),
    #[error("{0}")]
    Paper(#[from] pdf::PdfError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The file format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum ReportFormat {
    Text,
    Csv,
    Xlsx,
    Pdf,
    Html,
}

/// Arguments of `loa report`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct ReportArgs {
    pub store: PathBuf,
    #[arg(long, value_parser = parse_date)]
    pub from: Option<NaiveDate>,
    #[arg(long, value_parser = parse_date)]
    pub until: Option<NaiveDate>,
    #[arg(long, value_enum)]
    pub period: Option<Period>,
    #[arg(long, value_name = "EARLIER")]
    pub compare: Option<String>,
    #[arg(long, value_enum)]
    pub by: Option<GroupBy>,
    #[arg(long, value_enum, default_value = "text")]
    pub format: ReportFormat,
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `loa report`.
///
/// # Errors
/// When standard output or the witness's memory fails.
pub fn run(args: &ReportArgs, lang: Lang) -> io::Result<u8> {
    let store = args.store.as_path();
    let Some(question) = question_from(args, today()) else {
        print_stderr!("{}", CliText::BadPeriod {}.localized(lang));
        return Ok(EXIT_USAGE);
    };
    let output = match (&args.output, args.format) {
        (None, ReportFormat::Xlsx | ReportFormat::Pdf) => {
            print_stderr!("{}", CliText::ArgumentMissing { name: "--output".to_owned() }.localized(lang));
            return Ok(EXIT_USAGE);
        }
        (output, _) => output.clone(),
    };
    let desk = match open_indexed_store(store, false, lang)? {
        Ok(desk) => desk,
        Err(code) => return Ok(code),
    };
    match write_report(&desk, &question, args, output, lang) {
        Ok(()) => Ok(if desk.has_no_findings() { EXIT_OK } else { EXIT_PROBLEMS }),
        Err(ReportError::Io(e)) if e.kind() == io::ErrorKind::BrokenPipe => Err(e),
        Err(e) => {
            let what =
                args.output.as_ref().map_or_else(|| store.display().to_string(), |path| path.display().to_string());
            Ok(report_store_failure(&what, &io::Error::other(e.to_string()), lang))
        }
    }
}

/// The date in Vietnam.
fn today() -> NaiveDate {
    let now = DateTime::from_timestamp(i64::try_from(unix_time_s()).unwrap_or(0), 0).unwrap_or_default();
    now.with_timezone(&chrono_tz::Asia::Ho_Chi_Minh).date_naive()
}

/// What is args; none when its dates are in the wrong order, or too many.
fn question_from(args: &ReportArgs, today: NaiveDate) -> Option<ReportQuery> {
    let range = match (args.from, args.until, args.period) {
        (Some(from), Some(until), _) => DateRange { from, until },
        (Some(day), None, Some(period)) | (None, Some(day), Some(period)) => period.containing(day)?,
        (None, None, Some(period)) => period.latest_ended(today)?,
        (Some(from), None, None) => DateRange { from, until: today },
        (None, Some(until), None) => DateRange { from: Period::Month.containing(until)?.from, until },
        (None, None, None) => Period::Month.latest_ended(today)?,
    };
    let named = args.from.is_none() || args.until.is_none();
    let before = match args.compare.as_deref() {
        None => None,
        Some("previous") => match args.period.filter(|_| named) {
            Some(period) => Some(period.containing(range.from.pred_opt()?)?),
            None => Some(range.just_before()?),
        },
        Some("year") => Some(range.year_before()?),
        Some(dates) => {
            let (from, until) = dates.split_once("..")?;
            Some(DateRange { from: from.parse().ok()?, until: until.parse().ok()? })
        }
    };
    let good = |range: &DateRange| (1..=MAX_DAYS).contains(&range.days());
    if !good(&range) || !before.iter().all(good) {
        return None;
    }
    // A table by period wants something to cut by.
    let by_period = args.by == Some(GroupBy::Period);
    let period = args.period.filter(|_| !named || by_period).or(by_period.then_some(Period::Month));
    Some(ReportQuery { range, compared: before, by: args.by.into_iter().collect(), period, made_on: today })
}

fn write_report(
    desk: &IndexedStore,
    question: &ReportQuery,
    args: &ReportArgs,
    output: Option<PathBuf>,
    lang: Lang,
) -> Result<(), ReportError> {
    let mut book = match args.format {
        ReportFormat::Xlsx => Some(ReportWorkbook::new(lang)?),
        _ => None,
    };
    let report = build_report(desk, question, &mut book)?;
    let bytes = match args.format {
        ReportFormat::Text => {
            let page = text::render_text(&report, args.by, lang);
            let mut said = page.head.join("\n");
            for (heading, (rows, right)) in page.tables {
                let rows: Vec<Vec<String>> =
                    rows.iter().map(|row| row.iter().map(|cell| strip_unprintable(cell)).collect()).collect();
                said.push_str(&format!("\n\n{heading}\n{}", align_columns(&rows, &right).trim_end()));
            }
            said.push_str(&format!("\n\n{}\n", page.foot.join("\n")));
            said.into_bytes()
        }
        ReportFormat::Csv => {
            let by = args.by.unwrap_or(GroupBy::Station);
            report.table(by).map(csv::render_csv).unwrap_or_default().into_bytes()
        }
        ReportFormat::Html => html::render_html(&report, lang).into_bytes(),
        ReportFormat::Pdf => pdf::render_pdf(&report, lang)?,
        ReportFormat::Xlsx => {
            if let (Some(book), Some(path)) = (book, &output) {
                durable::replace(path, &book.finish(&report)?)?;
            }
            Vec::new()
        }
    };
    match (args.format, output) {
        (ReportFormat::Xlsx, _) => {}
        (_, Some(path)) => durable::replace(&path, &bytes)?,
        (_, None) => io::stdout().write_all(&bytes)?,
    }
    Ok(())
}

/// Reads the airings once, for the totals and for the sheets of a spreadsheet.
fn build_report(
    desk: &IndexedStore,
    question: &ReportQuery,
    book: &mut Option<ReportWorkbook>,
) -> Result<Report, ReportError> {
    let ranges: Vec<DateRange> = std::iter::once(question.range).chain(question.compared).collect();
    let mut asked = desk.index.query_context(&ranges, &desk.registry, synchronised_now())?;
    // The tally borrows what is known; repeats are counted while the airings are read.
    let mut known = std::mem::take(&mut asked.report_context);
    let origins = std::mem::take(&mut asked.origins);
    known
        .evidence
        .extend(desk.altered_logs.iter().map(|(origin, fault)| altered_log_evidence(origin, fault, &desk.registry)));
    known.evidence.extend(desk.differences.iter().filter_map(|one| {
        let fault = if matches!(one, RegistryDifference::LogMissing { .. }) {
            FaultText::TakenOut {}
        } else {
            FaultText::NotAccepted {}
        };
        Some(altered_log_evidence(one.disputed_log()?, &fault, &desk.registry))
    }));
    let named: HashMap<&str, &str> =
        known.evidence.iter().map(|one| (one.station.as_str(), one.name.as_str())).collect();
    let name = |word: u32| named.get(known.symbols.text(word)).copied().unwrap_or_default();
    let mut tally = Tally::new(question.clone(), &known, &desk.registry);
    let word = |at: u32| known.symbols.text(at);
    let mut read = |range: DateRange, mut into: Option<&mut ReportWorkbook>| {
        desk.index.for_each_airing::<ReportError>(&mut asked, range, |airing| {
            // Ranges may overlap: an airing is taken once.
            if range != question.range && question.range.contains(airing.fact.date) {
                return Ok(());
            }
            tally.add(&airing.fact);
            if let Some(book) = &mut into {
                let entry = airing.entry.and_then(|(log, seq)| Some((origins.get(&log)?.as_str(), seq)));
                book.write_airing(&SheetAiring {
                    fact: &airing.fact,
                    id: airing.id,
                    planned_at: airing.planned_at,
                    station: (word(airing.fact.station), name(airing.fact.station)),
                    title: word(airing.fact.title),
                    campaign: word(airing.fact.campaign),
                    language: word(airing.fact.language),
                    entry,
                })?;
            }
            Ok(())
        })
    };
    read(question.range, book.as_mut())?;
    if let Some(before) = question.compared {
        read(before, None)?;
    }
    let mut report = tally.into_report();
    report.repeated_outcomes = asked.report_context.repeated_outcomes;
    report.index_origin = desk.index_origin;
    report.registry_differences = desk.differences.iter().map(difference_text).collect();
    Ok(report)
}

/// The evidence of a log that is not what was collected.
fn altered_log_evidence(origin: &str, fault: &FaultText, registry: &Registry) -> LogEvidence {
    let station = station_in_origin(origin).unwrap_or_default().to_owned();
    let name = Id::new(&station).and_then(|id| registry.stations.get(&id)).map(|station| station.name.clone());
    LogEvidence {
        station,
        name: name.unwrap_or_default(),
        origin: origin.to_owned(),
        fault: Some(fault.clone()),
        ..LogEvidence::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(from: &str, until: &str, period: Option<Period>, compare: Option<&str>) -> ReportArgs {
        ReportArgs {
            store: PathBuf::new(),
            from: from.parse().ok(),
            until: until.parse().ok(),
            period,
            compare: compare.map(str::to_owned),
            by: None,
            format: ReportFormat::Text,
            output: None,
        }
    }

    fn dates(asked: &ReportArgs) -> Option<(String, Option<String>)> {
        let today = "2023-11-23".parse().expect("a test's own date");
        question_from(asked, today).map(|q| (q.range.to_string(), q.compared.map(|range| range.to_string())))
    }

    #[test]
    fn ranges_are_what_people_mean() {
        let both = |a: &str, b: Option<&str>| Some((a.to_owned(), b.map(str::to_owned)));
        assert_eq!(dates(&asked("", "", None, None)), both("2023-10-15..2023-11-14", None));
        assert_eq!(
            dates(&asked("2023-03-20", "", Some(Period::Quarter), Some("previous"))),
            both("2023-03-15..2023-06-14", Some("2022-12-15..2023-03-14"))
        );
        assert_eq!(
            dates(&asked("2023-03-01", "2023-03-31", None, Some("previous"))),
            both("2023-03-01..2023-03-31", Some("2023-01-29..2023-02-28"))
        );
        assert_eq!(
            dates(&asked("2023-03-01", "2023-03-31", None, Some("2022-03-01..2022-03-31"))),
            both("2023-03-01..2023-03-31", Some("2022-03-01..2022-03-31"))
        );
        assert_eq!(dates(&asked("2023-04-01", "2023-03-31", None, None)), None);
        assert_eq!(dates(&asked("2003-04-01", "2023-03-31", None, None)), None);
        assert_eq!(dates(&asked("2023-03-01", "2023-03-31", None, Some("rubbish"))), None);
    }
}
