//! Sessions that meet, wait, are interrupted, end in time, leave the line to a relay: what each does, hour by hour.
use crate::record::Record;
use loa::library::FileStatus;
use loa::playout::engine::{CommandReply, OperatorCommand, UrgentSource};

use crate::station::{Station, id, outcome_line};

/// Segments `a` of 60 s, `b` of 120 s, `c` of 30 s, a tune of 5 s, a closing of 10 s.
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

fn station(now: &str, sessions: &str) -> Station {
    Station::new(now).playlist(&format!("{SEGMENTS}{sessions}"))
}

/// What happened, in the order of the log, on 20 March 2023: ids without their date.
fn trail(station: &Station) -> Vec<String> {
    let short = |id: &str| id.replace("@2023-03-20T", " ");
    let line = |record: &Record| {
        let body = &record.body;
        let own = short(body.id.as_deref().unwrap_or_default());
        match record.kind.as_str() {
            "outcome" => Some(short(&outcome_line(record))),
            "relay" => Some(match body.reason {
                Some(reason) => format!("{own} relay {} {reason:?}", body.held_ms),
                None => format!("{own} relay {}", body.held_ms),
            }),
            "interrupt" => Some(format!("{own} interrupted {}", body.played_ms)),
            "resume" => Some(format!("{own} resumed {}", body.frames / 48)),
            _ => None,
        }
    };
    station.log().iter().filter_map(line).collect()
}

fn late_ms(station: &Station, id: &str) -> i64 {
    let log = station.log();
    let found = log.iter().find(|r| r.kind == "outcome" && r.body.id.as_deref() == Some(id)).expect("an outcome");
    found.body.late_us.expect("it started") / 1000
}

fn urgent(segment: &str, repeat: u16) -> OperatorCommand {
    OperatorCommand::Urgent { what: UrgentSource::Segment(id(segment)), repeat }
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
    let done = station("2023-03-20T05:30:00", sessions).run_until("2023-03-20T07:00:00");
    assert_eq!(
        trail(&done),
        ["truoc 06:00:00#1 aired", "sau 06:01:00#1 aired", "sau 06:01:00#2 aired"],
        "both whole: a soft start is late by a rule"
    );
    let late = late_ms(&done, "sau@2023-03-20T06:01:00#1");
    assert!((60_000..60_100).contains(&late), "behind the other, at once: {late}");
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
    let done = station("2023-03-20T05:30:00", sessions).run_until("2023-03-20T07:00:00");
    assert_eq!(trail(&done), ["sau 06:00:30#1 missed overrun", "truoc 06:00:00#1 aired"]);
}

#[test]
fn of_two_at_the_same_instant_the_soft_one_waits() {
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
    let done = station("2023-03-20T05:30:00", sessions).run_until("2023-03-20T07:00:00");
    assert_eq!(trail(&done), ["b-cung 06:00:00#1 aired", "a-mem 06:00:00#1 aired"]);
}

#[test]
fn a_soft_start_on_a_free_line_is_on_the_frame() {
    let sessions = "[[session]]\nid = \"mem\"\nat = \"06:00\"\nstart = \"soft\"\nplay = [\"c\", \"a\"]\n";
    let done = station("2023-03-20T05:30:00", sessions).run_until("2023-03-20T07:00:00");
    assert_eq!(trail(&done), ["mem 06:00:00#1 aired", "mem 06:00:00#2 aired"]);
    assert_eq!(late_ms(&done, "mem@2023-03-20T06:00:00#1"), 0);
}

