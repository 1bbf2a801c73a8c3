//! Logs as they lie in folders: a station's own, and exports of them. Read, judged, exported, collected.
//!
//! [`source`] reads both kinds alike, [`judge`] drives the pure judge of [`proof::verify`](crate::proof::verify) over
//! them with all processors, [`export`] writes the tiles, [`receipt`] takes out one airing, [`collect`] is the
//! department's side, [`gather`] for many sources, which lie in [`place`]s.
pub mod collect;
pub mod collect_many;
pub mod export;
mod kept_files;
pub mod location;
mod pool;
pub mod receipt;
pub mod resume;
#[cfg(feature = "s3")]
pub mod s3;
pub mod source;
pub mod verify;
pub mod witness;
mod writer;
