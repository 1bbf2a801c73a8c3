//! `loa report`: planned against aired, as a document.
use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate};

use super::accepted::said;
use super::department::{Asked, ReportFormat};
use super::index::{Desktop, desktop, kept_now};
use super::store::failed;
use super::table::{columns, plain};
use super::{OK, PROBLEMS, USAGE, help_language};
use crate::durable;
use crate::id::Id;
use crate::index::IndexError;
use crate::proof::entry::station_of;
use crate::registry::Registry;
use crate::registry::accepted::Difference;
use crate::report::period::{Period, Range};
use crate::report::tally::{Question, Tally};
use crate::report::xlsx::{Book, Shown};
use crate::report::{By, Evidence, Report, csv, html, pdf, text};
use crate::sys::wall_now;
use crate::text::cli::Usage;
use crate::text::proof::Fault;
use crate::text::{Lang, Say, complain};

/// No report is over more days.
const MAX_DAYS: i64 = 3660;

/// Why a report could not be made.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error("{0}")]
    Book(#[from] rust_xlsxwriter::XlsxError),
    #[error("{0}")]
    Paper(#[from] pdf::PdfError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// `loa report`.
///
/// # Errors
/// When standard output or the witness's memory fails.
pub fn run(store: &Path, asked: &Asked, lang: Option<Lang>) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| help_language(&[]));
    let Some(question) = question(asked, today()) else {
        complain!("{}", Usage::BadPeriod {}.say(lang));
        return Ok(USAGE);
    };
    let output = match (&asked.output, asked.format) {
        (None, ReportFormat::Xlsx | ReportFormat::Pdf) => {
            complain!("{}", Usage::ArgumentMissing { name: "--output".to_owned() }.say(lang));
            return Ok(USAGE);
        }
        (output, _) => output.clone(),
    };
    let desk = match desktop(store, false, lang)? {
        Ok(desk) => desk,
        Err(code) => return Ok(code),
    };
    match make(&desk, &question, asked, output, lang) {
        Ok(()) => Ok(if desk.is_good() { OK } else { PROBLEMS }),
        Err(Failed::Io(e)) if e.kind() == io::ErrorKind::BrokenPipe => Err(e),
        Err(e) => {
            let what =
                asked.output.as_ref().map_or_else(|| store.display().to_string(), |path| path.display().to_string());
            Ok(failed(&what, &io::Error::other(e.to_string()), lang))
        }
    }
}

/// The date in Vietnam.
fn today() -> NaiveDate {
    let now = DateTime::from_timestamp(i64::try_from(wall_now()).unwrap_or(0), 0).unwrap_or_default();
    now.with_timezone(&chrono_tz::Asia::Ho_Chi_Minh).date_naive()
}

/// What is asked; none when its dates are in the wrong order, or too many.
fn question(asked: &Asked, today: NaiveDate) -> Option<Question> {
    let range = match (asked.from, asked.until, asked.period) {
        (Some(from), Some(until), _) => Range { from, until },
        (Some(day), None, Some(period)) | (None, Some(day), Some(period)) => period.with(day)?,
        (None, None, Some(period)) => period.over_by(today)?,
        (Some(from), None, None) => Range { from, until: today },
        (None, Some(until), None) => Range { from: Period::Month.with(until)?.from, until },
        (None, None, None) => Period::Month.over_by(today)?,
    };
    let named = asked.from.is_none() || asked.until.is_none();
    let before = match asked.compare.as_deref() {
        None => None,
        Some("previous") => match asked.period.filter(|_| named) {
            Some(period) => Some(period.with(range.from.pred_opt()?)?),
            None => Some(range.just_before()?),
        },
        Some("year") => Some(range.year_before()?),
        Some(dates) => {
            let (from, until) = dates.split_once("..")?;
            Some(Range { from: from.parse().ok()?, until: until.parse().ok()? })
        }
    };
    let good = |range: &Range| (1..=MAX_DAYS).contains(&range.days());
    if !good(&range) || !before.iter().all(good) {
        return None;
    }
    // A table by period wants something to cut by.
    let by_period = asked.by == Some(By::Period);
    let period = asked.period.filter(|_| !named || by_period).or(by_period.then_some(Period::Month));
    Some(Question { range, before, by: asked.by.into_iter().collect(), period, made_on: today })
}

