//! Logs in folders and buckets, a station's own and exports of them: reads, verifies and exports them.
//!
//! [`source`] reads both kinds alike, [`verify`] runs the verifier of [`proof::verify`](mod@crate::proof::verify) over
//! them on all processors, [`export`] writes tiles, [`receipt`] extracts a single airing, [`location`] finds logs, and
//! [`resume`] continues from a collected log without reading it again.
pub mod export;
pub mod kept_files;
pub mod location;
mod pool;
mod prepared_chunk;
pub mod receipt;
pub mod resume;
#[cfg(feature = "s3")]
pub mod s3;
pub mod source;
pub mod verify;
