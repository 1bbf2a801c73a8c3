//! Relay slots: the line is left to another receiver for a planned time, and that is logged as an entry of its own
//! kind.
use super::Engine;
use super::live_airing::AiringState;
use super::timing::ON_TIME_US;
use crate::airlog::entry::{Body, Reason, RelayEntry};
use crate::playout::clock::ClockSnapshot;

impl Engine {
    /// Begins relay slots whose turn has come, and ends those whose time is over.
    pub(super) fn advance_relays(&mut self, now: ClockSnapshot) {
        for index in self.airings.planned_indices() {
            match self.airings[index].state {
                AiringState::Relaying { until, .. } if until <= now.boot => self.end_relay(index, now, None),
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
        let since = now.wall.since(airing.starts_at());
        let its_turn = !self.airings[..index].iter().any(|s| s.session_key() == Some(key) && !s.is_done());
        let late = since > ON_TIME_US && !self.airings[index].may_play_late(now.wall, self.today(now));
        if since < 0 || !its_turn || late || self.is_quiet_for(now.wall, &airing) || self.must_wait(now, &airing) {
            return;
        }
        // On time it ends on time; pushed back, it is as long as planned all the same.
        let pushed = since > ON_TIME_US || self.airings[index].postponed;
        let begins = if pushed { now.boot } else { now.boot_at(airing.starts_at()) };
        let until = begins.plus(airing.length.us());
        self.begun_sessions.insert(key.to_owned());
        // A play of the operator gives way, as to any session.
        self.cut_unplanned(Reason::CutBy);
        self.airings[index].state = AiringState::Relaying { since: now.boot, until };
    }

    /// Ends a relay slot, and logs how long the line was left to the receiver.
    pub(super) fn end_relay(&mut self, index: usize, now: ClockSnapshot, reason: Option<Reason>) {
        let held_us = match self.airings[index].state {
            AiringState::Relaying { since, until } => now.boot.min(until).since(since).max(0),
            _ => 0,
        };
        self.close_relay(index, held_us, reason);
    }

    /// Closes a relay slot with its entry.
    pub(super) fn close_relay(&mut self, index: usize, held_us: i64, reason: Option<Reason>) {
        let slot = &mut self.airings[index];
        slot.state = AiringState::Done;
        let note = RelayEntry {
            id: slot.labels.id.clone(),
            session: slot.labels.session.clone(),
            title: slot.labels.title.clone(),
            planned_at: slot.labels.planned_at,
            planned_ms: slot.labels.planned_ms,
            held_ms: held_us / 1000,
            reason,
            level: 0,
        };
        self.settled_ids.insert(note.id.clone());
        self.actions.log.push(Body::Relay(note));
    }
}
