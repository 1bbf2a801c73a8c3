//! One day of one station: the plan compared with the airings, and the airings with the plan.
use super::fact::{Fact, FactState};

/// An airing of the day.
#[derive(Debug, Clone)]
pub struct DayAiring {
    /// The airing as a fact.
    pub fact: Fact,
    /// Its id.
    pub id: String,
    /// The code of why it is not plausible; none when it is.
    pub doubt: Option<String>,
    /// When it was to start, RFC 3339; none for an unplanned play.
    pub planned_at: Option<String>,
    /// Its title.
    pub title: String,
    /// Its segment id.
    pub segment: String,
    /// The log with its outcome.
    pub log: Option<String>,
    /// The number of the outcome's entry.
    pub entry: Option<u64>,
}

/// An action or note of an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorEvent {
    /// When it happened; RFC 3339.
    pub at: String,
    /// The action (`play`, `skip`, ...), or `note`.
    pub action: String,
    /// The id it concerns.
    pub subject: String,
    /// Name or user id of the operator.
    pub who: String,
    /// Text of a note.
    pub text: String,
    /// The number of its entry.
    pub entry: u64,
}

/// The day, sorted.
#[derive(Debug, Clone, Default)]
pub struct StationDay {
    /// Planned airings, in the order of the plan.
    pub planned: Vec<DayAiring>,
    /// Unplanned airings in the order of time, each with the command that started it.
    pub unplanned: Vec<(DayAiring, Option<OperatorEvent>)>,
    /// All other actions and notes.
    pub events: Vec<OperatorEvent>,
}

impl StationDay {
    /// Sorts airings and events into a day.
    #[must_use]
    pub fn new(items: Vec<DayAiring>, mut events: Vec<OperatorEvent>) -> Self {
        let unplanned = |item: &DayAiring| matches!(item.fact.state, FactState::Unplanned | FactState::UnplannedSilent);
        let (mut extra, mut planned): (Vec<_>, Vec<_>) = items.into_iter().partition(unplanned);
        // Positions are compared as numbers: 10 comes after 9.
        let position = |id: &str| id.rsplit_once('#').and_then(|(_, n)| n.parse::<u32>().ok()).unwrap_or(0);
        let key = |item: &DayAiring| {
            let session = item.id.rsplit_once('#').map_or(item.id.as_str(), |(session, _)| session);
            let time = session.split_once('@').map_or("", |(_, time)| time).to_owned();
            (time, session.to_owned(), position(&item.id))
        };
        planned.sort_by_cached_key(key);
        extra.sort_by(|a, b| a.id.cmp(&b.id));
        let mut unplanned_with_command = Vec::new();
        for item in extra {
            // A command names the play it started.
            let at = events.iter().position(|event| event.subject == item.id && event.action != "note");
            unplanned_with_command.push((item, at.map(|at| events.remove(at))));
        }
        Self { planned, unplanned: unplanned_with_command, events }
    }
}
