//! What fell due while the station was off, or its clock was not believed: the right reason, once, however often it was
//! started since; clocks that were set meanwhile; what is over stays over.
use crate::record::Record;
use loa::airlog::entry::TrustReason;
use loa::playout::engine::{CommandReply, OperatorCommand, UrgentSource};

use crate::station::{Station, id, outcome_line};

const SEGMENTS: &str = r#"
[[segment]]
id = "a"
title = "A"
file = "s-60.mp3"
[[segment]]
id = "b"
title = "B"
file = "s-120.mp3"
[[segment]]
id = "c"
title = "C"
file = "s-30.mp3"
"#;
const HOURS: &str =
    "[[session]]\nid = \"gio\"\nat = [\"06:00\", \"07:00\", \"08:00\", \"09:00\", \"12:00\"]\nplay = [\"a\"]\n";
const HOUR: i64 = 3600;

fn station(now: &str, sessions: &str) -> Station {
    Station::new(now).playlist(&format!("{SEGMENTS}{sessions}"))
}

/// `HH:MM id result reason` of the outcomes of planned airings, in the order of their starts.
fn ends(station: &Station) -> Vec<String> {
    let log = station.log();
    let mut ends: Vec<&Record> = log.iter().filter(|r| r.kind == "outcome" && r.body.planned_at.is_some()).collect();
    ends.sort_by_key(|r| r.body.planned_at);
    ends.iter().map(|r| outcome_line(r).replace("@2023-03-20T", " ").replace("@2023-03-21T", " 21 ")).collect()
}

fn urgents(station: &Station) -> Vec<String> {
    let log = station.log();
    let urgent = |r: &&Record| r.kind == "outcome" && r.body.planned_at.is_none();
    log.iter().filter(urgent).map(|r| outcome_line(r).split_once(' ').expect("words").1.to_owned()).collect()
}

fn steps_s(station: &Station) -> Vec<i64> {
    station.log().iter().filter(|r| r.kind == "clock-step").map(|r| r.body.by_us / 1_000_000).collect()
}

fn last_boot(station: &Station) -> (bool, TrustReason) {
    let log = station.log();
    let boot = log.iter().rfind(|r| r.kind == "boot").expect("a boot entry");
    (boot.body.trusted.expect("a boot entry's"), boot.body.trust.expect("a boot entry's"))
}

fn urgent(segment: &str) -> OperatorCommand {
    OperatorCommand::Urgent { what: UrgentSource::Segment(id(segment)), repeat: 1 }
}

/// Stopped in order at 05:30, started three hours later by the boot clock; the wall clock has stood still.
fn set_back() -> Station {
    let before = station("2023-03-20T05:00:00", HOURS).unsynchronised().run_for(HOUR / 2);
    before.restarted_after(3 * HOUR).clock_set(-3 * HOUR)
}

#[test]
fn a_clock_set_back_while_the_daemon_was_off_is_logged_and_not_believed() {
    let done = set_back().run_for(HOUR);
    assert_eq!(steps_s(&done), [-3 * HOUR]);
    assert_eq!(last_boot(&done), (false, TrustReason::BackwardStep));
    assert_eq!(ends(&done), Vec::<String>::new(), "a session three hours late is not on time");
    let log = done.log();
    let places: Vec<usize> =
        ["boot", "clock-step"].iter().map(|kind| log.iter().rposition(|r| r.kind == *kind).expect("one")).collect();
    assert!(places[0] < places[1], "the doubt before the step: the stepped time is no last believed one");
}

#[test]
fn the_network_puts_a_clock_right_that_was_set_back_while_the_daemon_was_off() {
    // Really it is 08:30, and 08:40 once the network comes.
    let done = set_back().step(600, 3 * HOUR).sync(600, true).run_for(HOUR);
    assert_eq!(
        ends(&done),
        [
            "gio 06:00:00#1 missed shutdown",
            "gio 07:00:00#1 missed shutdown",
            "gio 08:00:00#1 missed shutdown",
            "gio 09:00:00#1 aired",
        ]
    );
    // It comes after 09:00: the daemon ran then, and did not believe its clock.
    let done = set_back().step(2400, 3 * HOUR).sync(2400, true).run_for(HOUR);
    assert_eq!(ends(&done)[2..], ["gio 08:00:00#1 missed shutdown", "gio 09:00:00#1 missed clock-untrusted"]);
}

