//! Time limits that several files of the engine share.
use crate::base::instant::SECOND_US;

/// The time for which outcomes wait for the network to correct an unsynchronised clock. `startup` computes its end,
/// `overdue` postpones outcomes until then, and `wakeup` wakes the engine then.
pub use crate::airlog::absences::CLOCK_GRACE_US;
pub use crate::playout::output::ON_TIME_TOLERANCE_US;

/// The time in microseconds before a start at which the line is opened and the file is cued. A session with a hard
/// start also claims the line this long before its start. A session that has begun claims it this long before each
/// item. While the line is claimed, the items of sessions that must give way do not start.
pub const PREROLL_US: i64 = 3 * SECOND_US;
/// The minimum time in microseconds before a start at which the file is opened and hashed, even if the setting
/// `preflight` is shorter.
pub const MIN_INSPECTION_LEAD_US: i64 = 600 * SECOND_US;
/// The maximum time in microseconds that an urgent message waits for a device.
pub const MAX_DEVICE_WAIT_US: i64 = 900 * SECOND_US;
/// The maximum time in microseconds that the engine waits for the output's last report at shutdown.
pub const MAX_OUTPUT_SHUTDOWN_US: i64 = 2 * SECOND_US;
/// The maximum additional time in microseconds that the engine waits at shutdown until the amplifier is off. The
/// command is allowed 10 s.
pub const MAX_AMPLIFIER_SHUTDOWN_US: i64 = 10 * SECOND_US;
