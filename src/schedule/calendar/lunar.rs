//! The Vietnamese lunar calendar, computed.
//!
//! The computation follows the rules of the Vietnamese calendar at UTC+7 (decision 121/CP of 8 August 1967): a month
//! begins on the civil day of the new moon; the month with the winter solstice is the eleventh; if there are 13 months
//! from one such month to the next, the first of them without a principal term is a leap month. The times of new moons
//! follow J. Meeus, *Astronomical Algorithms*, 2nd ed., chapter 49, with all terms; the sun's longitude follows chapter
//! 25, with the largest terms for the planets and the moon. The difference between terrestrial and universal time is
//! interpolated between observed values and, after 2026, between the predictions of F. Espenak and J. Meeus. The dates
//! of some future new moons are uncertain: those of 8 May 2054, 9 December 2072, 15 November 2077 and 18 October 2085
//! fall within two minutes of midnight.
mod ephemeris;

use chrono::{Datelike, NaiveDate, TimeDelta};

use ephemeris::{delta_t, new_moon, sun_longitude};

/// Viet Nam's offset from UTC, in days.
const UTC_OFFSET_DAYS: f64 = 7.0 / 24.0;
/// The Julian day number of the day before 0001-01-01, where chrono starts to count days.
const CHRONO_EPOCH_JULIAN_DAY: i64 = 1_721_425;

/// A date of the lunar calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LunarDate {
    /// The day of the lunar month, 1 to 30.
    pub day: u8,
    /// The number of the lunar month, 1 to 12.
    pub month: u8,
    /// True for a leap month: the second of two consecutive months with the same number.
    pub is_leap_month: bool,
    /// True when the next day is the first day of a lunar year.
    pub is_new_year_eve: bool,
}

/// A year from one eleventh lunar month to the next (exclusive). It is not the civil lunar year, which begins with the
/// first month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LunarYear {
    /// The months in order: first day, number, and true for a leap month.
    months: Vec<(NaiveDate, u8, bool)>,
    /// The day after the last month.
    end: NaiveDate,
}

impl LunarYear {
    /// Returns the year that contains a date. `None` before year 1 and after year 9999, for which the astronomical
    /// series are not valid.
    #[must_use]
    pub fn containing(date: NaiveDate) -> Option<Self> {
        if !(1..=9999).contains(&date.year()) {
            return None;
        }
        let eleventh_moon = eleventh_month_moon(date.year());
        let first_day = new_moon_date(eleventh_moon);
        if date < first_day? {
            Self::between_new_moons(eleventh_month_moon(date.year() - 1), eleventh_moon)
        } else {
            Self::between_new_moons(eleventh_moon, eleventh_month_moon(date.year() + 1))
        }
    }

    /// Returns the year from new moon number `first_moon` to new moon number `end_moon` (exclusive).
    fn between_new_moons(first_moon: i64, end_moon: i64) -> Option<Self> {
        let new_moon_days: Vec<i64> = (first_moon..=end_moon).map(|k| new_moon_day(k as f64)).collect();
        let mut needs_leap_month = end_moon - first_moon == 13;
        let mut month_number = 11;
        let mut months = Vec::new();
        for (index, month_bounds) in new_moon_days.windows(2).enumerate() {
            // The eleventh month itself contains the solstice, so it is never a leap month.
            let is_leap_month =
                needs_leap_month && index > 0 && sun_sector(month_bounds[0]) == sun_sector(month_bounds[1]);
            needs_leap_month &= !is_leap_month;
            if index > 0 && !is_leap_month {
                month_number = month_number % 12 + 1;
            }
            months.push((civil_date(month_bounds[0])?, month_number, is_leap_month));
        }
        Some(Self { months, end: civil_date(*new_moon_days.last()?)? })
    }

    /// Returns the lunar date of a day; `None` for a day outside this year.
    #[must_use]
    pub fn lunar_date(&self, date: NaiveDate) -> Option<LunarDate> {
        if date >= self.end {
            return None;
        }
        let index = self.months.partition_point(|(first_day, ..)| *first_day <= date).checked_sub(1)?;
        let (first_day, month, is_leap_month) = self.months[index];
        let day = u8::try_from((date - first_day).num_days() + 1).ok()?;
        let next_month = self.months.get(index + 1);
        let is_new_year_eve = next_month.is_some_and(|(first_day, number, is_leap_month)| {
            *number == 1 && !is_leap_month && *first_day - date == TimeDelta::days(1)
        });
        Some(LunarDate { day, month, is_leap_month, is_new_year_eve })
    }
}

/// Converts a Julian day number to a date; `None` outside chrono's range.
fn civil_date(julian_day: i64) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(julian_day - CHRONO_EPOCH_JULIAN_DAY).ok()?)
}

/// Returns the civil date of new moon number `k`; `None` outside chrono's range.
fn new_moon_date(k: i64) -> Option<NaiveDate> {
    civil_date(new_moon_day(k as f64))
}

/// Returns the number of the new moon that begins the eleventh month of a solar year: the last new moon that is not
/// later than the day of the winter solstice. New moons are counted from 6 January 2000.
fn eleventh_month_moon(year: i32) -> i64 {
    // A year has 12.368_5 new moons, and late December is 0.97 years after January begins.
    let late_december_moon = (f64::from(year) + 0.97 - 2000.0) * 12.368_5;
    let solstice = solstice_day(year);
    let mut k = late_december_moon.floor() as i64 + 1;
    while solstice < new_moon_day(k as f64) {
        k -= 1;
    }
    k
}

/// Returns the civil day, as a Julian day number, on which the sun reaches 270 degrees.
fn solstice_day(year: i32) -> i64 {
    let mid_december = NaiveDate::from_ymd_opt(year, 12, 15).unwrap_or_default();
    let first_day = i64::from(mid_december.num_days_from_ce()) + CHRONO_EPOCH_JULIAN_DAY;
    // Sector 9 begins at 270 degrees.
    (first_day..first_day + 15).find(|day| sun_sector(day + 1) == 9).unwrap_or(first_day)
}

/// Returns the index, 0 to 11, of the 30-degree sector of the ecliptic that contains the sun when a civil day begins.
/// Sector 0 begins at the spring equinox.
fn sun_sector(julian_day: i64) -> i64 {
    let jd = julian_day as f64 - 0.5 - UTC_OFFSET_DAYS;
    (sun_longitude(jd + delta_t(jd)) / 30.0).floor() as i64
}

/// Returns the civil day of new moon number `k`, as a Julian day number.
fn new_moon_day(k: f64) -> i64 {
    let jde = new_moon(k);
    (jde - delta_t(jde) + 0.5 + UTC_OFFSET_DAYS).floor() as i64
}

#[cfg(test)]
mod tests;
