//! The integration tests: one file a feature.
mod clock;
mod lives;
mod playout;
mod station;