#[test]
fn a_lower_level_does_not_cut_a_higher_one() {
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
    let done = station("2023-03-20T05:30:00", sessions).run_until("2023-03-20T07:00:00");
    assert_eq!(
        trail(&done),
        [
            "thuong 06:01:00#1 missed overrun",
            "thuong 06:01:00#2 missed overrun",
            "uu-tien 06:00:00#1 aired",
            "thuong 06:01:00#3 aired",
        ],
        "what has its own time after the other is over keeps it"
    );
    let joins = sessions.replace("id = \"thuong\"", "id = \"thuong\"\nlate = \"join\"");
    let done = station("2023-03-20T05:30:00", &joins).run_until("2023-03-20T07:00:00");
    let got = trail(&done);
    assert!(got.contains(&"uu-tien 06:00:00#1 aired".to_owned()), "{got:?}");
    assert!(got.contains(&"thuong 06:01:00#3 aired".to_owned()), "its rule lets it come in: {got:?}");
    let plays = sessions.replace("id = \"thuong\"", "id = \"thuong\"\nlate = \"play\"");
    let done = station("2023-03-20T05:30:00", &plays).run_until("2023-03-20T07:00:00");
    assert_eq!(
        trail(&done)[1..],
        [
            "thuong 06:01:00#1 aired".to_owned(),
            "thuong 06:01:00#2 aired".to_owned(),
            "thuong 06:01:00#3 aired".to_owned(),
        ]
    );
}

#[test]
fn a_higher_level_cuts_a_lower_one_and_ranks_decide_among_equals() {
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
    let run = |text: &str| trail(&station("2023-03-20T05:30:00", text).run_until("2023-03-20T07:00:00"));
    assert_eq!(run(sessions), ["mot 06:00:00#1 partial cut-by", "hai 06:01:00#1 aired"]);
    let other = sessions.replace("rank = 1", "rank = 3");
    assert_eq!(run(&other), ["hai 06:01:00#1 missed overrun", "mot 06:00:00#1 aired"]);
    // At one instant, too.
    let together = sessions.replace("06:01", "06:00");
    assert_eq!(run(&together), ["mot 06:00:00#1 missed overrun", "hai 06:00:00#1 aired"]);
}

#[test]
fn a_session_ends_in_time() {
    let sessions = r#"
[[session]]
id = "sang"
at = "06:00"
end-by = "06:02"
opening = "nhac"
play = ["a", "c", "b"]
closing = "ket"
"#;
    let done = station("2023-03-20T05:30:00", sessions).run_until("2023-03-20T07:00:00");
    assert_eq!(
        trail(&done),
        [
            "sang 06:00:00#1 aired",
            "sang 06:00:00#2 aired",
            "sang 06:00:00#3 aired",
            "sang 06:00:00#4 missed end-by",
            "sang 06:00:00#5 aired",
        ],
        "the last item goes, the closing stays: 5 + 60 + 30 + 10 s"
    );
    assert_eq!(late_ms(&done, "sang@2023-03-20T06:00:00#5"), 0);
}

#[test]
fn what_does_not_fit_is_dropped_from_the_back_and_the_closing_last() {
    let sessions = |by: &str| {
        format!(
            "[[session]]\nid = \"sang\"\nat = \"06:00\"\nend-by = \"{by}\"\ngap = \"10s\"\nrepeat = 3\n\
            play = [\"c\", \"a\"]\nclosing = \"ket\"\n"
        )
    };
    let kept = |by: &str| {
        let done = station("2023-03-20T05:30:00", &sessions(by)).run_until("2023-03-20T07:00:00");
        let aired: Vec<_> = trail(&done).into_iter().filter(|line| line.ends_with(" aired")).collect();
        aired.iter().map(|line| line.split('#').nth(1).and_then(|n| n.split(' ').next()).unwrap().to_owned()).collect()
    };
    let all: Vec<String> = kept("06:10");
    assert_eq!(all, ["1", "2", "3", "4", "5", "6", "7"]);
    // To the frame: 30 + 10 + 60 + 10 + 30 + 10 + 60 + 10 + 10 s.
    let exactly: Vec<String> = kept("06:03:50");
    assert_eq!(exactly, ["1", "2", "3", "4", "7"]);
    let less: Vec<String> = kept("06:03:49");
    assert_eq!(less, ["1", "2", "3", "7"]);
    let closing: Vec<String> = kept("06:00:10");
    assert_eq!(closing, ["7"]);
    let none: Vec<String> = kept("06:00:09");
    assert!(none.is_empty(), "{none:?}");
}

