//! Days of sessions against other hands: an iCalendar library, and a Python script that knows only docs/schedule.md and an
//! astronomer's ephemeris.
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
    text.parse().expect("a date")
}

/// The dates of the only session, from its own rules.
fn dates(rules: &str, first: NaiveDate, days: usize) -> Vec<NaiveDate> {
    let text = format!(
        "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-1.mp3\"\n[[session]]\nid = \"s\"\nat = \"06:00\"\nplay = [\"a\"]\n{rules}\n"
    );
    let reading = read(&[SourceFile::new("playlists/a.toml", text.as_bytes())]);
    assert!(reading.problems.iter().all(|p| !p.structural), "{:?}\n{text}", reading.problems);
    let calendar = Calendar::new(&reading.schedule.holidays);
    let session = &reading.schedule.sessions[0];
    first.iter_days().take(days).filter(|day| session.recurrence.matches(&calendar.day(*day))).collect()
}

/// A rule in both languages.
#[derive(Debug, Clone)]
struct Both {
    ours: String,
    theirs: String,
}

const DAYS: [(&str, &str); 7] =
    [("mon", "MO"), ("t3", "TU"), ("wed", "WE"), ("thu", "TH"), ("t6", "FR"), ("sat", "SA"), ("cn", "SU")];

fn rule() -> impl Strategy<Value = Both> {
    let weekly =
        (proptest::sample::subsequence((0..7).collect::<Vec<usize>>(), 1..=7), 1_u16..5).prop_map(|(days, n)| {
            let ours: Vec<_> = days.iter().map(|d| format!("\"{}\"", DAYS[*d].0)).collect();
            let theirs: Vec<_> = days.iter().map(|d| DAYS[*d].1).collect();
            Both {
                ours: format!("days = [{}]\nevery-weeks = {n}", ours.join(", ")),
                theirs: format!("FREQ=WEEKLY;INTERVAL={n};WKST=MO;BYDAY={}", theirs.join(",")),
            }
        });
    let month_day = (1_u8..=31)
        .prop_map(|d| Both { ours: format!("monthly = \"{d}\""), theirs: format!("FREQ=MONTHLY;BYMONTHDAY={d}") });
    let nth = (1_u8..=5, 0_usize..7).prop_map(|(n, d)| Both {
        ours: format!("monthly = [\"{n} {}\"]", DAYS[d].0),
        theirs: format!("FREQ=MONTHLY;BYDAY={n}{}", DAYS[d].1),
    });
    let last = (0_usize..7).prop_map(|d| Both {
        ours: format!("monthly = \"last {}\"", DAYS[d].0),
        theirs: format!("FREQ=MONTHLY;BYDAY=-1{}", DAYS[d].1),
    });
    let last_day =
        Just(Both { ours: "monthly = \"last day\"".to_owned(), theirs: "FREQ=MONTHLY;BYMONTHDAY=-1".to_owned() });
    let daily = Just(Both { ours: "days = \"daily\"".to_owned(), theirs: "FREQ=DAILY".to_owned() });
    prop_oneof![4 => weekly, 2 => month_day, 2 => nth, 1 => last, 1 => last_day, 1 => daily]
}

#[test]
fn what_a_recurrence_rule_can_say_falls_on_the_same_days() {
    let strategy = (rule(), 0_i64..1500, 1_i64..1096);
    // rrule's own bounds aside, every day of three years is compared.
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let run = runner.run(&strategy, |(both, offset, length)| {
        let first = date("2022-01-01") + TimeDelta::days(offset);
        let last = first + TimeDelta::days(length);
        let ours = dates(&format!("{}\nfrom = {first}\nuntil = {last}", both.ours), first - TimeDelta::days(9), 1120);
        let text = format!(
            "DTSTART:{}T060000Z\nRRULE:{};UNTIL={}T235959Z",
            first.format("%Y%m%d"),
            both.theirs,
            last.format("%Y%m%d")
        );
        let set: rrule::RRuleSet = text.parse().expect("a rule");
        let theirs: Vec<NaiveDate> = set.all(2000).dates.into_iter().map(|at| at.date_naive()).collect();
        prop_assert_eq!(ours, theirs, "{}", text);
        Ok(())
    });
    run.expect("the same days");
}

