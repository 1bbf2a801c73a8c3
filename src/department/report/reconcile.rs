//! One day of one station: what was planned against what was aired, and what was aired against the plan.
use super::fact::{Fact, FactState};

/// An airing of the day.
#[derive(Debug, Clone)]
pub struct DayAiring {
    /// What became of it.
    pub fact: Fact,
    /// Its id.
    pub id: String,
    /// Why it cannot have been as its log says: a code.
    pub doubt: Option<String>,
    /// When it was to start, RFC 3339; none when nobody had planned it.
    pub planned_at: Option<String>,
    /// Its title.
    pub title: String,
    /// Its segment.
    pub segment: String,
    /// The log with its outcome.
    pub log: Option<String>,
    /// The entry in it.
    pub entry: Option<u64>,
}

/// What a person did or said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorEvent {
    /// When, RFC 3339.
    pub at: String,
    /// `play`, `skip`, ..., or `note`.
    pub action: String,
    /// What it concerned.
    pub subject: String,
    /// Who.
    pub who: String,
    /// A remark's words.
    pub text: String,
    /// Its entry.
    pub entry: u64,
}

/// The day.
#[derive(Debug, Clone, Default)]
pub struct StationDay {
    /// What was planned, in the order of the plan.
    pub planned: Vec<DayAiring>,
    /// What nobody had planned, in the order of time, each with the order that began it.
    pub unplanned: Vec<(DayAiring, Option<OperatorEvent>)>,
    /// What else people did and said.
    pub events: Vec<OperatorEvent>,
}

impl StationDay {
    /// Sorts airings and deeds into a day.
    #[must_use]
    pub fn new(items: Vec<DayAiring>, mut deeds: Vec<OperatorEvent>) -> Self {
        let unplanned = |item: &DayAiring| matches!(item.fact.state, FactState::Unplanned | FactState::UnplannedSilent);
        let (mut extra, mut planned): (Vec<_>, Vec<_>) = items.into_iter().partition(unplanned);
        // The position is a number, not a text.
        let position = |id: &str| id.rsplit_once('#').and_then(|(_, n)| n.parse::<u32>().ok()).unwrap_or(0);
        let key = |item: &DayAiring| {
            let session = item.id.rsplit_once('#').map_or(item.id.as_str(), |(session, _)| session);
            let time = session.split_once('@').map_or("", |(_, time)| time).to_owned();
            (time, session.to_owned(), position(&item.id))
        };
        planned.sort_by_cached_key(key);
        extra.sort_by(|a, b| a.id.cmp(&b.id));
        let mut begun = Vec::new();
        for item in extra {
            // An order says which play it began.
            let at = deeds.iter().position(|deed| deed.subject == item.id && deed.action != "note");
            begun.push((item, at.map(|at| deeds.remove(at))));
        }
        Self { planned, unplanned: begun, events: deeds }
    }
}
