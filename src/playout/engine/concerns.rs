//! The concerns of the station: collects facts from the engine's state and from outside, and logs each change.
mod hand_in;
mod later_days;
mod plan_facts;
pub mod state;

use chrono::NaiveDate;

use self::state::ExternalFacts;
use super::Engine;
use super::live_airing::{AiringState, LiveAiring};
use super::notice::{AlarmContext, ConcernNotice, Notice};
use super::switching::SwitchError;
use crate::airlog::entry::{Body, ConcernEntry, ConcernTransition};
use crate::base::instant::{SECOND_US, format_rfc3339, to_local};
use crate::concern::{
    AmplifierFacts, ClockFacts, Concern, ConcernChange, ConcernSeverity, FactSource, LineFacts, ScheduleFacts,
    StationFacts, assess,
};
use crate::logstore::hand_in::DepartmentSetting;
use crate::playout::clock::ClockSnapshot;
use crate::schedule::sample::goes_by_sample_id;
use crate::schedule::settings::{AlarmSettings, AmplifierSettings, Device};

/// The maximum time between two assessments, in microseconds.
const MAX_ASSESSMENT_INTERVAL_US: i64 = 10 * SECOND_US;

impl Engine {
    /// Assesses the station when an assessment is due, and logs the changes.
    pub(super) fn update_concerns(&mut self, now: ClockSnapshot) {
        let is_recent = self.concerns.assessed_at.is_some_and(|at| now.boot.since(at) < MAX_ASSESSMENT_INTERVAL_US);
        if is_recent && self.concerns.book.next_change_at().is_none_or(|at| at > now.boot) {
            return;
        }
        self.assess_concerns(now);
    }

    /// Assesses the station now, and logs the changes.
    pub(super) fn assess_concerns(&mut self, now: ClockSnapshot) {
        let assessment = assess(&self.station_facts(now));
        self.concerns.assessed_at = Some(now.boot);
        self.concerns.unchecked.clone_from(&assessment.unchecked);
        for change in self.concerns.book.update(&now, assessment) {
            self.log_concern(now, change);
        }
        self.concerns.add_unobserved_areas();
    }

    /// Records facts from another part of the program.
    pub(super) fn on_external_facts(&mut self, now: ClockSnapshot, facts: ExternalFacts) {
        if let ExternalFacts::Host(host) = &facts
            && self.concerns.host.is_some_and(|earlier| earlier.sound_cards_hash != host.sound_cards_hash)
        {
            self.record_sound_card_change(now.boot);
        }
        self.concerns.record(facts);
    }

    fn log_concern(&mut self, now: ClockSnapshot, change: ConcernChange) {
        let zone = self.zone();
        let entry = match &change {
            ConcernChange::Raised(Concern { condition, since }) => ConcernEntry {
                news: ConcernTransition::Raised,
                code: condition.code().to_owned(),
                subject: condition.subject(),
                since: to_local(*since, zone),
                severity: Some(condition.severity().as_str().to_owned()),
            },
            ConcernChange::Cleared { key, since, .. } => ConcernEntry {
                news: ConcernTransition::Cleared,
                code: key.code.clone(),
                subject: key.subject.clone(),
                since: to_local(*since, zone),
                severity: None,
            },
        };
        self.actions.log.push(Body::Concern(entry));
        let alarm = self.alarm_context(now, &change);
        self.actions.notify(Notice::Concern(Box::new(ConcernNotice { change, alarm })));
    }

    /// Returns the facts about the station for an alarm message; `None` if no alarm is sent. A mere notice appears only
    /// in `loa status` and in the log. So does a concern about the alarm itself: its message would take the road that
    /// does not work, and would arrive when it is over.
    fn alarm_context(&self, now: ClockSnapshot, change: &ConcernChange) -> Option<AlarmContext> {
        let (code, condition) = match change {
            ConcernChange::Raised(concern) => (concern.condition.code(), Some(&concern.condition)),
            ConcernChange::Cleared { key, condition, .. } => (key.code.as_str(), condition.as_ref()),
        };
        let is_mere_notice = condition.is_some_and(|condition| condition.severity() == ConcernSeverity::Notice);
        let is_about_alarm = FactSource::of_code(code) == FactSource::Alarm;
        let station = &self.revision_in_force_or_pending()?.schedule.station;
        (station.alarm.is_configured() && !is_mere_notice && !is_about_alarm).then(|| AlarmContext {
            station: self.context.station_id.clone(),
            station_name: station.name.clone(),
            language: station.language,
            at: format_rfc3339(now.wall, station.timezone),
            at_us: now.wall.0,
        })
    }

