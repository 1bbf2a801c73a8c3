//! Findings about segments: use, validity, approval, and their audio files.
use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::checker::ScheduleChecker;
use super::expired::ExpiredAiring;
use crate::library::FileStatus;
use crate::schedule::finding::Finding;
use crate::schedule::problem::Problem;
use crate::schedule::{Id, Segment, SegmentPool, Session};
use crate::text::problem::Hint;

impl ScheduleChecker<'_> {
    pub(super) fn check_segments(&mut self) {
        let schedule = &self.reading.schedule;
        let played: HashSet<&Id> = schedule.sessions.iter().flat_map(Session::segments).collect();
        let drawn: HashSet<&SegmentPool> = schedule.sessions.iter().flat_map(Session::draws).map(|d| &d.pool).collect();
        let ends: HashMap<&Id, NaiveDate> = schedule.campaigns.iter().filter_map(|c| Some((&c.id, c.until?))).collect();
        let too_late = self.find_expired_airings();
        for segment in &schedule.segments {
            self.check_audio(segment);
            self.check_approval(segment, played.contains(&segment.id));
            if !played.contains(&segment.id) && !is_drawn(segment, &drawn) && !self.has_structural_errors() {
                let finding = Finding::Unused { id: segment.id.to_string() };
                self.warn(self.segment_span(&segment.id, "id"), finding, Hint::AddToPlay);
            }
            if let Some(until) = segment.valid_until {
                let end = segment.campaign.as_ref().and_then(|c| ends.get(c));
                self.check_validity(&segment.id, until, end, too_late.get(&segment.id));
            }
            if let Some(on) = segment.approved_on.filter(|on| *on > self.today) {
                let finding = Finding::ApprovedLater { date: on };
                self.warn(self.segment_span(&segment.id, "approved-on"), finding, Hint::CheckDate);
            }
        }
    }

    /// Finds recordings that serve two topics: a topic needs a recording of its own.
    pub(super) fn check_recordings(&mut self) {
        let mut first: HashMap<&str, &Segment> = HashMap::new();
        let schedule = &self.reading.schedule;
        for segment in schedule.segments.iter().filter(|s| s.topic.is_some()) {
            let Some(FileStatus::Good(scan)) = self.library.files.get(&segment.file) else { continue };
            let other = *first.entry(&scan.sha256).or_insert(segment);
            if (&other.campaign, other.topic) != (&segment.campaign, segment.topic) {
                let finding = Finding::SameRecording { id: segment.id.to_string(), other: other.id.to_string() };
                let problem = Problem::warning(self.segment_span(&segment.id, "topic"), finding, Hint::RecordAnother);
                self.problems.push(problem.with_related(Some(self.segment_span(&other.id, "topic"))));
            }
        }
    }

    fn check_validity(
        &mut self,
        id: &Id,
        until: NaiveDate,
        campaign_end: Option<&NaiveDate>,
        late: Option<&ExpiredAiring>,
    ) {
        let place = self.segment_span(id, "valid-until");
        let (id, date) = (id.to_string(), until);
        if let Some(ExpiredAiring { on, session, item }) = late {
            let finding = Finding::ExpiredPlayed { id, date, session: session.to_string(), on: *on };
            self.problems.push(Problem::error(place, finding, Hint::RenewOrRemove).with_related(Some(item.clone())));
        } else if until < self.today {
            self.warn(place, Finding::Expired { id, date }, Hint::RenewOrRemove);
        } else if campaign_end.is_some_and(|end| until < *end) {
            self.warn(place, Finding::ExpiresEarly { id, date }, Hint::RenewOrRemove);
        }
    }
}

/// Whether a session draws from a pool of this segment.
fn is_drawn(segment: &Segment, drawn: &HashSet<&SegmentPool>) -> bool {
    let topic =
        segment.campaign.clone().zip(segment.topic).map(|(campaign, topic)| SegmentPool::Topic { campaign, topic });
    topic.is_some_and(|pool| drawn.contains(&pool))
        || segment.pools.iter().any(|pool| drawn.contains(&SegmentPool::Named(pool.clone())))
}