#[test]
fn vietnamese_and_english_weekdays_are_the_same() {
    let monday = date("2023-03-20");
    assert_eq!(dates("days = [\"t2..t6\", \"cn\"]", monday, 14), dates("days = [\"mon..fri\", \"sun\"]", monday, 14));
    assert_eq!(dates("days = \"fri..mon\"", monday, 7).len(), 4, "forward through the week");
}

#[test]
fn weeks_count_from_the_week_of_the_sessions_own_first_day() {
    // A Thursday: the Monday of its week counts, and the one two weeks on.
    let got = dates("days = \"mon\"\nevery-weeks = 2\nfrom = 2023-03-23", date("2023-03-20"), 30);
    assert_eq!(got, ["2023-04-03", "2023-04-17"].map(date));
}

#[test]
fn rules_add_up_and_exceptions_take_away() {
    let rules = "days = \"sun\"\ndates = [2023-04-28, \"2023-05-02..2023-05-03\"]\nmonthly = \"last day\"\n\
        except = [\"lao-dong\", \"2023-05-03..2023-05-04\", 2023-05-07]";
    let got = dates(rules, date("2023-04-24"), 21);
    // 30 April is a Sunday and the month's last day, once; 1 May is a holiday but no rule names it.
    assert_eq!(got, ["2023-04-28", "2023-04-30", "2023-05-02", "2023-05-14"].map(date));
}

#[test]
fn holidays_are_where_viet_nam_has_them() {
    let on = |rules: &str| dates(&format!("on-holiday = \"only\"\n{rules}"), date("2023-01-01"), 365);
    let expected = [
        "2023-01-01", // Tết Dương lịch
        "2023-01-21",
        "2023-01-22",
        "2023-01-23",
        "2023-01-24",
        "2023-01-25", // Tết Quý Mão and its eve
        "2023-04-29", // 10/3
        "2023-04-30",
        "2023-05-01",
        "2023-09-02",
    ];
    assert_eq!(on(""), expected.map(date));
    assert_eq!(dates("on-holiday = \"skip\"", date("2023-01-01"), 365).len(), 365 - expected.len());
    let own = "[[holiday]]\nid = \"quoc-khanh\"\ntitle = \"Quốc khánh\"\ndates = [\"2023-09-01..2023-09-04\"]\n\
        [[holiday]]\nid = \"van-hoa\"\ntitle = \"Ngày hội\"\nyearly = \"24/11\"\nlunar = \"15/8\"";
    let got = on(own);
    assert_eq!(got.len(), expected.len() - 1 + 4 + 2, "{got:?}");
    assert!(got.contains(&date("2023-11-24")) && got.contains(&date("2023-09-29")), "rằm tháng Tám: {got:?}");
}

#[test]
fn lunar_days_come_in_leap_months_when_no_month_is_named() {
    // 2023 has a leap second month, from 22 March to 19 April.
    assert_eq!(dates("lunar = \"1/2\"", date("2023-02-01"), 90), [date("2023-02-20")]);
    let first_days = dates("lunar = [1]", date("2023-02-01"), 90);
    assert_eq!(first_days, ["2023-02-20", "2023-03-22", "2023-04-20"].map(date));
}

/// Every month of the lunar calendar from 1976 to 2100, from an ephemeris: `date month leap days`.
#[test]
fn lunar_months_are_those_of_an_ephemeris() {
    let table = include_str!("golden/lunar-months.txt");
    let mut months = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [first, month, leap, days] = words.as_slice() else { panic!("{line}") };
        let (first, days): (NaiveDate, u8) = (date(first), days.parse().expect("a number"));
        for (offset, day) in [(0, 1), (i64::from(days) - 1, days)] {
            let at = first + TimeDelta::days(offset);
            let found = LunarYear::containing(at).and_then(|year| year.lunar_date(at)).expect("a lunar date");
            let got = (found.day, found.month.to_string(), u8::from(found.is_leap_month).to_string());
            assert_eq!(got, (day, (*month).to_owned(), (*leap).to_owned()), "{at}: {line}");
        }
        months += 1;
    }
    assert!(months > 1540, "{months} months in 125 years");
    for tet in ["1985-01-21", "2007-02-17", "2030-02-02", "2053-02-18"] {
        let line = format!("{tet} 1 0 ");
        assert!(table.lines().any(|l| l.starts_with(&line)), "the ephemeris agrees on {tet}");
    }
}