    /// Collects the facts from which the concerns are assessed.
    fn station_facts(&mut self, now: ClockSnapshot) -> StationFacts {
        let today = self.today(now);
        let (trusted, reason) = (self.clock_trust.is_trusted, self.clock_trust.reason);
        let plan = if trusted { self.plan_facts(now) } else { None };
        StationFacts {
            urgent_title: self.urgent_title(),
            clock: Some(ClockFacts { trusted, reason }),
            line: self.line_facts(),
            amplifier: self.amplifier_facts(),
            schedule: Some(self.schedule_facts(today)),
            plan,
            absence: self.concerns.absence_on(today),
            log: self.concerns.log,
            host: self.concerns.host,
            was_disk_full: self.concerns.book.is_open("disk-full"),
            is_department_named: self.department_setting() == DepartmentSetting::Named,
            hand_in: if trusted { self.hand_in_facts(now, today) } else { None },
            is_alarm_configured: self.alarm_settings().is_some(),
            alarm: self.concerns.alarm.clone(),
        }
    }

    fn urgent_title(&self) -> Option<String> {
        // While no device is open, a message that is cued does not sound.
        let is_active_urgent = |airing: &&LiveAiring| {
            let is_cued = matches!(airing.state, AiringState::Cued { .. }) && !self.is_device_missing();
            airing.is_urgent() && (is_cued || airing.is_sounding())
        };
        self.airings.iter().find(is_active_urgent).map(|airing| airing.labels.title.clone())
    }

    fn amplifier_facts(&self) -> Option<AmplifierFacts> {
        self.amplifier.config.as_ref()?;
        let is_switching_known = self.amplifier.is_switching_known();
        let errors = &self.amplifier.last_errors;
        let error = errors.switch_on_error.as_ref().or(errors.switch_off_error.as_ref());
        let is_untried = self.concerns.host.is_some_and(|host| host.is_amplifier_untried);
        Some(match error {
            Some(SwitchError::Untried) => AmplifierFacts { is_untried: true, is_switching_known, error: None },
            Some(SwitchError::Failed(detail)) => {
                AmplifierFacts { is_untried: false, is_switching_known, error: Some(detail.clone()) }
            }
            None => AmplifierFacts { is_untried, is_switching_known, error: None },
        })
    }

    /// Returns the settings of the amplifier that loa switches; `None` if there is none.
    #[must_use]
    pub fn amplifier_settings(&self) -> Option<&AmplifierSettings> {
        self.amplifier.config.as_ref()
    }

    /// Returns the settings of the alarm; `None` if they name no way to send one.
    #[must_use]
    pub fn alarm_settings(&self) -> Option<&AlarmSettings> {
        let alarm = &self.revision_in_force_or_pending()?.schedule.station.alarm;
        alarm.is_configured().then_some(alarm)
    }

    fn schedule_facts(&self, today: NaiveDate) -> ScheduleFacts {
        let revision = self.revision_in_force.as_ref();
        let campaigns = revision.map(|revision| revision.schedule.campaigns.as_slice()).unwrap_or_default();
        let is_today_known = self.clock_trust.is_trusted;
        let ended_campaigns = campaigns.iter().filter_map(|campaign| {
            let until = campaign.until.filter(|until| is_today_known && *until < today)?;
            Some((campaign.title.clone(), until))
        });
        ScheduleFacts {
            is_in_force: revision.is_some(),
            is_waiting: self.is_newer_schedule_waiting(),
            is_folder_read: self.concerns.is_folder_read,
            refused: self.concerns.folder.refused.clone(),
            is_unreadable: self.concerns.folder.is_unreadable,
            files_of_missing_audio: self.concerns.folder.files_of_missing_audio,
            differing_station_ids: self.concerns.differing_station_ids.clone(),
            sample_id: self.sample_id(),
            missing_playlists: self.suspect_files.names_and_reasons(),
            ended_campaigns: ended_campaigns.collect(),
        }
    }

    /// Returns the station's id if it is the sample's and the output is a real device.
    fn sample_id(&self) -> Option<String> {
        let station = &self.revision_in_force_or_pending()?.schedule.station;
        let plays_former_greeting =
            self.concerns.plan_facts.as_ref().is_some_and(|cached| cached.facts.plays_former_greeting);
        let uses_sample_id = goes_by_sample_id(&self.context.station_id, &station.name, plays_former_greeting);
        (self.has_real_device() && uses_sample_id).then(|| self.context.station_id.to_string())
    }

    /// Returns the facts about the device. An output that is not a sound device counts as working before it is opened.
    fn line_facts(&self) -> LineFacts {
        match &self.concerns.line {
            LineFacts::Unknown if !self.has_real_device() => LineFacts::Works { fallback: None, is_real: false },
            line => line.clone(),
        }
    }

    /// Returns true unless the output in force is `null` or a WAV file.
    pub(super) fn has_real_device(&self) -> bool {
        let device = self.revision_in_force_or_pending().map(|revision| &revision.schedule.station.output.device);
        device.is_none_or(Device::is_real)
    }
}
