//! Files of the schedule in force that have gone from the folder: it goes on whole until they are back or a person says
//! that it is meant.
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Action, Adopted, Answer, Engine, Notice};
use crate::airlog::entry::Who;
use crate::folder::away::Away;
use crate::instant::{Wall, stamp_text};
use crate::playout::clock::Now;
use crate::text::problem::Away as Why;

/// What is doubted, and what a person's word would put in force.
#[derive(Debug, Default)]
pub(super) struct Doubt {
    away: Vec<(Away, Wall)>,
    instead: Option<Arc<Adopted>>,
}

/// A doubted file, for who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaySince {
    /// Its name.
    pub file: String,
    /// Why it is doubted.
    pub why: Why,
    /// Since when this run of the daemon has seen it so, RFC 3339.
    pub since: String,
    /// Whether a person may say that it is meant.
    pub may_be_meant: bool,
}

impl Engine {
    /// The folder was looked at, and does not show these files.
    pub(super) fn doubted(&mut self, now: Now, away: Vec<Away>, instead: Option<Arc<Adopted>>) {
        let before = std::mem::take(&mut self.doubt.away);
        let since = |one: &Away| before.iter().find(|(old, _)| old.file == one.file).map_or(now.wall, |(_, at)| *at);
        self.doubt.away = away.into_iter().map(|one| (one.clone(), since(&one))).collect();
        self.doubt.instead = instead;
    }

    /// A person says that these files are meant to be gone. It counts only when nothing else is doubted.
    pub(super) fn accept_removal(&mut self, now: Now, files: &[String], who: &Who) -> Answer {
        if self.doubt.away.is_empty() {
            return Answer::NothingAway;
        }
        let others = self.doubt.away.iter().filter(|(one, _)| !one.may_be_meant() || !files.contains(&one.file));
        let others: Vec<String> = others.map(|(one, _)| one.file.clone()).collect();
        let Some(instead) = self.doubt.instead.clone().filter(|_| others.is_empty()) else {
            return Answer::StillAway(others);
        };
        let gone: Vec<String> = std::mem::take(&mut self.doubt).away.into_iter().map(|(one, _)| one.file).collect();
        for file in &gone {
            self.ordered("accept-removal", Some(file.clone()), who.clone());
        }
        self.offer(now, instead);
        self.out.talk.push(Action::Tell(Notice::RemovalMeant(gone)));
        Answer::Done
    }

    /// What is doubted, for the status.
    pub(super) fn away_files(&self) -> Vec<AwaySince> {
        let since = |(one, since): &(Away, Wall)| AwaySince {
            file: one.file.clone(),
            why: one.why,
            since: stamp_text(*since, self.zone()),
            may_be_meant: one.may_be_meant(),
        };
        self.doubt.away.iter().map(since).collect()
    }
}
