//! Compares the kept plans of a date, and finds for each withdrawn id whether its recording moved or was taken out.
//!
//! An id contains the position in the session, so an edit at an earlier position gives the later airings new ids. The
//! plan keeps the old ids as withdrawn. `docs/report.md` has the rule.
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use serde::Deserialize;

use super::airing_id::{date_in_id, session_key};

/// The maximum number of plans that are compared for one date: the newest ones. All readers of a log use this limit.
pub const MAX_COMPARED_PLANS: usize = 50;
/// The maximum length of an airing, in milliseconds: one day. Only a forged plan has a longer one.
const MAX_AIRING_MS: i64 = 86_400_000;

/// The meaning of a withdrawn id when the same session still airs its segment at another position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormerPlace {
    /// Its airing moved. Nothing was withdrawn.
    Moved,
    /// The session airs one recording less. The id of that recording now belongs to another airing, so this id stands
    /// for the recording.
    StandsFor(WithdrawnRecording),
}

/// A recording that an edit withdrew from a session, as the last plan with it describes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct WithdrawnRecording {
    /// The segment's id.
    pub segment: String,
    /// The segment's title.
    #[serde(default)]
    pub title: String,
    /// The planned start, RFC 3339.
    #[serde(default)]
    pub start: String,
    /// The planned length, in milliseconds.
    #[serde(default)]
    pub duration_ms: i64,
    /// The campaign's id; `None` for none.
    #[serde(default)]
    pub campaign: Option<String>,
    /// The number of the topic in the campaign.
    #[serde(default)]
    pub topic: Option<u16>,
    /// The language code.
    #[serde(default)]
    pub language: String,
}

/// A row of a kept plan.
#[derive(Debug, Clone, Deserialize)]
struct PlacedRow {
    id: String,
    #[serde(flatten)]
    recording: WithdrawnRecording,
    #[serde(default)]
    withdrawn: bool,
    #[serde(default)]
    relay: bool,
}

/// Compares the kept plans of a date with each other.
#[derive(Debug, Clone)]
pub struct PlanComparison {
    date: NaiveDate,
    plan_count: usize,
    sessions: BTreeMap<PlaceGroup, SessionHistory>,
}

/// One start of a session, and whether its relay slots or its airings are meant. They are compared apart.
type PlaceGroup = (String, bool);

/// The places of one start of a session in the plans so far.
#[derive(Debug, Clone, Default)]
struct SessionHistory {
    /// The rows of the last plan that has this session.
    rows: Vec<PlacedRow>,
    /// The last plan in which each id was open.
    open_in: HashMap<String, usize>,
    /// The greatest number of open rows in any one plan.
    max_places: usize,
    /// The places of each segment.
    segments: BTreeMap<String, SegmentHistory>,
}

/// The places of one segment in a session.
#[derive(Debug, Clone)]
struct SegmentHistory {
    /// The greatest number of open rows in any one plan.
    max_places: usize,
    /// The last plan with an open row, and the position of that row in it.
    last_open: (usize, usize),
    /// That row.
    recording: WithdrawnRecording,
}

impl PlanComparison {
    /// Begins without plans.
    #[must_use]
    pub fn new(date: NaiveDate) -> Self {
        Self { date, plan_count: 0, sessions: BTreeMap::new() }
    }

    /// Adds the next plan of the log for this date. Bytes that are not a plan add nothing.
    pub fn add_plan(&mut self, plan: &[u8]) {
        if let Ok(rows) = serde_json::from_slice(plan) {
            self.add_rows(rows);
        }
    }

    /// Returns the withdrawn ids whose segment the same session still airs.
    #[must_use]
    pub fn into_former_places(self) -> BTreeMap<String, FormerPlace> {
        self.sessions.into_values().flat_map(SessionHistory::into_former_places).collect()
    }

    fn add_rows(&mut self, rows: Vec<PlacedRow>) {
        let mut groups: BTreeMap<PlaceGroup, Vec<PlacedRow>> = BTreeMap::new();
        // Only a forged plan names airings of other dates, or airings of an impossible length.
        let is_valid = |row: &PlacedRow| {
            date_in_id(&row.id) == Some(self.date) && (0..=MAX_AIRING_MS).contains(&row.recording.duration_ms)
        };
        for row in rows.into_iter().filter(is_valid) {
            groups.entry((session_key(&row.id).to_owned(), row.relay)).or_default().push(row);
        }
        for (group, rows) in groups {
            self.sessions.entry(group).or_default().add_rows(self.plan_count, rows);
        }
        self.plan_count += 1;
    }
}

