//! Rules that need several values, the audio files, or a date.
mod days;

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;

use crate::library::{FileStatus, Library};
use crate::schedule::ParsedSchedule;
use crate::schedule::calendar::Calendar;
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::{Campaign, Id, Segment, SegmentPool, Session, SessionItem};
use crate::text::problem::Hint;

/// Days that are looked at one by one from a first day: two weeks hold every weekday twice.
const WINDOW_DAYS: i64 = 14;

/// All findings beyond those of the single files, by the rules of the field.
#[must_use]
pub fn check(reading: &ParsedSchedule, library: &Library, today: NaiveDate) -> Vec<Problem> {
    let mut check = ScheduleChecker { reading, library, today, problems: Vec::new() };
    check.check_station();
    check.check_campaigns();
    check.check_segments();
    check.check_recordings();
    check.check_sessions();
    check.check_days();
    check.problems.sort_by_key(|p| (p.span.file, p.span.range.start));
    check.problems
}

/// The first airing of a segment after its last day.
struct ExpiredAiring {
    on: NaiveDate,
    session: Id,
    item: SourceSpan,
}

struct ScheduleChecker<'a> {
    reading: &'a ParsedSchedule,
    library: &'a Library,
    today: NaiveDate,
    problems: Vec<Problem>,
}