#[test]
fn a_session_that_begins_late_still_ends_in_time() {
    // It may begin until 06:05, and has to end by 06:02: at 06:01 there is room for the tune, item c, and the closing.
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
    let done = station("2023-03-20T05:00:00", sessions).run_and_cut(60).off_for(3600).run_until("2023-03-20T07:00:00");
    assert_eq!(
        trail(&done),
        ["sang 06:00:00#1 aired", "sang 06:00:00#3 missed end-by", "sang 06:00:00#2 aired", "sang 06:00:00#4 aired",]
    );
}

#[test]
fn opening_closing_repeats_and_gaps() {
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
    let done = station("2023-03-20T05:30:00", sessions).run_until("2023-03-20T07:00:00");
    let log = done.log();
    let outcomes: Vec<_> = log.iter().filter(|r| r.kind == "outcome").collect();
    let starts: Vec<String> =
        outcomes.iter().map(|r| r.body.planned_at.expect("planned").format("%M:%S").to_string()).collect();
    assert_eq!(starts, ["00:00", "00:07", "00:39", "01:41", "02:13", "03:15"]);
    assert!(outcomes.iter().all(|r| r.body.reason.is_none() && r.body.late_us == Some(0)), "{:?}", trail(&done));
}

#[test]
fn a_relay_slot_leaves_the_line_for_exactly_so_long() {
    let sessions = r#"
[[session]]
id = "sang"
at = "06:00"
play = ["c", { relay = "Tiếp sóng thời sự", for = "10m" }, "a"]
"#;
    let done = station("2023-03-20T05:30:00", sessions).run_until("2023-03-20T07:00:00");
    assert_eq!(trail(&done), ["sang 06:00:00#1 aired", "sang 06:00:00#2 relay 600000", "sang 06:00:00#3 aired"]);
    assert_eq!(late_ms(&done, "sang@2023-03-20T06:00:00#3"), 0, "lined up while the relay runs");
    let log = done.log();
    let relay = log.iter().find(|r| r.kind == "relay").expect("one");
    assert_eq!((relay.body.level, relay.body.title.as_str()), (0, "Tiếp sóng thời sự"));
    let plan = log.iter().find(|r| r.kind == "plan").expect("one");
    assert_eq!(plan.body.count, 2, "a relay slot is no airing of ours");
    // The line stays open over ten minutes without sound.
    let opened = log.iter().filter(|r| r.kind == "device").count();
    assert_eq!(opened, 1);
}

#[test]
fn a_relay_slot_is_cut_short_by_its_name() {
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
    let done = station("2023-03-20T05:30:00", sessions).run_until("2023-03-20T07:00:00");
    let mut got = trail(&done);
    got.sort();
    assert_eq!(got, ["sang 06:00:00#1 relay 300000 CutBy", "sang 06:00:00#2 missed cut-by", "sau 06:05:00#1 aired"]);
    let stopped = station("2023-03-20T05:30:00", sessions)
        .order(1800 + 60, OperatorCommand::Stop)
        .run_until("2023-03-20T06:03:00");
    assert_eq!(trail(&stopped), ["sang 06:00:00#1 relay 60000 OperatorStop", "sang 06:00:00#2 missed operator-stop"]);
}

