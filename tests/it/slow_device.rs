//! Devices that take frames too slowly or too fast, and late sessions that join at the right position.
use std::process::Command;

use crate::record::Record;
use loa::airlog::entry::{Outcome, Reason};
use loa::playout::engine::{OperatorCommand, UrgentSource};
use rustix::process::Signal;

use crate::daemon::Folder;
use crate::station::{Station, at, id};

const SEGMENTS: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n\
    [[segment]]\nid = \"b\"\ntitle = \"B\"\nfile = \"s-30.mp3\"\n";
const SESSION: &str = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\", \"b\"]\n";

fn morning_station(extra_rules: &str) -> Station {
    Station::new("2023-03-20T05:50:00").playlist(&format!("{SEGMENTS}{SESSION}{extra_rules}"))
}

fn outcomes(station: &Station) -> Vec<Record> {
    station.log().into_iter().filter(|r| r.kind == "outcome").collect()
}

#[test]
fn an_airing_that_takes_too_long_is_partial() {
    // The tolerance is 50 ms plus 200 millionths of the length: 62 ms for a minute.
    let run_with_delay = |ms| morning_station("").extra_time_ms(ms).run_until("2023-03-20T06:10:00");
    for ms in [-55, 0, 55] {
        let outcomes = run_with_delay(ms).outcomes();
        assert!(outcomes.iter().all(|o| o.ends_with(" aired")), "{ms}: {outcomes:?}");
    }
    for ms in [65, 149, 4_000] {
        let station = run_with_delay(ms);
        let outcome_lines = station.outcomes();
        assert!(outcome_lines.iter().all(|o| o.ends_with(" partial underrun")), "{ms}: {outcome_lines:?}");
        for record in outcomes(&station) {
            assert_eq!((record.body.underrun_ms, record.body.underruns), (ms, 1));
            assert_eq!(record.body.played_ms, record.body.planned_ms, "every frame sounded, with a pause");
        }
    }
}

#[test]
fn frames_that_the_device_takes_too_fast_do_not_count() {
    let station = morning_station("").extra_time_ms(-10_000).run_until("2023-03-20T06:10:00");
    let outcome_entries = outcomes(&station);
    assert_eq!(station.outcomes()[0], "sang@2023-03-20T06:00:00#1 partial underrun");
    assert_eq!(outcome_entries.iter().map(|r| r.body.played_ms).collect::<Vec<_>>(), [50_000, 20_000]);
    assert_eq!(outcome_entries[0].body.frames, 50 * 48_000);
    assert_eq!(outcome_entries[0].body.detail.as_deref(), Some("frames of 60000 ms were taken in 50000 ms"));
}

#[test]
fn a_pause_before_an_interruption_makes_the_airing_partial() {
    let urgent = OperatorCommand::Urgent { source: UrgentSource::Segment(id("b")), repeat: 1 };
    let without_delay = morning_station("").command(620, urgent.clone()).run_until("2023-03-20T06:10:00");
    assert!(
        without_delay.outcomes().iter().any(|o| o == "sang@2023-03-20T06:00:00#1 aired"),
        "{:?}",
        without_delay.outcomes()
    );
    let with_delay = morning_station("").extra_time_ms(500).command(620, urgent).run_until("2023-03-20T06:10:00");
    let outcome_lines = with_delay.outcomes();
    assert!(outcome_lines.iter().any(|o| o == "sang@2023-03-20T06:00:00#1 partial underrun"), "{outcome_lines:?}");
    assert!(
        outcome_lines.iter().any(|o| o.starts_with("urgent@") && o.ends_with(" partial underrun")),
        "{outcome_lines:?}"
    );
}

#[test]
fn a_joined_session_ends_at_its_time_however_long_the_device_takes_to_open() {
    for opening_ms in [0, 800, 1_000, 3_500] {
        // The power returns at 06:00:20.
        let station = morning_station("late = \"join\"\n").run_and_cut(60).off_for(560).opens_in_ms(opening_ms);
        let station = station.run_until("2023-03-20T06:10:00");
        let outcome_lines = station.outcomes();
        assert_eq!(
            outcome_lines,
            ["sang@2023-03-20T06:00:00#1 partial joined", "sang@2023-03-20T06:00:00#2 aired"],
            "{opening_ms}"
        );
        let outcome_entries = outcomes(&station);
        let delay_us = outcome_entries[0].wall().since(at("2023-03-20T06:01:00"));
        assert!((0..1_000).contains(&delay_us), "{opening_ms}: {delay_us} us late at its end");
        assert!(
            outcome_entries[1].body.late_us.is_some_and(|us| us.abs() < 1_000),
            "{opening_ms}: {:?}",
            outcome_entries[1].body.late_us
        );
        // The skipped part does not count.
        let (late_us, played_ms) =
            (outcome_entries[0].body.late_us.expect("the airing started"), outcome_entries[0].body.played_ms);
        assert!((late_us / 1000 + played_ms - 60_000).abs() <= 1, "{late_us} us late, {played_ms} ms played");
    }
}

#[test]
fn an_airing_during_which_the_daemon_was_stopped_is_partial() {
    let folder = Folder::new().segment("a", 4).session_after(0, "[\"a\"]");
    let daemon = folder.run();
    daemon.wait_for("Started buoi-0");
    daemon.signal(Signal::STOP);
    assert!(Command::new("sleep").arg("3").status().expect("run sleep").success());
    daemon.signal(Signal::CONT);
    daemon.wait_for("Ended buoi-0");
    let outcome = &folder.outcomes()[0].body;
    assert_eq!((outcome.result, outcome.reason), (Some(Outcome::Partial), Some(Reason::Underrun)), "{outcome:?}");
    assert!((2_500..60_000).contains(&outcome.underrun_ms), "{outcome:?}");
}
