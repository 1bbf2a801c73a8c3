//! The dates of sessions, compared with an iCalendar library and with a Python script that implements docs/schedule.md
//! and computes the lunar calendar from an ephemeris.
mod recurrences;

use std::fmt::Write as _;
use std::path::Path;

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};
use loa::library::{FileStatus, Library};
use loa::plan::Planner;
use loa::schedule::calendar::{Calendar, LunarYear};
use loa::schedule::{SourceFile, read};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use crate::foreign;
use crate::station::scan_of;

fn date(text: &str) -> NaiveDate {
    text.parse().expect("the date is valid")
}

/// The dates on which a session with these rules airs, within `day_count` days from `first` on.
fn dates(rules: &str, first: NaiveDate, day_count: usize) -> Vec<NaiveDate> {
    let text = format!(
        "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-1.mp3\"\n[[session]]\nid = \"s\"\nat = \"06:00\"\nplay = [\"a\"]\n{rules}\n"
    );
    let parsed = read(&[SourceFile::new("playlists/a.toml", text.as_bytes())]);
    assert!(parsed.problems.iter().all(|p| !p.is_structural), "{:?}\n{text}", parsed.problems);
    let calendar = Calendar::new(&parsed.schedule.holidays);
    let session = &parsed.schedule.sessions[0];
    first.iter_days().take(day_count).filter(|day| session.recurrence.matches(&calendar.day(*day))).collect()
}

/// The weekdays from Monday on, in loa's notation and in iCalendar's. loa accepts Vietnamese and English names.
const WEEKDAYS: [(&str, &str); 7] =
    [("mon", "MO"), ("t3", "TU"), ("wed", "WE"), ("thu", "TH"), ("t6", "FR"), ("sat", "SA"), ("cn", "SU")];

#[test]
fn a_skipped_time_moves_to_the_end_of_the_gap_and_a_repeated_time_airs_once() {
    let text = b"[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n[[session]]\nid = \"s\"\n\
        at = [\"01:59:30\", \"02:30\", \"03:30\"]\nplay = [\"a\"]\n";
    let settings = SourceFile::new("station.toml", b"[station]\ntimezone = \"Europe/Berlin\"\n");
    let parsed = read(&[settings, SourceFile::new("playlists/a.toml", text)]);
    let mut library = Library::default();
    library.files.insert("s-60.mp3".to_owned(), FileStatus::Good(scan_of((60, 48_000))));
    let planner = Planner::new(&parsed.schedule, &library);
    let starts = |day: &str| -> Vec<String> {
        planner.plan_for(date(day)).airings.iter().map(|a| a.start.to_rfc3339()).collect()
    };
    // 02:30 is skipped, so its session starts at the first instant after the gap. An airing across the gap keeps its
    // length.
    assert_eq!(
        starts("2023-03-26"),
        ["2023-03-26T01:59:30+01:00", "2023-03-26T03:00:00+02:00", "2023-03-26T03:30:00+02:00"]
    );
    // 02:30 occurs twice, but the session airs only the first time.
    assert_eq!(
        starts("2023-10-29"),
        ["2023-10-29T01:59:30+02:00", "2023-10-29T02:30:00+02:00", "2023-10-29T03:30:00+01:00"]
    );
    assert_eq!(starts("2023-03-25").len(), 3);
}

#[test]
fn a_skipped_time_with_seconds_becomes_the_first_instant_after_the_gap() {
    let local = date("2023-03-26").and_hms_opt(2, 15, 45).expect("the time is valid");
    let instant = loa::plan::resolve_local_time(chrono_tz::Europe::Berlin, local);
    assert_eq!(instant.to_rfc3339(), "2023-03-26T03:00:00+02:00");
}

#[test]
fn unusual_date_formats_and_years_out_of_range_are_errors() {
    let problem_count = |rules: &str| {
        let text = format!(
            "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-1.mp3\"\n[[session]]\nid = \"s\"\nat = \"06:00\"\nplay = [\"a\"]\n{rules}\n"
        );
        read(&[SourceFile::new("playlists/a.toml", text.as_bytes())])
            .problems
            .iter()
            .filter(|p| p.is_structural)
            .count()
    };
    for rule in ["from = 2023-03-20", "from = \"2199-12-31\"", "dates = [\"2023-03-20 .. 2023-04-01\"]", "lunar = [15]"]
    {
        assert_eq!(problem_count(rule), 0, "{rule}");
    }
    let holiday = "except = [\"30-4\"]\n[[holiday]]\nid = \"30-4\"\ntitle = \"Ngày 30 tháng 4\"\nyearly = \"30/4\"";
    assert_eq!(problem_count(holiday), 0, "an id may begin with a digit");
    for rule in [
        "from = \"+99999-1-9\"",
        "from = 9999-01-01",
        "dates = [\"+9999-01-1\"]",
        "dates = [1812-09-07]",
        "lunar = [0x15]",
    ] {
        assert_eq!(problem_count(rule), 1, "{rule}");
    }
}