impl ScheduleChecker<'_> {
    fn span_of(
        &self,
        places: &HashMap<Id, BTreeMap<&'static str, SourceSpan>>,
        id: &Id,
        key: &'static str,
    ) -> SourceSpan {
        let of_item = places.get(id);
        let place = of_item.and_then(|keys| keys.get(key).or_else(|| keys.get("id")));
        place.cloned().unwrap_or(SourceSpan { file: 0, range: 0..0 })
    }

    fn segment_span(&self, id: &Id, key: &'static str) -> SourceSpan {
        self.span_of(&self.reading.spans.segments, id, key)
    }

    fn session_span(&self, id: &Id, key: &'static str) -> SourceSpan {
        self.span_of(&self.reading.spans.sessions, id, key)
    }

    fn warn(&mut self, place: SourceSpan, finding: Finding, hint: Hint) {
        self.problems.push(Problem::warning(place, finding, hint));
    }

    /// Whether parts of the files were not understood: nothing is said of what may stand in them.
    fn has_structural_errors(&self) -> bool {
        self.reading.problems.iter().any(|p| p.structural)
    }

    fn check_station(&mut self) {
        let schedule = &self.reading.schedule;
        let place = self.reading.spans.station.clone().unwrap_or(SourceSpan { file: 0, range: 0..0 });
        if schedule.sessions.is_empty() && !self.has_structural_errors() {
            self.warn(place.clone(), Finding::NoSession, Hint::AddSession);
        }
        if schedule.station.id.as_str() == "station" && !schedule.sessions.is_empty() {
            self.warn(place, Finding::DefaultId, Hint::GiveId);
        }
        if schedule.station.output.volume == 0
            && let Some(place) = self.reading.spans.settings.get("volume").cloned()
        {
            self.warn(place, Finding::Muted, Hint::RaiseVolume);
        }
        if let Some(place) = self.reading.spans.settings.get("volume-at").cloned() {
            for (from, until, _) in schedule.station.output.volume_ranges.iter().filter(|(.., volume)| *volume == 0) {
                let (from, until) = (from.format("%H:%M").to_string(), until.format("%H:%M").to_string());
                self.warn(place.clone(), Finding::MutedAt { from, until }, Hint::RaiseVolumeAt);
            }
        }
    }

    fn check_campaigns(&mut self) {
        for campaign in &self.reading.schedule.campaigns {
            if let Some(until) = campaign.until.filter(|until| *until < self.today) {
                let place = self.span_of(&self.reading.spans.campaigns, &campaign.id, "until");
                let finding = Finding::CampaignOver { date: until };
                self.warn(place, finding, Hint::ExtendOrRemove);
            }
            if !self.has_structural_errors() {
                self.warn_unserved_topics(campaign);
            }
        }
    }

    fn warn_unserved_topics(&mut self, campaign: &Campaign) {
        let of_campaign = self.reading.schedule.segments.iter().filter(|s| s.campaign.as_ref() == Some(&campaign.id));
        let served: HashSet<u16> = of_campaign.filter_map(|s| s.topic).collect();
        for topic in campaign.topics.keys().filter(|topic| !served.contains(topic)) {
            if let Some(place) = self.reading.spans.topics.get(&(campaign.id.clone(), *topic)).cloned() {
                self.warn(place, Finding::TopicUnserved { topic: *topic }, Hint::AddSegment);
            }
        }
    }

    fn check_segments(&mut self) {
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

    /// One recording under two topics: that is not two recordings.
    fn check_recordings(&mut self) {
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

    /// What would be aired after its last day within the next two weeks, by segment.
    fn find_expired_airings(&self) -> HashMap<Id, ExpiredAiring> {
        let schedule = &self.reading.schedule;
        let last_days: HashMap<&Id, NaiveDate> =
            schedule.segments.iter().filter_map(|s| Some((&s.id, s.valid_until?))).collect();
        let calendar = Calendar::new(&schedule.holidays);
        let window: Vec<_> = self.today.iter_days().take(WINDOW_DAYS as usize).map(|date| calendar.day(date)).collect();
        let mut found: HashMap<Id, ExpiredAiring> = HashMap::new();
        for session in &schedule.sessions {
            let days: Vec<NaiveDate> =
                window.iter().filter(|day| session.recurrence.matches(day)).map(|day| day.date).collect();
            for (id, item) in self.named_segments(session) {
                let until = last_days.get(id);
                let Some(on) = until.and_then(|until| days.iter().find(|day| *day > until)) else {
                    continue;
                };
                if found.get(id).is_none_or(|known| *on < known.on) {
                    found
                        .insert(id.clone(), ExpiredAiring { on: *on, session: session.id.clone(), item: item.clone() });
                }
            }
        }
        found
    }

    /// The segments that a session names, and where.
    fn named_segments<'s>(&self, session: &'s Session) -> Vec<(&'s Id, SourceSpan)> {
        let places = self.reading.spans.items.get(&session.id).into_iter().flatten();
        let named = session.play.iter().zip(places).filter_map(|(item, place)| match item {
            SessionItem::Segment(id) => Some((id, place.clone())),
            SessionItem::Draw(_) | SessionItem::Relay(_) => None,
        });
        let opening = session.opening.iter().map(|id| (id, self.session_span(&session.id, "opening")));
        let closing = session.closing.iter().map(|id| (id, self.session_span(&session.id, "closing")));
        opening.chain(named).chain(closing).collect()
    }

    /// The audio file of a segment, and whether it is the one that was approved.
    fn check_audio(&mut self, segment: &Segment) {
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

    /// Whether somebody has approved what is to air.
    fn check_approval(&mut self, segment: &Segment, played: bool) {
        if self.reading.schedule.station.approval_required && !segment.is_approved(self.today) {
            let place = self.segment_span(&segment.id, "approved-by");
            let finding = Finding::NotApproved { id: segment.id.to_string() };
            let problem = if played { Problem::error } else { Problem::warning };
            self.problems.push(problem(place, finding, Hint::AddApproval));
        }
    }

    fn check_sessions(&mut self) {
        let schedule = &self.reading.schedule;
        let calendar = Calendar::new(&schedule.holidays);
        let ahead: Vec<_> = self.today.iter_days().take(days::AHEAD_DAYS as usize).map(|d| calendar.day(d)).collect();
        for session in &schedule.sessions {
            let id = session.id.to_string();
            let over = session.recurrence.until.filter(|until| *until < self.today);
            if let Some(until) = over
                && !self.campaign_is_over(session)
            {
                let finding = Finding::SessionOver { id: id.clone(), date: until };
                self.warn(self.session_span(&session.id, "until"), finding, Hint::ExtendOrRemove);
            }
            let later = session.recurrence.from.filter(|from| (*from - self.today).num_days() >= days::AHEAD_DAYS);
            let never = match (over.or(later), session.recurrence.from.zip(session.recurrence.until)) {
                (Some(_), Some((from, until))) => {
                    let mut days = from.iter_days().take_while(|day| *day <= until).take(days::AHEAD_DAYS as usize);
                    days.all(|day| !session.recurrence.matches(&calendar.day(day)))
                }
                (Some(_), None) => false,
                (None, _) => !ahead.iter().any(|day| session.recurrence.matches(day)),
            };
            if never {
                self.warn(self.session_span(&session.id, "days"), Finding::NeverAirs { id }, Hint::CheckDays);
            }
        }
    }

    fn campaign_is_over(&self, session: &Session) -> bool {
        let campaigns = &self.reading.schedule.campaigns;
        let own = campaigns.iter().find(|c| Some(&c.id) == session.campaign.as_ref());
        own.and_then(|c| c.until).is_some_and(|until| until < self.today)
    }
}

/// Whether sessions draw a segment from one of its pools.
fn is_drawn(segment: &Segment, drawn: &HashSet<&SegmentPool>) -> bool {
    let topic =
        segment.campaign.clone().zip(segment.topic).map(|(campaign, topic)| SegmentPool::Topic { campaign, topic });
    topic.is_some_and(|pool| drawn.contains(&pool))
        || segment.pools.iter().any(|pool| drawn.contains(&SegmentPool::Named(pool.clone())))
}
