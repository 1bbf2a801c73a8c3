//! The amplifier is switched on before the first frame and off some time after the last frame, and its failure never
//! stops the sound.
use std::fs;
use std::path::Path;

use loa::playout::engine::{CommandReply, Notice, OperatorCommand, SwitchError, UrgentSource};

use crate::daemon::{Folder, in_seconds};
use crate::station::{Station, id};

const PLAYLIST: &str = r#"
[[segment]]
id = "a"
title = "A"
file = "s-60.mp3"
[[segment]]
id = "c"
title = "C"
file = "s-30.mp3"
"#;

const SETTINGS: &str =
    "[amplifier]\non = \"relay 1\"\noff = [\"relay\", \"0\"]\nwarm-up = \"8s\"\ntail = \"4s\"\nmin-off = \"30s\"\n";

fn station_with_sessions(sessions: &[(&str, &str)]) -> Station {
    let session = |(at, play): &(&str, &str)| {
        let name = at.replace(':', "-");
        format!("[[session]]\nid = \"s-{name}\"\nat = \"{at}\"\nplay = [\"{play}\"]\n")
    };
    let sessions: String = sessions.iter().map(session).collect();
    Station::new("2023-03-20T05:30:00").settings(SETTINGS).playlist(&format!("{PLAYLIST}{sessions}"))
}

/// The times at which the amplifier was switched, each with its failure, if any, such as `06:00:00 on failed untried`.
fn switchings(station: &Station) -> Vec<String> {
    let entries = station.log().into_iter().filter(|r| r.kind == "amplifier");
    let describe = |r: crate::record::Record| {
        let state = r.body.to.expect("the entry names a state");
        let failure = (r.body.done == Some(false)).then(|| format!(" failed {}", r.body.detail.unwrap_or_default()));
        format!("{} {state}{}", r.at.format("%H:%M:%S"), failure.unwrap_or_default())
    };
    entries.map(describe).collect()
}

fn start_times(station: &Station) -> Vec<String> {
    let starts = station.log().into_iter().filter(|r| r.kind == "start");
    starts.map(|r| r.at.format("%H:%M:%S").to_string()).collect()
}

#[test]
fn the_amplifier_is_on_from_before_the_first_frame_until_after_the_last() {
    let station = station_with_sessions(&[("06:00", "a")]).run_until("2023-03-20T07:00:00");
    assert_eq!(switchings(&station), ["05:30:00 off", "05:59:52 on", "06:01:04 off"]);
    assert_eq!(start_times(&station), ["06:00:00"]);
}

#[test]
fn the_amplifier_stays_on_if_the_pause_is_shorter_than_min_off() {
    // The amplifier would be off for less than 30 s: from 06:01:04 until its warm-up for 06:01:35.
    let station = station_with_sessions(&[("06:00", "a"), ("06:01:35", "a")]).run_until("2023-03-20T07:00:00");
    assert_eq!(switchings(&station), ["05:30:00 off", "05:59:52 on", "06:02:39 off"]);
    let station = station_with_sessions(&[("06:00", "a"), ("06:01:50", "a")]).run_until("2023-03-20T07:00:00");
    assert_eq!(switchings(&station), ["05:30:00 off", "05:59:52 on", "06:01:04 off", "06:01:42 on", "06:02:54 off"]);
}

#[test]
fn an_immediate_airing_waits_until_the_amplifier_is_warm() {
    let urgent = || OperatorCommand::Urgent { source: UrgentSource::Segment(id("c")), repeat: 1 };
    // The amplifier's `min-off` of 30 s counts from the start; then the warm-up takes 8 s.
    let station = station_with_sessions(&[]).command(10, urgent()).run_for(600);
    assert_eq!(switchings(&station), ["05:30:00 off", "05:30:30 on", "05:31:12 off"]);
    assert_eq!(start_times(&station), ["05:30:38"]);
    // While the amplifier is on for another reason, nothing waits.
    let station = station_with_sessions(&[("06:00", "a")]).command(1800 + 62, urgent()).run_for(3600);
    assert_eq!(start_times(&station), ["06:00:00", "06:01:02"]);
    let station = station_with_sessions(&[]).command(100, OperatorCommand::Play(id("c"))).run_for(600);
    assert_eq!(start_times(&station), ["05:31:48"], "an airing that the operator starts waits too");
}

