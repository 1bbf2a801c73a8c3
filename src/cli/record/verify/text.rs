//! Prints a verdict as text.
use std::io::{self, Write};

use chrono::{DateTime, FixedOffset, Utc};

use crate::cli::record::log::{LoggedAiring, result_in_words};
use crate::cli::record::plausibility;
use crate::cli::table::strip_unprintable;
use crate::cli::words::fault_text;
use crate::logstore::verify::Verdict;
use crate::proof::headcode::head_code;
use crate::proof::note::VerifierKey;
use crate::proof::origin::station_in_origin;
use crate::proof::verify::{TimeBounds, VerifyError, VerifyPolicy};
use crate::text::log::TableText;
use crate::text::plausibility::PlausibilityText;
use crate::text::proof::{FaultText, ProofText};
use crate::text::{Lang, Localize};

pub(super) fn print_text(
    verdict: &Verdict,
    policy: &VerifyPolicy,
    airing: Option<(LoggedAiring<'_>, TimeBounds)>,
    lang: Lang,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if !verdict.errors.is_empty() {
        for error in &verdict.errors {
            writeln!(out, "{}", keyed_verdict_text(error, policy.key.as_ref()).to_plain(lang))?;
        }
        return Ok(());
    }
    let verified = &verdict.verified;
    let (entries, code) = (verified.entries, head_code(&verified.root));
    let station = station_in_origin(&verified.origin).unwrap_or(&verified.origin).to_owned();
    let first_sentence = match policy.has_single_key {
        true => ProofText::WholeNoEpochs { station, entries: entries.into(), code },
        false => ProofText::Whole { station, entries: entries.into(), epochs: verified.epochs.into(), code },
    };
    let (finding_lines, remark_lines) = plausibility::text_lines(&verdict.plausibility, lang);
    let mut lines = vec![first_sentence.localized(lang).to_string()];
    lines.extend(finding_lines);
    if let (None, Some(key)) = (&policy.key, &verified.key) {
        lines.push(ProofText::OwnerNotChecked { key: key.to_string() }.localized(lang).to_string());
    }
    if let (Some(code), Some(entries)) = (&policy.head_code, verified.head_code_size) {
        lines.push(ProofText::CodeFits { code: code.clone(), entries: entries.into() }.localized(lang).to_string());
    }
    if let Some((airing, bounds)) = airing {
        lines.extend(airing_lines(airing, bounds, lang));
    }
    if !policy.has_single_key && verified.first_open_entry < entries {
        lines.push(ProofText::OpenEpoch { from: verified.first_open_entry }.localized(lang).to_string());
    }
    lines.extend(remark_lines);
    lines.push(ProofText::NotNewest {}.localized(lang).to_string());
    for line in lines {
        writeln!(out, "{}", strip_unprintable(&line))?;
    }
    Ok(())
}

/// Returns the message for a fault: either that the log was changed, or that the input is not a proof at all.
pub(in crate::cli::record) fn verdict_text(error: &VerifyError) -> ProofText {
    let fault = fault_text(error);
    match error {
        VerifyError::NoLog
        | VerifyError::Rehearsal { .. }
        | VerifyError::OtherLog { .. }
        | VerifyError::NoSuchAiring
        | VerifyError::NoSuchCode
        | VerifyError::ReceiptUnreadable
        | VerifyError::SeenForged
        | VerifyError::WrongKey => ProofText::NotProof { fault },
        _ => ProofText::Changed { fault },
    }
}

/// Returns the message for a fault that was found with this key. A key of another station is named as such.
pub(super) fn keyed_verdict_text(error: &VerifyError, key: Option<&VerifierKey>) -> ProofText {
    let station = |origin: &str| station_in_origin(origin).unwrap_or(origin).to_owned();
    match (error, key) {
        (VerifyError::OtherLog { origin }, Some(key)) if key.name != *origin => {
            let (key_station, log_station) = (station(&key.name), station(origin));
            let fault = if key_station == log_station {
                FaultText::KeyOfOtherLog { station: key_station }
            } else {
                FaultText::KeyOfOtherStation { key_station, log_station }
            };
            ProofText::NotProof { fault }
        }
        _ => verdict_text(error),
    }
}

/// Returns the lines about an airing: what it is, its time according to the station's clock, and the bounds of its time
/// according to the department's signatures. The third line is about the anchor.
pub(super) fn airing_lines(
    LoggedAiring { record, outcome }: LoggedAiring<'_>,
    bounds: TimeBounds,
    lang: Lang,
) -> Vec<String> {
    let labels = &outcome.labels;
    let zone = *record.at.offset();
    let result = result_in_words(&LoggedAiring { record, outcome }, true, lang);
    let planned = match labels.planned_at {
        Some(at) => at.format("%Y-%m-%d %H:%M:%S").to_string(),
        None => TableText::Unplanned {}.localized(lang).to_string(),
    };
    let (id, title) = (labels.id.clone(), labels.title.clone());
    let clock_quality = match (record.clock.is_synchronised, record.clock.max_error_us) {
        (true, error) => ProofText::ClockSynced { ms: (error.unwrap_or(0) as f64 / 1000.0).to_string() },
        (false, _) => ProofText::ClockAlone {},
    };
    let clock_quality = clock_quality.localized(lang).to_string();
    let at = record.at.format("%Y-%m-%d %H:%M:%S%.3f").to_string();
    let not_before =
        bounds.not_before.map_or(ProofText::NoBefore {}, |t| ProofText::NotBefore { at: format_instant(t, zone) });
    let not_after =
        bounds.not_after.map_or(ProofText::NoAfter {}, |t| ProofText::NotAfter { at: format_instant(t, zone) });
    let sentences = [
        ProofText::AiringSummary { id, title, result, planned },
        ProofText::ClockAtWriting { at, quality: clock_quality },
        not_before,
        not_after,
    ];
    let mut lines: Vec<String> = sentences.iter().map(|sentence| sentence.localized(lang).to_string()).collect();
    // The time between the anchor and the countersignature does not depend on the station's own clock.
    let span_s = bounds.not_before.zip(bounds.not_after).map(|(before, after)| after.saturating_sub(before));
    lines.extend(
        span_s.map(|s| {
            PlausibilityText::SeenWithin { days: s.div_ceil(86_400).max(1).into() }.localized(lang).to_string()
        }),
    );
    lines
}

/// Formats seconds since 1970 as a date and time in the zone.
fn format_instant(seconds: u64, zone: FixedOffset) -> String {
    let at = i64::try_from(seconds).ok().and_then(|s| DateTime::<Utc>::from_timestamp(s, 0));
    at.map_or_else(|| seconds.to_string(), |at| at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S %:z").to_string())
}
