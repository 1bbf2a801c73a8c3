//! `loa remove`: removes a segment from its playlist and from all sessions. Its audio file stays.
use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;

use clap::Args;

use super::messages;
use super::open_station::report_unusable_folder;
use super::pick::{is_whole_name, pick_segment, report_no_segment};
use crate::base::durable;
use crate::base::durable::nofollow::open_nofollow;
use crate::cli::answer::read_yes;
use crate::cli::args::StationOption;
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS};
use crate::cli::language::station_language;
use crate::cli::table::strip_unprintable;
use crate::schedule::edit::{EditError, without_segment};
use crate::schedule::{Id, Schedule, Session, SourceFile, read};
use crate::station;
use crate::text::library::ScanText;
use crate::text::{Lang, Localize};

/// The maximum number of sessions that the question names.
const MAX_TITLES: usize = 8;

/// Arguments of `loa remove`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct RemoveArgs {
    pub segment: String,
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub station: StationOption,
}

/// Removes a segment from a station.
///
/// # Errors
/// If the disk fails.
pub fn run(args: &RemoveArgs, lang: Option<Lang>) -> io::Result<u8> {
    let station = args.station.dir.as_path();
    if let Err(e) = station::read_sources(station) {
        return Ok(report_unusable_folder(&e, station, lang.unwrap_or_else(|| station_language(station))));
    }
    let Some(playlists_lock) = open_playlists(station)? else {
        // A station without playlists has no segment.
        let lang = lang.unwrap_or_else(|| station_language(station));
        return Ok(report_error(&ScanText::NoSuchSegment { id: args.segment.clone() }, lang));
    };
    playlists_lock.lock()?;
    let files = station::read_sources(station).map_err(io::Error::other)?;
    let parsed_schedule = read(&files);
    let schedule = &parsed_schedule.schedule;
    let lang = lang.unwrap_or(schedule.station.language);
    let id = &match pick_segment(schedule, &args.segment) {
        Ok(id) => id,
        Err(text) => return Ok(report_no_segment(&text, lang)),
    };
    let mut edits = match edits_without(&files, schedule, id) {
        Ok(edits) => edits,
        Err(text) => return Ok(report_error(&text, lang)),
    };
    if edits.is_empty() {
        return Ok(report_error(&ScanText::NoSuchSegment { id: id.to_string() }, lang));
    }
    // A part of a title is a guess, so it is asked even if no session plays the segment.
    let is_guess = schedule.segment(id).is_some_and(|segment| !is_whole_name(segment, &args.segment));
    let question = Question { title: title_of(schedule, id), sessions: sessions_with(schedule, id) };
    if is_guess && args.yes {
        return Ok(report_error(&ScanText::WholeNameNeeded { title: question.title }, lang));
    }
    if !args.yes && (is_guess || !question.sessions.is_empty()) && !question.confirm(lang)? {
        return Ok(EXIT_PROBLEMS);
    }
    // The playlist that holds the segment is written last. If the command is interrupted before that, the segment
    // still exists, so no session names a missing segment.
    let segment_spans = parsed_schedule.spans.segments.get(id);
    let segment_playlist = segment_spans.and_then(|spans| spans.get("id")).map(|span| &files[span.file_index].name);
    edits.sort_by_key(|(old, _)| Some(&old.name) == segment_playlist);
    if let Some(exit_code) = write_edits(station, &edits, lang)? {
        return Ok(exit_code);
    }
    let playlists = edits.iter().map(|(old, _)| old.name.as_str()).collect::<Vec<_>>().join(", ");
    print_removed(schedule, id, playlists, lang)?;
    Ok(EXIT_OK)
}

/// Opens the folder of the playlists, to lock it; `None` if there is none.
fn open_playlists(station: &Path) -> io::Result<Option<File>> {
    match File::open(station.join("playlists")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        folder => folder.map(Some),
    }
}

