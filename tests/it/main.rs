//! The integration tests: one file a feature.
mod media;
mod output;
mod scan;
mod sink;
mod sound;
