//! Airings that were due while the station was off or its clock was untrusted get one outcome with the right reason,
//! after any number of starts, even if the clock was set in the meantime.
mod stops_and_edits;

use loa::airlog::entry::TrustReason;
use loa::playout::engine::{CommandEffect, CommandReply, OperatorCommand, UrgentSource};

use crate::record::Record;
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

const MORNING_SESSIONS: &str =
    "[[session]]\nid = \"gio\"\nat = [\"06:00\", \"07:00\", \"08:00\", \"09:00\", \"12:00\"]\nplay = [\"a\"]\n";

const HOUR_S: i64 = 3600;

fn station_with(now: &str, sessions: &str) -> Station {
    Station::new(now).playlist(&format!("{SEGMENTS}{sessions}"))
}

/// Returns the titles of the sessions that the station's only command, a stop, ended.
fn stopped_titles(station: &Station) -> Vec<String> {
    match station.replies() {
        [CommandReply::Performed { effect: CommandEffect::Stop { titles, .. }, is_logged: true }] => titles.clone(),
        replies => panic!("{replies:?}"),
    }
}

/// Returns the outcome lines of the planned airings, with short ids, in the order of their planned starts.
fn results(station: &Station) -> Vec<String> {
    let log = station.log();
    let mut outcomes: Vec<&Record> =
        log.iter().filter(|r| r.kind == "outcome" && r.body.planned_at.is_some()).collect();
    outcomes.sort_by_key(|r| r.body.planned_at);
    outcomes.iter().map(|r| outcome_line(r).replace("@2023-03-20T", " ").replace("@2023-03-21T", " 21 ")).collect()
}

fn urgent_results(station: &Station) -> Vec<String> {
    let log = station.log();
    let is_urgent = |r: &&Record| r.kind == "outcome" && r.body.planned_at.is_none();
    log.iter()
        .filter(is_urgent)
        .map(|r| outcome_line(r).split_once(' ').expect("find the result").1.to_owned())
        .collect()
}

fn steps_s(station: &Station) -> Vec<i64> {
    station.log().iter().filter(|r| r.kind == "clock-step").map(|r| r.body.by_us / 1_000_000).collect()
}

fn last_boot_trust(station: &Station) -> (bool, TrustReason) {
    let log = station.log();
    let boot = log.iter().rfind(|r| r.kind == "boot").expect("the log has a boot entry");
    (boot.body.trusted.expect("a boot entry has the key"), boot.body.trust.expect("a boot entry has the key"))
}

fn urgent(segment: &str) -> OperatorCommand {
    OperatorCommand::Urgent { source: UrgentSource::Segment(id(segment)), repeat: 1 }
}

/// A station that was stopped cleanly at 05:30 and starts three hours later, after its wall clock was set back to
/// 05:30.
fn station_with_clock_set_back() -> Station {
    let stopped_station = station_with("2023-03-20T05:00:00", MORNING_SESSIONS).unsynchronised().run_for(HOUR_S / 2);
    stopped_station.restarted_after(3 * HOUR_S).clock_set(-3 * HOUR_S)
}

#[test]
fn a_clock_set_back_while_the_daemon_was_off_is_logged_and_not_trusted() {
    let station = station_with_clock_set_back().run_for(HOUR_S);
    assert_eq!(steps_s(&station), [-3 * HOUR_S]);
    assert_eq!(last_boot_trust(&station), (false, TrustReason::BackwardStep));
    assert_eq!(results(&station), Vec::<String>::new(), "the session at 06:00 does not air three hours late");
    let log = station.log();
    let positions: Vec<usize> = ["boot", "clock-step"]
        .iter()
        .map(|kind| log.iter().rposition(|r| r.kind == *kind).expect("find the entry"))
        .collect();
    assert!(
        positions[0] < positions[1],
        "the clock is untrusted before the step is logged, so the stepped time does not become the last trusted time"
    );
}

