//! Simultaneous events at a station: urgent messages, relay slots, lost devices, clock steps and commands. Each of
//! these cases once failed.
mod relay_slots_and_devices;

use loa::library::FileStatus;
use loa::playout::engine::{OperatorCommand, UrgentSource};

use crate::station::{Station, id, outcome_line};

/// The segments `a` of 60 s, `b` of 120 s, `c` of 30 s and `dai` of 600 s; `mat` is missing, and its length is unknown.
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
id = "dai"
title = "Dài"
file = "s-600.mp3"
[[segment]]
id = "mat"
title = "Mất"
file = "mat.mp3"
"#;

fn session(id: &str, at: &str, rules: &str) -> String {
    format!("[[session]]\nid = \"{id}\"\nat = \"{at}\"\n{rules}\n")
}

/// A station that starts at 05:50, with these sessions (id, time, rules).
fn station_with(sessions: &[(&str, &str, &str)]) -> Station {
    let sessions: String = sessions.iter().map(|(id, at, rules)| session(id, at, rules)).collect();
    Station::new("2023-03-20T05:50:00")
        .file("mat.mp3", FileStatus::Missing { last: None })
        .playlist(&format!("{SEGMENTS}{sessions}"))
}

fn urgent(segment: &str, repeat: u16) -> OperatorCommand {
    OperatorCommand::Urgent { source: UrgentSource::Segment(id(segment)), repeat }
}

/// The starts, interruptions, relay slots and outcomes in the order of the log. Each line has the time, the airing, the
/// event and the seconds played.
fn events_of(station: &Station) -> Vec<String> {
    let mut lines = Vec::new();
    for record in station.log() {
        let at = record.at.format("%H:%M:%S");
        let body = &record.body;
        let name = body.id.as_deref().unwrap_or_default().replace("@2023-03-20T", " ");
        let name = if name.starts_with("urgent") { "urgent" } else { &name };
        let name = if name.starts_with("operator") { "operator" } else { name };
        match record.kind.as_str() {
            "start" | "interrupt" | "resume" => lines.push(format!("{at} {name} {}", record.kind)),
            "relay" => lines.push(format!("{at} {name} held {}", body.held_ms / 1000)),
            "outcome" => {
                let line = outcome_line(&record);
                let result = line.split_once(' ').map_or("", |(_, result)| result);
                lines.push(format!("{at} {name} {result} {}", body.played_ms / 1000));
            }
            _ => {}
        }
    }
    lines
}

#[test]
fn an_operators_airing_plays_to_its_end() {
    let station = station_with(&[]).command(10, OperatorCommand::Play(id("dai"))).run_for(1200);
    assert_eq!(events_of(&station), ["05:50:10 operator start", "06:00:10 operator aired 600"]);
}

#[test]
fn sessions_that_interrupted_each_other_resume_in_reverse_order() {
    let sessions = [
        ("thuong", "06:00", "play = [\"b\", \"a\"]"),
        ("khan", "06:00:30", "priority = \"urgent\"\nplay = [\"b\"]"),
        ("sau", "07:00", "play = [\"a\"]"),
    ];
    let station = station_with(&sessions).command(660, urgent("c", 1)).run_until("2023-03-20T07:30:00");
    assert_eq!(
        events_of(&station),
        [
            "06:00:00 thuong 06:00:00#1 start",
            "06:00:30 thuong 06:00:00#1 interrupt",
            "06:00:30 khan 06:00:30#1 start",
            "06:01:00 khan 06:00:30#1 interrupt",
            "06:01:00 urgent start",
            "06:01:30 urgent aired 30",
            "06:01:30 khan 06:00:30#1 resume",
            "06:03:00 khan 06:00:30#1 aired 120",
            "06:03:00 thuong 06:00:00#1 resume",
            "06:04:30 thuong 06:00:00#1 aired 120",
            "06:04:30 thuong 06:00:00#2 start",
            "06:05:30 thuong 06:00:00#2 aired 60",
            "07:00:00 sau 07:00:00#1 start",
            "07:01:00 sau 07:00:00#1 aired 60",
        ]
    );
}

