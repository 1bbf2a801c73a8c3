//! The line: opened ahead of time, let go of when nothing is due; and when to look again.
use std::collections::BTreeMap;

use chrono::{NaiveTime, TimeDelta};

use super::air::endless_us;
use super::slot::{ON_TIME_US, Slot, State};
use super::urgent::AWAIT_US;
use super::{Action, Engine, Line, SWITCH_WORD_US};
use crate::instant::{Boot, SECOND, Wall};
use crate::plan::{JOIN_LEAD_US, LateRule};
use crate::playout::clock::Now;

/// A line of fewer frames a second is no line for music.
const LEAST_RATE: u32 = 44_100;
/// The line is closed when nothing is due within this time.
const LINGER_US: i64 = 10 * SECOND;

impl Engine {
    /// While the line is closed: takes the output that the station has set now, before anything else is done.
    pub(super) fn configure(&mut self) {
        let settings = self.in_sight().map(|a| a.schedule.station.output.clone());
        if self.line == Line::Closed && settings != self.settings {
            self.settings.clone_from(&settings);
            // Another output knows nothing of what the one before was told.
            self.slots.iter_mut().for_each(|slot| slot.foreseen = false);
            if let Some(settings) = settings {
                self.out.sound.insert(0, Action::Configure(settings));
            }
        }
    }

    /// Opens the line ahead of time, and lets go of it when nothing is due.
    pub(super) fn care_for_line(&mut self, now: Now) {
        // Something urgent that waits for a device wants one.
        let live = self.all_slots().any(Slot::holds_line) || self.extras.iter().any(Slot::waits);
        if self.line == Line::Closed {
            if live {
                self.configure();
                // Before the cues of this decision.
                let at = usize::from(matches!(self.out.sound.first(), Some(Action::Configure(_))));
                let rate = self.usual_rate();
                self.out.sound.insert(at, Action::Open { rate });
                self.line = Line::Opening;
            }
        } else if !live && !self.due_within(now, LINGER_US) {
            self.out.sound.push(Action::Close);
            self.line = Line::Closed;
            self.away_since = None;
        }
    }

    /// The rate of most of what comes, of the session that is lined up: what has the line's rate needs no resampling.
    fn usual_rate(&self) -> Option<u32> {
        let first = self.all_slots().find(|s| s.holds_line())?;
        let with_it = |s: &&Slot| match first.session_key() {
            Some(session) => !s.done() && s.session_key() == Some(session),
            None => std::ptr::eq(*s, first),
        };
        let mut lengths: BTreeMap<u32, i64> = BTreeMap::new();
        for slot in self.all_slots().filter(with_it).filter(|s| !s.relay()) {
            *lengths.entry(slot.length.rate).or_default() += slot.length.us();
        }
        // What is recorded for the telephone must not cost what is not its height.
        let (rate, _) = lengths.into_iter().max_by_key(|(_, us)| *us)?;
        (rate >= LEAST_RATE).then_some(rate)
    }

    /// Whether something that waits is to start within this time.
    pub(super) fn due_within(&self, now: Now, us: i64) -> bool {
        let due = |s: &Slot| {
            let starts = s.plan.as_ref().map(|a| a.starts().since(now.wall));
            // What waits though its time has passed is kept from the line by something else.
            s.waits() && !s.withdrawn() && starts.is_some_and(|ahead| (-ON_TIME_US..=us).contains(&ahead))
        };
        self.trust.believed && self.slots.iter().any(due)
    }

    /// When to look again, at the latest; earlier looks do no harm.
    #[must_use]
    pub fn next_look(&self, now: Now) -> Boot {
        let mut next = now.boot.plus(60 * SECOND);
        let mut at = |boot: Boot| {
            if boot > now.boot && boot < next {
                next = boot;
            }
        };
        if let Some((deadline, _)) = &self.ending {
            at(*deadline);
            at(deadline.plus(SWITCH_WORD_US));
        }
        self.amplifier_looks(&mut at);
        self.device_looks(&mut at);
        for since in self.extras.iter().filter_map(|s| s.waits_since) {
            at(since.plus(AWAIT_US));
        }
        if !self.trust.believed {
            return next;
        }
        at(self.settles_from);
        let mut at_wall = |wall: Wall| at(now.boot_at(wall));
        for airing in self.slots.iter().filter(|s| !s.done()).filter_map(|s| s.plan.as_ref()) {
            let start = airing.starts();
            at_wall(start.plus(-self.preroll_us()));
            at_wall(start);
            at_wall(start.plus(ON_TIME_US + 1));
            if let LateRule::Until(limit) = airing.late {
                at_wall(Wall(limit.timestamp_micros()));
            }
            if airing.late == LateRule::Join {
                at_wall(airing.ends().plus(-JOIN_LEAD_US));
            }
        }
        let zone = self.zone_around(now.wall);
        let midnight = self.today(now) + TimeDelta::days(1);
        let midnight = zone.instant_of(midnight.and_time(NaiveTime::MIN));
        at_wall(midnight);
        at_wall(midnight.plus(-self.planning_lead_us()));
        if let Some(adopted) = &self.adopted {
            let (quiet, here) = (adopted.schedule.station.quiet_hours, self.here(now.wall).naive_local());
            let edges = [quiet.next(here).map(|(from, _)| from), quiet.around(here).map(|(_, until)| until)];
            for edge in edges.into_iter().flatten() {
                at_wall(zone.instant_of(edge));
            }
        }
        for slot in self.all_slots() {
            match slot.state {
                State::Sounding { .. } => at(slot.ends.plus(endless_us(slot) + 1)),
                State::Interrupted => at(slot.ends.plus(-JOIN_LEAD_US)),
                State::Cued { due, .. } => at(due.plus(ON_TIME_US + 1)),
                State::Relaying { until, .. } => {
                    at(until);
                    at(until.plus(-self.preroll_us()));
                }
                _ => {}
            }
        }
        next
    }
}
