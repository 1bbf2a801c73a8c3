//! Time limits that several files of the engine share.
use crate::base::instant::SECOND_US;

pub use crate::playout::output::ON_TIME_US;

/// The time before a start at which the line is opened and the file is cued, microseconds.
pub const PREROLL_US: i64 = 3 * SECOND_US;
/// The time before a start at which its file is hashed, microseconds.
pub const PREFETCH_LEAD_US: i64 = 600 * SECOND_US;
/// The maximum time that an urgent message waits for a lost device, microseconds.
pub const DEVICE_WAIT_US: i64 = 900 * SECOND_US;
/// The maximum time that the engine waits for the output's last report at shutdown, microseconds.
pub const OUTPUT_SHUTDOWN_US: i64 = 2 * SECOND_US;
/// The additional time for switching the amplifier off at shutdown, microseconds: its command has 10 s.
pub const AMPLIFIER_SHUTDOWN_US: i64 = 10 * SECOND_US;
