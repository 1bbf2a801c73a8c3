//! Finds the problems of the upcoming sessions in their planned airings and in the files of the library.
use std::collections::BTreeMap;

use super::Condition;
use super::condition::{MoreItems, MoreStarts, SessionTitle};
use super::facts::InspectedFile;
use crate::library::flaw::AudioFlaw;
use crate::library::{FileStatus, Library};
use crate::plan::{Airing, IneligibleReason, Priority, StartMode};
use crate::schedule::Schedule;

/// What is wrong with one item of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ItemProblem {
    FileMissing,
    FileUnreadable,
    FileDamaged,
    FileChanged,
    NotApproved,
    Expired,
    NothingEligible,
    Dropped,
    QuietHours,
    Muted,
    Silent,
}

/// A session on its date: its title, its start as text, and its airings in order.
struct PlannedSession<'a> {
    title: String,
    at: String,
    airings: Vec<&'a Airing>,
}

/// A problem that several starts of one session have in common.
struct CommonProblem<'a> {
    /// The first start that has it.
    first: &'a PlannedSession<'a>,
    /// The title and the file of the first item that has it.
    title: String,
    file: String,
    /// The number of other items of that start that have it.
    more_items: u64,
    /// The number of later starts that have it.
    more_starts: u64,
}

/// Returns the conditions of these planned airings. One condition covers all items and all starts of a session with the
/// same problem: it names the first and counts the others. So a problem that lasts for days is one condition.
#[must_use]
pub fn session_conditions<'a>(
    schedule: &Schedule,
    library: &Library,
    inspected_file: impl Fn(&str) -> Option<&'a InspectedFile>,
    airings: impl IntoIterator<Item = &'a Airing>,
) -> Vec<Condition> {
    let sessions = group_by_session(schedule, airings);
    // People and the log tell sessions apart by their titles only.
    let mut problems: BTreeMap<(&str, ItemProblem), CommonProblem<'_>> = BTreeMap::new();
    for session in &sessions {
        let mut problems_of_start: BTreeMap<ItemProblem, (&Airing, u64)> = BTreeMap::new();
        for airing in &session.airings {
            if let Some(problem) = item_problem(schedule, library, inspected_file(&airing.file), airing) {
                problems_of_start.entry(problem).and_modify(|(_, more)| *more += 1).or_insert((airing, 0));
            }
        }
        for (problem, (airing, more_items)) in problems_of_start {
            let (title, file) = (airing.title.to_string(), airing.file.to_string());
            problems
                .entry((session.title.as_str(), problem))
                .and_modify(|common| common.more_starts += 1)
                .or_insert(CommonProblem { first: session, title, file, more_items, more_starts: 0 });
        }
    }
    let mut conditions: Vec<Condition> =
        problems.into_iter().map(|((_, problem), common)| problem.into_condition(common)).collect();
    conditions.extend(session_cut_conditions(&sessions));
    conditions
}

fn group_by_session<'a>(schedule: &Schedule, airings: impl IntoIterator<Item = &'a Airing>) -> Vec<PlannedSession<'a>> {
    let mut sessions: Vec<PlannedSession<'a>> = Vec::new();
    for airing in airings.into_iter().filter(|airing| !airing.is_withdrawn()) {
        match sessions.last_mut().filter(|last| last.airings[0].session_key() == airing.session_key()) {
            Some(session) => session.airings.push(airing),
            None => sessions.push(PlannedSession {
                title: session_title(schedule, airing),
                at: airing.session_start.format("%H:%M %d/%m").to_string(),
                airings: vec![airing],
            }),
        }
    }
    sessions
}

fn session_title(schedule: &Schedule, airing: &Airing) -> String {
    let session = schedule.sessions.iter().find(|session| session.id == airing.session);
    session.map_or_else(|| airing.session.to_string(), |session| format!("“{}”", session.title))
}

/// Returns the first problem of an airing, in the order in which the engine checks for problems.
fn item_problem(
    schedule: &Schedule,
    library: &Library,
    inspected_file: Option<&InspectedFile>,
    airing: &Airing,
) -> Option<ItemProblem> {
    if let Some(reason) = airing.ineligible_reason() {
        return Some(match reason {
            IneligibleReason::NothingEligible => ItemProblem::NothingEligible,
            IneligibleReason::EndBy => ItemProblem::Dropped,
            IneligibleReason::Expired => ItemProblem::Expired,
            IneligibleReason::NotApproved => ItemProblem::NotApproved,
        });
    }
    let station = &schedule.station;
    if airing.priority != Priority::Urgent && station.quiet_hours.contains(airing.start.naive_local()) {
        return Some(ItemProblem::QuietHours);
    }
    if airing.is_relay() {
        return None;
    }
    let status = library.files.get(&*airing.file);
    let is_muted = airing.volume.unwrap_or(station.output.volume) == 0;
    let problem = inspected_file.and_then(|file| inspection_problem(file, status, airing.sha256.as_deref()));
    problem.or_else(|| file_problem(status, airing.sha256.as_deref())).or(is_muted.then_some(ItemProblem::Muted))
}

