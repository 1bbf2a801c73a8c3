//! The sink: a sound card, or the sink of a sound server.

/// The sink that a device plays to, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SinkInfo {
    /// The id of a sound card, or the name of a sound server's sink.
    pub name: Option<String>,
    /// True for hardware, false for a sink in software; `None` if it is not known.
    pub is_hardware: Option<bool>,
}
