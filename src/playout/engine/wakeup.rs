//! Computes when the engine has to look again.
use chrono::{NaiveTime, TimeDelta};

use super::Engine;
use super::live_airing::{AiringState, LiveAiring};
use super::phase::Phase;
use super::stalled::stall_limit_us;
use super::timing::{AMPLIFIER_SHUTDOWN_US, DEVICE_WAIT_US, ON_TIME_US};
use crate::base::instant::{BootTime, SECOND_US, WallTime};
use crate::plan::{Airing, JOIN_LEAD_US, LateRule};
use crate::playout::clock::ClockSnapshot;

/// The longest time between two looks.
const MAX_SLEEP_US: i64 = 60 * SECOND_US;

impl Engine {
    /// Returns when to look again at the latest; earlier looks do no harm.
    #[must_use]
    pub fn next_wakeup(&self, now: ClockSnapshot) -> BootTime {
        let mut next = now.boot.plus(MAX_SLEEP_US);
        let mut at = |boot: BootTime| {
            if boot > now.boot && boot < next {
                next = boot;
            }
        };
        if let Phase::Ending { deadline, .. } = &self.phase {
            at(*deadline);
            at(deadline.plus(AMPLIFIER_SHUTDOWN_US));
        }
        self.amplifier_wakeups(&mut at);
        self.device_wakeups(&mut at);
        for since in self.airings.unplanned().filter_map(|s| s.awaiting_device_since) {
            at(since.plus(DEVICE_WAIT_US));
        }
        if self.clock_trust.trusted {
            at(self.clock_grace_until);
            for airing in self.airings.planned().iter().filter(|s| !s.is_done()).filter_map(|s| s.planned.as_ref()) {
                self.planned_wakeups(airing, &mut |wall| at(now.boot_at(wall)));
            }
            self.calendar_wakeups(now, &mut |wall| at(now.boot_at(wall)));
            for slot in self.airings.iter() {
                self.state_wakeups(slot, &mut at);
            }
        }
        next
    }

    /// The instants around an airing's start at which something is to be decided.
    fn planned_wakeups(&self, airing: &Airing, at: &mut impl FnMut(WallTime)) {
        let start = airing.starts_at();
        at(start.plus(-self.preroll_us()));
        at(start);
        at(start.plus(ON_TIME_US + 1));
        if let LateRule::Until(limit) = airing.late {
            at(WallTime(limit.timestamp_micros()));
        }
        if airing.late == LateRule::Join {
            at(airing.ends_at().plus(-JOIN_LEAD_US));
        }
    }

    /// Midnight, the planning of the next day, and the edges of quiet hours.
    fn calendar_wakeups(&self, now: ClockSnapshot, at: &mut impl FnMut(WallTime)) {
        let zone = self.zone_around(now.wall);
        let midnight = self.today(now) + TimeDelta::days(1);
        let midnight = zone.resolve(midnight.and_time(NaiveTime::MIN));
        at(midnight);
        at(midnight.plus(-self.planning_lead_us()));
        if let Some(adopted) = &self.in_force {
            let (quiet, here) = (adopted.schedule.station.quiet_hours, self.local_time(now.wall).naive_local());
            let edges = [quiet.next_after(here).map(|(from, _)| from), quiet.containing(here).map(|(_, until)| until)];
            for edge in edges.into_iter().flatten() {
                at(zone.resolve(edge));
            }
        }
    }

    /// The instants at which an airing's state is to change.
    fn state_wakeups(&self, slot: &LiveAiring, at: &mut impl FnMut(BootTime)) {
        match &slot.state {
            AiringState::Sounding { cue, .. } => at(cue.ends_at.plus(stall_limit_us(slot) + 1)),
            AiringState::Interrupted(earlier) => at(earlier.ends_at.plus(-JOIN_LEAD_US)),
            AiringState::Cued { due, .. } => at(due.plus(ON_TIME_US + 1)),
            AiringState::Relaying { until, .. } => {
                at(*until);
                at(until.plus(-self.preroll_us()));
            }
            AiringState::Waiting | AiringState::Refused { .. } | AiringState::Done => {}
        }
    }
}
