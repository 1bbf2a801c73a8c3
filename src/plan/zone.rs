//! Local times as instants: what clocks that go forward and back do to a schedule.
use crate::schedule::session::days_after_start;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;

use super::LateRule;
use crate::base::instant::{SECOND_US, WallTime, to_local};
use crate::schedule::LateSetting;

const DAY: i64 = 86_400 * SECOND_US;

/// The zone around one date: where its clocks are not changed, nothing has to be looked up.
#[derive(Debug, Clone, Copy)]
pub struct ZoneOnDate {
    zone: Tz,
    /// The offset and the instant of midnight, if the offset is the same from the day before to three days after.
    fixed_offset: Option<(FixedOffset, WallTime)>,
}

impl ZoneOnDate {
    /// The zone around a date.
    #[must_use]
    pub fn on_date(zone: Tz, date: NaiveDate) -> Self {
        let offset = |days: i64| {
            let at = date.checked_add_signed(TimeDelta::days(days))?.and_time(NaiveTime::MIN);
            Some(zone.offset_from_utc_datetime(&at).fix())
        };
        // Nowhere are clocks changed twice within these days.
        let first = offset(-1).filter(|first| (0..=4).all(|days| offset(days) == Some(*first)));
        let steady = first.map(|offset| {
            let local = date.and_time(NaiveTime::MIN).and_utc().timestamp_micros();
            (offset, WallTime(local - i64::from(offset.local_minus_utc()) * SECOND_US))
        });
        Self { zone, fixed_offset: steady }
    }

    /// A time of this date as an instant, see [`instant`].
    #[must_use]
    pub fn instant_at(&self, date: NaiveDate, at: NaiveTime) -> WallTime {
        match self.fixed_offset {
            Some((_, midnight)) => midnight.plus(i64::from(at.num_seconds_from_midnight()) * SECOND_US),
            None => WallTime(resolve_local_time(self.zone, date.and_time(at)).timestamp_micros()),
        }
    }

    /// Any local time as an instant, see [`instant`].
    #[must_use]
    pub fn resolve(&self, at: NaiveDateTime) -> WallTime {
        let steady = self.fixed_offset.map(|(offset, midnight)| {
            (WallTime(at.and_utc().timestamp_micros() - i64::from(offset.local_minus_utc()) * SECOND_US), midnight)
        });
        let near = steady.filter(|(at, midnight)| (0..3 * DAY).contains(&at.since(*midnight)));
        near.map_or_else(|| WallTime(resolve_local_time(self.zone, at).timestamp_micros()), |(at, _)| at)
    }

    /// An instant, written with the zone's offset at it.
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

/// A local time as an instant. A time that comes twice (clocks going back) means its first coming; a time
/// that never comes (clocks going forward) means the first instant after the gap.
#[must_use]
pub fn resolve_local_time(zone: Tz, local: NaiveDateTime) -> DateTime<FixedOffset> {
    let mut probe = local;
    // No zone has ever skipped more than a day; minutes suffice, as gaps begin and end on them.
    for _ in 0..=1441 {
        if let Some(found) = zone.from_local_datetime(&probe).earliest() {
            return found.fixed_offset();
        }
        probe = probe.with_second(0).unwrap_or(probe) + TimeDelta::minutes(1);
    }
    local.and_utc().fixed_offset()
}

/// A session's rule for late starts on one date.
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

/// A time of the day of a start, or of the next day by [`until`], as an instant.
pub(super) fn deadline(zone: Tz, date: NaiveDate, at: NaiveTime, time: NaiveTime) -> Option<WallTime> {
    let days = days_after_start(time, at)?;
    Some(WallTime(resolve_local_time(zone, (date + TimeDelta::days(days)).and_time(time)).timestamp_micros()))
}