#[test]
fn an_urgent_session_interrupts_and_what_it_interrupts_goes_on() {
    let sessions = |rule: &str| {
        format!(
            "[[session]]\nid = \"sang\"\nat = \"06:00\"\ninterrupted = \"{rule}\"\nplay = [\"b\", \"c\"]\n\
             [[session]]\nid = \"khan\"\nat = \"06:01\"\npriority = \"urgent\"\nplay = [\"nhac\"]\n"
        )
    };
    let run = |rule: &str| station("2023-03-20T05:30:00", &sessions(rule)).run_until("2023-03-20T07:00:00");
    let resumed = run("resume");
    assert_eq!(
        trail(&resumed),
        [
            "sang 06:00:00#1 interrupted 60000",
            "khan 06:01:00#1 aired",
            "sang 06:00:00#1 resumed 60000",
            "sang 06:00:00#1 aired",
            "sang 06:00:00#2 aired",
        ]
    );
    let log = resumed.log();
    let whole = log.iter().find(|r| r.kind == "outcome" && r.body.title == "B").expect("one");
    assert_eq!((whole.body.played_ms, whole.body.late_us), (120_000, Some(0)), "every frame once");
    assert_eq!(log.iter().filter(|r| r.kind == "start" && r.body.title == "B").count(), 1, "it starts once");
    let restarted = run("restart");
    assert_eq!(
        trail(&restarted),
        [
            "sang 06:00:00#1 interrupted 60000",
            "khan 06:01:00#1 aired",
            "sang 06:00:00#1 resumed 0",
            "sang 06:00:00#1 aired",
            "sang 06:00:00#2 aired",
        ]
    );
    let late = late_ms(&restarted, "sang@2023-03-20T06:00:00#1");
    assert!((65_000..65_100).contains(&late), "the start that counts: {late}");
    assert_eq!(
        trail(&run("drop")),
        ["sang 06:00:00#1 partial urgent", "khan 06:01:00#1 aired", "sang 06:00:00#2 aired"],
        "the rest keeps its own times"
    );
}

#[test]
fn an_urgent_message_sounds_in_quiet_hours_and_with_a_doubted_clock() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"b\"]\n";
    let quiet = station("2023-03-20T03:00:00", sessions).order(60, urgent("c", 1)).run_until("2023-03-20T04:00:00");
    assert_eq!(quiet.answers(), [CommandReply::Done]);
    let got = trail(&quiet);
    assert!(got.len() == 1 && got[0].starts_with("urgent 03:01:00") && got[0].ends_with("+07:00 aired"), "{got:?}");
    let doubted = station("2019-03-20T12:00:00", sessions)
        .unsynchronised()
        .order(60, urgent("c", 1))
        .run_until("2019-03-20T13:00:00");
    let got = trail(&doubted);
    assert!(
        got.len() == 1 && got[0].starts_with("urgent@2019-03-20T12:01:00") && got[0].ends_with(" aired"),
        "{got:?}"
    );
}

#[test]
fn of_two_urgent_sessions_the_later_one_has_the_line_to_its_end() {
    // The later one has nothing to say for a minute: what it interrupted waits all the same, and nothing spins.
    let sessions = "[[session]]\nid = \"mot\"\nat = \"06:00\"\npriority = \"urgent\"\nplay = [\"b\"]\n\
         [[session]]\nid = \"hai\"\nat = \"06:01\"\npriority = \"urgent\"\ngap = \"1m\"\nplay = [\"mat\", \"nhac\"]\n\
         [[segment]]\nid = \"mat\"\ntitle = \"Mất\"\nfile = \"mat.mp3\"\n";
    let missing = station("2023-03-20T05:30:00", sessions).file("mat.mp3", FileStatus::Missing { last: None });
    assert_eq!(
        trail(&missing.run_until("2023-03-20T07:00:00")),
        [
            "hai 06:01:00#1 missed file-missing",
            "mot 06:00:00#1 interrupted 60000",
            "hai 06:01:00#2 aired",
            "mot 06:00:00#1 resumed 60000",
            "mot 06:00:00#1 aired",
        ]
    );
    let same = "[[session]]\nid = \"mot\"\nat = \"06:00\"\npriority = \"urgent\"\nplay = [\"a\"]\n\
         [[session]]\nid = \"hai\"\nat = \"06:00\"\npriority = \"urgent\"\nplay = [\"b\"]\n";
    assert_eq!(
        trail(&station("2023-03-20T05:30:00", same).run_until("2023-03-20T07:00:00")),
        ["mot 06:00:00#1 aired", "hai 06:00:00#1 aired"],
        "at the same instant both sound, in an order that the schedule decides"
    );
}

#[test]
fn what_began_again_and_was_lost_has_sounded_all_the_same() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\ninterrupted = \"restart\"\nplay = [\"b\"]\n".to_owned();
    let lost = station("2023-03-20T05:30:00", &sessions).order(1860, urgent("nhac", 1)).device_away(1866, 1900);
    let lost = lost.run_until("2023-03-20T07:00:00");
    assert_eq!(trail(&lost).last().map(String::as_str), Some("sang 06:00:00#1 partial device-lost"));
    let log = lost.log();
    let outcome = log.iter().rfind(|r| r.kind == "outcome").expect("one");
    assert_eq!(outcome.body.played_ms, 60_000, "the part that came farther counts");
}

