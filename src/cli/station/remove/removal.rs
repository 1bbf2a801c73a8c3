//! Finds what the removal of a segment changes.
use std::io;
use std::path::Path;

use chrono::{DateTime, FixedOffset};

use crate::cli::exit::EXIT_PROBLEMS;
use crate::cli::station::messages::MessageSink;
use crate::cli::station::pick::{is_whole_name, pick_segment, report_no_segment, unknown_segment};
use crate::cli::station::recorded_change::station_now;
use crate::schedule::edit::{EditError, sessions_naming, without_segment};
use crate::schedule::named::NameMatch;
use crate::schedule::{Id, Schedule, SourceFile, read};
use crate::station;
use crate::station::undo::PlaylistEdit;
use crate::text::library::ScanText;
use crate::text::{Lang, Localize};

/// The removal of one segment.
pub(super) struct Removal {
    pub(super) id: Id,
    pub(super) title: String,
    /// The name to type: the title, or the id if other segments have that title too.
    pub(super) whole_name: String,
    /// The segment's file in `audio/`; `None` if the segment itself cannot be read.
    pub(super) file: Option<String>,
    /// True if another segment plays the same file.
    pub(super) has_shared_file: bool,
    /// The titles of the sessions that name the segment, including those of sessions with errors.
    pub(super) sessions: Vec<String>,
    /// The playlists, in the order in which they are written.
    pub(super) edits: Vec<PlaylistEdit>,
    /// True if the name that was typed is only a part of the title.
    pub(super) is_guess: bool,
    /// The current time at the station.
    pub(super) at: DateTime<FixedOffset>,
}

impl Removal {
    /// Returns the first playlist whose edit differs between two readings.
    pub(super) fn first_difference(&self, other: &Self) -> Option<String> {
        let longer = if self.edits.len() >= other.edits.len() { self } else { other };
        let differs = |index: &usize| self.edits.get(*index) != other.edits.get(*index);
        (0..longer.edits.len()).find(differs).map(|index| longer.edits[index].name.clone())
    }
}

/// Reads the station, and finds what the removal changes.
///
/// # Errors
/// If the folder cannot be read. The inner error is the exit code, after the reason was printed.
pub(super) fn read_removal(
    station: &Path,
    name: &str,
    sink: &MessageSink,
    lang: Lang,
) -> io::Result<Result<Removal, u8>> {
    let files = station::read_sources(station).map_err(io::Error::other)?;
    let parsed_schedule = read(&files);
    let schedule = &parsed_schedule.schedule;
    let id = match pick_segment(schedule, name) {
        Ok(id) => id,
        Err(text) => return Ok(Err(report_no_segment(&text, station, lang))),
    };
    let mut edits = match removal_edits(&files, schedule, &id) {
        Ok(edits) => edits,
        Err(text) => {
            sink.error(text.to_plain(lang), lang);
            return Ok(Err(EXIT_PROBLEMS));
        }
    };
    if edits.is_empty() {
        return Ok(Err(report_no_segment(&unknown_segment(schedule, name), station, lang)));
    }
    // The playlist that holds the segment is written last, so that no session ever names a missing segment.
    let segment_spans = parsed_schedule.spans.segments.get(&id);
    let segment_playlist = segment_spans.and_then(|spans| spans.get("id")).map(|span| &files[span.file_index].name);
    edits.sort_by_key(|edit| Some(&edit.name) == segment_playlist);
    let segment = schedule.segment(&id);
    let title = segment.map_or_else(|| id.to_string(), |segment| segment.title.clone());
    let has_unique_title = matches!(schedule.segment_named(&title), NameMatch::One(one) if one.id == id);
    Ok(Ok(Removal {
        whole_name: if has_unique_title { title.clone() } else { id.to_string() },
        file: segment.map(|segment| segment.file.clone()),
        has_shared_file: schedule
            .segments
            .iter()
            .any(|other| other.id != id && segment.is_some_and(|segment| segment.file == other.file)),
        sessions: affected_session_titles(&files, &edits, schedule, &id),
        is_guess: segment.is_some_and(|segment| !is_whole_name(segment, name)),
        at: station_now(&schedule.station),
        title,
        edits,
        id,
    }))
}

/// Returns the edits that remove the segment from all playlists that name it.
///
/// # Errors
/// Returns the message for the first playlist that cannot be edited.
fn removal_edits(files: &[SourceFile], schedule: &Schedule, id: &Id) -> Result<Vec<PlaylistEdit>, ScanText> {
    let mut edits = Vec::new();
    let is_readable = |file: &&SourceFile| file.read_error.is_none() && file.link_target.is_none();
    for file in files.iter().filter(|file| file.name.starts_with("playlists/")).filter(is_readable) {
        match without_segment(&file.text, id) {
            Ok(None) => {}
            // Such a file is refused: writing it back would change the bytes that are not UTF-8.
            Ok(Some(_)) if file.first_invalid_byte.is_some() => {
                return Err(ScanText::NotUtf8 { name: file.name.clone() });
            }
            Ok(Some(text)) => {
                // A comment is written instead of an empty file, because loa treats an empty playlist as the result of
                // a power cut.
                let text = if text.trim().is_empty() { "# loa remove\n".to_owned() } else { text };
                let new = SourceFile { text, ..file.clone() }.bytes();
                edits.push(PlaylistEdit { name: file.name.clone(), old: file.bytes(), new });
            }
            Err(EditError::SessionWouldBeEmpty(session)) => {
                let title = Id::new(&session).and_then(|id| schedule.session_title(&id).map(str::to_owned));
                let session = title.unwrap_or(session);
                return Err(ScanText::NothingLeft { session, file: file.name.clone() });
            }
            // A playlist that cannot be read may still play the segment.
            Err(EditError::NotToml(_)) => return Err(ScanText::FixPlaylistFirst { name: file.name.clone() }),
            Err(error) => return Err(ScanText::NotEdited { name: file.name.clone(), detail: error.to_string() }),
        }
    }
    Ok(edits)
}

/// Returns the titles of the sessions from which the edits remove the segment. A session with an error is not part of the
/// schedule, but the segment would be missing from it once the error is fixed.
fn affected_session_titles(files: &[SourceFile], edits: &[PlaylistEdit], schedule: &Schedule, id: &Id) -> Vec<String> {
    let edited = files.iter().filter(|file| edits.iter().any(|edit| edit.name == file.name));
    let labels = edited.flat_map(|file| sessions_naming(&file.text, id));
    let title_of = |(session, title): (String, Option<String>)| {
        let known_title = Id::new(&session).and_then(|id| schedule.session_title(&id).map(str::to_owned));
        known_title.or(title).unwrap_or(session)
    };
    labels.map(title_of).collect()
}
