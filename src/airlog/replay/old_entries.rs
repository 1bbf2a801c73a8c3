//! Applies lines of a log. Of old entries, only what still matters is read.
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::{EntryMoment, Replay};
use crate::airlog::airing_id::date_in_id;
use crate::airlog::entry::Body;
use crate::airlog::record::{parse_any_record, parse_record};
use crate::proof::entry::entry_type;

/// Number of the last entries that are read in full.
const FULLY_READ: u64 = 1024;

impl Replay {
    /// Applies the line of the entry with this number, in a log of `size` entries. Returns false when it is not an
    /// entry.
    pub fn apply_line(&mut self, line: &[u8], seq: u64, size: u64) -> bool {
        let Some(kind) = entry_type(line, seq) else {
            return false;
        };
        if seq + FULLY_READ < size && self.apply_old(kind, line) {
            return true;
        }
        self.merge_old();
        match parse_record(line, seq) {
            Ok(record) => {
                self.apply(&record);
                true
            }
            Err(_) => false,
        }
    }

    /// Applies an old entry, of which little matters now. Returns false when it must be read in full. A later
    /// comparison of the root shows whether the line is what was signed.
    fn apply_old(&mut self, kind: &str, line: &[u8]) -> bool {
        match kind {
            "outcome" => {
                let Some((id, rest)) = text_of(line, &ID) else {
                    return false;
                };
                let reason = text_of(rest, &REASON);
                let reason = reason.and_then(|(code, _)| serde_json::from_value(code.into()).ok());
                let planned = text_of(rest, &PLANNED_AT).is_some();
                self.old.starts.retain(|(start, _)| start != id);
                self.count_outcome(id, reason, planned);
                self.old.settled.extend(date_in_id(id).map(|date| (date, id.to_owned())));
            }
            "start" => {
                let Some((id, _)) = text_of(line, &ID) else {
                    return false;
                };
                self.mark_session_begun(id);
                self.old.starts.push((id.to_owned(), line.to_vec()));
            }
            "note" | "operator" | "device" | "clock-step" | "shutdown" | "anchor" | "cosigned" | "gap" | "edit" => {}
            _ => return false,
        }
        self.entries += 1;
        self.in_epoch += 1;
        if self.trust.is_some_and(|(trusted, _)| trusted) {
            text_of(line, &AT).map_or("", |(at, _)| at).clone_into(&mut self.old.at);
        }
        true
    }

    /// Merges the state left by old entries. Runs before an entry is read in full.
    pub(super) fn merge_old(&mut self) {
        self.clock_floor = std::mem::take(&mut self.old.at).parse().ok().or(self.clock_floor);
        self.with_outcome.extend(std::mem::take(&mut self.old.settled).into_iter().map(|(_, id)| id));
        for (_, line) in std::mem::take(&mut self.old.starts) {
            if let Ok(record) = parse_any_record(&line)
                && let Some(Body::Start(note)) = &record.body
            {
                self.start(note, EntryMoment::from(&record));
            }
        }
    }
}

/// Returns the text after a key up to the next quote, and the rest of the line. A quote inside a JSON string has a
/// backslash before it, so the key with its quotes stands nowhere else; ids, codes and times contain no quotes.
fn text_of<'a>(line: &'a [u8], key: &Finder<'_>) -> Option<(&'a str, &'a [u8])> {
    let rest = &line[key.find(line)? + key.needle().len()..];
    let (text, rest) = rest.split_at(memchr::memchr(b'"', rest)?);
    Some((std::str::from_utf8(text).ok()?, rest))
}

static AT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(br#","at":""#));
static ID: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(br#","id":""#));
static PLANNED_AT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(br#","planned_at":""#));
static REASON: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(br#","reason":""#));
