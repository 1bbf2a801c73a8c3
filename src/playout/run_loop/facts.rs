//! Reports to the engine the facts that only the log, the computer and the station's folder know.
use super::Playout;
use crate::airlog::storage::Storage;
use crate::base::instant::{BootTime, SECOND_US};
use crate::concern::LogFacts;
use crate::playout::clock::Clock;
use crate::playout::engine::{EngineEvent, ExternalFacts};

/// The minimum time between two checks of the computer, in microseconds, and between two checks of the folder. While a
/// device is missing, the computer is checked more often.
const MIN_CHECK_INTERVAL_US: i64 = 60 * SECOND_US;

impl<C: Clock, S: Storage> Playout<C, S> {
    /// Passes the facts that have changed to the engine.
    pub(super) fn report_facts(&mut self) {
        let had_unwritten_entries = self.reported_facts.log.is_some_and(|log| log.unwritten > 0);
        self.report_log_facts();
        // A write that begins to fail, or works again, shows that the disk has changed.
        let has_disk_changed = had_unwritten_entries != (self.log.pending_entries() > 0);
        let now = self.clock.now().boot;
        let is_old =
            |collected_at: Option<BootTime>| collected_at.is_none_or(|at| now.since(at) >= MIN_CHECK_INTERVAL_US);
        let is_card_check_due = self.next_sound_card_check_at().is_some_and(|at| at <= now);
        if is_old(self.reported_facts.host_facts_collected_at) || is_card_check_due {
            self.reported_facts.host_facts_collected_at = Some(now);
            self.report_host_facts();
        } else if has_disk_changed {
            self.report_host_facts();
        }
        if is_old(self.reported_facts.folder_facts_collected_at) {
            self.reported_facts.folder_facts_collected_at = Some(now);
            self.report_hand_in_facts();
            self.report_alarm_facts();
        }
    }

    /// Returns when the list of sound cards must be read again because a device is missing; `None` if none is missing.
    pub(super) fn next_sound_card_check_at(&self) -> Option<BootTime> {
        self.engine.next_sound_card_check_at(self.reported_facts.host_facts_collected_at?)
    }

    /// Passes the facts that a status must show as they are now, and not as they were a minute ago. They are cheap to
    /// collect.
    pub(super) fn report_facts_for_status(&mut self) {
        self.drain_output_events();
        self.report_log_facts();
        self.report_host_facts();
        self.report_alarm_facts();
    }

    fn report_log_facts(&mut self) {
        let log = LogFacts {
            unwritten: self.log.pending_entries() as u64,
            is_moved: self.log_health.is_moved(),
            is_key_rotation_failing: self.log_health.is_rotation_failing(),
        };
        if self.reported_facts.log.replace(log) != Some(log) {
            self.dispatch(EngineEvent::ExternalFacts(ExternalFacts::Log(log)), None);
        }
    }

    fn report_host_facts(&mut self) {
        if let Some(host) = (self.effects.read_host_facts)(self.engine.amplifier_settings())
            && self.reported_facts.host.replace(host) != Some(host)
        {
            self.dispatch(EngineEvent::ExternalFacts(ExternalFacts::Host(host)), None);
        }
    }

    fn report_hand_in_facts(&mut self) {
        if let Some(hand_in) = (self.effects.read_hand_in_state)(self.engine.department_setting())
            && self.reported_facts.hand_in.as_ref() != Some(&hand_in)
        {
            self.reported_facts.hand_in = Some(hand_in.clone());
            self.dispatch(EngineEvent::ExternalFacts(ExternalFacts::HandIn(hand_in)), None);
        }
    }

    fn report_alarm_facts(&mut self) {
        let Some(settings) = self.engine.alarm_settings() else { return };
        if let Some(alarm) = (self.effects.read_alarm_facts)(settings)
            && self.reported_facts.alarm.as_ref() != Some(&alarm)
        {
            self.reported_facts.alarm = Some(alarm.clone());
            self.dispatch(EngineEvent::ExternalFacts(ExternalFacts::Alarm(alarm)), None);
        }
    }
}
