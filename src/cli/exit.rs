//! The exit codes, and a function that prints a message and returns one.
use std::fmt::Display;

use crate::text::print_stderr;

/// Success.
pub const EXIT_OK: u8 = 0;
/// Problems were found, or the command could not do all that was asked.
pub const EXIT_PROBLEMS: u8 = 1;
/// The command line is wrong.
pub const EXIT_USAGE: u8 = 2;
/// A bug in loa (`EX_SOFTWARE` of sysexits.h).
pub const EXIT_BUG: u8 = 70;
/// The configuration cannot be used (`EX_CONFIG` of sysexits.h).
pub const EXIT_CONFIG: u8 = 78;

/// Prints a message on standard error and returns the exit code.
pub(super) fn fail(message: impl Display, code: u8) -> u8 {
    print_stderr!("{message}");
    code
}
