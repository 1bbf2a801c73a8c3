//! Stops by the operator, edits of the zone and the quiet hours, and commands with an untrusted clock.
use super::*;

#[test]
fn a_stop_ends_an_urgent_session_and_the_interrupted_one() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"b\", \"a\"]\n\
        [[session]]\nid = \"khan\"\nat = \"06:01\"\npriority = \"urgent\"\nplay = [\"a\", \"c\"]\n\
        [[session]]\nid = \"sau\"\nat = \"06:01:10\"\nplay = [\"c\"]\n\
        [[session]]\nid = \"trua\"\nat = \"12:00\"\nplay = [\"c\"]\n";
    let station =
        station_with("2023-03-20T05:59:00", sessions).command(60 + 80, OperatorCommand::Stop).run_for(7 * HOUR_S);
    assert_eq!(stopped_titles(&station), ["khan", "sang", "sau"]);
    let mut actual = results(&station);
    actual.sort();
    assert_eq!(
        actual,
        [
            "khan 06:01:00#1 partial operator-stop",
            "khan 06:01:00#2 missed operator-stop",
            "sang 06:00:00#1 partial operator-stop",
            "sang 06:00:00#2 missed operator-stop",
            "sau 06:01:10#1 missed operator-stop",
            "trua 12:00:00#1 aired",
        ]
    );
    let log = station.log();
    let stop_position = log.iter().position(|r| r.kind == "operator").expect("the log has an operator entry");
    let later_starts = log[stop_position..].iter().filter(|r| matches!(r.kind.as_str(), "start" | "resume"));
    assert_eq!(later_starts.count(), 1, "nothing else sounds until noon");
}

#[test]
fn a_stop_does_not_change_the_reason_of_airings_missed_earlier() {
    let station_after_power_cut =
        || station_with("2023-03-20T05:30:00", MORNING_SESSIONS).unsynchronised().run_and_cut(60).off_for(HOUR_S);
    let station = station_after_power_cut().command(30, OperatorCommand::Stop).run_for(1200);
    assert_eq!(station.replies(), [CommandReply::NothingPlays]);
    assert_eq!(results(&station), ["gio 06:00:00#1 missed power-off"]);
    // A stop of a cut session ends only the items that are still due.
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\", \"c\", \"b\"]\n";
    let cut_station = station_with("2023-03-20T05:59:00", sessions).unsynchronised().run_and_cut(68);
    let station =
        cut_station.start_clock_at_str("2023-03-20T06:01:20", false).command(20, OperatorCommand::Stop).run_for(600);
    assert_eq!(stopped_titles(&station), ["sang"]);
    assert_eq!(results(&station)[1..], ["sang 06:00:00#2 missed power-off", "sang 06:00:00#3 partial operator-stop"]);
}

const THREE_SESSIONS_A_DAY: &str =
    "[[session]]\nid = \"toi\"\nat = [\"05:45\", \"06:30\", \"20:50\"]\nplay = [\"c\"]\n";

fn settings_with_zone(name: &str) -> String {
    format!("[station]\ntimezone = \"{name}\"\n")
}

#[test]
fn a_zone_edit_that_moves_the_date_forward_withdraws_the_old_day() {
    // It is 20:40 in Vietnam, and 02:40 of the next day in New Zealand.
    let station = station_with("2023-03-20T05:00:00", THREE_SESSIONS_A_DAY)
        .edit_settings(15 * HOUR_S + 2400, &settings_with_zone("Pacific/Auckland"))
        .run_for(24 * HOUR_S);
    assert_eq!(
        results(&station),
        [
            "toi 05:45:00#1 aired",
            "toi 06:30:00#1 aired",
            "toi 20:50:00#1 missed withdrawn",
            "toi 21 05:45:00#1 aired",
            "toi 21 06:30:00#1 aired",
        ]
    );
    // It is 23:40 in Vietnam and 05:40 in New Zealand. Airings before 05:40 of the new date get no outcome.
    let early = "[[session]]\nid = \"toi\"\nat = [\"05:30\", \"05:45\", \"23:50\"]\nplay = [\"c\"]\n";
    let quiet = "[quiet-hours]\nfrom = \"12:00\"\nuntil = \"12:00\"\n";
    let station = station_with("2023-03-20T06:00:00", early)
        .settings(quiet)
        .edit_settings(17 * HOUR_S + 2400, &format!("{}{quiet}", settings_with_zone("Pacific/Auckland")))
        .run_for(20 * HOUR_S);
    assert_eq!(results(&station), ["toi 21 05:45:00#1 aired", "toi 23:50:00#1 missed withdrawn"]);
}

