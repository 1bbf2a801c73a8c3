//! The contents of the file, with the places that a correction changes.
use std::collections::BTreeMap;
use std::ops::Range;

use crate::base::id::Id;
use crate::department::registry::file::DepartmentProfile;
use crate::department::registry::log_key::EnrolledLog;
use crate::department::registry::station::RegisteredStation;

/// The contents of the file, in its order.
#[derive(Debug, Default)]
pub(in crate::department::registry) struct ParsedRegistry {
    pub(in crate::department::registry) department: DepartmentProfile,
    pub(in crate::department::registry) stations: Vec<ParsedStation>,
    /// The logs, by origin.
    pub(in crate::department::registry) logs: BTreeMap<String, EnrolledLog>,
    /// The position of each station in `stations`.
    pub(in crate::department::registry) positions: BTreeMap<Id, usize>,
}

/// A station, and the places in the file that a correction changes.
#[derive(Debug)]
pub(in crate::department::registry) struct ParsedStation {
    pub(in crate::department::registry) station: RegisteredStation,
    /// The byte range of the id's value.
    pub(in crate::department::registry) id_span: Range<usize>,
    /// The byte range of the name's value; `None` if the station has no name.
    pub(in crate::department::registry) name_span: Option<Range<usize>>,
    /// The byte range of `contact = {...}`; `None` if there is none, or it is a table of its own.
    pub(in crate::department::registry) contact_span: Option<Range<usize>>,
    /// The places, in the order of the file.
    pub(in crate::department::registry) places: Vec<ParsedPlace>,
    /// The end of the last value of the station's tables.
    pub(in crate::department::registry) end: usize,
}

/// The parts of a `[[station.place]]` table that a correction changes.
#[derive(Debug, Clone, Default)]
pub(in crate::department::registry) struct ParsedPlace {
    /// The byte range of each value, by key.
    pub(in crate::department::registry) values: Vec<(&'static str, Range<usize>)>,
    /// The end of the last value.
    pub(in crate::department::registry) end: usize,
}
