//! Sessions: soft starts, priorities, `end-by`, relay slots, urgent messages, draws, edits and volumes.
mod dated_items;
mod settings_and_edits;
mod urgent;

use loa::library::FileStatus;
use loa::playout::engine::{CommandEffect, CommandReply, OperatorCommand, UrgentSource};

use crate::record::Record;
use crate::station::{Station, id, outcome_line};

/// The segments `a` of 60 s, `b` of 120 s, `c` of 30 s, `nhac` (a tune) of 5 s and `ket` (a closing) of 10 s.
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
[[segment]]
id = "nhac"
title = "Nhạc hiệu"
file = "s-5.mp3"
[[segment]]
id = "ket"
title = "Kết"
file = "s-10.mp3"
"#;

fn station_with(now: &str, sessions: &str) -> Station {
    Station::new(now).playlist(&format!("{SEGMENTS}{sessions}"))
}

/// The outcomes, relay slots, interruptions and resumptions of 20 March 2023 in the order of the log, without the date
/// in their ids.
fn events_of(station: &Station) -> Vec<String> {
    let short = |id: &str| id.replace("@2023-03-20T", " ");
    let describe = |record: &Record| {
        let body = &record.body;
        let airing = short(body.id.as_deref().unwrap_or_default());
        match record.kind.as_str() {
            "outcome" => Some(short(&outcome_line(record))),
            "relay" => Some(match body.reason {
                Some(reason) => format!("{airing} relay {} {reason:?}", body.held_ms),
                None => format!("{airing} relay {}", body.held_ms),
            }),
            "interrupt" => Some(format!("{airing} interrupted {}", body.played_ms)),
            "resume" => Some(format!("{airing} resumed {}", body.frames / 48)),
            _ => None,
        }
    };
    station.log().iter().filter_map(describe).collect()
}

fn late_ms(station: &Station, id: &str) -> i64 {
    let log = station.log();
    let outcome =
        log.iter().find(|r| r.kind == "outcome" && r.body.id.as_deref() == Some(id)).expect("the log has an outcome");
    outcome.body.late_us.expect("the airing started") / 1000
}

fn urgent(segment: &str, repeat: u16) -> OperatorCommand {
    OperatorCommand::Urgent { source: UrgentSource::Segment(id(segment)), repeat }
}

#[test]
fn the_status_names_the_next_airing_outside_quiet_hours() {
    let sessions = "[[session]]\nid = \"dem\"\nat = \"22:00\"\nplay = [\"a\"]\n\
                    [[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"b\"]\n";
    let station = station_with("2023-03-20T20:00:00", sessions).command(60, OperatorCommand::Status).run_for(120);
    let [CommandReply::Status(status)] = station.replies() else { panic!("{:?}", station.replies()) };
    let next = status.next.as_ref().expect("there is a next airing");
    assert_eq!(next.id, "sang@2023-03-21T06:00:00#1");
}

#[test]
fn a_soft_start_waits_until_the_line_is_free() {
    let sessions = r#"
[[session]]
id = "truoc"
at = "06:00"
play = ["b"]
[[session]]
id = "sau"
at = "06:01"
start = "soft"
window = "2m"
play = ["c", "a"]
"#;
    let station = station_with("2023-03-20T05:30:00", sessions).run_until("2023-03-20T07:00:00");
    assert_eq!(
        events_of(&station),
        ["truoc 06:00:00#1 aired", "sau 06:01:00#1 aired", "sau 06:01:00#2 aired"],
        "both sessions air completely, because a soft start may be late"
    );
    let late = late_ms(&station, "sau@2023-03-20T06:01:00#1");
    assert!((60_000..60_100).contains(&late), "it starts directly after the other session: {late}");
}

#[test]
fn a_soft_start_that_waited_too_long_is_missed() {
    let sessions = r#"
[[session]]
id = "truoc"
at = "06:00"
play = ["b"]
[[session]]
id = "sau"
at = "06:00:30"
start = "soft"
window = "30s"
play = ["c"]
"#;
    let station = station_with("2023-03-20T05:30:00", sessions).run_until("2023-03-20T07:00:00");
    assert_eq!(events_of(&station), ["sau 06:00:30#1 missed overrun", "truoc 06:00:00#1 aired"]);
}

#[test]
fn of_two_sessions_at_the_same_instant_the_soft_one_waits() {
    let sessions = r#"
[[session]]
id = "a-mem"
at = "06:00"
start = "soft"
play = ["c"]
[[session]]
id = "b-cung"
at = "06:00"
play = ["a"]
"#;
    let station = station_with("2023-03-20T05:30:00", sessions).run_until("2023-03-20T07:00:00");
    assert_eq!(events_of(&station), ["b-cung 06:00:00#1 aired", "a-mem 06:00:00#1 aired"]);
}

