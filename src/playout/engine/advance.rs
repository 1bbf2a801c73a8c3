//! What plays now: the order of a look, and how what sounds is ended.
use super::live_airing::{AiringState, LiveAiring, Playback};
use super::{Action, Engine};
use crate::airlog::entry::{Outcome, Reason};
use crate::base::instant::SECOND_US;
use crate::library::decode::MAX_SECONDS;
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::CueKey;

/// What sounds for so long after its end has been forgotten by the output. Gaps for want of frames are shorter; where the
/// length is not known, there is the longest that a file may have.
pub(super) fn stall_limit_us(slot: &LiveAiring) -> i64 {
    let unknown_us = if slot.length.rate == 0 { MAX_SECONDS.cast_signed() * SECOND_US } else { 0 };
    60 * SECOND_US + unknown_us
}

impl Engine {
    /// Everything that follows from the time alone.
    pub(super) fn advance(&mut self, now: ClockSnapshot) {
        self.log_device_change(now);
        self.settle_unplanned(now);
        self.expire_waiting_urgent(now);
        self.close_stalled(now);
        self.cue_next_urgent(now);
        if !self.clock_trust.trusted {
            self.open_or_close_line(now);
            self.update_amplifier(now);
            return;
        }
        self.plan_due_dates(now);
        self.postpone_behind_urgent(now);
        self.advance_relays(now);
        self.settle_overdue(now);
        self.prune_absences(now);
        // What stood before a relay slot may have been missed just now.
        self.advance_relays(now);
        self.plan_ahead(now);
        self.uncue_orphans();
        self.preempt_for_starting(now);
        if self.is_quiet_at(now.wall) {
            self.enforce_quiet_hours(now);
        }
        self.cue_upcoming(now);
        self.prefetch(now);
        self.open_or_close_line(now);
        self.update_amplifier(now);
    }

    /// Asks the output to end what sounds, once, for this reason.
    pub(super) fn cut(&mut self, index: usize, key: CueKey, reason: Reason) {
        let slot = &mut self.airings[index];
        if slot.cut_reason.is_none() {
            slot.cut_reason = Some(reason);
            self.actions.output.push(Action::Cut(key));
        }
    }

    /// Ends whatever sounds, and takes back what is lined up; what an operator calls urgent sounds on, unless the
    /// station ends.
    pub(super) fn silence_all(&mut self, now: ClockSnapshot, reason: Reason) {
        for index in 0..self.airings.len() {
            match self.airings[index].state {
                AiringState::Sounding { key, .. } => self.cut(index, key, reason),
                AiringState::Cued { key, .. } => {
                    self.uncue(index, key);
                    if self.airings[index].played_before.is_some() {
                        self.close_missed(index, reason, None);
                    }
                }
                AiringState::Interrupted => self.close_missed(index, reason, None),
                AiringState::Relaying { .. } => self.end_relay(index, now, Some(reason)),
                _ => {}
            }
        }
        self.cut_unplanned(reason);
    }

    /// Ends what was ordered outside the plan, once; what is urgent only when the operator or the end of the station
    /// asks for it.
    pub(super) fn cut_unplanned(&mut self, reason: Reason) {
        let all = matches!(reason, Reason::Shutdown | Reason::OperatorStop | Reason::OperatorSkip);
        for extra in self.unplanned.iter_mut().filter(|s| all || !s.is_urgent()) {
            if extra.cut_reason.is_none()
                && let Some(key) = extra.cue_key()
            {
                extra.cut_reason = Some(reason);
                self.actions.output.push(Action::Cut(key));
            }
        }
    }

    /// Quiet hours: what sounds ends, and what would follow it; what is lined up for after them stays.
    fn enforce_quiet_hours(&mut self, now: ClockSnapshot) {
        for index in 0..self.airings.len() {
            match self.airings[index].state {
                _ if self.airings[index].is_urgent() => {}
                AiringState::Sounding { key, .. } => self.cut(index, key, Reason::QuietHours),
                // Quiet hours or the zone may have been edited after it was lined up.
                AiringState::Cued { key, due, .. } if due <= now.boot || self.is_quiet_at(now.wall_at(due)) => {
                    self.uncue(index, key);
                }
                AiringState::Relaying { .. } => self.end_relay(index, now, Some(Reason::QuietHours)),
                AiringState::Interrupted if !self.is_urgent_active() => {
                    self.close_missed(index, Reason::QuietHours, None)
                }
                _ => {}
            }
        }
        self.cut_unplanned(Reason::QuietHours);
    }

