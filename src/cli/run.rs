//! `loa run`: the daemon, and what other commands need of a station's folder.
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::table::{plain, seconds_length, spoken_length};
use super::words::{reason_word, result_word, station_language, trust_word};
use super::{CONFIG, OK, PROBLEMS};
use crate::airlog::entry::LostNote;
use crate::airlog::recover::Why;
use crate::airlog::storage::Moved;
use crate::folder::{self, FolderError};
use crate::library::Library;
use crate::playout::Tell;
use crate::playout::daemon::{self, DaemonError, Instead, Sayer, Secrets, Until, Word};
use crate::playout::engine::Notice;
use crate::schedule::problem::{self, Severity};
use crate::schedule::{Schedule, SourceFile, read};
use crate::state;
use crate::station::{Device, OutputSettings};
use crate::text::cli::{Usage, with_hint};
use crate::text::run::{Aside, Run};
use crate::text::{Lang, Say, complain};

/// A station's folder, read.
pub struct Opened {
    /// What the operator wrote, as far as it could be understood.
    pub schedule: Schedule,
    /// Its audio files.
    pub library: Library,
    /// Its files.
    pub files: Vec<SourceFile>,
}

/// Reads a station for a command that only looks at it. Errors in its files are told, on standard error, and make
/// the exit code [`PROBLEMS`]; what could be understood is used all the same.
///
/// # Errors
/// The exit code, when the folder cannot be used; the reason has been told.
pub fn open_station(station: &Path, lang: Lang) -> Result<(Opened, u8), u8> {
    let files = folder::read_sources(station).map_err(|e| not_a_station(&e, station, lang))?;
    let reading = read(&files);
    let errors: Vec<_> = reading.problems.iter().filter(|p| p.severity == Severity::Error).cloned().collect();
    let code = if errors.is_empty() { OK } else { PROBLEMS };
    if !errors.is_empty() {
        complain!("{}", problem::render(&errors, &files, lang, false).trim_end());
    }
    let library = folder::library(station, &reading.schedule, &Library::default());
    Ok((Opened { schedule: reading.schedule, library, files }, code))
}

/// Tells why a folder cannot be used.
pub(super) fn not_a_station(error: &FolderError, station: &Path, lang: Lang) -> u8 {
    let path = station.display().to_string();
    match error {
        FolderError::NotAStation { .. } => {
            complain!("{}", with_hint(&Usage::NotAStation { path }, &Usage::MakeOne {}, lang));
        }
        error => complain!("{}", Usage::Failed { what: path, detail: error.to_string() }.say(lang)),
    }
    CONFIG
}

/// `loa run`.
///
/// # Errors
/// None of its own; the daemon's are told and become the exit code.
pub fn run(station: &Path, lang: Option<Lang>) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| station_language(station));
    let result = daemon::run(station, Until::Signalled, Secrets::OfTheMachine, &sayer(lang));
    Ok(code(result, station, lang))
}

/// The exit code of a run, its reason told.
#[must_use]
pub fn code(result: Result<(), DaemonError>, station: &Path, lang: Lang) -> u8 {
    match result {
        Ok(()) => {
            complain!("{}", Run::Ended {}.say(lang));
            OK
        }
        Err(DaemonError::Folder(error)) => not_a_station(&error, station, lang),
        Err(DaemonError::EntriesLost(count)) => {
            complain!("{}", Run::EntriesLost { count }.say(lang));
            PROBLEMS
        }
        Err(DaemonError::Rehearsal) => {
            complain!("{}", Run::RehearsalLog {}.say(lang));
            CONFIG
        }
        // The findings have been told.
        Err(DaemonError::Settings) => CONFIG,
        Err(DaemonError::AlreadyRuns) => {
            complain!("{}", Run::AlreadyRuns {}.say(lang));
            PROBLEMS
        }
        Err(DaemonError::LinkedLog) => {
            let words =
                folder::copy_over_log(station).map_or(Run::LinkedLogAway {}, |command| Run::LinkedLog { command });
            complain!("{}", words.say(lang));
            CONFIG
        }
        Err(DaemonError::System { what: "keys", error }) => {
            let folders = state::folders().iter().map(|f| f.join("keys").display().to_string()).collect::<Vec<_>>();
            complain!("{}", Run::NoPlaceForKeys { folders: folders.join(", "), detail: error.to_string() }.say(lang));
            CONFIG
        }
        Err(DaemonError::System { what, error }) => {
            let (what, detail) = (what.to_owned(), error.to_string());
            complain!("{}", Usage::Failed { what, detail }.say(lang));
            CONFIG
        }
    }
}

/// Puts the daemon's words on standard error.
#[must_use]
pub fn sayer(lang: Lang) -> Sayer {
    Arc::new(Mutex::new(move |word: Word<'_>| {
        if let Some(text) = sentence(&word, lang) {
            complain!("{text}");
        }
    }))
}

fn sentence(word: &Word<'_>, lang: Lang) -> Option<String> {
    let run = match word {
        Word::Tell(Tell::Notice(notice)) => return notice_sentence(notice, lang).map(|text| plain(&text)),
        Word::Unheard(error) => Run::Unheard { detail: error.to_string() },
        Word::Heard => Run::Heard {},
        Word::Tell(Tell::LogFails(error)) => log_fails(error),
        Word::Tell(Tell::LogWorks) => Run::LogWorks {},
        Word::Tell(Tell::KeptFails(error)) => Run::KeptFails { detail: error.to_string() },
        Word::Tell(Tell::KeysFail(error)) => Run::KeysFail { detail: error.to_string() },
        Word::Torn(bytes) => Run::TornTail { bytes: *bytes },
        Word::Damaged(damage) => Run::LogSetAside { why: why_aside(&damage.why), kept: damage.kept_as.clone() },
        Word::Unreadable(error) => unreadable(error),
        Word::Running(schedule) => {
            Run::Started { station: schedule.station.name.clone(), device: device_names(&schedule.station.output) }
        }
        Word::Problems { problems, files, broken } => {
            let mut text = problem::render(problems, files, lang, false);
            if let Some(instead) = broken {
                let words = match instead {
                    Instead::LastGood => Run::BrokenKept {},
                    Instead::SoundParts => Run::BrokenParts {},
                    Instead::Whole => Run::AwayWhole {},
                };
                text.push_str(&words.say(lang).to_string());
            }
            return Some(text);
        }
    };
    Some(plain(&run.say(lang).to_string()))
}

