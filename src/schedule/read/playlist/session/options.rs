//! Reads the keys of a session that do not depend on other parts of the file, such as `start`, `priority` and `volume`.
use super::super::super::durations::read_duration;
use super::super::super::fields::TableReader;
use super::super::super::values::{read_choice, read_number};
use crate::schedule::calendar::Recurrence;
use crate::schedule::finding::Finding;
use crate::schedule::session::{DEFAULT_RANK, DEFAULT_WINDOW_US, InterruptPolicy, Priority, StartRule};
use crate::schedule::{Id, LateSetting, Session};
use crate::text::problem::Hint;

/// The maximum silence between two items, in seconds.
const MAX_GAP_S: i64 = 600;
/// The maximum wait of a soft start, in seconds.
const MAX_WINDOW_S: i64 = 12 * 3600;
/// The values of `start`; true for a soft start.
const START_VALUES: [(&str, bool); 2] = [("hard", false), ("soft", true)];
const PRIORITIES: [(&str, Priority); 3] =
    [("normal", Priority::Normal), ("priority", Priority::Priority), ("urgent", Priority::Urgent)];
const INTERRUPT_POLICIES: [(&str, InterruptPolicy); 3] =
    [("resume", InterruptPolicy::Resume), ("restart", InterruptPolicy::Restart), ("drop", InterruptPolicy::Drop)];

/// Returns a session with the values of the keys that this module reads; the caller sets the other fields.
pub fn read_options(fields: &mut TableReader<'_, '_>) -> Session {
    let is_soft = read_choice(fields, "start", &START_VALUES).unwrap_or_default();
    let given_window_us = read_duration(fields, "window", 1, MAX_WINDOW_S);
    if given_window_us.is_some() && !is_soft {
        let span = fields.spans["window"].range.clone();
        fields.report_warning(span, Finding::WindowNotSoft, Hint::Write { example: "start = \"soft\"".to_owned() });
    }
    let window_us = given_window_us.unwrap_or(DEFAULT_WINDOW_US);
    let priority = read_choice(fields, "priority", &PRIORITIES).unwrap_or_default();
    let rank = read_number(fields, "rank", 1, 999).and_then(|n| u16::try_from(n).ok());
    if rank.is_some() && priority != Priority::Priority {
        let span = fields.spans["rank"].range.clone();
        fields.report_warning(span, Finding::RankUnused, Hint::Write { example: "priority = \"priority\"".to_owned() });
    }
    Session {
        id: placeholder_id(),
        title: String::new(),
        start_times: Vec::new(),
        recurrence: Recurrence::default(),
        opening: None,
        play: Vec::new(),
        repeat: read_number(fields, "repeat", 1, 100).and_then(|n| u16::try_from(n).ok()).unwrap_or(1),
        closing: None,
        gap_us: read_duration(fields, "gap", 0, MAX_GAP_S).unwrap_or(0),
        end_by: None,
        start_rule: if is_soft { StartRule::Soft { window_us } } else { StartRule::Hard },
        late_setting: LateSetting::Skip,
        volume: read_number(fields, "volume", 0, 100).and_then(|n| u8::try_from(n).ok()),
        priority,
        rank: rank.unwrap_or(DEFAULT_RANK),
        interrupt_policy: read_choice(fields, "interrupted", &INTERRUPT_POLICIES).unwrap_or_default(),
        campaign: None,
    }
}

/// Returns an id that the caller replaces.
fn placeholder_id() -> Id {
    Id::new("session").unwrap_or_else(|| unreachable!("the constant is a valid id"))
}
