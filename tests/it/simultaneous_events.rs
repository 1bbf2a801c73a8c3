//! What happens to a station while something else happens to it: each of these has gone wrong once.
use loa::library::FileStatus;
use loa::playout::engine::{OperatorCommand, UrgentSource};

use crate::station::{Station, id, outcome_line};

/// Segments `a` of 60 s, `b` of 120 s, `c` of 30 s, `dai` of 600 s; `mat` is missing, and nobody knows how long it was.
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

fn session(id: &str, at: &str, more: &str) -> String {
    format!("[[session]]\nid = \"{id}\"\nat = \"{at}\"\n{more}\n")
}

/// From 05:50 on.
fn station(sessions: &[(&str, &str, &str)]) -> Station {
    let sessions: String = sessions.iter().map(|(id, at, more)| session(id, at, more)).collect();
    Station::new("2023-03-20T05:50:00")
        .file("mat.mp3", FileStatus::Missing { last: None })
        .playlist(&format!("{SEGMENTS}{sessions}"))
}

fn urgent(segment: &str, repeat: u16) -> OperatorCommand {
    OperatorCommand::Urgent { what: UrgentSource::Segment(id(segment)), repeat }
}

/// What began, when, and how everything ended: `06:00:00 mot@2023-03-20T06:00:00#1`, then the outcomes.
fn told(station: &Station) -> Vec<String> {
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
                let how = line.split_once(' ').map_or("", |(_, how)| how);
                lines.push(format!("{at} {name} {how} {}", body.played_ms / 1000));
            }
            _ => {}
        }
    }
    lines
}

#[test]
fn what_an_operator_plays_is_played_to_its_end() {
    let done = station(&[]).order(10, OperatorCommand::Play(id("dai"))).run_for(1200);
    assert_eq!(told(&done), ["05:50:10 operator start", "06:00:10 operator aired 600"]);
}

