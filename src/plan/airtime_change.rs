//! The changes of planned airtime that an edit makes, by date, topic and language.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Airing, Plan};

/// A change of the airtime that is planned for a topic in a language on a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AirtimeChange {
    /// The date.
    pub date: NaiveDate,
    /// The campaign; `None` for airings that count towards nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// The number of the topic in the campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<u16>,
    /// The language code.
    pub language: String,
    /// The number of planned airings after the edit, minus the number before it.
    pub airings: i64,
    /// The planned airtime after the edit, minus the airtime before it, in milliseconds.
    pub planned_ms: i64,
}

/// The group to which an airing counts: date, campaign, topic and language.
type AirtimeKey = (NaiveDate, Option<String>, Option<u16>, String);

/// Returns the changes from `old_plans` to `new_plans`, plans of the same dates. An airing that only moves within its
/// date changes nothing.
#[must_use]
pub fn airtime_changes(old_plans: &[Plan], new_plans: &[Plan]) -> Vec<AirtimeChange> {
    let mut changes: BTreeMap<AirtimeKey, (i64, i64)> = BTreeMap::new();
    for (plans, sign) in [(old_plans, -1), (new_plans, 1)] {
        let airings = plans.iter().flat_map(|plan| &plan.airings);
        for airing in airings.filter(|airing| !airing.is_relay() && !airing.is_withdrawn()) {
            let (airing_count, planned_ms) = changes.entry(airtime_key(airing)).or_default();
            *airing_count += sign;
            *planned_ms += sign * airing.duration_ms;
        }
    }
    let changes = changes.into_iter().filter(|(_, change)| *change != (0, 0));
    let airtime_change = |((date, campaign, topic, language), (airings, planned_ms))| AirtimeChange {
        date,
        campaign,
        topic,
        language,
        airings,
        planned_ms,
    };
    changes.map(airtime_change).collect()
}

fn airtime_key(airing: &Airing) -> AirtimeKey {
    let campaign = airing.campaign.as_ref().map(ToString::to_string);
    (airing.date, campaign, airing.topic, airing.language.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;
    use crate::plan::Planner;
    use crate::schedule::{SourceFile, read};

    /// Plans a date with these sessions. Segments without a file in the library have the length 0.
    fn plan(sessions: &str) -> Vec<Plan> {
        let playlist = format!(
            "[campaign]\nid = \"mau\"\ntitle = \"Mẫu\"\n[campaign.topics]\n5 = \"Chính sách\"\n\
             [[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"a.mp3\"\ntopic = 5\n\
             [[segment]]\nid = \"b\"\ntitle = \"B\"\nfile = \"b.mp3\"\n{sessions}"
        );
        let files = [
            SourceFile::new("station.toml", b"[station]\nid = \"thu\"\n"),
            SourceFile::new("playlists/a.toml", playlist.as_bytes()),
        ];
        let schedule = read(&files).schedule;
        let date = NaiveDate::from_ymd_opt(2023, 3, 20).expect("the date is valid");
        vec![Planner::new(&schedule, &Library::default()).plan_for(date)]
    }

    #[test]
    fn a_removed_airing_counts_and_a_moved_one_does_not() {
        let session =
            |id: &str, at: &str, play: &str| format!("[[session]]\nid = \"{id}\"\nat = [\"{at}\"]\nplay = [{play}]\n");
        let both = plan(&(session("sang", "05:15", "\"a\", \"b\"") + &session("chieu", "17:00", "\"a\"")));
        let moved = plan(&(session("sang", "05:15", "\"b\"") + &session("chieu", "17:00", "\"a\", \"a\"")));
        let shorter = plan(&session("sang", "05:15", "\"a\", \"b\""));
        assert_eq!(both[0].airings.len(), 3);
        assert_eq!(airtime_changes(&both, &moved), []);
        let change = |airings| AirtimeChange {
            date: both[0].airings[0].date,
            campaign: Some("mau".to_owned()),
            topic: Some(5),
            language: "vi".to_owned(),
            airings,
            planned_ms: 0,
        };
        assert_eq!(airtime_changes(&both, &shorter), [change(-1)]);
        assert_eq!(airtime_changes(&shorter, &both), [change(1)]);
    }
}
