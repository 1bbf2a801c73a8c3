//! `loa receipt`: writes the receipt of one airing, which anybody can check without the log.
use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::airing_name::absence_message;
use super::verify::verdict_text;
use crate::base::durable;
use crate::base::platform::available_threads;
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS, fail};
use crate::logstore::find_airing::{AiringAbsence, AiringName, find_by_number};
use crate::logstore::receipt::extract_receipt;
use crate::logstore::source;
#[cfg(feature = "playout")]
use crate::playout::epoch_rotation::rotate_epoch;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};

/// Arguments of `loa receipt`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct ReceiptArgs {
    #[arg(value_name = "STATION")]
    pub station: PathBuf,
    pub id: String,
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
}

/// Runs `loa receipt`.
///
/// # Errors
/// If the log's folder cannot be read, or the receipt cannot be written.
pub fn run(args: &ReceiptArgs, lang: Lang) -> io::Result<u8> {
    let station = args.station.as_path();
    let Some(log) = source::open_log(station) else {
        return Ok(fail(ProofText::NoLogYet {}.localized(lang), EXIT_CONFIG));
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
        AiringName::Number(number) => match find_by_number(&log, *number)? {
            Ok(airing) => (airing.id, Some(*number)),
            Err(absence) => return Ok(fail(absence_message(absence, &name, lang), EXIT_PROBLEMS)),
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
        Err(error) => Ok(fail(verdict_text(&error).to_plain(lang), EXIT_PROBLEMS)),
    }
}
