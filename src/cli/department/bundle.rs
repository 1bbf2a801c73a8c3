//! `loa bundle`: writes a proof bundle, which outsiders can check without the store.
pub(in crate::cli) mod receipts;
mod write;

use std::io;
use std::path::PathBuf;

use clap::Args;

use super::dates::dates_in_arguments;
use super::indexed_store::{IndexedStore, open_indexed_store};
use super::selection::{AiringFilter, Selection, dates_of_airing, select_airings, station_ids};
use super::store::report_store_failure;
use crate::cli::args::DateArg;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::record::key::open_witness;
use crate::cli::today::today_in;
use crate::department::bundle::content::{BundleContent, BundledAiring};
use crate::department::bundle::files::bundle_files;
use crate::department::bundle::notes::AiringNote;
use crate::department::bundle::{BundleFiles, MAX_AIRINGS, MAX_BYTES, MAX_FILES, MAX_RECEIPT_PAGES};
use crate::department::index::IndexError;
use crate::department::index::query::StationNotes;
use crate::department::journal::answer_list::AiringAnswers;
use crate::department::journal::incident::IncidentCode;
use crate::department::registry::{EnrolledLog, fingerprint};
use crate::department::report::period::{DateRange, Period};
use crate::logstore::find_airing::AiringName;
use crate::text::bundle::BundleText;
use crate::text::cli::CliText;
use crate::text::count::Grouped;
use crate::text::{Lang, Localize, print_stderr, strip_unprintable};
use chrono::DateTime;
use chrono_tz::Tz;
use receipts::{SelectedReceipt, receipts_of};
use write::{refuse_taken_output, write_bundle};

/// The maximum number of days that a bundle covers.
const MAX_BUNDLE_DAYS: i64 = 3660;

/// Arguments of `loa bundle`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct BundleArgs {
    pub store: PathBuf,
    #[arg(value_name = "STATION")]
    pub bundled_stations: Vec<String>,
    #[arg(long)]
    pub from: Option<DateArg>,
    #[arg(long)]
    pub until: Option<DateArg>,
    #[arg(long, value_enum)]
    pub period: Option<Period>,
    #[arg(long = "campaign", value_name = "ID")]
    pub of_campaign: Option<String>,
    #[arg(long = "topic", value_name = "N")]
    pub of_topic: Option<u16>,
    #[arg(long = "airing", value_name = "ID")]
    pub bundled_airing: Option<String>,
    #[arg(long = "output", value_name = "DIR|FILE.zip")]
    pub bundle: PathBuf,
    #[arg(long)]
    pub with_notes: bool,
}

/// Runs `loa bundle`.
///
/// # Errors
/// If the witness's stored state, or the output, cannot be read or written.
pub fn run(args: &BundleArgs, lang: Lang) -> io::Result<u8> {
    if args.of_topic.is_some() && args.of_campaign.is_none() {
        return Ok(fail(BundleText::TopicNeedsCampaign {}.localized(lang), EXIT_USAGE));
    }
    if let Some(code) = refuse_taken_output(&args.bundle, lang)? {
        return Ok(code);
    }
    let store = match open_indexed_store(&args.store, false, lang)? {
        Ok(store) => store,
        Err(code) => return Ok(code),
    };
    let stations = match station_ids(&store.registry, &args.bundled_stations) {
        Ok(stations) => stations,
        Err(text) => return Ok(fail(text.to_plain(lang), EXIT_PROBLEMS)),
    };
    let airing = args.bundled_airing.as_deref().map(AiringName::parse);
    let filter =
        AiringFilter { stations, campaign: args.of_campaign.clone(), topic: args.of_topic, airing, title: None };
    let index_failure =
        |e: IndexError| Ok(report_store_failure(&store.store.to_string(), &io::Error::other(e.to_string()), lang));
    let range = match chosen_range(args, &store, filter.airing.as_ref()) {
        Ok(Some(range)) => range,
        Ok(None) => return Ok(fail(CliText::BadPeriod {}.localized(lang), EXIT_USAGE)),
        Err(e) => return index_failure(e),
    };
    match select_airings(&store, range, &filter) {
        Ok(selection) => bundle_selection(args, &store, range, &selection, lang),
        Err(e) => index_failure(e),
    }
}

/// Returns the dates that the arguments name; `None` if they name none, or too many.
fn chosen_range(
    args: &BundleArgs,
    store: &IndexedStore,
    airing: Option<&AiringName>,
) -> Result<Option<DateRange>, IndexError> {
    let today = today_in(Tz::Asia__Ho_Chi_Minh);
    let range = match dates_in_arguments(args.from, args.until, args.period, today) {
        Some(range) => range,
        None if airing.is_some() => dates_of_airing(store, airing)?,
        None => Period::Month.latest_ended(today),
    };
    Ok(range.filter(|range| (1..=MAX_BUNDLE_DAYS).contains(&range.days())))
}

