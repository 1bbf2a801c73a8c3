//! The alarm: sends messages about concerns from a queue folder to people.
//!
//! `loa run` only writes files into the queue. Another process (`loa alarm send`, once or with `--watch`) reads them
//! and sends them through a command, a webhook or mail. Only that process has access to the network and to the secrets.
//! It records its results in a file, which `loa run` reads to tell whether alarms are delivered.
pub mod channel;
pub mod message;
pub mod metrics;
pub mod permit;
pub mod queue;
pub mod results;
pub mod secrets;
pub mod sender;
pub mod sent;
pub mod smtp;
pub mod watch;
pub mod webhook;

pub use message::AlarmMessage;
