//! loa (Vietnamese: loudspeaker): the playout daemon for commune loudspeaker stations.
//!
//! ```text
//! schedule  ->  plan  ->  playout  ->  airing log  ->  proof  ->  report
//! (TOML)      (a day)    (sound)     (as-run)        (signed)   (totals)
//! ```
//!
//! The modules stand in reading order; `tests/house/order` says which may import which. The core is pure: `schedule`,
//! `plan`, `check`, `playout::engine`, the entries of `airlog`, `proof` and the totals of `department::report` touch no
//! clock, disk, thread or device. Three seams lead out: `playout::clock::Clock`, `playout::output::Output`,
//! `airlog::storage::Storage`. The whole picture is in `docs/architecture.md`.
#![deny(unsafe_code)]

/// The schedule: `station.toml` and playlists as the operator wrote them, with every problem found in them.
pub mod schedule;

/// The library: audio files decoded, measured and hashed.
pub mod library;

/// The station's folder on the disk: its files, links and the cache of its scanned audio.
pub mod station;

/// The plan: every airing of one date with its exact start.
pub mod plan;

/// Findings that only schedule, library, plan and date show together.
pub mod check;

/// Playout: the plan becomes sound, and every airing gets its outcome.
#[cfg(feature = "playout")]
pub mod playout;

/// The airing log: entries, signing, recovery and storage.
pub mod airlog;

/// Tamper evidence: Merkle tree, signed notes, checkpoints and epoch keys.
pub mod proof;

/// Logs as they lie in folders and buckets: read, verified, exported.
pub mod logstore;

/// The department: registry, collecting, witness, index and reports.
pub mod department;

/// The commands.
pub mod cli;

/// Every sentence people read, in Vietnamese and English.
pub mod text;

/// Shared building blocks.
pub mod base;