#[test]
fn a_failing_relay_is_logged_once_for_each_switching_and_delays_nothing() {
    let station = station_with_sessions(&[("06:00", "a"), ("06:30", "a")])
        .relay_broken(1000, 2400)
        .run_until("2023-03-20T07:00:00");
    assert_eq!(
        switchings(&station),
        [
            "05:30:00 off",
            "05:59:52 on failed no relay",
            "06:01:04 off failed no relay",
            "06:11:19 off",
            "06:29:52 on",
            "06:31:04 off"
        ],
        "switching off is tried again until it works"
    );
    assert_eq!(start_times(&station), ["06:00:00", "06:30:00"]);
    let outcomes = station.outcomes();
    assert!(outcomes.iter().all(|o| o.ends_with(" aired")), "{outcomes:?}");
    let page = loa::cli::record::log::read_from(station.disk(), chrono::NaiveDate::MIN, chrono::NaiveDate::MAX)
        .expect("in-memory storage never fails");
    let text = loa::cli::record::log::page_text(&page, loa::text::Lang::Vi);
    assert!(text.contains("05:59 Không bật được tăng âm (chi tiết cho kỹ thuật: no relay)."), "{text}");
}

#[test]
fn a_relay_that_is_broken_from_the_start_is_logged_once_for_on_and_once_for_off() {
    let station = station_with_sessions(&[("06:00", "a")]).relay_broken(0, 7200).run_until("2023-03-20T06:30:00");
    assert_eq!(switchings(&station), ["05:30:00 off failed no relay", "05:59:52 on failed no relay"]);
    assert_eq!(start_times(&station), ["06:00:00"]);
    // No airing waits for an amplifier that cannot be switched on.
    let urgent = OperatorCommand::Urgent { source: UrgentSource::Segment(id("c")), repeat: 2 };
    let station = station_with_sessions(&[("05:40", "c")])
        .relay_broken(0, 7200)
        .command(900, urgent)
        .run_until("2023-03-20T06:00:00");
    assert_eq!(
        start_times(&station)[2..],
        ["05:45:38"],
        "the repeat follows without a pause: {:?}",
        start_times(&station)
    );
}

#[test]
fn edited_commands_take_effect_after_the_running_session() {
    let other_settings = SETTINGS.replace("relay 1", "other 1");
    for settings in [other_settings.as_str(), ""] {
        let station =
            station_with_sessions(&[("06:00", "a")]).edit_settings(1830, settings).run_until("2023-03-20T07:00:00");
        let later_switchings: Vec<_> =
            switchings(&station).into_iter().filter(|line| line.as_str() > "05:59:53").collect();
        let expected: &[&str] = if settings.is_empty() { &[] } else { &["06:01:04 off"] };
        assert_eq!(later_switchings, expected, "the amplifier is not switched while something sounds");
        assert!(station.outcomes()[0].ends_with(" aired"));
    }
}

#[test]
fn a_late_session_that_would_warm_up_into_quiet_hours_does_not_begin() {
    let settings = SETTINGS.replace("warm-up = \"8s\"", "warm-up = \"20s\"").replace("\"30s\"", "\"0s\"");
    let session = "[[session]]\nid = \"toi\"\nat = \"20:40\"\nlate = \"play\"\nplay = [\"a\"]\n";
    let starts_after = |downtime_s| {
        let station = Station::new("2023-03-20T20:30:00")
            .settings(&settings)
            .playlist(&format!("{PLAYLIST}{session}"))
            .run_for(60)
            .off_for(downtime_s)
            .run_for(300);
        (start_times(&station), station.outcomes())
    };
    // A session that begins at 20:59:50 would be audible from 21:00:10, in the quiet hours.
    let (starts, outcomes) = starts_after(29 * 60 - 10);
    assert!(starts.is_empty(), "{starts:?} {outcomes:?}");
    let (starts, _) = starts_after(19 * 60);
    assert_eq!(starts, ["20:50:20"]);
}

