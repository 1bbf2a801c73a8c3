//! Files of the schedule in force that disappeared from the folder without the operator's confirmation.
//!
//! A missing USB stick, a power cut during a save and a folder that was moved for a short time look the same as a
//! request to play nothing. Therefore, a file that the schedule in force uses and that is missing from the folder is
//! suspect: the entire schedule stays in force until the file is back or the operator confirms the removal. An edit of
//! a file's text is not suspect.
use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::StationFiles;
use crate::schedule::finding::{Finding, SuspectReason};
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::{Id, ParsedSchedule, SourceFile, read};
use crate::text::problem::Hint;

/// A suspect file of the schedule in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspectFile {
    /// The path of the file in the station's folder.
    pub file: String,
    /// The reason why the file is suspect.
    #[serde(rename = "why")]
    pub reason: SuspectReason,
}

impl SuspectFile {
    /// Returns true when the operator is allowed to confirm the removal. A file that still exists but is not empty must
    /// be repaired or deleted first.
    #[must_use]
    pub fn may_be_intentional(&self) -> bool {
        matches!(self.reason, SuspectReason::Gone | SuspectReason::Empty)
    }

    /// Returns the problem that is reported for the file.
    #[must_use]
    pub fn to_problem(&self, span: SourceSpan) -> Problem {
        let file = self.file.clone();
        let hint = match self.may_be_intentional() {
            true => Hint::PutBack { file: file.clone() },
            false => Hint::FixOrRestore { file: file.clone() },
        };
        Problem::error(span, Finding::PlaylistUnavailable { file, why: self.reason }, hint)
    }
}

/// Returns the files of the schedule in force that are missing from the folder or are unusable there. A file whose
/// segments, sessions, campaigns and holidays are now all in other files has been renamed, so it is not suspect.
#[must_use]
pub fn suspect_files(in_force: &[SourceFile], folder_files: &StationFiles) -> Vec<SuspectFile> {
    let candidates: Vec<(usize, SuspectReason)> = in_force
        .iter()
        .enumerate()
        .filter_map(|(file_index, file)| Some((file_index, suspect_reason(&file.name, folder_files)?)))
        .collect();
    if candidates.is_empty() {
        return Vec::new();
    }
    let (parsed_in_force, parsed_folder) = (read(in_force), read(&folder_files.files));
    let current_items: HashSet<ItemKey<'_>> = named_items(&parsed_folder).map(|(item_key, _)| item_key).collect();
    let is_lost = |(file_index, reason): &(usize, SuspectReason)| {
        let file = &in_force[*file_index];
        if file.name == "station.toml" {
            return !file.is_blank();
        }
        let mut item_keys = named_items(&parsed_in_force)
            .filter(|(_, span)| span.file_index == *file_index)
            .map(|(item_key, _)| item_key)
            .peekable();
        let may_have_moved = matches!(reason, SuspectReason::Gone | SuspectReason::Empty | SuspectReason::Dangling);
        item_keys.peek().is_some() && !(may_have_moved && item_keys.all(|item_key| current_items.contains(&item_key)))
    };
    candidates
        .iter()
        .filter(|candidate| is_lost(candidate))
        .map(|(file_index, reason)| SuspectFile { file: in_force[*file_index].name.clone(), reason: *reason })
        .collect()
}

/// Returns all files of the schedule in force as suspect, for a folder that cannot be read. Blank files are skipped.
#[must_use]
pub fn all_suspect(in_force: &[SourceFile], reason: SuspectReason) -> Vec<SuspectFile> {
    let non_blank_files = in_force.iter().filter(|file| !file.is_blank());
    non_blank_files.map(|file| SuspectFile { file: file.name.clone(), reason }).collect()
}

/// Returns the reason why a file of the schedule in force is suspect; `None` for a usable file.
fn suspect_reason(name: &str, folder_files: &StationFiles) -> Option<SuspectReason> {
    let folder_file = folder_files.files.iter().find(|file| file.name == name);
    let Some(file) = folder_file.filter(|file| file.name != "station.toml" || folder_files.has_settings) else {
        let is_dangling = |p: &Problem| matches!(&p.finding, Finding::DanglingLink { file, .. } if file == name);
        return Some(if folder_files.problems.iter().any(is_dangling) {
            SuspectReason::Dangling
        } else {
            SuspectReason::Gone
        });
    };
    if file.link_target.is_some() {
        Some(SuspectReason::Link)
    } else if file.read_error.is_some() {
        Some(SuspectReason::Unreadable)
    } else if file.first_invalid_byte.is_some() || file.text.contains('\0') {
        Some(SuspectReason::Garbled)
    } else {
        file.is_blank().then_some(SuspectReason::Empty)
    }
}

/// The kind and the id of an item that a file defines.
type ItemKey<'a> = (&'static str, &'a Id);

/// Returns all items that the files define, with their spans. An item is included even if only its id was understood.
fn named_items(parsed: &ParsedSchedule) -> impl Iterator<Item = (ItemKey<'_>, &SourceSpan)> {
    let spans = &parsed.spans;
    let spans_by_kind = [
        ("campaign", &spans.campaigns),
        ("segment", &spans.segments),
        ("session", &spans.sessions),
        ("holiday", &spans.holidays),
    ];
    spans_by_kind.into_iter().flat_map(|(kind, spans_by_id)| {
        spans_by_id.iter().filter_map(move |(id, keys)| Some(((kind, id), keys.values().next()?)))
    })
}

#[cfg(test)]
mod tests;
