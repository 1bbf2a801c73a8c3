//! Findings about the audio file and the approval of a segment.
use super::checker::ScheduleChecker;
use crate::library::FileStatus;
use crate::schedule::Segment;
use crate::schedule::finding::Finding;
use crate::schedule::problem::Problem;
use crate::text::problem::Hint;

impl ScheduleChecker<'_> {
    /// Reports a missing, unplayable, flawed or changed audio file of a segment.
    pub(super) fn check_audio(&mut self, segment: &Segment) {
        let span = self.segment_span(&segment.id, "file");
        let file = segment.file.clone();
        let (finding, hint) = match self.library.files.get(&file) {
            None | Some(FileStatus::Missing { .. }) => {
                (Finding::AudioMissing { file: file.clone() }, Hint::CopyAudio { file })
            }
            Some(FileStatus::Unreadable { detail, .. }) => {
                (Finding::AudioUnreadable { file, detail: detail.clone() }, Hint::CheckFile)
            }
            Some(FileStatus::Damaged { foreign: Some(format), .. }) => {
                (Finding::AudioForeign { file, kind: format.clone() }, Hint::ConvertAudio)
            }
            Some(FileStatus::Damaged { detail, .. }) => {
                (Finding::AudioDamaged { file, detail: detail.clone() }, Hint::ReplaceAudio)
            }
            Some(FileStatus::Good(scan)) if scan.length.frames == 0 => {
                (Finding::AudioEmpty { file }, Hint::ReplaceAudio)
            }
            Some(FileStatus::Good(scan))
                if segment.sha256.as_ref().is_some_and(|approved_hash| *approved_hash != scan.sha256) =>
            {
                let span = self.segment_span(&segment.id, "sha256");
                self.problems.push(Problem::error(span, Finding::HashMismatch { file }, Hint::ApproveAgain));
                return;
            }
            Some(FileStatus::Good(scan)) => {
                for flaw in scan.flaws.clone() {
                    self.warn(span.clone(), Finding::AudioFlawed { file: file.clone(), flaw }, Hint::ListenAudio);
                }
                return;
            }
        };
        self.problems.push(Problem::error(span, finding, hint));
    }

    /// Reports a segment without the approval that the station requires. This is an error if a session plays the
    /// segment, otherwise a warning.
    pub(super) fn check_approval(&mut self, segment: &Segment, is_played: bool) {
        if self.parsed.schedule.station.requires_approval && !segment.is_approved(self.today) {
            let span = self.segment_span(&segment.id, "approved-by");
            let finding = Finding::NotApproved { title: segment.title.clone() };
            let new_problem = if is_played { Problem::error } else { Problem::warning };
            self.problems.push(new_problem(span, finding, Hint::AddApproval));
        }
    }
}
