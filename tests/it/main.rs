//! The integration tests: one file a feature.
