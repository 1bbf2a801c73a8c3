//! `loa receipt`: one airing with its proof, to be given to a newspaper or a village.
use std::io::{self, Write};
use std::path::Path;

use super::table::plain;
use super::verify::verdict_word;
use super::words::station_language;
use super::{CONFIG, OK, PROBLEMS};
use crate::archive::judge::processors;
use crate::archive::receipt::receipt;
use crate::archive::source;
use crate::durable;
#[cfg(feature = "playout")]
use crate::playout::offline::roll;
use crate::text::proof::Proof;
use crate::text::{Lang, Say, complain};

/// `loa receipt`.
///
/// # Errors
/// When the log's folder cannot be read, or the receipt cannot be written.
pub fn run(station: &Path, id: &str, to: Option<&Path>, lang: Option<Lang>) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| station_language(station));
    let Some(log) = source::open(station) else {
        complain!("{}", Proof::NoLogYet {}.say(lang));
        return Ok(CONFIG);
    };
    #[cfg(feature = "playout")]
    if log.form == crate::archive::source::Form::Airlog {
        // What a receipt shows shall not be in an open epoch. Where it cannot be ended, the present head must do.
        let _ = roll(station, Vec::new())?;
    }
    match receipt(&log, id, processors())? {
        Ok(receipt) => {
            match to {
                Some(path) => {
                    durable::replace(path, receipt.text().as_bytes())?;
                    complain!(
                        "{}",
                        plain(&Proof::ReceiptMade { path: path.display().to_string() }.say(lang).to_string())
                    );
                }
                None => io::stdout().write_all(receipt.text().as_bytes())?,
            }
            Ok(OK)
        }
        Err(wrong) => {
            complain!("{}", plain(&verdict_word(&wrong).say(lang).to_string()));
            Ok(PROBLEMS)
        }
    }
}
