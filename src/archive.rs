//! Logs as they lie in folders: a station's own, and exports of them. Read, judged, exported, collected.
//!
//! [`source`] reads both kinds alike, [`judge`] drives the pure judge of [`proof::verify`](crate::proof::verify) over
//! them with all processors, [`export`] writes the tiles, [`receipt`] takes out one airing, [`collect`] is the
//! department's side, [`gather`] for many sources, which lie in [`place`]s.
pub mod collect;
pub mod export;
pub mod gather;
pub mod judge;
mod kept;
pub mod known;
#[cfg(feature = "s3")]
pub mod objects;
pub mod place;
mod pool;
pub mod receipt;
pub mod source;
pub mod witness;
mod writer;
