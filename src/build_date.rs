//! Build script: sets `LOA_BUILD_UNIX` to the day of the build, because a clock that shows an earlier day is wrong.
//! `SOURCE_DATE_EPOCH` (reproducible-builds.org) overrides the day.
use std::time::{SystemTime, UNIX_EPOCH};

// A build script has no other clock.
#[allow(clippy::disallowed_methods)]
fn main() {
    println!("cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH");
    println!("cargo::rerun-if-changed=Cargo.toml");
    println!("cargo::rerun-if-changed=src");
    let override_s = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|s| s.parse::<u64>().ok());
    let now_s = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    // Round down to a whole day (86,400 s): a small difference between the clocks of the build machine and the station
    // must not matter.
    let day_start_s = override_s.unwrap_or(now_s) / 86_400 * 86_400;
    println!("cargo::rustc-env=LOA_BUILD_UNIX={day_start_s}");
}
