//! Progress marks: each records the progress of the sounding airing or, while nothing sounds, that the daemon is
//! running.
use super::Playout;
use crate::airlog::progress::Heartbeat;
use crate::airlog::storage::{Storage, StorageMoved};
use crate::base::instant::{BootTime, SECOND_US};
use crate::playout::clock::Clock;

/// Microseconds between two marks while something sounds.
const MARK_INTERVAL_US: i64 = SECOND_US;
/// Microseconds between two marks while nothing sounds.
const HEARTBEAT_INTERVAL_US: i64 = 60 * SECOND_US;

impl<C: Clock, S: Storage> Playout<C, S> {
    /// Returns the time of the next mark.
    pub(super) fn next_mark_at(&self, now: BootTime) -> BootTime {
        let interval_us = mark_interval_us(self.engine.sounding_airing().is_some());
        self.last_mark.as_ref().map_or(now, |(marked_at, _)| marked_at.plus(interval_us))
    }

    /// Ends the log's epoch if that is due. Then writes a mark if one is due or if the sounding airing has changed
    /// since the last mark.
    pub(super) fn rotate_epoch_and_write_mark(&mut self) {
        let now = self.clock.now();
        let sounding_airing =
            self.engine.sounding_airing().map(|(id, key, earlier_length)| (id.to_owned(), key, earlier_length));
        let id = sounding_airing.as_ref().map(|(id, ..)| id.clone());
        let interval_us = mark_interval_us(id.is_some());
        let (has_airing_changed, is_due) = match &self.last_mark {
            None => (true, true),
            Some((marked_at, marked_id)) => (*marked_id != id, now.boot.since(*marked_at) >= interval_us),
        };
        if self.log_health.retry_at().map_or(is_due, |at| now.boot >= at) {
            let result = self.log.rotate_epoch_if_due(now);
            self.track_log_result(result);
            self.report_rotation_failures();
        }
        if !has_airing_changed && !is_due {
            return;
        }
        let progress = self.output.as_ref().and_then(|output| output.progress());
        let progress =
            progress.filter(|progress| sounding_airing.as_ref().is_some_and(|(_, key, _)| *key == progress.key));
        // The frames that sounded before an interruption count too.
        let earlier_frames =
            |rate| sounding_airing.as_ref().map_or(0, |(.., earlier_length)| earlier_length.frames_at(rate));
        let heartbeat = Heartbeat {
            trusted: self.engine.is_clock_trusted(),
            id: id.clone(),
            frames: progress.map_or(0, |progress| progress.frames + earlier_frames(progress.rate)),
            rate: progress.map_or(0, |progress| progress.rate),
        };
        let is_start = has_airing_changed && id.is_some();
        // An error is ignored. Without the mark, less is known about an airing if a power cut interrupts it.
        let _ = self.log.write_mark(now, heartbeat, is_start);
        self.last_mark = Some((now.boot, id));
    }

    /// Reports if an epoch cannot end, and if a kept file has only one copy. Each failure is reported only once.
    fn report_rotation_failures(&mut self) {
        // A log that was moved has a notice of its own.
        let is_other_failure = |error: &&std::io::Error| !StorageMoved::is_cause_of(error);
        if let Some(notice) = self.log_health.on_rotation(self.log.rotation_error().filter(is_other_failure)) {
            (self.effects.notify)(notice);
        }
        if let Some(notice) = self.log_health.on_kept_copy(self.log.kept_file_error().filter(is_other_failure)) {
            (self.effects.notify)(notice);
        }
    }
}

fn mark_interval_us(is_sounding: bool) -> i64 {
    if is_sounding { MARK_INTERVAL_US } else { HEARTBEAT_INTERVAL_US }
}
