//! The line: opened ahead of time, let go of when nothing is due; and when to look again.
use std::collections::BTreeMap;

use chrono::{NaiveTime, TimeDelta};

use super::advance::stall_limit_us;
use super::live_airing::{AiringState, LiveAiring, ON_TIME_US};
use super::urgent::DEVICE_WAIT_US;
use super::{AMPLIFIER_SHUTDOWN_US, Action, Engine, LineState};
use crate::base::instant::{BootTime, SECOND_US, WallTime};
use crate::plan::{JOIN_LEAD_US, LateRule};
use crate::playout::clock::ClockSnapshot;

/// A line of fewer frames a second is no line for music.
const MIN_LINE_RATE: u32 = 44_100;
/// The line is closed when nothing is due within this time.
const LINGER_US: i64 = 10 * SECOND_US;

impl Engine {
    /// While the line is closed: takes the output that the station has set now, before anything else is done.
    pub(super) fn apply_output_settings(&mut self) {
        let settings = self.in_force_or_pending().map(|a| a.schedule.station.output.clone());
        if self.line == LineState::Closed && settings != self.output_settings {
            self.output_settings.clone_from(&settings);
            // Another output knows nothing of what the one before was told.
            self.airings.iter_mut().for_each(|slot| slot.prefetched = false);
            if let Some(settings) = settings {
                self.actions.output.insert(0, Action::Configure(settings));
            }
        }
    }

    /// Opens the line ahead of time, and lets go of it when nothing is due.
    pub(super) fn open_or_close_line(&mut self, now: ClockSnapshot) {
        // Something urgent that waits for a device wants one.
        let live = self.all_airings().any(LiveAiring::holds_line) || self.unplanned.iter().any(LiveAiring::is_waiting);
        if self.line == LineState::Closed {
            if live {
                self.apply_output_settings();
                // Before the cues of this decision.
                let at = usize::from(matches!(self.actions.output.first(), Some(Action::Configure(_))));
                let rate = self.preferred_rate();
                self.actions.output.insert(at, Action::OpenLine { rate });
                self.line = LineState::Opening;
            }
        } else if !live && !self.is_due_within(now, LINGER_US) {
            self.actions.output.push(Action::CloseLine);
            self.line = LineState::Closed;
            self.away_since = None;
        }
    }

    /// The rate of most of what comes, of the session that is lined up: what has the line's rate needs no resampling.
    fn preferred_rate(&self) -> Option<u32> {
        let first = self.all_airings().find(|s| s.holds_line())?;
        let with_it = |s: &&LiveAiring| match first.session_key() {
            Some(session) => !s.is_done() && s.session_key() == Some(session),
            None => std::ptr::eq(*s, first),
        };
        let mut lengths: BTreeMap<u32, i64> = BTreeMap::new();
        for slot in self.all_airings().filter(with_it).filter(|s| !s.is_relay()) {
            *lengths.entry(slot.length.rate).or_default() += slot.length.us();
        }
        // What is recorded for the telephone must not cost what is not its height.
        let (rate, _) = lengths.into_iter().max_by_key(|(_, us)| *us)?;
        (rate >= MIN_LINE_RATE).then_some(rate)
    }

    /// Whether something that waits is to start within this time.
    pub(super) fn is_due_within(&self, now: ClockSnapshot, us: i64) -> bool {
        let due = |s: &LiveAiring| {
            let starts = s.planned.as_ref().map(|a| a.starts_at().since(now.wall));
            // What waits though its time has passed is kept from the line by something else.
            s.is_waiting() && !s.is_withdrawn() && starts.is_some_and(|ahead| (-ON_TIME_US..=us).contains(&ahead))
        };
        self.clock_trust.trusted && self.airings.iter().any(due)
    }

    /// When to look again, at the latest; earlier looks do no harm.
    #[must_use]
    pub fn next_wakeup(&self, now: ClockSnapshot) -> BootTime {
        let mut next = now.boot.plus(60 * SECOND_US);
        let mut at = |boot: BootTime| {
            if boot > now.boot && boot < next {
                next = boot;
            }
        };
        if let Some((deadline, _)) = &self.shutdown {
            at(*deadline);
            at(deadline.plus(AMPLIFIER_SHUTDOWN_US));
        }
        self.amplifier_wakeups(&mut at);
        self.device_wakeups(&mut at);
        for since in self.unplanned.iter().filter_map(|s| s.awaiting_device_since) {
            at(since.plus(DEVICE_WAIT_US));
        }
        if !self.clock_trust.trusted {
            return next;
        }
        at(self.clock_grace_until);
        let mut at_wall = |wall: WallTime| at(now.boot_at(wall));
        for airing in self.airings.iter().filter(|s| !s.is_done()).filter_map(|s| s.planned.as_ref()) {
            let start = airing.starts_at();
            at_wall(start.plus(-self.preroll_us()));
            at_wall(start);
            at_wall(start.plus(ON_TIME_US + 1));
            if let LateRule::Until(limit) = airing.late {
                at_wall(WallTime(limit.timestamp_micros()));
            }
            if airing.late == LateRule::Join {
                at_wall(airing.ends_at().plus(-JOIN_LEAD_US));
            }
        }
        let zone = self.zone_around(now.wall);
        let midnight = self.today(now) + TimeDelta::days(1);
        let midnight = zone.resolve(midnight.and_time(NaiveTime::MIN));
        at_wall(midnight);
        at_wall(midnight.plus(-self.planning_lead_us()));
        if let Some(adopted) = &self.in_force {
            let (quiet, here) = (adopted.schedule.station.quiet_hours, self.local_time(now.wall).naive_local());
            let edges = [quiet.next_after(here).map(|(from, _)| from), quiet.containing(here).map(|(_, until)| until)];
            for edge in edges.into_iter().flatten() {
                at_wall(zone.resolve(edge));
            }
        }
        for slot in self.all_airings() {
            match slot.state {
                AiringState::Sounding { .. } => at(slot.ends_at.plus(stall_limit_us(slot) + 1)),
                AiringState::Interrupted => at(slot.ends_at.plus(-JOIN_LEAD_US)),
                AiringState::Cued { due, .. } => at(due.plus(ON_TIME_US + 1)),
                AiringState::Relaying { until, .. } => {
                    at(until);
                    at(until.plus(-self.preroll_us()));
                }
                _ => {}
            }
        }
        next
    }
}