fn make(desk: &Desktop, question: &Question, asked: &Asked, output: Option<PathBuf>, lang: Lang) -> Result<(), Failed> {
    let mut book = match asked.format {
        ReportFormat::Xlsx => Some(Book::new(lang)?),
        _ => None,
    };
    let report = report(desk, question, &mut book)?;
    let bytes = match asked.format {
        ReportFormat::Text => {
            let page = text::page(&report, asked.by, lang);
            let mut said = page.head.join("\n");
            for (heading, (rows, right)) in page.tables {
                let rows: Vec<Vec<String>> =
                    rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
                said.push_str(&format!("\n\n{heading}\n{}", columns(&rows, &right).trim_end()));
            }
            said.push_str(&format!("\n\n{}\n", page.foot.join("\n")));
            said.into_bytes()
        }
        ReportFormat::Csv => {
            let by = asked.by.unwrap_or(By::Station);
            report.table(by).map(csv::csv).unwrap_or_default().into_bytes()
        }
        ReportFormat::Html => html::html(&report, lang).into_bytes(),
        ReportFormat::Pdf => pdf::pdf(&report, lang)?,
        ReportFormat::Xlsx => {
            if let (Some(book), Some(path)) = (book, &output) {
                durable::replace(path, &book.finish(&report)?)?;
            }
            Vec::new()
        }
    };
    match (asked.format, output) {
        (ReportFormat::Xlsx, _) => {}
        (_, Some(path)) => durable::replace(&path, &bytes)?,
        (_, None) => io::stdout().write_all(&bytes)?,
    }
    Ok(())
}

/// Reads the airings once, for the totals and for the sheets of a spreadsheet.
fn report(desk: &Desktop, question: &Question, book: &mut Option<Book>) -> Result<Report, Failed> {
    let ranges: Vec<Range> = std::iter::once(question.range).chain(question.before).collect();
    let mut asked = desk.index.ask(&ranges, &desk.registry, kept_now())?;
    // The tally borrows what is known; repeats are counted while the airings are read.
    let mut known = std::mem::take(&mut asked.known);
    let origins = std::mem::take(&mut asked.origins);
    known.evidence.extend(desk.changed.iter().map(|(origin, fault)| changed(origin, fault, &desk.registry)));
    known.evidence.extend(desk.differences.iter().filter_map(|one| {
        let fault = if matches!(one, Difference::Gone { .. }) { Fault::TakenOut {} } else { Fault::NotAccepted {} };
        Some(changed(one.disputed()?, &fault, &desk.registry))
    }));
    let named: HashMap<&str, &str> =
        known.evidence.iter().map(|one| (one.station.as_str(), one.name.as_str())).collect();
    let name = |word: u32| named.get(known.words.text(word)).copied().unwrap_or_default();
    let mut tally = Tally::new(question.clone(), &known, &desk.registry);
    let word = |at: u32| known.words.text(at);
    let mut read = |range: Range, mut into: Option<&mut Book>| {
        desk.index.facts::<Failed>(&mut asked, range, |airing| {
            // Ranges may overlap: an airing is taken once.
            if range != question.range && question.range.has(airing.fact.date) {
                return Ok(());
            }
            tally.take(&airing.fact);
            if let Some(book) = &mut into {
                let entry = airing.entry.and_then(|(log, seq)| Some((origins.get(&log)?.as_str(), seq)));
                book.airing(&Shown {
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
    if let Some(before) = question.before {
        read(before, None)?;
    }
    let mut report = tally.report();
    report.repeats = asked.known.repeats;
    report.made = desk.made;
    report.differences = desk.differences.iter().map(said).collect();
    Ok(report)
}

/// The evidence of a log that is not what was collected.
fn changed(origin: &str, fault: &Fault, registry: &Registry) -> Evidence {
    let station = station_of(origin).unwrap_or_default().to_owned();
    let name = Id::new(&station).and_then(|id| registry.stations.get(&id)).map(|station| station.name.clone());
    Evidence {
        station,
        name: name.unwrap_or_default(),
        origin: origin.to_owned(),
        fault: Some(fault.clone()),
        ..Evidence::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(from: &str, until: &str, period: Option<Period>, compare: Option<&str>) -> Asked {
        Asked {
            from: from.parse().ok(),
            until: until.parse().ok(),
            period,
            compare: compare.map(str::to_owned),
            by: None,
            format: ReportFormat::Text,
            output: None,
        }
    }

    fn dates(asked: &Asked) -> Option<(String, Option<String>)> {
        let today = "2023-11-23".parse().expect("a test's own date");
        question(asked, today).map(|q| (q.range.to_string(), q.before.map(|range| range.to_string())))
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
