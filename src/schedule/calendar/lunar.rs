//! The Vietnamese lunar calendar, computed.
//!
//! It follows the rules of the Vietnamese calendar at UTC+7 (decision 121/CP of 8 August 1967): a month begins on the
//! civil day of the new moon; the month with the winter solstice is the eleventh; of 13 months between two such months,
//! the first without a principal term is a leap month. The times of new moons follow J. Meeus, *Astronomical
//! Algorithms*, 2nd ed., chapter 49, with all terms; the sun's longitude follows chapter 25, with the largest terms for
//! the planets and the moon. The difference between terrestrial and universal time is interpolated between observed
//! values and, after 2026, between the predictions of F. Espenak and J. Meeus. Nobody knows yet on which side of
//! midnight some new moons will fall: 8 May 2054, 9 December 2072, 15 November 2077 and 18 October 2085 are within two
//! minutes of it.
mod ephemeris;

use chrono::{Datelike, NaiveDate, TimeDelta};

use ephemeris::{delta_t, new_moon, sun_longitude};

/// Viet Nam's offset from Greenwich, in days.
const UTC_PLUS_7: f64 = 7.0 / 24.0;
/// The Julian day number of the day before 0001-01-01, where chrono starts to count days.
const CHRONO_EPOCH: i64 = 1_721_425;

/// A date of the lunar calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LunarDate {
    /// 1 to 30.
    pub day: u8,
    /// 1 to 12.
    pub month: u8,
    /// Whether it is the second month with its number.
    pub is_leap_month: bool,
    /// Whether the next day is the first day of a lunar year.
    pub is_new_year_eve: bool,
}

/// The months from one eleventh month to the next, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LunarYear {
    /// The first day of each month, its number, and whether it is a leap month.
    months: Vec<(NaiveDate, u8, bool)>,
    /// The day after the last month.
    end: NaiveDate,
}

impl LunarYear {
    /// Returns the months around a date; `None` outside the years 1 to 9999, where the series have no meaning.
    #[must_use]
    pub fn containing(date: NaiveDate) -> Option<Self> {
        if !(1..=9999).contains(&date.year()) {
            return None;
        }
        let this = eleventh_month(date.year());
        let first_day = new_moon_date(this);
        if date < first_day? {
            Self::between(eleventh_month(date.year() - 1), this)
        } else {
            Self::between(this, eleventh_month(date.year() + 1))
        }
    }

    /// Returns the months from the new moon `first` to the new moon `last`, which is not included.
    fn between(first: i64, last: i64) -> Option<Self> {
        let days: Vec<i64> = (first..=last).map(|k| new_moon_day(k as f64)).collect();
        let leap_year = last - first == 13;
        let mut leap_seen = !leap_year;
        let mut number = 11;
        let mut months = Vec::new();
        for (index, pair) in days.windows(2).enumerate() {
            // The eleventh month itself contains the solstice, so it is never a leap month.
            let leap = !leap_seen && index > 0 && sun_sector(pair[0]) == sun_sector(pair[1]);
            leap_seen |= leap;
            if index > 0 && !leap {
                number = number % 12 + 1;
            }
            months.push((civil_date(pair[0])?, number, leap));
        }
        Some(Self { months, end: civil_date(*days.last()?)? })
    }

    /// Returns the lunar date of a day; `None` outside these months.
    #[must_use]
    pub fn lunar_date(&self, date: NaiveDate) -> Option<LunarDate> {
        if date >= self.end {
            return None;
        }
        let index = self.months.partition_point(|(first, ..)| *first <= date).checked_sub(1)?;
        let (first, month, leap) = self.months[index];
        let day = u8::try_from((date - first).num_days() + 1).ok()?;
        let next = self.months.get(index + 1);
        let eve =
            next.is_some_and(|(first, number, leap)| *number == 1 && !leap && *first - date == TimeDelta::days(1));
        Some(LunarDate { day, month, is_leap_month: leap, is_new_year_eve: eve })
    }
}

fn civil_date(julian_day: i64) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(julian_day - CHRONO_EPOCH).ok()?)
}

fn new_moon_date(k: i64) -> Option<NaiveDate> {
    civil_date(new_moon_day(k as f64))
}

/// Returns the number of the new moon that begins the eleventh month of a solar year: the last new moon that is not
/// later than the day of the winter solstice. New moons are counted from 6 January 2000.
fn eleventh_month(year: i32) -> i64 {
    let december = (f64::from(year) + 0.97 - 2000.0) * 12.368_5;
    let solstice = solstice_day(year);
    let mut k = december.floor() as i64 + 1;
    while solstice < new_moon_day(k as f64) {
        k -= 1;
    }
    k
}

/// Returns the civil day, as a Julian day number, on which the sun reaches 270 degrees.
fn solstice_day(year: i32) -> i64 {
    let december = NaiveDate::from_ymd_opt(year, 12, 15).unwrap_or_default();
    let start = i64::from(december.num_days_from_ce()) + CHRONO_EPOCH;
    (start..start + 15).find(|day| sun_sector(day + 1) == 9).unwrap_or(start)
}

/// Returns the twelfth of the ecliptic, counted from the spring equinox, in which the sun is when a civil day begins.
fn sun_sector(julian_day: i64) -> i64 {
    let jd = julian_day as f64 - 0.5 - UTC_PLUS_7;
    (sun_longitude(jd + delta_t(jd)) / 30.0).floor() as i64
}

/// Returns the civil day of the new moon number `k`, as a Julian day number.
fn new_moon_day(k: f64) -> i64 {
    let jde = new_moon(k);
    (jde - delta_t(jde) + 0.5 + UTC_PLUS_7).floor() as i64
}

#[cfg(test)]
mod tests;