/// Returns the problem that a check of the file found after the last scan.
fn inspection_problem(
    inspected_file: &InspectedFile,
    status: Option<&FileStatus>,
    approved_sha256: Option<&str>,
) -> Option<ItemProblem> {
    match inspected_file {
        InspectedFile::Missing => Some(ItemProblem::FileMissing),
        InspectedFile::Unreadable if matches!(status, Some(FileStatus::Damaged { .. })) => {
            Some(ItemProblem::FileDamaged)
        }
        InspectedFile::Unreadable => Some(ItemProblem::FileUnreadable),
        // Bytes that differ from those of the last scan are a new recording that has not been scanned yet.
        InspectedFile::Readable { sha256 } => {
            approved_sha256.is_some_and(|approved| approved != sha256).then_some(ItemProblem::FileChanged)
        }
    }
}

/// Returns the problem that the last scan found in a file.
fn file_problem(status: Option<&FileStatus>, approved_sha256: Option<&str>) -> Option<ItemProblem> {
    match status {
        None | Some(FileStatus::Missing { .. }) => Some(ItemProblem::FileMissing),
        Some(FileStatus::Unreadable { .. }) => Some(ItemProblem::FileUnreadable),
        Some(FileStatus::Damaged { .. }) => Some(ItemProblem::FileDamaged),
        Some(FileStatus::Good(scan)) if approved_sha256.is_some_and(|approved| *approved != *scan.sha256) => {
            Some(ItemProblem::FileChanged)
        }
        Some(FileStatus::Good(scan)) if scan.length.frames == 0 || scan.flaws.contains(&AudioFlaw::Silent) => {
            Some(ItemProblem::Silent)
        }
        Some(FileStatus::Good(_)) => None,
    }
}

impl ItemProblem {
    fn into_condition(self, common: CommonProblem<'_>) -> Condition {
        let CommonProblem { first, title, file, more_items, more_starts } = common;
        let (session, at) = (SessionTitle(first.title.clone()), first.at.clone());
        let (starts, more) = (MoreStarts(more_starts), MoreItems(more_items));
        match self {
            Self::FileMissing => Condition::FileMissing { session, at, starts, title, file, more },
            Self::FileUnreadable => Condition::FileUnreadable { session, at, starts, title, file, more },
            Self::FileDamaged => Condition::FileDamaged { session, at, starts, title, file, more },
            Self::FileChanged => Condition::FileChanged { session, at, starts, title, file, more },
            Self::NotApproved => Condition::NotApproved { session, at, starts, title, more },
            Self::Expired => Condition::Expired { session, at, starts, title, more },
            Self::NothingEligible => Condition::NothingEligible { session, at, starts, title, more },
            Self::Dropped => Condition::ItemDropped { session, at, starts, title, more },
            Self::QuietHours => Condition::QuietHours { session, at, starts, title, more },
            Self::Muted => Condition::Muted { session, at, starts, title, more },
            Self::Silent => Condition::Silent { session, at, starts, title, more },
        }
    }
}

/// Returns a condition for each session that loses the line to another session before its own end.
fn session_cut_conditions(sessions: &[PlannedSession<'_>]) -> Vec<Condition> {
    let mut cuts: BTreeMap<&str, (&PlannedSession<'_>, String, u64)> = BTreeMap::new();
    for (index, session) in sessions.iter().enumerate() {
        if let Some(rival) = rival_of(index, sessions) {
            cuts.entry(session.title.as_str()).and_modify(|(_, _, more_starts)| *more_starts += 1).or_insert((
                session,
                rival.title.clone(),
                0,
            ));
        }
    }
    let condition = |(session, by, more_starts): (&PlannedSession<'_>, String, u64)| {
        let (title, at) = (SessionTitle(session.title.clone()), session.at.clone());
        Condition::SessionCut { session: title, at, starts: MoreStarts(more_starts), by }
    };
    cuts.into_values().map(condition).collect()
}

/// Returns the session that takes the line before the session at `index` ends.
fn rival_of<'s, 'a>(index: usize, sessions: &'s [PlannedSession<'a>]) -> Option<&'s PlannedSession<'a>> {
    let airings = &sessions[index].airings;
    let last = airings.iter().rev().find(|airing| airing.ineligible_reason().is_none())?;
    let takes_line = |rival: &PlannedSession<'_>| {
        let first = rival.airings[0];
        first.session_starts_at() > airings[0].session_starts_at()
            && first.session_starts_at() < last.ends_at()
            && first.start_mode == StartMode::Hard
            && first.precedence() >= airings[0].precedence()
    };
    sessions
        .iter()
        .enumerate()
        .find(|(rival_index, rival)| *rival_index != index && takes_line(rival))
        .map(|(_, rival)| rival)
}