#[test]
fn a_waiting_soft_session_of_higher_priority_does_not_stop_the_running_one() {
    let sessions = [
        ("thuong", "06:00", "play = [\"b\", \"a\"]"),
        ("mem", "06:01", "priority = \"priority\"\nstart = \"soft\"\nplay = [\"c\"]"),
    ];
    let station = station_with(&sessions).command(655, urgent("c", 1)).run_until("2023-03-20T07:30:00");
    assert_eq!(
        events_of(&station),
        [
            "06:00:00 thuong 06:00:00#1 start",
            "06:00:55 thuong 06:00:00#1 interrupt",
            "06:00:55 urgent start",
            "06:01:25 urgent aired 30",
            "06:01:25 thuong 06:00:00#1 resume",
            "06:02:30 thuong 06:00:00#1 aired 120",
            "06:02:30 thuong 06:00:00#2 start",
            "06:03:30 thuong 06:00:00#2 aired 60",
            "06:03:30 mem 06:01:00#1 start",
            "06:04:00 mem 06:01:00#1 aired 30",
        ]
    );
    let sessions = [
        ("thuong", "06:00", "gap = \"10s\"\nplay = [\"c\", \"a\", \"a\"]"),
        ("mem", "06:00:15", "priority = \"priority\"\nstart = \"soft\"\nplay = [\"c\"]"),
    ];
    let station = station_with(&sessions).run_until("2023-03-20T07:30:00");
    assert!(station.outcomes().iter().all(|line| line.ends_with(" aired")), "{:?}", events_of(&station));
}

#[test]
fn a_small_clock_step_before_a_start_costs_no_airing() {
    for by_ms in [30, 200, -200] {
        let session = ("sang", "06:00", "play = [\"c\", \"a\", \"c\"]");
        let station = station_with(&[session]).step_ms(598_500, by_ms).run_until("2023-03-20T07:00:00");
        let aired_count = station.outcomes().iter().filter(|line| line.ends_with(" aired")).count();
        assert_eq!(aired_count, 3, "{by_ms} ms: {:?}", events_of(&station));
    }
}

#[test]
fn an_airing_that_resumes_after_a_lost_device_does_not_delay_the_next_session() {
    let sessions = [("mot", "06:00", "play = [\"b\"]"), ("hai", "06:02", "play = [\"a\", \"c\"]")];
    for (settings, from_ms) in [("", 718_000), ("[amplifier]\nwarm-up = \"30s\"\n", 695_000)] {
        let station = station_with(&sessions)
            .settings(settings)
            .device_unavailable_ms(from_ms, from_ms + 500)
            .run_until("2023-03-20T07:00:00");
        let events = events_of(&station);
        let expected =
            ["06:02:00 hai 06:02:00#1 start", "06:03:00 hai 06:02:00#1 aired 60", "06:03:30 hai 06:02:00#2 aired 30"];
        assert!(expected.iter().all(|line| events.iter().any(|event| event == line)), "{events:?}");
        assert!(
            events.iter().any(|line| line.starts_with("06:02:00 mot 06:00:00#1 partial device-lost")),
            "{events:?}"
        );
    }
}

#[test]
fn a_stop_ends_an_urgent_message_that_has_not_begun() {
    let morning = ("sang", "06:00", "play = [\"dai\"]");
    let amplifier_settings = "[amplifier]\non = \"relay 1\"\noff = \"relay 0\"\nwarm-up = \"20s\"\n";
    let station = station_with(&[morning])
        .settings(amplifier_settings)
        .command(300, urgent("c", 3))
        .command(310, OperatorCommand::Stop)
        .run_for(3600);
    let events = events_of(&station);
    let is_missed = |line: &&String| line.contains("urgent missed operator-stop 0");
    assert_eq!(events.iter().filter(is_missed).count(), 3, "{events:?}");
    assert!(!events.iter().any(|line| line.ends_with("urgent start")), "{events:?}");
    assert!(events.iter().any(|line| line.ends_with("#1 aired 600")), "{events:?}");
}