#[test]
fn the_network_corrects_a_clock_that_was_set_back_while_the_daemon_was_off() {
    // The true time is 08:30. The network sets the clock at 08:40.
    let station = station_with_clock_set_back().step(600, 3 * HOUR_S).sync(600, true).run_for(HOUR_S);
    assert_eq!(
        results(&station),
        [
            "gio 06:00:00#1 missed shutdown",
            "gio 07:00:00#1 missed shutdown",
            "gio 08:00:00#1 missed shutdown",
            "gio 09:00:00#1 aired",
        ]
    );
    // The network sets the clock after 09:00, so at 09:00 the daemon ran with an untrusted clock.
    let station = station_with_clock_set_back().step(2400, 3 * HOUR_S).sync(2400, true).run_for(HOUR_S);
    assert_eq!(results(&station)[2..], ["gio 08:00:00#1 missed shutdown", "gio 09:00:00#1 missed clock-untrusted"]);
}

#[test]
fn an_operator_can_confirm_a_clock_that_was_set_back() {
    let station = station_with_clock_set_back().command(60, OperatorCommand::ConfirmClock).run_for(HOUR_S);
    let replies = station.replies();
    assert!(
        matches!(replies, [CommandReply::Performed { effect: CommandEffect::ConfirmClock { .. }, is_logged: true }]),
        "{replies:?}"
    );
    assert_eq!(results(&station), ["gio 06:00:00#1 aired"]);
    let log = station.log();
    let user =
        log.iter().find(|r| r.kind == "operator").and_then(|r| r.body.who.clone()).expect("find the confirming user");
    assert_eq!(user.uid, 1000);
}

#[test]
fn a_synchronised_clock_is_trusted_after_any_step_and_the_step_is_logged() {
    for (by_s, expected) in [
        // The airings of skipped hours were missed while the station was off. The airings of repeated hours air.
        (
            3 * HOUR_S,
            vec![
                "gio 06:00:00#1 missed shutdown",
                "gio 07:00:00#1 missed shutdown",
                "gio 08:00:00#1 missed shutdown",
                "gio 09:00:00#1 aired",
            ],
        ),
        (-HOUR_S, vec!["gio 06:00:00#1 aired"]),
    ] {
        let stopped_station = station_with("2023-03-20T05:00:00", MORNING_SESSIONS).run_for(HOUR_S / 2);
        let station = stopped_station.restarted_after(60).clock_set(by_s).run_for(2 * HOUR_S);
        assert_eq!(steps_s(&station), [by_s]);
        assert_eq!(last_boot_trust(&station), (true, TrustReason::Synchronised));
        assert_eq!(results(&station), expected, "{by_s}");
    }
}

#[test]
fn small_steps_while_the_daemon_is_off_add_up() {
    let mut station = station_with("2023-03-20T05:00:00", MORNING_SESSIONS).unsynchronised().run_for(60);
    station = station.restarted_after(600).clock_set(-240).run_for(60);
    assert_eq!(last_boot_trust(&station), (true, TrustReason::NoDoubt), "less than five minutes");
    station = station.restarted_after(600).clock_set(-240).run_for(60);
    assert_eq!(last_boot_trust(&station), (false, TrustReason::BackwardStep), "eight minutes in total");
    assert_eq!(steps_s(&station), [-240, -240]);
    // The same with steps forward, and with a restart without a step between them.
    let mut station = station_with("2023-03-20T05:00:00", MORNING_SESSIONS).unsynchronised().run_for(60);
    for by_s in [240, 0, 240] {
        station = station.restarted_after(60).clock_set(by_s).run_for(60);
    }
    assert_eq!(last_boot_trust(&station), (false, TrustReason::ForwardStep));
}

#[test]
fn a_clock_set_back_by_more_than_five_minutes_during_a_run_is_not_trusted() {
    let station = station_with("2023-03-20T05:00:00", MORNING_SESSIONS).unsynchronised().run_for(60);
    let station = station.restarted_after(0).step(2400, -600).run_for(HOUR_S);
    let log = station.log();
    let trust_entry = log.iter().find(|r| r.kind == "clock-trust").expect("the log has a clock-trust entry");
    assert_eq!(trust_entry.body.trust, Some(TrustReason::BackwardStep));
    assert_eq!(results(&station), Vec::<String>::new());
}

