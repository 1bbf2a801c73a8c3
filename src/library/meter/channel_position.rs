//! The position of a channel around the listener.

/// The position of a channel around the listener. ITU-R BS.1770-5 gives each position a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelPosition {
    /// In front of the listener, or unknown.
    Front,
    /// Beside or behind the listener.
    Surround,
    /// Low-frequency effects, which do not count towards the loudness.
    Effects,
}
