//! Signals that the parent process ignores when it starts the daemon.
use std::process::Command;

use loa::airlog::entry::Outcome;
use rustix::process::Signal;

use crate::daemon::{Daemon, Folder, in_seconds};
use crate::program;

#[test]
fn signals_that_are_ignored_at_startup_stay_ignored() {
    let folder = Folder::new().segment("a", 1).session(in_seconds(10), "[\"a\"]").write_playlist();
    let station = folder.station();
    let program = program::loa(station.parent().expect("the path has a parent"));
    let mut shell = Command::new("sh");
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    // `nohup` ignores HUP, and a shell ignores INT for its background jobs.
    shell.args(["-c", "trap '' HUP INT; exec \"$0\" run \"$1\""]).arg(program.get_program()).arg(&station);
    let daemon = Daemon::start(&mut shell);
    daemon.signal(Signal::HUP);
    daemon.signal(Signal::INT);
    // The next session is played: the station still runs.
    daemon.wait_for("Ended buoi-0");
    assert_eq!(folder.outcomes()[0].body.result, Some(Outcome::Aired));
    assert_eq!(daemon.end(), Some(0), "SIGTERM still ends the daemon");
}
