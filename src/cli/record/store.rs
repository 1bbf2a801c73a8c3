//! Finds an airing or a log of a department's store, for `loa receipt` and `loa verify`.
use std::io::{self, Write};
use std::path::Path;

use chrono_tz::Tz;

use super::key::open_witness;
use crate::cli::args::{DateArg, YearChoice};
use crate::cli::department::bundle::receipts::{SelectedReceipt, receipts_of};
use crate::cli::department::indexed_store::{IndexedStore, open_indexed_store};
use crate::cli::department::selection::{
    AiringFilter, MAX_LISTED, SelectedAiring, dates_of_airing, select_airings, station_ids,
};
use crate::cli::department::store::report_store_failure;
use crate::cli::exit::{EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::table::{align_columns, strip_unprintable};
use crate::cli::today::today_in;
use crate::department::registry::REGISTRY_FILE;
use crate::department::report::figures::format_date;
use crate::department::report::period::DateRange;
use crate::logstore::find_airing::AiringName;
use crate::proof::note::VerifierKey;
use crate::text::count::Grouped;
use crate::text::selection::SelectionText;
use crate::text::{Lang, Localize, print_stderr};

/// The name of an airing in a store, as arguments give it.
#[derive(Debug, Clone, Default)]
pub(super) struct AiringInStore<'a> {
    /// The station's id or name.
    pub station: Option<&'a str>,
    /// The airing's id or number.
    pub airing: Option<&'a str>,
    /// The date.
    pub date: Option<DateArg>,
    /// A part of the title.
    pub title: Option<&'a str>,
}

/// Returns true if a path is a department's store.
pub(super) fn is_store(path: &Path) -> bool {
    path.to_str().is_some_and(|name| name.starts_with("s3://")) || path.join(REGISTRY_FILE).is_file()
}

/// Finds the airing, and makes its receipt. If there is none, or there are several, prints the reason and returns the exit
/// code.
///
/// # Errors
/// If the store, or the witness's stored state, cannot be read.
pub(super) fn receipt_in_store(
    store: &Path,
    named: &AiringInStore<'_>,
    lang: Lang,
) -> io::Result<Result<SelectedReceipt, u8>> {
    let (store, airing) = match find_in_store(store, named, lang)? {
        Ok(found) => found,
        Err(code) => return Ok(Err(code)),
    };
    let witness = open_witness()?;
    let receipts = receipts_of(&store, &[airing], witness.key().public(), lang)?;
    Ok(receipts.and_then(|mut receipts| receipts.pop().ok_or(EXIT_PROBLEMS)))
}

/// A log of a store, and how to verify it.
pub(super) struct LogInStore {
    /// Its origin, which is its folder in the store.
    pub origin: String,
    /// Its enrolled key.
    pub key: VerifierKey,
    /// The department's key on this machine.
    pub witness: VerifierKey,
    /// The id of the airing that was asked for.
    pub airing: Option<String>,
}

/// Finds the log of the airing, or the only log of the station. If there is none, or there are several, prints the reason
/// and returns the exit code.
///
/// # Errors
/// If the store, or the witness's stored state, cannot be read.
pub(super) fn log_in_store(path: &Path, named: &AiringInStore<'_>, lang: Lang) -> io::Result<Result<LogInStore, u8>> {
    let (origin, airing, store) = if named.airing.is_none() && named.title.is_none() && named.date.is_none() {
        let store = match open_indexed_store(path, false, lang)? {
            Ok(store) => store,
            Err(code) => return Ok(Err(code)),
        };
        match only_log(&store, path, named.station.unwrap_or_default(), lang)? {
            Ok(origin) => (origin, None, store),
            Err(code) => return Ok(Err(code)),
        }
    } else {
        match find_in_store(path, named, lang)? {
            Ok((store, airing)) => (airing.origin, Some(airing.id), store),
            Err(code) => return Ok(Err(code)),
        }
    };
    let witness = open_witness()?.key().public().clone();
    Ok(match store.registry.log(&origin) {
        Some(log) => Ok(LogInStore { origin, key: log.key.clone(), witness, airing }),
        None => Err(EXIT_PROBLEMS),
    })
}

