//! The seam to time: [`Clock`].
use crate::base::instant::BootTime;
pub use crate::base::instant::{ClockSnapshot, ClockSync};

pub mod scripted;
pub mod system;
/// Wall clock, boot clock, and waiting.
pub trait Clock {
    /// Reads the clocks.
    fn now(&mut self) -> ClockSnapshot;
    /// Waits until `until`, or until something calls, or until the wall clock is set; early returns are allowed.
    fn wait(&mut self, until: BootTime);
    /// Names this start of the machine: `boot_id` of the kernel.
    fn boot_id(&self) -> String;
}
