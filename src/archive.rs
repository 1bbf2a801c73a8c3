//! Logs as they lie in folders: a station's own, and exports of them. Read, judged, exported, collected.
//!
//! [`source`] reads both kinds alike, [`judge`] drives the pure judge of [`proof::verify`](crate::proof::verify) over
//! them with all processors, [`export`] writes the tiles, [`receipt`] takes out one airing, [`collect`] is the
//! department's side.
pub mod collect;
pub mod export;
pub mod judge;
mod pool;
pub mod receipt;
pub mod source;
