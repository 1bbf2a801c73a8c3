//! Build script: the day the program was built, below which no clock is believed.
//! `SOURCE_DATE_EPOCH` (reproducible-builds.org) overrides it.
use std::time::{SystemTime, UNIX_EPOCH};

// A build has no other clock.
#[allow(clippy::disallowed_methods)]
fn main() {
    println!("cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH");
    println!("cargo::rerun-if-changed=Cargo.toml");
    println!("cargo::rerun-if-changed=src");
    let given = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|s| s.parse::<u64>().ok());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    // Whole days: an hour's error between the builder's clock and the station's must not matter.
    let day = given.unwrap_or(now) / 86_400 * 86_400;
    println!("cargo::rustc-env=LOA_BUILD_UNIX={day}");
}