impl SessionHistory {
    fn add_rows(&mut self, plan: usize, rows: Vec<PlacedRow>) {
        for (position, row) in rows.iter().enumerate().filter(|(_, row)| !row.withdrawn) {
            self.open_in.insert(row.id.clone(), plan);
            let recording = row.recording.clone();
            let (last_open, max_places) = ((plan, position), 0);
            let segment = self.segments.entry(row.recording.segment.clone()).or_insert_with(|| SegmentHistory {
                max_places,
                last_open,
                recording: recording.clone(),
            });
            (segment.last_open, segment.recording) = (last_open, recording);
        }
        let counts = place_counts(&rows);
        for (segment, count) in &counts {
            if let Some(segment) = self.segments.get_mut(*segment) {
                segment.max_places = segment.max_places.max(*count);
            }
        }
        self.max_places = self.max_places.max(counts.values().sum());
        drop(counts);
        self.rows = rows;
    }

    /// Returns what became of the closed rows, that is, the rows that are withdrawn in the last plan and were open in an
    /// earlier one.
    fn into_former_places(self) -> BTreeMap<String, FormerPlace> {
        let counts = place_counts(&self.rows);
        let mut lost: BTreeMap<&str, usize> = BTreeMap::new();
        for (segment, history) in &self.segments {
            lost.insert(segment, history.max_places.saturating_sub(counts.get(segment.as_str()).copied().unwrap_or(0)));
        }
        let mut lost_places = self.max_places.saturating_sub(counts.values().sum());
        // A row that was closed by a later edit comes later.
        let closed = self.rows.iter().filter(|row| row.withdrawn);
        let mut closed: Vec<(usize, &PlacedRow)> =
            closed.filter_map(|row| Some((*self.open_in.get(&row.id)?, row))).collect();
        closed.sort_by_key(|(open_in, _)| *open_in);
        // As many rows of a segment as the session lost places of it, the last ones, are withdrawn for themselves.
        let mut withdrawn_ids: HashSet<&str> = HashSet::new();
        for (_, row) in closed.iter().rev() {
            if let Some(count) = lost.get_mut(row.recording.segment.as_str()).filter(|count| **count > 0) {
                *count -= 1;
                lost_places = lost_places.saturating_sub(1);
                withdrawn_ids.insert(&row.id);
            }
        }
        closed.retain(|(_, row)| !withdrawn_ids.contains(row.id.as_str()));
        // The other rows have moved, but for each place that the session still lacks, one of them stands for a recording
        // that the session lost, the one withdrawn last first.
        let mut recordings: Vec<&SegmentHistory> = self.segments.values().collect();
        recordings.sort_by_key(|history| (std::cmp::Reverse(history.last_open.0), history.last_open.1));
        let lost_count = |history: &&SegmentHistory| lost.get(history.recording.segment.as_str()).copied().unwrap_or(0);
        let lost_recordings =
            recordings.iter().flat_map(|history| std::iter::repeat_n(&history.recording, lost_count(history)));
        let lost_recordings: Vec<&WithdrawnRecording> = lost_recordings.take(lost_places.min(closed.len())).collect();
        let moved_count = closed.len() - lost_recordings.len();
        let moved = closed[..moved_count].iter().map(|(_, row)| (row.id.clone(), FormerPlace::Moved));
        let standing = closed[moved_count..].iter().zip(lost_recordings);
        let standing =
            standing.map(|((_, row), recording)| (row.id.clone(), FormerPlace::StandsFor(recording.clone())));
        moved.chain(standing).collect()
    }
}

