//! The interface to the clock: the trait [`Clock`], with a real and a scripted implementation.
use crate::base::instant::BootTime;
pub use crate::base::instant::{ClockSnapshot, ClockSync};

pub mod scripted;
pub mod system;

/// The wall clock, the boot clock, and a way to wait.
pub trait Clock {
    /// Reads both clocks.
    fn now(&mut self) -> ClockSnapshot;
    /// Waits until the boot clock reaches `deadline`, another thread wakes the main loop, or somebody sets the wall
    /// clock. The wait may also end early without any of these.
    fn wait(&mut self, deadline: BootTime);
    /// Returns the kernel's `boot_id`, which changes at every boot of the machine.
    fn boot_id(&self) -> String;
}
