//! A verdict as JSON.
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

fn rfc3339(seconds: Option<u64>) -> Option<String> {
    let at = seconds.and_then(|s| DateTime::<Utc>::from_timestamp(i64::try_from(s).ok()?, 0))?;
    Some(at.with_timezone(&Utc.fix()).to_rfc3339_opts(SecondsFormat::Secs, true))
}

pub(super) fn airing_json(LoggedAiring { record, note }: LoggedAiring<'_>, bounds: TimeBounds) -> serde_json::Value {
    json!({
        "id": note.labels.id,
        "seq": record.seq,
        "title": note.labels.title,
        "result": note.result,
        "planned_at": note.labels.planned_at,
        "late_us": note.late_us,
        "logged_at": record.at,
        "clock": record.clock,
        "not_before": rfc3339(bounds.not_before),
        "not_after": rfc3339(bounds.not_after),
    })
}

pub(super) fn print_json(
    verdict: &Verdict,
    policy: &VerifyPolicy,
    airing: Option<(LoggedAiring<'_>, TimeBounds)>,
) -> io::Result<()> {
    let found = &verdict.verified;
    let whole = verdict.errors.is_empty();
    let faults: Vec<_> = verdict.errors.iter().map(fault_json).collect();
    let (size, time) = found.evidence.newest_cosigned().unzip();
    let mut out = io::stdout().lock();
    let verdict = json!({
        "whole": whole,
        "faults": faults,
        "origin": Some(&found.origin).filter(|o| !o.is_empty()),
        "key": found.key.as_ref().map(ToString::to_string),
        "key_checked": policy.key.is_some(),
        "entries": whole.then_some(found.entries),
        "root": whole.then(|| crate::base::hash::hex(&found.root)),
        "head_code": whole.then(|| head_code(&found.root)),
        "head_code_at": found.code_at,
        "epochs": (whole && !policy.no_epochs).then_some(found.epochs),
        "open_from": (whole && !policy.no_epochs).then_some(found.open_from),
        "cosigned_entries": size,
        "cosigned_at": rfc3339(time),
        "airing": airing.map(|(airing, bounds)| airing_json(airing, bounds)),
        "plausibility": whole.then(|| plausibility::findings_json(&verdict.plausibility)),
    });
    serde_json::to_writer_pretty(&mut out, &verdict)?;
    writeln!(out)
}

pub(super) fn fault_json(wrong: &VerifyError) -> serde_json::Value {
    let entry = wrong.first_entry();
    json!({ "code": wrong.code(), "entry": entry, "detail": fault_text(wrong).localized(Lang::En).to_string() })
}
