//! Position of a channel around the listener.

/// Place of a channel around the listener; ITU-R BS.1770-5 gives each place a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelPosition {
    /// In front of the listener, or unknown.
    Front,
    /// At the side or behind.
    Surround,
    /// Low-frequency effects: not counted.
    Effects,
}