#[test]
fn clocks_that_go_forward_and_back_have_their_rule() {
    let text = b"[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n[[session]]\nid = \"s\"\n\
        at = [\"01:59:30\", \"02:30\", \"03:30\"]\nplay = [\"a\"]\n";
    let settings = SourceFile::new("station.toml", b"[station]\ntimezone = \"Europe/Berlin\"\n");
    let reading = read(&[settings, SourceFile::new("playlists/a.toml", text)]);
    let mut library = Library::default();
    library.files.insert("s-60.mp3".to_owned(), FileStatus::Good(scan_of((60, 48_000))));
    let planner = Planner::new(&reading.schedule, &library);
    let starts = |day: &str| -> Vec<String> {
        planner.plan_for(date(day)).airings.iter().map(|a| a.start.to_rfc3339()).collect()
    };
    // 02:30 does not come: the first instant after the gap. What plays over the gap is as long as ever.
    assert_eq!(
        starts("2023-03-26"),
        ["2023-03-26T01:59:30+01:00", "2023-03-26T03:00:00+02:00", "2023-03-26T03:30:00+02:00"]
    );
    // 02:30 comes twice: the first time, once.
    assert_eq!(
        starts("2023-10-29"),
        ["2023-10-29T01:59:30+02:00", "2023-10-29T02:30:00+02:00", "2023-10-29T03:30:00+01:00"]
    );
    assert_eq!(starts("2023-03-25").len(), 3);
}

#[test]
fn a_time_with_seconds_that_never_comes_is_the_first_instant_after_the_gap() {
    let local = date("2023-03-26").and_hms_opt(2, 15, 45).expect("a time");
    let instant = loa::plan::resolve_local_time(chrono_tz::Europe::Berlin, local);
    assert_eq!(instant.to_rfc3339(), "2023-03-26T03:00:00+02:00");
}

#[test]
fn dates_are_written_plainly_and_lie_in_years_that_schedules_have() {
    let problems = |rules: &str| {
        let text = format!(
            "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-1.mp3\"\n[[session]]\nid = \"s\"\nat = \"06:00\"\nplay = [\"a\"]\n{rules}\n"
        );
        read(&[SourceFile::new("playlists/a.toml", text.as_bytes())]).problems.iter().filter(|p| p.structural).count()
    };
    for good in ["from = 2023-03-20", "from = \"2199-12-31\"", "dates = [\"2023-03-20 .. 2023-04-01\"]", "lunar = [15]"]
    {
        assert_eq!(problems(good), 0, "{good}");
    }
    let holiday = "except = [\"30-4\"]\n[[holiday]]\nid = \"30-4\"\ntitle = \"Ngày 30 tháng 4\"\nyearly = \"30/4\"";
    assert_eq!(problems(holiday), 0, "an id may begin with a digit");
    for bad in [
        "from = \"+99999-1-9\"",
        "from = 9999-01-01",
        "dates = [\"+9999-01-1\"]",
        "dates = [1812-09-07]",
        "lunar = [0x15]",
    ] {
        assert_eq!(problems(bad), 1, "{bad}");
    }
}

#[test]
fn the_order_of_files_changes_nothing() {
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
    let plans = |files: &[SourceFile]| {
        let schedule = read(files).schedule;
        let mut library = Library::default();
        for n in 3..9 {
            library.files.insert(format!("s-{n}.mp3"), FileStatus::Good(scan_of((n, 48_000))));
        }
        let planner = Planner::new(&schedule, &library);
        let days = date("2023-01-01").iter_days().take(60);
        days.flat_map(|day| planner.plan_for(day).to_json_bytes()).collect::<Vec<u8>>()
    };
    let once = plans(&files);
    files.reverse();
    assert_eq!(plans(&files), once);
    files.swap(1, 4);
    assert_eq!(plans(&files), once);
}