#[test]
fn an_untrusted_time_does_not_become_the_time_of_the_last_heartbeat() {
    for wrong_time in ["1970-01-01T00:00:00", "2099-01-01T00:00:00"] {
        // The clock battery of a new station is dead. Later the station has the right time, but no network.
        let new_station = station_with(wrong_time, MORNING_SESSIONS).unsynchronised().run_for(600);
        assert!(!last_boot_trust(&new_station).0, "{wrong_time}");
        let station = new_station.start_clock_at_str("2023-03-20T05:30:00", false).run_for(HOUR_S);
        assert_eq!(last_boot_trust(&station), (true, TrustReason::NoDoubt), "{wrong_time}");
        assert_eq!(results(&station), ["gio 06:00:00#1 aired"], "{wrong_time}");
        let log = station.log();
        let boot = log.iter().rfind(|r| r.kind == "boot").expect("the log has a boot entry");
        assert_eq!(boot.body.last_seen, None, "{wrong_time}");
    }
}

#[test]
fn a_missed_airing_keeps_its_reason_across_restarts_within_the_grace_period_of_an_unsynchronised_clock() {
    // The daemon stops cleanly before 06:00 and starts after it. Within five minutes the power fails, and the daemon
    // starts again.
    let early_station = || station_with("2023-03-20T05:00:00", MORNING_SESSIONS).unsynchronised();
    let stopped_station = early_station().run_for(HOUR_S / 2).off_for(HOUR_S).run_and_cut(60).off_for(60).run_for(600);
    assert_eq!(results(&stopped_station), ["gio 06:00:00#1 missed shutdown"]);
    // The power fails before 06:00. The daemon stops cleanly within five minutes of its next start.
    let cut_station = early_station().run_and_cut(HOUR_S / 2).off_for(HOUR_S).run_for(60).off_for(60).run_for(600);
    assert_eq!(results(&cut_station), ["gio 06:00:00#1 missed power-off"]);
    // The daemon is killed, and the machine runs on.
    let killed_station =
        early_station().run_and_kill(HOUR_S / 2).restarted_after(HOUR_S).run_for(60).restarted_after(60).run_for(600);
    assert_eq!(results(&killed_station), ["gio 06:00:00#1 missed power-off"]);
    // Two airings are missed for two reasons. Then the daemon starts two dozen times.
    let mut station = early_station().run_for(HOUR_S / 2).off_for(HOUR_S).run_and_cut(100).off_for(HOUR_S);
    for _ in 0..12 {
        station = station.run_and_cut(20).off_for(5).run_for(20).off_for(5);
    }
    let station = station.run_for(600);
    assert_eq!(results(&station), ["gio 06:00:00#1 missed shutdown", "gio 07:00:00#1 missed power-off"]);
}

#[test]
fn an_airing_missed_in_an_earlier_run_with_an_untrusted_clock_keeps_that_reason() {
    // The daemon stops at 05:30. From 05:40 to 06:30 it runs with a clock that was set forward, and then it is off
    // until 07:30.
    let station_with_untrusted_clock =
        station_with("2023-03-20T05:00:00", MORNING_SESSIONS).unsynchronised().run_for(HOUR_S / 2);
    let station_with_untrusted_clock =
        station_with_untrusted_clock.restarted_after(600).clock_set(6 * HOUR_S).run_and_kill(3000);
    assert!(!last_boot_trust(&station_with_untrusted_clock).0);
    let corrected_station = station_with_untrusted_clock
        .restarted_after(HOUR_S)
        .clock_set(-6 * HOUR_S)
        .clock_synchronised(true)
        .run_for(HOUR_S);
    assert_eq!(
        results(&corrected_station),
        ["gio 06:00:00#1 missed clock-untrusted", "gio 07:00:00#1 missed power-off", "gio 08:00:00#1 aired"]
    );
    // The machine restarts. In the run before, the clock was trusted until 05:40.
    let station_with_untrusted_clock = station_with("2023-03-20T05:00:00", MORNING_SESSIONS)
        .unsynchronised()
        .step(2400, 6 * HOUR_S)
        .run_for(2 * HOUR_S + 60);
    let corrected_station = station_with_untrusted_clock.start_clock_at_str("2023-03-20T09:30:00", true).run_for(60);
    assert_eq!(
        results(&corrected_station),
        [
            "gio 06:00:00#1 missed clock-untrusted",
            "gio 07:00:00#1 missed clock-untrusted",
            "gio 08:00:00#1 missed shutdown",
            "gio 09:00:00#1 missed shutdown",
        ]
    );
}

