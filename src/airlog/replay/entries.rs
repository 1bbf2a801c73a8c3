//! Replays entries that are read in full.
use super::{EntryMoment, OpenStart, Replay, StartFields};
use crate::airlog::airing_id::date_in_id;
use crate::airlog::entry::{
    Body, ConcernEntry, ConcernTransition, EpochEntry, OutcomeEntry, Reason, RelayEntry, StartEntry,
};
use crate::airlog::record::Record;
use crate::base::instant::{BootTime, WallTime};

/// The maximum number of open concerns that are remembered. An honest log has at most a few dozen.
const MAX_OPEN_CONCERNS: usize = 1000;

impl Replay {
    /// Applies an entry.
    pub fn apply(&mut self, record: &Record) {
        self.entries += 1;
        self.entries_in_epoch += 1;
        if let Some((_, boottime, boot)) = &self.last_entry
            && *boot == record.boot
        {
            self.epoch_runtime_us =
                self.epoch_runtime_us.saturating_add(BootTime(record.boottime_us).since(*boottime).max(0));
        }
        self.absences.apply(record);
        // Only these entries may follow the `shutdown` entry of a clean shutdown.
        self.orderly &= matches!(record.kind.as_str(), "epoch" | "gap" | "anchor" | "cosigned");
        match record.body.as_ref() {
            Some(Body::Epoch(entry)) => self.begin_epoch(entry),
            Some(Body::Genesis(genesis)) => {
                self.epoch_key = Some(genesis.epoch_key.clone());
                self.station = Some(genesis.station.clone());
                self.origin = Some(genesis.origin.clone());
            }
            Some(Body::Boot(boot)) => self.trust = Some((boot.trusted, boot.trust)),
            Some(Body::ClockTrust(entry)) => self.trust = Some((entry.trusted, entry.trust)),
            Some(Body::Shutdown(_)) => self.orderly = true,
            Some(Body::Schedule(entry)) => {
                self.schedule = Some(entry.into());
                self.adopted_at = Some(record.wall());
            }
            Some(Body::Plan(entry)) => self.add_plan(entry),
            Some(Body::Lost(entry)) => self.drop_lost_file(entry),
            Some(Body::Concern(entry)) => self.apply_concern(entry),
            Some(Body::Start(entry)) => self.add_start(entry, record.into()),
            Some(Body::Outcome(entry)) => self.add_outcome(entry),
            Some(Body::Relay(entry)) => self.add_relay(entry),
            Some(Body::Interrupt(entry)) => self.set_logged_frames(&entry.id, entry.frames, entry.rate, record.into()),
            Some(Body::Resume(entry)) => self.set_logged_frames(&entry.id, entry.frames, entry.rate, record.into()),
            Some(
                Body::Operator(_)
                | Body::Remark(_)
                | Body::ClockStep(_)
                | Body::Device(_)
                | Body::Anchor(_)
                | Body::Cosigned(_)
                | Body::Gap(_)
                | Body::Edit(_)
                | Body::Amplifier(_),
            )
            | None => {}
        }
        // `trust` is `None` until the first entry about the clock.
        if self.trust.is_some_and(|(trusted, _)| trusted) {
            self.clock_floor = Some(record.at);
        }
        self.last_entry = Some((record.wall(), BootTime(record.boottime_us), record.boot.clone()));
    }

    fn begin_epoch(&mut self, entry: &EpochEntry) {
        self.epoch = entry.epoch;
        self.previous_epoch_key = self.epoch_key.replace(entry.epoch_key.clone());
        self.entries_in_epoch = 0;
        self.epoch_runtime_us = 0;
    }

    pub(super) fn add_start(&mut self, entry: &StartEntry, since: EntryMoment) {
        self.mark_session_begun(&entry.labels.id);
        let fields = StartFields {
            late_us: entry.late_us,
            sha256: entry.sha256.clone(),
            device: Some(entry.device.clone()),
            sink: entry.sink.clone(),
            hardware: entry.hardware,
            volume: Some(entry.volume),
            level: entry.level,
            rate: entry.rate,
            frames: 0,
            since,
        };
        self.open_starts.push(OpenStart { labels: entry.labels.clone(), fields: Box::new(fields) });
    }

    /// Sets the number of frames that were taken before an interruption. The log states this number, so no mark is
    /// needed to prove it.
    fn set_logged_frames(&mut self, id: &str, frames: u64, rate: u32, since: EntryMoment) {
        if let Some(open) = self.open_starts.iter_mut().find(|open| open.labels.id == id) {
            (open.fields.frames, open.fields.rate, open.fields.since) = (frames, rate, since);
        }
    }

    /// Adds the session of this airing to the begun sessions.
    pub(super) fn mark_session_begun(&mut self, id: &str) {
        // Consecutive airings mostly belong to the same session, so this comparison avoids most insertions.
        if let Some((session, _)) = id.rsplit_once('#')
            && self.old.last_session != session
        {
            self.begun_sessions.insert(session.to_owned());
            session.clone_into(&mut self.old.last_session);
        }
    }

    fn add_outcome(&mut self, entry: &OutcomeEntry) {
        let id = &entry.labels.id;
        self.count_outcome(id, entry.reason, entry.labels.planned_at.is_some());
        self.settled_ids.insert(id.clone());
    }

    /// Counts an outcome for its date, and updates the open starts and the begun sessions.
    pub(super) fn count_outcome(&mut self, id: &str, reason: Option<Reason>, is_planned: bool) {
        self.open_starts.retain(|open| open.labels.id != *id);
        if reason.is_none_or(Reason::implies_session_begun) {
            self.mark_session_begun(id);
        }
        if is_planned && let Some(counts) = date_in_id(id).and_then(|date| self.outcome_counts.get_mut(&date)) {
            counts.outcomes += 1;
            counts.withdrawn += u64::from(reason == Some(Reason::Withdrawn));
        }
    }

    fn add_relay(&mut self, entry: &RelayEntry) {
        if let Some(counts) = date_in_id(&entry.id).and_then(|date| self.outcome_counts.get_mut(&date)) {
            counts.relays += 1;
        }
        self.settled_ids.insert(entry.id.clone());
    }

    /// Adds or removes an open concern.
    fn apply_concern(&mut self, entry: &ConcernEntry) {
        let key = (entry.code.clone(), entry.subject.clone());
        match entry.news {
            ConcernTransition::Raised if self.open_concerns.len() < MAX_OPEN_CONCERNS => {
                self.open_concerns.insert(key, WallTime(entry.since.timestamp_micros()));
            }
            ConcernTransition::Cleared => _ = self.open_concerns.remove(&key),
            _ => {}
        }
    }
}
