//! Adds remarks to a row: about the plausibility of the entries, earlier findings, and the silence of a station.
use std::sync::PoisonError;

use chrono::DateTime;

use super::print::format_to_minute;
use super::row::{CollectRow, CollectState};
use super::table::CollectTable;
use crate::airlog::files::CHECKPOINT;
use crate::airlog::plausibility::PlausibilityRemark;
use crate::airlog::plausibility::finding_text::implausible_text;
use crate::airlog::storage::{AnyStorage, Storage};
use crate::base::hash::hex;
use crate::base::platform::unix_time_s;
use crate::cli::record::plausibility::{all_findings, findings_json};
use crate::logstore::export::ExportSummary;
use crate::logstore::source::{LogForm, LogSource};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::entry::entry_time_text;
use crate::proof::note::{MAX_NOTE_BYTES, Note};
use crate::text::department::DepartmentText;
use crate::text::plausibility::PlausibilityText;

impl CollectTable<'_> {
    /// Adds findings and remarks about the plausibility of the new entries.
    pub(super) fn add_plausibility(&self, row: &mut CollectRow, summary: &ExportSummary) {
        let plausibility = &summary.plausibility;
        let (findings, count) = all_findings(plausibility);
        let new_count = count.min(findings.len() as u64);
        row.finding_count = plausibility.fold.finding_count();
        if let Some(first) = findings.first() {
            (row.state, row.is_good) = (CollectState::Implausible, false);
            row.remarks.push(DepartmentText::Plausibility {
                text: PlausibilityText::Found { count: new_count.into(), doubt: implausible_text(&first.cause) },
            });
        } else if count > 0 {
            // All findings are from earlier collections, and they still hold.
            (row.state, row.is_good) = (CollectState::Implausible, false);
            row.remarks
                .push(DepartmentText::Plausibility { text: PlausibilityText::FoundAlready { count: count.into() } });
        }
        let (sounded_count, unconfirmed_count) = plausibility.audible_outcome_counts();
        if unconfirmed_count > 0 {
            row.remarks.push(DepartmentText::Plausibility {
                text: PlausibilityText::UnvouchedNew { aired: sounded_count, alone: unconfirmed_count },
            });
        }
        if let Some(predecessor) = plausibility.fold.follows() {
            let collected = predecessor.signed_head.as_deref().map_or(0, |head| self.collected_entry_count(head));
            let (entries, kept_as) = (predecessor.entries, predecessor.set_aside_as.clone());
            row.remarks.push(DepartmentText::Plausibility {
                text: PlausibilityText::FollowedCollected { entries: entries.into(), kept_as, collected },
            });
        }
        // `loa collect` prints this remark only at the log's first collection. The report repeats it.
        if let (0, Some(PlausibilityRemark::OlderThanWitness { days })) =
            (summary.entries_before, plausibility.fold.age_remark())
        {
            row.remarks.push(DepartmentText::Plausibility { text: PlausibilityText::OlderNew { days: days.into() } });
        }
        row.plausibility_json = Some(findings_json(plausibility));
    }

    /// Adds the findings of earlier collections. They still hold when a source has an older copy of the log.
    pub(super) fn add_earlier_findings(&self, row: &mut CollectRow) {
        let witness = self.witness.lock().unwrap_or_else(PoisonError::into_inner);
        let count = witness.fold(&row.origin).ok().flatten().map_or(0, |fold| fold.finding_count());
        if count > 0 {
            row.is_good = false;
            row.remarks
                .push(DepartmentText::Plausibility { text: PlausibilityText::FoundAlready { count: count.into() } });
        }
    }

    /// Returns the number of entries in the store for the log with this head.
    pub(super) fn collected_entry_count(&self, head: &str) -> u64 {
        let head = Note::parse(head.as_bytes()).and_then(|note| Checkpoint::parse(&note.text));
        head.filter(|head| self.registry.log(&head.origin).is_some())
            .map_or(0, |head| self.newest_time_and_count(&head.origin).1)
    }

    /// Adds a remark if the station's newest entry is too old.
    pub(super) fn add_silence_remark(&self, row: &mut CollectRow) {
        if self.is_silent(row.newest_entry_at.as_deref()) {
            row.is_good = false;
            let at = row.newest_entry_at.as_deref().map(format_to_minute).unwrap_or_default();
            row.remarks.push(DepartmentText::NothingSince { at });
        }
    }

    /// Returns `true` if the newest entry is more than `max_silence_days` old, or if there is no entry.
    pub(super) fn is_silent(&self, newest_entry_at: Option<&str>) -> bool {
        let at = newest_entry_at.and_then(|at| DateTime::parse_from_rfc3339(at).ok()).map(|at| at.timestamp());
        let now = i64::try_from(unix_time_s()).unwrap_or(i64::MAX);
        at.is_none_or(|at| now - at > self.max_silence_days.saturating_mul(86_400))
    }

    /// Returns the number of entries in the store for a log, and their root in hex; `None` if there is no head.
    pub(super) fn known_head(&self, origin: &str) -> Option<(u64, String)> {
        let storage: AnyStorage = self.store.child_storage(origin);
        let head = storage.read_all(CHECKPOINT, MAX_NOTE_BYTES as u64).ok().flatten().filter(|_| !origin.is_empty())?;
        let head = Checkpoint::parse(&Note::parse(&head)?.text)?;
        Some((head.size, hex(&head.root)))
    }

    /// Returns the time of the log's newest entry in the store, and the number of its entries there.
    pub(super) fn newest_time_and_count(&self, origin: &str) -> (Option<String>, u64) {
        let storage: AnyStorage = self.store.child_storage(origin);
        let head = storage.read_all(CHECKPOINT, MAX_NOTE_BYTES as u64).ok().flatten();
        let head = head.filter(|_| !origin.is_empty()).and_then(|bytes| Checkpoint::parse(&Note::parse(&bytes)?.text));
        let Some(size) = head.map(|head| head.size).filter(|size| *size > 0) else {
            return (None, 0);
        };
        let source = LogSource { storage, form: LogForm::Export };
        let chunk = source.chunks_from(size - 1, size).and_then(|mut chunks| chunks.next_chunk());
        let newest_chunk = chunk.ok().and_then(Result::ok);
        (
            newest_chunk
                .and_then(|chunk| chunk.lines().first().and_then(|line| entry_time_text(line)).map(str::to_owned)),
            size,
        )
    }
}
