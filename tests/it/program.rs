//! Runs the program under test in its own environment.
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use chrono::{Timelike, Utc};

/// Returns a `loa` command that runs as if on a new machine: its keys, state and sockets are under `home`. Otherwise
/// loa would use the state folder of the user who runs the tests.
#[must_use]
pub fn loa(home: &Path) -> Command {
    // `LOA_PROGRAM` runs these tests with a different program, such as an earlier release.
    let mut command = Command::new(std::env::var_os("LOA_PROGRAM").unwrap_or(env!("CARGO_BIN_EXE_loa").into()));
    command.env("HOME", home).env("XDG_STATE_HOME", home.join("state")).env("XDG_RUNTIME_DIR", home);
    for name in ["STATE_DIRECTORY", "RUNTIME_DIRECTORY", "LC_ALL", "LC_MESSAGES", "LANGUAGE"] {
        command.env_remove(name);
    }
    command.env("LANG", "C.UTF-8");
    command
}

/// Raises the priority of this thread and of everything that it starts, because real-time sound would fall behind on a
/// busy machine. If the user is not allowed to do that, nothing changes.
pub fn raise_priority() {
    let _ = rustix::process::setpriority_process(None, -11);
}

/// A time zone in which the tests began between 10:00 and 11:00. In this zone, a station with the machine's clock is
/// never near midnight, so no test runs into the next date.
#[must_use]
pub fn daytime_zone() -> chrono_tz::Tz {
    static ZONE: OnceLock<chrono_tz::Tz> = OnceLock::new();
    *ZONE.get_or_init(|| {
        let hours_east = 10 - i64::from(Utc::now().hour());
        let hours_east = if hours_east < -12 { hours_east + 24 } else { hours_east };
        // POSIX counts hours west of Greenwich (tzdata, file `etcetera`).
        format!("Etc/GMT{:+}", -hours_east).parse().expect("the zone exists")
    })
}
