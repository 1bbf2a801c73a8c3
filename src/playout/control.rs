//! The control socket: how `loa status`, `play`, `skip`, `stop`, `note` and `clock confirm` reach the daemon.
//!
//! One connection carries one order and one reply, each a line of JSON. The socket lies in a folder that only its owner
//! may enter, and the kernel says which user is at the other end.
mod client;
mod client_slots;
mod server;
mod socket_path;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::engine::OperatorCommand;

pub use client::{ControlError, request};
pub use server::ControlServer;

/// Longest request and longest reply, bytes.
const MAX_LINE_BYTES: u64 = 16 * 1024;
/// Longest time that one side waits for the other.
const IO_TIMEOUT: Duration = Duration::from_secs(5);

/// A request. Its reply is a [`CommandReply`](super::engine::CommandReply).
#[derive(Serialize, Deserialize)]
struct ControlRequest {
    order: OperatorCommand,
}
