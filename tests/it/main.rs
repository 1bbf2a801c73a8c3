//! The integration tests: one file a feature.
#![allow(clippy::disallowed_methods)] // tests of the real daemon run in real time
mod airlog;
mod amplifier;
mod away;
mod calendar;
mod check;
mod cli;
mod clock;
mod collect;
mod corners;
#[cfg(feature = "department")]
mod countersign;
mod crash;
mod daemon;
mod damaged;
#[cfg(feature = "department")]
mod department;
mod device;
mod foreign;
mod hands;
mod heard;
mod highwater;
mod hostile;
mod house;
mod ignored;
mod inaudible;
#[cfg(feature = "department")]
mod index_truth;
mod judged;
mod killed;
mod links;
mod lives;
mod logpage;
#[cfg(feature = "department")]
mod mangled;
mod measured;
mod media;
mod meets;
mod midnight;
mod moved;
mod mutation;
mod output;
mod owed;
#[cfg(feature = "department")]
mod paper;
mod plausible;
mod playout;
mod program;
mod proof;
#[cfg(feature = "department")]
mod province;
mod record;
mod revived;
#[cfg(feature = "department")]
mod s3;
mod scan;
mod sessions;
mod shelf;
mod sink;
mod slow_device;
mod sound;
mod station;
mod swapped;
mod tamper;
mod truth_clock;
mod vectors;
mod wire;
