//! Runs the commands that switch the amplifier, without a shell and with a time limit.
//!
//! A command runs automatically only after the operator has run it by hand on this machine. `station.toml` travels on
//! USB sticks with its folder, so the file alone must not be able to start programs.
mod permit;
mod switch_command;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};

use super::command::PlayoutCommand;
use super::engine::{SwitchError, SwitchRequest, SwitchResult};
use super::loop_handle::LoopHandle;

pub use permit::{is_permitted, permit};
pub use switch_command::run_switch_command;

/// Runs switching commands one after the other, on a thread that starts with the first command.
pub struct AmplifierRunner {
    station: PathBuf,
    loop_handle: LoopHandle,
    queue: Option<Sender<SwitchRequest>>,
}

impl AmplifierRunner {
    /// Returns a runner that sends the result of each command to the main loop.
    #[must_use]
    pub fn new(station: &Path, loop_handle: LoopHandle) -> Self {
        Self { station: station.to_owned(), loop_handle, queue: None }
    }

    /// Queues a command. Returns a result at once only if the command is not permitted or cannot be queued.
    pub fn switch(&mut self, request: SwitchRequest) -> Option<SwitchResult> {
        if request.by_operator {
            // If the permission cannot be stored, the next automatic switch fails because the commands count as
            // untried.
            let _ = permit(&request.amplifier);
        } else if !is_permitted(&request.amplifier) {
            return Some(failed_result(&request, SwitchError::Untried));
        }
        let result = self.enqueue(request.clone());
        result.err().map(|error| failed_result(&request, SwitchError::Failed(error.to_string())))
    }

    fn enqueue(&mut self, request: SwitchRequest) -> io::Result<()> {
        if self.queue.is_none() {
            let (queue, requests) = mpsc::channel::<SwitchRequest>();
            let (loop_handle, station) = (self.loop_handle.clone(), self.station.clone());
            std::thread::Builder::new().name("amplifier".to_owned()).spawn(move || {
                for request in requests {
                    let result = run_switch_command(&station, &request.amplifier, request.power);
                    let result = SwitchResult { serial: request.serial, ..result };
                    loop_handle.send(PlayoutCommand::AmplifierSwitched(result));
                }
            })?;
            self.queue = Some(queue);
        }
        let is_sent = self.queue.as_ref().is_some_and(|queue| queue.send(request).is_ok());
        if is_sent { Ok(()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
    }
}

fn failed_result(request: &SwitchRequest, error: SwitchError) -> SwitchResult {
    SwitchResult { serial: request.serial, power: request.power, duration_ms: 0, error: Some(error) }
}
