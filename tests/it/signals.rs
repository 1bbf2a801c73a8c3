//! Signals that whoever started the station has set to be ignored.
use std::process::Command;

use loa::airlog::entry::Outcome;
use rustix::process::Signal;

use crate::daemon::{Daemon, Folder, in_seconds};
use crate::program;

#[test]
fn a_hangup_that_was_ignored_at_the_start_stays_ignored() {
    let folder = Folder::new().segment("a", 1).session(in_seconds(10), "[\"a\"]").written();
    let station = folder.station();
    let program = program::loa(station.parent().expect("its home"));
    let mut shell = Command::new("sh");
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    // As nohup does, and a shell for what it puts into the background.
    shell.args(["-c", "trap '' HUP INT; exec \"$0\" run \"$1\""]).arg(program.get_program()).arg(&station);
    let daemon = Daemon::start(&mut shell);
    daemon.signal(Signal::HUP);
    daemon.signal(Signal::INT);
    // The session that comes after them is played: the station has gone on.
    daemon.wait_for("Ended buoi-0");
    assert_eq!(folder.outcomes()[0].body.result, Some(Outcome::Aired));
    assert_eq!(daemon.end(), Some(0), "what is not ignored ends it");
}
