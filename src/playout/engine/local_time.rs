//! The station's time zone, its local date, and its quiet hours.
use chrono::{DateTime, FixedOffset, NaiveDate};
use chrono_tz::Tz;

use super::Engine;
use super::zone_cache::ZoneCache;
use crate::base::instant::{SECOND_US, WallTime, to_local};
use crate::plan::zone::ZoneOnDate;
use crate::plan::{Airing, Priority};
use crate::playout::clock::ClockSnapshot;

impl Engine {
    /// The station's time zone. As long as no schedule is in force, it is that of `station.toml`.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.revision_in_force
            .as_ref()
            .map_or(self.context.settings_zone, |revision| revision.schedule.station.timezone)
    }

    /// Returns an instant as local time, with the zone's offset.
    pub(super) fn local_time(&self, at: WallTime) -> DateTime<FixedOffset> {
        self.zone_around(at).to_local(at)
    }

    /// Returns the zone's offsets around an instant.
    pub(super) fn zone_around(&self, at: WallTime) -> ZoneOnDate {
        let (zone, day) = (self.zone(), at.0.div_euclid(86_400 * SECOND_US));
        if let Some(cache) = self.zone_cache.get().filter(|cache| (cache.zone, cache.day) == (zone, day)) {
            return cache.offsets;
        }
        let offsets = ZoneOnDate::on_date(zone, to_local(at, zone).date_naive());
        self.zone_cache.set(Some(ZoneCache { zone, day, offsets }));
        offsets
    }

    /// The local date.
    pub(super) fn today(&self, now: ClockSnapshot) -> NaiveDate {
        self.local_time(now.wall).date_naive()
    }

    /// True when this instant is in quiet hours.
    pub(super) fn is_quiet_at(&self, at: WallTime) -> bool {
        let quiet_hours = self.revision_in_force.as_ref().map(|revision| revision.schedule.station.quiet_hours);
        quiet_hours.is_some_and(|quiet_hours| quiet_hours.contains(self.local_time(at).naive_local()))
    }

    /// The quiet hours that contain an instant, as `21:00–05:00`.
    pub(super) fn quiet_hours_at(&self, at: WallTime) -> Option<String> {
        let quiet_hours = self.revision_in_force.as_ref()?.schedule.station.quiet_hours;
        let (from, until) = quiet_hours.containing(self.local_time(at).naive_local())?;
        Some(format!("{}–{}", from.format("%H:%M"), until.format("%H:%M")))
    }

    /// True when quiet hours forbid this airing at this instant. They forbid all airings except urgent ones.
    pub(super) fn is_quiet_for(&self, at: WallTime, airing: &Airing) -> bool {
        airing.priority != Priority::Urgent && self.is_quiet_at(at)
    }
}