fn log_fails(error: &io::Error) -> Run {
    match Moved::what(error) {
        Some(path) => Run::LogMoved { path: path.display().to_string() },
        None => Run::LogFails { detail: error.to_string() },
    }
}

fn unreadable(error: &FolderError) -> Run {
    let moved = |path: &Path| Run::FolderMoved { path: path.display().to_string() };
    match error {
        FolderError::NotAStation { path } => Run::FolderEmptied { path: path.display().to_string() },
        FolderError::Io { error: why, .. } => {
            Moved::what(why).map_or_else(|| Run::Unreadable { detail: error.to_string() }, moved)
        }
    }
}

/// Why a log could not be gone on with.
fn why_aside(why: &Why) -> Aside {
    match *why {
        Why::Rewound { lines, size } => Aside::Rewound { lines, size },
        Why::Changed => Aside::Changed {},
        Why::NoHead => Aside::NoHead {},
        Why::Closings => Aside::Closings {},
        Why::NoKeys => Aside::NoKeys {},
        Why::OlderCopy { size, newest } => Aside::OlderCopy { size, newest },
        Why::Forked { newest } => Aside::Forked { newest },
    }
}

/// The station's devices, in the order in which they are tried.
fn device_names(output: &OutputSettings) -> String {
    let all = std::iter::once(&output.device).chain(&output.otherwise);
    all.map(device_name).collect::<Vec<_>>().join(", ")
}

/// A device as it is written in `station.toml`.
#[must_use]
pub fn device_name(device: &Device) -> String {
    match device {
        Device::Default => "default".to_owned(),
        Device::Named(name) => name.clone(),
        Device::Null => "null".to_owned(),
        Device::Wav(file) => format!("wav:{file}"),
    }
}

fn notice_sentence(notice: &Notice, lang: Lang) -> Option<String> {
    let run = match notice {
        Notice::ClockDoubted(why) => Run::ClockDoubted { why: trust_word(*why).say(lang).to_string() },
        Notice::ClockBelieved(why) => Run::ClockBelieved { why: trust_word(*why).say(lang).to_string() },
        Notice::LineLost(detail) => Run::LineLost { detail: detail.clone() },
        Notice::LineBack(device) => Run::LineBack { device: device.clone() },
        Notice::LineInstead { device, detail } => Run::LineInstead { device: device.clone(), detail: detail.clone() },
        Notice::AmplifierFails { on, trouble } => {
            return Some(super::amplifier::fails(*on, trouble).say(lang).to_string());
        }
        Notice::AmplifierWorks => Run::AmplifierWorks {},
        Notice::Adopted { sessions, segments } => Run::Adopted { sessions: *sessions, segments: *segments },
        Notice::StationChanged { log, file } => Run::StationChanged { log: log.to_string(), file: file.to_string() },
        Notice::RemovalMeant(files) => {
            let words = files.iter().map(|file| Run::RemovalMeant { file: file.clone() }.say(lang).to_string());
            return Some(words.collect::<Vec<_>>().join(" "));
        }
        // A restart within a minute is no news to anybody.
        Notice::WasOff { seconds } if *seconds < 60 => return None,
        Notice::WasOff { seconds } => Run::WasOff { time: spoken_length(*seconds, lang) },
        Notice::MarksDoubted(id) => Run::MarksDoubted { id: id.clone() },
        Notice::Lost(LostNote { date: Some(date), lacking, .. }) => {
            Run::PlanLost { date: super::table::date(*date, lang), count: *lacking }
        }
        Notice::Lost(_) => Run::ScheduleLost {},
        Notice::Started(id) => Run::AiringStarted { id: id.clone() },
        Notice::Ended(note) => {
            let mut result = result_word(note.result).say(lang).to_string();
            if let Some(reason) = note.reason {
                result.push_str(&format!(" ({})", reason_word(reason).say(lang)));
            }
            let played = seconds_length(note.played_ms, lang);
            Run::AiringEnded { id: note.labels.id.clone(), result, played }
        }
    };
    Some(run.say(lang).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_moved_is_told_in_the_readers_language_alone() {
        let path = Path::new("/đài");
        let moved = || io::Error::other(Moved::from(path));
        let io = FolderError::Io { path: path.to_owned(), error: moved() };
        let emptied = FolderError::NotAStation { path: path.to_owned() };
        for run in [unreadable(&io), unreadable(&emptied), log_fails(&moved())] {
            let said = run.say(Lang::Vi).to_string();
            let english =
                ["was", "when", "has", "is", "any more"].iter().any(|word| said.contains(&format!(" {word} ")));
            assert!(said.contains("/đài") && !english, "{said}");
        }
        // The system's own text follows our sentence.
        let denied = FolderError::Io { path: path.to_owned(), error: io::ErrorKind::PermissionDenied.into() };
        assert!(unreadable(&denied).say(Lang::Vi).to_string().starts_with("Không đọc được thư mục của đài: /đài: "));
    }
}
