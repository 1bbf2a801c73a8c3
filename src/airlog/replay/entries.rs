//! Applies entries that are read in full.
use super::{EntryMoment, OpenStart, Replay, StartFields};
use crate::airlog::airing_id::date_in_id;
use crate::airlog::entry::{Body, EpochEntry, OutcomeEntry, Reason, RelayEntry, StartEntry};
use crate::airlog::record::Record;
use crate::base::instant::BootTime;

impl Replay {
    /// Applies one entry.
    pub fn apply(&mut self, record: &Record) {
        self.entries += 1;
        self.in_epoch += 1;
        if let Some((_, boottime, boot)) = &self.last_entry
            && *boot == record.boot
        {
            self.epoch_ran_us = self.epoch_ran_us.saturating_add(BootTime(record.boottime_us).since(*boottime).max(0));
        }
        self.absences.apply(record);
        // These may follow the entry of a clean shutdown.
        self.orderly &= matches!(record.kind.as_str(), "epoch" | "gap" | "anchor" | "cosigned");
        match record.body.as_ref() {
            Some(Body::Epoch(note)) => self.epoch(note),
            Some(Body::Genesis(genesis)) => {
                self.epoch_key = Some(genesis.epoch_key.clone());
                self.station = Some(genesis.station.clone());
                self.origin = Some(genesis.origin.clone());
            }
            Some(Body::Boot(boot)) => self.trust = Some((boot.trusted, boot.trust)),
            Some(Body::ClockTrust(note)) => self.trust = Some((note.trusted, note.trust)),
            Some(Body::Shutdown(_)) => self.orderly = true,
            Some(Body::Schedule(note)) => {
                self.schedule = Some(note.into());
                self.adopted_at = Some(record.wall());
            }
            Some(Body::Plan(note)) => self.plan(note),
            Some(Body::Lost(note)) => self.write_off(note),
            Some(Body::Start(note)) => self.start(note, record.into()),
            Some(Body::Outcome(note)) => self.outcome(note),
            Some(Body::Relay(note)) => self.relay(note),
            Some(Body::Interrupt(note)) => self.set_played_before(&note.id, note.frames, note.rate, record.into()),
            Some(Body::Resume(note)) => self.set_played_before(&note.id, note.frames, note.rate, record.into()),
            _ => {}
        }
        // The first entry of a log comes before any entry about the clock.
        if self.trust.is_some_and(|(trusted, _)| trusted) {
            self.clock_floor = Some(record.at);
        }
        self.last_entry = Some((record.wall(), BootTime(record.boottime_us), record.boot.clone()));
    }

    fn epoch(&mut self, note: &EpochEntry) {
        self.epoch = note.epoch;
        self.epoch_key_before = self.epoch_key.replace(note.epoch_key.clone());
        self.in_epoch = 0;
        self.epoch_ran_us = 0;
    }

    pub(super) fn start(&mut self, note: &StartEntry, since: EntryMoment) {
        self.mark_session_begun(&note.labels.id);
        let fields = StartFields {
            late_us: note.late_us,
            sha256: note.sha256.clone(),
            device: Some(note.device.clone()),
            sink: note.sink.clone(),
            hardware: note.hardware,
            volume: Some(note.volume),
            level: note.level,
            rate: note.rate,
            frames: 0,
            since,
        };
        self.open_starts.push(OpenStart { labels: note.labels.clone(), fields: Box::new(fields) });
    }

    /// Notes the frames taken before an interruption: they come from the log, not from the marks.
    fn set_played_before(&mut self, id: &str, frames: u64, rate: u32, since: EntryMoment) {
        if let Some(open) = self.open_starts.iter_mut().find(|open| open.labels.id == id) {
            (open.fields.frames, open.fields.rate, open.fields.since) = (frames, rate, since);
        }
    }

    /// Notes that an airing of the session has started.
    pub(super) fn mark_session_begun(&mut self, id: &str) {
        // Consecutive airings mostly belong to one session.
        if let Some((key, _)) = id.rsplit_once('#')
            && self.old.begun != key
        {
            self.begun_sessions.insert(key.to_owned());
            key.clone_into(&mut self.old.begun);
        }
    }

    fn outcome(&mut self, note: &OutcomeEntry) {
        self.settle(&note.labels.id, note.reason, note.labels.planned_at.is_some());
    }

    fn settle(&mut self, id: &str, reason: Option<Reason>, planned: bool) {
        self.count_outcome(id, reason, planned);
        self.with_outcome.insert(id.to_owned());
    }

    pub(super) fn count_outcome(&mut self, id: &str, reason: Option<Reason>, planned: bool) {
        self.open_starts.retain(|open| open.labels.id != *id);
        // Unless the reason says that it could not play, the station was running: the session has begun, and its other
        // airings keep their own times.
        let absent = [
            Reason::PowerOff,
            Reason::Shutdown,
            Reason::ClockUntrusted,
            Reason::Late,
            Reason::QuietHours,
            Reason::Withdrawn,
        ];
        if reason.is_none_or(|reason| !absent.contains(&reason)) {
            self.mark_session_begun(id);
        }
        if planned && let Some(ends) = date_in_id(id).and_then(|date| self.outcome_counts.get_mut(&date)) {
            ends.ended += 1;
            ends.withdrawn += u64::from(reason == Some(Reason::Withdrawn));
        }
    }

    fn relay(&mut self, note: &RelayEntry) {
        if let Some(ends) = date_in_id(&note.id).and_then(|date| self.outcome_counts.get_mut(&date)) {
            ends.relays += 1;
        }
        self.with_outcome.insert(note.id.clone());
    }
}
