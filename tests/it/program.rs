//! The program under test, in a room of its own.
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use chrono::{Timelike, Utc};

/// `loa` as on a machine that nobody has used before: its keys, memory and sockets lie under `home`, and nothing of whoever
/// runs the tests is seen (what they have in their own state folder would be used first).
#[must_use]
pub fn loa(home: &Path) -> Command {
    // A test of the program itself can be tried on a former release.
    let mut command = Command::new(std::env::var_os("LOA_PROGRAM").unwrap_or(env!("CARGO_BIN_EXE_loa").into()));
    command.env("HOME", home).env("XDG_STATE_HOME", home.join("state")).env("XDG_RUNTIME_DIR", home);
    for name in ["STATE_DIRECTORY", "RUNTIME_DIRECTORY", "LC_ALL", "LC_MESSAGES", "LANGUAGE"] {
        command.env_remove(name);
    }
    command.env("LANG", "C.UTF-8");
    command
}

/// Gives this thread, and whatever it starts, more of a busy machine than other work gets: what plays or listens in real
/// time falls behind otherwise. Where that is not permitted the machine has to be quick enough by itself.
pub fn in_real_time() {
    let _ = rustix::process::setpriority_process(None, -11);
}

/// A time zone in which it was between 10:00 and 11:00 when the tests began: a station whose clock is that of the machine
/// is never near its midnight, where "in an hour" would be another date.
#[must_use]
pub fn daytime() -> chrono_tz::Tz {
    static ZONE: OnceLock<chrono_tz::Tz> = OnceLock::new();
    *ZONE.get_or_init(|| {
        let east = 10 - i64::from(Utc::now().hour());
        let east = if east < -12 { east + 24 } else { east };
        // POSIX counts hours west of Greenwich (tzdata, file `etcetera`).
        format!("Etc/GMT{:+}", -east).parse().expect("a zone")
    })
}
