//! Step 6 of the flow: proof. The log's lines are the leaves of a Merkle tree, whose heads are signed.
//!
//! `docs/airlog-format.md` is the form. Everything here is pure: bytes in, values out. [`tree`], [`note`],
//! [`checkpoint`], [`cosign`] and [`tiles`] are the standards' own pieces, which the airing log is written with;
//! [`verify`] is the judge of a whole log, [`receipt`] of one airing.
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
