//! `loa receipt`: writes the receipt of one airing, which anybody can check without the log.
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::airing_name::{absence_message, find_airing, no_outcome_message};
#[cfg(feature = "department")]
use super::store::{AiringInStore, is_store, receipt_in_store};
use super::verify::verdict_text;
use crate::base::durable;
use crate::base::platform::available_threads;
#[cfg(feature = "department")]
use crate::cli::args::DateArg;
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::shell_words::folder_argument;
use crate::logstore::find_airing::{AiringAbsence, AiringName};
use crate::logstore::receipt::extract_receipt;
use crate::logstore::source;
#[cfg(feature = "playout")]
use crate::playout::epoch_rotation::rotate_epoch;
use crate::proof::receipt::Receipt;
use crate::proof::verify::VerifyError;
use crate::text::proof::ProofText;
use crate::text::selection::SelectionText;
use crate::text::{Lang, Localize, print_stderr};

/// Arguments of `loa receipt`. One argument alone is the airing, unless it is a store, or the title is given.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct ReceiptArgs {
    #[arg(id = "receipt_source", value_name = "STATION|STORE")]
    pub source: Option<PathBuf>,
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
    #[cfg(feature = "department")]
    #[arg(long = "station", value_name = "STATION")]
    pub of_station: Option<String>,
    #[cfg(feature = "department")]
    #[arg(long)]
    pub date: Option<DateArg>,
    #[cfg(feature = "department")]
    #[arg(long = "title", value_name = "TITLE")]
    pub airing_title: Option<String>,
}

impl ReceiptArgs {
    /// Returns the folder with the log, or the store: the current folder, if the command line names none.
    #[must_use]
    pub fn station(&self) -> &Path {
        let is_named = self.id.is_some() || self.has_title() || self.names_a_store();
        self.source.as_deref().filter(|_| is_named).unwrap_or(Path::new("."))
    }

    /// Returns the airing's id or number.
    fn airing(&self) -> Option<String> {
        let source = || self.source.as_ref().filter(|_| !self.has_title() && !self.names_a_store());
        self.id.clone().or_else(|| source().map(|name| name.to_string_lossy().into_owned()))
    }

    #[cfg(feature = "department")]
    fn has_title(&self) -> bool {
        self.airing_title.is_some()
    }

    #[cfg(not(feature = "department"))]
    fn has_title(&self) -> bool {
        false
    }

    #[cfg(feature = "department")]
    fn names_a_store(&self) -> bool {
        self.source.as_deref().is_some_and(is_store)
    }

    #[cfg(not(feature = "department"))]
    fn names_a_store(&self) -> bool {
        false
    }

    #[cfg(feature = "department")]
    fn has_store_options(&self) -> bool {
        self.has_title() || self.of_station.is_some() || self.date.is_some()
    }
}

/// Runs `loa receipt`.
///
/// # Errors
/// If the log's folder cannot be read, or the receipt cannot be written.
pub fn run(args: &ReceiptArgs, lang: Lang) -> io::Result<u8> {
    let station = args.station();
    #[cfg(feature = "department")]
    if is_store(station) {
        let (of_station, title) = (args.of_station.as_deref(), args.airing_title.as_deref());
        let airing = args.airing();
        let named = AiringInStore { station: of_station, airing: airing.as_deref(), date: args.date, title };
        return match receipt_in_store(station, &named, lang)? {
            Ok(found) => write_receipt(args, &found.receipt, lang),
            Err(code) => Ok(code),
        };
    }
    #[cfg(feature = "department")]
    if args.has_store_options() {
        return Ok(fail(SelectionText::OnlyInStore {}.localized(lang), EXIT_USAGE));
    }
    let Some(airing) = args.airing() else {
        return Ok(fail(SelectionText::Which {}.localized(lang), EXIT_USAGE));
    };
    let Some(log) = source::open_log(station) else {
        return Ok(fail(ProofText::NoLogYet { folder: folder_argument(station) }.localized(lang), EXIT_CONFIG));
    };
    #[cfg(feature = "playout")]
    if log.form == crate::logstore::source::LogForm::Airlog {
        // The epoch is ended first, because whoever has the keys can still rewrite the entries of an open epoch. If it
        // cannot be ended, the receipt is made from the current head.
        let _ = rotate_epoch(station, Vec::new())?;
    }
    let name = AiringName::parse(&airing);
    let (id, number) = match &name {
        AiringName::Id(id) => (id.clone(), None),
        AiringName::Number(_) | AiringName::HugeNumber(_) => match find_airing(&log, &name, lang)? {
            Ok(airing) => (airing.id, entry_number(&name)),
            Err(message) => return Ok(fail(message, EXIT_PROBLEMS)),
        },
    };
    match extract_receipt(&log, &id, available_threads())? {
        // A log that gives one airing two outcomes has a receipt for the first of them only.
        Ok(receipt) if number.is_some_and(|number| number != receipt.seq) => {
            Ok(fail(absence_message(AiringAbsence::NotAnOutcome, &name, lang), EXIT_PROBLEMS))
        }
        Ok(receipt) => write_receipt(args, &receipt, lang),
        Err(VerifyError::NoSuchAiring) => Ok(fail(no_outcome_message(&id, lang), EXIT_PROBLEMS)),
        Err(error) => Ok(fail(verdict_text(&error).to_plain(lang), EXIT_PROBLEMS)),
    }
}

fn write_receipt(args: &ReceiptArgs, receipt: &Receipt, lang: Lang) -> io::Result<u8> {
    match &args.to {
        Some(path) => {
            durable::replace(path, receipt.text().as_bytes())?;
            print_stderr!("{}", ProofText::ReceiptMade { path: path.display().to_string() }.to_plain(lang));
        }
        None => io::stdout().write_all(receipt.text().as_bytes())?,
    }
    Ok(EXIT_OK)
}

fn entry_number(name: &AiringName) -> Option<u64> {
    match name {
        AiringName::Number(number) => Some(*number),
        AiringName::HugeNumber(_) | AiringName::Id(_) => None,
    }
}