#[test]
fn repeats_that_wait_when_the_daemon_ends_get_outcomes() {
    let station = station_with(&[]).command(10, urgent("c", 3)).run_for(20);
    // Each event begins with its time, which is eight characters and a space.
    let events: Vec<_> = events_of(&station).into_iter().map(|line| line[9..].to_owned()).collect();
    assert_eq!(events[0], "urgent start");
    let mut events = events[1..].to_vec();
    events.sort();
    assert_eq!(events, ["urgent missed shutdown 0", "urgent missed shutdown 0", "urgent partial shutdown 10"]);
}

#[test]
fn an_item_that_ends_before_the_amplifier_is_warm_is_not_joined() {
    let amplifier_settings = "[amplifier]\non = \"relay 1\"\noff = \"relay 0\"\nwarm-up = \"30s\"\nmin-off = \"0s\"\n";
    let morning = ("sang", "06:00", "late = \"join\"\nplay = [\"b\", \"a\"]");
    let station = station_with(&[morning]).settings(amplifier_settings).run_for(60).off_for(540 + 105).run_for(600);
    assert_eq!(
        events_of(&station),
        [
            "06:01:45 sang 06:00:00#1 missed late 0",
            "06:02:00 sang 06:00:00#2 start",
            "06:03:00 sang 06:00:00#2 aired 60",
        ],
        "a planned airing waits for the amplifier"
    );
}

#[test]
fn a_late_wake_up_of_the_loop_does_not_end_an_airing() {
    let morning = ("sang", "06:00", "play = [\"b\", \"a\"]");
    for (at_ms, for_ms) in [(597_000, 8_500), (599_000, 7_000)] {
        let station = station_with(&[morning]).stall_ms(at_ms, for_ms).run_until("2023-03-20T07:00:00");
        let outcomes = station.outcomes();
        assert!(outcomes.iter().all(|line| line.ends_with(" aired")), "{:?}", events_of(&station));
    }
}

#[test]
fn a_wrong_clock_and_a_clean_stop_cost_no_airing() {
    let sessions = [("sang", "06:00", "play = [\"a\"]"), ("trua", "11:00", "play = [\"a\"]")];
    let station = station_with(&sessions)
        .run_for(60)
        .start_clock_at_str("2023-03-20T12:10:00", false)
        .run_for(120)
        .start_clock_at_str("2023-03-20T05:53:00", true)
        .run_until("2023-03-20T13:00:00");
    let aired_count = station.outcomes().iter().filter(|line| line.ends_with(" aired")).count();
    assert_eq!(aired_count, 2, "{:?}", events_of(&station));
}

#[test]
fn a_session_whose_first_file_is_missing_still_takes_the_line() {
    let earlier_session = ("truoc", "05:58", "play = [\"dai\"]");
    // The length of the missing file is unknown, so the next item begins immediately.
    let station =
        station_with(&[earlier_session, ("sau", "06:00", "play = [\"mat\", \"a\"]")]).run_until("2023-03-20T07:00:00");
    let first_events = ["05:58:00 truoc 05:58:00#1 start", "06:00:00 truoc 05:58:00#1 partial cut-by 120"];
    let next_events = ["06:00:00 sau 06:00:00#2 start", "06:01:00 sau 06:00:00#2 aired 60"];
    assert_eq!(sounding_events(&station), [&first_events[..], &next_events].concat());
    // If the length of the missing file is known, the next item waits for that time. An item that starts 2 s after
    // the session is already cued when the session begins; one that starts 30 s after it is not.
    for (file_name, seconds) in [("s-2.mp3", 2), ("s-30.mp3", 30)] {
        let status = FileStatus::Missing { last: Some(crate::station::scan_of((seconds, 48_000))) };
        let rules = "play = [\"ngan\", \"a\"]";
        let segment = format!("[[segment]]\nid = \"ngan\"\ntitle = \"N\"\nfile = \"{file_name}\"\n");
        let sessions = [session("truoc", "05:58", "play = [\"dai\"]"), session("sau", "06:00", rules)].concat();
        let station = Station::new("2023-03-20T05:50:00").playlist(&format!("{SEGMENTS}{segment}{sessions}"));
        let station = station.file(file_name, status).run_until("2023-03-20T07:00:00");
        let (from, until) = (format!("06:00:{seconds:02}"), format!("06:01:{seconds:02}"));
        let next_events = [format!("{from} sau 06:00:00#2 start"), format!("{until} sau 06:00:00#2 aired 60")];
        let expected: Vec<String> = first_events.iter().map(|line| (*line).to_owned()).chain(next_events).collect();
        assert_eq!(sounding_events(&station), expected, "{file_name}");
    }
}

