//! Tamper evidence for the airing log: the lines of the log are the leaves of a Merkle tree, and its heads are signed.
//!
//! `docs/airlog-format.md` specifies the format. Everything here is pure: bytes in, values out. [`tree`], [`note`],
//! [`checkpoint`], [`cosign`] and [`tiles`] implement the public standards that the airing log uses. [`verify`]
//! verifies a complete log, and [`receipt`] verifies the entry of a single airing.
pub mod anchor;
pub mod checkpoint;
pub mod closings;
pub mod cosign;
pub mod entry;
mod error;
pub mod headcode;
pub mod key_chain;
pub mod note;
pub mod origin;
pub mod receipt;
pub mod signature_check;
pub mod signed_head;
pub mod tiles;
mod time_evidence;
pub mod tree;
pub mod verify;
