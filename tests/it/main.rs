//! The integration tests: one file a feature.
mod airlog;
mod cli;
mod clock;
mod daemon;
mod lives;
mod media;
mod output;
mod playout;
mod scan;
mod sink;
mod sound;
mod station;
