//! Derives the conditions from the facts.
use super::facts::{
    AlarmFacts, AmplifierFacts, HandInFacts, HostFacts, LineFacts, LogFacts, PlanFacts, ScheduleFacts, StationFacts,
};
use super::{AlarmFailure, CheckedArea, Condition, DeviceCause, FactSource, MoreItems, SwitchCause};
use crate::text::count::MessageCount;

/// A disk with less free space than this, in bytes, counts as nearly full. This is far more than the 256 KiB
/// that the log reserves, and enough for years of entries, so the warning comes long before the log stops.
const LOW_DISK_BYTES: u64 = 64 * 1024 * 1024;
/// A disk with less free space than this, in bytes, is reported as full. The log still continues for a while, so that
/// there is time to act.
const FULL_DISK_BYTES: u64 = 8 * 1024 * 1024;
/// A disk that was reported as full stays full until it has at least this much free space, in bytes. Otherwise, a disk
/// at the limit would be reported again and again.
const NO_LONGER_FULL_BYTES: u64 = 12 * 1024 * 1024;
const MIB: u64 = 1024 * 1024;

/// The conditions that hold, and the areas that were not checked yet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Assessment {
    /// The conditions, in no particular order.
    pub conditions: Vec<Condition>,
    /// The areas without facts. While there are any, it is not certain that all is well.
    pub unchecked: Vec<CheckedArea>,
    /// The sources that were not observed. Their concerns stay as they were last seen.
    pub unobserved: Vec<FactSource>,
}

/// Returns the conditions that follow from these facts.
#[must_use]
pub fn assess(facts: &StationFacts) -> Assessment {
    let mut assessment =
        Assessment { conditions: Vec::new(), unchecked: unchecked_areas(facts), unobserved: unobserved_sources(facts) };
    let conditions = &mut assessment.conditions;
    conditions.extend(facts.urgent_title.clone().map(|title| Condition::UrgentOnAir { title }));
    if let Some(clock) = facts.clock.filter(|clock| !clock.trusted) {
        conditions.push(Condition::ClockUntrusted { why: clock.reason });
    }
    assess_line(&facts.line, conditions);
    facts.amplifier.iter().for_each(|amplifier| assess_amplifier(amplifier, conditions));
    let is_folder_moved = facts.host.is_some_and(|host| host.is_folder_moved);
    facts.log.iter().for_each(|log| assess_log(*log, is_folder_moved, conditions));
    facts.host.iter().for_each(|host| assess_host(*host, facts.was_disk_full, conditions));
    facts.schedule.iter().for_each(|schedule| assess_schedule(schedule, conditions));
    facts.plan.iter().for_each(|plan| assess_plan(plan, conditions));
    if let Some(absence) = facts.absence {
        conditions.push(Condition::MissedWhileOff { minutes: absence.minutes, airings: absence.airings.into() });
    }
    facts.hand_in.iter().for_each(|hand_in| assess_hand_in(*hand_in, conditions));
    // The last facts may be about settings that no longer exist.
    facts.alarm.iter().filter(|_| facts.is_alarm_configured).for_each(|alarm| assess_alarm(alarm, conditions));
    assessment
}

fn unchecked_areas(facts: &StationFacts) -> Vec<CheckedArea> {
    let checks = [
        (facts.clock.is_some(), CheckedArea::Clock),
        (facts.line != LineFacts::Unknown, CheckedArea::Device),
        (facts.log.is_some(), CheckedArea::Log),
        (facts.host.is_some_and(|host| host.free_bytes.is_some()), CheckedArea::Computer),
        (facts.schedule.as_ref().is_some_and(|schedule| schedule.is_folder_read), CheckedArea::Schedule),
        (facts.plan.is_some(), CheckedArea::Plan),
        // Untried commands have a concern of their own, so the amplifier is not listed as unchecked too.
        (
            facts.amplifier.as_ref().is_none_or(|amplifier| amplifier.is_switching_known || amplifier.is_untried),
            CheckedArea::Amplifier,
        ),
        // Like the plan, the hand-ins are not checked while the clock is not trusted.
        (!facts.is_department_named || facts.hand_in.is_some(), CheckedArea::HandIn),
        (!facts.is_alarm_configured || facts.alarm.is_some(), CheckedArea::Alarm),
    ];
    checks.into_iter().filter(|(was_checked, _)| !was_checked).map(|(_, area)| area).collect()
}

fn unobserved_sources(facts: &StationFacts) -> Vec<FactSource> {
    let has_host = facts.host.is_some();
    let amplifier = facts.amplifier.as_ref();
    let is_folder_read = facts.schedule.as_ref().is_some_and(|schedule| schedule.is_folder_read);
    let is_folder_readable = facts.schedule.as_ref().is_some_and(|schedule| !schedule.is_unreadable);
    let is_folder_schedule_complete = facts
        .schedule
        .as_ref()
        .is_some_and(|schedule| schedule.missing_playlists.is_empty() && schedule.refused.is_none());
    let checks = [
        (facts.clock.is_some(), FactSource::Clock),
        (facts.line != LineFacts::Unknown, FactSource::Device),
        // A station without an amplifier has nothing to observe.
        (amplifier.is_none_or(|amplifier| amplifier.is_switching_known || has_host), FactSource::AmplifierPermit),
        (amplifier.is_none_or(|amplifier| amplifier.is_switching_known), FactSource::Amplifier),
        (facts.log.is_some(), FactSource::Log),
        (facts.log.is_some() && has_host, FactSource::LogFolder),
        (has_host, FactSource::Computer),
        (facts.host.is_some_and(|host| host.free_bytes.is_some()), FactSource::DiskSpace),
        (is_folder_read, FactSource::Folder),
        (is_folder_read && is_folder_readable, FactSource::FolderSchedule),
        // The id is compared only when a schedule without errors or missing files was read.
        (is_folder_read && is_folder_readable && is_folder_schedule_complete, FactSource::Identity),
        (facts.plan.is_some(), FactSource::Plan),
        (facts.hand_in.is_some(), FactSource::HandIn),
        (!facts.is_alarm_configured || facts.alarm.is_some(), FactSource::Alarm),
    ];
    checks.into_iter().filter(|(was_observed, _)| !was_observed).map(|(_, source)| source).collect()
}

