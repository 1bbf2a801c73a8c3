//! `skip` and `stop`: the end of what sounds.
use super::reply::CommandReply;
use crate::airlog::entry::{OperatorAction, PeerUser, Reason};
use crate::playout::clock::ClockSnapshot;
use crate::playout::engine::Engine;
use crate::playout::engine::live_airing::{AiringState, LiveAiring};

/// The end of what was ordered outside the plan.
#[derive(Clone, Copy, PartialEq, Eq)]
enum UnplannedEnd {
    /// Only what sounds, or waits first.
    Skip,
    /// All that waits as well.
    Stop,
}

impl Engine {
    /// Ends what sounds; what follows keeps its own time.
    pub(super) fn skip(&mut self, who: PeerUser) -> CommandReply {
        let Some(index) = self.airings.planned().iter().position(LiveAiring::is_sounding) else {
            return self.end_unplanned(UnplannedEnd::Skip, who);
        };
        self.log_operator(OperatorAction::Skip, Some(self.airings[index].labels.id.clone()), who);
        self.cut(index, Reason::OperatorSkip);
        CommandReply::Done
    }

    /// Ends what was ordered outside the plan, and for `stop` what waits after it.
    fn end_unplanned(&mut self, end: UnplannedEnd, who: PeerUser) -> CommandReply {
        let (action, reason) = match end {
            UnplannedEnd::Skip => (OperatorAction::Skip, Reason::OperatorSkip),
            UnplannedEnd::Stop => (OperatorAction::Stop, Reason::OperatorStop),
        };
        let first = self.airings.unplanned().find(|s| s.has_cue()).or(self.airings.unplanned().next());
        let Some(id) = first.map(|s| s.labels.id.clone()) else {
            return CommandReply::NothingPlays;
        };
        self.log_operator(action, Some(id), who);
        self.cut_unplanned(reason);
        if end == UnplannedEnd::Stop {
            self.close_waiting_unplanned(reason);
        } else if !self.airings.unplanned().any(LiveAiring::has_cue)
            && let Some(index) = self.airings.unplanned_indices().find(|index| self.airings[*index].is_waiting())
        {
            // It waits for a device: it is skipped before there is one.
            self.close_missed(index, reason, None);
        }
        CommandReply::Done
    }

    /// Ends every session that has the line, so that nothing sounds.
    pub(super) fn stop(&mut self, now: ClockSnapshot, who: PeerUser) -> CommandReply {
        // What the operator plays, plays alone: a session that is cued after it has not begun. An urgent message ends
        // with all that waits after it, whether it sounds yet or not.
        let unplanned_first = self.airings.unplanned().any(|s| s.is_urgent() || s.is_sounding());
        let sessions = if unplanned_first { Vec::new() } else { self.sessions_to_stop(now) };
        if sessions.is_empty() {
            return self.end_unplanned(UnplannedEnd::Stop, who);
        }
        for key in &sessions {
            self.log_operator(OperatorAction::Stop, Some(key.clone()), who.clone());
            self.stop_session(now, key);
        }
        self.cut_unplanned(Reason::OperatorStop);
        CommandReply::Done
    }

    /// The sessions that `stop` ends: all that have the line, with what something urgent has interrupted or pushed
    /// back; if none has it, the session that is cued, or the latest whose time has come and that has airings left.
    fn sessions_to_stop(&self, now: ClockSnapshot) -> Vec<String> {
        let airings = self.airings.planned();
        let begun = |s: &LiveAiring| s.session_key().is_some_and(|key| self.begun_sessions.contains(key));
        let has_line = |s: &&LiveAiring| s.holds_line() && (begun(s) || !s.is_cued());
        let is_owed = |(index, slot): &(usize, &LiveAiring)| {
            let come = slot.session_starts_at().is_some_and(|at| at <= now.wall);
            come && !slot.is_done() && !slot.is_withdrawn() && !self.has_lapsed(now, *index)
        };
        let mut running: Vec<&LiveAiring> = airings.iter().filter(has_line).collect();
        // What sounds is named first.
        running.sort_by_key(|slot| !slot.has_cue());
        if running.iter().any(|slot| slot.is_urgent()) {
            let postponed = airings.iter().enumerate().filter(|(_, slot)| slot.postponed);
            running.extend(postponed.filter(is_owed).map(|(_, slot)| slot));
        }
        if running.is_empty() {
            let cued = airings.iter().filter(|slot| slot.has_cue()).min_by_key(|slot| slot.cue_key());
            running.extend(cued.or_else(|| airings.iter().enumerate().rfind(is_owed).map(|(_, slot)| slot)));
        }
        let mut keys: Vec<String> = Vec::new();
        for key in running.into_iter().filter_map(LiveAiring::session_key) {
            if !keys.iter().any(|known| known == key) {
                keys.push(key.to_owned());
            }
        }
        keys
    }

    /// Ends a session. What was missed before, or could not have aired anyway, keeps its own reason.
    fn stop_session(&mut self, now: ClockSnapshot, session: &str) {
        for index in self.airings.planned_indices() {
            let slot = &self.airings[index];
            if slot.is_done() || slot.session_key() != Some(session) {
                continue;
            }
            match slot.state {
                AiringState::Sounding { .. } => self.cut(index, Reason::OperatorStop),
                AiringState::Relaying { .. } => self.end_relay(index, now, Some(Reason::OperatorStop)),
                _ if !slot.may_air() || self.has_lapsed(now, index) => {}
                _ => self.close_missed(index, Reason::OperatorStop, None),
            }
        }
    }
}
