//! Verifies a receipt for `loa verify`.
use std::io::{self, Write};
use std::path::Path;

use serde_json::json;

use super::json::{airing_json, fault_json};
use super::limited_file::read_limited;
use super::text::{airing_lines, keyed_verdict_text};
use crate::airlog::record::parse_record;
use crate::cli::args::CliFormat;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::record::log::LoggedAiring;
use crate::cli::table::strip_unprintable;
use crate::proof::receipt::{FIRST_LINE, MAX_RECEIPT_BYTES, Receipt};
use crate::proof::verify::{VerifyError, VerifyPolicy};
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize};

/// Verifies the receipt in a file, prints the verdict, and returns the exit code.
pub(super) fn verify_receipt(path: &Path, policy: &VerifyPolicy, lang: Lang, format: CliFormat) -> io::Result<u8> {
    let bytes = read_limited(path, MAX_RECEIPT_BYTES)?;
    let receipt = std::str::from_utf8(&bytes).ok().filter(|text| text.starts_with(FIRST_LINE)).and_then(Receipt::parse);
    let Some(key) = &policy.key else {
        return Ok(fail(ProofText::KeyNeeded {}.localized(lang), EXIT_USAGE));
    };
    let verification = receipt.ok_or(VerifyError::ReceiptUnreadable).and_then(|receipt| {
        let (checkpoint, evidence) = receipt.verify(key, policy.witness.as_ref())?;
        Ok((receipt, checkpoint, evidence))
    });
    let mut out = io::stdout().lock();
    let (receipt, checkpoint, evidence) = match verification {
        Ok(verified) => verified,
        Err(error) => {
            match format {
                CliFormat::Json => {
                    let verdict = json!({ "whole": false, "faults": [fault_json(&error)] });
                    writeln!(out, "{verdict:#}")?;
                }
                CliFormat::Text => writeln!(out, "{}", keyed_verdict_text(&error, Some(key)).to_plain(lang))?,
            }
            return Ok(EXIT_PROBLEMS);
        }
    };
    let bounds = evidence.bounds(receipt.seq);
    let record = parse_record(&receipt.line, receipt.seq).ok();
    let airing = record.as_ref().and_then(LoggedAiring::from_record);
    match format {
        CliFormat::Json => {
            let airing = airing.map(|airing| airing_json(airing, bounds));
            let verdict = json!({
                "whole": true, "faults": [], "origin": checkpoint.origin, "seq": receipt.seq,
                "entries": checkpoint.size, "airing": airing,
            });
            writeln!(out, "{verdict:#}")?;
        }
        CliFormat::Text => {
            let (seq, origin, entries) = (receipt.seq, checkpoint.origin, checkpoint.size);
            writeln!(out, "{}", ProofText::ReceiptWhole { seq, origin, entries: entries.into() }.to_plain(lang))?;
            let lines = airing.into_iter().flat_map(|airing| airing_lines(airing, bounds, lang));
            // The third line is about the anchor. It is omitted: a receipt never holds the anchor, so the line would
            // wrongly say that the log has none.
            for (_, line) in lines.enumerate().filter(|(index, _)| *index != 2) {
                writeln!(out, "{}", strip_unprintable(&line))?;
            }
            writeln!(out, "{}", ProofText::ReceiptLimits {}.localized(lang))?;
        }
    }
    Ok(EXIT_OK)
}