/// A station at random, as its operator would write it: what it says of days, draws, relays, ends.
fn station_at_random() -> impl Strategy<Value = Vec<(String, String)>> {
    let segment = (0_u64..200, proptest::option::of(1_u8..=3), 0_u8..4, 0_u8..5);
    let session = (
        (proptest::collection::btree_set(0_u32..1440, 1..4), days_at_random(), 0_u8..8),
        (proptest::collection::vec(item_at_random(), 1..5), any::<(bool, bool)>(), 1_u8..4),
        (0_u8..4, 0_u8..4, proptest::option::of(0_u8..=100)),
    );
    let campaign = any::<bool>();
    (proptest::collection::vec(segment, 3..9), proptest::collection::vec(session, 1..5), campaign, 0_u8..6).prop_map(
        |(segments, sessions, bounded, zone)| {
            let mut text = String::from("[campaign]\nid = \"cd\"\ntitle = \"Chiến dịch\"\n");
            if bounded {
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
            for (n, ((at, days, holiday), (play, (opening, closing), repeat), (gap, end, volume))) in
                sessions.iter().enumerate()
            {
                let at: Vec<_> = at.iter().map(|m| format!("\"{:02}:{:02}\"", m / 60, m % 60)).collect();
                let _ = write!(text, "[[session]]\nid = \"b-{n}\"\nat = [{}]\n{days}", at.join(", "));
                text.push_str(
                    ["", "", "on-holiday = \"skip\"\n", "on-holiday = \"only\"\n", "except = \"tet\"\n", "except = [\"rieng\", 2023-01-02]\n", "except = [\"2022-12-20..2023-02-01\", \"gio-to\"]\n", ""]
                        [usize::from(*holiday)],
                );
                let play: Vec<_> = play.iter().map(|item| item.replace("m-N", &format!("m-{}", n % 3))).collect();
                let _ = writeln!(text, "play = [{}]\nrepeat = {repeat}", play.join(", "));
                text.push_str(if *opening { "opening = \"m-0\"\n" } else { "" });
                text.push_str(if *closing { "closing = \"m-1\"\n" } else { "" });
                text.push_str(["", "gap = \"2s\"\n", "gap = \"1m\"\n", ""][usize::from(*gap)]);
                text.push_str(["", "end-by = \"12:00\"\n", "end-by = \"00:30\"\n", "end-by = \"18:05:30\"\n"][usize::from(*end)]);
                if let Some(volume) = volume {
                    let _ = writeln!(text, "volume = {volume}");
                }
            }
            let zones = ["Asia/Ho_Chi_Minh", "Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"];
            let settings = format!(
                "[station]\nid = \"thu\"\ntimezone = \"{}\"\napproval = \"{}\"\n[output.volume-at]\n\"22:00..05:00\" = 20\n\"05:30..07:00\" = 60\n",
                zones[usize::from(zone)],
                if zone % 2 == 0 { "optional" } else { "required" }
            );
            vec![("station.toml".to_owned(), settings), ("playlists/a.toml".to_owned(), text)]
        },
    )
}

fn days_at_random() -> impl Strategy<Value = String> {
    let name = |d: usize| DAYS[d].0;
    let days = proptest::option::of((0_usize..7, 0_usize..7)).prop_map(move |d| {
        d.map_or(String::new(), |(a, b)| format!("days = [\"{}..{}\", \"{}\"]\n", name(a), name(b), name(a)))
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
            format!("monthly = [\"{day}\", \"{n} {}\", \"last {}\", \"last day\"]\n", name(d), name((d + 3) % 7))
        })
    });
    let lunar = proptest::option::weighted(0.3, (1_u8..=30, 1_u8..=30, 1_u8..=12))
        .prop_map(|l| l.map_or(String::new(), |(a, b, m)| format!("lunar = [\"{a}\", \"{b}/{m}\"]\n")));
    (days, weeks, dates, monthly, lunar).prop_map(|(a, b, c, d, e)| format!("{a}{b}{c}{d}{e}"))
}

fn item_at_random() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just("\"m-N\"".to_owned()),
        2 => (1_u8..=3, 1_u8..4, any::<bool>()).prop_map(|(topic, pick, shuffled)| {
            let order = if shuffled { ", order = \"shuffle\"" } else { "" };
            format!("{{ topic = {topic}, pick = {pick}{order} }}")
        }),
        2 => (any::<bool>(), 1_u8..4, any::<bool>()).prop_map(|(p, pick, shuffled)| {
            format!("{{ pool = \"{}\", pick = {pick}, order = \"{}\" }}", if p { "p" } else { "q" }, if shuffled { "shuffle" } else { "round" })
        }),
        1 => (1_u8..90).prop_map(|m| format!("{{ relay = \"Tiếp sóng\", for = \"{m}m\" }}")),
    ]
}

