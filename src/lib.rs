//! loa (Vietnamese: loudspeaker): the playout daemon for commune loudspeaker stations.
//!
//! ```text
//! schedule  ->  plan  ->  playout  ->  airing log  ->  proof  ->  report
//! (TOML)      (a day)    (sound)     (as-run)        (signed)   (totals)
//! ```
#![deny(unsafe_code)]

pub mod airlog;
pub mod cli;
pub mod durable;
pub mod folder;
pub mod id;
pub mod instant;
pub mod library;
pub mod plan;
pub mod playout;
pub mod schedule;
pub mod station;
pub mod sys;
pub mod text;
