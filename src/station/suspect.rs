//! Files of the schedule in force that have gone from the folder without a person's word.
//!
//! A missing USB stick, a power cut during a save and a folder that was moved for a moment look the same as an order to
//! play nothing. So a file that the schedule in force uses and the folder does not show is suspect: the whole schedule
//! stays in force until the file is back or a person confirms the removal. An edit of a file's text is not suspect.
use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::StationFiles;
use crate::schedule::finding::{Finding, SuspectReason as Why};
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::{Id, ParsedSchedule, SourceFile, read};
use crate::text::problem::Hint;

/// A suspect file of the schedule in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspectFile {
    /// Its name.
    pub file: String,
    /// Why.
    pub why: Why,
}

impl SuspectFile {
    /// Returns whether a person may confirm the removal: a file that is still there in some form must be repaired or
    /// deleted first.
    #[must_use]
    pub fn may_be_intentional(&self) -> bool {
        matches!(self.why, Why::Gone | Why::Empty)
    }

    /// Returns the problem that is reported for it.
    #[must_use]
    pub fn to_problem(&self, place: SourceSpan) -> Problem {
        let (file, why) = (self.file.clone(), self.why);
        let hint = match self.may_be_intentional() {
            true => Hint::PutBack { file: file.clone() },
            false => Hint::PutRight { file: file.clone() },
        };
        Problem::error(place, Finding::PlaylistAway { file, why }, hint)
    }
}

/// Returns the files of the schedule in force that are missing from the folder or hold nothing usable. A file whose
/// segments, sessions, campaigns and holidays are all in other files now has been renamed and is not suspect.
#[must_use]
pub fn suspect_files(in_force: &[SourceFile], shown: &StationFiles) -> Vec<SuspectFile> {
    let candidates: Vec<(usize, Why)> =
        in_force.iter().enumerate().filter_map(|(i, file)| Some((i, suspect_reason(&file.name, shown)?))).collect();
    if candidates.is_empty() {
        return Vec::new();
    }
    let (before, now) = (read(in_force), read(&shown.files));
    let now: HashSet<ItemKey<'_>> = named_items(&now).map(|(name, _)| name).collect();
    let lost = |(i, why): &(usize, Why)| {
        let file = &in_force[*i];
        if file.name == "station.toml" {
            return !file.is_blank();
        }
        let mut own = named_items(&before).filter(|(_, place)| place.file == *i).map(|(name, _)| name).peekable();
        let moved = matches!(why, Why::Gone | Why::Empty | Why::Dangling);
        own.peek().is_some() && !(moved && own.all(|name| now.contains(&name)))
    };
    candidates
        .iter()
        .filter(|one| lost(one))
        .map(|(i, why)| SuspectFile { file: in_force[*i].name.clone(), why: *why })
        .collect()
}

/// Returns the suspect files when the folder itself cannot be read.
#[must_use]
pub fn all_suspect(in_force: &[SourceFile], why: Why) -> Vec<SuspectFile> {
    let named = in_force.iter().filter(|file| !file.is_blank());
    named.map(|file| SuspectFile { file: file.name.clone(), why }).collect()
}

fn suspect_reason(name: &str, shown: &StationFiles) -> Option<Why> {
    let found = shown.files.iter().find(|file| file.name == name);
    let Some(file) = found.filter(|file| file.name != "station.toml" || shown.has_settings) else {
        let is_dangling = |p: &Problem| matches!(&p.finding, Finding::DanglingLink { file, .. } if file == name);
        return Some(if shown.problems.iter().any(is_dangling) { Why::Dangling } else { Why::Gone });
    };
    if file.link_target.is_some() {
        Some(Why::Link)
    } else if file.unreadable.is_some() {
        Some(Why::Unreadable)
    } else if file.not_utf8.is_some() || file.text.contains('\0') {
        Some(Why::Garbled)
    } else {
        file.is_blank().then_some(Why::Empty)
    }
}

/// The kind and the id of an item that a file names.
type ItemKey<'a> = (&'static str, &'a Id);

/// Returns all items named in files with their places, including those understood only by their id.
fn named_items(reading: &ParsedSchedule) -> impl Iterator<Item = (ItemKey<'_>, &SourceSpan)> {
    let places = &reading.spans;
    let kinds = [
        ("campaign", &places.campaigns),
        ("segment", &places.segments),
        ("session", &places.sessions),
        ("holiday", &places.holidays),
    ];
    kinds
        .into_iter()
        .flat_map(|(kind, all)| all.iter().filter_map(move |(id, keys)| Some(((kind, id), keys.values().next()?))))
}

#[cfg(test)]
mod tests;
