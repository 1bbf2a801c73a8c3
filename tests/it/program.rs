//! The program under test in its own environment.
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use chrono::{Timelike, Utc};

/// A `loa` command as on an unused machine: its keys, state and sockets are under `home`. Without that, it would use
/// the state folder of the user who runs the tests.
#[must_use]
pub fn loa(home: &Path) -> Command {
    // `LOA_PROGRAM` runs these tests with another program, such as a former release.
    let mut command = Command::new(std::env::var_os("LOA_PROGRAM").unwrap_or(env!("CARGO_BIN_EXE_loa").into()));
    command.env("HOME", home).env("XDG_STATE_HOME", home.join("state")).env("XDG_RUNTIME_DIR", home);
    for name in ["STATE_DIRECTORY", "RUNTIME_DIRECTORY", "LC_ALL", "LC_MESSAGES", "LANGUAGE"] {
        command.env_remove(name);
    }
    command.env("LANG", "C.UTF-8");
    command
}

/// Raises the priority of this thread and of everything that it starts, because sound in real time would fall behind on
/// a busy machine. Without the permission for that, nothing changes.
pub fn in_real_time() {
    let _ = rustix::process::setpriority_process(None, -11);
}

/// A time zone in which the tests began between 10:00 and 11:00. A station with the machine's clock is so never near
/// midnight, where an hour later would be another date.
#[must_use]
pub fn daytime() -> chrono_tz::Tz {
    static ZONE: OnceLock<chrono_tz::Tz> = OnceLock::new();
    *ZONE.get_or_init(|| {
        let hours_east = 10 - i64::from(Utc::now().hour());
        let hours_east = if hours_east < -12 { hours_east + 24 } else { hours_east };
        // POSIX counts hours west of Greenwich (tzdata, file `etcetera`).
        format!("Etc/GMT{:+}", -hours_east).parse().expect("a zone")
    })
}
