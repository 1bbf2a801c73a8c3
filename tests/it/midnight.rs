//! The first session of a day starts as punctually as any other session, because the day is planned before it begins.
use crate::record::Record;
use loa::playout::engine::{OperatorCommand, UrgentSource};

use crate::station::{Station, at, id};

/// Settings without quiet hours, and with an amplifier that warms up for 20 s.
const SETTINGS: &str = "[quiet-hours]\nfrom = \"00:00\"\nuntil = \"00:00\"\n\
    [amplifier]\non = \"relay 1\"\noff = \"relay 0\"\nwarm-up = \"20s\"\n";
const PLAYLIST: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n\
    [[segment]]\nid = \"b\"\ntitle = \"B\"\nfile = \"s-30.mp3\"\n\
    [[session]]\nid = \"dem\"\nat = \"00:00:00\"\nplay = [\"a\", \"b\"]\n";
const AIRED_AT_MIDNIGHT: [&str; 2] = ["dem@2023-03-21T00:00:00#1 aired", "dem@2023-03-21T00:00:00#2 aired"];

fn station_from(now: &str) -> Station {
    Station::new(now).settings(SETTINGS).playlist(PLAYLIST)
}

/// Returns the entries of `kind`.
fn entries<'a>(log: &'a [Record], kind: &'a str) -> impl Iterator<Item = &'a Record> {
    log.iter().filter(move |r| r.kind == kind)
}

/// Asserts that both airings start on their exact frames.
fn assert_starts_on_exact_frames(station: &Station) {
    let log = station.log();
    let starts: Vec<_> = entries(&log, "start").map(|r| (r.wall(), r.body.late_us)).collect();
    assert_eq!(starts, [(at("2023-03-21T00:00:00"), Some(0)), (at("2023-03-21T00:01:00"), Some(0))]);
}

#[test]
fn a_session_at_midnight_starts_on_the_exact_frame_with_a_warm_amplifier() {
    let station = station_from("2023-03-20T22:00:00").run_until("2023-03-21T00:05:00");
    assert_eq!(station.outcomes(), AIRED_AT_MIDNIGHT);
    assert_starts_on_exact_frames(&station);
    let log = station.log();
    let switch_on_times: Vec<_> =
        entries(&log, "amplifier").filter(|r| r.body.to.as_deref() == Some("on")).map(Record::wall).collect();
    assert_eq!(switch_on_times, [at("2023-03-20T23:59:40")]);
    let plans: Vec<_> =
        entries(&log, "plan").map(|r| (r.body.date.expect("a plan has a date").to_string(), r.body.count)).collect();
    assert_eq!(plans, [("2023-03-20".to_owned(), 0), ("2023-03-21".to_owned(), 2)], "each date is planned once");
    let last_plan_at = entries(&log, "plan").last().expect("find an entry").wall();
    assert!(last_plan_at < at("2023-03-20T23:59:40"), "the day is planned before the warm-up");
}

#[test]
fn a_daemon_that_starts_shortly_before_midnight_starts_the_session_on_the_exact_frame() {
    assert_starts_on_exact_frames(&station_from("2023-03-20T23:59:50").run_until("2023-03-21T00:05:00"));
    // After a restart, the daemon plans with the schedule that was in force before.
    let restarted_station =
        station_from("2023-03-20T12:00:00").run_for(60).start_clock_at_str("2023-03-20T23:59:55", true);
    assert_starts_on_exact_frames(&restarted_station.run_until("2023-03-21T00:05:00"));
    // The power fails after the next day is planned, and the station starts again before midnight. Each airing has one
    // outcome.
    let station = station_from("2023-03-20T23:58:00").run_and_cut(60).off_for(20).run_until("2023-03-21T00:05:00");
    assert_starts_on_exact_frames(&station);
    assert_eq!(station.outcomes(), AIRED_AT_MIDNIGHT);
}