fn assess_line(line: &LineFacts, conditions: &mut Vec<Condition>) {
    match line {
        LineFacts::Unknown => {}
        LineFacts::Works { fallback, is_real } => {
            conditions.extend(fallback.clone().map(|device| Condition::FallbackDevice { device }));
            if !is_real {
                conditions.push(Condition::NoSound {});
            }
        }
        LineFacts::Lost { was_open: true, detail } => {
            conditions.push(Condition::DeviceLost { detail: DeviceCause(detail.clone()) });
        }
        LineFacts::Lost { was_open: false, detail } => {
            conditions.push(Condition::NoDevice { detail: DeviceCause(detail.clone()) });
        }
    }
}

fn assess_amplifier(amplifier: &AmplifierFacts, conditions: &mut Vec<Condition>) {
    if amplifier.is_untried {
        conditions.push(Condition::AmplifierUntried {});
    } else if let Some(detail) = amplifier.error.clone() {
        conditions.push(Condition::AmplifierFails { detail: SwitchCause(detail) });
    }
}

fn assess_log(log: LogFacts, is_folder_moved: bool, conditions: &mut Vec<Condition>) {
    if log.is_moved || is_folder_moved {
        conditions.push(Condition::LogMoved {});
    }
    if log.unwritten > 0 {
        conditions.push(Condition::LogNotWritten { entries: log.unwritten });
    }
    if log.is_key_rotation_failing {
        conditions.push(Condition::KeysFail {});
    }
}

fn assess_host(host: HostFacts, was_disk_full: bool, conditions: &mut Vec<Condition>) {
    if host.is_read_only {
        conditions.push(Condition::DiskReadOnly {});
    }
    if let Some(free_bytes) = host.free_bytes {
        let free_mib = free_bytes / MIB;
        // A full disk is nearly full too. `ConcernBook` shows and raises only the worse of the two.
        if free_bytes < LOW_DISK_BYTES {
            conditions.push(Condition::DiskNearlyFull { free_mib });
        }
        if free_bytes < if was_disk_full { NO_LONGER_FULL_BYTES } else { FULL_DISK_BYTES } {
            conditions.push(Condition::DiskFull { free_mib });
        }
    }
    if !host.is_reachable {
        conditions.push(Condition::ControlUnavailable {});
    }
    if !host.is_supervised {
        conditions.push(Condition::NotSupervised {});
    }
}

fn assess_schedule(schedule: &ScheduleFacts, conditions: &mut Vec<Condition>) {
    // Before the folder is read, a missing schedule proves nothing.
    if !schedule.is_in_force && schedule.is_folder_read {
        conditions.push(Condition::NoSchedule {});
    }
    if schedule.is_waiting {
        conditions.push(Condition::ScheduleWaits {});
    }
    if let Some(refused) = &schedule.refused {
        conditions.push(Condition::ScheduleRefused { file: refused.file.clone(), line: refused.line });
    }
    if schedule.is_unreadable {
        conditions.push(Condition::FolderUnreadable {});
    }
    if let Some((log, file)) = schedule.differing_station_ids.clone() {
        conditions.push(Condition::StationIdChanged { log, file });
    }
    conditions.extend(schedule.sample_id.clone().map(|id| Condition::SampleStation { id }));
    // `ConcernBook` shows and raises only this one, not the files that each session lacks.
    conditions.extend(schedule.files_of_missing_audio.map(|files| Condition::AudioFolderGone { files }));
    let missing = schedule.missing_playlists.iter();
    conditions.extend(missing.map(|(file, why)| Condition::PlaylistMissing { file: file.clone(), why: *why }));
    let ended = schedule.ended_campaigns.iter();
    conditions.extend(ended.map(|(title, until)| Condition::CampaignOver { title: title.clone(), until: *until }));
}

fn assess_hand_in(hand_in: HandInFacts, conditions: &mut Vec<Condition>) {
    if let Some((since, days)) = hand_in.waiting.filter(|(_, days)| hand_in.is_expected && *days > hand_in.limit_days) {
        conditions.push(Condition::HandInOverdue { since, days: days.into() });
    }
}

fn assess_alarm(alarm: &AlarmFacts, conditions: &mut Vec<Condition>) {
    let messages = MessageCount(alarm.waiting);
    match alarm.failure.clone() {
        Some(AlarmFailure { since, detail }) => conditions.push(Condition::AlarmFails { messages, since, detail }),
        None if alarm.is_untried => conditions.push(Condition::AlarmUntried {}),
        None => {}
    }
    if alarm.is_sender_absent {
        conditions.push(Condition::AlarmNotSent { messages });
    }
}

fn assess_plan(plan: &PlanFacts, conditions: &mut Vec<Condition>) {
    if plan.rows_this_week == 0 {
        conditions.push(Condition::NothingThisWeek {});
    } else if plan.rows_today == 0 {
        conditions.push(Condition::NothingToday {});
    }
    if let Some((title, others)) = plan.sample_titles.split_first() {
        let more = MoreItems(others.len() as u64);
        conditions.push(Condition::SampleContent { title: title.clone(), more });
    }
    conditions.extend(plan.troubles.iter().cloned());
}
