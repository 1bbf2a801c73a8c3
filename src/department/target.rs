//! The department's targets (`targets.toml` in its store): the airtime that it asks of its stations.
//!
//! [`read`] parses the file, [`campaign`] the campaigns in it, [`overlap`] compares the targets with each other, and [`check`] compares them with the
//! registry. [`tally`] counts what was aired, and [`result`] holds the comparison that a report shows.
pub mod campaign;
pub mod check;
pub mod overlap;
pub mod read;
pub mod result;
pub mod tally;
#[cfg(test)]
mod tests;
pub mod week;
pub mod wording;

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};

use crate::base::id::Id;
use crate::department::registry::RegisteredStation;
use crate::schedule::problem::SourceSpan;

/// The name of the file of targets in a store.
pub const TARGETS_FILE: &str = "targets.toml";

/// The spans of the values of a target in its file, by key. The key `""` stands for the heading.
pub type ValueSpans = BTreeMap<&'static str, SourceSpan>;

/// A target: an amount of airtime that the department asks of each of some stations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The id.
    pub id: Id,
    /// The title, in Unicode NFC.
    pub title: String,
    /// The airings that count towards the target.
    pub selection: TargetSelection,
    /// The stations that it asks.
    pub place: TargetPlace,
    /// The amount that it asks of each station.
    pub amount: TargetAmount,
    /// The first day.
    pub from: NaiveDate,
    /// The last day; `None` for no end.
    pub until: Option<NaiveDate>,
    /// The number of the document that sets the target.
    pub document: String,
    /// The date of that document.
    pub dated: NaiveDate,
}

/// The airings that count towards a target. An absent property does not restrict them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetSelection {
    /// The campaign.
    pub campaign: Option<Id>,
    /// The number of the topic in the campaign.
    pub topic: Option<u16>,
    /// The language code.
    pub language: Option<String>,
    /// The time of day of the planned start, first included, second excluded. If the second is earlier, the time
    /// continues past midnight.
    pub hours: Option<(NaiveTime, NaiveTime)>,
}

/// The stations that a target asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetPlace {
    /// All stations of the registry.
    AllStations,
    /// The stations of the district with this code.
    District(String),
    /// The stations of the commune with this code.
    Commune(String),
    /// The station with this id.
    Station(Id),
}

/// The amount that a target asks of each station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetAmount {
    /// Minutes on the line, from Monday to Sunday.
    MinutesPerWeek(u32),
    /// Complete airings, from Monday to Sunday.
    AiringsPerWeek(u32),
    /// Complete airings on every day.
    AiringsPerDay(u32),
}

impl Target {
    /// Returns whether the target holds on a date.
    #[must_use]
    pub fn holds_on(&self, date: NaiveDate) -> bool {
        self.from <= date && self.until.is_none_or(|until| date <= until)
    }

    /// Returns whether the target asks a station on a date. The place of the station is that of the date.
    #[must_use]
    pub fn asks_station(&self, station: &RegisteredStation, date: NaiveDate) -> bool {
        let area = || station.area_on(date);
        match &self.place {
            TargetPlace::AllStations => true,
            TargetPlace::District(code) => area().is_some_and(|area| area.district.code == *code),
            TargetPlace::Commune(code) => area().is_some_and(|area| area.commune.code == *code),
            TargetPlace::Station(id) => station.id == *id,
        }
    }
}

impl TargetSelection {
    /// Returns whether a time of day is within the hours.
    #[must_use]
    pub fn includes_time(&self, time: Option<NaiveTime>) -> bool {
        let Some((from, until)) = self.hours else { return true };
        time.is_some_and(|time| if from < until { from <= time && time < until } else { from <= time || time < until })
    }
}
