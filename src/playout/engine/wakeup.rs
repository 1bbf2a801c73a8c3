//! Computes the time of the engine's next decision.
use chrono::{NaiveTime, TimeDelta};

use super::Engine;
use super::live_airing::{AiringState, LiveAiring};
use super::phase::Phase;
use super::stalled::stall_limit_us;
use super::timing::{MAX_AMPLIFIER_SHUTDOWN_US, MAX_DEVICE_WAIT_US, ON_TIME_TOLERANCE_US};
use crate::base::instant::{BootTime, SECOND_US, WallTime};
use crate::plan::{Airing, JOIN_LEAD_US, LateRule};
use crate::playout::clock::ClockSnapshot;

/// The maximum time in microseconds between two decisions.
const MAX_SLEEP_US: i64 = 60 * SECOND_US;

impl Engine {
    /// Returns the time by which the engine must make its next decision. An earlier decision does no harm.
    #[must_use]
    pub fn next_wakeup(&self, now: ClockSnapshot) -> BootTime {
        let mut wakeup = now.boot.plus(MAX_SLEEP_US);
        let mut wake_at = |boot: BootTime| {
            if boot > now.boot && boot < wakeup {
                wakeup = boot;
            }
        };
        if let Phase::Ending { deadline, .. } = &self.phase {
            wake_at(*deadline);
            wake_at(deadline.plus(MAX_AMPLIFIER_SHUTDOWN_US));
        }
        self.amplifier_wakeups(&mut wake_at);
        self.device_wakeups(&mut wake_at);
        self.preflight_wakeups(&mut wake_at);
        self.concerns.book.next_change_at().into_iter().for_each(&mut wake_at);
        for waiting_since in self.airings.unplanned().filter_map(|live_airing| live_airing.awaiting_device_since) {
            wake_at(waiting_since.plus(MAX_DEVICE_WAIT_US));
        }
        if self.clock_trust.is_trusted {
            wake_at(self.clock_grace_until);
            let open_airings = self.airings.planned().iter().filter(|live_airing| !live_airing.is_done());
            for airing in open_airings.filter_map(|live_airing| live_airing.planned.as_ref()) {
                self.planned_wakeups(airing, &mut |wall| wake_at(now.boot_at(wall)));
            }
            self.calendar_wakeups(now, &mut |wall| wake_at(now.boot_at(wall)));
            for live_airing in self.airings.iter() {
                self.state_wakeups(live_airing, &mut wake_at);
            }
        }
        wakeup
    }

    /// Passes to `wake_at` the instants around an airing's start at which a decision is needed.
    fn planned_wakeups(&self, airing: &Airing, wake_at: &mut impl FnMut(WallTime)) {
        let start = airing.starts_at();
        wake_at(start.plus(-self.preroll_us()));
        wake_at(start);
        wake_at(start.plus(ON_TIME_TOLERANCE_US + 1));
        if let LateRule::Until(limit) = airing.late {
            wake_at(WallTime(limit.timestamp_micros()));
        }
        if airing.late == LateRule::Join {
            wake_at(airing.ends_at().plus(-JOIN_LEAD_US));
        }
    }

    /// Passes to `wake_at` the next midnight, the instant when the next day is planned, and the limits of quiet hours.
    fn calendar_wakeups(&self, now: ClockSnapshot, wake_at: &mut impl FnMut(WallTime)) {
        let zone = self.zone_around(now.wall);
        let tomorrow = self.today(now) + TimeDelta::days(1);
        let midnight = zone.resolve(tomorrow.and_time(NaiveTime::MIN));
        wake_at(midnight);
        wake_at(midnight.plus(-self.planning_lead_us()));
        if let Some(revision) = &self.revision_in_force {
            let quiet_hours = revision.schedule.station.quiet_hours;
            let local_now = self.local_time(now.wall).naive_local();
            let next_start = quiet_hours.next_after(local_now).map(|(start, _)| start);
            let current_end = quiet_hours.containing(local_now).map(|(_, end)| end);
            for limit in [next_start, current_end].into_iter().flatten() {
                wake_at(zone.resolve(limit));
            }
        }
    }

    /// Passes to `wake_at` the instants at which an airing's state requires a decision.
    fn state_wakeups(&self, live_airing: &LiveAiring, wake_at: &mut impl FnMut(BootTime)) {
        match &live_airing.state {
            AiringState::Sounding { cue, .. } => wake_at(cue.ends_at.plus(stall_limit_us(live_airing) + 1)),
            AiringState::Interrupted(earlier_part) => wake_at(earlier_part.ends_at.plus(-JOIN_LEAD_US)),
            AiringState::Cued { due_at, .. } => wake_at(due_at.plus(ON_TIME_TOLERANCE_US + 1)),
            AiringState::Relaying { ends_at, .. } => {
                wake_at(*ends_at);
                wake_at(ends_at.plus(-self.preroll_us()));
            }
            AiringState::Waiting | AiringState::Refused { .. } | AiringState::Done => {}
        }
    }
}
