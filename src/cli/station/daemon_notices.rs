//! Prints the daemon's notices on standard error.
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::device_names::device_names;
use super::engine_notices::engine_notice_text;
use crate::airlog::recover::DamageReason;
use crate::airlog::storage::StorageMoved;
use crate::cli::lost_log::{MissingLog, moment_text};
use crate::cli::table::strip_unprintable;
use crate::playout::notice::{FallbackSchedule, PlayoutNotice, SharedNotifier};
use crate::schedule::finding::Finding;
use crate::schedule::problem::{self, Problem, Severity};
use crate::station::FolderError;
use crate::text::log_set_aside::LogSetAsideReason;
use crate::text::run::RunText;
use crate::text::system::SystemText;
use crate::text::{Lang, Localize, print_stderr};

/// Returns a notifier that prints the daemon's notices on standard error.
#[must_use]
pub fn stderr_notifier(lang: Lang) -> SharedNotifier {
    Arc::new(Mutex::new(move |notice: PlayoutNotice<'_>| {
        if let Some(text) = notice_text(&notice, lang) {
            print_stderr!("{text}");
        }
    }))
}

/// Returns the text for a notice; `None` if the notice is not printed.
fn notice_text(notice: &PlayoutNotice<'_>, lang: Lang) -> Option<String> {
    let sentence = match notice {
        PlayoutNotice::Engine(engine_notice) => {
            return engine_notice_text(engine_notice, lang).map(|text| strip_unprintable(&text));
        }
        PlayoutNotice::ControlUnavailable(error) => RunText::ControlUnavailable { detail: SystemText::from(*error) },
        PlayoutNotice::ControlAvailable => RunText::ControlAvailable {},
        PlayoutNotice::LogWriteFailed(error) => log_failure_text(error),
        PlayoutNotice::LogWriteRecovered => RunText::LogWorks {},
        PlayoutNotice::InForceAgain => RunText::InForceAgain {},
        PlayoutNotice::NoMoreProblems => RunText::NoMoreProblems {},
        PlayoutNotice::KeptCopyFailed(error) => RunText::KeptCopyFails { detail: SystemText::from(*error) },
        PlayoutNotice::EpochRotationFailed(error) => RunText::KeysFail { detail: SystemText::from(*error) },
        PlayoutNotice::LogTailTorn(bytes) => RunText::TornTail { bytes: *bytes },
        PlayoutNotice::LogDamaged(damage) => {
            RunText::LogSetAside { why: damage_text(&damage.reason), kept: damage.set_aside_as.clone() }
        }
        PlayoutNotice::LogLost { log, settings } => {
            let MissingLog { station, entries, signed_at } = MissingLog::new(log, settings);
            RunText::LogLost { station, entries: entries.into(), at: moment_text(signed_at, lang) }
        }
        PlayoutNotice::FolderUnreadable(error) => unreadable_folder_text(error),
        PlayoutNotice::Started(schedule) => {
            RunText::Started { station: schedule.station.name.clone(), device: device_names(&schedule.station.output) }
        }
        PlayoutNotice::Problems { problems, files, fallback } => {
            let mut text = problem::render(problems, files, lang, false);
            if let Some(fallback) = fallback {
                let consequence = match fallback {
                    FallbackSchedule::LastGood => RunText::BrokenScheduleIgnored {},
                    FallbackSchedule::ValidParts => RunText::BrokenSchedulePartlyUsed {},
                    FallbackSchedule::LastGoodFilesMissing => RunText::ScheduleFilesMissing {},
                };
                text.push_str(&consequence.localized(lang).to_string());
            } else if problems.iter().any(|problem| problem.severity == Severity::Error)
                && !problems.iter().any(|problem| problem.is_structural)
            {
                let consequence = match problems.iter().any(is_audio_folder_gone) {
                    true => RunText::AdoptedWithoutAudio {},
                    false => RunText::AdoptedDespiteErrors {},
                };
                text.push_str(&consequence.localized(lang).to_string());
            }
            return Some(text);
        }
    };
    Some(sentence.to_plain(lang))
}

/// Returns true if the problem is that no file in `audio/` can be reached.
fn is_audio_folder_gone(problem: &Problem) -> bool {
    match &problem.finding {
        Finding::AudioFolderGone { .. } => true,
        Finding::FolderUnavailable { folder, .. } => folder == "audio",
        _ => false,
    }
}

/// Returns the message for entries that could not be written.
fn log_failure_text(error: &io::Error) -> RunText {
    match StorageMoved::moved_path(error) {
        Some(path) => RunText::LogMoved { path: path.display().to_string() },
        None => RunText::LogFails { detail: SystemText::from(error) },
    }
}

/// Returns the message for a station's folder that could not be read.
fn unreadable_folder_text(error: &FolderError) -> RunText {
    let moved_text = |path: &Path| RunText::FolderMoved { path: path.display().to_string() };
    match error {
        FolderError::NotAStation { path } => RunText::FolderEmptied { path: path.display().to_string() },
        FolderError::Io { error: source, .. } => {
            let detail = || SystemText::of(source, error.to_string());
            StorageMoved::moved_path(source).map_or_else(|| RunText::Unreadable { detail: detail() }, moved_text)
        }
    }
}

/// Returns the reason why a log could not be continued.
fn damage_text(reason: &DamageReason) -> LogSetAsideReason {
    match *reason {
        DamageReason::Rewound { lines, size } => LogSetAsideReason::Rewound { lines, size },
        DamageReason::Changed => LogSetAsideReason::Changed {},
        DamageReason::NoHead => LogSetAsideReason::NoHead {},
        DamageReason::Closings => LogSetAsideReason::Closings {},
        DamageReason::NoKeys => LogSetAsideReason::NoKeys {},
        DamageReason::OlderCopy { size, newest } => LogSetAsideReason::OlderCopy { size, newest },
        DamageReason::Forked { newest } => LogSetAsideReason::Forked { newest },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_folder_is_reported_only_in_the_users_language() {
        let path = Path::new("/đài");
        let moved_error = || io::Error::other(StorageMoved::from(path));
        let moved_folder = FolderError::Io { path: path.to_owned(), error: moved_error() };
        let emptied_folder = FolderError::NotAStation { path: path.to_owned() };
        for sentence in [
            unreadable_folder_text(&moved_folder),
            unreadable_folder_text(&emptied_folder),
            log_failure_text(&moved_error()),
        ] {
            let text = sentence.localized(Lang::Vi).to_string();
            let is_english =
                ["was", "when", "has", "is", "any more"].iter().any(|word| text.contains(&format!(" {word} ")));
            assert!(text.contains("/đài") && !is_english, "{text}");
        }
        // The message from the system follows in brackets.
        let denied_folder = FolderError::Io { path: path.to_owned(), error: io::ErrorKind::PermissionDenied.into() };
        assert!(
            unreadable_folder_text(&denied_folder)
                .localized(Lang::Vi)
                .to_string()
                .starts_with("Không đọc được thư mục của đài: tài khoản này không có quyền đọc hoặc ghi ở đó (chi tiết cho kỹ thuật: /đài: ")
        );
    }
}
