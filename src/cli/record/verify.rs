//! `loa verify`: is a log, an export or a receipt whole?
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset, Offset, SecondsFormat, Utc};
use clap::Args;
use serde_json::json;

use super::log::LoggedAiring;
use super::plausibility;
use crate::airlog::record::parse_record;
use crate::base::durable;
use crate::cli::args::CliFormat;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE};
use crate::cli::table::strip_unprintable;
use crate::cli::words::{fault_text, outcome_text};
use crate::logstore::verify::{Verdict, available_threads, verify_path};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::entry::station_in_origin;
use crate::proof::headcode::{head_code, normalise};
use crate::proof::note::{MAX_NOTE, Note, SignatureStatus, VerifierKey};
use crate::proof::receipt::{FIRST_LINE, MAX_RECEIPT, Receipt};
use crate::proof::verify::{TimeBounds, VerifyError, VerifyPolicy};
use crate::text::log::TableText;
use crate::text::plausibility::PlausibilityText;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize, print_stderr};

/// Arguments of `loa verify`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct VerifyArgs {
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    #[arg(long, value_name = "VKEY")]
    pub key: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub witnessed: Vec<PathBuf>,
    #[arg(long, value_name = "VKEY")]
    pub witness_key: Option<String>,
    #[arg(long, value_name = "ID")]
    pub airing: Option<String>,
    #[arg(long, value_name = "CODE")]
    pub head_code: Option<String>,
    #[arg(long)]
    pub no_epochs: bool,
    #[arg(long, value_enum, default_value = "text")]
    pub format: CliFormat,
}

/// `loa verify`.
///
/// # Errors
/// When standard output cannot be written, or the log's folder cannot be read.
pub fn run(args: &VerifyArgs, lang: Lang) -> io::Result<u8> {
    let (path, format) = (args.path.as_path(), args.format);
    let policy = match policy(args) {
        Ok(policy) => policy,
        Err(complaint) => {
            print_stderr!("{}", complaint.localized(lang));
            return Ok(EXIT_USAGE);
        }
    };
    if path.is_file() {
        return verify_receipt(path, &policy, lang, format);
    }
    let mut policy = policy;
    let mut verdict = match read_witnessed_heads(args, &mut policy)? {
        Ok(()) => verify_path(path, &policy, available_threads())?,
        Err(wrong) => Verdict { errors: vec![wrong], ..Verdict::default() },
    };
    if let Some(first) = verdict.verified.evidence.first_cosigned() {
        verdict.plausibility.fold.add_cosigned_time(i64::try_from(first).unwrap_or(i64::MAX));
    }
    let entry = verdict.verified.airing.as_ref().and_then(|(seq, line)| parse_record(line, *seq).ok());
    let airing = entry.as_ref().and_then(LoggedAiring::of);
    let bounds = verdict.verified.airing.as_ref().map(|(seq, _)| verdict.verified.evidence.bounds(*seq));
    match format {
        CliFormat::Json => print_json(&verdict, &policy, airing.zip(bounds))?,
        CliFormat::Text => print_text(&verdict, &policy, airing.zip(bounds), lang)?,
    }
    let implausible = plausibility::all_findings(&verdict.plausibility).1 > 0;
    Ok(if verdict.errors.is_empty() && !implausible { EXIT_OK } else { EXIT_PROBLEMS })
}

fn policy(args: &VerifyArgs) -> Result<VerifyPolicy, ProofText> {
    let key = |text: &Option<String>| match text {
        Some(text) => {
            VerifierKey::parse(text).map(Some).ok_or_else(|| ProofText::BadKey { text: strip_unprintable(text) })
        }
        None => Ok(None),
    };
    let code = args.head_code.as_ref().map(|typed| normalise(typed).ok_or(ProofText::BadCode {})).transpose()?;
    Ok(VerifyPolicy {
        key: key(&args.key)?,
        witness: key(&args.witness_key)?,
        earlier_heads: Vec::new(),
        head_code: code,
        airing: args.airing.clone(),
        no_epochs: args.no_epochs,
    })
}

