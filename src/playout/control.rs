//! The control socket, through which commands such as `loa status`, `loa play` and `loa clock confirm` reach the
//! daemon.
//!
//! A connection carries one command and one reply, each as a line of JSON. The socket is in a folder that only its
//! owner can enter, and the kernel reports which user is at the other end.
mod client;
mod client_slots;
mod server;
mod socket_path;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::engine::OperatorCommand;

pub use client::{ControlError, request};
pub use server::ControlServer;

/// Maximum length of a request and of a reply, in bytes.
const MAX_LINE_BYTES: u64 = 16 * 1024;
/// Time limit for the request, for the main loop's reply, and for each write. The client waits twice as long for a
/// reply.
const IO_TIMEOUT: Duration = Duration::from_secs(5);

/// A request to the daemon, which replies with a [`CommandReply`](super::engine::CommandReply).
#[derive(Serialize, Deserialize)]
struct ControlRequest {
    #[serde(rename = "order")]
    command: OperatorCommand,
}
