//! Files of the schedule in force that are missing or damaged: the schedule stays in force unchanged until they are
//! back, or a person confirms that their removal is intended.
use std::sync::Arc;

use chrono_tz::Tz;

use super::schedule_revision::ScheduleRevision;
use super::station_status::SuspectFileStatus;
use crate::base::instant::{WallTime, format_rfc3339};
use crate::station::suspect::SuspectFile;

/// The suspect files, and the schedule that a person's confirmation would put in force.
#[derive(Debug, Default)]
pub(super) struct SuspectFiles {
    /// Each with the time when it was first seen so.
    files: Vec<(SuspectFile, WallTime)>,
    without_suspects: Option<Arc<ScheduleRevision>>,
}

/// Why a removal cannot be confirmed.
pub(super) enum RemovalRefusal {
    /// No file is suspect.
    NothingSuspect,
    /// Other things have to be fixed first: these files, or the errors of `loa check` when there are none.
    OthersSuspect(Vec<String>),
}

impl SuspectFiles {
    /// Takes the result of another look into the folder; files that were suspect before keep their time.
    pub fn replace(&mut self, now: WallTime, files: Vec<SuspectFile>, without_suspects: Option<Arc<ScheduleRevision>>) {
        let before = std::mem::take(&mut self.files);
        let since = |one: &SuspectFile| before.iter().find(|(old, _)| old.file == one.file).map_or(now, |(_, at)| *at);
        self.files = files.into_iter().map(|one| (one.clone(), since(&one))).collect();
        self.without_suspects = without_suspects;
    }

    /// Takes the files whose removal a person confirms, with the schedule without them.
    ///
    /// # Errors
    /// [`RemovalRefusal::NothingSuspect`] when no file is suspect, [`RemovalRefusal::OthersSuspect`] when more is wrong
    /// with the folder than the confirmed removals.
    pub fn take_removed(
        &mut self,
        confirmed: &[String],
    ) -> Result<(Vec<String>, Arc<ScheduleRevision>), RemovalRefusal> {
        if self.files.is_empty() {
            return Err(RemovalRefusal::NothingSuspect);
        }
        let others = self.files.iter().filter(|(one, _)| !one.may_be_intentional() || !confirmed.contains(&one.file));
        let others: Vec<String> = others.map(|(one, _)| one.file.clone()).collect();
        let Some(revision) = self.without_suspects.clone().filter(|_| others.is_empty()) else {
            return Err(RemovalRefusal::OthersSuspect(others));
        };
        let removed = std::mem::take(self).files.into_iter().map(|(one, _)| one.file).collect();
        Ok((removed, revision))
    }

    /// Their part of a status report.
    pub fn status(&self, zone: Tz) -> Vec<SuspectFileStatus> {
        let status = |(one, since): &(SuspectFile, WallTime)| SuspectFileStatus {
            file: one.file.clone(),
            why: one.why,
            since: format_rfc3339(*since, zone),
            may_be_meant: one.may_be_intentional(),
        };
        self.files.iter().map(status).collect()
    }
}
