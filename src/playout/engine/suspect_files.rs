//! Files of the schedule in force that have gone from the folder: it goes on whole until they are back or a person says
//! that it is meant.
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Action, CommandReply, Engine, Notice, ScheduleRevision};
use crate::airlog::entry::{OperatorAction, PeerUser};
use crate::base::instant::{WallTime, format_rfc3339};
use crate::playout::clock::ClockSnapshot;
use crate::schedule::finding::SuspectReason as Why;
use crate::station::suspect::SuspectFile;

/// What is doubted, and what a person's word would put in force.
#[derive(Debug, Default)]
pub(super) struct SuspectFiles {
    files: Vec<(SuspectFile, WallTime)>,
    without_suspects: Option<Arc<ScheduleRevision>>,
}

/// A doubted file, for who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspectFileStatus {
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
    pub(super) fn on_files_suspect(
        &mut self,
        now: ClockSnapshot,
        away: Vec<SuspectFile>,
        instead: Option<Arc<ScheduleRevision>>,
    ) {
        let before = std::mem::take(&mut self.suspect_files.files);
        let since =
            |one: &SuspectFile| before.iter().find(|(old, _)| old.file == one.file).map_or(now.wall, |(_, at)| *at);
        self.suspect_files.files = away.into_iter().map(|one| (one.clone(), since(&one))).collect();
        self.suspect_files.without_suspects = instead;
    }

    /// A person says that these files are meant to be gone. It counts only when nothing else is doubted.
    pub(super) fn accept_removal(&mut self, now: ClockSnapshot, files: &[String], who: &PeerUser) -> CommandReply {
        if self.suspect_files.files.is_empty() {
            return CommandReply::NothingAway;
        }
        let others =
            self.suspect_files.files.iter().filter(|(one, _)| !one.may_be_intentional() || !files.contains(&one.file));
        let others: Vec<String> = others.map(|(one, _)| one.file.clone()).collect();
        let Some(instead) = self.suspect_files.without_suspects.clone().filter(|_| others.is_empty()) else {
            return CommandReply::StillAway(others);
        };
        let gone: Vec<String> =
            std::mem::take(&mut self.suspect_files).files.into_iter().map(|(one, _)| one.file).collect();
        for file in &gone {
            self.log_operator(OperatorAction::AcceptRemoval, Some(file.clone()), who.clone());
        }
        self.adopt_when_trusted(now, instead);
        self.actions.after_log.push(Action::Notify(Notice::RemovalAccepted(gone)));
        CommandReply::Done
    }

    /// What is doubted, for the status.
    pub(super) fn suspect_file_status(&self) -> Vec<SuspectFileStatus> {
        let since = |(one, since): &(SuspectFile, WallTime)| SuspectFileStatus {
            file: one.file.clone(),
            why: one.why,
            since: format_rfc3339(*since, self.zone()),
            may_be_meant: one.may_be_intentional(),
        };
        self.suspect_files.files.iter().map(since).collect()
    }
}
