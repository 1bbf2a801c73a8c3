//! An order of a telephone that waits for somebody at the station's computer.
use axum::body::Bytes;
use axum::http::HeaderValue;
use tokio::time::Instant;

use super::access::PageDevice;

/// An order that waits, or its answer.
#[derive(Debug, Clone)]
pub(super) struct WaitingOrder {
    /// Its number.
    pub(super) id: u64,
    /// The telephone.
    pub(super) device: PageDevice,
    /// The address to which it was sent.
    pub(super) path: String,
    /// Its form.
    pub(super) form: Bytes,
    /// When it came.
    pub(super) begun: Instant,
    /// How it stands.
    pub(super) stage: OrderStage,
}

/// How an order stands.
#[derive(Debug, Clone)]
pub(super) enum OrderStage {
    /// Nobody has answered yet.
    Waiting,
    /// Somebody said yes, and it is being done.
    BeingDone,
    /// Somebody said no.
    Refused,
    /// It was done: the address to which the page sends the browser, or the screen.
    Done { location: Option<HeaderValue>, screen: Bytes },
}