#[test]
fn an_urgent_message_is_repeated_and_then_the_session_goes_on() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"b\", \"c\"]\n";
    let done =
        station("2023-03-20T05:30:00", sessions).order(1800 + 30, urgent("nhac", 3)).run_until("2023-03-20T07:00:00");
    let got = trail(&done);
    assert_eq!(got[0], "sang 06:00:00#1 interrupted 30000");
    assert!(got[1..4].iter().all(|line| line.starts_with("urgent 06:00:30") && line.ends_with(" aired")), "{got:?}");
    assert_eq!(got[4..], ["sang 06:00:00#1 resumed 30000", "sang 06:00:00#1 aired", "sang 06:00:00#2 aired"]);
    let ids: std::collections::BTreeSet<_> = got[1..4].iter().collect();
    assert_eq!(ids.len(), 3, "each repeat has an id of its own");
    assert!(done.log().iter().filter(|r| r.kind == "operator").count() == 3, "who ordered it is logged");
}

#[test]
fn a_session_whose_start_falls_into_an_urgent_message_is_pushed_back() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\", \"c\"]\n";
    let done =
        station("2023-03-20T05:30:00", sessions).order(1800 - 10, urgent("c", 1)).run_until("2023-03-20T07:00:00");
    let got = trail(&done);
    assert_eq!(got[1..], ["sang 06:00:00#1 aired", "sang 06:00:00#2 aired"], "{got:?}");
    let late = late_ms(&done, "sang@2023-03-20T06:00:00#1");
    assert!((20_000..20_100).contains(&late), "{late}");
    let dropped = sessions.replace("play =", "interrupted = \"drop\"\nplay =");
    let done =
        station("2023-03-20T05:30:00", &dropped).order(1800 - 10, urgent("c", 1)).run_until("2023-03-20T07:00:00");
    let got = trail(&done);
    assert!(got.contains(&"sang 06:00:00#1 missed urgent".to_owned()), "{got:?}");
}

#[test]
fn stopping_ends_an_urgent_message_and_all_its_repeats() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"b\"]\n";
    let done = station("2023-03-20T05:30:00", sessions)
        .order(60, urgent("a", 3))
        .order(90, OperatorCommand::Stop)
        .run_until("2023-03-20T05:40:00");
    let got = trail(&done);
    assert_eq!(got.len(), 3, "{got:?}");
    assert_eq!(got.iter().filter(|line| line.ends_with("missed operator-stop")).count(), 2, "{got:?}");
    assert_eq!(got.iter().filter(|line| line.ends_with("partial operator-stop")).count(), 1, "{got:?}");
}

#[test]
fn a_power_cut_while_something_urgent_sounds_loses_no_frame_of_what_it_interrupted() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"b\", \"c\"]\n";
    let done = station("2023-03-20T05:30:00", sessions)
        .order(1800 + 60, urgent("c", 1))
        .run_and_cut(1800 + 60 + 15)
        .off_for(3600)
        .run_for(60);
    let log = done.log();
    let cut = log.iter().find(|r| r.kind == "outcome" && r.body.title == "B").expect("one");
    assert_eq!(outcome_line(cut), "sang@2023-03-20T06:00:00#1 partial power-off");
    assert_eq!(cut.body.played_ms, 60_000, "what had been taken stands in the log");
    let ids: Vec<_> = log.iter().filter(|r| r.kind == "outcome").filter_map(|r| r.body.id.clone()).collect();
    let once: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(once.len(), ids.len(), "one outcome each");
    assert_eq!(ids.len(), 3);
}

#[test]
fn an_orderly_end_while_something_urgent_sounds_closes_what_it_interrupted() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"b\"]\n";
    let done = station("2023-03-20T05:30:00", sessions)
        .order(1800 + 60, urgent("c", 1))
        .run_for(1800 + 75)
        .off_for(3600)
        .run_for(60);
    let got = trail(&done);
    assert!(got.contains(&"sang 06:00:00#1 partial shutdown".to_owned()), "{got:?}");
    assert_eq!(got.iter().filter(|line| line.contains("sang")).count(), 2, "interrupted, then its outcome: {got:?}");
}

