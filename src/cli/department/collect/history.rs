//! Facts about a log from other sources than this collection: earlier findings, silence, the newest stored entry.
use std::sync::PoisonError;

use chrono::DateTime;

use super::print::to_the_minute;
use super::row::{CollectRow, CollectState};
use super::table::CollectTable;
use crate::airlog::files::CHECKPOINT;
use crate::airlog::plausibility::PlausibilityRemark;
use crate::airlog::plausibility::finding_text::implausible_text;
use crate::airlog::storage::{AnyStorage, Storage};
use crate::base::platform::unix_time_s;
use crate::cli::record::plausibility;
use crate::logstore::export::ExportSummary;
use crate::logstore::source::{LogForm, LogSource};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::entry::entry_time_text;
use crate::proof::note::{MAX_NOTE, Note};
use crate::text::department::DepartmentText;
use crate::text::plausibility::PlausibilityText;

impl CollectTable<'_> {
    /// Adds findings and remarks about the plausibility of the new entries.
    pub(super) fn add_plausibility(&self, row: &mut CollectRow, exported: &ExportSummary) {
        let plausible = &exported.plausibility;
        let (findings, count) = plausibility::all_findings(plausible);
        let new = count.min(findings.len() as u64);
        if let Some(first) = findings.first() {
            (row.state, row.good) = (CollectState::Implausible, false);
            row.remarks.push(DepartmentText::Judged {
                words: PlausibilityText::Found { count: new, doubt: implausible_text(&first.why) },
            });
        } else if count > 0 {
            // Earlier findings still hold.
            (row.state, row.good) = (CollectState::Implausible, false);
            row.remarks.push(DepartmentText::Judged { words: PlausibilityText::FoundAlready { count } });
        }
        let (aired, alone) = plausible.audible_outcomes();
        if alone > 0 {
            row.remarks.push(DepartmentText::Judged { words: PlausibilityText::UnvouchedNew { aired, alone } });
        }
        if let Some(follows) = plausible.fold.follows() {
            let collected = follows.head.as_deref().map_or(0, |head| self.collected_entries(head));
            let (entries, kept_as) = (follows.entries, follows.kept_as.clone());
            row.remarks.push(DepartmentText::Judged {
                words: PlausibilityText::FollowedCollected { entries, kept_as, collected },
            });
        }
        // Said once; later the report says it.
        if let (0, Some(PlausibilityRemark::OlderThanWitness { days })) =
            (exported.entries_before, plausible.fold.older_than_witness())
        {
            row.remarks.push(DepartmentText::Judged { words: PlausibilityText::OlderNew { days } });
        }
        row.plausibility_json = Some(plausibility::findings_json(plausible));
    }

    /// Adds the findings of earlier collections, which an older copy of the log does not undo.
    pub(super) fn add_earlier_findings(&self, row: &mut CollectRow) {
        let witness = self.witness.lock().unwrap_or_else(PoisonError::into_inner);
        let count = witness.fold(&row.origin).ok().flatten().map_or(0, |fold| fold.finding_count());
        if count > 0 {
            row.good = false;
            row.remarks.push(DepartmentText::Judged { words: PlausibilityText::FoundAlready { count } });
        }
    }

    /// Returns how many entries of the log with this head are in the store.
    pub(super) fn collected_entries(&self, head: &str) -> u64 {
        let head = Note::parse(head.as_bytes()).and_then(|note| Checkpoint::parse(&note.text));
        head.filter(|head| self.registry.log(&head.origin).is_some())
            .map_or(0, |head| self.newest_entry(&head.origin).1)
    }

    pub(super) fn add_silence(&self, row: &mut CollectRow) {
        if self.is_silent(row.newest.as_deref()) {
            row.good = false;
            let at = row.newest.as_deref().map(to_the_minute).unwrap_or_default();
            row.remarks.push(DepartmentText::NothingSince { at });
        }
    }

    /// Returns whether a station with this newest entry has been silent for too long.
    pub(super) fn is_silent(&self, newest: Option<&str>) -> bool {
        let at = newest.and_then(|at| DateTime::parse_from_rfc3339(at).ok()).map(|at| at.timestamp());
        let now = i64::try_from(unix_time_s()).unwrap_or(i64::MAX);
        at.is_none_or(|at| now - at > self.silent_days.saturating_mul(86_400))
    }

    /// Returns the time of the newest entry in the store, and the number of entries.
    pub(super) fn newest_entry(&self, origin: &str) -> (Option<String>, u64) {
        let storage: AnyStorage = self.store.child_storage(origin);
        let head = storage.read_all(CHECKPOINT, MAX_NOTE as u64).ok().flatten();
        let head = head.filter(|_| !origin.is_empty()).and_then(|bytes| Checkpoint::parse(&Note::parse(&bytes)?.text));
        let Some(size) = head.map(|head| head.size).filter(|size| *size > 0) else {
            return (None, 0);
        };
        let source = LogSource { storage, form: LogForm::Export };
        let chunk = source.chunks_from(size - 1, size).and_then(|mut chunks| chunks.next_chunk());
        let line = chunk.ok().and_then(Result::ok);
        (line.and_then(|chunk| chunk.lines().first().and_then(|line| entry_time_text(line)).map(str::to_owned)), size)
    }
}
