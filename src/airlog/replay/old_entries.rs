//! Replays the lines of a log. Old entries are not parsed in full: only the fields that still matter are read.
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::{EntryMoment, Replay};
use crate::airlog::airing_id::date_in_id;
use crate::airlog::entry::Body;
use crate::airlog::record::{parse_any_record, parse_record};
use crate::proof::entry::entry_type;

/// Number of entries at the end of a log that are parsed in full.
const RECENT_ENTRY_COUNT: u64 = 1024;

impl Replay {
    /// Applies the line of the entry with number `seq` in a log of `size` entries. Returns false if the line is not an
    /// entry.
    pub fn apply_line(&mut self, line: &[u8], seq: u64, size: u64) -> bool {
        let Some(kind) = entry_type(line, seq) else {
            return false;
        };
        if seq + RECENT_ENTRY_COUNT < size && self.apply_old(kind, line) {
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

    /// Applies an old entry without parsing it in full. Returns false if it must be parsed in full. The line is not
    /// checked here. This is safe, because the caller later compares the root of the tree with the head.
    fn apply_old(&mut self, kind: &str, line: &[u8]) -> bool {
        match kind {
            "outcome" => {
                let Some((id, tail)) = text_of(line, &ID) else {
                    return false;
                };
                let reason = text_of(tail, &REASON);
                let reason = reason.and_then(|(code, _)| serde_json::from_value(code.into()).ok());
                let is_planned = text_of(tail, &PLANNED_AT).is_some();
                self.old.starts.retain(|(start_id, _)| start_id != id);
                self.count_outcome(id, reason, is_planned);
                self.old.outcomes.extend(date_in_id(id).map(|date| (date, id.to_owned())));
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
        self.entries_in_epoch += 1;
        if self.trust.is_some_and(|(trusted, _)| trusted) {
            text_of(line, &AT).map_or("", |(at, _)| at).clone_into(&mut self.old.last_trusted_at);
        }
        true
    }

    /// Merges the state from old entries into the main fields. Runs before an entry is parsed in full.
    pub(super) fn merge_old(&mut self) {
        self.clock_floor = std::mem::take(&mut self.old.last_trusted_at).parse().ok().or(self.clock_floor);
        self.settled_ids.extend(std::mem::take(&mut self.old.outcomes).into_iter().map(|(_, id)| id));
        for (_, line) in std::mem::take(&mut self.old.starts) {
            if let Ok(record) = parse_any_record(&line)
                && let Some(Body::Start(entry)) = &record.body
            {
                self.add_start(entry, EntryMoment::from(&record));
            }
        }
    }
}

/// Returns the text value of a key, and the line after that value. The search for the key with its quotes cannot match
/// inside a JSON string, because a quote there is escaped. Ids, codes and times contain no quotes.
fn text_of<'a>(line: &'a [u8], key: &Finder<'_>) -> Option<(&'a str, &'a [u8])> {
    let value = &line[key.find(line)? + key.needle().len()..];
    let (text, tail) = value.split_at(memchr::memchr(b'"', value)?);
    Some((std::str::from_utf8(text).ok()?, tail))
}

static AT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(br#","at":""#));
static ID: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(br#","id":""#));
static PLANNED_AT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(br#","planned_at":""#));
static REASON: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(br#","reason":""#));
