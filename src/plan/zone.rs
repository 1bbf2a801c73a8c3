//! Converts between local times and instants, even when clocks go forward or back.
use crate::schedule::session::{TimeLimit, days_after_start};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;

use super::LateRule;
use crate::base::instant::{SECOND_US, WallTime, to_local};
use crate::schedule::LateSetting;

/// The length of a day, in microseconds.
const DAY_US: i64 = 86_400 * SECOND_US;

/// A time zone around one date. If its clocks do not change around the date, conversions need no lookup.
#[derive(Debug, Clone, Copy)]
pub struct ZoneOnDate {
    zone: Tz,
    /// The offset and the instant of midnight, if the offset stays the same from the day before to three days after.
    offset_and_midnight: Option<(FixedOffset, WallTime)>,
}

impl ZoneOnDate {
    /// Returns the zone around a date.
    #[must_use]
    pub fn on_date(zone: Tz, date: NaiveDate) -> Self {
        let offset = |days: i64| {
            let at = date.checked_add_signed(TimeDelta::days(days))?.and_time(NaiveTime::MIN);
            Some(zone.offset_from_utc_datetime(&at).fix())
        };
        // Samples at midnight suffice, because no zone changes its clocks twice within these days.
        let fixed_offset = offset(-1).filter(|fixed_offset| (0..=4).all(|days| offset(days) == Some(*fixed_offset)));
        let offset_and_midnight = fixed_offset.map(|offset| {
            let midnight_as_utc_us = date.and_time(NaiveTime::MIN).and_utc().timestamp_micros();
            (offset, WallTime(midnight_as_utc_us - i64::from(offset.local_minus_utc()) * SECOND_US))
        });
        Self { zone, offset_and_midnight }
    }

    /// Converts a time of day on `date`, the date of this zone, to an instant, as [`resolve_local_time`] does.
    #[must_use]
    pub fn instant_at(&self, date: NaiveDate, at: NaiveTime) -> WallTime {
        match self.offset_and_midnight {
            Some((_, midnight)) => midnight.plus(i64::from(at.num_seconds_from_midnight()) * SECOND_US),
            None => WallTime(resolve_local_time(self.zone, date.and_time(at)).timestamp_micros()),
        }
    }

    /// Converts any local time to an instant, as [`resolve_local_time`] does.
    #[must_use]
    pub fn resolve(&self, at: NaiveDateTime) -> WallTime {
        let candidate = self.offset_and_midnight.map(|(offset, midnight)| {
            (WallTime(at.and_utc().timestamp_micros() - i64::from(offset.local_minus_utc()) * SECOND_US), midnight)
        });
        let near_candidate =
            candidate.filter(|(instant, midnight)| (0..3 * DAY_US).contains(&instant.since(*midnight)));
        near_candidate
            .map_or_else(|| WallTime(resolve_local_time(self.zone, at).timestamp_micros()), |(instant, _)| instant)
    }

    /// Converts an instant to local time.
    #[must_use]
    pub fn to_local(&self, at: WallTime) -> DateTime<FixedOffset> {
        let is_near = |midnight: &WallTime| (-DAY_US..3 * DAY_US).contains(&at.since(*midnight));
        let local = self
            .offset_and_midnight
            .filter(|(_, midnight)| is_near(midnight))
            .and_then(|(offset, _)| offset.timestamp_micros(at.0).single());
        local.unwrap_or_else(|| to_local(at, self.zone))
    }
}

/// Converts a local time to an instant. A time that occurs twice, because clocks go back, means the first occurrence. A
/// time that never occurs, because clocks go forward, means the first instant after the gap.
#[must_use]
pub fn resolve_local_time(zone: Tz, local: NaiveDateTime) -> DateTime<FixedOffset> {
    let mut probe = local;
    // No zone has ever skipped more than a day. Gaps begin and end on full minutes, so steps of one minute suffice.
    for _ in 0..=1441 {
        if let Some(instant) = zone.from_local_datetime(&probe).earliest() {
            return instant.fixed_offset();
        }
        probe = probe.with_second(0).unwrap_or(probe) + TimeDelta::minutes(1);
    }
    local.and_utc().fixed_offset()
}

/// Resolves the `late` setting of a session for its start at `at` on one date.
pub(super) fn resolve_late_rule(
    late: LateSetting,
    zone: &ZoneOnDate,
    timezone: Tz,
    date: NaiveDate,
    at: NaiveTime,
) -> LateRule {
    match late {
        LateSetting::Skip => LateRule::Skip,
        LateSetting::Play => LateRule::Play,
        LateSetting::Join => LateRule::Join,
        LateSetting::Until(limit) => resolve_deadline(timezone, date, at, limit)
            .map_or(LateRule::Skip, |limit| LateRule::Until(zone.to_local(limit))),
    }
}

/// Converts the time limit of the start at `at` on `date` to an instant, on the day given by [`days_after_start`].
/// Returns `None` when the limit has no effect on this start.
pub(super) fn resolve_deadline(timezone: Tz, date: NaiveDate, at: NaiveTime, limit: TimeLimit) -> Option<WallTime> {
    let days = days_after_start(limit, at)?;
    Some(WallTime(
        resolve_local_time(timezone, (date + TimeDelta::days(days)).and_time(limit.time_of_day())).timestamp_micros(),
    ))
}