#[test]
fn untried_commands_run_only_at_the_operators_request() {
    let station = station_with_sessions(&[("06:00", "a")])
        .relay_untried()
        .command(600, OperatorCommand::Amplifier { on: true })
        .command(700, OperatorCommand::Status)
        .command(800, OperatorCommand::Amplifier { on: false })
        .run_until("2023-03-20T05:55:00");
    assert_eq!(switchings(&station), ["05:30:00 off failed untried", "05:40:00 on", "05:43:20 off"]);
    let CommandReply::Status(status) = &station.replies()[1] else { panic!("{:?}", station.replies()) };
    let amplifier = status.amplifier.as_ref().expect("the status names an amplifier");
    assert_eq!((amplifier.on, amplifier.held, amplifier.switching), (Some(true), true, false));
    let actions: Vec<_> = station.log().into_iter().filter_map(|r| r.body.action).collect();
    assert_eq!(actions, ["amplifier-on", "amplifier-off"]);
    let station = station_with_sessions(&[]).relay_untried().command(60, OperatorCommand::Status).run_for(120);
    let CommandReply::Status(status) = &station.replies()[0] else { panic!("{:?}", station.replies()) };
    assert_eq!(status.amplifier.as_ref().and_then(|a| a.troubles[0].clone()), Some(SwitchError::Untried));
}

#[test]
fn a_command_run_by_the_operator_ends_the_untried_state_without_reporting_a_recovery() {
    let station = station_with_sessions(&[("06:00", "a")])
        .relay_untried()
        .command(600, OperatorCommand::Amplifier { on: true })
        .command(700, OperatorCommand::Status)
        .command(800, OperatorCommand::Amplifier { on: false })
        .run_until("2023-03-20T05:55:00");
    let CommandReply::Status(status) = &station.replies()[1] else { panic!("{:?}", station.replies()) };
    let amplifier = status.amplifier.as_ref().expect("the status names an amplifier");
    assert_eq!(amplifier.troubles, [None, None], "the commands have been tried");
    let codes: Vec<&str> = status.concerns.iter().map(|concern| concern.condition.code()).collect();
    assert!(!codes.contains(&"amplifier-untried"), "{codes:?}");
    assert!(!station.notices().contains(&Notice::AmplifierRecovered), "{:?}", station.notices());
    let broken = station_with_sessions(&[("06:00", "a"), ("06:30", "a")]).relay_broken(1000, 2400);
    assert!(broken.run_until("2023-03-20T07:00:00").notices().contains(&Notice::AmplifierRecovered));
}

#[test]
fn the_operator_can_keep_the_amplifier_on_but_cannot_switch_it_off_while_something_sounds() {
    let station = station_with_sessions(&[("06:00", "a")])
        .command(1700, OperatorCommand::Amplifier { on: true })
        .command(1830, OperatorCommand::Amplifier { on: false })
        .command(2000, OperatorCommand::Amplifier { on: false })
        .run_until("2023-03-20T07:00:00");
    assert_eq!(station.replies(), [CommandReply::Done, CommandReply::Busy("A".to_owned()), CommandReply::Done]);
    // The refused command also ends the operator's hold: the amplifier goes off after the session.
    assert_eq!(switchings(&station), ["05:30:00 off", "05:58:20 on", "06:01:04 off", "06:03:20 off"]);
    let station = Station::new("2023-03-20T05:30:00")
        .playlist(PLAYLIST)
        .command(5, OperatorCommand::Amplifier { on: true })
        .run_for(9);
    assert_eq!(station.replies(), [CommandReply::NoAmplifier]);
}

