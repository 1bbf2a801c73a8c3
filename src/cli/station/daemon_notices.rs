//! The daemon's notices as sentences on standard error.
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::engine_notices::engine_notice_text;
use crate::airlog::recover::DamageReason;
use crate::airlog::storage::StorageMoved;
use crate::cli::table::strip_unprintable;
use crate::playout::notice::{FallbackSchedule, PlayoutNotice, SharedNotifier};
use crate::schedule::problem;
use crate::schedule::settings::{Device, OutputSettings};
use crate::station::FolderError;
use crate::text::run::{LogSetAsideReason, RunText};
use crate::text::system::SystemText;
use crate::text::{Lang, Localize, print_stderr};

/// Returns a notifier that prints the daemon's notices on standard error.
#[must_use]
pub fn stderr_notifier(lang: Lang) -> SharedNotifier {
    Arc::new(Mutex::new(move |word: PlayoutNotice<'_>| {
        if let Some(text) = notice_text(&word, lang) {
            print_stderr!("{text}");
        }
    }))
}

fn notice_text(word: &PlayoutNotice<'_>, lang: Lang) -> Option<String> {
    let run = match word {
        PlayoutNotice::Engine(notice) => {
            return engine_notice_text(notice, lang).map(|text| strip_unprintable(&text));
        }
        PlayoutNotice::ControlUnavailable(error) => RunText::Unheard { detail: error.to_string() },
        PlayoutNotice::ControlAvailable => RunText::Heard {},
        PlayoutNotice::LogWriteFailed(error) => log_failure_text(error),
        PlayoutNotice::LogWriteRecovered => RunText::LogWorks {},
        PlayoutNotice::KeptCopyFailed(error) => RunText::KeptFails { detail: SystemText::from(*error) },
        PlayoutNotice::EpochRotationFailed(error) => RunText::KeysFail { detail: SystemText::from(*error) },
        PlayoutNotice::LogTailTorn(bytes) => RunText::TornTail { bytes: *bytes },
        PlayoutNotice::LogDamaged(damage) => {
            RunText::LogSetAside { why: damage_text(&damage.why), kept: damage.kept_as.clone() }
        }
        PlayoutNotice::FolderUnreadable(error) => unreadable_folder_text(error),
        PlayoutNotice::Started(schedule) => {
            RunText::Started { station: schedule.station.name.clone(), device: device_names(&schedule.station.output) }
        }
        PlayoutNotice::Problems { problems, files, fallback: broken } => {
            let mut text = problem::render(problems, files, lang, false);
            if let Some(instead) = broken {
                let words = match instead {
                    FallbackSchedule::LastGood => RunText::BrokenKept {},
                    FallbackSchedule::ValidParts => RunText::BrokenParts {},
                    FallbackSchedule::LastGoodFilesMissing => RunText::AwayWhole {},
                };
                text.push_str(&words.localized(lang).to_string());
            }
            return Some(text);
        }
    };
    Some(run.to_plain(lang))
}

fn log_failure_text(error: &io::Error) -> RunText {
    match StorageMoved::moved_path(error) {
        Some(path) => RunText::LogMoved { path: path.display().to_string() },
        None => RunText::LogFails { detail: SystemText::from(error) },
    }
}

fn unreadable_folder_text(error: &FolderError) -> RunText {
    let moved = |path: &Path| RunText::FolderMoved { path: path.display().to_string() };
    match error {
        FolderError::NotAStation { path } => RunText::FolderEmptied { path: path.display().to_string() },
        FolderError::Io { error: why, .. } => {
            let detail = || SystemText::of_kind(why.kind(), error.to_string());
            StorageMoved::moved_path(why).map_or_else(|| RunText::Unreadable { detail: detail() }, moved)
        }
    }
}

/// Returns the reason why a log could not be continued.
fn damage_text(why: &DamageReason) -> LogSetAsideReason {
    match *why {
        DamageReason::Rewound { lines, size } => LogSetAsideReason::Rewound { lines, size },
        DamageReason::Changed => LogSetAsideReason::Changed {},
        DamageReason::NoHead => LogSetAsideReason::NoHead {},
        DamageReason::Closings => LogSetAsideReason::Closings {},
        DamageReason::NoKeys => LogSetAsideReason::NoKeys {},
        DamageReason::OlderCopy { size, newest } => LogSetAsideReason::OlderCopy { size, newest },
        DamageReason::Forked { newest } => LogSetAsideReason::Forked { newest },
    }
}

/// Returns the names of the station's devices, in the order in which they are tried.
fn device_names(output: &OutputSettings) -> String {
    let all = std::iter::once(&output.device).chain(&output.fallback_devices);
    all.map(device_name).collect::<Vec<_>>().join(", ")
}

/// Formats a device as in `station.toml`.
#[must_use]
pub fn device_name(device: &Device) -> String {
    match device {
        Device::Default => "default".to_owned(),
        Device::Named(name) => name.clone(),
        Device::Null => "null".to_owned(),
        Device::Wav(file) => format!("wav:{file}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_moved_is_told_in_the_readers_language_alone() {
        let path = Path::new("/đài");
        let moved = || io::Error::other(StorageMoved::from(path));
        let io = FolderError::Io { path: path.to_owned(), error: moved() };
        let emptied = FolderError::NotAStation { path: path.to_owned() };
        for run in [unreadable_folder_text(&io), unreadable_folder_text(&emptied), log_failure_text(&moved())] {
            let said = run.localized(Lang::Vi).to_string();
            let english =
                ["was", "when", "has", "is", "any more"].iter().any(|word| said.contains(&format!(" {word} ")));
            assert!(said.contains("/đài") && !english, "{said}");
        }
        // The system's text follows our sentence.
        let denied = FolderError::Io { path: path.to_owned(), error: io::ErrorKind::PermissionDenied.into() };
        assert!(
            unreadable_folder_text(&denied)
                .localized(Lang::Vi)
                .to_string()
                .starts_with("Không đọc được thư mục của đài: tài khoản này không có quyền đọc hoặc ghi ở đó (chi tiết cho kỹ thuật: /đài: ")
        );
    }
}
