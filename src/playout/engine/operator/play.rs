//! `play` and `urgent`: sound outside the plan.
use std::path::Path;

use super::command::UrgentSource;
use super::reply::CommandReply;
use crate::airlog::entry::{OperatorAction, PeerUser};
use crate::base::instant::{WallTime, to_local};
use crate::library::FileStatus;
use crate::playout::clock::ClockSnapshot;
use crate::playout::engine::Engine;
use crate::playout::engine::live_airing::{AudioSource, LiveAiring};
use crate::playout::engine::schedule_revision::ScheduleRevision;
use crate::schedule::{Id, Priority, Segment, SegmentSource};

/// Urgent messages that may wait at a time.
const MAX_QUEUED_URGENT: usize = 100;

impl Engine {
    /// Plays a segment now. Unlike an urgent message it yields to everything that could forbid it.
    pub(super) fn play(&mut self, now: ClockSnapshot, id: &Id, who: PeerUser) -> CommandReply {
        // While the clock is not trusted a new station has no schedule in force: distrust is what keeps it silent.
        let adopted = self.in_force_or_pending().cloned();
        let segment = adopted.as_ref().and_then(|adopted| Some((adopted, adopted.schedule.segment(id)?)));
        if !self.clock_trust.trusted && (segment.is_some() || adopted.is_none()) {
            return CommandReply::ClockDoubted;
        }
        let Some((adopted, segment)) = segment else {
            return CommandReply::NoSuchSegment(id.clone());
        };
        if let Some(refusal) = self.refuse_play(now, adopted, segment) {
            return refusal;
        }
        let at = self.unused_instant(Priority::Normal, now.wall);
        let length = adopted.library.planning_length(&segment.file);
        let mut airing = LiveAiring::unplanned(segment, length, Priority::Normal, at, self.zone());
        let scan = adopted.library.files.get(&segment.file).and_then(FileStatus::last_good_scan);
        let sha256 = segment.sha256.clone().or(scan.map(|scan| scan.sha256.clone()));
        airing.source = AudioSource::Segment { sha256 };
        let id = airing.labels.id.clone();
        self.airings.push_unplanned(airing);
        self.cue_unplanned(now, self.airings.len() - 1);
        self.log_operator(OperatorAction::Play, Some(id), who);
        CommandReply::Done
    }

    /// Why a segment may not be played now.
    fn refuse_play(&self, now: ClockSnapshot, adopted: &ScheduleRevision, segment: &Segment) -> Option<CommandReply> {
        if self.is_quiet_at(now.wall) {
            return Some(CommandReply::Quiet);
        }
        if let Some(busy) = self.airings.iter().find(|s| s.holds_line()) {
            return Some(CommandReply::Busy(busy.labels.title.clone()));
        }
        let today = to_local(now.wall, self.zone()).date_naive();
        if segment.valid_until.is_some_and(|last| today > last) {
            return Some(CommandReply::Expired(segment.title.clone()));
        }
        let unapproved = adopted.schedule.station.approval_required && !segment.is_approved(today);
        unapproved.then(|| CommandReply::NotApproved(segment.title.clone()))
    }

    /// Queues an urgent message. Neither quiet hours nor an untrusted clock nor what plays keeps it back: a person has
    /// asked for it and confirmed it.
    pub(super) fn queue_urgent(
        &mut self,
        now: ClockSnapshot,
        what: UrgentSource,
        repeat: u16,
        who: &PeerUser,
    ) -> CommandReply {
        let waiting = self.airings.unplanned().filter(|s| s.is_urgent()).count();
        if waiting + usize::from(repeat) > MAX_QUEUED_URGENT {
            return CommandReply::TooMany;
        }
        for _ in 0..repeat.max(1) {
            let at = self.unused_instant(Priority::Urgent, now.wall);
            let airing = match &what {
                UrgentSource::Segment(id) => {
                    let found = self.in_force_or_pending().and_then(|a| Some((a.schedule.segment(id)?, &a.library)));
                    let Some((segment, library)) = found else { return CommandReply::NoSuchSegment(id.clone()) };
                    let length = library.planning_length(&segment.file);
                    LiveAiring::unplanned(segment, length, Priority::Urgent, at, self.zone())
                }
                UrgentSource::File { path, title, length, sha256, loudness } => {
                    let segment = segment_for_file(path, title, sha256);
                    let airing = LiveAiring::unplanned(&segment, *length, Priority::Urgent, at, self.zone());
                    let (path, sha256, loudness) = (path.clone(), sha256.clone(), loudness.clone());
                    LiveAiring { source: AudioSource::File { path, sha256, loudness }, ..airing }
                }
            };
            self.log_operator(OperatorAction::Urgent, Some(airing.labels.id.clone()), who.clone());
            self.airings.push_unplanned(airing);
        }
        CommandReply::Done
    }

    /// Returns the first instant from this one on that names no unplanned play yet: a clock that was set back shows
    /// instants again.
    fn unused_instant(&self, priority: Priority, mut at: WallTime) -> WallTime {
        let taken = |id: &String| self.settled_ids.contains(id) || self.airings.unplanned().any(|s| s.labels.id == *id);
        while taken(&LiveAiring::unplanned_id(priority, at, self.zone())) {
            at = at.plus(1);
        }
        at
    }
}

/// A segment that stands for a file from elsewhere, for its labels.
fn segment_for_file(path: &Path, title: &str, sha256: &str) -> Segment {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Segment {
        id: Id::new("urgent").unwrap_or_else(|| unreachable!("a constant that is an id")),
        title: title.to_owned(),
        file: name,
        topic: None,
        language: "vi".to_owned(),
        source: SegmentSource::default(),
        approved_by: None,
        approved_on: None,
        pools: Vec::new(),
        valid_from: None,
        valid_until: None,
        sha256: Some(sha256.to_owned()),
        campaign: None,
    }
}
