//! Relay slots: the line is left to another receiver for exactly so long, and that is logged as its own kind.
use super::Engine;
use super::slot::{ON_TIME_US, State};
use crate::airlog::entry::{Body, Reason, RelayNote};
use crate::playout::clock::Now;

impl Engine {
    /// Begins relay slots whose turn has come, and ends those whose time is over.
    pub(super) fn relays(&mut self, now: Now) {
        for index in 0..self.slots.len() {
            match self.slots[index].state {
                State::Relaying { until, .. } if until <= now.boot => self.end_relay(index, now, None),
                State::Waiting if self.slots[index].relay() && !self.slots[index].withdrawn() => {
                    self.begin_relay(index, now);
                }
                _ => {}
            }
        }
    }

    fn begin_relay(&mut self, index: usize, now: Now) {
        let Some(airing) = self.slots[index].plan.clone() else { return };
        let key = airing.session_key();
        let since = now.wall.since(airing.starts());
        let its_turn = !self.slots[..index].iter().any(|s| s.session_key() == Some(key) && !s.done());
        let late = since > ON_TIME_US && !self.slots[index].may_play_late(now.wall, self.today(now));
        if since < 0 || !its_turn || late || self.quiet_for(now.wall, &airing) || self.must_wait(now, &airing) {
            return;
        }
        // On time it ends on time; pushed back, it is as long as planned all the same.
        let pushed = since > ON_TIME_US || self.slots[index].moved;
        let begins = if pushed { now.boot } else { now.boot_at(airing.starts()) };
        let until = begins.plus(airing.length.us());
        self.begun.insert(key.to_owned());
        // What the operator plays gives way, as to any session.
        self.cut_extras(Reason::CutBy);
        self.slots[index].state = State::Relaying { since: now.boot, until };
        self.slots[index].ends = until;
    }

    /// A relay slot is over: what is known of it is logged.
    pub(super) fn end_relay(&mut self, index: usize, now: Now, reason: Option<Reason>) {
        let held_us = match self.slots[index].state {
            State::Relaying { since, until } => now.boot.min(until).since(since).max(0),
            _ => 0,
        };
        self.close_relay(index, held_us, reason);
    }

    pub(super) fn close_relay(&mut self, index: usize, held_us: i64, reason: Option<Reason>) {
        let slot = &mut self.slots[index];
        slot.state = State::Done;
        let note = RelayNote {
            id: slot.labels.id.clone(),
            session: slot.labels.session.clone(),
            title: slot.labels.title.clone(),
            planned_at: slot.labels.planned_at,
            planned_ms: slot.labels.planned_ms,
            held_ms: held_us / 1000,
            reason,
            level: 0,
        };
        self.settled.insert(note.id.clone());
        self.out.log.push(Body::Relay(note));
    }
}
