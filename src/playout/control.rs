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

pub use client::{ControlError, DEVICE_VARIABLE, request, request_through};
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
    /// The device through which the user gives the command; see [`is_device_code`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    via: Option<String>,
}

/// The maximum length of a device's code.
const MAX_DEVICE_CODE_CHARS: usize = 24;

/// Returns true for a text that the log takes as the code of a device: `phone:K3`. It names no person.
#[must_use]
pub fn is_device_code(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b':' || byte == b'-';
    !text.is_empty() && text.len() <= MAX_DEVICE_CODE_CHARS && text.bytes().all(is_plain)
}
