//! `loa verify STORE/department`: checks the department's own journal by itself.
use std::io::{self, Write};
use std::path::Path;

use chrono::{DateTime, SecondsFormat};
use serde_json::json;

use crate::airlog::storage::FolderStorage;
use crate::base::hash::hex;
use crate::cli::args::CliFormat;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS};
use crate::cli::table::strip_unprintable;
use crate::department::journal::comparison::{StoredJournal, announced_key, judge_stored};
use crate::department::journal::entry::{JournalBody, JournalEntry};
use crate::department::journal::fault::JournalFault;
use crate::department::journal::history::incident_histories;
use crate::department::journal::period_closing::PeriodClosing;
use crate::department::journal::sentence::{format_minute, incident_text, journal_fault_text};
use crate::department::journal::{Journal, read_copy};
use crate::proof::note::VerifierKey;
use crate::text::closing::ClosingText;
use crate::text::journal::JournalText;
use crate::text::{Lang, Localize};

/// Returns true if a folder holds a journal.
pub(super) fn is_journal(folder: &Path) -> bool {
    folder.join("entries").is_dir() || (folder.join("head").is_file() && !folder.join("presented").exists())
}

/// Checks and prints the journal in a folder. Without a `key`, the key is the one that the journal itself names.
pub(super) fn verify_journal(
    folder: &Path,
    key: Option<&VerifierKey>,
    format: CliFormat,
    lang: Lang,
) -> io::Result<u8> {
    let copy = read_copy(&FolderStorage::new(folder.to_owned()), "")?;
    let checked_key = key.cloned().or_else(|| announced_key(&copy));
    let stored = checked_key.map_or(StoredJournal::Faulty(JournalFault::HeadUnsigned), |key| judge_stored(&copy, &key));
    let (journal, signed_at, mut fault) = match stored {
        StoredJournal::Signed { journal, signed_at } => (journal, signed_at, None),
        StoredJournal::Foreign { journal, key, signed_at } => {
            (journal, signed_at, Some(JournalFault::OtherKey { key: key.to_string() }))
        }
        StoredJournal::Faulty(fault) => (Journal::default(), 0, Some(fault)),
        StoredJournal::Absent => (Journal::default(), 0, Some(JournalFault::HeadUnsigned)),
    };
    let has_more = copy.has_rubbish || copy.lines.len() > journal.lines().len();
    if fault.is_none() && has_more {
        fault = Some(JournalFault::Edited { entry: journal.len() });
    }
    let signed_at = DateTime::from_timestamp(i64::try_from(signed_at).unwrap_or(0), 0).unwrap_or_default();
    let signed_at = signed_at.to_rfc3339_opts(SecondsFormat::Secs, true);
    match format {
        CliFormat::Json => print_json(&journal, fault.as_ref(), key.is_some(), &signed_at)?,
        CliFormat::Text => print_text(&journal, fault.as_ref(), key.is_some(), &signed_at, lang)?,
    }
    Ok(if fault.is_none() { EXIT_OK } else { EXIT_PROBLEMS })
}

/// Returns the closings of periods, with their entries.
fn period_closings(journal: &Journal) -> impl Iterator<Item = (&JournalEntry, &PeriodClosing)> {
    journal.entries().iter().filter_map(|entry| match &entry.body {
        JournalBody::PeriodClosing(closing) => Some((entry, &**closing)),
        _ => None,
    })
}

fn print_json(
    journal: &Journal,
    fault: Option<&JournalFault>,
    is_key_checked: bool,
    signed_at: &str,
) -> io::Result<()> {
    let is_whole = fault.is_none();
    let incidents: Vec<serde_json::Value> = incident_histories(journal)
        .into_iter()
        .map(|history| {
            let mut value = json!(history.incident);
            value["seq"] = history.seq.into();
            value["at"] = history.at.into();
            value["seen_again"] = history.seen_again.into();
            value["last_seen_at"] = history.last_seen_at.into();
            value["whole_since"] = history.whole_since.into();
            value["answer"] = history.answer.map_or(serde_json::Value::Null, |answer| json!(answer.record));
            value
        })
        .collect();
    let closings: Vec<serde_json::Value> = period_closings(journal)
        .map(|(entry, closing)| {
            let mut value = json!(closing);
            (value["seq"], value["at"]) = (entry.seq.into(), entry.at.clone().into());
            value
        })
        .collect();
    let verdict = json!({
        "whole": is_whole,
        "fault": fault.map(JournalFault::code),
        "first_entry": fault.and_then(JournalFault::first_entry),
        "origin": journal.start().map(|(origin, _)| origin),
        "key": journal.start().map(|(_, key)| key.to_string()),
        "key_checked": is_key_checked,
        "entries": is_whole.then_some(journal.len()),
        "root": is_whole.then(|| hex(&journal.head().root)),
        "signed_at": is_whole.then_some(signed_at),
        "incidents": incidents,
        "closings": closings,
    });
    writeln!(io::stdout().lock(), "{verdict}")
}

fn print_text(
    journal: &Journal,
    fault: Option<&JournalFault>,
    is_key_checked: bool,
    signed_at: &str,
    lang: Lang,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if let Some(fault) = fault {
        return writeln!(out, "{}", JournalText::NotWhole { fault: journal_fault_text(fault) }.to_plain(lang));
    }
    let histories = incident_histories(journal);
    let is_collection = |body: &JournalBody| matches!(body, JournalBody::Collection(_));
    let whole = JournalText::Whole {
        entries: journal.len().into(),
        collections: journal.entries().iter().filter(|entry| is_collection(&entry.body)).count().into(),
        incidents: histories.len().into(),
        at: format_minute(signed_at),
    };
    writeln!(out, "{}", whole.to_plain(lang))?;
    if let (false, Some((_, key))) = (is_key_checked, journal.start()) {
        writeln!(out, "{}", JournalText::KeyNotChecked { key: key.to_string() }.to_plain(lang))?;
    }
    for history in &histories {
        let incident = &history.incident;
        let name = if incident.origin.is_empty() { &incident.source } else { &incident.origin };
        let text = incident_text(incident).to_plain(lang);
        writeln!(out, "  {}  {}  {}: {text}", history.seq, format_minute(&history.at), strip_unprintable(name))?;
    }
    for (entry, closing) in period_closings(journal) {
        let line = ClosingText::JournalLine {
            number: entry.seq,
            at: format_minute(&entry.at),
            dates: format!("{}..{}", closing.from, closing.until),
            files: closing.files.len().into(),
        };
        writeln!(out, "  {}", line.to_plain(lang))?;
    }
    Ok(())
}