    /// What was to follow an item that was refused keeps its own time where something else sounds: the output would let
    /// it follow that, though that is to give way.
    fn uncue_orphans(&mut self) {
        let sounding = self.all_airings().find(|s| matches!(s.state, AiringState::Sounding { .. }));
        let Some(sounding) = sounding.map(LiveAiring::session_key) else { return };
        let orphan = |slot: &LiveAiring| {
            // What was lined up before it leads it, whichever comes first in the plan.
            let AiringState::Cued { key, follows: true, .. } = slot.state else { return None };
            let session = slot.session_key()?;
            let leads = |s: &LiveAiring| s.cue_key().is_some_and(|led| led < key) && s.session_key() == Some(session);
            let orphan = sounding != Some(session) && !self.airings.iter().any(leads);
            orphan.then(|| session.to_owned())
        };
        let Some(session) = self.airings.iter().find_map(orphan) else { return };
        // All of its session: what follows it would lead it when it is lined up anew.
        for index in 0..self.airings.len() {
            if let AiringState::Cued { key, .. } = self.airings[index].state
                && self.airings[index].session_key() == Some(&session)
            {
                self.uncue(index, key);
            }
        }
    }

    /// Takes back what has not started: it is lined up anew by the clock as it is now. What follows another cue
    /// is timed by that one, and stays unless the clock made a step.
    pub(super) fn recue(&mut self, stepped: bool) {
        let to_be_moved = |slot: &LiveAiring| match slot.state {
            AiringState::Cued { key, follows, .. } => (stepped || !follows).then_some(key),
            _ => None,
        };
        // What is lined up behind it follows it.
        let Some(first) = self.airings.iter().filter_map(to_be_moved).min() else { return };
        for index in 0..self.airings.len() {
            if let AiringState::Cued { key, .. } = self.airings[index].state
                && key >= first
            {
                self.uncue(index, key);
                (self.airings[index].joined_late, self.airings[index].joins_in_progress) = (false, false);
            }
        }
    }

    /// What should have ended long ago, and of which the output says nothing: what it last said is the outcome.
    fn close_stalled(&mut self, now: ClockSnapshot) {
        let endless = |s: &LiveAiring| {
            matches!(s.state, AiringState::Sounding { .. }) && now.boot.since(s.ends_at) > stall_limit_us(s)
        };
        for index in 0..self.airings.len() {
            if endless(&self.airings[index]) {
                self.actions.output.extend(self.airings[index].cue_key().map(Action::Cut));
                let taken = self.playback_so_far(&self.airings[index]);
                let taken = Self::with_played_before(&self.airings[index], taken);
                let result = if taken.frames > 0 { Outcome::Partial } else { Outcome::Missed };
                self.close_airing(index, result, Some(Reason::DeviceLost), taken);
            }
        }
        while let Some(index) = self.unplanned.iter().position(endless) {
            let extra = self.unplanned.remove(index);
            self.actions.output.extend(extra.cue_key().map(Action::Cut));
            let taken = self.playback_so_far(&extra);
            self.close_unplanned(&extra, taken, Some(Reason::DeviceLost));
        }
    }

    /// The output has not answered in time: what it last said is the outcome.
    pub(super) fn close_unanswered(&mut self) {
        for index in 0..self.airings.len() {
            if let AiringState::Sounding { .. } = self.airings[index].state {
                let reason = self.airings[index].cut_reason.unwrap_or(Reason::Shutdown);
                let taken = self.playback_so_far(&self.airings[index]);
                let taken = Self::with_played_before(&self.airings[index], taken);
                let result = if taken.frames > 0 { Outcome::Partial } else { Outcome::Missed };
                self.close_airing(index, result, Some(reason), taken);
            }
        }
        for extra in std::mem::take(&mut self.unplanned) {
            let taken = self.playback_so_far(&extra);
            self.close_unplanned(&extra, taken, Some(Reason::Shutdown));
        }
    }

    /// What is known of a sounding airing without the output's last word.
    fn playback_so_far(&self, slot: &LiveAiring) -> Playback {
        let AiringState::Sounding { late_us, sha256, frames, rate, .. } = &slot.state else {
            return Playback::default();
        };
        let facts = self.evidence_for(slot, sha256.as_deref());
        Playback { frames: *frames, rate: *rate, late_us: *late_us, sha256: sha256.clone(), ..facts }
    }

    pub(super) fn new_cue_key(&mut self) -> CueKey {
        self.next_key += 1;
        CueKey(self.next_key)
    }
}