#[test]
fn a_soft_start_on_a_free_line_is_on_the_exact_frame() {
    let sessions = "[[session]]\nid = \"mem\"\nat = \"06:00\"\nstart = \"soft\"\nplay = [\"c\", \"a\"]\n";
    let station = station_with("2023-03-20T05:30:00", sessions).run_until("2023-03-20T07:00:00");
    assert_eq!(events_of(&station), ["mem 06:00:00#1 aired", "mem 06:00:00#2 aired"]);
    assert_eq!(late_ms(&station, "mem@2023-03-20T06:00:00#1"), 0);
}

#[test]
fn a_session_of_lower_priority_does_not_cut_one_of_higher_priority() {
    let sessions = r#"
[[session]]
id = "uu-tien"
at = "06:00"
priority = "priority"
play = ["b"]
[[session]]
id = "thuong"
at = "06:01"
play = ["c", "c", "a"]
"#;
    let station = station_with("2023-03-20T05:30:00", sessions).run_until("2023-03-20T07:00:00");
    assert_eq!(
        events_of(&station),
        [
            "thuong 06:01:00#1 missed overrun",
            "thuong 06:01:00#2 missed overrun",
            "uu-tien 06:00:00#1 aired",
            "thuong 06:01:00#3 aired",
        ],
        "only the item that starts after the end of the other session airs"
    );
    let with_join = sessions.replace("id = \"thuong\"", "id = \"thuong\"\nlate = \"join\"");
    let station = station_with("2023-03-20T05:30:00", &with_join).run_until("2023-03-20T07:00:00");
    let events = events_of(&station);
    assert!(events.contains(&"uu-tien 06:00:00#1 aired".to_owned()), "{events:?}");
    assert!(
        events.contains(&"thuong 06:01:00#3 aired".to_owned()),
        "the session does not join, despite its late rule: {events:?}"
    );
    let with_play = sessions.replace("id = \"thuong\"", "id = \"thuong\"\nlate = \"play\"");
    let station = station_with("2023-03-20T05:30:00", &with_play).run_until("2023-03-20T07:00:00");
    assert_eq!(
        events_of(&station)[1..],
        [
            "thuong 06:01:00#1 aired".to_owned(),
            "thuong 06:01:00#2 aired".to_owned(),
            "thuong 06:01:00#3 aired".to_owned(),
        ]
    );
}

#[test]
fn a_session_of_higher_priority_cuts_one_of_lower_priority_and_ranks_decide_among_equals() {
    let sessions = r#"
[[session]]
id = "mot"
at = "06:00"
priority = "priority"
rank = 2
play = ["b"]
[[session]]
id = "hai"
at = "06:01"
priority = "priority"
rank = 1
play = ["c"]
"#;
    let run = |text: &str| events_of(&station_with("2023-03-20T05:30:00", text).run_until("2023-03-20T07:00:00"));
    assert_eq!(run(sessions), ["mot 06:00:00#1 partial cut-by", "hai 06:01:00#1 aired"]);
    let with_rank_3 = sessions.replace("rank = 1", "rank = 3");
    assert_eq!(run(&with_rank_3), ["hai 06:01:00#1 missed overrun", "mot 06:00:00#1 aired"]);
    // The same if both start at the same instant.
    let same_instant = sessions.replace("06:01", "06:00");
    assert_eq!(run(&same_instant), ["mot 06:00:00#1 missed overrun", "hai 06:00:00#1 aired"]);
}

#[test]
fn a_session_ends_before_its_end_by_time() {
    let sessions = r#"
[[session]]
id = "sang"
at = "06:00"
end-by = "06:02"
opening = "nhac"
play = ["a", "c", "b"]
closing = "ket"
"#;
    let station = station_with("2023-03-20T05:30:00", sessions).run_until("2023-03-20T07:00:00");
    assert_eq!(
        events_of(&station),
        [
            "sang 06:00:00#1 aired",
            "sang 06:00:00#2 aired",
            "sang 06:00:00#3 aired",
            "sang 06:00:00#4 missed end-by",
            "sang 06:00:00#5 aired",
        ],
        "the last item is dropped and the closing stays: 5 + 60 + 30 + 10 s"
    );
    assert_eq!(late_ms(&station, "sang@2023-03-20T06:00:00#5"), 0);
}