#[test]
fn quiet_hours_by_weekday_are_kept_at_air_time() {
    let sessions = "[[session]]\nid = \"toi\"\nat = [\"20:30\", \"22:30\"]\nplay = [\"c\"]\n";
    // 2023-03-20 is a Monday.
    let settings =
        "[quiet-hours]\nfrom = \"21:00\"\nuntil = \"05:00\"\nt2 = \"23:00..05:00\"\ntue = \"20:00..05:00\"\n";
    let done = station("2023-03-20T20:00:00", sessions).settings(settings).run_until("2023-03-21T23:00:00");
    assert_eq!(
        done.outcomes(),
        [
            "toi@2023-03-20T20:30:00#1 aired",
            "toi@2023-03-20T22:30:00#1 aired",
            "toi@2023-03-21T20:30:00#1 missed quiet-hours",
            "toi@2023-03-21T22:30:00#1 missed quiet-hours",
        ]
    );
}

#[test]
fn a_month_of_draws_gives_every_segment_its_turn() {
    let mut text = String::new();
    for n in 1..=5 {
        text.push_str(&format!(
            "[[segment]]\nid = \"muc-{n}\"\ntitle = \"Mục {n}\"\nfile = \"s-{n}.mp3\"\npool = \"vui\"\n"
        ));
    }
    text.push_str("[[session]]\nid = \"sang\"\nat = [\"06:00\", \"17:00\"]\nplay = [{ pool = \"vui\", pick = 2 }]\n");
    let done = Station::new("2023-03-19T23:00:00").playlist(&text).run_until("2023-04-18T23:00:00");
    let mut turns = std::collections::BTreeMap::<String, usize>::new();
    for record in done.log().iter().filter(|r| r.kind == "outcome") {
        assert_eq!(record.body.reason, None);
        *turns.entry(record.body.title.clone()).or_default() += 1;
    }
    assert_eq!(turns.values().copied().collect::<Vec<_>>(), [24; 5], "30 days of 4 draws: {turns:?}");
}

#[test]
fn a_draw_that_finds_nothing_is_logged_with_its_topic() {
    let text = r#"
[campaign]
id = "cd"
title = "Chiến dịch"
[campaign.topics]
3 = "Ba"
[[segment]]
id = "cu"
title = "Cũ"
file = "s-5.mp3"
topic = 3
valid-until = 2023-03-19
[[segment]]
id = "nhac"
title = "Nhạc"
file = "s-10.mp3"
[[session]]
id = "sang"
at = "06:00"
play = [{ topic = 3 }, "nhac"]
"#;
    let done = Station::new("2023-03-20T05:00:00").playlist(text).run_until("2023-03-20T07:00:00");
    assert_eq!(trail(&done), ["sang 06:00:00#1 missed nothing-eligible", "sang 06:00:00#2 aired"]);
    let log = done.log();
    let missed = log.iter().find(|r| r.kind == "outcome" && r.body.reason.is_some()).expect("one");
    assert_eq!((missed.body.topic, missed.body.title.as_str()), (Some(3), "Ba"));
    assert_eq!(missed.body.campaign.as_ref().map(loa::schedule::Id::as_str), Some("cd"));
}

#[test]
fn an_adopted_edit_is_logged_with_what_it_changes() {
    let before = format!("{SEGMENTS}[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\"]\n");
    let after = format!(
        "{SEGMENTS}[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\", \"c\"]\n\
        [[session]]\nid = \"chieu\"\nat = \"17:00\"\nplay = [\"b\"]\n"
    );
    let done = Station::new("2023-03-20T05:00:00").playlist(&before).edit(60, &after).run_until("2023-03-20T05:30:00");
    let log = done.log();
    let edit = log.iter().find(|r| r.kind == "edit").expect("one");
    let told: Vec<String> = edit
        .body
        .changes
        .iter()
        .map(|c| format!("{} {:?} {} days +{:?} -{:?}", c.session, c.change, c.dates.len(), c.gains, c.loses))
        .collect();
    assert_eq!(told, ["sang Items 7 days +[\"C\"] -[]", "chieu Added 7 days +[\"B\"] -[]"]);
    assert_eq!(log.iter().filter(|r| r.kind == "edit").count(), 1, "the first schedule changes nothing");
}