/// The lines of [`events_of`] without missed airings.
fn sounding_events(station: &Station) -> Vec<String> {
    events_of(station).into_iter().filter(|line| !line.contains(" missed ")).collect()
}

/// When the first session begins, the second session and its warm-up are already scheduled.
#[test]
fn two_urgent_sessions_a_few_seconds_apart_each_start_once() {
    let settings = format!("[quiet-hours]\nfrom = \"12:00\"\nuntil = \"12:00\"\n{}", crate::lives::AMPLIFIER);
    for seconds in 1..=8 {
        let second_start = format!("06:00:{seconds:02}");
        let urgent_rules = "play = [\"c\"]\npriority = \"urgent\"";
        let station = station_with(&[("mot", "06:00", urgent_rules), ("hai", &second_start, urgent_rules)])
            .settings(&settings)
            .run_until("2023-03-20T06:10:00");
        let events = events_of(&station);
        let start_count = events.iter().filter(|line| line.ends_with("start")).count();
        assert_eq!(start_count, 2, "{events:?}");
    }
}

/// While an urgent message interrupts an airing, the clock steps by days or the machine sleeps for days. Afterwards the
/// airing has run out of time.
#[test]
fn an_airing_that_was_interrupted_days_ago_does_not_resume() {
    for machine_sleeps in [false, true] {
        let station = station_with(&[("mot", "06:00", "play = [\"dai\", \"a\"]")]).command(660, urgent("b", 1));
        let station = match machine_sleeps {
            true => station.stall_ms(690_000, 3 * 86_400_000),
            false => station.step(690, 3 * 86_400),
        };
        let station = station.run_for(7 * 86_400);
        let log = station.log();
        let count = |kind: &str| {
            log.iter().filter(|r| r.kind == kind && r.body.id.as_deref() == Some("mot@2023-03-20T06:00:00#1")).count()
        };
        assert_eq!(
            (count("start"), count("interrupt"), count("resume"), count("outcome")),
            (1, 1, 0, 1),
            "the machine sleeps: {machine_sleeps}"
        );
        let outcome =
            log.iter().find(|r| r.kind == "outcome" && r.body.id.as_deref() == Some("mot@2023-03-20T06:00:00#1"));
        let line = outcome_line(outcome.expect("the airing has an outcome"));
        assert!(line.contains("partial") && line.contains("late"), "{line}");
    }
}

/// A session of higher priority starts during a gap of the running session, and the first file of the new session is
/// missing.
#[test]
fn a_session_whose_first_file_is_missing_starts_in_the_gap_of_another() {
    let running_rules = "play = [\"a\", \"c\", \"a\"]\ngap = \"3s\"";
    for (start_s, rules) in (50..=70).flat_map(|start_s| ["", "end-by = \"05:00\"\n"].map(|rules| (start_s, rules))) {
        let at = format!("06:{:02}:{:02}", start_s / 60, start_s % 60);
        let higher_priority_rules = format!(
            "play = [\"mat\", \"c\"]\nclosing = \"a\"\npriority = \"priority\"\nrank = 3\ninterrupted = \"restart\"\n{rules}"
        );
        let station = station_with(&[("mot", "06:00", running_rules), ("hai", &at, &higher_priority_rules)])
            .run_until("2023-03-20T06:20:00");
        let events = events_of(&station);
        let outcome_lines =
            events.iter().filter(|line| [" aired", " partial", " missed"].iter().any(|word| line.contains(word)));
        assert_eq!(outcome_lines.count(), 6, "{at} {rules}: {events:?}");
    }
}