#[test]
fn an_operator_may_vouch_for_a_clock_that_was_set_back() {
    let done = set_back().order(60, OperatorCommand::ConfirmClock).run_for(HOUR);
    assert_eq!(done.answers(), [CommandReply::Done]);
    assert_eq!(ends(&done), ["gio 06:00:00#1 aired"]);
    let log = done.log();
    let who = log.iter().find(|r| r.kind == "operator").and_then(|r| r.body.who.clone()).expect("who vouched");
    assert_eq!(who.uid, 1000);
}

#[test]
fn a_synchronised_clock_is_believed_whatever_it_was_set_by_and_the_step_is_logged() {
    for (by, expected) in [
        // Believed: what lies in the hours passed over was missed while the station was off, those that come again come.
        (
            3 * HOUR,
            vec![
                "gio 06:00:00#1 missed shutdown",
                "gio 07:00:00#1 missed shutdown",
                "gio 08:00:00#1 missed shutdown",
                "gio 09:00:00#1 aired",
            ],
        ),
        (-HOUR, vec!["gio 06:00:00#1 aired"]),
    ] {
        let before = station("2023-03-20T05:00:00", HOURS).run_for(HOUR / 2);
        let done = before.restarted_after(60).clock_set(by).run_for(2 * HOUR);
        assert_eq!(steps_s(&done), [by]);
        assert_eq!(last_boot(&done), (true, TrustReason::Synchronised));
        assert_eq!(ends(&done), expected, "{by}");
    }
}

#[test]
fn small_steps_while_the_daemon_is_off_add_up() {
    let mut done = station("2023-03-20T05:00:00", HOURS).unsynchronised().run_for(60);
    done = done.restarted_after(600).clock_set(-240).run_for(60);
    assert_eq!(last_boot(&done), (true, TrustReason::NoDoubt), "less than five minutes");
    done = done.restarted_after(600).clock_set(-240).run_for(60);
    assert_eq!(last_boot(&done), (false, TrustReason::BackwardStep), "eight minutes in all");
    assert_eq!(steps_s(&done), [-240, -240]);
    // The same forward, and over a restart that finds nothing new.
    let mut done = station("2023-03-20T05:00:00", HOURS).unsynchronised().run_for(60);
    for by in [240, 0, 240] {
        done = done.restarted_after(60).clock_set(by).run_for(60);
    }
    assert_eq!(last_boot(&done), (false, TrustReason::ForwardStep));
}

#[test]
fn a_clock_set_back_by_more_than_five_minutes_in_a_run_is_not_believed() {
    let done = station("2023-03-20T05:00:00", HOURS).unsynchronised().run_for(60);
    let done = done.restarted_after(0).step(2400, -600).run_for(HOUR);
    let log = done.log();
    let doubt = log.iter().find(|r| r.kind == "clock-trust").expect("a doubt");
    assert_eq!(doubt.body.trust, Some(TrustReason::BackwardStep));
    assert_eq!(ends(&done), Vec::<String>::new());
}

#[test]
fn a_time_that_was_not_believed_is_no_last_sign_of_life() {
    for dead in ["1970-01-01T00:00:00", "2099-01-01T00:00:00"] {
        // A new station whose battery is dead, then with the right time and no network.
        let first = station(dead, HOURS).unsynchronised().run_for(600);
        assert!(!last_boot(&first).0, "{dead}");
        let done = first.clock_says("2023-03-20T05:30:00", false).run_for(HOUR);
        assert_eq!(last_boot(&done), (true, TrustReason::NoDoubt), "{dead}");
        assert_eq!(ends(&done), ["gio 06:00:00#1 aired"], "{dead}");
        let log = done.log();
        let boot = log.iter().rfind(|r| r.kind == "boot").expect("one");
        assert_eq!(boot.body.last_seen, None, "{dead}");
    }
}

#[test]
fn a_miss_keeps_its_reason_over_restarts_within_the_grace_of_an_unsynchronised_clock() {
    // Stopped in order over 06:00, started, killed within five minutes, started again; and the other way round.
    let early = || station("2023-03-20T05:00:00", HOURS).unsynchronised();
    let stopped = early().run_for(HOUR / 2).off_for(HOUR).run_and_cut(60).off_for(60).run_for(600);
    assert_eq!(ends(&stopped), ["gio 06:00:00#1 missed shutdown"]);
    let cut = early().run_and_cut(HOUR / 2).off_for(HOUR).run_for(60).off_for(60).run_for(600);
    assert_eq!(ends(&cut), ["gio 06:00:00#1 missed power-off"]);
    // Killed on a machine that runs on.
    let killed = early().run_and_kill(HOUR / 2).restarted_after(HOUR).run_for(60).restarted_after(60).run_for(600);
    assert_eq!(ends(&killed), ["gio 06:00:00#1 missed power-off"]);
    // Two misses, two reasons, and a dozen starts after them.
    let mut two = early().run_for(HOUR / 2).off_for(HOUR).run_and_cut(100).off_for(HOUR);
    for _ in 0..12 {
        two = two.run_and_cut(20).off_for(5).run_for(20).off_for(5);
    }
    let two = two.run_for(600);
    assert_eq!(ends(&two), ["gio 06:00:00#1 missed shutdown", "gio 07:00:00#1 missed power-off"]);
}

