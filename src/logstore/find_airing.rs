//! Finds the airing that the user names by its id, or by the number of its outcome in the log.
use std::collections::HashSet;
use std::io;

use super::kept_files::read_kept_plan;
use super::source::{LogForm, LogSource};
use crate::airlog::airing_id::date_in_id;
use crate::airlog::entry::Body;
use crate::airlog::parts::LogLines;
use crate::airlog::record::{Record, parse_record};
use crate::airlog::storage::Storage;
use crate::proof::signed_head::SignedHead;

/// Maximum number of digits that are quoted from a number that no entry can have.
const MAX_QUOTED_DIGITS: usize = 40;

/// How the user refers to an airing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AiringName {
    /// The number of its outcome, which never changes.
    Number(u64),
    /// A number larger than any entry number, as the user wrote it; shortened if it is long.
    HugeNumber(String),
    /// Its id.
    Id(String),
}

impl AiringName {
    /// Reads digits as a number, and anything else as an id. No id consists of digits alone.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match text.parse() {
            Ok(number) if is_number => Self::Number(number),
            Err(_) if is_number && text.len() <= MAX_QUOTED_DIGITS => Self::HugeNumber(text.to_owned()),
            Err(_) if is_number => Self::HugeNumber(format!("{}…", &text[..MAX_QUOTED_DIGITS])),
            _ => Self::Id(text.to_owned()),
        }
    }
}

/// An airing in the log or in a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedAiring {
    /// Its id.
    pub id: String,
    /// Its title; empty if only a plan has the airing.
    pub title: String,
}

/// The reason why no airing was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AiringAbsence {
    /// The log has fewer entries.
    NumberPastLog {
        /// The number of entries.
        entries: u64,
    },
    /// The entry with this number is not an outcome.
    NotAnOutcome,
    /// Neither the log nor a plan has an airing with this id.
    NoSuchId,
}

/// Finds the airing whose outcome has this number.
///
/// # Errors
/// If the storage fails.
pub fn find_by_number<S: Storage>(
    source: &LogSource<S>,
    number: u64,
) -> io::Result<Result<NamedAiring, AiringAbsence>> {
    let entries = entry_count(source)?;
    if number >= entries {
        return Ok(Err(AiringAbsence::NumberPastLog { entries }));
    }
    let chunk = source.chunks_from(number, number + 1)?.next_chunk()?;
    let record = chunk.ok().and_then(|chunk| parse_record(chunk.lines().first()?, number).ok());
    let outcome = record.as_ref().and_then(Record::outcome);
    let named =
        outcome.map(|outcome| NamedAiring { id: outcome.labels.id.clone(), title: outcome.labels.title.clone() });
    Ok(named.ok_or(AiringAbsence::NotAnOutcome))
}

/// Returns the number of signed entries.
///
/// # Errors
/// If the storage fails.
pub fn entry_count<S: Storage>(source: &LogSource<S>) -> io::Result<u64> {
    Ok(SignedHead::parse(&source.heads()?.head).map_or(0, |head| head.checkpoint.size))
}

/// Finds the airing with this id in a station's log: one that has started or has an outcome, or one in a logged plan.
///
/// # Errors
/// If the storage fails.
pub fn find_by_id<S: Storage>(source: &LogSource<S>, id: &str) -> io::Result<Result<NamedAiring, AiringAbsence>> {
    if source.form != LogForm::Airlog {
        return Ok(Err(AiringAbsence::NoSuchId));
    }
    let date = date_in_id(id);
    let id_bytes = format!("\"id\":{}", serde_json::Value::from(id)).into_bytes();
    let date_bytes = date.map(|date| format!("\"date\":\"{date}\"").into_bytes());
    let contains = |line: &[u8], bytes: &[u8]| memchr::memmem::find(line, bytes).is_some();
    let mut plan_hashes: HashSet<String> = HashSet::new();
    let (mut lines, mut line) = (LogLines::new(&source.storage)?, Vec::new());
    loop {
        line.clear();
        let seq = lines.lines_read();
        if lines.next_into(&mut line)?.is_err() {
            break;
        }
        // Parsing every line of a log that spans years would take seconds.
        if !contains(&line, &id_bytes) && !date_bytes.as_ref().is_some_and(|bytes| contains(&line, bytes)) {
            continue;
        }
        let Ok(record) = parse_record(&line, seq) else { continue };
        if let Some(labels) = record.labels().filter(|labels| labels.id == id) {
            return Ok(Ok(NamedAiring { id: labels.id.clone(), title: labels.title.clone() }));
        }
        match record.body {
            Some(Body::Plan(plan)) if Some(plan.date) == date => drop(plan_hashes.insert(plan.sha256)),
            _ => {}
        }
    }
    for sha256 in plan_hashes {
        let bytes = read_kept_plan(&source.storage, &sha256)?.unwrap_or_default();
        let rows: Vec<PlanRow> = serde_json::from_slice(&bytes).unwrap_or_default();
        if let Some(row) = rows.into_iter().find(|row| row.id == id) {
            return Ok(Ok(NamedAiring { id: row.id, title: row.title }));
        }
    }
    Ok(Err(AiringAbsence::NoSuchId))
}

/// The row of an airing in a kept plan.
#[derive(serde::Deserialize)]
struct PlanRow {
    id: String,
    #[serde(default)]
    title: String,
}

#[cfg(test)]
mod tests {
    use super::AiringName;

    #[test]
    fn digits_are_parsed_as_a_number_and_any_other_text_as_an_id() {
        assert_eq!(AiringName::parse(" 128 "), AiringName::Number(128));
        let huge = "99999999999999999999999";
        assert_eq!(AiringName::parse(huge), AiringName::HugeNumber(huge.to_owned()));
        assert_eq!(AiringName::parse(&"9".repeat(70)), AiringName::HugeNumber(format!("{}…", "9".repeat(40))));
        for id in ["sang@2023-03-20T05:15:00#2", "operator@x", "-1", "1.5", ""] {
            assert_eq!(AiringName::parse(id), AiringName::Id(id.to_owned()));
        }
    }
}
