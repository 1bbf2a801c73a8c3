//! Prints a verdict as JSON.
use std::io::{self, Write};

use chrono::{DateTime, Offset, SecondsFormat, Utc};
use serde_json::json;

use crate::cli::record::log::LoggedAiring;
use crate::cli::record::plausibility;
use crate::cli::words::fault_text;
use crate::logstore::verify::Verdict;
use crate::proof::headcode::head_code;
use crate::proof::verify::{TimeBounds, VerifyError, VerifyPolicy};
use crate::text::{Lang, Localize};

/// Formats seconds since 1970 as an instant in UTC.
fn format_rfc3339(unix_s: Option<u64>) -> Option<String> {
    let at = unix_s.and_then(|s| DateTime::<Utc>::from_timestamp(i64::try_from(s).ok()?, 0))?;
    Some(at.with_timezone(&Utc.fix()).to_rfc3339_opts(SecondsFormat::Secs, true))
}

pub(super) fn airing_json(LoggedAiring { record, outcome }: LoggedAiring<'_>, bounds: TimeBounds) -> serde_json::Value {
    json!({
        "id": outcome.labels.id,
        "seq": record.seq,
        "title": outcome.labels.title,
        "result": outcome.result,
        "reason": outcome.reason,
        "level": outcome.level,
        "planned_at": outcome.labels.planned_at,
        "late_us": outcome.late_us,
        "logged_at": record.at,
        "clock": record.clock,
        "not_before": format_rfc3339(bounds.not_before),
        "not_after": format_rfc3339(bounds.not_after),
    })
}

pub(super) fn print_json(
    verdict: &Verdict,
    policy: &VerifyPolicy,
    airing: Option<(LoggedAiring<'_>, TimeBounds)>,
) -> io::Result<()> {
    let verified = &verdict.verified;
    let is_intact = verdict.errors.is_empty();
    let faults: Vec<_> = verdict.errors.iter().map(fault_json).collect();
    let (cosigned_size, cosigned_s) = verified.evidence.newest_cosigned().unzip();
    let mut out = io::stdout().lock();
    let verdict = json!({
        "whole": is_intact,
        "faults": faults,
        "origin": Some(&verified.origin).filter(|origin| !origin.is_empty()),
        "key": verified.key.as_ref().map(ToString::to_string),
        "key_checked": policy.key.is_some(),
        "entries": is_intact.then_some(verified.entries),
        "root": is_intact.then(|| crate::base::hash::hex(&verified.root)),
        "head_code": is_intact.then(|| head_code(&verified.root)),
        "head_code_at": verified.head_code_size,
        "epochs": (is_intact && !policy.has_single_key).then_some(verified.epochs),
        "open_from": (is_intact && !policy.has_single_key).then_some(verified.first_open_entry),
        "cosigned_entries": cosigned_size,
        "cosigned_at": format_rfc3339(cosigned_s),
        "airing": airing.map(|(airing, bounds)| airing_json(airing, bounds)),
        "plausibility": is_intact.then(|| plausibility::findings_json(&verdict.plausibility)),
    });
    serde_json::to_writer_pretty(&mut out, &verdict)?;
    writeln!(out)
}

pub(super) fn fault_json(error: &VerifyError) -> serde_json::Value {
    let entry = error.first_entry();
    json!({ "code": error.code(), "entry": entry, "detail": fault_text(error).localized(Lang::En).to_string() })
}
