//! `loa verify`: is a log, an export or a receipt whole?
use std::io::{self, Read, Write};
use std::path::Path;

use chrono::{DateTime, FixedOffset, Offset, SecondsFormat, Utc};
use serde_json::json;

use super::log::Airing;
use super::table::plain;
use super::words::{fault, result_word};
use super::{Asked, Format, OK, PROBLEMS, USAGE, doubts, help_language};
use crate::airlog::record::record;
use crate::archive::judge::{Verdict, judge_path, processors};
use crate::durable;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::entry::station_of;
use crate::proof::headcode::{head_code, normal};
use crate::proof::note::{MAX_NOTE, Note, Signed, VerifierKey};
use crate::proof::receipt::{FIRST_LINE, MAX_RECEIPT, Receipt};
use crate::proof::verify::{Bounds, Policy, Wrong};
use crate::text::doubt::Plausible;
use crate::text::log::Table;
use crate::text::proof::Proof;
use crate::text::{Lang, Say, complain};

/// `loa verify`.
///
/// # Errors
/// When standard output cannot be written, or the log's folder cannot be read.
pub fn run(path: &Path, asked: &Asked, lang: Option<Lang>, format: Format) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| help_language(&[]));
    let policy = match policy(asked) {
        Ok(policy) => policy,
        Err(complaint) => {
            complain!("{}", complaint.say(lang));
            return Ok(USAGE);
        }
    };
    if path.is_file() {
        return receipt(path, &policy, lang, format);
    }
    let mut policy = policy;
    let mut verdict = match seen(asked, &mut policy)? {
        Ok(()) => judge_path(path, &policy, processors())?,
        Err(wrong) => Verdict { wrong: vec![wrong], ..Verdict::default() },
    };
    if let Some(first) = verdict.found.evidence.first_cosigned() {
        verdict.plausible.fold.cosigned(i64::try_from(first).unwrap_or(i64::MAX));
    }
    let entry = verdict.found.airing.as_ref().and_then(|(seq, line)| record(line, *seq).ok());
    let airing = entry.as_ref().and_then(Airing::of);
    let bounds = verdict.found.airing.as_ref().map(|(seq, _)| verdict.found.evidence.bounds(*seq));
    match format {
        Format::Json => print_json(&verdict, &policy, airing.zip(bounds))?,
        Format::Text => print_text(&verdict, &policy, airing.zip(bounds), lang)?,
    }
    let implausible = doubts::found(&verdict.plausible).1 > 0;
    Ok(if verdict.wrong.is_empty() && !implausible { OK } else { PROBLEMS })
}

fn policy(asked: &Asked) -> Result<Policy, Proof> {
    let key = |text: &Option<String>| match text {
        Some(text) => VerifierKey::parse(text).map(Some).ok_or_else(|| Proof::BadKey { text: plain(text) }),
        None => Ok(None),
    };
    let code = asked.head_code.as_ref().map(|typed| normal(typed).ok_or(Proof::BadCode {})).transpose()?;
    Ok(Policy {
        key: key(&asked.key)?,
        witness: key(&asked.witness_key)?,
        seen: Vec::new(),
        code,
        airing: asked.airing.clone(),
        no_epochs: asked.no_epochs,
    })
}

/// Reads the earlier heads that were given; each must be signed by the log's key.
fn seen(asked: &Asked, policy: &mut Policy) -> io::Result<Result<(), Wrong>> {
    for path in &asked.witnessed {
        let note = Note::parse(&bytes_of(path, MAX_NOTE as u64)?);
        let head = note.as_ref().and_then(|note| Checkpoint::parse(&note.text));
        let (Some(note), Some(head)) = (note, head) else {
            return Ok(Err(Wrong::SeenForged));
        };
        let signed = policy.key.as_ref().is_none_or(|key| note.signed_by(key) == Signed::Yes);
        if !signed {
            return Ok(Err(Wrong::SeenForged));
        }
        policy.seen.push(head);
    }
    Ok(Ok(()))
}

