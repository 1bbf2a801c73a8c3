//! The department: it collects the logs of its stations, checks and countersigns them, and reports on them.
//!
//! [`registry`] says who is who, [`collect`] takes one log and [`collect_many`] many, [`witness`] remembers and signs
//! their heads, [`index`] holds all airings of a store, and [`report`] sums them up.
pub mod collect;
pub mod collect_many;
pub mod registry;
pub mod witness;

#[cfg(feature = "department")]
pub mod report;

#[cfg(feature = "department")]
pub mod index;