/// Reads the earlier heads that were given; each must be signed by the log's key.
fn read_witnessed_heads(args: &VerifyArgs, policy: &mut VerifyPolicy) -> io::Result<Result<(), VerifyError>> {
    for path in &args.witnessed {
        let note = Note::parse(&read_limited(path, MAX_NOTE as u64)?);
        let head = note.as_ref().and_then(|note| Checkpoint::parse(&note.text));
        let (Some(note), Some(head)) = (note, head) else {
            return Ok(Err(VerifyError::SeenForged));
        };
        let signed = policy.key.as_ref().is_none_or(|key| note.signature_status(key) == SignatureStatus::Valid);
        if !signed {
            return Ok(Err(VerifyError::SeenForged));
        }
        policy.earlier_heads.push(head);
    }
    Ok(Ok(()))
}

fn read_limited(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    durable::open_regular(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn print_text(
    verdict: &Verdict,
    policy: &VerifyPolicy,
    airing: Option<(LoggedAiring<'_>, TimeBounds)>,
    lang: Lang,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if !verdict.errors.is_empty() {
        for wrong in &verdict.errors {
            writeln!(out, "{}", strip_unprintable(&verdict_text(wrong).localized(lang).to_string()))?;
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

/// The sentence for a fault: some say that something was changed, some only that nothing is proved.
pub(super) fn verdict_text(wrong: &VerifyError) -> ProofText {
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

/// What is known of an airing's time: the station's word, and what a department has signed.
fn airing_lines(LoggedAiring { record, note }: LoggedAiring<'_>, bounds: TimeBounds, lang: Lang) -> Vec<String> {
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
    // From an anchor to a countersignature: the station's own clock has no part in it.
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

fn rfc3339(seconds: Option<u64>) -> Option<String> {
    let at = seconds.and_then(|s| DateTime::<Utc>::from_timestamp(i64::try_from(s).ok()?, 0))?;
    Some(at.with_timezone(&Utc.fix()).to_rfc3339_opts(SecondsFormat::Secs, true))
}

fn airing_json(LoggedAiring { record, note }: LoggedAiring<'_>, bounds: TimeBounds) -> serde_json::Value {
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

fn print_json(
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

fn fault_json(wrong: &VerifyError) -> serde_json::Value {
    let entry = wrong.first_entry();
    json!({ "code": wrong.code(), "entry": entry, "detail": fault_text(wrong).localized(Lang::En).to_string() })
}

fn verify_receipt(path: &Path, policy: &VerifyPolicy, lang: Lang, format: CliFormat) -> io::Result<u8> {
    let bytes = read_limited(path, MAX_RECEIPT)?;
    let receipt = std::str::from_utf8(&bytes).ok().filter(|t| t.starts_with(FIRST_LINE)).and_then(Receipt::parse);
    let Some(key) = &policy.key else {
        print_stderr!("{}", ProofText::KeyNeeded {}.localized(lang));
        return Ok(EXIT_USAGE);
    };
    let judged =
        receipt.as_ref().ok_or(VerifyError::ReceiptUnreadable).and_then(|r| r.verify(key, policy.witness.as_ref()));
    let mut out = io::stdout().lock();
    let ((checkpoint, evidence), receipt) = match (judged, receipt) {
        (Ok(judged), Some(receipt)) => (judged, receipt),
        (Err(wrong), _) => {
            match format {
                CliFormat::Json => {
                    let verdict = json!({ "whole": false, "faults": [fault_json(&wrong)] });
                    writeln!(out, "{verdict:#}")?;
                }
                CliFormat::Text => {
                    writeln!(out, "{}", strip_unprintable(&verdict_text(&wrong).localized(lang).to_string()))?
                }
            }
            return Ok(EXIT_PROBLEMS);
        }
        (Ok(_), None) => return Ok(EXIT_PROBLEMS),
    };
    let bounds = evidence.bounds(receipt.seq);
    let entry = parse_record(&receipt.line, receipt.seq).ok();
    let airing = entry.as_ref().and_then(LoggedAiring::of);
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
            writeln!(
                out,
                "{}",
                strip_unprintable(&ProofText::ReceiptWhole { seq, origin, entries }.localized(lang).to_string())
            )?;
            let told = airing.into_iter().flat_map(|airing| airing_lines(airing, bounds, lang));
            // A receipt has no anchor: the third line would say that there is none in the log.
            for (_, line) in told.enumerate().filter(|(n, _)| *n != 2) {
                writeln!(out, "{}", strip_unprintable(&line))?;
            }
            writeln!(out, "{}", ProofText::ReceiptLimits {}.localized(lang))?;
        }
    }
    Ok(EXIT_OK)
}
