//! Findings about the machine: its clocks, automatic start, disk, power supply and versions.
use crate::airlog::outcome_text::trust_text;
use crate::doctor::facts::{Autostart, DoctorFacts, KernelClock, StationClock, StorageFacts, UnderVoltage};
use crate::doctor::finding::DoctorFinding;
use crate::text::doctor::{DistributionName, DoctorAdvice, DoctorArea, DoctorText, KernelVersion, MachineModel};
use crate::text::log::TableText;

/// Maximum difference between the battery clock and the wall clock, seconds. A battery clock drifts by seconds a day.
const MAX_RTC_DIFFERENCE_S: i64 = 60;
/// Used share of a disk's life from which the disk should be replaced, per cent.
const WORN_PERCENT: u8 = 80;
/// File systems whose files are in memory.
const MEMORY_FILE_SYSTEMS: [&str; 3] = ["overlay", "ramfs", "tmpfs"];
/// File systems that keep synced data even after a power cut.
const SAFE_FILE_SYSTEMS: [&str; 7] = ["bcachefs", "btrfs", "ext3", "ext4", "f2fs", "xfs", "zfs"];
/// File systems without a journal.
const UNSAFE_FILE_SYSTEMS: [&str; 5] = ["exfat", "ext2", "fuseblk", "msdos", "vfat"];
/// Mount options that do not preserve the order of writes.
const UNSAFE_OPTIONS: [&str; 5] = ["barrier=0", "data=writeback", "nobarrier", "journal_async_commit", "norecovery"];

pub(super) fn clock_findings(facts: &DoctorFacts) -> Vec<DoctorFinding> {
    let mut findings = vec![clock_finding(facts.kernel_clock, &facts.machine.time_services)];
    findings.extend(facts.station_clock.and_then(distrust_finding));
    findings.push(rtc_finding(facts));
    findings
}

/// Returns that the running station does not trust the clock; `None` if it does. Only then does it help to confirm the
/// clock.
fn distrust_finding(clock: StationClock) -> Option<DoctorFinding> {
    let text = DoctorText::StationDistrustsClock { why: trust_text(clock.reason) };
    (!clock.is_trusted).then(|| DoctorFinding::to_do(DoctorArea::Clock, text, DoctorAdvice::SetAndConfirmClock {}))
}

/// Returns true if the battery clock can be judged by the wall clock: the network keeps the wall clock right, or the
/// running station trusts it. Otherwise the two may agree on a wrong time, because the machine takes the time of one
/// from the other when it starts.
fn is_wall_clock_right(facts: &DoctorFacts) -> bool {
    facts.kernel_clock.is_some_and(|clock| clock.is_synchronised)
        || facts.station_clock.is_some_and(|clock| clock.is_trusted)
}

fn clock_finding(kernel_clock: Option<KernelClock>, services: &[String]) -> DoctorFinding {
    let area = DoctorArea::Clock;
    let service = services.join(", ");
    match kernel_clock {
        None => DoctorFinding::unknown(area, DoctorText::ClockUnknown {}),
        Some(KernelClock { is_synchronised: true, max_error_us }) => {
            let service = if service.is_empty() { "NTP".to_owned() } else { service };
            DoctorFinding::good(area, DoctorText::ClockSynced { service, error_ms: (max_error_us + 999) / 1000 })
        }
        Some(_) if service.is_empty() => {
            DoctorFinding::to_do(area, DoctorText::ClockAlone {}, DoctorAdvice::InstallTime {})
        }
        Some(_) => DoctorFinding::to_do(area, DoctorText::ClockUnsynced { service }, DoctorAdvice::CheckNetwork {}),
    }
}

fn rtc_finding(facts: &DoctorFacts) -> DoctorFinding {
    let area = DoctorArea::Rtc;
    match facts.machine.rtc_s {
        None if facts.machine.has_rtc => DoctorFinding::unknown(area, DoctorText::RtcUnreadable {}),
        None => DoctorFinding::to_do(area, DoctorText::RtcNone {}, DoctorAdvice::AddRtc {}),
        Some(rtc_s) => {
            let difference_s = rtc_s.saturating_sub(facts.now_s).saturating_abs();
            if difference_s > MAX_RTC_DIFFERENCE_S {
                DoctorFinding::to_do(
                    area,
                    DoctorText::RtcWrong { by: duration_text(difference_s) },
                    DoctorAdvice::SetRtc {},
                )
            } else if !is_wall_clock_right(facts) {
                DoctorFinding::unknown(area, DoctorText::RtcUnproved {})
            } else {
                DoctorFinding::good(area, DoctorText::RtcGood { seconds: difference_s })
            }
        }
    }
}

