//! Finds the segment that the user names on the command line, by its id or by its title.
use std::path::Path;

use super::messages::{print_error, print_hint};
use super::open_station::require_station;
use crate::base::fold::fold;
use crate::cli::exit::EXIT_PROBLEMS;
use crate::cli::shell_words::with_folder;
use crate::cli::table::strip_unprintable;
use crate::schedule::named::NameMatch;
use crate::schedule::{Id, Schedule, Segment};
use crate::station::unused_audio;
use crate::text::Lang;
use crate::text::Localize;
use crate::text::library::ScanText;
use crate::text::undo::UndoText;

/// The maximum number of candidates that an error lists.
const MAX_CANDIDATES: usize = 12;
/// The maximum number of characters of the name that an error quotes.
const MAX_QUOTED_CHARS: usize = 80;

/// The maximum number of names that an error suggests.
const MAX_SUGGESTIONS: usize = 3;

/// Returns the id of the named segment. An id that the schedule does not have is returned too: the segment's playlist
/// may be broken, or the station may play an earlier schedule that still has the segment.
///
/// # Errors
/// Returns the message, which says that the name matches no segment, or which ones it could mean.
pub(super) fn pick_segment(schedule: &Schedule, name: &str) -> Result<Id, ScanText> {
    let quoted_name = || strip_unprintable(name).chars().take(MAX_QUOTED_CHARS).collect::<String>();
    match schedule.segment_named(name) {
        // A name in the form of an id is never taken for part of another segment's title, because the segment with that
        // id may be broken, or may still be in force.
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

/// Returns true if the name is the segment's whole id or whole title.
pub(super) fn is_whole_name(segment: &Segment, name: &str) -> bool {
    segment.id.as_str() == name || fold(&segment.title) == fold(name)
}

/// Returns the message for a name that matches no segment, with similar titles.
pub(super) fn unknown_segment(schedule: &Schedule, name: &str) -> ScanText {
    let id = strip_unprintable(name).chars().take(MAX_QUOTED_CHARS).collect();
    let similar = similar_segments(schedule, name);
    if similar.is_empty() {
        ScanText::NoSuchSegment { id }
    } else {
        ScanText::NoSuchSegmentNear { id, names: list_segments(&similar) }
    }
}

/// Prints the message from [`pick_segment`], with the command that lists the segments, and returns the exit code. In
/// a folder without a station, says that instead.
pub(super) fn report_no_segment(text: &ScanText, station: &Path, lang: Lang) -> u8 {
    if let Err(code) = require_station(station, lang) {
        return code;
    }
    print_error(text.to_plain(lang), lang);
    print_hint(UndoText::LookAtList { command: with_folder("list", station) }.localized(lang), lang);
    EXIT_PROBLEMS
}

/// Returns the name of the audio file directly in `audio/` that no segment uses and that has this name, with or without
/// its extension.
pub(super) fn unused_audio_named(schedule: &Schedule, station: &Path, name: &str) -> Option<String> {
    let name = fold(name);
    unused_audio(station, schedule).into_iter().find(|file| {
        let stem = Path::new(file).file_stem().map(|stem| fold(&stem.to_string_lossy()));
        fold(file) == name || stem == Some(name.clone())
    })
}

/// Returns the segments whose title or id resembles a name, the most similar first: at most a quarter of the letters
/// differ, or the title has more than half of the name's words.
fn similar_segments<'a>(schedule: &'a Schedule, name: &str) -> Vec<&'a Segment> {
    let name: String = fold(name).chars().take(MAX_QUOTED_CHARS).collect();
    let words: Vec<&str> = name.split([' ', '-']).filter(|word| word.chars().count() > 1).collect();
    let typos = |text: &str| strsim::damerau_levenshtein(&name, text);
    let max_typos = name.chars().count() / 4;
    let score = |segment: &Segment| {
        let title: String = fold(&segment.title).chars().take(MAX_QUOTED_CHARS).collect();
        let found_count = words.iter().filter(|word| title.split(' ').any(|part| part == **word)).count();
        let typos = typos(&title).min(typos(segment.id.as_str()));
        let is_similar = (typos > 0 && typos <= max_typos) || found_count * 2 > words.len();
        is_similar.then_some((words.len() - found_count, typos))
    };
    let mut scored: Vec<_> = schedule.segments.iter().filter_map(|segment| Some((score(segment)?, segment))).collect();
    scored.sort_by_key(|(score, _)| *score);
    scored.into_iter().take(MAX_SUGGESTIONS).map(|(_, segment)| segment).collect()
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
    fn a_mistyped_name_suggests_similar_segments() {
        let segment = |id: &str, title: &str| format!("[[segment]]\nid = '{id}'\ntitle = '{title}'\nfile = 'a.mp3'\n");
        let text =
            [segment("nhac-hieu", "Nhạc hiệu"), segment("tiem", "Lịch tiêm phòng"), segment("hop", "Lịch họp thôn")];
        let files =
            [SourceFile::new("station.toml", b""), SourceFile::new("playlists/a.toml", text.concat().as_bytes())];
        let schedule = read(&files).schedule;
        let similar = |name: &str| similar_segments(&schedule, name).iter().map(|s| s.id.as_str()).collect::<Vec<_>>();
        assert_eq!(similar("nhac heiu"), ["nhac-hieu"]);
        assert_eq!(similar("nhac-hieuu"), ["nhac-hieu"]);
        assert_eq!(similar("Lịch tiêm chủng"), ["tiem"]);
        for name in ["không có", "abc", "", "x", &"x".repeat(100_000)] {
            assert_eq!(similar(name), [""; 0], "{}", &name[..name.len().min(20)]);
        }
    }
}
