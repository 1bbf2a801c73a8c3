//! Runs the commands that switch the amplifier: without a shell, for a limited time, and only commands that a person
//! has run by hand on this machine, because `station.toml` travels on USB sticks with its folder.
mod permit;
mod switch_command;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};

use super::command::PlayoutCommand;
use super::engine::{SwitchError, SwitchRequest, SwitchResult};
use super::loop_handle::LoopHandle;

pub use permit::permit;
pub use switch_command::run_switch_command;

/// Runs switching commands one after the other, on a thread that starts with the first of them.
pub struct AmplifierRunner {
    station: PathBuf,
    to_loop: LoopHandle,
    queue: Option<Sender<SwitchRequest>>,
}

impl AmplifierRunner {
    /// Returns a runner that sends the result of each command to the loop.
    #[must_use]
    pub fn new(station: &Path, to_loop: LoopHandle) -> Self {
        Self { station: station.to_owned(), to_loop, queue: None }
    }

    /// Queues a command. Returns the result at once when the command may not run, or cannot be queued.
    pub fn switch(&mut self, request: SwitchRequest) -> Option<SwitchResult> {
        if request.by_operator {
            // If the permission cannot be kept, loa asks for it again after the next start.
            let _ = permit(&request.amplifier);
        } else if !permit::is_permitted(&request.amplifier) {
            return Some(failed_switch(&request, SwitchError::Untried));
        }
        let result = self.enqueue(request.clone());
        result.err().map(|error| failed_switch(&request, SwitchError::Failed(error.to_string())))
    }

    fn enqueue(&mut self, request: SwitchRequest) -> io::Result<()> {
        if self.queue.is_none() {
            let (queue, requests) = mpsc::channel::<SwitchRequest>();
            let (to_loop, station) = (self.to_loop.clone(), self.station.clone());
            std::thread::Builder::new().name("amplifier".to_owned()).spawn(move || {
                for request in requests {
                    let result = run_switch_command(&station, &request.amplifier, request.on);
                    let result = SwitchResult { serial: request.serial, ..result };
                    to_loop.send(PlayoutCommand::AmplifierSwitched(result));
                }
            })?;
            self.queue = Some(queue);
        }
        let is_sent = self.queue.as_ref().is_some_and(|queue| queue.send(request).is_ok());
        if is_sent { Ok(()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
    }
}

fn failed_switch(request: &SwitchRequest, error: SwitchError) -> SwitchResult {
    SwitchResult { serial: request.serial, on: request.on, took_ms: 0, error: Some(error) }
}
