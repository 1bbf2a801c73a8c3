//! The clock seam: the trait [`Clock`], with a real and a scripted implementation.
use crate::base::instant::BootTime;
pub use crate::base::instant::{ClockSnapshot, ClockSync};

pub mod scripted;
pub mod system;

/// The wall clock, the boot clock, and a way to wait.
pub trait Clock {
    /// Reads both clocks.
    fn now(&mut self) -> ClockSnapshot;
    /// Waits until the boot clock reaches `deadline`, a different thread wakes the loop, or somebody sets the wall
    /// clock. The wait can end earlier.
    fn wait(&mut self, deadline: BootTime);
    /// Returns the kernel's `boot_id`, which is different for each boot of the machine.
    fn boot_id(&self) -> String;
}