#[test]
fn of_three_levels_each_goes_on_when_its_time_has_come() {
    let sessions = [
        ("thuong", "06:00", "play = [\"b\", \"a\"]"),
        ("khan", "06:00:30", "priority = \"urgent\"\nplay = [\"b\"]"),
        ("sau", "07:00", "play = [\"a\"]"),
    ];
    let done = station(&sessions).order(660, urgent("c", 1)).run_until("2023-03-20T07:30:00");
    assert_eq!(
        told(&done),
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
fn a_soft_session_of_a_higher_level_does_not_stop_what_it_waits_for() {
    let sessions = [
        ("thuong", "06:00", "play = [\"b\", \"a\"]"),
        ("mem", "06:01", "priority = \"priority\"\nstart = \"soft\"\nplay = [\"c\"]"),
    ];
    let done = station(&sessions).order(655, urgent("c", 1)).run_until("2023-03-20T07:30:00");
    assert_eq!(
        told(&done),
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
    let done = station(&sessions).run_until("2023-03-20T07:30:00");
    assert!(done.outcomes().iter().all(|line| line.ends_with(" aired")), "{:?}", told(&done));
}

#[test]
fn a_clock_that_moves_a_little_before_a_start_moves_all_of_the_session() {
    for by_ms in [30, 200, -200] {
        let sang = ("sang", "06:00", "play = [\"c\", \"a\", \"c\"]");
        let done = station(&[sang]).step_ms(598_500, by_ms).run_until("2023-03-20T07:00:00");
        let aired = done.outcomes().iter().filter(|line| line.ends_with(" aired")).count();
        assert_eq!(aired, 3, "{by_ms} ms: {:?}", told(&done));
    }
}

#[test]
fn what_goes_on_after_a_loss_leaves_the_next_session_its_time() {
    let sessions = [("mot", "06:00", "play = [\"b\"]"), ("hai", "06:02", "play = [\"a\", \"c\"]")];
    for (settings, from_ms) in [("", 718_000), ("[amplifier]\nwarm-up = \"30s\"\n", 695_000)] {
        let done =
            station(&sessions).settings(settings).away_ms(from_ms, from_ms + 500).run_until("2023-03-20T07:00:00");
        let told = told(&done);
        let ends =
            ["06:02:00 hai 06:02:00#1 start", "06:03:00 hai 06:02:00#1 aired 60", "06:03:30 hai 06:02:00#2 aired 30"];
        assert!(ends.iter().all(|line| told.iter().any(|told| told == line)), "{told:?}");
        assert!(told.iter().any(|line| line.starts_with("06:02:00 mot 06:00:00#1 partial device-lost")), "{told:?}");
    }
}

#[test]
fn nothing_sounds_in_a_relay_slot_that_was_pushed_back() {
    let sang = ("sang", "06:00", "play = [{ relay = \"Huyện\", for = \"5m\" }, \"a\", \"c\"]");
    let done = station(&[sang]).order(590, urgent("b", 1)).run_until("2023-03-20T07:00:00");
    assert_eq!(
        told(&done),
        [
            "05:59:50 urgent start",
            "06:01:50 urgent aired 120",
            "06:06:50 sang 06:00:00#1 held 300",
            "06:06:50 sang 06:00:00#2 start",
            "06:07:50 sang 06:00:00#2 aired 60",
            "06:07:50 sang 06:00:00#3 start",
            "06:08:20 sang 06:00:00#3 aired 30",
        ]
    );
}

#[test]
fn a_relay_slot_ends_what_an_operator_plays() {
    let sang = ("sang", "06:00", "gap = \"20s\"\nplay = [\"c\", { relay = \"Huyện\", for = \"10m\" }]");
    let done = station(&[sang]).order(635, OperatorCommand::Play(id("dai"))).run_until("2023-03-20T07:00:00");
    let told = told(&done);
    assert!(told.iter().any(|line| line == "06:00:50 operator partial cut-by 15"), "{told:?}");
    assert!(told.iter().any(|line| line == "06:10:50 sang 06:00:00#2 held 600"), "{told:?}");
}

#[test]
fn a_relay_slot_behind_nothing_begins() {
    for nothing in ["\"mat\"", "{ pool = \"khong-co\" }"] {
        let play = format!("play = [{nothing}, {{ relay = \"Huyện\", for = \"10m\" }}, \"a\"]");
        let done = station(&[("sang", "06:00", &play)]).run_until("2023-03-20T07:00:00");
        let told = told(&done);
        assert!(told.iter().any(|line| line == "06:10:00 sang 06:00:00#2 held 600"), "{told:?}");
        assert!(told.iter().any(|line| line == "06:11:00 sang 06:00:00#3 aired 60"), "{told:?}");
    }
}

#[test]
fn what_is_urgent_waits_for_a_device_but_not_for_ever() {
    let sang = ("sang", "06:00", "play = [\"dai\", \"a\"]");
    let done = station(&[sang]).device_away(660, 680).order(665, urgent("c", 3)).run_until("2023-03-20T07:00:00");
    let urgents: Vec<_> = told(&done).into_iter().filter(|line| line.contains("urgent")).collect();
    assert_eq!(
        urgents,
        [
            "06:01:20 urgent start",
            "06:01:50 urgent aired 30",
            "06:01:50 urgent start",
            "06:02:20 urgent aired 30",
            "06:02:20 urgent start",
            "06:02:50 urgent aired 30",
        ]
    );
    let done = station(&[]).device_away(0, 3000).order(60, urgent("c", 2)).run_until("2023-03-20T07:00:00");
    assert_eq!(told(&done), ["06:06:00 urgent missed device-lost 0", "06:06:05 urgent missed device-lost 0"]);
}

#[test]
fn what_is_urgent_has_its_own_time_to_wait_for_a_device() {
    let gio = "[[segment]]\nid = \"gio\"\ntitle = \"G\"\nfile = \"s-3600.mp3\"";
    let sang = ("sang", "06:00", &*format!("play = [\"gio\"]\n{gio}"));
    // The device has been away for longer than that when it is ordered.
    let done = station(&[sang]).device_away(620, 2000).order(1600, urgent("c", 1)).run_until("2023-03-20T07:30:00");
    assert!(told(&done).iter().any(|line| line == "06:23:20 urgent start"), "{:?}", told(&done));
    let done = station(&[sang]).device_away(620, 3000).order(1600, urgent("c", 1)).run_until("2023-03-20T07:30:00");
    assert!(told(&done).iter().any(|line| line == "06:31:40 urgent missed device-lost 0"), "{:?}", told(&done));
    // One that the operator does not want any more.
    let skipped =
        station(&[]).device_away(0, 3000).order(60, urgent("c", 1)).order(90, OperatorCommand::Skip).run_for(3600);
    assert_eq!(told(&skipped), ["05:51:30 urgent missed operator-skip 0"]);
}

#[test]
fn what_may_play_late_waits_for_a_device() {
    let sang = ("sang", "06:00", "late = \"play\"\nplay = [\"c\", \"a\"]");
    let done = station(&[sang]).device_away(590, 660).run_until("2023-03-20T07:00:00");
    assert_eq!(
        told(&done),
        [
            "06:01:00 sang 06:00:00#1 start",
            "06:01:30 sang 06:00:00#1 aired 30",
            "06:01:30 sang 06:00:00#2 start",
            "06:02:30 sang 06:00:00#2 aired 60",
        ]
    );
}

#[test]
fn stopping_ends_an_urgent_message_that_has_not_begun() {
    let sang = ("sang", "06:00", "play = [\"dai\"]");
    let warm = "[amplifier]\non = \"relay 1\"\noff = \"relay 0\"\nwarm-up = \"20s\"\n";
    let done =
        station(&[sang]).settings(warm).order(300, urgent("c", 3)).order(310, OperatorCommand::Stop).run_for(3600);
    let told = told(&done);
    let missed = |line: &&String| line.contains("urgent missed operator-stop 0");
    assert_eq!(told.iter().filter(missed).count(), 3, "{told:?}");
    assert!(!told.iter().any(|line| line.ends_with("urgent start")), "{told:?}");
    assert!(told.iter().any(|line| line.ends_with("#1 aired 600")), "{told:?}");
}

#[test]
fn repeats_that_wait_at_the_end_of_the_daemon_have_their_outcome() {
    let done = station(&[]).order(10, urgent("c", 3)).run_for(20);
    let ends: Vec<_> = told(&done).into_iter().map(|line| line[9..].to_owned()).collect();
    assert_eq!(ends[0], "urgent start");
    let mut ends = ends[1..].to_vec();
    ends.sort();
    assert_eq!(ends, ["urgent missed shutdown 0", "urgent missed shutdown 0", "urgent partial shutdown 10"]);
}

#[test]
fn an_item_that_is_over_before_the_amplifier_is_warm_is_not_joined() {
    let warm = "[amplifier]\non = \"relay 1\"\noff = \"relay 0\"\nwarm-up = \"30s\"\nmin-off = \"0s\"\n";
    let sang = ("sang", "06:00", "late = \"join\"\nplay = [\"b\", \"a\"]");
    let done = station(&[sang]).settings(warm).run_for(60).off_for(540 + 105).run_for(600);
    assert_eq!(
        told(&done),
        [
            "06:01:45 sang 06:00:00#1 missed late 0",
            "06:02:00 sang 06:00:00#2 start",
            "06:03:00 sang 06:00:00#2 aired 60",
        ],
        "what is planned does not wait for the amplifier"
    );
}

#[test]
fn a_look_that_comes_late_does_not_end_what_sounds() {
    let sang = ("sang", "06:00", "play = [\"b\", \"a\"]");
    for (at_ms, for_ms) in [(597_000, 8_500), (599_000, 7_000)] {
        let done = station(&[sang]).stall_ms(at_ms, for_ms).run_until("2023-03-20T07:00:00");
        let outcomes = done.outcomes();
        assert!(outcomes.iter().all(|line| line.ends_with(" aired")), "{:?}", told(&done));
    }
}

#[test]
fn an_airing_that_was_lost_and_interrupted_is_never_longer_than_it_is() {
    for rule in ["restart", "resume"] {
        let more = format!("play = [\"dai\"]\ninterrupted = \"{rule}\"");
        let sang = ("sang", "06:00", more.as_str());
        let done = station(&[sang]).device_away(720, 780).order(900, urgent("c", 1)).run_until("2023-03-20T07:00:00");
        let told = told(&done);
        assert!(told.iter().any(|line| line == "06:10:30 sang 06:00:00#1 partial device-lost 539"), "{rule}: {told:?}");
    }
}

#[test]
fn a_wrong_clock_and_a_stop_do_not_cost_the_day() {
    let sessions = [("sang", "06:00", "play = [\"a\"]"), ("trua", "11:00", "play = [\"a\"]")];
    let done = station(&sessions)
        .run_for(60)
        .clock_says("2023-03-20T12:10:00", false)
        .run_for(120)
        .clock_says("2023-03-20T05:53:00", true)
        .run_until("2023-03-20T13:00:00");
    let aired = done.outcomes().iter().filter(|line| line.ends_with(" aired")).count();
    assert_eq!(aired, 2, "{:?}", told(&done));
}

#[test]
fn a_session_whose_first_file_is_gone_takes_the_line_all_the_same() {
    let before = ("truoc", "05:58", "play = [\"dai\"]");
    // Nobody knows how long it was: what stands behind it begins at once.
    let done = station(&[before, ("sau", "06:00", "play = [\"mat\", \"a\"]")]).run_until("2023-03-20T07:00:00");
    let cut = ["05:58:00 truoc 05:58:00#1 start", "06:00:00 truoc 05:58:00#1 partial cut-by 120"];
    let then = ["06:00:00 sau 06:00:00#2 start", "06:01:00 sau 06:00:00#2 aired 60"];
    assert_eq!(sounds(&done), [&cut[..], &then].concat());
    // One whose length is known keeps its place: 2 s, of which what follows is lined up already, and 30 s.
    for (gone, seconds) in [("s-2.mp3", 2), ("s-30.mp3", 30)] {
        let lost = FileStatus::Missing { last: Some(crate::station::scan_of((seconds, 48_000))) };
        let sau = "play = [\"ngan\", \"a\"]";
        let ngan = format!("[[segment]]\nid = \"ngan\"\ntitle = \"N\"\nfile = \"{gone}\"\n");
        let sessions = [session("truoc", "05:58", "play = [\"dai\"]"), session("sau", "06:00", sau)].concat();
        let station = Station::new("2023-03-20T05:50:00").playlist(&format!("{SEGMENTS}{ngan}{sessions}"));
        let done = station.file(gone, lost).run_until("2023-03-20T07:00:00");
        let (from, until) = (format!("06:00:{seconds:02}"), format!("06:01:{seconds:02}"));
        let then = [format!("{from} sau 06:00:00#2 start"), format!("{until} sau 06:00:00#2 aired 60")];
        let want: Vec<String> = cut.iter().map(|line| (*line).to_owned()).chain(then).collect();
        assert_eq!(sounds(&done), want, "{gone}");
    }
}

/// What [`told`] says of all that sounded.
fn sounds(station: &Station) -> Vec<String> {
    told(station).into_iter().filter(|line| !line.contains(" missed ")).collect()
}

/// The second is lined up, with the amplifier's time before it, when the first begins.
#[test]
fn two_urgent_sessions_a_few_seconds_apart_each_begin_once() {
    let settings = format!("[quiet-hours]\nfrom = \"12:00\"\nuntil = \"12:00\"\n{}", crate::lives::AMPLIFIER);
    for apart in 1..=8 {
        let second = format!("06:00:{apart:02}");
        let urgent = "play = [\"c\"]\npriority = \"urgent\"";
        let done = station(&[("mot", "06:00", urgent), ("hai", &second, urgent)])
            .settings(&settings)
            .run_until("2023-03-20T06:10:00");
        let got = told(&done);
        let starts = got.iter().filter(|line| line.ends_with("start")).count();
        assert_eq!(starts, 2, "{got:?}");
    }
}

/// The clock leaps, or the machine sleeps, while something urgent sounds over an airing: days later its time has gone.
#[test]
fn what_was_interrupted_days_ago_does_not_go_on() {
    for asleep in [false, true] {
        let day = station(&[("mot", "06:00", "play = [\"dai\", \"a\"]")]).order(660, urgent("b", 1));
        let day = match asleep {
            true => day.stall_ms(690_000, 3 * 86_400_000),
            false => day.step(690, 3 * 86_400),
        };
        let done = day.run_for(7 * 86_400);
        let log = done.log();
        let of = |kind: &str| {
            log.iter().filter(|r| r.kind == kind && r.body.id.as_deref() == Some("mot@2023-03-20T06:00:00#1")).count()
        };
        assert_eq!((of("start"), of("interrupt"), of("resume"), of("outcome")), (1, 1, 0, 1), "asleep: {asleep}");
        let outcome =
            log.iter().find(|r| r.kind == "outcome" && r.body.id.as_deref() == Some("mot@2023-03-20T06:00:00#1"));
        let line = outcome_line(outcome.expect("it has one"));
        assert!(line.contains("partial") && line.contains("late"), "{line}");
    }
}

/// A session of a higher rank whose first file is missing comes while the one before it is in its gap.
#[test]
fn a_session_whose_first_file_is_gone_comes_in_the_gap_of_another() {
    let before = "play = [\"a\", \"c\", \"a\"]\ngap = \"3s\"";
    for (second, more) in (50..=70).flat_map(|second| ["", "end-by = \"05:00\"\n"].map(|more| (second, more))) {
        let at = format!("06:{:02}:{:02}", second / 60, second % 60);
        let higher = format!(
            "play = [\"mat\", \"c\"]\nclosing = \"a\"\npriority = \"priority\"\nrank = 3\ninterrupted = \"restart\"\n{more}"
        );
        let done = station(&[("mot", "06:00", before), ("hai", &at, &higher)]).run_until("2023-03-20T06:20:00");
        let got = told(&done);
        let ends = got.iter().filter(|line| [" aired", " partial", " missed"].iter().any(|word| line.contains(word)));
        assert_eq!(ends.count(), 6, "{at} {more}: {got:?}");
    }
}
