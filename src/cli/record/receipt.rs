//! `loa receipt`: writes the receipt of one airing, which anybody can check without the log.
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::airing_name::{absence_message, find_airing, no_outcome_message};
use super::verify::verdict_text;
use crate::base::durable;
use crate::base::platform::available_threads;
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS, fail};
use crate::cli::shell_words::folder_argument;
use crate::logstore::find_airing::{AiringAbsence, AiringName};
use crate::logstore::receipt::extract_receipt;
use crate::logstore::source;
#[cfg(feature = "playout")]
use crate::playout::epoch_rotation::rotate_epoch;
use crate::proof::verify::VerifyError;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};

/// Arguments of `loa receipt`.
#[derive(Debug, Args)]
#[command(allow_missing_positional = true)]
#[allow(missing_docs)]
pub struct ReceiptArgs {
    #[arg(value_name = "STATION")]
    pub station: Option<PathBuf>,
    pub id: String,
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
}

impl ReceiptArgs {
    /// Returns the folder with the log: the current one, if the command line names none.
    #[must_use]
    pub fn station(&self) -> &Path {
        self.station.as_deref().unwrap_or(Path::new("."))
    }
}

/// Runs `loa receipt`.
///
/// # Errors
/// If the log's folder cannot be read, or the receipt cannot be written.
pub fn run(args: &ReceiptArgs, lang: Lang) -> io::Result<u8> {
    let station = args.station();
    let Some(log) = source::open_log(station) else {
        return Ok(fail(ProofText::NoLogYet { folder: folder_argument(station) }.localized(lang), EXIT_CONFIG));
    };
    #[cfg(feature = "playout")]
    if log.form == crate::logstore::source::LogForm::Airlog {
        // The epoch is ended first, because whoever has the keys can still rewrite the entries of an open epoch. If it
        // cannot be ended, the receipt is made from the current head.
        let _ = rotate_epoch(station, Vec::new())?;
    }
    let name = AiringName::parse(&args.id);
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
        Ok(receipt) => {
            match &args.to {
                Some(path) => {
                    durable::replace(path, receipt.text().as_bytes())?;
                    print_stderr!("{}", ProofText::ReceiptMade { path: path.display().to_string() }.to_plain(lang));
                }
                None => io::stdout().write_all(receipt.text().as_bytes())?,
            }
            Ok(EXIT_OK)
        }
        Err(VerifyError::NoSuchAiring) => Ok(fail(no_outcome_message(&id, lang), EXIT_PROBLEMS)),
        Err(error) => Ok(fail(verdict_text(&error).to_plain(lang), EXIT_PROBLEMS)),
    }
}

fn entry_number(name: &AiringName) -> Option<u64> {
    match name {
        AiringName::Number(number) => Some(*number),
        AiringName::HugeNumber(_) | AiringName::Id(_) => None,
    }
}
