//! The airtime that stations took out of their plans before its day.
use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::period::DateRange;

/// A change of a station's planned airtime on a date that had no plan yet, which an edit of the schedule made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanEdit {
    /// The station's id.
    pub station: String,
    /// The date of the edit.
    pub edited_on: NaiveDate,
    /// The date whose plan changed.
    pub date: NaiveDate,
    /// The campaign; empty for none.
    pub campaign: String,
    /// The number of the topic in the campaign.
    pub topic: Option<u16>,
    /// The language code.
    pub language: String,
    /// The number of planned airings after the edit, minus the number before it.
    pub airings: i64,
    /// The planned airtime after the edit, minus the airtime before it, in milliseconds.
    pub planned_ms: i64,
}

/// What a station took out of its plans by the edits of one day, for one topic in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOut {
    /// The station's id.
    pub station: String,
    /// The date of the last edit that took something out.
    pub edited_on: NaiveDate,
    /// The campaign; empty for none.
    pub campaign: String,
    /// The number of the topic in the campaign.
    pub topic: Option<u16>,
    /// The language code.
    pub language: String,
    /// The first and the last date from whose plans it was taken.
    pub dates: DateRange,
    /// The number of airings that were taken out.
    pub airings: i64,
    /// Their planned airtime, in milliseconds.
    pub planned_ms: i64,
}

/// The group of a plan: station, date, campaign, topic and language.
type PlanKey = (String, NaiveDate, String, Option<u16>, String);

/// Returns what was taken out, ordered by station, date of the edit, topic and language. `edits` are in the order of
/// the log. The edits of a date are added up, so that what a later edit put back does not count.
#[must_use]
pub fn taken_out(edits: &[PlanEdit]) -> Vec<TakenOut> {
    let mut sums: BTreeMap<PlanKey, (NaiveDate, i64, i64)> = BTreeMap::new();
    for edit in edits {
        let key = (edit.station.clone(), edit.date, edit.campaign.clone(), edit.topic, edit.language.clone());
        let (last_removal, airings, planned_ms) = sums.entry(key).or_insert((edit.edited_on, 0, 0));
        if edit.airings < 0 || edit.planned_ms < 0 {
            *last_removal = edit.edited_on;
        }
        *airings = airings.saturating_add(edit.airings);
        *planned_ms = planned_ms.saturating_add(edit.planned_ms);
    }
    let mut rows: BTreeMap<(String, NaiveDate, String, Option<u16>, String), TakenOut> = BTreeMap::new();
    for ((station, date, campaign, topic, language), (edited_on, airings, planned_ms)) in sums {
        if airings >= 0 && planned_ms >= 0 {
            continue;
        }
        let key = (station.clone(), edited_on, campaign.clone(), topic, language.clone());
        let row = rows.entry(key).or_insert_with(|| TakenOut {
            station,
            edited_on,
            campaign,
            topic,
            language,
            dates: DateRange { from: date, until: date },
            airings: 0,
            planned_ms: 0,
        });
        // The plans are ordered by date.
        row.dates.until = date;
        row.airings = row.airings.saturating_add(airings.min(0).saturating_neg());
        row.planned_ms = row.planned_ms.saturating_add(planned_ms.min(0).saturating_neg());
    }
    rows.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(edited_on: &str, date: &str, airings: i64, planned_ms: i64) -> PlanEdit {
        PlanEdit {
            station: "xa-1".to_owned(),
            edited_on: edited_on.parse().expect("parse the date"),
            date: date.parse().expect("parse the date"),
            campaign: "mau".to_owned(),
            topic: Some(5),
            language: "vi".to_owned(),
            airings,
            planned_ms,
        }
    }

    #[test]
    fn what_a_later_edit_puts_back_does_not_count() {
        let edits = [
            edit("2023-03-20", "2023-03-22", -2, -600_000),
            edit("2023-03-20", "2023-03-23", -2, -600_000),
            edit("2023-03-20", "2023-03-24", -2, -600_000),
            edit("2023-03-21", "2023-03-22", 2, 600_000),
            edit("2023-03-21", "2023-03-23", 1, 300_000),
            edit("2023-03-22", "2023-03-25", 4, 900_000),
        ];
        let rows = taken_out(&edits);
        let [row] = &rows[..] else { panic!("{rows:?}") };
        assert_eq!((row.airings, row.planned_ms), (3, 900_000));
        assert_eq!(
            (row.edited_on.to_string(), row.dates.to_string()),
            ("2023-03-20".to_owned(), "2023-03-23..2023-03-24".to_owned())
        );
        assert_eq!(taken_out(&edits[5..]), []);
    }
}