/// Returns the origin of the station's only log. If it has several, prints how to verify each.
fn only_log(store: &IndexedStore, path: &Path, station: &str, lang: Lang) -> io::Result<Result<String, u8>> {
    let refuse = |text: SelectionText| Ok(Err(fail(text.to_plain(lang), EXIT_PROBLEMS)));
    let ids = match station_ids(&store.registry, &[station.to_owned()]) {
        Ok(ids) => ids,
        Err(text) => return refuse(text),
    };
    let id = ids.into_iter().next().unwrap_or_default();
    let is_of_station = |origin: &str| crate::proof::origin::station_in_origin(origin) == Some(id.as_str());
    let mut origins: Vec<String> =
        store.registry.logs().map(|log| log.key.name.clone()).filter(|origin| is_of_station(origin)).collect();
    match (origins.pop(), origins.is_empty()) {
        (None, _) => refuse(SelectionText::NoLog { station: id }),
        (Some(origin), true) => Ok(Ok(origin)),
        (Some(origin), false) => {
            print_stderr!("{}", SelectionText::SeveralLogs { station: id }.to_plain(lang));
            origins.push(origin);
            let mut out = io::stdout().lock();
            for origin in origins {
                writeln!(out, "  loa verify {}", crate::cli::shell_words::quoted_path(&path.join(origin)))?;
            }
            Ok(Err(EXIT_PROBLEMS))
        }
    }
}

/// Finds the one airing that is named.
fn find_in_store(
    path: &Path,
    named: &AiringInStore<'_>,
    lang: Lang,
) -> io::Result<Result<(IndexedStore, SelectedAiring), u8>> {
    if named.airing.is_none() && named.title.is_none() {
        return Ok(Err(fail(SelectionText::Which {}.localized(lang), EXIT_USAGE)));
    }
    let store = match open_indexed_store(path, false, lang)? {
        Ok(store) => store,
        Err(code) => return Ok(Err(code)),
    };
    let refuse = |text: SelectionText| Ok(Err(fail(text.to_plain(lang), EXIT_PROBLEMS)));
    let stations = match station_ids(&store.registry, &named.station.map(str::to_owned).into_iter().collect::<Vec<_>>())
    {
        Ok(stations) => stations,
        Err(text) => return refuse(text),
    };
    let airing = named.airing.map(AiringName::parse);
    let date = named.date.map(|date| date.resolve(today_in(Tz::Asia__Ho_Chi_Minh), YearChoice::Past));
    let range = match date {
        Some(date) => Ok(Some(DateRange { from: date, until: date })),
        None => dates_of_airing(&store, airing.as_ref()),
    };
    let filter = AiringFilter { stations, airing, title: named.title.map(str::to_owned), ..AiringFilter::default() };
    let selected = range.and_then(|range| range.map(|range| select_airings(&store, range, &filter)).transpose());
    let mut selection = match selected {
        Ok(selection) => selection.unwrap_or_default(),
        Err(e) => {
            let error = io::Error::other(e.to_string());
            return Ok(Err(report_store_failure(&store.store.to_string(), &error, lang)));
        }
    };
    match (selection.airings.pop(), selection.airings.is_empty(), selection.without_outcome) {
        (None, _, 0) => refuse(SelectionText::NoAiring {}),
        (None, _, count) => refuse(SelectionText::NotYet { airings: Grouped(count.into()) }),
        (Some(airing), true, _) => Ok(Ok((store, airing))),
        (Some(airing), false, _) => {
            selection.airings.push(airing);
            print_several(&selection.airings, lang);
            Ok(Err(EXIT_PROBLEMS))
        }
    }
}

/// Prints the airings that fit, so that one of them can be named.
fn print_several(airings: &[SelectedAiring], lang: Lang) {
    print_stderr!("{}", SelectionText::SeveralAirings {}.localized(lang));
    let row = |airing: &SelectedAiring| {
        let cells = [&airing.station, &format_date(airing.date), &airing.seq.to_string(), &airing.id, &airing.title];
        cells.map(|cell| strip_unprintable(cell)).to_vec()
    };
    let rows: Vec<Vec<String>> = airings.iter().take(MAX_LISTED).map(row).collect();
    print_stderr!("{}", align_columns(&rows, &[2]).trim_end());
    let omitted = airings.len().saturating_sub(MAX_LISTED);
    if omitted > 0 {
        print_stderr!("{}", SelectionText::MoreAirings { count: Grouped(omitted.into()) }.localized(lang));
    }
}
