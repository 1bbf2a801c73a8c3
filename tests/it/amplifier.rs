//! The amplifier: on before the first frame, off a while after the last, and never in the way of the sound.
use std::fs;
use std::path::Path;

use loa::playout::engine::{CommandReply, OperatorCommand, SwitchError, UrgentSource};

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

fn station(sessions: &[(&str, &str)]) -> Station {
    let session = |(at, play): &(&str, &str)| {
        let name = at.replace(':', "-");
        format!("[[session]]\nid = \"s-{name}\"\nat = \"{at}\"\nplay = [\"{play}\"]\n")
    };
    let sessions: String = sessions.iter().map(session).collect();
    Station::new("2023-03-20T05:30:00").settings(SETTINGS).playlist(&format!("{PLAYLIST}{sessions}"))
}

/// When the amplifier was switched, and what came of it: `06:00:00 on`, `06:00:00 on failed untried`.
fn switched(station: &Station) -> Vec<String> {
    let entries = station.log().into_iter().filter(|r| r.kind == "amplifier");
    let line = |r: crate::record::Record| {
        let to = r.body.to.expect("on or off");
        let failed = (r.body.done == Some(false)).then(|| format!(" failed {}", r.body.detail.unwrap_or_default()));
        format!("{} {to}{}", r.at.format("%H:%M:%S"), failed.unwrap_or_default())
    };
    entries.map(line).collect()
}

fn starts(station: &Station) -> Vec<String> {
    let starts = station.log().into_iter().filter(|r| r.kind == "start");
    starts.map(|r| r.at.format("%H:%M:%S").to_string()).collect()
}

#[test]
fn it_is_on_before_the_first_frame_and_until_after_the_last() {
    let done = station(&[("06:00", "a")]).run_until("2023-03-20T07:00:00");
    assert_eq!(switched(&done), ["05:30:00 off", "05:59:52 on", "06:01:04 off"]);
    assert_eq!(starts(&done), ["06:00:00"]);
}

#[test]
fn it_stays_on_when_it_would_have_to_be_on_again_before_it_may() {
    // From 06:01:04 off to 06:01:35 on are less than 30 s.
    let done = station(&[("06:00", "a"), ("06:01:35", "a")]).run_until("2023-03-20T07:00:00");
    assert_eq!(switched(&done), ["05:30:00 off", "05:59:52 on", "06:02:39 off"]);
    let done = station(&[("06:00", "a"), ("06:01:50", "a")]).run_until("2023-03-20T07:00:00");
    assert_eq!(switched(&done), ["05:30:00 off", "05:59:52 on", "06:01:04 off", "06:01:42 on", "06:02:54 off"]);
}

#[test]
fn what_begins_at_once_waits_until_it_can_be_heard() {
    let urgent = || OperatorCommand::Urgent { what: UrgentSource::Segment(id("c")), repeat: 1 };
    // At the start its rest of 30 s began; then it warms for 8 s.
    let done = station(&[]).order(10, urgent()).run_for(600);
    assert_eq!(switched(&done), ["05:30:00 off", "05:30:30 on", "05:31:12 off"]);
    assert_eq!(starts(&done), ["05:30:38"]);
    // While it is on for another reason, nothing waits.
    let done = station(&[("06:00", "a")]).order(1800 + 62, urgent()).run_for(3600);
    assert_eq!(starts(&done), ["06:00:00", "06:01:02"]);
    let played = station(&[]).order(100, OperatorCommand::Play(id("c"))).run_for(600);
    assert_eq!(starts(&played), ["05:31:48"], "what the operator plays waits too");
}

#[test]
fn a_relay_that_fails_is_told_once_and_holds_up_nothing() {
    let done = station(&[("06:00", "a"), ("06:30", "a")]).relay_broken(1000, 2400).run_until("2023-03-20T07:00:00");
    assert_eq!(
        switched(&done),
        [
            "05:30:00 off",
            "05:59:52 on failed no relay",
            "06:01:04 off failed no relay",
            "06:11:19 off",
            "06:29:52 on",
            "06:31:04 off"
        ],
        "off is tried again, until it works"
    );
    assert_eq!(starts(&done), ["06:00:00", "06:30:00"]);
    let outcomes = done.outcomes();
    assert!(outcomes.iter().all(|o| o.ends_with(" aired")), "{outcomes:?}");
    let page =
        loa::cli::record::log::read_from(done.disk(), chrono::NaiveDate::MIN, chrono::NaiveDate::MAX).expect("memory");
    let text = loa::cli::record::log::page_text(&page, loa::text::Lang::Vi);
    assert!(text.contains("05:59 Không bật được tăng âm (chi tiết cho kỹ thuật: no relay)."), "{text}");
}

