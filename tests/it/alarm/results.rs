//! The results of the sender, and what the running station makes of them.
use std::os::unix::fs::MetadataExt;

use loa::alarm::watch::alarm_watch;
use loa::concern::AlarmFacts;
use loa::schedule::read;
use loa::station::read_sources;

use super::*;

impl AlarmStation {
    /// What the running station finds out about its alarms.
    fn facts(&self) -> AlarmFacts {
        let settings = read(&read_sources(&self.station_dir()).expect("read the settings")).schedule.station.alarm;
        alarm_watch(&self.station_dir())(&settings).expect("the queue can be read")
    }

    fn configure_command(&self, script: &str) {
        let settings = format!("[station]\nid = \"thu\"\n[alarm]\ncommand = [\"sh\", \"-c\", \"{script}\"]\n");
        std::fs::write(self.station_dir().join("station.toml"), settings).expect("write the settings");
    }

    fn test(&self) -> Output {
        let mut command = crate::program::loa(self.folder.path());
        command.args(["alarm", "test"]).arg(self.station_dir()).args(["--lang", "en"]);
        command.output().expect("run loa alarm test")
    }
}

#[test]
fn a_station_knows_whether_its_alarms_are_delivered() {
    let station = AlarmStation::new();
    let servers = Servers::start(&station.deliveries_file());
    station.configure(1, servers.http_port);
    let untried = AlarmFacts { is_untried: true, ..AlarmFacts::default() };
    assert_eq!(station.facts(), untried);
    station.send();
    assert_eq!(station.facts(), untried, "without a message, nothing is proven");
    station.enqueue(1, AlarmReason::Raised, 12);
    station.send();
    let AlarmFacts { is_untried, waiting, failure, is_sender_absent } = station.facts();
    assert_eq!((is_untried, waiting, is_sender_absent), (true, 1, false));
    let failure = failure.expect("the mail server is unreachable");
    assert!(failure.detail.starts_with("smtp: ") && failure.detail.len() < 400, "{failure:?}");
    assert!(chrono::DateTime::parse_from_rfc3339(&failure.since.0).is_ok(), "{failure:?}");
    station.send();
    assert_eq!(station.facts().failure.map(|later| later.since), Some(failure.since), "it still is the same failure");

    station.configure(servers.smtp_port, servers.http_port);
    station.send();
    assert_eq!(station.facts(), AlarmFacts::default());
    // Another recipient has received nothing yet.
    let settings = station.station_dir().join("station.toml");
    let text = std::fs::read_to_string(&settings).expect("read the settings");
    std::fs::write(&settings, text.replace("so@example.vn", "huyen@example.vn")).expect("write the settings");
    assert_eq!(station.facts(), untried);
}

/// The messages that an earlier version has delivered prove that alarms arrive.
#[test]
fn a_station_that_has_sent_alarms_with_an_earlier_version_counts_as_tried() {
    let station = AlarmStation::new();
    let servers = Servers::start(&station.deliveries_file());
    station.configure(servers.smtp_port, servers.http_port);
    station.enqueue(1, AlarmReason::Raised, 12);
    station.send();
    let results = station.station_dir().join("alarm/results.json");
    std::fs::remove_file(&results).expect("delete the results");
    assert_eq!(station.facts(), AlarmFacts::default());
    // The sender takes that over. It runs every five minutes, and writes only what has changed.
    let inode = || std::fs::metadata(&results).expect("the results are written").ino();
    station.send();
    let first_inode = inode();
    station.send();
    assert_eq!(inode(), first_inode, "nothing has changed");
    let settings = station.station_dir().join("station.toml");
    let text = std::fs::read_to_string(&settings).expect("read the settings");
    std::fs::write(&settings, text.replace("so@example.vn", "huyen@example.vn")).expect("write the settings");
    assert!(station.facts().is_untried, "the new recipient has received nothing");
}

#[test]
fn the_error_output_of_the_command_reaches_the_operator_and_the_station() {
    let station = AlarmStation::new();
    station.configure_command("printf '\\\\033[31mkhông có mạng\\\\033[0m\\\\n' >&2; exit 2");
    let output = station.test();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let expected = "command: exit status: 2: [31mkhông có mạng[0m";
    assert!(output.status.code() == Some(1) && text.contains(expected) && !text.contains('\u{1b}'), "{output:?}");
    assert_eq!(station.facts().failure.map(|failure| failure.detail).as_deref(), Some(expected));
    station.configure_command("cat >/dev/null");
    assert_eq!(station.test().status.code(), Some(0));
}

#[test]
fn unusable_secrets_are_a_failure_to_deliver() {
    use std::os::unix::fs::PermissionsExt;
    let station = AlarmStation::new();
    station.configure(1, 1);
    let secrets = station.folder.path().join("state/loa/alarm.toml");
    std::fs::write(&secrets, "webhook-token = \"bí-mật\"\n").expect("write the secrets");
    std::fs::set_permissions(&secrets, std::fs::Permissions::from_mode(0o644)).expect("set the mode");
    station.send();
    assert_eq!(station.facts().failure, None, "nothing was to be sent");
    station.enqueue(1, AlarmReason::Raised, 12);
    station.send();
    let failure = station.facts().failure.expect("the message was not sent");
    assert!(failure.detail.contains("alarm.toml") && !failure.detail.contains("bí-mật"), "{failure:?}");
    let results = std::fs::read_to_string(station.station_dir().join("alarm/results.json")).expect("read the results");
    assert!(!results.contains("bí-mật"), "{results}");
}