/// What our planner says, a line for each item as the script prints it.
fn ours(files: &[(String, String)], first: NaiveDate, last: NaiveDate) -> Vec<String> {
    let sources: Vec<_> = files.iter().map(|(name, text)| SourceFile::new(name, text.as_bytes())).collect();
    let reading = read(&sources);
    assert!(reading.problems.iter().all(|p| !p.structural), "{:?}\n{files:?}", reading.problems);
    let mut library = Library::default();
    for seconds in 0..200 {
        library.files.insert(format!("s-{seconds}.mp3"), FileStatus::Good(scan_of((seconds, 48_000))));
    }
    let planner = Planner::new(&reading.schedule, &library);
    let mut lines = Vec::new();
    for day in first.iter_days().take_while(|day| *day <= last) {
        for a in planner.plan_for(day).airings {
            lines.push(format!(
                "{} {} {} {} {} {} {} {}",
                a.id,
                a.segment,
                a.start.to_rfc3339_opts(chrono::SecondsFormat::Micros, false),
                a.duration_ms,
                a.is_relay(),
                a.is_dropped(),
                a.kind == loa::plan::AiringKind::EmptyDraw,
                a.volume.map_or("null".to_owned(), |v| v.to_string())
            ));
        }
    }
    lines
}

/// So many stations: a few in every run of the tests, thousands in the campaign (`LOA_SCHEDULES`).
fn schedules() -> usize {
    std::env::var("LOA_SCHEDULES").ok().and_then(|n| n.parse().ok()).unwrap_or(60)
}

#[test]
fn plans_of_three_years_are_those_of_the_written_rules() {
    let python = foreign::python_with("ephem");
    let folder = tempfile::tempdir().expect("a folder");
    let lengths: serde_json::Map<_, _> =
        (0..200_u64).map(|s| (format!("s-{s}.mp3"), serde_json::json!([s * 48_000, 48_000]))).collect();
    let known = folder.path().join("lengths.json");
    std::fs::write(&known, serde_json::to_vec(&lengths).expect("json")).expect("a file");
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let strategy = station_at_random();
    let (first, last) = (date("2022-01-01"), date("2024-12-31"));
    let mut stations = Vec::new();
    for n in 0..schedules() {
        let files = strategy.new_tree(&mut runner).expect("a station").current();
        let station = folder.path().join(format!("dai-{n}"));
        std::fs::create_dir_all(station.join("playlists")).expect("a folder");
        for (name, text) in &files {
            std::fs::write(station.join(name), text).expect("a file");
        }
        stations.push((station, files));
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign/plan.py");
    let mut items = 0;
    // Many stations a call: the ephemeris is asked once.
    for group in stations.chunks(100) {
        let mut command = std::process::Command::new(python);
        command.arg(&script).arg(&known).arg(first.to_string()).arg(last.to_string());
        command.args(group.iter().map(|(station, _)| station));
        let out = command.output().expect("python runs");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let text = String::from_utf8(out.stdout).expect("UTF-8");
        let theirs: Vec<&str> = text.split("== end of station\n").collect();
        assert_eq!(theirs.len(), group.len() + 1);
        for ((_, files), theirs) in group.iter().zip(theirs) {
            let ours = ours(files, first, last);
            let theirs: Vec<&str> = theirs.lines().collect();
            if ours != theirs {
                let at = ours.iter().zip(&theirs).position(|(a, b)| a != b).unwrap_or(ours.len().min(theirs.len()));
                panic!(
                    "item {at}: ours {:?}, theirs {:?}\n{}\n{}",
                    ours.get(at),
                    theirs.get(at),
                    files[0].1,
                    files[1].1
                );
            }
            items += ours.len();
        }
    }
    assert!(items > 1000 * schedules(), "{items} items were compared");
    if std::env::var_os("LOA_KEEP").is_some() {
        eprintln!("{}", folder.keep().display());
    }
}

#[test]
fn weekdays_are_named_as_chrono_has_them() {
    assert_eq!(date("2023-03-20").weekday(), Weekday::Mon);
}
