//! A verdict in sentences.
use std::io::{self, Write};

use chrono::{DateTime, FixedOffset, Utc};

use crate::cli::record::log::LoggedAiring;
use crate::cli::record::plausibility;
use crate::cli::table::strip_unprintable;
use crate::cli::words::{fault_text, outcome_text};
use crate::logstore::verify::Verdict;
use crate::proof::headcode::head_code;
use crate::proof::origin::station_in_origin;
use crate::proof::verify::{TimeBounds, VerifyError, VerifyPolicy};
use crate::text::log::TableText;
use crate::text::plausibility::PlausibilityText;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize};

pub(super) fn print_text(
    verdict: &Verdict,
    policy: &VerifyPolicy,
    airing: Option<(LoggedAiring<'_>, TimeBounds)>,
    lang: Lang,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if !verdict.errors.is_empty() {
        for wrong in &verdict.errors {
            writeln!(out, "{}", verdict_text(wrong).to_plain(lang))?;
        }
        return Ok(());
    }
    let found = &verdict.verified;
    let (entries, code) = (found.entries, head_code(&found.root));
    let station = station_in_origin(&found.origin).unwrap_or(&found.origin).to_owned();
    let first = match policy.no_epochs {
        true => ProofText::WholeNoEpochs { station, entries, code },
        false => ProofText::Whole { station, entries, epochs: found.epochs, code },
    };
    let (implausible, remarks) = plausibility::text_lines(&verdict.plausibility, lang);
    let mut lines = vec![first.localized(lang).to_string()];
    lines.extend(implausible);
    if let (None, Some(key)) = (&policy.key, &found.key) {
        lines.push(ProofText::Unowned { key: key.to_string() }.localized(lang).to_string());
    }
    if let (Some(code), Some(entries)) = (&policy.head_code, found.code_at) {
        lines.push(ProofText::CodeFits { code: code.clone(), entries }.localized(lang).to_string());
    }
    if let Some((airing, bounds)) = airing {
        lines.extend(airing_lines(airing, bounds, lang));
    }
    if !policy.no_epochs && found.open_from < entries {
        lines.push(ProofText::OpenEpoch { from: found.open_from }.localized(lang).to_string());
    }
    lines.extend(remarks);
    lines.push(ProofText::NotNewest {}.localized(lang).to_string());
    for line in lines {
        writeln!(out, "{}", strip_unprintable(&line))?;
    }
    Ok(())
}

/// Returns the sentence for a fault: the log was changed, or only nothing is proved.
pub(in crate::cli::record) fn verdict_text(wrong: &VerifyError) -> ProofText {
    let fault = fault_text(wrong);
    match wrong {
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

/// Returns the lines about an airing's time: by the station's clock, and by the department's signatures.
pub(super) fn airing_lines(
    LoggedAiring { record, note }: LoggedAiring<'_>,
    bounds: TimeBounds,
    lang: Lang,
) -> Vec<String> {
    let labels = &note.labels;
    let zone = *record.at.offset();
    let result = outcome_text(note.result).localized(lang).to_string();
    let planned = match labels.planned_at {
        Some(at) => at.format("%Y-%m-%d %H:%M:%S").to_string(),
        None => TableText::Unplanned {}.localized(lang).to_string(),
    };
    let (id, title) = (labels.id.clone(), labels.title.clone());
    let quality = match (record.clock.synchronised, record.clock.max_error_us) {
        (true, error) => ProofText::ClockSynced { ms: (error.unwrap_or(0) as f64 / 1000.0).to_string() },
        (false, _) => ProofText::ClockAlone {},
    };
    let quality = quality.localized(lang).to_string();
    let at = record.at.format("%Y-%m-%d %H:%M:%S%.3f").to_string();
    let before = bounds.not_before.map_or(ProofText::NoBefore {}, |t| ProofText::NotBefore { at: moment(t, zone) });
    let after = bounds.not_after.map_or(ProofText::NoAfter {}, |t| ProofText::NotAfter { at: moment(t, zone) });
    let lines =
        [ProofText::AiringTold { id, title, result, planned }, ProofText::ClockSaid { at, quality }, before, after];
    let mut lines: Vec<String> = lines.iter().map(|line| line.localized(lang).to_string()).collect();
    // From an anchor to a countersignature, without the station's own clock.
    let within = bounds.not_before.zip(bounds.not_after).map(|(before, after)| after.saturating_sub(before));
    lines.extend(
        within.map(|s| PlausibilityText::SeenWithin { days: s.div_ceil(86_400).max(1) }.localized(lang).to_string()),
    );
    lines
}

fn moment(seconds: u64, zone: FixedOffset) -> String {
    let at = i64::try_from(seconds).ok().and_then(|s| DateTime::<Utc>::from_timestamp(s, 0));
    at.map_or_else(|| seconds.to_string(), |at| at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S %:z").to_string())
}
