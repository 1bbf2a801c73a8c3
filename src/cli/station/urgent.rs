//! `loa urgent`: plays a file or a segment at once. It interrupts every other airing, even in quiet hours.
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf, absolute};

use clap::Args;

use super::control;
use super::messages::print_hint;
use super::open_station::require_station;
use super::pick::{is_whole_name, pick_segment, report_no_segment, unused_audio_named};
use super::segment_file::report_if_unplayable;
use crate::cli::answer::read_yes;
use crate::cli::args::StationOption;
use crate::cli::exit::EXIT_PROBLEMS;
use crate::cli::shell_words::{quoted_path, with_folder, with_station};
use crate::cli::table::{format_hms, strip_unprintable};
use crate::library::loudness::Loudness;
use crate::library::scan::scan_with_progress;
use crate::playout::engine::{OperatorCommand, UrgentSource};
use crate::schedule::read;
use crate::station;
use crate::text::library::ScanText;
use crate::text::order::OrderRefusalText;
use crate::text::plan::PlanText;
use crate::text::{Lang, Localize, print_stderr};

/// Arguments of `loa urgent`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct UrgentArgs {
    #[arg(id = "alarm", value_name = "FILE|SEGMENT")]
    pub source: PathBuf,
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub repeat: u16,
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub station: StationOption,
}

/// An urgent message with its title and its length in milliseconds.
type UrgentAudio = (UrgentSource, String, i64);

/// Scans the file or segment, asks for confirmation, and sends the command.
///
/// # Errors
/// If standard input or output fails.
pub fn run(args: &UrgentArgs, lang: Lang) -> io::Result<u8> {
    let (station, name, repeat, yes) = (args.station.dir.as_path(), args.source.as_path(), args.repeat, args.yes);
    // A wrong folder must be reported before the question, because time matters.
    if let Err(code) = require_station(station, lang) {
        return Ok(code);
    }
    let urgent_audio = match urgent_segment(station, name, yes, lang) {
        Ok(Some(audio)) => Ok(audio),
        Ok(None) => urgent_file(name, station, lang),
        Err(code) => Err(code),
    };
    let (source, title, length_ms) = match urgent_audio {
        Ok(audio) => audio,
        Err(code) => return Ok(code),
    };
    // Nobody should have to answer a question about an order that cannot be performed.
    if !yes && let Some(code) = control::report_if_not_reachable(station, lang) {
        return Ok(code);
    }
    if !yes && !confirm_at_terminal(&title, length_ms, repeat, lang)? {
        return Ok(EXIT_PROBLEMS);
    }
    control::send_command(station, lang, OperatorCommand::Urgent { source, repeat })
}

/// Returns the segment with this id or title, its title and its length in milliseconds; `None` if the name matches
/// no segment, and so may name a file. Only the question needs the length: if `skips_question` is true, the file is not
/// scanned and the length is 0.
///
/// # Errors
/// Prints the reason and returns the exit code if the name could mean several segments, or if the segment's file is
/// missing or cannot be played.
fn urgent_segment(station: &Path, name: &Path, skips_question: bool, lang: Lang) -> Result<Option<UrgentAudio>, u8> {
    let Some(name) = name.to_str() else { return Ok(None) };
    let Ok(files) = station::read_sources(station) else { return Ok(None) };
    let schedule = read(&files).schedule;
    let is_file = Path::new(name).is_file();
    let id = match pick_segment(&schedule, name) {
        Ok(id) => id,
        // A name that matches several titles can also be the name of a file.
        Err(ScanText::SeveralSegments { .. }) if is_file => return Ok(None),
        Err(text @ ScanText::SeveralSegments { .. }) => return Err(report_no_segment(&text, station, lang)),
        Err(_) => return Ok(None),
    };
    // A file in the current folder takes precedence, unless the name is exactly an id.
    let Some(segment) = schedule.segment(&id).filter(|segment| !is_file || segment.id.as_str() == name) else {
        return Ok(None);
    };
    // Without a question that confirms the guess, a part of a title is not enough.
    if skips_question && !is_whole_name(segment, name) {
        return Ok(None);
    }
    if let Some(code) = report_if_unplayable(segment, station, lang) {
        return Err(code);
    }
    let length_ms = match skips_question {
        true => 0,
        false => {
            scan_with_progress(&station.join("audio").join(&segment.file), &|_| ()).map_or(0, |scan| scan.length.ms())
        }
    };
    Ok(Some((UrgentSource::Segment(id), segment.title.clone(), length_ms)))
}

/// Returns the hint for the name of a file in `audio/` that no segment uses.
fn unused_audio_hint(name: &Path, station: &Path) -> Option<OrderRefusalText> {
    let schedule = read(&station::read_sources(station).ok()?).schedule;
    let file = unused_audio_named(&schedule, station, name.to_str()?)?;
    let path = station.join("audio").join(&file);
    let argument = quoted_path(path.strip_prefix(".").unwrap_or(&path));
    let command = format!("{} {argument}", with_station("urgent", station));
    Some(OrderRefusalText::AudioAsUrgent { file: strip_unprintable(&file), command })
}

/// Scans the file with this name. Returns it with its title and its length in milliseconds; the daemon needs the scan
/// before it can play the file. If the file cannot be played, prints the reason and returns the exit code.
fn urgent_file(file: &Path, station: &Path, lang: Lang) -> Result<UrgentAudio, u8> {
    let name = file.display().to_string();
    let Ok(path) = file.canonicalize() else {
        print_stderr!("{}", PlanText::NotASegment { name: strip_unprintable(&name) }.localized(lang));
        if let Some(hint) = unused_audio_hint(file, station) {
            print_hint(hint.localized(lang), lang);
            return Err(EXIT_PROBLEMS);
        }
        let folder = absolute(file).ok().and_then(|path| path.parent().map(|folder| folder.display().to_string()));
        let folder = strip_unprintable(&folder.unwrap_or_else(|| ".".to_owned()));
        print_stderr!("{}", PlanText::UrgentPath { folder }.localized(lang));
        print_stderr!("{}", PlanText::UrgentList { command: with_folder("list", station) }.localized(lang));
        return Err(EXIT_PROBLEMS);
    };
    match scan_with_progress(&path, &|_| ()) {
        Ok(scan) => {
            let title: String = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let title: String =
                unicode_normalization::UnicodeNormalization::nfc(strip_unprintable(&title).as_str()).collect();
            let (length, sha256, loudness) = (scan.length, scan.sha256.clone(), Loudness::of(&scan));
            Ok((UrgentSource::File { path, title: title.clone(), length, sha256, loudness }, title, length.ms()))
        }
        Err(error) => {
            print_stderr!("{}: {}", strip_unprintable(&name), super::scan::error_text(&error, lang));
            Err(EXIT_PROBLEMS)
        }
    }
}

/// Asks at the terminal. Returns `false` if the answer is not yes, or if standard input is not a terminal.
fn confirm_at_terminal(title: &str, length_ms: i64, repeat: u16, lang: Lang) -> io::Result<bool> {
    if !io::stdin().is_terminal() {
        print_stderr!("{}", PlanText::UrgentNeedsYes {}.localized(lang));
        return Ok(false);
    }
    let question =
        PlanText::UrgentQuestion { title: strip_unprintable(title), length: format_hms(length_ms), times: repeat };
    write!(io::stderr(), "{}", question.localized(lang))?;
    let is_confirmed = read_yes()?;
    if !is_confirmed {
        print_stderr!("{}", crate::text::run::RunText::UrgentNotConfirmed {}.localized(lang));
    }
    Ok(is_confirmed)
}