#[test]
fn a_miss_in_an_earlier_run_that_did_not_believe_its_clock_is_told_so() {
    // Stopped at 05:30; from 05:40 to 06:30 it runs with a clock that was set forward; off again until 07:30.
    let wrong = station("2023-03-20T05:00:00", HOURS).unsynchronised().run_for(HOUR / 2);
    let wrong = wrong.restarted_after(600).clock_set(6 * HOUR).run_and_kill(3000);
    assert!(!last_boot(&wrong).0);
    let right = wrong.restarted_after(HOUR).clock_set(-6 * HOUR).kept_clock(true).run_for(HOUR);
    assert_eq!(
        ends(&right),
        ["gio 06:00:00#1 missed clock-untrusted", "gio 07:00:00#1 missed power-off", "gio 08:00:00#1 aired"]
    );
    // On a machine that was started anew meanwhile: the doubt began at 05:40 in that start, whose clock had been good.
    let doubted = station("2023-03-20T05:00:00", HOURS).unsynchronised().step(2400, 6 * HOUR).run_for(2 * HOUR + 60);
    let right = doubted.clock_says("2023-03-20T09:30:00", true).run_for(60);
    assert_eq!(
        ends(&right),
        [
            "gio 06:00:00#1 missed clock-untrusted",
            "gio 07:00:00#1 missed clock-untrusted",
            "gio 08:00:00#1 missed shutdown",
            "gio 09:00:00#1 missed shutdown",
        ]
    );
}

const TWO: &str = r#"
[[session]]
id = "sang"
at = "06:00"
play = ["a", "c", "b"]
[[session]]
id = "sau"
at = "06:02"
play = ["c"]
"#;

#[test]
fn power_that_comes_back_when_the_next_session_is_due_keeps_its_reason() {
    for synchronised in [true, false] {
        for back in ["2023-03-20T06:01:03", "2023-03-20T06:02:02", "2023-03-20T06:02:40"] {
            let cut = station("2023-03-20T05:59:00", TWO).kept_clock(synchronised).run_and_cut(68);
            let done = cut.clock_says(back, synchronised).run_for(600);
            let got = ends(&done);
            assert_eq!(got[0], "sang 06:00:00#1 partial power-off", "{back}");
            match back {
                // Its second item is three seconds late; the third is cut by the next session.
                "2023-03-20T06:01:03" => assert_eq!(
                    got[1..],
                    ["sang 06:00:00#2 aired", "sang 06:00:00#3 partial cut-by", "sau 06:02:00#1 aired"]
                ),
                "2023-03-20T06:02:02" => assert_eq!(
                    got[1..],
                    ["sang 06:00:00#2 missed power-off", "sang 06:00:00#3 missed power-off", "sau 06:02:00#1 aired"],
                    "synchronised: {synchronised}"
                ),
                _ => assert!(got[1..].iter().all(|line| line.ends_with("missed power-off")), "{got:?}"),
            }
        }
    }
}

#[test]
fn what_is_still_to_come_of_a_session_that_a_power_cut_broke_plays_at_its_time() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\", \"c\", \"b\"]\n";
    for synchronised in [true, false] {
        let cut = station("2023-03-20T05:59:00", sessions).kept_clock(synchronised).run_and_cut(68);
        let done = cut.clock_says("2023-03-20T06:01:20", synchronised).run_for(600);
        assert_eq!(
            ends(&done),
            ["sang 06:00:00#1 partial power-off", "sang 06:00:00#2 missed power-off", "sang 06:00:00#3 aired",],
            "synchronised: {synchronised}"
        );
    }
}

