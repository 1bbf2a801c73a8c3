//! Logs as they lie in folders and buckets: a station's own, and exports of them. Read, verified, exported.
//!
//! [`source`] reads both kinds alike, [`verify`] runs the verifier of [`proof::verify`](mod@crate::proof::verify) over
//! them on all processors, [`export`] writes the tiles, [`receipt`] takes out one airing; [`location`] says where a
//! log lies.
pub mod export;
mod kept_files;
pub mod location;
mod pool;
mod prepared_chunk;
pub mod receipt;
pub mod resume;
#[cfg(feature = "s3")]
pub mod s3;
pub mod source;
pub mod verify;