/// Makes and writes the bundle of what was selected.
fn bundle_selection(
    args: &BundleArgs,
    store: &IndexedStore,
    range: DateRange,
    selection: &Selection,
    lang: Lang,
) -> io::Result<u8> {
    let count = selection.airings.len();
    if count == 0 {
        let airings = Grouped(selection.without_outcome.into());
        if selection.without_outcome > 0 {
            print_stderr!("{}", BundleText::WithoutOutcome { airings }.localized(lang));
        }
        return Ok(fail(BundleText::NeedsSelection {}.localized(lang), EXIT_PROBLEMS));
    }
    if count > MAX_AIRINGS {
        let text = BundleText::TooMany { count: Grouped(count.into()), limit: Grouped(MAX_AIRINGS.into()) };
        return Ok(fail(text.localized(lang), EXIT_PROBLEMS));
    }
    let witness = open_witness()?;
    let receipts = match receipts_of(store, &selection.airings, witness.key().public(), lang)? {
        Ok(receipts) => receipts,
        Err(code) => return Ok(code),
    };
    let notes = match Notes::of(args, store) {
        Ok(notes) => notes,
        Err(e) => {
            let error = io::Error::other(e.to_string());
            return Ok(report_store_failure(&store.store.to_string(), &error, lang));
        }
    };
    let bundled = receipts.into_iter().zip(&selection.airings).map(|(receipt, selected)| {
        let SelectedReceipt { proved, receipt, key } = receipt;
        let mut claims = selected.claims.clone();
        // Whoever has an exposed key can write entries; those that the department has seen before are not theirs.
        let is_exposed =
            store.registry.log(&selected.origin).is_some_and(|log| is_exposed(log, proved.countersigned_s));
        claims.doubt = claims.doubt.or(is_exposed.then(|| IncidentCode::ExposedKey.name().to_owned()));
        let note =
            notes.as_ref().and_then(|notes| notes.about(selected.log, &selected.id, &selected.origin, selected.seq));
        BundledAiring { proved, receipt, key, claims, note }
    });
    let department = &store.registry.department;
    let content = BundleContent {
        range,
        airings: bundled.collect(),
        without_outcome: selection.without_outcome,
        agency: (department.parent.clone(), department.agency.clone()),
        has_notes: args.with_notes,
    };
    let files = bundle_files(&content, witness.key(), lang).map_err(|e| io::Error::other(e.to_string()))?;
    if is_too_large(&files) {
        return Ok(fail(BundleText::TooLarge { limit: MAX_BYTES >> 20 }.localized(lang), EXIT_PROBLEMS));
    }
    if let Err(code) = write_bundle(&args.bundle, &files, lang)? {
        return Ok(code);
    }
    print_summary(args, &content, fingerprint(witness.key().public()), lang);
    Ok(if store.has_no_findings() { EXIT_OK } else { EXIT_PROBLEMS })
}

fn is_too_large(files: &BundleFiles) -> bool {
    files.values().map(|bytes| bytes.len() as u64).sum::<u64>() > MAX_BYTES || files.len() > MAX_FILES
}

/// Returns true if others had the key of a log before the department countersigned an entry.
fn is_exposed(log: &EnrolledLog, countersigned_s: Option<u64>) -> bool {
    let Some(since) = &log.exposed_since else { return false };
    let since_s = DateTime::parse_from_rfc3339(since).ok().map(|since| since.timestamp());
    let countersigned_s = countersigned_s.and_then(|seconds| i64::try_from(seconds).ok());
    since_s.zip(countersigned_s).is_none_or(|(since, countersigned)| countersigned >= since)
}

fn print_summary(args: &BundleArgs, content: &BundleContent, code: String, lang: Lang) {
    let say = |text: BundleText| print_stderr!("{}", text.to_plain(lang));
    let count = content.airings.len();
    say(BundleText::Written {
        airings: Grouped(count.into()),
        path: strip_unprintable(&args.bundle.display().to_string()),
    });
    if content.without_outcome > 0 {
        say(BundleText::WithoutOutcome { airings: Grouped(content.without_outcome.into()) });
    }
    if count > MAX_RECEIPT_PAGES {
        say(BundleText::NoPages { limit: MAX_RECEIPT_PAGES });
    }
    say(BundleText::TellFingerprint { code });
}

/// The notes of stations, and the department's answers.
struct Notes {
    notes: StationNotes,
    answers: AiringAnswers,
}

impl Notes {
    /// Reads the notes if they are wanted.
    fn of(args: &BundleArgs, store: &IndexedStore) -> Result<Option<Self>, IndexError> {
        if !args.with_notes {
            return Ok(None);
        }
        Ok(Some(Self { notes: store.index.station_notes()?, answers: AiringAnswers::of(&store.journal.journal) }))
    }

    fn about(&self, log: i64, airing: &str, origin: &str, seq: u64) -> Option<AiringNote> {
        let note = self.notes.about(log, airing)?;
        let answer = self.answers.to_note(origin, seq, note.seq).map(|answer| {
            let verdict = serde_json::to_value(answer.record.verdict).unwrap_or_default();
            (verdict.as_str().unwrap_or_default().to_owned(), answer.record.text.clone())
        });
        Some(AiringNote { text: note.text.clone(), answer })
    }
}