#[test]
fn a_session_that_a_power_cut_killed_stays_dead_after_something_urgent() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\", \"c\", \"b\"]\n";
    let urgent_session = "[[session]]\nid = \"khan\"\nat = \"06:05\"\npriority = \"urgent\"\nplay = [\"c\"]\n";
    let cut = |text: &str| station("2023-03-20T05:59:00", text).unsynchronised().run_and_cut(68);
    let done = cut(sessions).clock_says("2023-03-20T06:04:00", false).order(3, urgent("c")).run_for(HOUR);
    assert_eq!(
        ends(&done),
        ["sang 06:00:00#1 partial power-off", "sang 06:00:00#2 missed power-off", "sang 06:00:00#3 missed power-off"]
    );
    assert_eq!(urgents(&done), ["aired"]);
    // The same behind an urgent session.
    let both = format!("{sessions}{urgent_session}");
    let done = cut(&both).clock_says("2023-03-20T06:04:00", false).run_for(HOUR);
    assert_eq!(ends(&done)[1..3], ["sang 06:00:00#2 missed power-off", "sang 06:00:00#3 missed power-off"]);
    assert_eq!(ends(&done)[3], "khan 06:05:00#1 aired");
    // And one that fell into a time in which the clock was not believed, while something urgent sounds at its end.
    let doubted = station("2023-03-20T05:59:00", sessions).unsynchronised().step(30, 6 * HOUR);
    let done = doubted.order(595, urgent("b")).step(600, -6 * HOUR).sync(600, true).run_for(HOUR);
    assert!(ends(&done).iter().all(|line| line.ends_with("missed clock-untrusted")), "{:?}", ends(&done));
    assert_eq!(ends(&done).len(), 3);
    assert_eq!(urgents(&done), ["aired"]);
}

#[test]
fn stopping_ends_an_urgent_session_and_what_it_has_interrupted() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"b\", \"a\"]\n\
        [[session]]\nid = \"khan\"\nat = \"06:01\"\npriority = \"urgent\"\nplay = [\"a\", \"c\"]\n\
        [[session]]\nid = \"sau\"\nat = \"06:01:10\"\nplay = [\"c\"]\n\
        [[session]]\nid = \"trua\"\nat = \"12:00\"\nplay = [\"c\"]\n";
    let done = station("2023-03-20T05:59:00", sessions).order(60 + 80, OperatorCommand::Stop).run_for(7 * HOUR);
    assert_eq!(done.answers(), [CommandReply::Done]);
    let mut got = ends(&done);
    got.sort();
    assert_eq!(
        got,
        [
            "khan 06:01:00#1 partial operator-stop",
            "khan 06:01:00#2 missed operator-stop",
            "sang 06:00:00#1 partial operator-stop",
            "sang 06:00:00#2 missed operator-stop",
            "sau 06:01:10#1 missed operator-stop",
            "trua 12:00:00#1 aired",
        ]
    );
    let log = done.log();
    let stopped = log.iter().position(|r| r.kind == "operator").expect("the order");
    let sounds = log[stopped..].iter().filter(|r| matches!(r.kind.as_str(), "start" | "resume"));
    assert_eq!(sounds.count(), 1, "silence until noon");
}

#[test]
fn stopping_blames_nobody_for_what_was_missed_while_the_station_was_off() {
    let off = || station("2023-03-20T05:30:00", HOURS).unsynchronised().run_and_cut(60).off_for(HOUR);
    let done = off().order(30, OperatorCommand::Stop).run_for(1200);
    assert_eq!(done.answers(), [CommandReply::NothingPlays]);
    assert_eq!(ends(&done), ["gio 06:00:00#1 missed power-off"]);
    // One that was broken, of which something is still to come: that alone is stopped.
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\", \"c\", \"b\"]\n";
    let cut = station("2023-03-20T05:59:00", sessions).unsynchronised().run_and_cut(68);
    let done = cut.clock_says("2023-03-20T06:01:20", false).order(20, OperatorCommand::Stop).run_for(600);
    assert_eq!(done.answers(), [CommandReply::Done]);
    assert_eq!(ends(&done)[1..], ["sang 06:00:00#2 missed power-off", "sang 06:00:00#3 partial operator-stop"]);
}

const EVENING: &str = "[[session]]\nid = \"toi\"\nat = [\"05:45\", \"06:30\", \"20:50\"]\nplay = [\"c\"]\n";

fn zone(name: &str) -> String {
    format!("[station]\ntimezone = \"{name}\"\n")
}

