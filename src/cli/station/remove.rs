//! `loa remove`: removes a segment from its playlist and from all sessions. Its audio file stays.
mod question;
mod removal;

use std::fs::File;
use std::io;
use std::path::Path;

use clap::Args;

use super::messages::MessageSink;
use super::open_station::report_unusable_folder;
use super::pick::report_no_segment;
use super::recorded_change::{begin, finish_interrupted_change, report_fault, undo_offer};
use crate::base::durable::{LinkPolicy, open_folder};
use crate::cli::args::{CliFormat, StationOption};
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS};
use crate::cli::language::station_language;
use crate::station;
use crate::station::undo::{ChangedPart, ChangedSegment, RecordedCommand};
use crate::text::library::ScanText;
use crate::text::{Lang, Localize};
use question::{Answer, Consent, ask};
use removal::{Removal, read_removal};

/// Arguments of `loa remove`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct RemoveArgs {
    pub segment: String,
    #[arg(long)]
    pub yes: bool,
    #[arg(long, value_enum, default_value = "text")]
    pub format: CliFormat,
    #[command(flatten)]
    pub station: StationOption,
}

/// Removes a segment from a station.
///
/// # Errors
/// If the disk fails.
pub fn run(args: &RemoveArgs, lang: Option<Lang>) -> io::Result<u8> {
    let sink = MessageSink::new(args.format == CliFormat::Json);
    let lang = lang.unwrap_or_else(|| station_language(&args.station.dir));
    let code = remove(args, &sink, lang)?;
    sink.print_list()?;
    Ok(code)
}

fn remove(args: &RemoveArgs, sink: &MessageSink, lang: Lang) -> io::Result<u8> {
    let station = args.station.dir.as_path();
    if let Err(e) = station::read_sources(station) {
        return Ok(report_unusable_folder(&e, station, lang));
    }
    let Some(playlists_lock) = open_playlists(station)? else {
        // A station without playlists has no segment.
        let text = ScanText::NoSuchSegment { id: args.segment.clone() };
        return Ok(report_no_segment(&text, station, lang));
    };
    playlists_lock.lock()?;
    if let Err(code) = finish_interrupted_change(station, lang) {
        return Ok(code);
    }
    // The question can stay open for hours, and other commands must not wait for the answer.
    playlists_lock.unlock()?;
    let removal = match read_removal(station, &args.segment, sink, lang)? {
        Ok(removal) => removal,
        Err(code) => return Ok(code),
    };
    let consent = if args.yes { Consent::Given } else { Consent::NotYetGiven };
    if ask(&removal, consent, station, lang)? == Answer::No {
        return Ok(EXIT_PROBLEMS);
    }
    playlists_lock.lock()?;
    if let Err(code) = finish_interrupted_change(station, lang) {
        return Ok(code);
    }
    let current_removal = match read_removal(station, &args.segment, sink, lang)? {
        Ok(removal) => removal,
        Err(code) => return Ok(code),
    };
    // The answer counts only if the playlists have not changed since the question.
    if let Some(file) = removal.first_difference(&current_removal) {
        sink.error(ScanText::Changed { file }.localized(lang), lang);
        return Ok(EXIT_PROBLEMS);
    }
    let mut change = match begin(station, RecordedCommand::Remove, current_removal.at, lang) {
        Ok(change) => change,
        Err(code) => return Ok(code),
    };
    let changed_segment = ChangedSegment {
        id: removal.id.clone(),
        title: removal.title.clone(),
        file: removal.file.clone().unwrap_or_default(),
        sessions: removal.sessions.clone(),
    };
    if let Err(fault) = change.write(ChangedPart::Segment(changed_segment), &removal.edits, None) {
        return Ok(report_fault(&fault, station, false, lang));
    }
    // If this fails, the next command finds the unfinished record and completes it.
    let _ = change.finish();
    say_removed(&removal, station, sink, lang)?;
    Ok(EXIT_OK)
}

/// Opens the folder of the playlists, to lock it; `None` if there is none.
fn open_playlists(station: &Path) -> io::Result<Option<File>> {
    match open_folder(&station.join("playlists"), LinkPolicy::Follow) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        folder => folder.map(Some),
    }
}

/// Says the playlists from which the segment was removed. If no other segment plays its audio file, and the file
/// is there, also says that it stays.
fn say_removed(removal: &Removal, station: &Path, sink: &MessageSink, lang: Lang) -> io::Result<()> {
    let playlists = removal.edits.iter().map(|edit| edit.name.as_str()).collect::<Vec<_>>().join(", ");
    sink.done(ScanText::Removed { title: removal.title.clone(), playlists }.to_plain(lang))?;
    let is_there = |file: &String| station.join("audio").join(file).symlink_metadata().is_ok();
    if let Some(file) = removal.file.clone().filter(|file| !removal.has_shared_file && is_there(file)) {
        sink.done(ScanText::FileStays { file }.to_plain(lang))?;
    }
    if matches!(sink, MessageSink::Terminal) {
        sink.done(undo_offer(station, lang))?;
    }
    Ok(())
}