const TWO_SESSIONS: &str = r#"
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
fn missed_airings_keep_the_reason_power_off_when_the_power_returns_at_the_next_session() {
    for is_synchronised in [true, false] {
        for return_time in ["2023-03-20T06:01:03", "2023-03-20T06:02:02", "2023-03-20T06:02:40"] {
            let cut_station =
                station_with("2023-03-20T05:59:00", TWO_SESSIONS).clock_synchronised(is_synchronised).run_and_cut(68);
            let station = cut_station.start_clock_at_str(return_time, is_synchronised).run_for(600);
            let actual = results(&station);
            assert_eq!(actual[0], "sang 06:00:00#1 partial power-off", "{return_time}");
            match return_time {
                // The second item is three seconds late. The next session cuts the third.
                "2023-03-20T06:01:03" => assert_eq!(
                    actual[1..],
                    ["sang 06:00:00#2 aired", "sang 06:00:00#3 partial cut-by", "sau 06:02:00#1 aired"]
                ),
                "2023-03-20T06:02:02" => assert_eq!(
                    actual[1..],
                    ["sang 06:00:00#2 missed power-off", "sang 06:00:00#3 missed power-off", "sau 06:02:00#1 aired"],
                    "synchronised: {is_synchronised}"
                ),
                _ => assert!(actual[1..].iter().all(|line| line.ends_with("missed power-off")), "{actual:?}"),
            }
        }
    }
}

#[test]
fn items_that_are_still_due_after_a_power_cut_play_at_their_time() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\", \"c\", \"b\"]\n";
    for is_synchronised in [true, false] {
        let cut_station =
            station_with("2023-03-20T05:59:00", sessions).clock_synchronised(is_synchronised).run_and_cut(68);
        let station = cut_station.start_clock_at_str("2023-03-20T06:01:20", is_synchronised).run_for(600);
        assert_eq!(
            results(&station),
            ["sang 06:00:00#1 partial power-off", "sang 06:00:00#2 missed power-off", "sang 06:00:00#3 aired",],
            "synchronised: {is_synchronised}"
        );
    }
}

#[test]
fn a_session_that_a_power_cut_ended_does_not_resume_after_an_urgent_message() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\", \"c\", \"b\"]\n";
    let urgent_session = "[[session]]\nid = \"khan\"\nat = \"06:05\"\npriority = \"urgent\"\nplay = [\"c\"]\n";
    let station_after_cut = |text: &str| station_with("2023-03-20T05:59:00", text).unsynchronised().run_and_cut(68);
    let station = station_after_cut(sessions)
        .start_clock_at_str("2023-03-20T06:04:00", false)
        .command(3, urgent("c"))
        .run_for(HOUR_S);
    assert_eq!(
        results(&station),
        ["sang 06:00:00#1 partial power-off", "sang 06:00:00#2 missed power-off", "sang 06:00:00#3 missed power-off"]
    );
    assert_eq!(urgent_results(&station), ["aired"]);
    // The same after an urgent session.
    let with_urgent_session = format!("{sessions}{urgent_session}");
    let station =
        station_after_cut(&with_urgent_session).start_clock_at_str("2023-03-20T06:04:00", false).run_for(HOUR_S);
    assert_eq!(results(&station)[1..3], ["sang 06:00:00#2 missed power-off", "sang 06:00:00#3 missed power-off"]);
    assert_eq!(results(&station)[3], "khan 06:05:00#1 aired");
    // The same for a session while the clock is untrusted. The clock becomes trusted again while an urgent message
    // sounds.
    let station_with_untrusted_clock =
        station_with("2023-03-20T05:59:00", sessions).unsynchronised().step(30, 6 * HOUR_S);
    let station =
        station_with_untrusted_clock.command(595, urgent("b")).step(600, -6 * HOUR_S).sync(600, true).run_for(HOUR_S);
    assert!(results(&station).iter().all(|line| line.ends_with("missed clock-untrusted")), "{:?}", results(&station));
    assert_eq!(results(&station).len(), 3);
    assert_eq!(urgent_results(&station), ["aired"]);
}

