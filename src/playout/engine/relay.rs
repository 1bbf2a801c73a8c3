//! Relay slots, in which loa leaves the line to a receiver for a planned time. Each slot gets a `relay` entry.
use super::Engine;
use super::live_airing::AiringState;
use super::timing::ON_TIME_TOLERANCE_US;
use crate::airlog::entry::{Body, Reason, RelayEntry};
use crate::playout::clock::ClockSnapshot;

impl Engine {
    /// Begins the relay slots whose turn has come, and ends those whose length has passed.
    pub(super) fn advance_relays(&mut self, now: ClockSnapshot) {
        for index in self.airings.planned_indices() {
            match self.airings[index].state {
                AiringState::Relaying { ends_at, .. } if ends_at <= now.boot => self.end_relay(index, now, None),
                AiringState::Waiting if self.airings[index].is_relay() && !self.airings[index].is_withdrawn() => {
                    self.begin_relay(index, now);
                }
                _ => {}
            }
        }
    }

    fn begin_relay(&mut self, index: usize, now: ClockSnapshot) {
        let Some(airing) = self.airings[index].planned.clone() else { return };
        let key = airing.session_key();
        let late_us = now.wall.since(airing.starts_at());
        let is_its_turn = !self.airings[..index]
            .iter()
            .any(|live_airing| live_airing.session_key() == Some(key) && !live_airing.is_done());
        let is_too_late =
            late_us > ON_TIME_TOLERANCE_US && !self.airings[index].may_play_late(now.wall, self.today(now));
        let is_its_time = late_us >= 0 && is_its_turn && !is_too_late;
        if !is_its_time || self.is_quiet_for(now.wall, &airing) || self.must_wait(now, &airing) {
            return;
        }
        // A slot that begins on time also ends on time. A late slot keeps its planned length.
        let keeps_length = late_us > ON_TIME_TOLERANCE_US || self.airings[index].is_postponed;
        let begins_at = if keeps_length { now.boot } else { now.boot_at(airing.starts_at()) };
        let ends_at = begins_at.plus(airing.length.us());
        self.begun_sessions.insert(key.to_owned());
        // An airing that the operator requested gives way, as it does to any session.
        self.cut_unplanned(Reason::CutBy);
        self.airings[index].state = AiringState::Relaying { started_at: now.boot, ends_at };
    }

    /// Ends a relay slot, and logs how long loa left the line to the receiver.
    pub(super) fn end_relay(&mut self, index: usize, now: ClockSnapshot, reason: Option<Reason>) {
        let relayed_us = match self.airings[index].state {
            AiringState::Relaying { started_at, ends_at } => now.boot.min(ends_at).since(started_at).max(0),
            _ => 0,
        };
        self.close_relay(index, relayed_us, reason);
    }

    /// Closes a relay slot and logs its entry. `relayed_us` is the time in microseconds for which the receiver had the
    /// line.
    pub(super) fn close_relay(&mut self, index: usize, relayed_us: i64, reason: Option<Reason>) {
        let live_airing = &mut self.airings[index];
        live_airing.state = AiringState::Done;
        let entry = RelayEntry {
            id: live_airing.labels.id.clone(),
            session: live_airing.labels.session.clone(),
            title: live_airing.labels.title.clone(),
            planned_at: live_airing.labels.planned_at,
            planned_ms: live_airing.labels.planned_ms,
            held_ms: relayed_us / 1000,
            reason,
            level: 0,
        };
        self.settled_ids.insert(entry.id.clone());
        self.actions.log.push(Body::Relay(entry));
    }
}
