//! Step 3 of the flow: [`Schedule`](crate::schedule::Schedule) + [`Library`](crate::library::Library) + date ->
//! [`Plan`], a pure function.
//!
//! A plan contains every airing that must go out on one date, with its exact time, computed from the files' real
//! lengths. The ids of airings never depend on lengths, so a changed file does not change an id.
mod airing;
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

/// The airings of one date, in the order of their starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Plan {
    /// The airings, in the order of their sessions' starts; those of one session stay in its order.
    pub airings: Vec<Airing>,
}

/// The columns of `loa plan --format json`. The last three are left out when they are false or empty.
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
    /// Returns the number of airings that must go out. Withdrawn airings and relay slots do not count.
    #[must_use]
    pub fn expected_airings(&self) -> u64 {
        self.airings.iter().filter(|a| !a.is_withdrawn() && !a.is_relay()).count() as u64
    }

    /// Adds the airings that only an earlier plan of the same date contains: they still need an outcome.
    #[must_use]
    pub fn with_airings_missing_from(mut self, earlier: Self) -> Self {
        let ids: HashSet<&str> = self.airings.iter().map(|a| a.id.as_str()).collect();
        let missing_airings: Vec<Airing> =
            earlier.airings.into_iter().filter(|a| !ids.contains(a.id.as_str())).collect();
        self.airings.extend(missing_airings);
        self.airings.sort_by_key(Airing::session_starts_at);
        self
    }

    /// Returns the bytes that are kept with the log and whose SHA-256 its `plan` entry names: one airing a line.
    #[must_use]
    pub fn to_json_bytes(&self) -> Vec<u8> {
        let mut text = String::from("[");
        for (i, airing) in self.airings.iter().enumerate() {
            text.push_str(if i == 0 { "\n" } else { ",\n" });
            // A panic is better than a plan without the airing, which would then get no outcome.
            text.push_str(&serde_json::to_string(airing).expect("strings and integers always serialise"));
        }
        text.push_str("\n]\n");
        text.into_bytes()
    }

    /// Returns the plan for other programs, as one row per airing.
    pub fn json_rows(&self) -> impl Iterator<Item = impl Serialize> {
        self.airings.iter().map(|a| PlanJsonRow {
            id: &a.id,
            date: a.date,
            session: &a.session,
            segment: &a.segment,
            title: &a.title,
            start: a.start,
            duration_ms: a.duration_ms,
            priority: a.priority,
            campaign: a.campaign.as_ref(),
            topic: a.topic,
            language: &a.language,
            relay: a.is_relay(),
            missed: a.ineligible_reason().map(IneligibleReason::code),
            volume: a.volume,
        })
    }
}
