//! loa (Vietnamese: loudspeaker): the playout daemon for commune loudspeaker stations.
//!
//! ```text
//! schedule  ->  plan  ->  playout  ->  airing log  ->  proof  ->  report
//! (TOML)      (a day)    (sound)     (as-run)        (signed)   (totals)
//! ```
//!
//! The modules stand in this order. The core is pure: `schedule`, `plan`, `playout::engine`, the entries of `airlog`,
//! `proof` and `report` touch no clock, disk, thread or device. What does is behind three
//! seams: `playout::clock::Clock`, `playout::output::Output`, `airlog::storage::Storage`.
#![deny(unsafe_code)]

// Who we are.
pub mod settings;

// 1: what the operator wrote.
pub mod schedule;

// 2: what its audio files are.
pub mod library;

// 3: what must air on a date.
pub mod plan;

// 4: the plan becomes sound.
#[cfg(feature = "playout")]
pub mod playout;

// 6, which 5 is written with: why it can be believed.
pub mod proof;

// 5: what went out.
pub mod airlog;

// What a report is made from: all airings of a store, in a database that can be made anew at any time.
#[cfg(feature = "department")]
pub mod index;

// 7: planned against aired.
#[cfg(feature = "department")]
pub mod report;

// What all of them stand on.
pub mod base;
pub mod text;

// The stations and logs that a department knows.
pub mod registry;

// The shell around proof: logs in folders.
pub mod logstore;

// The station's folder, and the commands.
pub mod cli;
pub mod station;
