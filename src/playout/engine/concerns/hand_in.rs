//! The log's hand-ins: the overdue entries, and the lines in `loa status`.
use chrono::NaiveDate;

use crate::base::instant::{SECOND_US, WallTime, format_rfc3339, to_local};
use crate::concern::HandInFacts;
use crate::logstore::hand_in::{CosignedHead, DepartmentSetting, HandInRecord};
use crate::playout::clock::ClockSnapshot;
use crate::playout::engine::Engine;
use crate::playout::engine::station_status::{ConfirmationStatus, HandInStatus, LastHandIn};
use crate::proof::cosign::cosigned_at;
use crate::proof::note::{Note, VerifierKey};

impl Engine {
    /// Returns the facts about entries that were not handed in; `None` while they are not known.
    pub(super) fn hand_in_facts(&self, now: ClockSnapshot, today: NaiveDate) -> Option<HandInFacts> {
        let state = self.concerns.hand_in.as_ref()?;
        let station = &self.revision_in_force_or_pending()?.schedule.station;
        // An entry that was written while the clock was wrong can have any time, but it was really written after the
        // last hand-in, and after this program was built.
        let earliest = state.last.as_ref().map(|last| WallTime(last.at.timestamp_micros()));
        let earliest = earliest.unwrap_or(self.context.built_at).max(self.context.built_at);
        let waiting = state.waiting_since.map(|since| since.max(earliest));
        let waiting = waiting.filter(|since| *since < now.wall).map(|since| {
            let date = to_local(since, self.zone()).date_naive();
            (date, (today - date).num_days())
        });
        Some(HandInFacts { is_expected: self.is_hand_in_expected(), waiting, limit_days: station.hand_in_days })
    }

    /// Returns true if a department expects this log: the settings name one, or the log was handed in before. A station
    /// without a department must not be reminded to hand in its log.
    fn is_hand_in_expected(&self) -> bool {
        self.department_setting() == DepartmentSetting::Named
            || self.concerns.hand_in.as_ref().is_some_and(|state| state.last.is_some() || state.cosigned.is_some())
    }

    /// Returns whether the settings name a department.
    #[must_use]
    pub fn department_setting(&self) -> DepartmentSetting {
        let station = self.revision_in_force_or_pending().map(|revision| &revision.schedule.station);
        let is_named =
            station.is_some_and(|station| station.push_destination.is_some() || station.department_key.is_some());
        if is_named { DepartmentSetting::Named } else { DepartmentSetting::Unnamed }
    }

    /// Returns the hand-ins for `loa status`; `None` if no department expects this log.
    pub(in crate::playout::engine) fn hand_in_status(&self) -> Option<HandInStatus> {
        let state = self.concerns.hand_in.as_ref().filter(|_| self.is_hand_in_expected())?;
        let last = state.last.as_ref().map(|HandInRecord { entries, at, through, .. }| LastHandIn {
            at: at.to_rfc3339(),
            entries: *entries,
            through: through.map(|through| through.to_rfc3339()),
        });
        Some(HandInStatus { last, confirmed: state.cosigned.as_ref().and_then(|head| self.confirmation(head)) })
    }

    /// Returns how far the department has confirmed the log. If the department's key is known, only its signature
    /// counts.
    fn confirmation(&self, head: &CosignedHead) -> Option<ConfirmationStatus> {
        let key = self.revision_in_force_or_pending()?.schedule.station.department_key.as_deref();
        let Some(key) = key.and_then(VerifierKey::parse) else {
            return Some(ConfirmationStatus { entries: head.entries, at: None });
        };
        let seconds = cosigned_at(&Note::parse(head.note.as_bytes())?, &key).ok()?;
        let at = WallTime(i64::try_from(seconds).ok()?.saturating_mul(SECOND_US));
        Some(ConfirmationStatus { entries: head.entries, at: Some(format_rfc3339(at, self.zone())) })
    }
}