#[test]
fn a_confirmed_clock_ends_the_wait_for_its_correction_and_the_status_counts_what_was_missed() {
    let stopped_station = station_with("2023-03-20T05:30:00", MORNING_SESSIONS).unsynchronised().run_for(600);
    let station = stopped_station
        .restarted_after(2 * HOUR_S)
        .command(20, OperatorCommand::Status)
        .command(30, OperatorCommand::ConfirmClock)
        .command(60, OperatorCommand::Status)
        .run_for(HOUR_S / 12);
    let [CommandReply::Status(waiting_status), _, CommandReply::Status(status)] = station.replies() else {
        panic!("{:?}", station.replies())
    };
    let wait = waiting_status.clock_wait.as_ref().expect("the outcomes wait for the clock");
    assert_eq!((wait.airings, wait.until.as_str()), (2, "2023-03-20T07:45:00.000000+07:00"));
    assert_eq!(status.clock_wait, None);
    let log = station.log();
    let outcomes: Vec<&Record> = log.iter().filter(|r| r.kind == "outcome").collect();
    let times: Vec<String> = outcomes.iter().map(|r| r.at.format("%H:%M:%S").to_string()).collect();
    assert_eq!(times, ["07:40:30", "07:40:30"], "the outcomes are written when the operator confirms the clock");
    assert!(results(&station).iter().all(|line| line.ends_with("missed shutdown")), "{:?}", results(&station));
    let codes: Vec<&str> = status.concerns.iter().map(|concern| concern.condition.code()).collect();
    assert!(codes.contains(&"missed-while-off"), "{codes:?}");
    let day = "2023-03-20".parse().expect("the date is valid");
    let mut page = loa::cli::record::log::read_from(station.disk(), day, day).expect("in-memory storage never fails");
    // The page is read at 07:41:40, when the outcomes would still wait for an unconfirmed clock.
    let unix_s = station.wall().0 / 1_000_000 - 200;
    page.present = Some(loa::cli::record::log::PagePresent { unix_s, is_running: true });
    let text = loa::cli::record::log::page_text(&page, loa::text::Lang::Vi);
    assert!(!text.contains("chờ đồng hồ"), "{text}");
}

#[test]
fn after_a_restart_within_a_skipped_session_the_status_counts_only_what_is_over() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\", \"b\", \"c\"]\nlate = \"skip\"\n\n\
        [[session]]\nid = \"trua\"\nat = \"11:00\"\nplay = [\"a\"]\n";
    let stopped_station = station_with("2023-03-20T05:30:00", sessions).unsynchronised().run_for(600);
    let station = stopped_station
        .start_clock_at_str("2023-03-20T06:00:30", false)
        .command(2, OperatorCommand::Status)
        .run_for(60);
    let [CommandReply::Status(status)] = station.replies() else { panic!("{:?}", station.replies()) };
    assert_eq!(status.clock_wait.as_ref().map(|wait| wait.airings), Some(1));
    assert_eq!(status.next.as_ref().and_then(|next| next.session_title.as_deref()), Some("trua"));
}
