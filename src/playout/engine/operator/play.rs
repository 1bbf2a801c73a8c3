//! The commands `play` and `urgent`: sound outside the plan.
use std::path::Path;

use super::command::UrgentSource;
use super::effect::CommandEffect;
use super::reply::CommandReply;
use crate::airlog::entry::{OperatorAction, PeerUser};
use crate::base::instant::{WallTime, to_local};
use crate::library::FileStatus;
use crate::playout::clock::ClockSnapshot;
use crate::playout::engine::Engine;
use crate::playout::engine::live_airing::{AudioSource, LiveAiring};
use crate::playout::engine::schedule_revision::ScheduleRevision;
use crate::playout::engine::station_status::RepeatPlace;
use crate::schedule::{Id, Priority, Segment, SegmentSource};

/// The maximum number of urgent messages that may wait or sound at the same time.
const MAX_QUEUED_URGENT: usize = 100;

impl Engine {
    /// Plays a segment now. Unlike an urgent message, it is refused while anything else is playing, during quiet hours, or when
    /// a rule for the segment forbids it.
    pub(super) fn play(&mut self, now: ClockSnapshot, id: &Id, user: PeerUser) -> CommandReply {
        // A new station has no schedule in force while the clock is untrusted. The pending schedule then shows whether
        // the segment exists, so that the reply can name the clock as the cause.
        let revision = self.revision_in_force_or_pending().cloned();
        let segment = revision.as_ref().and_then(|revision| Some((revision, revision.schedule.segment(id)?)));
        if !self.clock_trust.is_trusted && (segment.is_some() || revision.is_none()) {
            return CommandReply::ClockUntrusted;
        }
        let Some((revision, segment)) = segment else {
            return CommandReply::NoSuchSegment(id.clone());
        };
        if let Some(refusal) = self.play_refusal(now, revision, segment) {
            return refusal;
        }
        let at = self.unused_instant(Priority::Normal, now.wall);
        let length = revision.library.planning_length(&segment.file);
        let mut airing = LiveAiring::unplanned(segment, length, Priority::Normal, at, self.zone());
        let scan = revision.library.files.get(&segment.file).and_then(FileStatus::last_good_scan);
        let sha256 = segment.sha256.clone().or(scan.map(|scan| scan.sha256.clone()));
        airing.source = AudioSource::Segment { sha256 };
        let (id, title) = (airing.labels.id.clone(), airing.labels.title.clone());
        self.airings.push_unplanned(airing);
        self.cue_unplanned(now, self.airings.len() - 1);
        self.log_operator_command(OperatorAction::Play, Some(id), user);
        CommandEffect::Play { title }.into()
    }

    /// The refusal if a segment is not allowed to play now; otherwise `None`.
    fn play_refusal(&self, now: ClockSnapshot, revision: &ScheduleRevision, segment: &Segment) -> Option<CommandReply> {
        if self.is_quiet_at(now.wall) {
            return Some(CommandReply::Quiet);
        }
        if let Some(refusal) = self.line_refusal() {
            return Some(refusal);
        }
        let today = to_local(now.wall, self.zone()).date_naive();
        if segment.valid_until.is_some_and(|last_date| today > last_date) {
            return Some(CommandReply::Expired(segment.title.clone()));
        }
        let is_unapproved = revision.schedule.station.requires_approval && !segment.is_approved(today);
        is_unapproved.then(|| CommandReply::NotApproved(segment.title.clone()))
    }

    /// The refusal if an airing has the line; otherwise `None`. An airing that is being cut frees the line in a moment,
    /// so it must not be called on the air.
    pub(in crate::playout::engine) fn line_refusal(&self) -> Option<CommandReply> {
        let holder_title = |is_being_cut: bool| {
            let has_line =
                |live_airing: &&LiveAiring| live_airing.holds_line() && live_airing.is_being_cut() == is_being_cut;
            self.airings.iter().find(has_line).map(|live_airing| live_airing.labels.title.clone())
        };
        holder_title(false).map(CommandReply::Busy).or_else(|| holder_title(true).map(CommandReply::Stopping))
    }

    /// Queues an urgent message. It does not wait for the end of quiet hours, for a trusted clock or for the running
    /// session, because the operator has requested and confirmed it.
    pub(super) fn queue_urgent(
        &mut self,
        now: ClockSnapshot,
        source: UrgentSource,
        repeat: u16,
        user: &PeerUser,
    ) -> CommandReply {
        let urgent_count = self.airings.unplanned().filter(|live_airing| live_airing.is_urgent()).count();
        if urgent_count + usize::from(repeat) > MAX_QUEUED_URGENT {
            return CommandReply::TooMany;
        }
        let mut title = String::new();
        let count = repeat.max(1);
        for number in 1..=count {
            let at = self.unused_instant(Priority::Urgent, now.wall);
            let mut airing = match &source {
                UrgentSource::Segment(id) => {
                    let revision = self.revision_in_force_or_pending();
                    let segment = revision.and_then(|revision| Some((revision, revision.schedule.segment(id)?)));
                    let Some((revision, segment)) = segment else { return CommandReply::NoSuchSegment(id.clone()) };
                    let length = revision.library.planning_length(&segment.file);
                    LiveAiring::unplanned(segment, length, Priority::Urgent, at, self.zone())
                }
                UrgentSource::File { path, title, length, sha256, loudness } => {
                    let segment = segment_for_file(path, title, sha256);
                    let airing = LiveAiring::unplanned(&segment, *length, Priority::Urgent, at, self.zone());
                    let (path, sha256, loudness) = (path.clone(), sha256.clone(), loudness.clone());
                    LiveAiring { source: AudioSource::File { path, sha256, loudness }, ..airing }
                }
            };
            airing.repeat = (count > 1).then_some(RepeatPlace { number, count });
            self.log_operator_command(OperatorAction::Urgent, Some(airing.labels.id.clone()), user.clone());
            title.clone_from(&airing.labels.title);
            self.airings.push_unplanned(airing);
        }
        CommandEffect::Urgent { title, repeat: count }.into()
    }

    /// Returns the first instant, from `at` onwards, whose id no unplanned airing uses. The id for `at` itself can be
    /// in use, because a clock that was set back shows the same instants again.
    fn unused_instant(&self, priority: Priority, mut at: WallTime) -> WallTime {
        let is_used = |id: &String| {
            self.settled_ids.contains(id) || self.airings.unplanned().any(|live_airing| live_airing.labels.id == *id)
        };
        while is_used(&LiveAiring::unplanned_id(priority, at, self.zone())) {
            at = at.plus(1);
        }
        at
    }
}

/// Returns a segment that describes a file from outside the station, for the labels of its airing.
fn segment_for_file(path: &Path, title: &str, sha256: &str) -> Segment {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Segment {
        id: Id::new("urgent").unwrap_or_else(|| unreachable!("the constant is a valid id")),
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
