//! The integration tests: one file a feature.
mod airlog;
mod clock;
mod lives;
mod playout;
mod station;
