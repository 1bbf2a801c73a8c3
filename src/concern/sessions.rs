//! The troubles of the sessions to come, from their planned airings and the files in the library.
use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDateTime};

use super::Condition;
use super::condition::MoreItems;
use crate::library::flaw::AudioFlaw;
use crate::library::{FileStatus, Library};
use crate::plan::{Airing, IneligibleReason, Priority, StartMode};
use crate::schedule::Schedule;

/// What is wrong with one item of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ItemTrouble {
    FileMissing,
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

/// A session on its date: its title, the start as people read it, and its airings in order.
struct PlannedSession<'a> {
    title: String,
    at: String,
    airings: Vec<&'a Airing>,
}

/// Returns the conditions of these planned airings. One condition stands for all items of a session that have the same
/// trouble: it names the first of them and counts the others.
#[must_use]
pub fn session_conditions<'a>(
    schedule: &Schedule,
    library: &Library,
    airings: impl IntoIterator<Item = &'a Airing>,
) -> Vec<Condition> {
    let sessions = group_by_session(schedule, airings);
    let mut conditions = Vec::new();
    for session in &sessions {
        let mut troubles: BTreeMap<ItemTrouble, (String, u64)> = BTreeMap::new();
        for airing in &session.airings {
            if let Some(trouble) = item_trouble(schedule, library, airing) {
                troubles.entry(trouble).and_modify(|(_, more)| *more += 1).or_insert((airing.title.to_string(), 0));
            }
        }
        conditions.extend(troubles.into_iter().map(|(trouble, (title, more))| trouble.condition(session, title, more)));
    }
    conditions.extend(cut_sessions(&sessions));
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

/// The first trouble of an airing, in the order in which the engine would meet them.
fn item_trouble(schedule: &Schedule, library: &Library, airing: &Airing) -> Option<ItemTrouble> {
    if let Some(reason) = airing.ineligible_reason() {
        return Some(match reason {
            IneligibleReason::NothingEligible => ItemTrouble::NothingEligible,
            IneligibleReason::EndBy => ItemTrouble::Dropped,
            IneligibleReason::Expired => ItemTrouble::Expired,
            IneligibleReason::NotApproved => ItemTrouble::NotApproved,
        });
    }
    let station = &schedule.station;
    if airing.priority != Priority::Urgent && station.quiet_hours.contains(local(airing.start)) {
        return Some(ItemTrouble::QuietHours);
    }
    if airing.is_relay() {
        return None;
    }
    let file = match library.files.get(&*airing.file) {
        None | Some(FileStatus::Missing { .. }) => Some(ItemTrouble::FileMissing),
        Some(FileStatus::Damaged { .. }) => Some(ItemTrouble::FileDamaged),
        Some(FileStatus::Good(scan)) if airing.sha256.as_deref().is_some_and(|approved| *approved != *scan.sha256) => {
            Some(ItemTrouble::FileChanged)
        }
        Some(FileStatus::Good(scan)) if scan.length.frames == 0 || scan.flaws.contains(&AudioFlaw::Silent) => {
            Some(ItemTrouble::Silent)
        }
        Some(FileStatus::Good(_)) => None,
    };
    let is_muted = airing.volume.unwrap_or(station.output.volume) == 0;
    file.or(is_muted.then_some(ItemTrouble::Muted))
}

fn local(at: DateTime<FixedOffset>) -> NaiveDateTime {
    at.naive_local()
}

impl ItemTrouble {
    fn condition(self, session: &PlannedSession<'_>, title: String, more: u64) -> Condition {
        let (session, at, more) = (session.title.clone(), session.at.clone(), MoreItems(more));
        match self {
            Self::FileMissing => Condition::FileMissing { session, at, title, more },
            Self::FileDamaged => Condition::FileDamaged { session, at, title, more },
            Self::FileChanged => Condition::FileChanged { session, at, title, more },
            Self::NotApproved => Condition::NotApproved { session, at, title, more },
            Self::Expired => Condition::Expired { session, at, title, more },
            Self::NothingEligible => Condition::NothingEligible { session, at, title, more },
            Self::Dropped => Condition::ItemDropped { session, at, title, more },
            Self::QuietHours => Condition::QuietHours { session, at, title, more },
            Self::Muted => Condition::Muted { session, at, title, more },
            Self::Silent => Condition::Silent { session, at, title, more },
        }
    }
}

/// Sessions that another one takes the line from before they are over.
fn cut_sessions(sessions: &[PlannedSession<'_>]) -> Vec<Condition> {
    let mut conditions = Vec::new();
    for (index, session) in sessions.iter().enumerate() {
        let Some(last) = session.airings.iter().rev().find(|airing| airing.ineligible_reason().is_none()) else {
            continue;
        };
        let winner = sessions.iter().enumerate().find(|(other, rival)| {
            let first = rival.airings[0];
            let begins_within = first.session_starts_at() > session.airings[0].session_starts_at()
                && first.session_starts_at() < last.ends_at();
            *other != index
                && begins_within
                && first.start_mode == StartMode::Hard
                && first.precedence() >= session.airings[0].precedence()
        });
        if let Some((_, rival)) = winner {
            let (title, at) = (session.title.clone(), session.at.clone());
            conditions.push(Condition::SessionCut { session: title, at, by: rival.title.clone() });
        }
    }
    conditions
}
