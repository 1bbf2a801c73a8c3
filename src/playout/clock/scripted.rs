//! A clock whose time passes only when it is waited for, and which is set and steps by a script.
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::{Clock, Now, Sync};
use crate::instant::{Boot, Wall};

/// What happens to a scripted clock at an instant of its boot time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The wall clock is moved by so many microseconds.
    Step(i64),
    /// The system says that the clock is synchronised, or not.
    Sync(bool),
}

#[derive(Debug)]
struct State {
    now: Now,
    script: VecDeque<(Boot, Change)>,
    /// A wait does not go beyond this: the caller's turn.
    stop: Boot,
}

/// A scripted clock; clones share their time.
#[derive(Debug, Clone)]
pub struct ScriptedClock {
    state: Rc<RefCell<State>>,
    boot_id: String,
}

impl ScriptedClock {
    /// Begins at this wall time, boot time zero.
    #[must_use]
    pub fn new(wall: Wall, synchronised: bool, boot_id: &str) -> Self {
        let sync =
            Sync { synchronised, max_error_us: synchronised.then_some(1000), last_sync_s: synchronised.then_some(0) };
        let now = Now { wall, boot: Boot(0), sync };
        let state = State { now, script: VecDeque::new(), stop: Boot(i64::MAX) };
        Self { state: Rc::new(RefCell::new(state)), boot_id: boot_id.to_owned() }
    }

    /// The same machine later, its boot clock here.
    #[must_use]
    pub fn on(self, boot: Boot) -> Self {
        self.state.borrow_mut().now.boot = boot;
        self
    }

    /// Something that will happen; in the order of instants.
    pub fn at(&self, boot: Boot, change: Change) {
        self.state.borrow_mut().script.push_back((boot, change));
    }

    /// No wait goes beyond this instant.
    pub fn stop_at(&self, boot: Boot) {
        self.state.borrow_mut().stop = boot;
    }

    /// The boot clock.
    #[must_use]
    pub fn boot(&self) -> Boot {
        self.state.borrow().now.boot
    }

    /// Reads the clocks.
    #[must_use]
    pub fn read(&self) -> Now {
        self.state.borrow().now
    }
}

impl State {
    fn advance(&mut self, to: Boot) {
        let us = to.since(self.now.boot).max(0);
        self.now.boot = self.now.boot.plus(us);
        self.now.wall = self.now.wall.plus(us);
    }

    fn change(&mut self, change: Change) {
        match change {
            Change::Step(us) => self.now.wall = self.now.wall.plus(us),
            Change::Sync(synchronised) => {
                self.now.sync.synchronised = synchronised;
                self.now.sync.max_error_us = synchronised.then_some(1000);
                self.now.sync.last_sync_s = synchronised.then_some(0);
            }
        }
    }
}

impl Clock for ScriptedClock {
    fn now(&mut self) -> Now {
        self.read()
    }

    fn wait(&mut self, until: Boot) {
        let mut state = self.state.borrow_mut();
        let until = until.min(state.stop);
        // The first change on the way ends the wait, as a real clock's setting does.
        if let Some((at, change)) = state.script.front().copied()
            && at <= until
        {
            state.script.pop_front();
            state.advance(at);
            state.change(change);
            return;
        }
        state.advance(until);
    }

    fn boot_id(&self) -> String {
        self.boot_id.clone()
    }
}
