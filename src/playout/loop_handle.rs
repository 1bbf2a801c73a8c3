//! A handle through which other threads reach the loop.
use std::sync::mpsc::Sender;

use super::clock::system::ClockWaker;
use super::command::PlayoutCommand;

/// Sends commands to the loop of a running station. Any thread can hold a clone.
#[derive(Clone)]
pub struct LoopHandle {
    commands: Sender<PlayoutCommand>,
    waker: ClockWaker,
}

impl LoopHandle {
    /// Returns a handle to the loop at the other end of `commands`, which `waker` wakes.
    #[must_use]
    pub fn new(commands: Sender<PlayoutCommand>, waker: ClockWaker) -> Self {
        Self { commands, waker }
    }

    /// Sends a command and wakes the loop. Returns false if the loop has ended.
    pub fn send(&self, command: PlayoutCommand) -> bool {
        let is_sent = self.commands.send(command).is_ok();
        self.waker.wake();
        is_sent
    }

    /// Returns a waker for the loop.
    #[must_use]
    pub fn waker(&self) -> ClockWaker {
        self.waker.clone()
    }
}