#[test]
fn a_zone_edit_that_moves_the_date_back_airs_nothing_twice() {
    // It is 01:00 on the 21st in Vietnam and 21:30 on the 20th in Tehran. All airings of the 20th have their outcomes.
    let station = station_with("2023-03-20T05:00:00", THREE_SESSIONS_A_DAY)
        .edit_settings(20 * HOUR_S, &settings_with_zone("Asia/Tehran"))
        .run_for(36 * HOUR_S);
    assert_eq!(
        results(&station),
        [
            "toi 05:45:00#1 aired",
            "toi 06:30:00#1 aired",
            "toi 20:50:00#1 aired",
            "toi 21 05:45:00#1 aired",
            "toi 21 06:30:00#1 aired",
        ]
    );
    let log = station.log();
    let last = log.iter().rfind(|r| r.kind == "outcome").expect("the log has an outcome");
    assert_eq!(
        last.body.planned_at.expect("the airing was planned").offset().local_minus_utc(),
        12_600,
        "the offset of the new zone"
    );
}

#[test]
fn a_clock_step_at_the_start_of_an_airing_loses_no_frame() {
    let station_with_step =
        |by_s| station_with("2023-03-20T05:59:00", MORNING_SESSIONS).unsynchronised().step(60, by_s);
    for by_s in [6 * HOUR_S, -6 * HOUR_S] {
        let station = station_with_step(by_s).run_for(600);
        assert_eq!(results(&station), ["gio 06:00:00#1 partial clock-untrusted"], "{by_s}");
        let log = station.log();
        let position = |kind: &str| log.iter().position(|r| r.kind == kind).expect("find an entry");
        assert!(position("clock-trust") < position("clock-step") && position("clock-step") < position("start"));
        let start = log.iter().find(|r| r.kind == "start").expect("the log has a start entry");
        assert_eq!(start.body.late_us, Some(0), "on time according to the clock before the step");
        // The time after the step does not become the time of the last heartbeat.
        let station = station.start_clock_at_str("2023-03-20T06:30:00", false).run_for(HOUR_S);
        assert_eq!(results(&station)[1..], ["gio 07:00:00#1 aired"], "{by_s}");
    }
    // A step after which the clock is still trusted does not end the airing.
    let station = station_with_step(100).run_for(600);
    assert_eq!(results(&station), ["gio 06:00:00#1 aired"]);
}

#[test]
fn a_play_command_with_an_untrusted_clock_is_refused_because_of_the_clock() {
    let station = station_with("1999-01-01T05:59:00", MORNING_SESSIONS)
        .unsynchronised()
        .command(10, OperatorCommand::Play(id("a")))
        .command(20, OperatorCommand::Play(id("khong-co")))
        .run_for(600);
    assert_eq!(station.replies(), [CommandReply::ClockUntrusted, CommandReply::NoSuchSegment(id("khong-co"))]);
}

#[test]
fn an_edit_that_moves_quiet_hours_onto_a_session_ends_the_session() {
    let session = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\", \"c\", \"b\"]\n";
    let quiet = "[quiet-hours]\nfrom = \"21:00\"\nuntil = \"07:00\"\n";
    for (edit, settings) in [("hours", quiet.to_owned()), ("zone", settings_with_zone("Asia/Kathmandu"))] {
        let station =
            station_with("2023-03-20T05:50:00", session).edit_settings(630, &settings).run_until("2023-03-20T06:45:00");
        let starts: Vec<String> =
            station.log().into_iter().filter(|r| r.kind == "start").filter_map(|r| r.body.id).collect();
        assert_eq!(starts, ["sang@2023-03-20T06:00:00#1"], "{edit}");
        let actual = results(&station);
        assert_eq!(actual.len(), 3, "{edit}: {actual:?}");
        assert!(actual.iter().all(|end| end.ends_with(" quiet-hours")), "{edit}: {actual:?}");
    }
}
