//! Findings about the audio file and the approval of a segment.
use super::checker::ScheduleChecker;
use crate::library::FileStatus;
use crate::schedule::Segment;
use crate::schedule::finding::Finding;
use crate::schedule::problem::Problem;
use crate::text::problem::Hint;

impl ScheduleChecker<'_> {
    /// Finds what is wrong with the audio file of a segment, and files that differ from the approved one.
    pub(super) fn check_audio(&mut self, segment: &Segment) {
        let place = self.segment_span(&segment.id, "file");
        let file = segment.file.clone();
        let (finding, hint) = match self.library.files.get(&file) {
            None | Some(FileStatus::Missing { .. }) => {
                (Finding::AudioMissing { file: file.clone() }, Hint::CopyAudio { file })
            }
            Some(FileStatus::Damaged { foreign: Some(kind), .. }) => {
                (Finding::AudioForeign { file, kind: kind.clone() }, Hint::ConvertAudio)
            }
            Some(FileStatus::Damaged { detail, .. }) => {
                (Finding::AudioDamaged { file, detail: detail.clone() }, Hint::ReplaceAudio)
            }
            Some(FileStatus::Good(scan)) if scan.length.frames == 0 => {
                (Finding::AudioEmpty { file }, Hint::ReplaceAudio)
            }
            Some(FileStatus::Good(scan)) if segment.sha256.as_ref().is_some_and(|pinned| *pinned != scan.sha256) => {
                let place = self.segment_span(&segment.id, "sha256");
                self.problems.push(Problem::error(place, Finding::HashMismatch { file }, Hint::ApproveAgain));
                return;
            }
            Some(FileStatus::Good(scan)) => {
                for flaw in scan.flaws.clone() {
                    self.warn(place.clone(), Finding::AudioFlawed { file: file.clone(), flaw }, Hint::ListenAudio);
                }
                return;
            }
        };
        self.problems.push(Problem::error(place, finding, hint));
    }

    /// Finds segments without the approval that the station requires.
    pub(super) fn check_approval(&mut self, segment: &Segment, played: bool) {
        if self.reading.schedule.station.approval_required && !segment.is_approved(self.today) {
            let place = self.segment_span(&segment.id, "approved-by");
            let finding = Finding::NotApproved { id: segment.id.to_string() };
            let problem = if played { Problem::error } else { Problem::warning };
            self.problems.push(problem(place, finding, Hint::AddApproval));
        }
    }
}
