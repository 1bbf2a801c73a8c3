//! `[amplifier]`: the commands that switch it, and its times.
use crate::base::instant::SECOND_US;

/// `[amplifier]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmplifierSettings {
    /// The command that switches it on: a program and its arguments, run without a shell. Empty: loa does not switch
    /// it.
    pub on: Vec<String>,
    /// The command that switches it off; empty exactly when `on` is.
    pub off: Vec<String>,
    /// The time from switching it on until it is audible, in microseconds.
    pub warm_up_us: i64,
    /// The time that it stays on after the last sound, in microseconds.
    pub tail_us: i64,
    /// The shortest time that it stays off, in microseconds.
    pub min_off_us: i64,
}

impl AmplifierSettings {
    /// Returns whether loa switches it.
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
