//! Progress marks: how far the sounding airing has come, or that the station lives.
use super::Playout;
use crate::airlog::progress::LifeSign;
use crate::airlog::storage::Storage;
use crate::base::instant::{BootTime, SECOND_US};
use crate::playout::clock::Clock;

/// Microseconds between two marks while something sounds.
const MARK_INTERVAL_US: i64 = SECOND_US;
/// Microseconds between two marks while nothing sounds.
const HEARTBEAT_INTERVAL_US: i64 = 60 * SECOND_US;

impl<C: Clock, S: Storage> Playout<C, S> {
    /// Returns when the next mark is due.
    pub(super) fn next_mark_at(&self, now: BootTime) -> BootTime {
        let interval = mark_interval_us(self.engine.sounding().is_some());
        self.last_mark.as_ref().map_or(now, |(at, _)| at.plus(interval))
    }

    /// Writes a mark if one is due or the sounding airing has changed; first ends the log's epoch if that is due.
    pub(super) fn write_progress_mark(&mut self) {
        let now = self.clock.now();
        let sounding = self.engine.sounding().map(|(id, key, before)| (id.to_owned(), key, before));
        let id = sounding.as_ref().map(|(id, ..)| id.clone());
        let interval = mark_interval_us(id.is_some());
        let (first, due) = match &self.last_mark {
            None => (true, true),
            Some((at, marked)) => (*marked != id, now.boot.since(*at) >= interval),
        };
        if self.log_health.retry_at().map_or(due, |at| now.boot >= at) {
            let rotated = self.log.rotate_epoch_if_due(now);
            self.track_log_result(rotated);
            self.report_rotation_failures();
        }
        if !first && !due {
            return;
        }
        let progress = self.output.as_ref().and_then(|output| output.progress());
        let progress = progress.filter(|p| sounding.as_ref().is_some_and(|(_, key, _)| *key == p.key));
        // The part of an interrupted airing that played before counts, too.
        let before = |rate| sounding.as_ref().map_or(0, |(.., before)| before.frames_at(rate));
        let sign = LifeSign {
            trusted: self.engine.is_clock_trusted(),
            id: id.clone(),
            frames: progress.map_or(0, |p| p.frames + before(p.rate)),
            rate: progress.map_or(0, |p| p.rate),
        };
        let starts = first && id.is_some();
        // A mark may be lost: then less is known of an airing that a power cut interrupts.
        let _ = self.log.write_mark(now, sign, starts);
        self.last_mark = Some((now.boot, id));
    }

    /// Reports, once each, that an epoch cannot end and that a kept file has only one copy.
    fn report_rotation_failures(&mut self) {
        if let Some(notice) = self.log_health.on_rotation(self.log.rotation_error()) {
            (self.effects.notify)(notice);
        }
        if let Some(notice) = self.log_health.on_kept_copy(self.log.kept_file_error()) {
            (self.effects.notify)(notice);
        }
    }
}

fn mark_interval_us(is_sounding: bool) -> i64 {
    if is_sounding { MARK_INTERVAL_US } else { HEARTBEAT_INTERVAL_US }
}