#[test]
fn the_order_of_files_does_not_change_the_plan() {
    let mut files = vec![SourceFile::new("station.toml", b"[station]\nid = \"thu\"\n")];
    for n in 0..6 {
        let text = format!(
            "[[segment]]\nid = \"m-{n}\"\ntitle = \"M {n}\"\nfile = \"s-{}.mp3\"\npool = \"vui\"\n\
             [[session]]\nid = \"b-{n}\"\nat = [\"06:00\", \"17:0{n}\"]\nplay = [{{ pool = \"vui\", pick = 2, order = \"{}\" }}]\n",
            n + 3,
            if n % 2 == 0 { "round" } else { "shuffle" },
        );
        files.push(SourceFile::new(&format!("playlists/f-{n}.toml"), text.as_bytes()));
    }
    let plan_bytes = |files: &[SourceFile]| {
        let schedule = read(files).schedule;
        let mut library = Library::default();
        for n in 3..9 {
            library.files.insert(format!("s-{n}.mp3"), FileStatus::Good(scan_of((n, 48_000))));
        }
        let planner = Planner::new(&schedule, &library);
        let days = date("2023-01-01").iter_days().take(60);
        days.flat_map(|day| planner.plan_for(day).to_json_bytes()).collect::<Vec<u8>>()
    };
    let expected = plan_bytes(&files);
    files.reverse();
    assert_eq!(plan_bytes(&files), expected);
    files.swap(1, 4);
    assert_eq!(plan_bytes(&files), expected);
}

/// A strategy for the files of a station, with random recurrences, draws, relay slots and end times.
fn random_station() -> impl Strategy<Value = Vec<(String, String)>> {
    let segment = (0_u64..200, proptest::option::of(1_u8..=3), 0_u8..4, 0_u8..5);
    let session = (
        (proptest::collection::btree_set(0_u32..1440, 1..4), random_recurrence(), 0_u8..8),
        (proptest::collection::vec(random_item(), 1..5), any::<(bool, bool)>(), 1_u8..4),
        (0_u8..4, 0_u8..5, proptest::option::of(0_u8..=100)),
    );
    let campaign = any::<bool>();
    (proptest::collection::vec(segment, 3..9), proptest::collection::vec(session, 1..5), campaign, 0_u8..6).prop_map(
        |(segments, sessions, has_campaign_bounds, zone)| {
            let mut text = String::from("[campaign]\nid = \"cd\"\ntitle = \"Chiến dịch\"\n");
            if has_campaign_bounds {
                text.push_str("from = 2022-02-10\nuntil = 2024-10-05\n");
            }
            text.push_str("[campaign.topics]\n1 = \"Một\"\n2 = \"Hai\"\n3 = \"Ba\"\n");
            for (n, (seconds, topic, pool, validity)) in segments.iter().enumerate() {
                let _ = write!(text, "[[segment]]\nid = \"m-{n}\"\ntitle = \"M\"\nfile = \"s-{seconds}.mp3\"\n");
                if let Some(topic) = topic {
                    let _ = writeln!(text, "topic = {topic}");
                }
                text.push_str(["", "pool = \"p\"\n", "pool = [\"p\", \"q\"]\n", "pool = \"q\"\n"][usize::from(*pool)]);
                text.push_str(
                    ["", "", "valid-from = 2022-06-11\n", "valid-until = 2023-11-20\n", "approved-by = \"X\"\napproved-on = 2022-03-01\n"]
                        [usize::from(*validity)],
                );
            }
            text.push_str("[[holiday]]\nid = \"rieng\"\ntitle = \"Riêng\"\ndates = [\"2022-07-01..2022-07-09\"]\nlunar = \"15\"\nyearly = \"29/2\"\n");
            for (n, ((at, recurrence, holiday), (play, (opening, closing), repeat), (gap, end, volume))) in
                sessions.iter().enumerate()
            {
                let at: Vec<_> = at.iter().map(|m| format!("\"{:02}:{:02}\"", m / 60, m % 60)).collect();
                let _ = write!(text, "[[session]]\nid = \"b-{n}\"\nat = [{}]\n{recurrence}", at.join(", "));
                text.push_str(
                    ["", "", "on-holiday = \"skip\"\n", "on-holiday = \"only\"\n", "except = \"tet\"\n", "except = [\"rieng\", 2023-01-02]\n", "except = [\"2022-12-20..2023-02-01\", \"gio-to\"]\n", ""]
                        [usize::from(*holiday)],
                );
                let play: Vec<_> = play.iter().map(|item| item.replace("m-N", &format!("m-{}", n % 3))).collect();
                let _ = writeln!(text, "play = [{}]\nrepeat = {repeat}", play.join(", "));
                text.push_str(if *opening { "opening = \"m-0\"\n" } else { "" });
                text.push_str(if *closing { "closing = \"m-1\"\n" } else { "" });
                text.push_str(["", "gap = \"2s\"\n", "gap = \"1m\"\n", ""][usize::from(*gap)]);
                text.push_str(["", "end-by = \"12:00\"\n", "end-by = \"00:30\"\n", "end-by = \"18:05:30\"\n", "end-by = \"24:00\"\n"][usize::from(*end)]);
                if let Some(volume) = volume {
                    let _ = writeln!(text, "volume = {volume}");
                }
            }
            let zones = ["Asia/Ho_Chi_Minh", "Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"];
            let settings = format!(
                "[station]\nid = \"thu\"\ntimezone = \"{}\"\napproval = \"{}\"\n[output.volume-at]\n\"22:00..24:00\" = 30\n\"00:00..05:00\" = 20\n\"05:30..07:00\" = 60\n",
                zones[usize::from(zone)],
                if zone % 2 == 0 { "optional" } else { "required" }
            );
            vec![("station.toml".to_owned(), settings), ("playlists/a.toml".to_owned(), text)]
        },
    )
}

