//! One day of one station: its planned airings, unplanned plays and operator events.
use super::fact::{Fact, FactState};

/// A planned airing or unplanned play of the day.
#[derive(Debug, Clone)]
pub struct DayAiring {
    /// The airing, as a fact.
    pub fact: Fact,
    /// The airing's id.
    pub id: String,
    /// The code of the implausibility; `None` if the airing is plausible.
    pub implausibility_code: Option<String>,
    /// The planned start, RFC 3339; `None` for an unplanned play.
    pub planned_at: Option<String>,
    /// The segment's title.
    pub title: String,
    /// The segment's id.
    pub segment: String,
    /// The origin of the log with the outcome; `None` if there is no outcome.
    pub log: Option<String>,
    /// The sequence number of the outcome's entry; `None` if there is no outcome.
    pub entry: Option<u64>,
}

/// An action or note of an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorEvent {
    /// The time of the entry; RFC 3339.
    pub at: String,
    /// The action (`play`, `skip`, ...), or `note`.
    pub action: String,
    /// The id of the airing or play that it concerns; may be empty.
    pub subject: String,
    /// The name or user id of the operator.
    pub operator: String,
    /// The text of a note; empty for an action.
    pub text: String,
    /// The sequence number of its entry.
    pub entry: u64,
}

/// The airings and operator events of the day.
#[derive(Debug, Clone, Default)]
pub struct StationDay {
    /// The planned airings, in the order of the plan.
    pub planned: Vec<DayAiring>,
    /// The unplanned plays in the order of their ids, each with the command that started it, if the log contains the
    /// command.
    pub unplanned: Vec<(DayAiring, Option<OperatorEvent>)>,
    /// All other actions and notes.
    pub events: Vec<OperatorEvent>,
}

impl StationDay {
    /// Creates the day from its airings and events, which may come in any order.
    #[must_use]
    pub fn new(airings: Vec<DayAiring>, mut events: Vec<OperatorEvent>) -> Self {
        let is_unplanned =
            |airing: &DayAiring| matches!(airing.fact.state, FactState::Unplanned | FactState::UnplannedNotCounted);
        let (mut plays, mut planned): (Vec<_>, Vec<_>) = airings.into_iter().partition(is_unplanned);
        // Positions are parsed, because they must be ordered as numbers, not as text.
        let position = |id: &str| id.rsplit_once('#').and_then(|(_, n)| n.parse::<u32>().ok()).unwrap_or(0);
        let sort_key = |airing: &DayAiring| {
            let session = airing.id.rsplit_once('#').map_or(airing.id.as_str(), |(session, _)| session);
            let time = session.split_once('@').map_or("", |(_, time)| time).to_owned();
            (time, session.to_owned(), position(&airing.id))
        };
        planned.sort_by_cached_key(sort_key);
        plays.sort_by(|a, b| a.id.cmp(&b.id));
        let mut unplanned = Vec::new();
        for play in plays {
            // The event of a command has the id of the play that the command started.
            let index = events.iter().position(|event| event.subject == play.id && event.action != "note");
            unplanned.push((play, index.map(|index| events.remove(index))));
        }
        Self { planned, unplanned, events }
    }
}
