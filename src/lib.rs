//! loa (Vietnamese: loudspeaker): the playout daemon for commune loudspeaker stations.
//!
//! ```text
//! schedule  ->  plan  ->  playout  ->  airing log  ->  proof  ->  report
//! (TOML)      (a day)    (sound)     (as-run)        (signed)   (totals)
//! ```
//!
//! The modules are listed in reading order; `tests/house/order` defines which may import which. The core is pure:
//! `schedule`, `plan`, `check`, `playout::engine`, the entries of `airlog`, `proof` and the totals of
//! `department::report` touch no clock, disk, thread or device. Three traits connect it to the outside:
//! `playout::clock::Clock`, `playout::output::Output` and `airlog::storage::Storage`. `docs/architecture.md` describes
//! how the modules work together.
#![deny(unsafe_code)]

/// The schedule: `station.toml` and playlists as the operator wrote them, and every problem found in them.
pub mod schedule;

/// The library: audio files decoded, measured and hashed.
pub mod library;

/// The station's folder on the disk: its files, links and the cache of its scanned audio.
pub mod station;

/// The plan: every airing of one date with its exact start.
pub mod plan;

/// Findings that need the schedule, the library, the plan and the date together.
pub mod check;

/// Concerns: everything that is or will be wrong at a station, in one list.
#[cfg(feature = "playout")]
pub mod concern;

/// Playout: turns the plan into sound, and gives every airing its outcome.
#[cfg(feature = "playout")]
pub mod playout;

/// The alarm: messages about concerns, sent by a separate process.
#[cfg(feature = "alarm")]
pub mod alarm;

/// The doctor: checks a station's machine, and lists what must be done before it is handed over.
#[cfg(feature = "playout")]
pub mod doctor;

/// The airing log: entries, signing, recovery and storage.
pub mod airlog;

/// Tamper evidence: Merkle tree, signed notes, checkpoints and epoch keys.
pub mod proof;

/// Reads, verifies and exports logs in folders and buckets.
pub mod logstore;

/// The department: registry, collection, witness, index and reports.
pub mod department;

/// Paper: A4 pages as HTML, PDF and DOCX, for reports and for the log book.
#[cfg(feature = "print")]
pub mod paper;

/// The commands of the command line.
pub mod cli;

/// Every sentence people read, in Vietnamese and English.
pub mod text;

/// Building blocks for all modules: ids, instants, hashes, durable files and the operating system.
pub mod base;