#[test]
fn the_amplifier_goes_off_when_the_daemon_ends() {
    let station = station_with_sessions(&[("06:00", "a")]).run_until("2023-03-20T06:00:30");
    assert_eq!(switchings(&station), ["05:30:00 off", "05:59:52 on", "06:00:30 off"]);
    assert_eq!(station.log().last().map(|r| r.kind.clone()).as_deref(), Some("shutdown"));
    // After a power cut the amplifier is switched on again with the session that continues.
    let station = station_with_sessions(&[("06:00", "a")]).run_and_cut(1830).off_for(5).run_for(120);
    assert_eq!(switchings(&station).last().map(String::as_str), Some("06:00:35 off"));
}

#[test]
fn the_amplifier_is_warm_when_a_relay_slot_begins() {
    let sessions = "[[session]]\nid = \"t\"\nat = \"06:00\"\nplay = [{ relay = \"Thời sự\", for = \"5m\" }]\n";
    let station = Station::new("2023-03-20T05:30:00")
        .settings(SETTINGS)
        .playlist(&format!("{PLAYLIST}{sessions}"))
        .run_until("2023-03-20T07:00:00");
    assert_eq!(switchings(&station), ["05:30:00 off", "05:59:52 on", "06:05:04 off"]);
}

/// Configures amplifier commands that append `on` or `off` to the file `call_log`.
fn with_relay(folder: Folder, call_log: &Path) -> Folder {
    let path = folder.station().join("station.toml");
    let settings = fs::read_to_string(&path).expect("read the file");
    let command = |state: &str| format!("[\"sh\", \"-c\", \"echo {state} >> {}\"]", call_log.display());
    let amplifier =
        format!("[amplifier]\non = {}\noff = {}\ntail = \"0s\"\nmin-off = \"0s\"\n", command("on"), command("off"));
    fs::write(path, format!("{settings}{amplifier}")).expect("write the file");
    folder
}

#[test]
fn a_real_daemon_runs_only_commands_that_the_operator_has_tried() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let call_log = dir.path().join("relay");
    let relay_calls =
        || fs::read_to_string(&call_log).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let folder =
        with_relay(Folder::new().segment("a", 2).session(in_seconds(12), "[\"a\"]").write_playlist(), &call_log);
    let daemon = folder.run();
    daemon.wait_for("nobody has tried the commands");
    assert_eq!(relay_calls(), "", "no untried command was run");
    let test_output = folder.loa(&["amplifier", "test"]);
    let text = String::from_utf8_lossy(&test_output.stdout).into_owned();
    assert!(test_output.status.success() && text.contains("switches the amplifier on succeeded"), "{test_output:?}");
    assert!(text.ends_with("switches the amplifier off succeeded.\n"), "{text}");
    assert_eq!(relay_calls(), "on off");
    daemon.wait_for("Started buoi-0");
    assert_eq!(relay_calls(), "on off on");
    let off_output = folder.loa(&["amplifier", "off"]);
    assert_eq!(off_output.status.code(), Some(1), "{off_output:?}");
    daemon.wait_for("Ended buoi-0");
    assert_eq!(daemon.end(), Some(0));
    assert_eq!(relay_calls(), "on off on off");
    let on_output = folder.loa(&["amplifier", "on"]);
    let text = String::from_utf8_lossy(&on_output.stdout).into_owned();
    assert!(text.contains("The station is not running: nothing will switch"), "{text}");
    assert_eq!(relay_calls(), "on off on off on");
    // For the next daemon the commands count as tried, so it switches the amplifier off.
    let daemon = folder.run();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while relay_calls() != "on off on off on off" {
        assert!(std::time::Instant::now() < deadline, "{}", relay_calls());
        std::thread::yield_now();
    }
    assert_eq!(daemon.end(), Some(0));
    let results: Vec<_> =
        folder.log().into_iter().filter(|r| r.kind == "amplifier").filter_map(|r| r.body.done).collect();
    assert_eq!(results, [false, true, true, true, true, true]);
}
