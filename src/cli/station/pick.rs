//! Finds the segment that a person names on the command line, by its id or by its title.
use std::path::Path;

use super::messages::{print_error, print_hint};
use crate::base::fold::fold;
use crate::cli::exit::EXIT_PROBLEMS;
use crate::cli::shell_words::with_folder;
use crate::cli::table::strip_unprintable;
use crate::schedule::named::NameMatch;
use crate::schedule::{Id, Schedule, Segment};
use crate::text::Lang;
use crate::text::Localize;
use crate::text::library::ScanText;
use crate::text::undo::UndoText;

/// The maximum number of candidates that an error lists.
const MAX_CANDIDATES: usize = 12;
/// The number of characters of the name that an error quotes.
const MAX_QUOTED: usize = 80;

/// The maximum number of names that an error suggests.
const MAX_NEAR: usize = 3;

/// Returns the id of the segment that is named. An id that the schedule does not have is returned too: its playlist
/// may be broken, or the station may play an earlier schedule that still has it.
///
/// # Errors
/// Returns the sentence that says why the name means no segment, or which ones it could mean.
pub(super) fn pick_segment(schedule: &Schedule, name: &str) -> Result<Id, ScanText> {
    let quoted_name = || strip_unprintable(name).chars().take(MAX_QUOTED).collect::<String>();
    match schedule.segment_named(name) {
        // What looks like an id is never taken for a part of another segment's title: that id may be broken, or in force.
        NameMatch::One(segment) => Ok(match Id::new(name) {
            Some(id) if !is_whole_name(segment, name) => id,
            _ => segment.id.clone(),
        }),
        NameMatch::Several(segments) => {
            Err(ScanText::SeveralSegments { name: quoted_name(), candidates: list_segments(&segments) })
        }
        NameMatch::Nothing => Id::new(name).ok_or_else(|| unknown_segment(schedule, name)),
    }
}

/// Returns true if this is the segment's id or its whole title, and no mere part of them.
pub(super) fn is_whole_name(segment: &Segment, name: &str) -> bool {
    segment.id.as_str() == name || fold(&segment.title) == fold(name)
}

/// Returns the sentence for a name that means no segment, with the titles that are near to it.
pub(super) fn unknown_segment(schedule: &Schedule, name: &str) -> ScanText {
    let id = strip_unprintable(name).chars().take(MAX_QUOTED).collect();
    let near = near_segments(schedule, name);
    if near.is_empty() {
        ScanText::NoSuchSegment { id }
    } else {
        ScanText::NoSuchSegmentNear { id, names: list_segments(&near) }
    }
}

/// Prints the sentence of [`pick_segment`], with the command that lists the segments, and returns the exit code.
pub(super) fn report_no_segment(text: &ScanText, station: &Path, lang: Lang) -> u8 {
    print_error(text.to_plain(lang), lang);
    print_hint(UndoText::LookAtList { command: with_folder("list", station) }.localized(lang), lang);
    EXIT_PROBLEMS
}

/// Returns the segments whose title or id is like a name, the most alike first: a few letters differ, or more than half
/// of its words are in the title.
fn near_segments<'a>(schedule: &'a Schedule, name: &str) -> Vec<&'a Segment> {
    let name: String = fold(name).chars().take(MAX_QUOTED).collect();
    let words: Vec<&str> = name.split([' ', '-']).filter(|word| word.chars().count() > 1).collect();
    let slips = |text: &str| strsim::damerau_levenshtein(&name, text);
    let max_slips = name.chars().count() / 4;
    let score = |segment: &Segment| {
        let title: String = fold(&segment.title).chars().take(MAX_QUOTED).collect();
        let found = words.iter().filter(|word| title.split(' ').any(|part| part == **word)).count();
        let slips = slips(&title).min(slips(segment.id.as_str()));
        let is_near = (slips > 0 && slips <= max_slips) || found * 2 > words.len();
        is_near.then_some((words.len() - found, slips))
    };
    let mut scored: Vec<_> = schedule.segments.iter().filter_map(|segment| Some((score(segment)?, segment))).collect();
    scored.sort_by_key(|(score, _)| *score);
    scored.into_iter().take(MAX_NEAR).map(|(_, segment)| segment).collect()
}

/// Lists titles. A title that several segments share is followed by the id.
fn list_segments(segments: &[&Segment]) -> String {
    let is_shared = |title: &str| segments.iter().filter(|segment| segment.title == title).count() > 1;
    let label = |segment: &&Segment| match is_shared(&segment.title) {
        true => format!("“{}” ({})", strip_unprintable(&segment.title), segment.id),
        false => format!("“{}”", strip_unprintable(&segment.title)),
    };
    let mut labels: Vec<String> = segments.iter().take(MAX_CANDIDATES).map(label).collect();
    if segments.len() > MAX_CANDIDATES {
        labels.push("…".to_owned());
    }
    labels.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{SourceFile, read};

    #[test]
    fn a_name_with_a_slip_leads_to_the_segments_that_may_be_meant() {
        let segment = |id: &str, title: &str| format!("[[segment]]\nid = '{id}'\ntitle = '{title}'\nfile = 'a.mp3'\n");
        let text =
            [segment("nhac-hieu", "Nhạc hiệu"), segment("tiem", "Lịch tiêm phòng"), segment("hop", "Lịch họp thôn")];
        let files =
            [SourceFile::new("station.toml", b""), SourceFile::new("playlists/a.toml", text.concat().as_bytes())];
        let schedule = read(&files).schedule;
        let near = |name: &str| near_segments(&schedule, name).iter().map(|s| s.id.as_str()).collect::<Vec<_>>();
        assert_eq!(near("nhac heiu"), ["nhac-hieu"]);
        assert_eq!(near("nhac-hieuu"), ["nhac-hieu"]);
        assert_eq!(near("Lịch tiêm chủng"), ["tiem"]);
        for name in ["không có", "abc", "", "x", &"x".repeat(100_000)] {
            assert_eq!(near(name), [""; 0], "{}", &name[..name.len().min(20)]);
        }
    }
}
