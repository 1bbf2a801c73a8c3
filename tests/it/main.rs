//! The integration tests: one module for each feature.
#![allow(clippy::disallowed_methods)] // tests of the real daemon run in real time
mod airlog;
#[cfg(feature = "alarm")]
mod alarm;
mod amplifier;
mod calendar;
mod check;
mod cli;
mod clock;
mod collect;
mod concern_page;
mod concerns;
#[cfg(feature = "department")]
mod countersign;
mod crash;
mod daemon;
mod damaged;
#[cfg(feature = "department")]
mod damaged_sources;
#[cfg(feature = "department")]
mod department;
mod device;
mod doctor;
mod exports;
mod foreign;
mod hand_in;
mod highwater;
mod hostile;
mod house;
mod identity;
mod inaudible;
#[cfg(feature = "department")]
mod index_truth;
mod kept_files_and_marks;
mod kill;
mod links;
mod lives;
mod logbook;
mod logpage;
mod media;
mod midnight;
mod moved_folder;
mod mutation;
mod output;
#[cfg(feature = "page")]
mod page;
#[cfg(feature = "page")]
mod page_add;
#[cfg(feature = "page")]
mod page_browser;
#[cfg(feature = "page")]
mod page_phone;
#[cfg(feature = "page")]
mod page_urgent;
mod paper;
mod plausibility_limits;
mod plausible;
mod playout;
mod program;
mod proof;
#[cfg(feature = "department")]
mod province;
mod rare_cases;
mod real_sound;
mod record;
#[cfg(feature = "department")]
mod s3;
mod scan;
mod scan_measures;
mod segment_commands;
#[cfg(feature = "page")]
mod served_page;
mod sessions;
mod signals;
mod simultaneous_events;
mod sink;
mod slow_device;
mod sound;
mod sound_server_death;
mod station;
mod swapped_files;
mod tamper;
mod tampering;
mod truth_clock;
mod vanished_files;
mod vectors;
mod wire;
mod wrong_clock;
