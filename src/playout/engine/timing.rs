//! Time limits that several files of the engine share.
use crate::base::instant::SECOND_US;

pub use crate::playout::output::ON_TIME_US;

/// The time before a start at which the line is opened and the file is cued, microseconds. Within this time
/// before its start a session with a hard start also claims the line, as a session that has begun does within this time
/// before each of its items: a session that must give way to it begins nothing anymore.
pub const PREROLL_US: i64 = 3 * SECOND_US;
/// The time after a start of the program within which the network may correct the clock, microseconds. Without this
/// wait, a computer whose battery clock runs on another zone's time would log coming sessions as missed. `startup`
/// computes its end, `overdue` postpones outcomes until then, and `wakeup` wakes the engine at that time.
pub const CLOCK_GRACE_US: i64 = 300 * SECOND_US;
/// The time before a start at which its file is hashed, microseconds.
pub const PREFETCH_LEAD_US: i64 = 600 * SECOND_US;
/// The maximum time that an urgent message waits for a lost device, microseconds.
pub const DEVICE_WAIT_US: i64 = 900 * SECOND_US;
/// The maximum time that the engine waits for the output's last report at shutdown, microseconds.
pub const OUTPUT_SHUTDOWN_US: i64 = 2 * SECOND_US;
/// The additional time for switching the amplifier off at shutdown, microseconds: its command has 10 s.
pub const AMPLIFIER_SHUTDOWN_US: i64 = 10 * SECOND_US;