/// Counts the open rows of each segment.
fn place_counts(rows: &[PlacedRow]) -> HashMap<&str, usize> {
    let mut counts = HashMap::new();
    for row in rows.iter().filter(|row| !row.withdrawn) {
        *counts.entry(row.recording.segment.as_str()).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = "@2026-03-12T05:15:00";

    /// Makes a plan from rows such as `s#2 closing`; a trailing `-` marks a withdrawn row.
    fn plan(rows: &[&str]) -> Vec<PlacedRow> {
        let row = |text: &&str| {
            let (id, segment) = text.split_once(' ').expect("split the row");
            let json = serde_json::json!({
                "id": id.replace('#', &format!("{START}#")),
                "segment": segment.trim_end_matches('-'),
                "title": format!("title of {}", segment.trim_end_matches('-')),
                "withdrawn": segment.ends_with('-'),
            });
            serde_json::from_value(json).expect("parse the row")
        };
        rows.iter().map(row).collect()
    }

    /// The former places as text: `s#2` has moved, `s#2=a` stands for the segment `a`.
    fn former_places(plans: &[&[&str]]) -> Vec<String> {
        let mut comparison = PlanComparison::new("2026-03-12".parse().expect("the date is valid"));
        plans.iter().for_each(|rows| comparison.add_rows(plan(rows)));
        let text = |(id, place): (&String, &FormerPlace)| match place {
            FormerPlace::Moved => id.replace(START, ""),
            FormerPlace::StandsFor(recording) => {
                assert_eq!(recording.title, format!("title of {}", recording.segment));
                format!("{}={}", id.replace(START, ""), recording.segment)
            }
        };
        comparison.into_former_places().iter().map(text).collect()
    }

    fn assert_places<const N: usize>(plans: &[&[&str]], places: [&str; N]) {
        assert_eq!(former_places(plans), places, "{plans:?}");
    }

    #[test]
    fn a_segment_that_the_session_airs_elsewhere_has_moved() {
        let (before, after) = (["s#1 a", "s#2 end"], ["s#1 a", "s#3 end", "s#2 end-"]);
        assert_places(&[&before, &after], ["s#2"]);
        // Undone: the old place is in use again, and the new one is empty.
        assert_places(&[&before, &after, &["s#1 a", "s#2 end", "s#3 end-"]], ["s#3"]);
        // Taken out after it had moved: only its last place is withdrawn.
        assert_places(&[&before, &after, &["s#1 a", "s#2 end-", "s#3 end-"]], ["s#2"]);
        assert_places(&[&before, &after, &["s#1 a", "s#3 end-", "s#2 end-"]], ["s#2"]);
    }

    #[test]
    fn a_segment_that_the_session_no_longer_airs_is_withdrawn() {
        assert_places(&[&["s#1 a", "s#2 end"], &["s#1 a", "s#2 end-"]], []);
        // It airs twice, then once: one place is lost, although the other still airs.
        assert_places(&[&["s#1 a", "s#2 a"], &["s#1 a", "s#2 a-"]], []);
        // Another start of the session is another session.
        assert_places(&[&["s#2 end", "t#1 end"], &["s#2 end-", "t#1 end"]], []);
    }

    #[test]
    fn only_as_many_ids_stay_withdrawn_as_places_were_lost() {
        assert_places(
            &[&["s#1 a", "s#2 a", "s#3 a"], &["s#1 a-", "s#2 a-", "s#3 a-", "s#4 a", "s#5 a"]],
            ["s#1", "s#2"],
        );
    }

    #[test]
    fn the_last_id_stands_for_a_recording_whose_own_id_has_passed_on() {
        let before = ["s#1 a", "s#2 b", "s#3 c"];
        assert_places(&[&before, &["s#1 b", "s#2 c", "s#3 c-"]], ["s#3=a"]);
        assert_places(&[&before, &["s#1 a", "s#2 c", "s#3 c-"]], ["s#3=b"]);
        assert_places(&[&before, &["s#1 a", "s#2 b", "s#3 c-"]], []);
        assert_places(&[&before, &["s#1 c", "s#2 b-", "s#3 c-"]], ["s#3=a"]);
        assert_places(
            &[&["s#1 a", "s#2 b", "s#3 c", "s#4 d"], &["s#1 c", "s#2 d", "s#3 c-", "s#4 d-"]],
            ["s#3=a", "s#4=b"],
        );
        // Of a doubled segment, one place is withdrawn, whichever was taken out.
        assert_places(&[&["s#1 a", "s#2 b", "s#3 a"], &["s#1 b", "s#2 a", "s#3 a-"]], []);
        assert_places(&[&["s#1 a", "s#2 a", "s#3 b"], &["s#1 a", "s#2 b", "s#3 b-"]], ["s#3=a"]);
    }

    #[test]
    fn a_swap_or_a_replacement_withdraws_nothing() {
        assert_places(&[&["s#1 a", "s#2 b"], &["s#1 b", "s#2 a"]], []);
        assert_places(&[&["s#1 a", "s#2 b"], &["s#1 a", "s#2 x"]], []);
        // A draw chooses another segment, and the item after it moves.
        assert_places(&[&["s#1 x", "s#2 end"], &["s#1 y", "s#3 end", "s#2 end-"]], ["s#2"]);
    }

    #[test]
    fn several_edits_leave_the_difference_between_the_fullest_and_the_last_plan() {
        let before = ["s#1 a", "s#2 b", "s#3 c"];
        let without_b = ["s#1 a", "s#2 c", "s#3 c-"];
        assert_places(&[&before, &without_b, &before], []);
        // Put back at the end: nothing is missing any more.
        assert_places(&[&before, &without_b, &["s#1 a", "s#2 c", "s#3 b"]], []);
        // Then an item for another day is put before `c`: `b` is still missing.
        assert_places(&[&before, &without_b, &["s#1 a", "s#3 c", "s#2 c-"]], ["s#2=b"]);
        // Replaced, then taken out: the replacement is what was withdrawn last.
        assert_places(&[&before, &["s#1 a", "s#2 x", "s#3 c"], &["s#1 a", "s#2 c", "s#3 c-"]], ["s#3=x"]);
        // A plan without the session, which has begun, changes nothing.
        assert_places(&[&before, &without_b, &["t#1 a"]], ["s#3=b"]);
    }

    #[test]
    fn bytes_that_are_not_a_plan_and_ids_of_other_dates_move_nothing() {
        let mut comparison = PlanComparison::new("2026-03-13".parse().expect("the date is valid"));
        comparison.add_rows(plan(&["s#1 a", "s#2 end"]));
        comparison.add_plan(b"[{}]");
        comparison.add_rows(plan(&["s#1 a", "s#3 end", "s#2 end-"]));
        assert_eq!(comparison.into_former_places(), BTreeMap::new());
    }
}
