//! Converts `edit` entries to rows.
use chrono::{DateTime, NaiveDate};
use serde::Deserialize;

use super::rows::{EditedRow, NewRows, day_number};
use crate::airlog::plausibility::is_plannable_date;

/// The maximum number of changes of an entry that are indexed.
const MAX_INDEXED_CHANGES: usize = 200;
/// The maximum size of a change, in airings and in milliseconds, in either direction.
const MAX_CHANGE: (i64, i64) = (20_000, 86_400_000);

/// The fields of an `edit` entry that its rows need.
#[derive(Deserialize)]
struct EditFields {
    at: String,
    #[serde(default)]
    airtime: Vec<AirtimeFields>,
}

#[derive(Deserialize)]
struct AirtimeFields {
    date: NaiveDate,
    #[serde(default)]
    campaign: Option<String>,
    #[serde(default)]
    topic: Option<u16>,
    #[serde(default)]
    language: String,
    airings: i64,
    planned_ms: i64,
}

impl NewRows {
    /// Adds the rows of the `edit` entry with this sequence number. A change with impossible numbers adds nothing.
    pub(super) fn add_edit(&mut self, seq: u64, line: &[u8]) {
        let Ok(fields) = serde_json::from_slice::<EditFields>(line) else { return };
        let Ok(at) = DateTime::parse_from_rfc3339(&fields.at) else { return };
        for (number, change) in fields.airtime.into_iter().take(MAX_INDEXED_CHANGES).enumerate() {
            let is_possible = is_plannable_date(change.date)
                && (-MAX_CHANGE.0..=MAX_CHANGE.0).contains(&change.airings)
                && (-MAX_CHANGE.1..=MAX_CHANGE.1).contains(&change.planned_ms);
            if !is_possible {
                continue;
            }
            self.edited.push(EditedRow {
                seq,
                number,
                edited_on: day_number(at.date_naive()),
                date: day_number(change.date),
                campaign: self.strings.intern(change.campaign.as_deref().unwrap_or_default()),
                topic: change.topic,
                language: self.strings.intern(&change.language),
                airings: change.airings,
                planned_ms: change.planned_ms,
            });
        }
    }
}
