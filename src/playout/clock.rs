//! The seam to time: [`Clock`].
use crate::base::instant::BootTime;
pub use crate::base::instant::{ClockSnapshot, ClockSync};

pub mod scripted;
pub mod system;
/// Wall clock, boot clock, and waiting.
pub trait Clock {
    /// Reads the clocks.
    fn now(&mut self) -> ClockSnapshot;
    /// Waits until `until`, until another thread wakes the loop, or until the wall clock is set. May return early.
    fn wait(&mut self, until: BootTime);
    /// Returns the kernel's `boot_id`, which names this start of the machine.
    fn boot_id(&self) -> String;
}
