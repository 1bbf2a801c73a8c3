//! A clock whose time passes only in `wait`, and which steps and loses its synchronisation by a script.
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::{Clock, ClockSnapshot, ClockSync};
use crate::base::instant::{BootTime, WallTime};

/// A change of a scripted clock, at an instant of its boot time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockChange {
    /// Moves the wall clock by so many microseconds.
    Step(i64),
    /// Sets whether the system calls the clock synchronised.
    SetSynchronised(bool),
}

#[derive(Debug)]
struct ScriptedClockState {
    now: ClockSnapshot,
    script: VecDeque<(BootTime, ClockChange)>,
    /// No wait goes beyond this instant: then it is the caller's turn.
    wait_limit: BootTime,
}

/// A scripted clock. Clones share their time.
#[derive(Debug, Clone)]
pub struct ScriptedClock {
    state: Rc<RefCell<ScriptedClockState>>,
    boot_id: String,
}

impl ScriptedClock {
    /// Returns a clock at this wall time, and at boot time zero.
    #[must_use]
    pub fn new(wall: WallTime, synchronised: bool, boot_id: &str) -> Self {
        let sync = ClockSync {
            synchronised,
            max_error_us: synchronised.then_some(1000),
            last_sync_s: synchronised.then_some(0),
        };
        let now = ClockSnapshot { wall, boot: BootTime(0), sync };
        let state = ScriptedClockState { now, script: VecDeque::new(), wait_limit: BootTime(i64::MAX) };
        Self { state: Rc::new(RefCell::new(state)), boot_id: boot_id.to_owned() }
    }

    /// Sets the boot clock, for a machine that has run for a while.
    #[must_use]
    pub fn with_boot(self, boot: BootTime) -> Self {
        self.state.borrow_mut().now.boot = boot;
        self
    }

    /// Adds a change to the script. Changes are added in the order of their instants.
    pub fn add_change(&self, boot: BootTime, change: ClockChange) {
        self.state.borrow_mut().script.push_back((boot, change));
    }

    /// Sets an instant beyond which no wait goes.
    pub fn stop_at(&self, boot: BootTime) {
        self.state.borrow_mut().wait_limit = boot;
    }

    /// Returns the boot clock.
    #[must_use]
    pub fn boot(&self) -> BootTime {
        self.state.borrow().now.boot
    }

    /// Reads the clocks.
    #[must_use]
    pub fn read(&self) -> ClockSnapshot {
        self.state.borrow().now
    }
}

impl ScriptedClockState {
    fn advance(&mut self, to: BootTime) {
        let us = to.since(self.now.boot).max(0);
        self.now.boot = self.now.boot.plus(us);
        self.now.wall = self.now.wall.plus(us);
    }

    fn apply(&mut self, change: ClockChange) {
        match change {
            ClockChange::Step(us) => self.now.wall = self.now.wall.plus(us),
            ClockChange::SetSynchronised(synchronised) => {
                self.now.sync.synchronised = synchronised;
                self.now.sync.max_error_us = synchronised.then_some(1000);
                self.now.sync.last_sync_s = synchronised.then_some(0);
            }
        }
    }
}

impl Clock for ScriptedClock {
    fn now(&mut self) -> ClockSnapshot {
        self.read()
    }

    fn wait(&mut self, until: BootTime) {
        let mut state = self.state.borrow_mut();
        let until = until.min(state.wait_limit);
        // The first change on the way ends the wait, as setting a real clock does.
        if let Some((at, change)) = state.script.front().copied()
            && at <= until
        {
            state.script.pop_front();
            state.advance(at);
            state.apply(change);
            return;
        }
        state.advance(until);
    }

    fn boot_id(&self) -> String {
        self.boot_id.clone()
    }
}
