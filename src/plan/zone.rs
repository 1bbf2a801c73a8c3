//! Converts local times to instants, also when clocks go forward or back.
use crate::schedule::session::days_after_start;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;

use super::LateRule;
use crate::base::instant::{SECOND_US, WallTime, to_local};
use crate::schedule::LateSetting;

const DAY: i64 = 86_400 * SECOND_US;

/// The zone around one date. If its clocks do not change there, no time needs a lookup.
#[derive(Debug, Clone, Copy)]
pub struct ZoneOnDate {
    zone: Tz,
    /// Offset and instant of midnight, if the offset is the same from the day before to three days after.
    fixed_offset: Option<(FixedOffset, WallTime)>,
}

impl ZoneOnDate {
    /// Returns the zone around a date.
    #[must_use]
    pub fn on_date(zone: Tz, date: NaiveDate) -> Self {
        let offset = |days: i64| {
            let at = date.checked_add_signed(TimeDelta::days(days))?.and_time(NaiveTime::MIN);
            Some(zone.offset_from_utc_datetime(&at).fix())
        };
        // No zone changes its clocks twice within these days.
        let first = offset(-1).filter(|first| (0..=4).all(|days| offset(days) == Some(*first)));
        let steady = first.map(|offset| {
            let local = date.and_time(NaiveTime::MIN).and_utc().timestamp_micros();
            (offset, WallTime(local - i64::from(offset.local_minus_utc()) * SECOND_US))
        });
        Self { zone, fixed_offset: steady }
    }

    /// Converts a time of this date to an instant, as [`resolve_local_time`] does.
    #[must_use]
    pub fn instant_at(&self, date: NaiveDate, at: NaiveTime) -> WallTime {
        match self.fixed_offset {
            Some((_, midnight)) => midnight.plus(i64::from(at.num_seconds_from_midnight()) * SECOND_US),
            None => WallTime(resolve_local_time(self.zone, date.and_time(at)).timestamp_micros()),
        }
    }

    /// Converts any local time to an instant, as [`resolve_local_time`] does.
    #[must_use]
    pub fn resolve(&self, at: NaiveDateTime) -> WallTime {
        let steady = self.fixed_offset.map(|(offset, midnight)| {
            (WallTime(at.and_utc().timestamp_micros() - i64::from(offset.local_minus_utc()) * SECOND_US), midnight)
        });
        let near = steady.filter(|(at, midnight)| (0..3 * DAY).contains(&at.since(*midnight)));
        near.map_or_else(|| WallTime(resolve_local_time(self.zone, at).timestamp_micros()), |(at, _)| at)
    }

    /// Returns an instant with the zone's offset at it.
    #[must_use]
    pub fn to_local(&self, at: WallTime) -> DateTime<FixedOffset> {
        let near = |midnight: &WallTime| (-DAY..3 * DAY).contains(&at.since(*midnight));
        let steady = self
            .fixed_offset
            .filter(|(_, midnight)| near(midnight))
            .and_then(|(offset, _)| offset.timestamp_micros(at.0).single());
        steady.unwrap_or_else(|| to_local(at, self.zone))
    }
}

/// Converts a local time to an instant. A time that comes twice (clocks go back) means the first; a time that never
/// comes (clocks go forward) means the first instant after the gap.
#[must_use]
pub fn resolve_local_time(zone: Tz, local: NaiveDateTime) -> DateTime<FixedOffset> {
    let mut probe = local;
    // No zone has skipped more than a day. Steps of a minute suffice, because gaps begin and end on minutes.
    for _ in 0..=1441 {
        if let Some(found) = zone.from_local_datetime(&probe).earliest() {
            return found.fixed_offset();
        }
        probe = probe.with_second(0).unwrap_or(probe) + TimeDelta::minutes(1);
    }
    local.and_utc().fixed_offset()
}

/// Converts a session's rule for late starts to instants of one date.
pub(super) fn resolve_late_rule(
    late: LateSetting,
    zone: &ZoneOnDate,
    tz: Tz,
    date: NaiveDate,
    at: NaiveTime,
) -> LateRule {
    match late {
        LateSetting::Skip => LateRule::Skip,
        LateSetting::Play => LateRule::Play,
        LateSetting::Join => LateRule::Join,
        LateSetting::Until(time) => {
            deadline(tz, date, at, time).map_or(LateRule::Skip, |limit| LateRule::Until(zone.to_local(limit)))
        }
    }
}

/// Converts a time of the day of a start, or of the day after it by [`days_after_start`], to an instant.
pub(super) fn deadline(zone: Tz, date: NaiveDate, at: NaiveTime, time: NaiveTime) -> Option<WallTime> {
    let days = days_after_start(time, at)?;
    Some(WallTime(resolve_local_time(zone, (date + TimeDelta::days(days)).and_time(time)).timestamp_micros()))
}
