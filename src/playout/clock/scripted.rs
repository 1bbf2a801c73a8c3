//! A clock for rehearsals and tests. Its time passes only in `wait`. A script makes it step or lose its
//! synchronisation.
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::{Clock, ClockSnapshot, ClockSync};
use crate::base::instant::{BootTime, WallTime};

/// A change of a scripted clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockChange {
    /// Moves the wall clock by this many microseconds, forward or back.
    Step(i64),
    /// Makes the clock count as synchronised or unsynchronised.
    SetSynchronised(bool),
}

#[derive(Debug)]
struct ScriptedClockState {
    now: ClockSnapshot,
    /// The upcoming changes, each with its instant, in ascending order.
    script: VecDeque<(BootTime, ClockChange)>,
    /// Every wait ends by this instant, so that a test can act then.
    wait_limit: BootTime,
}

/// A scripted clock. Clones share one state.
#[derive(Debug, Clone)]
pub struct ScriptedClock {
    state: Rc<RefCell<ScriptedClockState>>,
    boot_id: String,
}

impl ScriptedClock {
    /// Returns a clock at this wall time and at boot time 0.
    #[must_use]
    pub fn new(wall: WallTime, is_synchronised: bool, boot_id: &str) -> Self {
        let sync = ClockSync {
            is_synchronised,
            max_error_us: is_synchronised.then_some(1000),
            last_sync_s: is_synchronised.then_some(0),
        };
        let now = ClockSnapshot { wall, boot: BootTime(0), sync };
        let state = ScriptedClockState { now, script: VecDeque::new(), wait_limit: BootTime(i64::MAX) };
        Self { state: Rc::new(RefCell::new(state)), boot_id: boot_id.to_owned() }
    }

    /// Sets the boot clock, to simulate a machine that has run for some time.
    #[must_use]
    pub fn with_boot(self, boot: BootTime) -> Self {
        self.state.borrow_mut().now.boot = boot;
        self
    }

    /// Adds a change at `boot` to the script. Callers must add changes in the order of their instants.
    pub fn add_change(&self, boot: BootTime, change: ClockChange) {
        self.state.borrow_mut().script.push_back((boot, change));
    }

    /// Sets the instant by which every wait ends.
    pub fn stop_at(&self, boot: BootTime) {
        self.state.borrow_mut().wait_limit = boot;
    }

    /// Returns the current time of the boot clock.
    #[must_use]
    pub fn boot(&self) -> BootTime {
        self.state.borrow().now.boot
    }

    /// Reads both clocks.
    #[must_use]
    pub fn read(&self) -> ClockSnapshot {
        self.state.borrow().now
    }
}

impl ScriptedClockState {
    fn advance_to(&mut self, instant: BootTime) {
        let elapsed_us = instant.since(self.now.boot).max(0);
        self.now.boot = self.now.boot.plus(elapsed_us);
        self.now.wall = self.now.wall.plus(elapsed_us);
    }

    fn apply(&mut self, change: ClockChange) {
        match change {
            ClockChange::Step(us) => self.now.wall = self.now.wall.plus(us),
            ClockChange::SetSynchronised(is_synchronised) => {
                self.now.sync.is_synchronised = is_synchronised;
                self.now.sync.max_error_us = is_synchronised.then_some(1000);
                self.now.sync.last_sync_s = is_synchronised.then_some(0);
            }
        }
    }
}

impl Clock for ScriptedClock {
    fn now(&mut self) -> ClockSnapshot {
        self.read()
    }

    fn wait(&mut self, deadline: BootTime) {
        let mut state = self.state.borrow_mut();
        let deadline = deadline.min(state.wait_limit);
        // The first change up to the deadline ends the wait, as a step of the real clock does.
        if let Some((at, change)) = state.script.front().copied()
            && at <= deadline
        {
            state.script.pop_front();
            state.advance_to(at);
            state.apply(change);
            return;
        }
        state.advance_to(deadline);
    }

    fn boot_id(&self) -> String {
        self.boot_id.clone()
    }
}
