//! Findings about segments: use, validity, approval and audio files.
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
        let schedule = &self.parsed.schedule;
        let played_ids: HashSet<&Id> = schedule.sessions.iter().flat_map(Session::segments).collect();
        let still_played_ids: HashSet<&Id> =
            schedule.sessions.iter().flat_map(|session| session.segments_from(self.today)).collect();
        let drawn_pools: HashSet<&SegmentPool> =
            schedule.sessions.iter().flat_map(Session::draws).map(|d| &d.pool).collect();
        let campaign_ends: HashMap<&Id, NaiveDate> =
            schedule.campaigns.iter().filter_map(|c| Some((&c.id, c.until?))).collect();
        let expired_airings = self.find_expired_airings();
        for segment in &schedule.segments {
            self.check_audio(segment);
            self.check_approval(segment, still_played_ids.contains(&segment.id));
            if !played_ids.contains(&segment.id) && !is_drawn(segment, &drawn_pools) && !self.has_structural_errors() {
                let finding = Finding::Unused { title: segment.title.clone() };
                self.warn(self.segment_span(&segment.id, "id"), finding, Hint::AddToPlay);
            }
            if let Some(last_day) = segment.valid_until {
                let campaign_end = segment.campaign.as_ref().and_then(|c| campaign_ends.get(c));
                self.check_validity(&segment.id, last_day, campaign_end, expired_airings.get(&segment.id));
            }
            if let Some(approval_day) = segment.approved_on.filter(|approval_day| *approval_day > self.today) {
                let finding = Finding::ApprovalInFuture { date: approval_day };
                self.warn(self.segment_span(&segment.id, "approved-on"), finding, Hint::CheckDate);
            }
        }
    }

    /// Reports recordings that serve two topics or campaigns, because each needs a recording of its own.
    pub(super) fn check_recordings(&mut self) {
        let mut first_segment_by_sha256: HashMap<&str, &Segment> = HashMap::new();
        let schedule = &self.parsed.schedule;
        for segment in schedule.segments.iter().filter(|s| s.topic.is_some()) {
            let Some(FileStatus::Good(scan)) = self.library.files.get(&segment.file) else { continue };
            let first_segment = *first_segment_by_sha256.entry(&scan.sha256).or_insert(segment);
            if (&first_segment.campaign, first_segment.topic) != (&segment.campaign, segment.topic) {
                let finding = Finding::SameRecording { id: segment.title.clone(), other: first_segment.title.clone() };
                let problem = Problem::warning(self.segment_span(&segment.id, "topic"), finding, Hint::RecordAnother);
                self.problems.push(problem.with_related(Some(self.segment_span(&first_segment.id, "topic"))));
            }
        }
    }

    fn check_validity(
        &mut self,
        id: &Id,
        last_day: NaiveDate,
        campaign_end: Option<&NaiveDate>,
        expired_airing: Option<&ExpiredAiring>,
    ) {
        let span = self.segment_span(id, "valid-until");
        let schedule = &self.parsed.schedule;
        let (title, date) = (schedule.segment(id).map_or_else(|| id.to_string(), |s| s.title.clone()), last_day);
        if let Some(ExpiredAiring { date: airing_date, session, item_span }) = expired_airing {
            let session = schedule.session_title(session).unwrap_or(session.as_str()).to_owned();
            let finding = Finding::PlayedAfterExpiry { title, date, session, on: *airing_date };
            self.problems
                .push(Problem::error(span, finding, Hint::RenewOrRemove).with_related(Some(item_span.clone())));
        } else if last_day < self.today {
            self.warn(span, Finding::Expired { title, date }, Hint::RenewOrRemove);
        } else if campaign_end.is_some_and(|end| last_day < *end) {
            self.warn(span, Finding::ExpiresEarly { title, date }, Hint::RenewOrRemove);
        }
    }
}

/// Returns true when a session draws from a pool that contains this segment.
fn is_drawn(segment: &Segment, drawn_pools: &HashSet<&SegmentPool>) -> bool {
    let topic_pool =
        segment.campaign.clone().zip(segment.topic).map(|(campaign, topic)| SegmentPool::Topic { campaign, topic });
    topic_pool.is_some_and(|pool| drawn_pools.contains(&pool))
        || segment.pools.iter().any(|pool| drawn_pools.contains(&SegmentPool::Named(pool.clone())))
}
