//! The station's zone, its local date, and its quiet hours.
use chrono::{DateTime, FixedOffset, NaiveDate};
use chrono_tz::Tz;

use super::Engine;
use super::zone_cache::ZoneCache;
use crate::base::instant::{SECOND_US, WallTime, to_local};
use crate::plan::zone::ZoneOnDate;
use crate::plan::{Airing, Priority};
use crate::playout::clock::ClockSnapshot;

impl Engine {
    /// The station's zone.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.in_force.as_ref().map_or(chrono_tz::Asia::Ho_Chi_Minh, |a| a.schedule.station.timezone)
    }

    /// Returns an instant by the clocks of the zone.
    pub(super) fn local_time(&self, at: WallTime) -> DateTime<FixedOffset> {
        self.zone_around(at).to_local(at)
    }

    /// Returns the zone's offsets around an instant.
    pub(super) fn zone_around(&self, at: WallTime) -> ZoneOnDate {
        let (zone, day) = (self.zone(), at.0.div_euclid(86_400 * SECOND_US));
        if let Some(cached) = self.zone_cache.get().filter(|cached| (cached.zone, cached.day) == (zone, day)) {
            return cached.around;
        }
        let around = ZoneOnDate::on_date(zone, to_local(at, zone).date_naive());
        self.zone_cache.set(Some(ZoneCache { zone, day, around }));
        around
    }

    /// The local date.
    pub(super) fn today(&self, now: ClockSnapshot) -> NaiveDate {
        self.local_time(now.wall).date_naive()
    }

    /// Whether this instant lies in quiet hours.
    pub(super) fn is_quiet_at(&self, at: WallTime) -> bool {
        let adopted = self.in_force.as_ref();
        adopted.is_some_and(|a| a.schedule.station.quiet_hours.contains(self.local_time(at).naive_local()))
    }

    /// Whether an airing may not sound at this instant: quiet hours bar all but urgent ones.
    pub(super) fn is_quiet_for(&self, at: WallTime, airing: &Airing) -> bool {
        airing.priority != Priority::Urgent && self.is_quiet_at(at)
    }
}
