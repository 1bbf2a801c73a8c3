//! Findings about the station's settings and its campaigns.
use std::collections::HashSet;

use super::checker::ScheduleChecker;
use crate::schedule::Campaign;
use crate::schedule::finding::Finding;
use crate::schedule::problem::SourceSpan;
use crate::text::problem::Hint;

impl ScheduleChecker<'_> {
    pub(super) fn check_station(&mut self) {
        let schedule = &self.parsed.schedule;
        let span = self.parsed.spans.station.clone().unwrap_or(SourceSpan::start_of(0));
        if schedule.sessions.is_empty() && !self.has_structural_errors() {
            self.warn(span.clone(), Finding::NoSession, Hint::AddSession);
        }
        // A `station.toml` that could not be read may contain an id.
        let is_unread = self.parsed.problems.iter().any(|problem| {
            problem.span.file_index == span.file_index
                && matches!(
                    problem.finding,
                    Finding::Utf16 | Finding::Unreadable { .. } | Finding::LinkedFile { .. } | Finding::TooLarge { .. }
                )
        });
        if schedule.station.id.as_str() == "station" && !schedule.sessions.is_empty() && !is_unread {
            self.warn(span, Finding::DefaultId, Hint::GiveId);
        }
        if schedule.station.output.volume == 0
            && let Some(span) = self.parsed.spans.settings.get("volume").cloned()
        {
            self.warn(span, Finding::Muted, Hint::RaiseVolume);
        }
        if let Some(span) = self.parsed.spans.settings.get("volume-at").cloned() {
            for (from, until, _) in schedule.station.output.volume_ranges.iter().filter(|(.., volume)| *volume == 0) {
                let (from, until) = (from.format("%H:%M").to_string(), until.format("%H:%M").to_string());
                self.warn(span.clone(), Finding::MutedAtTimes { from, until }, Hint::RaiseVolumeAt);
            }
        }
    }

    pub(super) fn check_campaigns(&mut self) {
        for campaign in &self.parsed.schedule.campaigns {
            if let Some(until) = campaign.until.filter(|until| *until < self.today) {
                let span = self.span_of(&self.parsed.spans.campaigns, &campaign.id, "until");
                let finding = Finding::CampaignOver { date: until };
                self.warn(span, finding, Hint::ExtendOrRemove);
            }
            if !self.has_structural_errors() {
                self.warn_unserved_topics(campaign);
            }
        }
    }

    fn warn_unserved_topics(&mut self, campaign: &Campaign) {
        let campaign_segments =
            self.parsed.schedule.segments.iter().filter(|s| s.campaign.as_ref() == Some(&campaign.id));
        let served_topics: HashSet<u16> = campaign_segments.filter_map(|s| s.topic).collect();
        for topic in campaign.topics.keys().filter(|topic| !served_topics.contains(topic)) {
            if let Some(span) = self.parsed.spans.topics.get(&(campaign.id.clone(), *topic)).cloned() {
                self.warn(span, Finding::TopicUnserved { topic: *topic }, Hint::AddSegment);
            }
        }
    }
}