#[test]
fn a_relay_that_is_broken_from_the_start_is_told_in_both_directions() {
    let done = station(&[("06:00", "a")]).relay_broken(0, 7200).run_until("2023-03-20T06:30:00");
    assert_eq!(switched(&done), ["05:30:00 off failed no relay", "05:59:52 on failed no relay"]);
    assert_eq!(starts(&done), ["06:00:00"]);
    // Nobody waits for what cannot be switched on.
    let urgent = OperatorCommand::Urgent { what: UrgentSource::Segment(id("c")), repeat: 2 };
    let done = station(&[("05:40", "c")]).relay_broken(0, 7200).order(900, urgent).run_until("2023-03-20T06:00:00");
    assert_eq!(starts(&done)[2..], ["05:45:38"], "the second follows the first: {:?}", starts(&done));
}

#[test]
fn other_commands_are_in_force_when_what_the_old_ones_have_switched_on_is_over() {
    let other = SETTINGS.replace("relay 1", "other 1");
    for edited in [other.as_str(), ""] {
        let done = station(&[("06:00", "a")]).edit_settings(1830, edited).run_until("2023-03-20T07:00:00");
        let times: Vec<_> = switched(&done).into_iter().filter(|line| line.as_str() > "05:59:53").collect();
        let expected: &[&str] = if edited.is_empty() { &[] } else { &["06:01:04 off"] };
        assert_eq!(times, expected, "not under the sound");
        assert!(done.outcomes()[0].ends_with(" aired"));
    }
}

#[test]
fn what_begins_late_does_not_begin_in_quiet_hours_because_it_waited_for_the_amplifier() {
    let settings = SETTINGS.replace("warm-up = \"8s\"", "warm-up = \"20s\"").replace("\"30s\"", "\"0s\"");
    let toi = "[[session]]\nid = \"toi\"\nat = \"20:40\"\nlate = \"play\"\nplay = [\"a\"]\n";
    let starts_after = |off_s| {
        let done = Station::new("2023-03-20T20:30:00")
            .settings(&settings)
            .playlist(&format!("{PLAYLIST}{toi}"))
            .run_for(60)
            .off_for(off_s)
            .run_for(300);
        (starts(&done), done.outcomes())
    };
    // From 20:59:50 on, it would be heard ten seconds into the quiet hours.
    let (none, outcomes) = starts_after(29 * 60 - 10);
    assert!(none.is_empty(), "{none:?} {outcomes:?}");
    let (some, _) = starts_after(19 * 60);
    assert_eq!(some, ["20:50:20"]);
}

#[test]
fn commands_that_nobody_has_tried_here_are_not_run() {
    let done = station(&[("06:00", "a")])
        .relay_untried()
        .order(600, OperatorCommand::Amplifier { on: true })
        .order(700, OperatorCommand::Status)
        .order(800, OperatorCommand::Amplifier { on: false })
        .run_until("2023-03-20T05:55:00");
    assert_eq!(switched(&done), ["05:30:00 off failed untried", "05:40:00 on", "05:43:20 off"]);
    let CommandReply::Status(status) = &done.answers()[1] else { panic!("{:?}", done.answers()) };
    let amplifier = status.amplifier.as_ref().expect("there is one");
    assert_eq!((amplifier.on, amplifier.held, amplifier.switching), (Some(true), true, false));
    let operator: Vec<_> = done.log().into_iter().filter_map(|r| r.body.action).collect();
    assert_eq!(operator, ["amplifier-on", "amplifier-off"]);
    let untried = station(&[]).relay_untried().order(60, OperatorCommand::Status).run_for(120);
    let CommandReply::Status(status) = &untried.answers()[0] else { panic!("{:?}", untried.answers()) };
    assert_eq!(status.amplifier.as_ref().and_then(|a| a.troubles[0].clone()), Some(SwitchError::Untried));
}

