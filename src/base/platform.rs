//! Services of the operating system that no crate offers safely. All `unsafe` code of loa is in this module.
mod clock;
mod inherited_socket;
mod memory;
mod realtime;

pub use clock::{KernelClockStatus, boot_now, kernel_clock_status, unix_time_s};
pub use inherited_socket::inherited_listener;
pub use memory::{configure_low_memory, lock_memory, release_unused_memory, unlock_memory};
pub use realtime::{RealTimeGuard, drop_real_time_priority};

/// Returns the number of threads for parallel work: one for each processor, at most 16.
#[must_use]
pub fn available_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(16)
}
