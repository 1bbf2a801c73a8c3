//! Logs in folders and object stores: reads, verifies and exports them.
//!
//! A log is either a station's own `airlog/` or an export. [`source`] reads both, [`verify`] runs the verifier of
//! [`proof::verify`](mod@crate::proof::verify) on all processors, [`export`] writes tiles, [`receipt`] extracts the
//! receipt for a single airing, [`location`] finds logs, and [`resume`] continues from a collected log without reading
//! it again.
pub mod export;
pub mod find_airing;
pub mod hand_in;
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