#[test]
fn items_are_dropped_from_the_end_and_the_closing_is_dropped_last() {
    let sessions = |by: &str| {
        format!(
            "[[session]]\nid = \"sang\"\nat = \"06:00\"\nend-by = \"{by}\"\ngap = \"10s\"\nrepeat = 3\n\
            play = [\"c\", \"a\"]\nclosing = \"ket\"\n"
        )
    };
    let aired_positions = |by: &str| {
        let station = station_with("2023-03-20T05:30:00", &sessions(by)).run_until("2023-03-20T07:00:00");
        let aired_lines: Vec<_> = events_of(&station).into_iter().filter(|line| line.ends_with(" aired")).collect();
        aired_lines
            .iter()
            .map(|line| line.split('#').nth(1).and_then(|n| n.split(' ').next()).unwrap().to_owned())
            .collect()
    };
    let with_all: Vec<String> = aired_positions("06:10");
    assert_eq!(with_all, ["1", "2", "3", "4", "5", "6", "7"]);
    // The items fit exactly: 30 + 10 + 60 + 10 + 30 + 10 + 60 + 10 + 10 s.
    let with_exact_fit: Vec<String> = aired_positions("06:03:50");
    assert_eq!(with_exact_fit, ["1", "2", "3", "4", "7"]);
    let with_less_time: Vec<String> = aired_positions("06:03:49");
    assert_eq!(with_less_time, ["1", "2", "3", "7"]);
    let with_closing_only: Vec<String> = aired_positions("06:00:10");
    assert_eq!(with_closing_only, ["7"]);
    let without_items: Vec<String> = aired_positions("06:00:09");
    assert!(without_items.is_empty(), "{without_items:?}");
}

#[test]
fn a_late_session_still_ends_before_its_end_by_time() {
    // The session may begin as late as 06:05, but must end by 06:02. At 06:01 there is enough time for the tune,
    // one item and the closing.
    let sessions = r#"
[[session]]
id = "sang"
at = "06:00"
late = "until 06:05"
end-by = "06:02"
opening = "nhac"
play = ["c", "c"]
closing = "ket"
"#;
    let station =
        station_with("2023-03-20T05:00:00", sessions).run_and_cut(60).off_for(3600).run_until("2023-03-20T07:00:00");
    assert_eq!(
        events_of(&station),
        ["sang 06:00:00#1 aired", "sang 06:00:00#3 missed end-by", "sang 06:00:00#2 aired", "sang 06:00:00#4 aired",]
    );
}

#[test]
fn openings_closings_repeats_and_gaps_air_at_their_times() {
    let sessions = r#"
[[session]]
id = "sang"
at = "06:00"
opening = "nhac"
closing = "ket"
repeat = 2
gap = "2s"
play = ["c", "a"]
"#;
    let station = station_with("2023-03-20T05:30:00", sessions).run_until("2023-03-20T07:00:00");
    let log = station.log();
    let outcomes: Vec<_> = log.iter().filter(|r| r.kind == "outcome").collect();
    let starts: Vec<String> = outcomes
        .iter()
        .map(|r| r.body.planned_at.expect("the airing was planned").format("%M:%S").to_string())
        .collect();
    assert_eq!(starts, ["00:00", "00:07", "00:39", "01:41", "02:13", "03:15"]);
    assert!(outcomes.iter().all(|r| r.body.reason.is_none() && r.body.late_us == Some(0)), "{:?}", events_of(&station));
}

#[test]
fn a_relay_slot_keeps_the_line_free_for_its_exact_duration() {
    let sessions = r#"
[[session]]
id = "sang"
at = "06:00"
play = ["c", { relay = "Tiếp sóng thời sự", for = "10m" }, "a"]
"#;
    let station = station_with("2023-03-20T05:30:00", sessions).run_until("2023-03-20T07:00:00");
    assert_eq!(events_of(&station), ["sang 06:00:00#1 aired", "sang 06:00:00#2 relay 600000", "sang 06:00:00#3 aired"]);
    assert_eq!(late_ms(&station, "sang@2023-03-20T06:00:00#3"), 0, "the next item is cued during the relay slot");
    let log = station.log();
    let relay = log.iter().find(|r| r.kind == "relay").expect("the log has a relay entry");
    assert_eq!((relay.body.level, relay.body.title.as_str()), (0, "Tiếp sóng thời sự"));
    let plan = log.iter().find(|r| r.kind == "plan").expect("the log has a plan entry");
    assert_eq!(plan.body.count, 2, "the plan does not count the relay slot as an airing");
    // The line stays open during the ten minutes without sound.
    let openings = log.iter().filter(|r| r.kind == "device").count();
    assert_eq!(openings, 1);
}

#[test]
fn a_relay_slot_is_cut_by_a_session_or_a_stop_and_logs_the_reason() {
    let sessions = r#"
[[session]]
id = "sang"
at = "06:00"
play = [{ relay = "Thời sự", for = "10m" }, "a"]
[[session]]
id = "sau"
at = "06:05"
play = ["c"]
"#;
    let station = station_with("2023-03-20T05:30:00", sessions).run_until("2023-03-20T07:00:00");
    let mut events = events_of(&station);
    events.sort();
    assert_eq!(events, ["sang 06:00:00#1 relay 300000 CutBy", "sang 06:00:00#2 missed cut-by", "sau 06:05:00#1 aired"]);
    let stopped_station = station_with("2023-03-20T05:30:00", sessions)
        .command(1800 + 60, OperatorCommand::Stop)
        .run_until("2023-03-20T06:03:00");
    assert_eq!(
        events_of(&stopped_station),
        ["sang 06:00:00#1 relay 60000 OperatorStop", "sang 06:00:00#2 missed operator-stop"]
    );
}
