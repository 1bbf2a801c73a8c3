//! Turns facts into findings.
mod machine;

use chrono::NaiveDateTime;

use super::facts::{
    AlarmCheck, AlarmDelivery, AmplifierCheck, DoctorFacts, FolderAccess, KeysCheck, SoundLevel, SoundTest,
};
use super::finding::DoctorFinding;
use crate::text::cause::DeviceText;
use crate::text::doctor::{DoctorAdvice, DoctorArea, DoctorText};

/// Minimum volume that does not count as too low, per cent.
const MIN_LEVEL_PERCENT: u8 = 40;
/// Minimum free space for years of log entries and for new recordings, bytes.
const MIN_FREE_BYTES: u64 = 512 << 20;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// Returns the findings in the order of the sheet.
#[must_use]
pub fn examine(facts: &DoctorFacts) -> Vec<DoctorFinding> {
    let mut findings = sound_findings(&facts.sound, facts.absent_device.as_deref());
    findings.extend(level_findings(facts.levels.as_deref()));
    findings.push(amplifier_finding(facts.amplifier));
    findings.extend(machine::clock_findings(facts));
    findings.push(alarm_finding(&facts.alarm));
    findings.push(machine::autostart_finding(facts.machine.autostart));
    findings.push(free_space_finding(facts.free_bytes));
    findings.extend(machine::storage_findings(facts.machine.storage.as_ref()));
    findings.push(machine::voltage_finding(facts.machine.under_voltage));
    findings.push(permission_finding(&facts.folders));
    findings.push(key_finding(&facts.keys));
    findings.push(machine::version_finding(facts));
    findings
}

/// Returns the findings about the sound. If the machine lacks the station's device, the first finding says so, and the
/// test has a finding of its own only if its tone was heard through another device.
fn sound_findings(test: &SoundTest, absent_device: Option<&str>) -> Vec<DoctorFinding> {
    let Some(detail) = absent_device else { return vec![sound_finding(test)] };
    let text = DoctorText::DeviceAbsent { cause: DeviceText::of(detail.to_owned()) };
    let absent = DoctorFinding::to_do(DoctorArea::Sound, text, DoctorAdvice::ChooseDevice {});
    let heard = (*test == SoundTest::Heard).then(|| sound_finding(test));
    [absent].into_iter().chain(heard).collect()
}

fn sound_finding(test: &SoundTest) -> DoctorFinding {
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

fn level_findings(levels: Option<&[SoundLevel]>) -> Vec<DoctorFinding> {
    let area = DoctorArea::Levels;
    let Some(levels) = levels.filter(|levels| !levels.is_empty()) else {
        return vec![DoctorFinding::unknown(area, DoctorText::LevelsUnknown {})];
    };
    let level_problem = |level: &SoundLevel| {
        let name = level.name.clone();
        let text = match level.percent {
            _ if level.is_muted => DoctorText::LevelMuted { name },
            Some(0) => DoctorText::LevelMuted { name },
            Some(percent) if percent < MIN_LEVEL_PERCENT => DoctorText::LevelLow { name, percent: percent.into() },
            _ => return None,
        };
        Some(DoctorFinding::to_do(area, text, DoctorAdvice::RaiseLevel {}))
    };
    let problems: Vec<DoctorFinding> = levels.iter().filter_map(level_problem).collect();
    if !problems.is_empty() {
        return problems;
    }
    let level_text = |level: &SoundLevel| match level.percent {
        Some(percent) => format!("{} {percent} %", level.name),
        None => level.name.clone(),
    };
    let levels = levels.iter().map(level_text).collect::<Vec<_>>().join(", ");
    vec![DoctorFinding::good(area, DoctorText::LevelsGood { levels })]
}

fn amplifier_finding(check: AmplifierCheck) -> DoctorFinding {
    let area = DoctorArea::Amplifier;
    match check {
        AmplifierCheck::NotSwitched => DoctorFinding::good(area, DoctorText::AmplifierNone {}),
        AmplifierCheck::Tried => DoctorFinding::good(area, DoctorText::AmplifierTried {}),
        AmplifierCheck::Untried => {
            DoctorFinding::to_do(area, DoctorText::AmplifierUntried {}, DoctorAdvice::TryAmplifier {})
        }
    }
}

fn alarm_finding(check: &AlarmCheck) -> DoctorFinding {
    let area = DoctorArea::Alarm;
    let AlarmCheck::Configured { channels, delivery } = check else {
        return DoctorFinding::good(area, DoctorText::AlarmNone {});
    };
    let channels = channels.join(", ");
    let time_and_date = |at: &NaiveDateTime| (at.format("%H:%M").to_string(), at.date());
    match delivery {
        AlarmDelivery::Fails { since: Some(since), failures } => {
            let ((time, date), failures) = (time_and_date(since), failures.join("; "));
            let text = DoctorText::AlarmFails { channels, failures, time, date };
            DoctorFinding::to_do(area, text, DoctorAdvice::TryAlarm {})
        }
        AlarmDelivery::Works { last_at: Some(last_at) } => {
            let (time, date) = time_and_date(last_at);
            DoctorFinding::good(area, DoctorText::AlarmDelivered { channels, time, date })
        }
        AlarmDelivery::Works { last_at: None } => DoctorFinding::good(area, DoctorText::AlarmWorks { channels }),
        AlarmDelivery::Untried | AlarmDelivery::Fails { since: None, .. } => {
            DoctorFinding::to_do(area, DoctorText::AlarmUntried { channels }, DoctorAdvice::TryAlarm {})
        }
    }
}

fn free_space_finding(free_bytes: Option<u64>) -> DoctorFinding {
    let area = DoctorArea::DiskSpace;
    match free_bytes {
        None => DoctorFinding::unknown(area, DoctorText::SpaceUnknown {}),
        Some(free) if free < MIN_FREE_BYTES => {
            DoctorFinding::to_do(area, DoctorText::SpaceLow { size: format_size(free) }, DoctorAdvice::FreeSpace {})
        }
        Some(free) => DoctorFinding::good(area, DoctorText::SpaceGood { size: format_size(free) }),
    }
}

/// Formats a size in MB or GB, rounded down.
fn format_size(bytes: u64) -> String {
    if bytes < 2 * GIB { format!("{} MB", bytes / MIB) } else { format!("{} GB", bytes / GIB) }
}

fn permission_finding(folders: &[FolderAccess]) -> DoctorFinding {
    let area = DoctorArea::Permissions;
    let names_of = |matches: fn(&FolderAccess) -> bool| {
        let matching = folders.iter().filter(|folder| matches(folder));
        matching.map(|folder| if folder.name.is_empty() { "." } else { &folder.name }).collect::<Vec<_>>().join(", ")
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

fn key_finding(check: &KeysCheck) -> DoctorFinding {
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
