//! The integration tests: one file a feature.
mod media;
mod scan;
