//! The commands `skip` and `stop`.
use super::effect::CommandEffect;
use super::reply::CommandReply;
use crate::airlog::entry::{OperatorAction, PeerUser, Reason};
use crate::base::instant::format_rfc3339;
use crate::playout::clock::ClockSnapshot;
use crate::playout::engine::Engine;
use crate::playout::engine::live_airing::{AiringState, LiveAiring};

/// A command that ends unplanned airings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EndCommand {
    /// Ends only the sounding airing or, if none sounds, the first waiting one.
    Skip,
    /// Ends all unplanned airings.
    Stop,
}

/// The maximum number of titles in a reply, because the length of a reply is limited.
const MAX_REPLY_TITLES: usize = 8;

impl Engine {
    /// Returns the reply to `stop`. The airings that `stop` ends must already have ended.
    fn stop_reply(&self, now: ClockSnapshot, mut titles: Vec<String>) -> CommandReply {
        titles.dedup();
        titles.truncate(MAX_REPLY_TITLES);
        let at = format_rfc3339(now.wall, self.zone());
        let awaits_clock = !self.clock_trust.is_trusted;
        CommandEffect::Stop { titles, next: self.next_airing(now), awaits_clock, at }.into()
    }

    /// Ends the sounding airing. The items after it keep their own times.
    pub(super) fn skip(&mut self, now: ClockSnapshot, user: PeerUser) -> CommandReply {
        let Some(index) = self.airings.planned().iter().position(LiveAiring::is_sounding) else {
            return self.end_unplanned(now, EndCommand::Skip, user);
        };
        let labels = &self.airings[index].labels;
        let (id, title) = (labels.id.clone(), labels.title.clone());
        self.log_operator_command(OperatorAction::Skip, Some(id), user);
        self.cut(index, Reason::OperatorSkip);
        CommandEffect::Skip { title }.into()
    }

    /// Ends the sounding airing outside the plan. The command `stop` also ends all waiting ones.
    fn end_unplanned(&mut self, now: ClockSnapshot, command: EndCommand, user: PeerUser) -> CommandReply {
        let (action, reason) = match command {
            EndCommand::Skip => (OperatorAction::Skip, Reason::OperatorSkip),
            EndCommand::Stop => (OperatorAction::Stop, Reason::OperatorStop),
        };
        let first_airing =
            self.airings.unplanned().find(|live_airing| live_airing.has_cue()).or(self.airings.unplanned().next());
        let Some((id, title)) = first_airing.map(|first| (first.labels.id.clone(), first.labels.title.clone())) else {
            return CommandReply::NothingPlays;
        };
        self.log_operator_command(action, Some(id), user);
        self.cut_unplanned(reason);
        if command == EndCommand::Stop {
            self.close_waiting_unplanned(reason);
        } else if !self.airings.unplanned().any(LiveAiring::has_cue)
            && let Some(index) = self.airings.unplanned_indices().find(|index| self.airings[*index].is_waiting())
        {
            // An airing that waits for a device has no cue to cut, so it is closed directly.
            self.close_missed(index, self.waiting_reason(index, reason), None);
        }
        match command {
            EndCommand::Skip => CommandEffect::Skip { title }.into(),
            EndCommand::Stop => self.stop_reply(now, vec![title]),
        }
    }

    /// Ends every session that has the line, so that nothing sounds.
    pub(super) fn stop(&mut self, now: ClockSnapshot, user: PeerUser) -> CommandReply {
        // While an unplanned airing sounds, a session that is cued after it has not begun, so only unplanned airings
        // end. The same is true while an urgent message sounds or waits.
        let ends_unplanned_only =
            self.airings.unplanned().any(|live_airing| live_airing.is_urgent() || live_airing.is_sounding());
        let session_keys = if ends_unplanned_only { Vec::new() } else { self.sessions_to_stop(now) };
        if session_keys.is_empty() {
            return self.end_unplanned(now, EndCommand::Stop, user);
        }
        let titles = session_keys.iter().map(|key| self.session_title_of_key(key)).collect();
        for key in &session_keys {
            self.log_operator_command(OperatorAction::Stop, Some(key.clone()), user.clone());
            self.stop_session(now, key);
        }
        self.cut_unplanned(Reason::OperatorStop);
        self.stop_reply(now, titles)
    }

    /// The keys of the sessions that `stop` ends: all that have the line, and those that an urgent session has
    /// interrupted or postponed. If none has the line, `stop` ends the session that is cued. If none is cued either, it
    /// ends the latest session that is due and has an open airing.
    fn sessions_to_stop(&self, now: ClockSnapshot) -> Vec<String> {
        let airings = self.airings.planned();
        let has_begun =
            |live_airing: &LiveAiring| live_airing.session_key().is_some_and(|key| self.begun_sessions.contains(key));
        let has_line =
            |live_airing: &&LiveAiring| live_airing.holds_line() && (has_begun(live_airing) || !live_airing.is_cued());
        let is_due_and_open = |(index, live_airing): &(usize, &LiveAiring)| {
            let is_due = live_airing.session_starts_at().is_some_and(|at| at <= now.wall);
            is_due && !live_airing.is_done() && !live_airing.is_withdrawn() && !self.has_lapsed(now, *index)
        };
        let mut airings_to_stop: Vec<&LiveAiring> = airings.iter().filter(has_line).collect();
        // Sessions with a cue come first.
        airings_to_stop.sort_by_key(|live_airing| !live_airing.has_cue());
        if airings_to_stop.iter().any(|live_airing| live_airing.is_urgent()) {
            let postponed_airings = airings.iter().enumerate().filter(|(_, live_airing)| live_airing.is_postponed);
            airings_to_stop.extend(postponed_airings.filter(is_due_and_open).map(|(_, live_airing)| live_airing));
        }
        if airings_to_stop.is_empty() {
            let cued_airing = airings
                .iter()
                .filter(|live_airing| live_airing.has_cue())
                .min_by_key(|live_airing| live_airing.cue_key());
            airings_to_stop.extend(
                cued_airing
                    .or_else(|| airings.iter().enumerate().rfind(is_due_and_open).map(|(_, live_airing)| live_airing)),
            );
        }
        let mut keys: Vec<String> = Vec::new();
        for key in airings_to_stop.into_iter().filter_map(LiveAiring::session_key) {
            if !keys.iter().any(|known_key| known_key == key) {
                keys.push(key.to_owned());
            }
        }
        keys
    }

    /// Ends a session. Airings that were already missed, or that could not have aired anyway, get their own reason
    /// later.
    fn stop_session(&mut self, now: ClockSnapshot, session: &str) {
        for index in self.airings.planned_indices() {
            let live_airing = &self.airings[index];
            if live_airing.is_done() || live_airing.session_key() != Some(session) {
                continue;
            }
            match live_airing.state {
                AiringState::Sounding { .. } => self.cut(index, Reason::OperatorStop),
                AiringState::Relaying { .. } => self.end_relay(index, now, Some(Reason::OperatorStop)),
                _ if !live_airing.may_air() || self.has_lapsed(now, index) => {}
                _ => self.close_missed(index, Reason::OperatorStop, None),
            }
        }
    }
}
