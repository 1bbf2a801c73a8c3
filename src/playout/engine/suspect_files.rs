//! Files of the schedule in force that are missing or damaged. The schedule stays in force unchanged until all these
//! files are intact again, or until the operator confirms that they were removed on purpose.
use std::sync::Arc;

use chrono_tz::Tz;

use super::schedule_revision::ScheduleRevision;
use super::station_status::SuspectFileStatus;
use crate::base::instant::{WallTime, format_rfc3339};
use crate::schedule::finding::SuspectReason;
use crate::station::suspect::SuspectFile;

/// The suspect files, and the schedule that the operator's confirmation would put in force.
#[derive(Debug, Default)]
pub(super) struct SuspectFiles {
    /// The suspect files, each with the time when it was first found suspect.
    files: Vec<(SuspectFile, WallTime)>,
    /// The schedule without the suspect files. `None` when nobody is allowed to confirm their removal.
    schedule_without_suspects: Option<Arc<ScheduleRevision>>,
}

/// The reason why a removal cannot be confirmed.
pub(super) enum RemovalRefusal {
    /// No file is suspect.
    NoSuspectFiles,
    /// Other problems must be fixed first: these suspect files or, if the list is empty, the errors that `loa check`
    /// reports.
    OtherProblems(Vec<String>),
}

impl SuspectFiles {
    /// Replaces the list with the result of a new scan of the folder. Files that were already suspect keep the time
    /// when they were first found suspect.
    pub fn replace(
        &mut self,
        now: WallTime,
        files: Vec<SuspectFile>,
        schedule_without_suspects: Option<Arc<ScheduleRevision>>,
    ) {
        let old_files = std::mem::take(&mut self.files);
        let first_suspect_at = |suspect: &SuspectFile| {
            old_files
                .iter()
                .find(|(old_suspect, _)| old_suspect.file == suspect.file)
                .map_or(now, |(_, suspect_since)| *suspect_since)
        };
        self.files = files.into_iter().map(|suspect| (suspect.clone(), first_suspect_at(&suspect))).collect();
        self.schedule_without_suspects = schedule_without_suspects;
    }

    /// Accepts the operator's confirmation that files were removed. Returns the files and the schedule without them,
    /// and forgets both.
    ///
    /// # Errors
    /// [`RemovalRefusal::NoSuspectFiles`] if no file is suspect. [`RemovalRefusal::OtherProblems`] if the folder has
    /// problems other than the confirmed removals.
    pub fn confirm_removal(
        &mut self,
        confirmed_files: &[String],
    ) -> Result<(Vec<String>, Arc<ScheduleRevision>), RemovalRefusal> {
        if self.files.is_empty() {
            return Err(RemovalRefusal::NoSuspectFiles);
        }
        let is_confirmed =
            |suspect: &SuspectFile| suspect.may_be_intentional() && confirmed_files.contains(&suspect.file);
        let other_files = self.files.iter().filter(|(suspect, _)| !is_confirmed(suspect));
        let other_files: Vec<String> = other_files.map(|(suspect, _)| suspect.file.clone()).collect();
        let Some(revision) = self.schedule_without_suspects.clone().filter(|_| other_files.is_empty()) else {
            return Err(RemovalRefusal::OtherProblems(other_files));
        };
        let removed_files = std::mem::take(self).files.into_iter().map(|(suspect, _)| suspect.file).collect();
        Ok((removed_files, revision))
    }

    /// Returns the names of the suspect files, each with the reason why it is suspect.
    pub fn names_and_reasons(&self) -> Vec<(String, SuspectReason)> {
        self.files.iter().map(|(suspect, _)| (suspect.file.clone(), suspect.reason)).collect()
    }

    /// The suspect files, for a status report.
    pub fn status(&self, zone: Tz) -> Vec<SuspectFileStatus> {
        let status = |(suspect, suspect_since): &(SuspectFile, WallTime)| SuspectFileStatus {
            file: suspect.file.clone(),
            reason: suspect.reason,
            since: format_rfc3339(*suspect_since, zone),
            may_be_meant: suspect.may_be_intentional(),
        };
        self.files.iter().map(status).collect()
    }
}