fn bytes_of(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    durable::open_regular(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn print_text(verdict: &Verdict, policy: &Policy, airing: Option<(Airing<'_>, Bounds)>, lang: Lang) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if !verdict.wrong.is_empty() {
        for wrong in &verdict.wrong {
            writeln!(out, "{}", plain(&verdict_word(wrong).say(lang).to_string()))?;
        }
        return Ok(());
    }
    let found = &verdict.found;
    let (entries, code) = (found.entries, head_code(&found.root));
    let station = station_of(&found.origin).unwrap_or(&found.origin).to_owned();
    let first = match policy.no_epochs {
        true => Proof::WholeNoEpochs { station, entries, code },
        false => Proof::Whole { station, entries, epochs: found.epochs, code },
    };
    let (implausible, remarks) = doubts::lines(&verdict.plausible, lang);
    let mut lines = vec![first.say(lang).to_string()];
    lines.extend(implausible);
    if let (None, Some(key)) = (&policy.key, &found.key) {
        lines.push(Proof::Unowned { key: key.to_string() }.say(lang).to_string());
    }
    if let (Some(code), Some(entries)) = (&policy.code, found.code_at) {
        lines.push(Proof::CodeFits { code: code.clone(), entries }.say(lang).to_string());
    }
    if let Some((airing, bounds)) = airing {
        lines.extend(airing_told(airing, bounds, lang));
    }
    if !policy.no_epochs && found.open_from < entries {
        lines.push(Proof::OpenEpoch { from: found.open_from }.say(lang).to_string());
    }
    lines.extend(remarks);
    lines.push(Proof::NotNewest {}.say(lang).to_string());
    for line in lines {
        writeln!(out, "{}", plain(&line))?;
    }
    Ok(())
}

/// The sentence for a fault: some say that something was changed, some only that nothing is proved.
pub(super) fn verdict_word(wrong: &Wrong) -> Proof {
    let fault = fault(wrong);
    match wrong {
        Wrong::NoLog
        | Wrong::Rehearsal { .. }
        | Wrong::OtherLog { .. }
        | Wrong::NoSuchAiring
        | Wrong::NoSuchCode
        | Wrong::ReceiptUnreadable
        | Wrong::SeenForged
        | Wrong::WrongKey => Proof::NotProof { fault },
        _ => Proof::Changed { fault },
    }
}

/// What is known of an airing's time: the station's word, and what a department has signed.
fn airing_told(Airing { record, note }: Airing<'_>, bounds: Bounds, lang: Lang) -> Vec<String> {
    let labels = &note.labels;
    let zone = *record.at.offset();
    let result = result_word(note.result).say(lang).to_string();
    let planned = match labels.planned_at {
        Some(at) => at.format("%Y-%m-%d %H:%M:%S").to_string(),
        None => Table::Unplanned {}.say(lang).to_string(),
    };
    let (id, title) = (labels.id.clone(), labels.title.clone());
    let quality = match (record.clock.synchronised, record.clock.max_error_us) {
        (true, error) => Proof::ClockSynced { ms: (error.unwrap_or(0) as f64 / 1000.0).to_string() },
        (false, _) => Proof::ClockAlone {},
    };
    let quality = quality.say(lang).to_string();
    let at = record.at.format("%Y-%m-%d %H:%M:%S%.3f").to_string();
    let before = bounds.not_before.map_or(Proof::NoBefore {}, |t| Proof::NotBefore { at: moment(t, zone) });
    let after = bounds.not_after.map_or(Proof::NoAfter {}, |t| Proof::NotAfter { at: moment(t, zone) });
    let lines = [Proof::AiringTold { id, title, result, planned }, Proof::ClockSaid { at, quality }, before, after];
    let mut lines: Vec<String> = lines.iter().map(|line| line.say(lang).to_string()).collect();
    // From an anchor to a countersignature: the station's own clock has no part in it.
    let within = bounds.not_before.zip(bounds.not_after).map(|(before, after)| after.saturating_sub(before));
    lines.extend(within.map(|s| Plausible::SeenWithin { days: s.div_ceil(86_400).max(1) }.say(lang).to_string()));
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

fn airing_json(Airing { record, note }: Airing<'_>, bounds: Bounds) -> serde_json::Value {
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

fn print_json(verdict: &Verdict, policy: &Policy, airing: Option<(Airing<'_>, Bounds)>) -> io::Result<()> {
    let found = &verdict.found;
    let whole = verdict.wrong.is_empty();
    let faults: Vec<_> = verdict.wrong.iter().map(fault_json).collect();
    let (size, time) = found.evidence.newest_cosigned().unzip();
    let mut out = io::stdout().lock();
    let verdict = json!({
        "whole": whole,
        "faults": faults,
        "origin": Some(&found.origin).filter(|o| !o.is_empty()),
        "key": found.key.as_ref().map(ToString::to_string),
        "key_checked": policy.key.is_some(),
        "entries": whole.then_some(found.entries),
        "root": whole.then(|| crate::proof::note::hex(&found.root)),
        "head_code": whole.then(|| head_code(&found.root)),
        "head_code_at": found.code_at,
        "epochs": (whole && !policy.no_epochs).then_some(found.epochs),
        "open_from": (whole && !policy.no_epochs).then_some(found.open_from),
        "cosigned_entries": size,
        "cosigned_at": rfc3339(time),
        "airing": airing.map(|(airing, bounds)| airing_json(airing, bounds)),
        "plausibility": whole.then(|| doubts::json(&verdict.plausible)),
    });
    serde_json::to_writer_pretty(&mut out, &verdict)?;
    writeln!(out)
}

fn fault_json(wrong: &Wrong) -> serde_json::Value {
    let entry = wrong.first_entry();
    json!({ "code": wrong.code(), "entry": entry, "detail": fault(wrong).say(Lang::En).to_string() })
}

fn receipt(path: &Path, policy: &Policy, lang: Lang, format: Format) -> io::Result<u8> {
    let bytes = bytes_of(path, MAX_RECEIPT)?;
    let receipt = std::str::from_utf8(&bytes).ok().filter(|t| t.starts_with(FIRST_LINE)).and_then(Receipt::parse);
    let Some(key) = &policy.key else {
        complain!("{}", Proof::KeyNeeded {}.say(lang));
        return Ok(USAGE);
    };
    let judged = receipt.as_ref().ok_or(Wrong::ReceiptUnreadable).and_then(|r| r.judge(key, policy.witness.as_ref()));
    let mut out = io::stdout().lock();
    let ((checkpoint, evidence), receipt) = match (judged, receipt) {
        (Ok(judged), Some(receipt)) => (judged, receipt),
        (Err(wrong), _) => {
            match format {
                Format::Json => {
                    let verdict = json!({ "whole": false, "faults": [fault_json(&wrong)] });
                    writeln!(out, "{verdict:#}")?;
                }
                Format::Text => writeln!(out, "{}", plain(&verdict_word(&wrong).say(lang).to_string()))?,
            }
            return Ok(PROBLEMS);
        }
        (Ok(_), None) => return Ok(PROBLEMS),
    };
    let bounds = evidence.bounds(receipt.seq);
    let entry = record(&receipt.line, receipt.seq).ok();
    let airing = entry.as_ref().and_then(Airing::of);
    match format {
        Format::Json => {
            let airing = airing.map(|airing| airing_json(airing, bounds));
            let verdict = json!({
                "whole": true, "faults": [], "origin": checkpoint.origin, "seq": receipt.seq,
                "entries": checkpoint.size, "airing": airing,
            });
            writeln!(out, "{verdict:#}")?;
        }
        Format::Text => {
            let (seq, origin, entries) = (receipt.seq, checkpoint.origin, checkpoint.size);
            writeln!(out, "{}", plain(&Proof::ReceiptWhole { seq, origin, entries }.say(lang).to_string()))?;
            let told = airing.into_iter().flat_map(|airing| airing_told(airing, bounds, lang));
            // A receipt has no anchor: the third line would say that there is none in the log.
            for (_, line) in told.enumerate().filter(|(n, _)| *n != 2) {
                writeln!(out, "{}", plain(&line))?;
            }
            writeln!(out, "{}", Proof::ReceiptLimits {}.say(lang))?;
        }
    }
    Ok(OK)
}
