//! The first session of a day is as exact as any: the day is planned before it begins.
use crate::record::Record;
use loa::playout::engine::{OperatorCommand, UrgentSource};

use crate::station::{Station, at, id};

/// Never quiet; the amplifier needs 20 s.
const SETTINGS: &str = "[quiet-hours]\nfrom = \"00:00\"\nuntil = \"00:00\"\n\
    [amplifier]\non = \"relay 1\"\noff = \"relay 0\"\nwarm-up = \"20s\"\n";
const PLAYLIST: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n\
    [[segment]]\nid = \"b\"\ntitle = \"B\"\nfile = \"s-30.mp3\"\n\
    [[session]]\nid = \"dem\"\nat = \"00:00:00\"\nplay = [\"a\", \"b\"]\n";
const TOMORROW: [&str; 2] = ["dem@2023-03-21T00:00:00#1 aired", "dem@2023-03-21T00:00:00#2 aired"];

fn station(now: &str) -> Station {
    Station::new(now).settings(SETTINGS).playlist(PLAYLIST)
}

fn of<'a>(log: &'a [Record], kind: &'a str) -> impl Iterator<Item = &'a Record> {
    log.iter().filter(move |r| r.kind == kind)
}

/// Whether every start was on the frame, and the amplifier on for its time before the first.
fn is_exact(station: &Station) {
    let log = station.log();
    let starts: Vec<_> = of(&log, "start").map(|r| (r.wall(), r.body.late_us)).collect();
    assert_eq!(starts, [(at("2023-03-21T00:00:00"), Some(0)), (at("2023-03-21T00:01:00"), Some(0))]);
}

#[test]
fn a_session_at_midnight_starts_on_the_frame_with_a_warm_amplifier() {
    let done = station("2023-03-20T22:00:00").run_until("2023-03-21T00:05:00");
    assert_eq!(done.outcomes(), TOMORROW);
    is_exact(&done);
    let log = done.log();
    let on: Vec<_> = of(&log, "amplifier").filter(|r| r.body.to.as_deref() == Some("on")).map(Record::wall).collect();
    assert_eq!(on, [at("2023-03-20T23:59:40")]);
    let plans: Vec<_> = of(&log, "plan").map(|r| (r.body.date.expect("a date").to_string(), r.body.count)).collect();
    assert_eq!(plans, [("2023-03-20".to_owned(), 0), ("2023-03-21".to_owned(), 2)], "each day once");
    let planned = of(&log, "plan").last().expect("two").wall();
    assert!(planned < at("2023-03-20T23:59:40"), "ahead of what it needs");
}

#[test]
fn a_daemon_that_starts_shortly_before_midnight_is_as_exact() {
    is_exact(&station("2023-03-20T23:59:50").run_until("2023-03-21T00:05:00"));
    // A restart, too: by the schedule that was in force.
    let again = station("2023-03-20T12:00:00").run_for(60).clock_says("2023-03-20T23:59:55", true);
    is_exact(&again.run_until("2023-03-21T00:05:00"));
    // Planned, cut, and started anew before midnight: one outcome each.
    let cut = station("2023-03-20T23:58:00").run_and_cut(60).off_for(20).run_until("2023-03-21T00:05:00");
    is_exact(&cut);
    assert_eq!(cut.outcomes(), TOMORROW);
}

#[test]
fn an_edit_after_the_next_day_was_planned_counts_and_adds_nothing_to_the_past() {
    let base = || station("2023-03-20T23:50:00");
    // 23:59:30: the session is taken out.
    let gone = base().edit(570, &PLAYLIST.replace("00:00:00", "00:03:00")).run_until("2023-03-21T00:10:00");
    let mut outcomes = gone.outcomes();
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
    // 23:59:58: it is lined up already, and another file is to play.
    let other =
        base().edit(598, &PLAYLIST.replace("[\"a\", \"b\"]", "[\"b\", \"a\"]")).run_until("2023-03-21T00:10:00");
    assert_eq!(other.outcomes(), TOMORROW);
    let log = other.log();
    let played: Vec<_> = of(&log, "outcome").map(|r| (r.body.segment.clone().expect("one"), r.body.late_us)).collect();
    assert_eq!(played, [(id("b"), Some(0)), (id("a"), Some(0))]);
    // What still was to come today is edited as ever, and put back it is as it was.
    let late = PLAYLIST.replace("at = \"00:00:00\"", "at = [\"00:00:00\", \"23:58:00\"]");
    let both = Station::new("2023-03-20T23:50:00").settings(SETTINGS).playlist(&late);
    let both = both.edit(400, PLAYLIST).run_until("2023-03-21T00:05:00");
    let outcomes = both.outcomes();
    assert_eq!(
        outcomes[..2],
        ["dem@2023-03-20T23:58:00#1 missed withdrawn", "dem@2023-03-20T23:58:00#2 missed withdrawn"]
    );
    assert_eq!(outcomes[2..], TOMORROW);
    // 00:00:30: into the past nothing is added.
    let past = base().edit(630, &PLAYLIST.replace("00:00:00", "00:00:10")).run_until("2023-03-21T00:10:00");
    assert_eq!(past.outcomes(), TOMORROW);
}

#[test]
fn a_clock_that_steps_over_midnight_and_back_plans_nothing_twice() {
    for steps in [[-30, 30], [40, -40], [-240, 240], [280, -200]] {
        let run = station("2023-03-20T23:58:00").step(60, steps[0]).step(90, steps[1]);
        let done = run.run_until("2023-03-21T00:20:00");
        let mut outcomes: Vec<_> = done.outcomes().into_iter().map(|o| o[..25].to_owned()).collect();
        outcomes.sort();
        outcomes.dedup();
        assert_eq!(outcomes, [&TOMORROW[0][..25], &TOMORROW[1][..25]], "{steps:?}");
        assert_eq!(done.outcomes().len(), 2, "{steps:?}: {:?}", done.outcomes());
        assert_eq!(of(&done.log(), "plan").count(), 2, "{steps:?}");
    }
}

#[test]
fn quiet_hours_and_what_is_urgent_go_on_over_midnight() {
    // By default a station is quiet then.
    let quiet = Station::new("2023-03-20T23:50:00").playlist(PLAYLIST).run_until("2023-03-21T00:05:00");
    let missed = ["dem@2023-03-21T00:00:00#1 missed quiet-hours", "dem@2023-03-21T00:00:00#2 missed quiet-hours"];
    assert_eq!(quiet.outcomes(), missed);
    assert_eq!(of(&quiet.log(), "device").count(), 0, "nothing is opened for what may not sound");
    let urgent = OperatorCommand::Urgent { what: UrgentSource::Segment(id("b")), repeat: 1 };
    let done = station("2023-03-20T23:59:00").order(50, urgent).run_until("2023-03-21T00:05:00");
    let outcomes = done.outcomes();
    assert!(outcomes[0].starts_with("urgent@2023-03-20T23:59:50") && outcomes[0].ends_with(" aired"), "{outcomes:?}");
    assert_eq!(outcomes[1..], TOMORROW, "behind it");
}