#[test]
fn the_operator_keeps_it_on_but_not_off_under_what_sounds() {
    let done = station(&[("06:00", "a")])
        .order(1700, OperatorCommand::Amplifier { on: true })
        .order(1830, OperatorCommand::Amplifier { on: false })
        .order(2000, OperatorCommand::Amplifier { on: false })
        .run_until("2023-03-20T07:00:00");
    assert_eq!(done.answers(), [CommandReply::Done, CommandReply::Busy("A".to_owned()), CommandReply::Done]);
    // Refused, it is no longer kept on: it goes off behind what sounds.
    assert_eq!(switched(&done), ["05:30:00 off", "05:58:20 on", "06:01:04 off", "06:03:20 off"]);
    let none = Station::new("2023-03-20T05:30:00")
        .playlist(PLAYLIST)
        .order(5, OperatorCommand::Amplifier { on: true })
        .run_for(9);
    assert_eq!(none.answers(), [CommandReply::NoAmplifier]);
}

#[test]
fn it_goes_off_with_the_daemon() {
    let done = station(&[("06:00", "a")]).run_until("2023-03-20T06:00:30");
    assert_eq!(switched(&done), ["05:30:00 off", "05:59:52 on", "06:00:30 off"]);
    assert_eq!(done.log().last().map(|r| r.kind.clone()).as_deref(), Some("shutdown"));
    // A power cut under it: it is on again with what goes on.
    let again = station(&[("06:00", "a")]).run_and_cut(1830).off_for(5).run_for(120);
    assert_eq!(switched(&again).last().map(String::as_str), Some("06:00:35 off"));
}

#[test]
fn a_receiver_that_takes_the_line_finds_it_warm() {
    let sessions = "[[session]]\nid = \"t\"\nat = \"06:00\"\nplay = [{ relay = \"Thời sự\", for = \"5m\" }]\n";
    let done = Station::new("2023-03-20T05:30:00")
        .settings(SETTINGS)
        .playlist(&format!("{PLAYLIST}{sessions}"))
        .run_until("2023-03-20T07:00:00");
    assert_eq!(switched(&done), ["05:30:00 off", "05:59:52 on", "06:05:04 off"]);
}

/// A relay that writes down what it is told.
fn with_relay(folder: Folder, book: &Path) -> Folder {
    let path = folder.station().join("station.toml");
    let settings = fs::read_to_string(&path).expect("station.toml");
    let tells = |word: &str| format!("[\"sh\", \"-c\", \"echo {word} >> {}\"]", book.display());
    let amplifier =
        format!("[amplifier]\non = {}\noff = {}\ntail = \"0s\"\nmin-off = \"0s\"\n", tells("on"), tells("off"));
    fs::write(path, format!("{settings}{amplifier}")).expect("station.toml");
    folder
}

#[test]
fn a_real_daemon_runs_what_a_person_has_tried() {
    let books = tempfile::tempdir().expect("a folder");
    let book = books.path().join("relay");
    let told = || fs::read_to_string(&book).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let folder = with_relay(Folder::new().segment("a", 2).session(in_seconds(12), "[\"a\"]").written(), &book);
    let daemon = folder.run();
    daemon.wait_for("nobody has tried the commands");
    assert_eq!(told(), "", "not run");
    let tried = folder.loa(&["amplifier", "test"]);
    let said = String::from_utf8_lossy(&tried.stdout).into_owned();
    assert!(tried.status.success() && said.contains("The amplifier is on.\n"), "{tried:?}");
    assert!(said.ends_with("The amplifier is off.\n"), "{said}");
    assert_eq!(told(), "on off");
    daemon.wait_for("Started buoi-0");
    assert_eq!(told(), "on off on");
    let refused = folder.loa(&["amplifier", "off"]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    daemon.wait_for("Ended buoi-0");
    assert_eq!(daemon.end(), Some(0));
    assert_eq!(told(), "on off on off");
    let alone = folder.loa(&["amplifier", "on"]);
    let said = String::from_utf8_lossy(&alone.stdout).into_owned();
    assert!(said.contains("The station is not running: nothing will switch"), "{said}");
    assert_eq!(told(), "on off on off on");
    // The next daemon finds it on, and knows the commands.
    let daemon = folder.run();
    let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while told() != "on off on off on off" {
        assert!(std::time::Instant::now() < until, "{}", told());
        std::thread::yield_now();
    }
    assert_eq!(daemon.end(), Some(0));
    let done: Vec<_> = folder.log().into_iter().filter(|r| r.kind == "amplifier").filter_map(|r| r.body.done).collect();
    assert_eq!(done, [false, true, true, true, true, true]);
}
