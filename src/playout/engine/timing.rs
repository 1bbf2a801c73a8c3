//! Limits that several parts of the engine share, microseconds.
use crate::base::instant::SECOND_US;

/// A start within this distance of the plan is on time.
pub const ON_TIME_US: i64 = 5 * SECOND_US;
/// How long before a start the line is opened and the file is cued.
pub const PREROLL_US: i64 = 3 * SECOND_US;
/// How long before a start its file is hashed.
pub const PREFETCH_LEAD_US: i64 = 600 * SECOND_US;
/// How long something urgent waits for a lost device.
pub const DEVICE_WAIT_US: i64 = 900 * SECOND_US;
/// How long the engine waits for the output's last report at shutdown.
pub const OUTPUT_SHUTDOWN_US: i64 = 2 * SECOND_US;
/// How much longer the amplifier may take to go off at shutdown: its commands have 10 s.
pub const AMPLIFIER_SHUTDOWN_US: i64 = 10 * SECOND_US;