fn random_recurrence() -> impl Strategy<Value = String> {
    let weekday_name = |d: usize| WEEKDAYS[d].0;
    let days = proptest::option::of((0_usize..7, 0_usize..7)).prop_map(move |d| {
        d.map_or(String::new(), |(a, b)| {
            format!("days = [\"{}..{}\", \"{}\"]\n", weekday_name(a), weekday_name(b), weekday_name(a))
        })
    });
    let weeks = proptest::option::weighted(0.3, 1_u8..5)
        .prop_map(|n| n.map_or(String::new(), |n| format!("every-weeks = {n}\nfrom = 2022-01-12\n")));
    let dates = proptest::option::weighted(0.3, 0_i64..900).prop_map(|n| {
        n.map_or(String::new(), |n| {
            let day = date("2022-01-05") + TimeDelta::days(n);
            format!("dates = [{day}, \"{}..{}\"]\n", day + TimeDelta::days(30), day + TimeDelta::days(41))
        })
    });
    let monthly = proptest::option::weighted(0.3, (1_u8..=31, 1_u8..=5, 0_usize..7)).prop_map(move |m| {
        m.map_or(String::new(), |(day, n, d)| {
            format!(
                "monthly = [\"{day}\", \"{n} {}\", \"last {}\", \"last day\"]\n",
                weekday_name(d),
                weekday_name((d + 3) % 7)
            )
        })
    });
    let lunar = proptest::option::weighted(0.3, (1_u8..=30, 1_u8..=30, 1_u8..=12))
        .prop_map(|l| l.map_or(String::new(), |(a, b, m)| format!("lunar = [\"{a}\", \"{b}/{m}\"]\n")));
    (days, weeks, dates, monthly, lunar)
        .prop_map(|(days, weeks, dates, monthly, lunar)| format!("{days}{weeks}{dates}{monthly}{lunar}"))
}

fn random_item() -> impl Strategy<Value = String> {
    let content = prop_oneof![
        4 => Just("segment = \"m-N\"".to_owned()),
        2 => (1_u8..=3, 1_u8..4, any::<bool>()).prop_map(|(topic, pick, shuffled)| {
            let order = if shuffled { ", order = \"shuffle\"" } else { "" };
            format!("topic = {topic}, pick = {pick}{order}")
        }),
        2 => (any::<bool>(), 1_u8..4, any::<bool>()).prop_map(|(p, pick, shuffled)| {
            format!("pool = \"{}\", pick = {pick}, order = \"{}\"", if p { "p" } else { "q" }, if shuffled { "shuffle" } else { "round" })
        }),
        1 => (1_u8..90).prop_map(|m| format!("relay = \"Tiếp sóng\", for = \"{m}m\"")),
    ];
    (content, random_item_dates(), any::<bool>()).prop_map(|(content, dates, is_table)| {
        match content.strip_prefix("segment = ").filter(|_| dates.is_empty() && !is_table) {
            Some(name) => name.to_owned(),
            None => format!("{{ {content}{dates} }}"),
        }
    })
}