/// Returns a duration in its two largest units.
fn duration_text(seconds: i64) -> TableText {
    let (d, h, m, s) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    match (d, h) {
        (0, 0) => TableText::Minutes { m, s },
        (0, h) => TableText::Hours { h, m },
        (d, h) => TableText::Days { d, h },
    }
}

pub(super) fn autostart_finding(autostart: Autostart) -> DoctorFinding {
    let area = DoctorArea::Autostart;
    match autostart {
        Autostart::Enabled => DoctorFinding::good(area, DoctorText::AutostartGood {}),
        Autostart::OnlyAfterLogin => DoctorFinding::to_do(area, DoctorText::AutostartLogin {}, DoctorAdvice::Linger {}),
        Autostart::OtherStation => DoctorFinding::to_do(area, DoctorText::AutostartOther {}, DoctorAdvice::FixUnit {}),
        Autostart::Disabled => DoctorFinding::to_do(area, DoctorText::AutostartNone {}, DoctorAdvice::Enable {}),
        Autostart::NoSystemd => DoctorFinding::unknown(area, DoctorText::AutostartUnknown {}),
    }
}

pub(super) fn storage_findings(storage: Option<&StorageFacts>) -> [DoctorFinding; 2] {
    let area = DoctorArea::Wear;
    let wear = match storage.and_then(|storage| storage.life_used_percent) {
        None => DoctorFinding::unknown(area, DoctorText::WearUnknown {}),
        Some(percent) if percent >= WORN_PERCENT => {
            let text = DoctorText::WearHigh { percent: percent.into() };
            DoctorFinding::to_do(area, text, DoctorAdvice::ReplaceDisk {})
        }
        Some(percent) => DoctorFinding::good(area, DoctorText::WearGood { percent: percent.into() }),
    };
    [wear, power_loss_finding(storage)]
}

fn power_loss_finding(storage: Option<&StorageFacts>) -> DoctorFinding {
    let area = DoctorArea::PowerLoss;
    let Some(storage) = storage else {
        return DoctorFinding::unknown(area, DoctorText::PowerLossUnknown {});
    };
    let file_system = storage.file_system.clone();
    let is_one_of = |names: &[&str]| names.contains(&file_system.as_str());
    let unsafe_option = storage.options.iter().find(|option| UNSAFE_OPTIONS.contains(&option.as_str()));
    if storage.options.iter().any(|option| option == "ro") {
        DoctorFinding::to_do(area, DoctorText::PowerLossReadOnly {}, DoctorAdvice::CheckDisk {})
    } else if is_one_of(&MEMORY_FILE_SYSTEMS) {
        DoctorFinding::to_do(area, DoctorText::PowerLossMemory { file_system }, DoctorAdvice::MoveStation {})
    } else if is_one_of(&UNSAFE_FILE_SYSTEMS) {
        DoctorFinding::to_do(area, DoctorText::PowerLossFat { file_system }, DoctorAdvice::MoveStation {})
    } else if let Some(option) = unsafe_option.cloned() {
        DoctorFinding::to_do(area, DoctorText::PowerLossUnsafe { file_system, option }, DoctorAdvice::Remount {})
    } else if is_one_of(&SAFE_FILE_SYSTEMS) {
        DoctorFinding::good(area, DoctorText::PowerLossGood { file_system })
    } else {
        DoctorFinding::unknown(area, DoctorText::PowerLossOther { file_system })
    }
}

pub(super) fn voltage_finding(voltage: Option<UnderVoltage>) -> DoctorFinding {
    let area = DoctorArea::Voltage;
    match voltage {
        None => DoctorFinding::unknown(area, DoctorText::VoltageUnknown {}),
        Some(UnderVoltage { is_low_now: true, .. }) => {
            DoctorFinding::to_do(area, DoctorText::VoltageLowNow {}, DoctorAdvice::BetterPower {})
        }
        Some(UnderVoltage { was_low: true, .. }) => {
            DoctorFinding::to_do(area, DoctorText::VoltageLowBefore {}, DoctorAdvice::BetterPower {})
        }
        Some(_) => DoctorFinding::good(area, DoctorText::VoltageGood {}),
    }
}

pub(super) fn version_finding(facts: &DoctorFacts) -> DoctorFinding {
    let machine = &facts.machine;
    let text = DoctorText::VersionsAre {
        program: facts.program.clone(),
        kernel: KernelVersion(machine.kernel.clone()),
        distribution: DistributionName(machine.distribution.clone()),
        model: MachineModel(machine.model.clone()),
    };
    DoctorFinding::good(DoctorArea::Versions, text)
}