/// Replaces the playlists, each given as it was read and as it is to be. Prints the reason and returns the exit code if
/// one was changed in the meantime, or cannot be written.
fn write_edits(station: &Path, edits: &[(&SourceFile, SourceFile)], lang: Lang) -> io::Result<Option<u8>> {
    for (index, (old, new)) in edits.iter().enumerate() {
        let (path, mut current_bytes) = (station.join(&old.name), Vec::new());
        open_nofollow(&path)?.take(old.bytes().len() as u64 + 1).read_to_end(&mut current_bytes)?;
        if current_bytes != old.bytes() {
            return Ok(Some(report_error(&ScanText::Changed { file: old.name.clone() }, lang)));
        }
        if let Err(error) = durable::replace(&path, &new.bytes()) {
            messages::print_not_written(station, &error, index > 0, lang);
            return Ok(Some(EXIT_CONFIG));
        }
    }
    Ok(None)
}

/// Returns the playlists that name the segment, each with its text without it.
///
/// # Errors
/// Returns the sentence for the first playlist that cannot be edited.
fn edits_without<'a>(
    files: &'a [SourceFile],
    schedule: &Schedule,
    id: &Id,
) -> Result<Vec<(&'a SourceFile, SourceFile)>, ScanText> {
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
                // A comment is written instead of an empty file, because loa takes an empty playlist for the result
                // of a power cut.
                let text = if text.trim().is_empty() { "# loa remove\n".to_owned() } else { text };
                edits.push((file, SourceFile { text, ..file.clone() }));
            }
            Err(EditError::SessionWouldBeEmpty(session)) => {
                let title = Id::new(&session).and_then(|id| schedule.session_title(&id).map(str::to_owned));
                return Err(ScanText::NothingLeft { session: title.unwrap_or(session) });
            }
            // A playlist that cannot be read may still play the segment.
            Err(EditError::NotToml(_)) => return Err(ScanText::MendPlaylist { name: file.name.clone() }),
            Err(error) => return Err(ScanText::NotEdited { name: file.name.clone(), detail: error.to_string() }),
        }
    }
    Ok(edits)
}

/// The question before a segment is removed that sessions play.
struct Question {
    title: String,
    /// The titles of the sessions.
    sessions: Vec<String>,
}

impl Question {
    /// Asks a person at the terminal. Returns `false` if the answer is not yes, or if nobody can be asked.
    fn confirm(&self, lang: Lang) -> io::Result<bool> {
        let (title, count) = (self.title.clone(), self.sessions.len());
        let mut sessions: Vec<String> =
            self.sessions.iter().take(MAX_TITLES).map(|session| format!("“{}”", strip_unprintable(session))).collect();
        if count > MAX_TITLES {
            sessions.push("…".to_owned());
        }
        let sessions = sessions.join(", ");
        if !io::stdin().is_terminal() {
            let text = match count {
                0 => ScanText::WholeNameNeeded { title },
                _ => ScanText::RemoveNeedsYes { title, count, sessions },
            };
            messages::print_error(text.to_plain(lang), lang);
            return Ok(false);
        }
        let text = match count {
            0 => ScanText::RemoveGuess { title },
            _ => ScanText::RemoveQuestion { title, count, sessions },
        };
        write!(io::stderr(), "{}", text.to_plain(lang))?;
        let is_confirmed = read_yes()?;
        if !is_confirmed {
            messages::print_error(ScanText::NotRemoved {}.localized(lang), lang);
        }
        Ok(is_confirmed)
    }
}

/// Returns the titles of the sessions that name the segment.
fn sessions_with(schedule: &Schedule, id: &Id) -> Vec<String> {
    let plays = |session: &&Session| session.segments().any(|segment| segment == id);
    schedule.sessions.iter().filter(plays).map(|session| session.title.clone()).collect()
}

fn title_of(schedule: &Schedule, id: &Id) -> String {
    schedule.segment(id).map_or_else(|| id.to_string(), |segment| segment.title.clone())
}

/// Prints the playlists from which the segment was removed. Its audio file stays; if no other segment plays the
/// file, a sentence says so.
fn print_removed(schedule: &Schedule, id: &Id, playlists: String, lang: Lang) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let title = title_of(schedule, id);
    writeln!(out, "{}", ScanText::Removed { title, playlists }.to_plain(lang))?;
    if let Some(segment) = schedule.segment(id)
        && !schedule.segments.iter().any(|s| s.id != *id && s.file == segment.file)
    {
        writeln!(out, "{}", ScanText::FileStays { file: segment.file.clone() }.localized(lang))?;
    }
    Ok(())
}

fn report_error(text: &ScanText, lang: Lang) -> u8 {
    messages::print_error(text.localized(lang), lang);
    EXIT_PROBLEMS
}
