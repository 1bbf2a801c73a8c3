//! Today's date at a station. Dates such as `hôm qua` on the command line are relative to it.
use std::path::Path;

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::base::instant::{WallTime, to_local};
use crate::base::platform::unix_time_s;
use crate::station;

/// Returns today's date in the zone, by this machine's clock.
#[must_use]
pub fn today_in(zone: Tz) -> NaiveDate {
    let now = WallTime(i64::try_from(unix_time_s()).unwrap_or(0).saturating_mul(1_000_000));
    to_local(now, zone).date_naive()
}

/// Returns today's date at the station. If the station cannot be read, returns the date in Vietnam.
#[must_use]
pub fn station_today(station: &Path) -> NaiveDate {
    today_in(station::read_settings_only(station).map_or(Tz::Asia__Ho_Chi_Minh, |settings| settings.timezone))
}