/// The dates of an item, or nothing for half of the items. `from` can be after all `dates`.
fn random_item_dates() -> impl Strategy<Value = String> {
    let day = |n: i64| date("2021-12-20") + TimeDelta::days(n);
    let dates = proptest::option::weighted(0.6, (0_i64..1100, 0_i64..1100, 0_i64..200)).prop_map(move |dates| {
        dates.map_or(String::new(), |(a, b, length)| {
            format!(", dates = [{}, \"{}..{}\"]", day(a), day(b), day(b + length))
        })
    });
    let bounds = prop_oneof![
        2 => Just(String::new()),
        1 => (0_i64..900).prop_map(move |n| format!(", from = {}", day(n))),
        1 => (200_i64..1100).prop_map(move |n| format!(", until = \"{}\"", day(n))),
        1 => (0_i64..900, 0_i64..300).prop_map(move |(n, m)| format!(", from = {}, until = {}", day(n), day(n + m))),
    ];
    prop_oneof![1 => Just(String::new()), 1 => (dates, bounds).prop_map(|(dates, bounds)| dates + &bounds)]
}

/// loa's plan, one line for each airing, in the format that the script prints.
fn planned_lines(files: &[(String, String)], first: NaiveDate, last: NaiveDate) -> Vec<String> {
    let sources: Vec<_> = files.iter().map(|(name, text)| SourceFile::new(name, text.as_bytes())).collect();
    let parsed = read(&sources);
    assert!(parsed.problems.iter().all(|p| !p.is_structural), "{:?}\n{files:?}", parsed.problems);
    let mut library = Library::default();
    for seconds in 0..200 {
        library.files.insert(format!("s-{seconds}.mp3"), FileStatus::Good(scan_of((seconds, 48_000))));
    }
    let planner = Planner::new(&parsed.schedule, &library);
    let mut lines = Vec::new();
    for day in first.iter_days().take_while(|day| *day <= last) {
        for airing in planner.plan_for(day).airings {
            lines.push(format!(
                "{} {} {} {} {} {} {} {}",
                airing.id,
                airing.segment,
                airing.start.to_rfc3339_opts(chrono::SecondsFormat::Micros, false),
                airing.duration_ms,
                airing.is_relay(),
                airing.is_dropped(),
                airing.kind == loa::plan::AiringKind::EmptyDraw,
                airing.volume.map_or("null".to_owned(), |v| v.to_string())
            ));
        }
    }
    lines
}

/// The number of random stations: `LOA_SCHEDULES`, or 60.
fn station_count() -> usize {
    std::env::var("LOA_SCHEDULES").ok().and_then(|n| n.parse().ok()).unwrap_or(60)
}

#[test]
fn plans_of_three_years_follow_the_written_rules() {
    let python = foreign::python_with("ephem");
    let folder = tempfile::tempdir().expect("make a temporary folder");
    let lengths: serde_json::Map<_, _> =
        (0..200_u64).map(|s| (format!("s-{s}.mp3"), serde_json::json!([s * 48_000, 48_000]))).collect();
    let lengths_file = folder.path().join("lengths.json");
    std::fs::write(&lengths_file, serde_json::to_vec(&lengths).expect("serialise to JSON")).expect("write the file");
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let strategy = random_station();
    let (first, last) = (date("2022-01-01"), date("2024-12-31"));
    let mut stations = Vec::new();
    for n in 0..station_count() {
        let files = strategy.new_tree(&mut runner).expect("make a random station").current();
        let station = folder.path().join(format!("dai-{n}"));
        std::fs::create_dir_all(station.join("playlists")).expect("make the folder");
        for (name, text) in &files {
            std::fs::write(station.join(name), text).expect("write the file");
        }
        stations.push((station, files));
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign/plan.py");
    let mut airing_count = 0;
    // One call takes many stations, because the script computes the lunar calendar once for each call.
    for group in stations.chunks(100) {
        let mut command = std::process::Command::new(python);
        command.arg(&script).arg(&lengths_file).arg(first.to_string()).arg(last.to_string());
        command.args(group.iter().map(|(station, _)| station));
        let output = command.output().expect("python runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("the text is UTF-8");
        let script_plans: Vec<&str> = text.split("== end of station\n").collect();
        assert_eq!(script_plans.len(), group.len() + 1);
        for ((_, files), script_plan) in group.iter().zip(script_plans) {
            let loa_lines = planned_lines(files, first, last);
            let script_lines: Vec<&str> = script_plan.lines().collect();
            if loa_lines != script_lines {
                let index = loa_lines
                    .iter()
                    .zip(&script_lines)
                    .position(|(a, b)| a != b)
                    .unwrap_or(loa_lines.len().min(script_lines.len()));
                panic!(
                    "line {index}: loa has {:?}, the script has {:?}\n{}\n{}",
                    loa_lines.get(index),
                    script_lines.get(index),
                    files[0].1,
                    files[1].1
                );
            }
            airing_count += loa_lines.len();
        }
    }
    assert!(airing_count > 1000 * station_count(), "{airing_count} airings were compared");
    if std::env::var_os("LOA_KEEP").is_some() {
        eprintln!("{}", folder.keep().display());
    }
}
