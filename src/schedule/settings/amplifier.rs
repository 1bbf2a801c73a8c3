//! `[amplifier]`: the commands that switch the amplifier, and its times.
use crate::base::instant::SECOND_US;

/// The settings in `[amplifier]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmplifierSettings {
    /// The command that switches the amplifier on: a program and its arguments, run without a shell. It is empty if loa
    /// does not switch the amplifier.
    pub on: Vec<String>,
    /// The command that switches the amplifier off; empty exactly when `on` is empty.
    pub off: Vec<String>,
    /// The time from switching the amplifier on until its sound is audible, in microseconds.
    pub warm_up_us: i64,
    /// The time for which the amplifier stays on after the last sound, in microseconds.
    pub tail_us: i64,
    /// The minimum time for which the amplifier stays off, in microseconds.
    pub min_off_us: i64,
}

impl AmplifierSettings {
    /// Returns true when loa switches the amplifier.
    #[must_use]
    pub fn is_controlled(&self) -> bool {
        !self.on.is_empty()
    }
}

impl Default for AmplifierSettings {
    fn default() -> Self {
        let (on, off) = (Vec::new(), Vec::new());
        Self { on, off, warm_up_us: 0, tail_us: 5 * SECOND_US, min_off_us: 10 * SECOND_US }
    }
}
