//! The department's side: collects the logs of its stations, checks and countersigns them, and reports on them.
//!
//! [`registry`] lists the stations and their enrolled logs; [`enrolment_list`] reads many at once, and [`places`] knows
//! the communes. [`collect`] collects one log, and [`collect_many`] collects several in parallel. [`witness`] records
//! and signs their heads, and [`journal`] keeps what collections refused or found contradictory. [`index`] holds all
//! airings of a store, and [`report`] adds them up. [`target`] compares airings with what the department asks for, and
//! [`stated`] holds what other bodies say that they published. [`stations`] judges every station of
//! the registry at a glance. [`closing`] keeps the numbers of a period as they were reported, and [`bundle`] makes what
//! outsiders can check.
pub mod accepted_documents;
pub mod collect;
pub mod collect_many;
pub mod enrolment_list;
pub mod journal;
pub mod places;
pub mod registry;
pub mod witness;

#[cfg(feature = "department")]
pub mod bundle;
#[cfg(feature = "department")]
pub mod closing;

#[cfg(feature = "department")]
pub mod report;

#[cfg(feature = "department")]
pub mod index;

#[cfg(feature = "department")]
pub mod stated;

#[cfg(feature = "department")]
pub mod stations;

#[cfg(feature = "department")]
pub mod target;