#[test]
fn an_edit_changes_the_plan_of_the_next_day_and_adds_nothing_to_the_past() {
    let before_midnight = || station_from("2023-03-20T23:50:00");
    // At 23:59:30 the session is moved to 00:03.
    let station =
        before_midnight().edit(570, &PLAYLIST.replace("00:00:00", "00:03:00")).run_until("2023-03-21T00:10:00");
    let mut outcomes = station.outcomes();
    outcomes.sort();
    assert_eq!(
        outcomes,
        [
            "dem@2023-03-21T00:00:00#1 missed withdrawn",
            "dem@2023-03-21T00:00:00#2 missed withdrawn",
            "dem@2023-03-21T00:03:00#1 aired",
            "dem@2023-03-21T00:03:00#2 aired"
        ]
    );
    // At 23:59:58 the first file is already cued, and the edit changes the order.
    let station = before_midnight()
        .edit(598, &PLAYLIST.replace("[\"a\", \"b\"]", "[\"b\", \"a\"]"))
        .run_until("2023-03-21T00:10:00");
    assert_eq!(station.outcomes(), AIRED_AT_MIDNIGHT);
    let log = station.log();
    let segments: Vec<_> = entries(&log, "outcome")
        .map(|r| (r.body.segment.clone().expect("an outcome names its segment"), r.body.late_us))
        .collect();
    assert_eq!(segments, [(id("b"), Some(0)), (id("a"), Some(0))]);
    // An edit also withdraws a session later on the current date.
    let longer_playlist = PLAYLIST.replace("at = \"00:00:00\"", "at = [\"00:00:00\", \"23:58:00\"]");
    let station = Station::new("2023-03-20T23:50:00").settings(SETTINGS).playlist(&longer_playlist);
    let station = station.edit(400, PLAYLIST).run_until("2023-03-21T00:05:00");
    let outcomes = station.outcomes();
    assert_eq!(
        outcomes[..2],
        ["dem@2023-03-20T23:58:00#1 missed withdrawn", "dem@2023-03-20T23:58:00#2 missed withdrawn"]
    );
    assert_eq!(outcomes[2..], AIRED_AT_MIDNIGHT);
    // At 00:00:30 an edit adds nothing to the past.
    let station =
        before_midnight().edit(630, &PLAYLIST.replace("00:00:00", "00:00:10")).run_until("2023-03-21T00:10:00");
    assert_eq!(station.outcomes(), AIRED_AT_MIDNIGHT);
}

#[test]
fn a_clock_that_steps_past_midnight_and_back_plans_no_date_twice() {
    for steps in [[-30, 30], [40, -40], [-240, 240], [280, -200]] {
        let station_with_steps = station_from("2023-03-20T23:58:00").step(60, steps[0]).step(90, steps[1]);
        let station = station_with_steps.run_until("2023-03-21T00:20:00");
        // The first 25 bytes of an outcome are the id of its airing.
        let mut ids: Vec<_> = station.outcomes().into_iter().map(|outcome| outcome[..25].to_owned()).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids, [&AIRED_AT_MIDNIGHT[0][..25], &AIRED_AT_MIDNIGHT[1][..25]], "{steps:?}");
        assert_eq!(station.outcomes().len(), 2, "{steps:?}: {:?}", station.outcomes());
        assert_eq!(entries(&station.log(), "plan").count(), 2, "{steps:?}");
    }
}

#[test]
fn quiet_hours_and_urgent_messages_continue_past_midnight() {
    // By default, midnight is in the quiet hours.
    let quiet_station = Station::new("2023-03-20T23:50:00").playlist(PLAYLIST).run_until("2023-03-21T00:05:00");
    let missed = ["dem@2023-03-21T00:00:00#1 missed quiet-hours", "dem@2023-03-21T00:00:00#2 missed quiet-hours"];
    assert_eq!(quiet_station.outcomes(), missed);
    assert_eq!(entries(&quiet_station.log(), "device").count(), 0, "the device is not opened in quiet hours");
    let urgent = OperatorCommand::Urgent { source: UrgentSource::Segment(id("b")), repeat: 1 };
    let station = station_from("2023-03-20T23:59:00").command(50, urgent).run_until("2023-03-21T00:05:00");
    let outcomes = station.outcomes();
    assert!(outcomes[0].starts_with("urgent@2023-03-20T23:59:50") && outcomes[0].ends_with(" aired"), "{outcomes:?}");
    assert_eq!(outcomes[1..], AIRED_AT_MIDNIGHT, "the session follows the message");
}
