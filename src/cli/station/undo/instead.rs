//! Hints for a step that cannot be undone: the command to type, or the lines to edit, instead.
use std::path::Path;

use crate::cli::shell_words::{shell_word, with_station};
use crate::cli::station::recorded_change::quoted_list;
use crate::schedule::{Id, ItemContent, Schedule, Segment, SegmentSource, Session, SessionItem, SourceFile, read};
use crate::station::undo::{ChangedSegment, RecordedCommand, UndoStep};
use crate::text::undo::UndoText;

/// Returns hints on how to get the result of an undo for the last segment of a step.
pub(super) fn hints_instead_of_undo(step: &UndoStep, station: &Path) -> Vec<UndoText> {
    let Some(segment) = step.segments.last() else { return Vec::new() };
    match step.command {
        RecordedCommand::Add => {
            let command = with_station(&format!("remove {}", segment.id), station);
            vec![UndoText::RemoveInstead { command }]
        }
        RecordedCommand::Remove => add_again_hints(segment, step, station),
        // Such a step has no segment.
        RecordedCommand::Session => Vec::new(),
    }
}

/// Returns hints on how to add a removed segment again, with all its keys and its places in sessions.
fn add_again_hints(changed: &ChangedSegment, step: &UndoStep, station: &Path) -> Vec<UndoText> {
    let files: Vec<SourceFile> =
        step.playlists.iter().map(|playlist| SourceFile::new(&playlist.name, playlist.before.as_bytes())).collect();
    let parsed = read(&files);
    // `loa remove` writes the playlist of the segment last.
    let file = step.playlists.last().map(|playlist| playlist.name.clone()).unwrap_or_default();
    let segment = parsed.schedule.segment(&changed.id);
    let mut sessions: Vec<&str> = changed.sessions.iter().map(String::as_str).collect();
    let mut hints = match segment {
        Some(segment) if !changed.file.is_empty() => {
            let place = place_in_session(&parsed.schedule, &changed.id);
            if let Some(index) =
                place.and_then(|(session, _)| sessions.iter().position(|title| *title == session.title))
            {
                sessions.remove(index);
            }
            vec![UndoText::AddInstead { command: add_command(segment, &file, place, station) }]
        }
        _ => {
            let (title, id) = (changed.title.clone(), changed.id.to_string());
            vec![UndoText::WriteInstead { title, id, file: file.clone() }]
        }
    };
    if !sessions.is_empty() {
        hints.push(UndoText::SessionsToRestore { sessions: quoted_list(sessions.into_iter()) });
    }
    let keys = segment.map(keys_without_option).unwrap_or_default();
    if !keys.is_empty() {
        hints.push(UndoText::KeysToRestore { keys, file });
    }
    hints
}

/// Returns the first session that plays the segment on all of the session's dates, and the segment that follows there.
fn place_in_session<'a>(schedule: &'a Schedule, id: &Id) -> Option<(&'a Session, Option<&'a Id>)> {
    let segment_of = |item: &'a SessionItem| match &item.content {
        ItemContent::Segment(id) => Some(id),
        ItemContent::Draw(_) | ItemContent::Relay(_) => None,
    };
    schedule.sessions.iter().find_map(|session| {
        let index = session.play.iter().position(|item| segment_of(item) == Some(id) && item.dates.is_none())?;
        Some((session, session.play.get(index + 1).and_then(segment_of)))
    })
}

fn add_command(
    segment: &Segment,
    playlist_file: &str,
    place: Option<(&Session, Option<&Id>)>,
    station: &Path,
) -> String {
    let audio = station.join("audio").join(&segment.file).display().to_string();
    let playlist = playlist_file.trim_start_matches("playlists/").trim_end_matches(".toml");
    let mut words = format!(
        "add {} --playlist {} --id {} --title {}",
        shell_word(&audio),
        shell_word(playlist),
        segment.id,
        shell_word(&segment.title)
    );
    let options = [
        ("session", place.map(|(session, _)| session.id.to_string())),
        ("before", place.and_then(|(_, next)| next).map(Id::to_string)),
        ("topic", segment.topic.map(|topic| topic.to_string())),
        ("language", Some(segment.language.clone()).filter(|language| language != "vi")),
        ("source", source_word(segment.source).map(str::to_owned)),
        ("approved-by", segment.approved_by.clone()),
        ("approved-on", segment.approved_on.map(|day| day.to_string())),
        ("valid-until", segment.valid_until.map(|day| day.to_string())),
    ];
    for (option, value) in options {
        if let Some(value) = value {
            words.push_str(&format!(" --{option} {}", shell_word(&value)));
        }
    }
    with_station(&words, station)
}

/// Returns the keys of a segment that `loa add` has no option for.
fn keys_without_option(segment: &Segment) -> String {
    // Without `..`, so that a new field must be considered here and in `add_command`.
    let Segment {
        valid_from,
        pools,
        id: _,
        title: _,
        file: _,
        topic: _,
        language: _,
        source: _,
        approved_by: _,
        approved_on: _,
        valid_until: _,
        sha256: _,
        campaign: _,
    } = segment;
    let valid_from = valid_from.map(|day| format!("valid-from = {day}"));
    let pools: Vec<String> = pools.iter().map(|pool| format!("\"{pool}\"")).collect();
    let pool = (!pools.is_empty()).then(|| format!("pool = [{}]", pools.join(", ")));
    [valid_from, pool].into_iter().flatten().collect::<Vec<String>>().join(", ")
}

/// Returns the word for `--source`; `None` for the station itself, which is the default.
const fn source_word(source: SegmentSource) -> Option<&'static str> {
    match source {
        SegmentSource::Own => None,
        SegmentSource::District => Some("district"),
        SegmentSource::Province => Some("province"),
        SegmentSource::National => Some("national"),
    }
}