#[test]
fn a_zone_edit_that_moves_the_date_forward_takes_the_old_day_out_of_force() {
    // 20:40 in Vietnam, 02:40 of the next day in New Zealand.
    let done = station("2023-03-20T05:00:00", EVENING)
        .edit_settings(15 * HOUR + 2400, &zone("Pacific/Auckland"))
        .run_for(24 * HOUR);
    assert_eq!(
        ends(&done),
        [
            "toi 05:45:00#1 aired",
            "toi 06:30:00#1 aired",
            "toi 20:50:00#1 missed withdrawn",
            "toi 21 05:45:00#1 aired",
            "toi 21 06:30:00#1 aired",
        ]
    );
    // 23:40 in Vietnam, 05:40 in New Zealand: what is past there already is not owed.
    let early = "[[session]]\nid = \"toi\"\nat = [\"05:30\", \"05:45\", \"23:50\"]\nplay = [\"c\"]\n";
    let quiet = "[quiet-hours]\nfrom = \"12:00\"\nuntil = \"12:00\"\n";
    let done = station("2023-03-20T06:00:00", early)
        .settings(quiet)
        .edit_settings(17 * HOUR + 2400, &format!("{}{quiet}", zone("Pacific/Auckland")))
        .run_for(20 * HOUR);
    assert_eq!(ends(&done), ["toi 21 05:45:00#1 aired", "toi 23:50:00#1 missed withdrawn"]);
}

#[test]
fn a_zone_edit_that_moves_the_date_back_airs_nothing_twice() {
    // 01:00 of the 21st in Vietnam, 21:00 of the 20th in Tehran. What the 20th had has had its outcome.
    let done =
        station("2023-03-20T05:00:00", EVENING).edit_settings(20 * HOUR, &zone("Asia/Tehran")).run_for(36 * HOUR);
    assert_eq!(
        ends(&done),
        [
            "toi 05:45:00#1 aired",
            "toi 06:30:00#1 aired",
            "toi 20:50:00#1 aired",
            "toi 21 05:45:00#1 aired",
            "toi 21 06:30:00#1 aired",
        ]
    );
    let log = done.log();
    let last = log.iter().rfind(|r| r.kind == "outcome").expect("one");
    assert_eq!(last.body.planned_at.expect("planned").offset().local_minus_utc(), 12_600, "by the new zone");
}

#[test]
fn a_step_at_the_very_start_of_an_airing_loses_no_frame() {
    let start = |by| station("2023-03-20T05:59:00", HOURS).unsynchronised().step(60, by);
    for by in [6 * HOUR, -6 * HOUR] {
        let done = start(by).run_for(600);
        assert_eq!(ends(&done), ["gio 06:00:00#1 partial clock-untrusted"], "{by}");
        let log = done.log();
        let place = |kind: &str| log.iter().position(|r| r.kind == kind).expect("an entry");
        assert!(place("clock-trust") < place("clock-step") && place("clock-step") < place("start"));
        let started = log.iter().find(|r| r.kind == "start").expect("one");
        assert_eq!(started.body.late_us, Some(0), "by the clock that timed it");
        // The time it stepped to is no last sign of life.
        let done = done.clock_says("2023-03-20T06:30:00", false).run_for(HOUR);
        assert_eq!(ends(&done)[1..], ["gio 07:00:00#1 aired"], "{by}");
    }
    // A step that is believed.
    let done = start(100).run_for(600);
    assert_eq!(ends(&done), ["gio 06:00:00#1 aired"]);
}

#[test]
fn playing_on_a_new_station_with_a_doubted_clock_is_answered_with_the_doubt() {
    let done = station("1999-01-01T05:59:00", HOURS)
        .unsynchronised()
        .order(10, OperatorCommand::Play(id("a")))
        .order(20, OperatorCommand::Play(id("khong-co")))
        .run_for(600);
    assert_eq!(done.answers(), [CommandReply::ClockDoubted, CommandReply::NoSuchSegment(id("khong-co"))]);
}

#[test]
fn quiet_hours_that_an_edit_lays_over_a_session_let_nothing_follow() {
    let session = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\", \"c\", \"b\"]\n";
    let quiet = "[quiet-hours]\nfrom = \"21:00\"\nuntil = \"07:00\"\n";
    for (edit, settings) in [("hours", quiet.to_owned()), ("zone", zone("Asia/Kathmandu"))] {
        let done =
            station("2023-03-20T05:50:00", session).edit_settings(630, &settings).run_until("2023-03-20T06:45:00");
        let starts: Vec<String> =
            done.log().into_iter().filter(|r| r.kind == "start").filter_map(|r| r.body.id).collect();
        assert_eq!(starts, ["sang@2023-03-20T06:00:00#1"], "{edit}");
        let got = ends(&done);
        assert_eq!(got.len(), 3, "{edit}: {got:?}");
        assert!(got.iter().all(|end| end.ends_with(" quiet-hours")), "{edit}: {got:?}");
    }
}
