//! Devices that need more time, or less, than sound takes; and sessions that come in late at the right place.
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

fn morning(extra: &str) -> Station {
    Station::new("2023-03-20T05:50:00").playlist(&format!("{SEGMENTS}{SESSION}{extra}"))
}

fn outcomes(station: &Station) -> Vec<Record> {
    station.log().into_iter().filter(|r| r.kind == "outcome").collect()
}

#[test]
fn what_took_too_long_is_not_whole() {
    // 50 ms and 200 millionths: of a minute 62 ms.
    let run = |ms| morning("").slow_ms(ms).run_until("2023-03-20T06:10:00");
    for ms in [-55, 0, 55] {
        let found = run(ms).outcomes();
        assert!(found.iter().all(|o| o.ends_with(" aired")), "{ms}: {found:?}");
    }
    for ms in [65, 149, 4_000] {
        let done = run(ms);
        let found = done.outcomes();
        assert!(found.iter().all(|o| o.ends_with(" partial underrun")), "{ms}: {found:?}");
        for record in outcomes(&done) {
            assert_eq!((record.body.underrun_ms, record.body.underruns), (ms, 1));
            assert_eq!(record.body.played_ms, record.body.planned_ms, "every frame was heard, with a pause");
        }
    }
}

#[test]
fn what_the_device_took_faster_than_it_sounds_is_not_claimed() {
    let done = morning("").slow_ms(-10_000).run_until("2023-03-20T06:10:00");
    let found = outcomes(&done);
    assert_eq!(done.outcomes()[0], "sang@2023-03-20T06:00:00#1 partial underrun");
    assert_eq!(found.iter().map(|r| r.body.played_ms).collect::<Vec<_>>(), [50_000, 20_000]);
    assert_eq!(found[0].body.frames, 50 * 48_000);
    assert_eq!(found[0].body.detail.as_deref(), Some("frames of 60000 ms were taken in 50000 ms"));
}

#[test]
fn a_pause_before_an_interruption_counts_when_the_rest_is_whole() {
    let urgent = OperatorCommand::Urgent { what: UrgentSource::Segment(id("b")), repeat: 1 };
    let plain = morning("").order(620, urgent.clone()).run_until("2023-03-20T06:10:00");
    assert!(plain.outcomes().iter().any(|o| o == "sang@2023-03-20T06:00:00#1 aired"), "{:?}", plain.outcomes());
    let slow = morning("").slow_ms(500).order(620, urgent).run_until("2023-03-20T06:10:00");
    let found = slow.outcomes();
    assert!(found.iter().any(|o| o == "sang@2023-03-20T06:00:00#1 partial underrun"), "{found:?}");
    assert!(found.iter().any(|o| o.starts_with("urgent@") && o.ends_with(" partial underrun")), "{found:?}");
}

#[test]
fn a_joined_session_ends_at_its_time_however_long_the_device_takes_to_open() {
    for opening_ms in [0, 800, 1_000, 3_500] {
        // The power comes back at 06:00:20.
        let done = morning("late = \"join\"\n").run_and_cut(60).off_for(560).opens_in_ms(opening_ms);
        let done = done.run_until("2023-03-20T06:10:00");
        let trail = done.outcomes();
        assert_eq!(
            trail,
            ["sang@2023-03-20T06:00:00#1 partial joined", "sang@2023-03-20T06:00:00#2 aired"],
            "{opening_ms}"
        );
        let found = outcomes(&done);
        let ended = found[0].wall().since(at("2023-03-20T06:01:00"));
        assert!((0..1_000).contains(&ended), "{opening_ms}: {ended} us late at its end");
        assert!(found[1].body.late_us.is_some_and(|us| us.abs() < 1_000), "{opening_ms}: {:?}", found[1].body.late_us);
        // What was left out is not claimed.
        let (late, played) = (found[0].body.late_us.expect("it began"), found[0].body.played_ms);
        assert!((late / 1000 + played - 60_000).abs() <= 1, "{late} us late, {played} ms played");
    }
}

#[test]
fn a_station_that_stood_still_under_an_airing_does_not_call_it_whole() {
    let folder = Folder::new().segment("a", 4).due(0, "[\"a\"]");
    let daemon = folder.run();
    daemon.wait_for("Started buoi-0");
    daemon.signal(Signal::STOP);
    assert!(Command::new("sleep").arg("3").status().expect("sleep").success());
    daemon.signal(Signal::CONT);
    daemon.wait_for("Ended buoi-0");
    let found = &folder.outcomes()[0].body;
    assert_eq!((found.result, found.reason), (Some(Outcome::Partial), Some(Reason::Underrun)), "{found:?}");
    assert!((2_500..60_000).contains(&found.underrun_ms), "{found:?}");
}
