//! From facts to findings.
mod machine;

use super::facts::{AmplifierCheck, DoctorFacts, FolderAccess, KeysCheck, SoundLevel, SoundTest};
use super::finding::DoctorFinding;
use crate::text::cause::DeviceText;
use crate::text::doctor::{DoctorAdvice, DoctorArea, DoctorText};

/// A level below this is too low for a line of loudspeakers, in per cent.
const LOW_LEVEL_PERCENT: u8 = 40;
/// Free space below this is too little for years of log and for new recordings, in bytes.
const LOW_SPACE_BYTES: u64 = 512 << 20;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// Returns the findings, in the order of the sheet.
#[must_use]
pub fn examine(facts: &DoctorFacts) -> Vec<DoctorFinding> {
    let mut findings = vec![sound(&facts.sound)];
    findings.extend(levels(facts.levels.as_deref()));
    findings.push(amplifier(facts.amplifier));
    findings.extend(machine::clocks(facts));
    findings.push(machine::autostart(facts.machine.autostart));
    findings.push(free_space(facts.free_bytes));
    findings.extend(machine::storage(facts.machine.storage.as_ref()));
    findings.push(machine::voltage(facts.machine.under_voltage));
    findings.push(permissions(&facts.folders));
    findings.push(keys(&facts.keys));
    findings.push(machine::versions(facts));
    findings
}

fn sound(test: &SoundTest) -> DoctorFinding {
    let area = DoctorArea::Sound;
    match test {
        SoundTest::Heard => DoctorFinding::good(area, DoctorText::Heard {}),
        SoundTest::NotHeard => DoctorFinding::to_do(area, DoctorText::NotHeard {}, DoctorAdvice::CheckSound {}),
        SoundTest::Failed { detail } => {
            let text = DoctorText::SoundFailed { cause: DeviceText::of(detail.clone()) };
            DoctorFinding::to_do(area, text, DoctorAdvice::CheckSound {})
        }
        SoundTest::NoSoundDevice => {
            DoctorFinding::to_do(area, DoctorText::NoSoundDevice {}, DoctorAdvice::ChooseDevice {})
        }
        SoundTest::NotAsked => {
            DoctorFinding::unknown(area, DoctorText::SoundNotAsked {}).with_advice(DoctorAdvice::AskAtTerminal {})
        }
        SoundTest::StationBusy => DoctorFinding::unknown(area, DoctorText::SoundBusy {}),
    }
}

fn levels(levels: Option<&[SoundLevel]>) -> Vec<DoctorFinding> {
    let area = DoctorArea::Levels;
    let Some(levels) = levels.filter(|levels| !levels.is_empty()) else {
        return vec![DoctorFinding::unknown(area, DoctorText::LevelsUnknown {})];
    };
    let trouble = |level: &SoundLevel| {
        let name = level.name.clone();
        let text = match level.percent {
            _ if level.is_muted => DoctorText::LevelMuted { name },
            Some(0) => DoctorText::LevelMuted { name },
            Some(percent) if percent < LOW_LEVEL_PERCENT => DoctorText::LevelLow { name, percent: percent.into() },
            _ => return None,
        };
        Some(DoctorFinding::to_do(area, text, DoctorAdvice::RaiseLevel {}))
    };
    let troubles: Vec<DoctorFinding> = levels.iter().filter_map(trouble).collect();
    if !troubles.is_empty() {
        return troubles;
    }
    let shown = |level: &SoundLevel| match level.percent {
        Some(percent) => format!("{} {percent} %", level.name),
        None => level.name.clone(),
    };
    let levels = levels.iter().map(shown).collect::<Vec<_>>().join(", ");
    vec![DoctorFinding::good(area, DoctorText::LevelsGood { levels })]
}

fn amplifier(check: AmplifierCheck) -> DoctorFinding {
    let area = DoctorArea::Amplifier;
    match check {
        AmplifierCheck::NotSwitched => DoctorFinding::good(area, DoctorText::AmplifierNone {}),
        AmplifierCheck::Tried => DoctorFinding::good(area, DoctorText::AmplifierTried {}),
        AmplifierCheck::Untried => {
            DoctorFinding::to_do(area, DoctorText::AmplifierUntried {}, DoctorAdvice::TryAmplifier {})
        }
    }
}

fn free_space(free_bytes: Option<u64>) -> DoctorFinding {
    let area = DoctorArea::DiskSpace;
    match free_bytes {
        None => DoctorFinding::unknown(area, DoctorText::SpaceUnknown {}),
        Some(free) if free < LOW_SPACE_BYTES => {
            DoctorFinding::to_do(area, DoctorText::SpaceLow { size: size_text(free) }, DoctorAdvice::FreeSpace {})
        }
        Some(free) => DoctorFinding::good(area, DoctorText::SpaceGood { size: size_text(free) }),
    }
}

/// Returns a size as people say it, rounded down.
fn size_text(bytes: u64) -> String {
    if bytes < 2 * GIB { format!("{} MB", bytes / MIB) } else { format!("{} GB", bytes / GIB) }
}

fn permissions(folders: &[FolderAccess]) -> DoctorFinding {
    let area = DoctorArea::Permissions;
    let names_of = |is_bad: fn(&FolderAccess) -> bool| {
        let bad = folders.iter().filter(|folder| is_bad(folder));
        bad.map(|folder| if folder.name.is_empty() { "." } else { &folder.name }).collect::<Vec<_>>().join(", ")
    };
    let missing = names_of(|folder| !folder.exists);
    let unusable = names_of(|folder| folder.exists && !folder.is_usable);
    let unusable_by_daemon = names_of(|folder| folder.exists && folder.is_usable_by_daemon == Some(false));
    if !missing.is_empty() {
        DoctorFinding::to_do(area, DoctorText::FoldersMissing { names: missing }, DoctorAdvice::MakeFolders {})
    } else if !unusable_by_daemon.is_empty() {
        let text = DoctorText::FoldersBadForDaemon { names: unusable_by_daemon };
        DoctorFinding::to_do(area, text, DoctorAdvice::FixPermissions {})
    } else if !unusable.is_empty() {
        DoctorFinding::to_do(area, DoctorText::FoldersBad { names: unusable }, DoctorAdvice::FixPermissions {})
    } else {
        DoctorFinding::good(area, DoctorText::FoldersGood {})
    }
}

fn keys(check: &KeysCheck) -> DoctorFinding {
    let area = DoctorArea::Keys;
    match check {
        KeysCheck::Good => DoctorFinding::good(area, DoctorText::KeysGood {}),
        KeysCheck::NoLog => DoctorFinding::unknown(area, DoctorText::KeysNoLog {}),
        KeysCheck::NotSeen => {
            DoctorFinding::to_do(area, DoctorText::KeysNotSeen {}, DoctorAdvice::UseStationAccount {})
        }
        KeysCheck::Unreadable => {
            DoctorFinding::to_do(area, DoctorText::KeysUnreadable {}, DoctorAdvice::UseStationAccount {})
        }
        KeysCheck::Open => DoctorFinding::to_do(area, DoctorText::KeysOpen {}, DoctorAdvice::CloseKeys {}),
    }
}