#[test]
fn an_edit_that_takes_an_approval_away_is_told() {
    let of = |approved: &str| {
        format!(
            "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n{approved}\
            [[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\"]\n"
        )
    };
    let done = Station::new("2023-03-20T05:00:00")
        .settings("[station]\napproval = \"required\"\n")
        .playlist(&of("approved-by = \"Ban biên tập\"\napproved-on = 2023-03-01\n"))
        .edit(60, &of(""))
        .run_until("2023-03-20T05:30:00");
    let log = done.log();
    let edit = log.iter().find(|r| r.kind == "edit").expect("one");
    assert_eq!(edit.body.changes.iter().map(|c| c.session.as_str()).collect::<Vec<_>>(), ["sang"]);
}

#[test]
fn volumes_of_sessions_and_of_times_of_the_day() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"c\"]\n\
        [[session]]\nid = \"trua\"\nat = \"11:30\"\nvolume = 30\nplay = [\"c\"]\n\
        [[session]]\nid = \"chieu\"\nat = \"17:00\"\nplay = [\"c\"]\n";
    let settings = "[output]\nvolume = 70\n[output.volume-at]\n\"05:00..06:30\" = 50\n\"11:00..12:00\" = 40\n";
    let done = station("2023-03-20T05:30:00", sessions).settings(settings).run_until("2023-03-20T18:00:00");
    let log = done.log();
    let volumes: Vec<_> = log.iter().filter(|r| r.kind == "outcome").map(|r| r.body.volume.expect("known")).collect();
    assert_eq!(volumes, [50, 30, 70]);
}

#[test]
fn the_log_book_tells_relays_interruptions_and_edits() {
    let sessions = r#"
[[session]]
id = "sang"
at = "06:00"
play = ["b", { relay = "Thời sự", for = "5m" }]
"#;
    let done =
        station("2023-03-20T05:30:00", sessions).order(1800 + 30, urgent("nhac", 1)).run_until("2023-03-20T07:00:00");
    let records = done.log();
    let page =
        loa::cli::record::log::read_from(done.disk(), chrono::NaiveDate::MIN, chrono::NaiveDate::MAX).expect("memory");
    let text = loa::cli::record::log::page_text(&page, loa::text::Lang::En);
    assert!(text.contains("Something urgent interrupted sang@2023-03-20T06:00:00#1"), "{text}");
    assert!(text.contains("Relay slot `Thời sự`: the line was left free for 5 min 0 s"), "{text}");
    assert!(records.iter().any(|r| r.kind == "resume"));
}

#[test]
fn an_urgent_message_waits_for_a_cold_amplifier_only() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"b\"]\n";
    let settings = "[amplifier]\nwarm-up = \"4s\"\n";
    let starts = |order_s: i64| {
        let done = station("2023-03-20T05:30:00", sessions)
            .settings(settings)
            .order(order_s, urgent("c", 1))
            .run_until("2023-03-20T07:00:00");
        let log = done.log();
        let start = log.iter().find(|r| r.kind == "start" && r.body.session.is_none()).expect("it started");
        start.at.format("%H:%M:%S").to_string()
    };
    assert_eq!(starts(60), "05:31:04", "the head of the message is heard");
    assert_eq!(starts(1800 + 30), "06:00:30", "the amplifier is warm");
    // A session's line is opened so long before that the amplifier is warm when it starts.
    let done = station("2023-03-20T05:30:00", sessions).settings(settings).run_until("2023-03-20T07:00:00");
    let opened = done.log().into_iter().find(|r| r.kind == "device").expect("opened");
    assert_eq!(opened.at.format("%H:%M:%S").to_string(), "05:59:56");
}
