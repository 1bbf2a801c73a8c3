//! [`Schedule`](crate::schedule::Schedule) + [`Library`](crate::library::Library) + date ->
//! [`Plan`], a pure function.
//!
//! A plan contains every airing of one date with its exact time, which is computed from the exact lengths of the files.
//! The ids of airings never depend on lengths, so a changed file does not change an id.
mod airing;
pub mod airtime_change;
pub mod diff;
pub mod draw;
pub mod expand;
mod kept_airing;
mod planner;
pub mod zone;

use std::collections::HashSet;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::schedule::Id;

pub use crate::schedule::Priority;
pub use airing::{
    Airing, AiringFate, AiringKind, IneligibleReason, JOIN_LEAD_US, LateRule, Precedence, StartMode, precedence,
};
pub use planner::Planner;
pub use zone::resolve_local_time;

/// All airings of one date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Plan {
    /// The airings, ordered by the start of their session. The airings of one start keep the order of its items.
    pub airings: Vec<Airing>,
}

/// The fields of a row of `loa plan --format json`. The last three are omitted when they are false or `None`.
#[derive(Serialize)]
struct PlanJsonRow<'a> {
    id: &'a str,
    date: NaiveDate,
    session: &'a Id,
    segment: &'a Id,
    title: &'a str,
    start: DateTime<FixedOffset>,
    duration_ms: i64,
    priority: Priority,
    campaign: Option<&'a Id>,
    topic: Option<u16>,
    language: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    relay: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    missed: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    volume: Option<u8>,
}

impl Plan {
    /// Returns the number of airings in the plan. Withdrawn airings and relay slots are not counted.
    #[must_use]
    pub fn expected_airing_count(&self) -> u64 {
        self.airings.iter().filter(|airing| !airing.is_withdrawn() && !airing.is_relay()).count() as u64
    }

    /// Returns the number of airings and relay slots in the plan. Withdrawn ones are not counted.
    #[must_use]
    pub fn expected_row_count(&self) -> u64 {
        self.airings.iter().filter(|airing| !airing.is_withdrawn()).count() as u64
    }

    /// Adds the airings that only `earlier`, an earlier plan of the same date, contains: they still need an outcome.
    #[must_use]
    pub fn with_airings_only_in(mut self, earlier: Self) -> Self {
        let ids: HashSet<&str> = self.airings.iter().map(|airing| airing.id.as_str()).collect();
        let missing_airings: Vec<Airing> =
            earlier.airings.into_iter().filter(|airing| !ids.contains(airing.id.as_str())).collect();
        self.airings.extend(missing_airings);
        self.airings.sort_by_key(Airing::session_starts_at);
        self
    }

    /// Returns the plan as it is kept with the log: JSON with one airing per line. The `plan` entry of the log contains
    /// the SHA-256 of these bytes.
    #[must_use]
    pub fn to_json_bytes(&self) -> Vec<u8> {
        let mut text = String::from("[");
        for (i, airing) in self.airings.iter().enumerate() {
            text.push_str(if i == 0 { "\n" } else { ",\n" });
            // A panic is better than a plan without the airing, because that airing would get no outcome.
            text.push_str(&serde_json::to_string(airing).expect("strings and integers always serialise"));
        }
        text.push_str("\n]\n");
        text.into_bytes()
    }

    /// Returns the plan for other programs, as one row per airing.
    pub fn json_rows(&self) -> impl Iterator<Item = impl Serialize> {
        self.airings.iter().map(|airing| PlanJsonRow {
            id: &airing.id,
            date: airing.date,
            session: &airing.session,
            segment: &airing.segment,
            title: &airing.title,
            start: airing.start,
            duration_ms: airing.duration_ms,
            priority: airing.priority,
            campaign: airing.campaign.as_ref(),
            topic: airing.topic,
            language: &airing.language,
            relay: airing.is_relay(),
            missed: airing.ineligible_reason().map(IneligibleReason::code),
            volume: airing.volume,
        })
    }
}
