//! The judge itself under logs that mean no good, or that are odd and honest: it neither fails, nor forgets, nor accuses.
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{Days, NaiveDate};
use loa::airlog::plausibility::{Implausibility, PlausibilityFinding, PlausibilityFold};
use serde_json::json;

use crate::station::Station;

const DAY: &str = r#"
[[segment]]
id = "a"
title = "A"
file = "s-120.mp3"
[[session]]
id = "sang"
at = ["05:15", "17:00"]
play = ["a"]
"#;

/// A memory of a log that is larger than this is not read again.
const MAX_FOLD: usize = 16 * 1024 * 1024;

/// An entry in the form of the station, a second after the one before.
fn entry(seq: u64, kind: &str, rest: &str) -> String {
    let (hour, minute, second) = (seq / 3600 % 24, seq / 60 % 60, seq % 60);
    format!(
        "{{\"v\":1,\"seq\":{seq},\"type\":\"{kind}\",\"at\":\"2023-03-20T{hour:02}:{minute:02}:{second:02}.000000+07:00\",\
         \"boot\":\"b\",\"boottime_us\":{},\"clock\":{{\"synchronised\":true,\"max_error_us\":null}},{rest}}}",
        seq * 1_000_000
    )
}

fn plan(seq: u64, date: &str, ids: &str) -> String {
    entry(seq, "plan", &format!("\"date\":\"{date}\",\"count\":1,\"sha256\":\"{ids}\""))
}

fn outcome(seq: u64, id: &str) -> String {
    let rest =
        format!("\"id\":\"{id}\",\"planned_at\":\"2023-03-20T00:00:00.000000+07:00\",\"planned_ms\":1,\"played_ms\":0");
    entry(seq, "outcome", &rest)
}

/// Folds them; the name of a plan's file says how many airings it has, on the date behind it.
fn folded(mut fold: PlausibilityFold, lines: &[String]) -> PlausibilityFold {
    let mut kept = |name: &str| {
        let (count, date) = name.split_once('@')?;
        let ids: Vec<String> =
            (0..count.parse().ok()?).map(|n: u64| format!("{{\"id\":\"s@{date}T05:15:00#{n}\"}}")).collect();
        Some(Arc::new(format!("[{}]", ids.join(",")).into_bytes()))
    };
    for line in lines {
        fold.add_line(line.as_bytes(), &mut kept);
    }
    fold.finish();
    fold
}

fn day(from: &str, after: u64) -> NaiveDate {
    let from: NaiveDate = from.parse().expect("a test's own date");
    from.checked_add_days(Days::new(after)).expect("a date")
}

fn coded<'a>(found: &'a [PlausibilityFinding], code: &str) -> Vec<&'a PlausibilityFinding> {
    found.iter().filter(|one| json!(one.why)["code"] == code).collect()
}

fn of_bounds(found: &[PlausibilityFinding]) -> Vec<&PlausibilityFinding> {
    coded(found, "too-much").into_iter().filter(|one| one.airing.is_none()).collect()
}

#[test]
fn no_date_or_clock_of_a_hostile_log_makes_the_judge_fail() {
    let dates = ["+262142-12-31", "-262143-01-01", "+10000-01-01", "0000-12-31", "9999-12-31", "0001-01-01"];
    for (a, b) in dates.iter().flat_map(|a| dates.iter().map(move |b| (a, b))) {
        let trust = entry(0, "clock-trust", "\"trusted\":true,\"trust\":\"synchronised\"");
        let mut lines = vec![trust, plan(1, a, "1@2023-03-20"), plan(2, b, "2@2023-03-20")];
        lines.extend((3..6).map(|seq| plan(seq, "2023-03-20", "2@2023-03-20")));
        lines.push(entry(6, "note", "\"id\":\"x\"").replace("boottime_us\":", "boottime_us\":9999"));
        let found = folded(PlausibilityFold::default(), &lines).take_findings();
        let wild = [a, b].iter().filter(|date| date.len() != 10 || date.starts_with("0000")).count();
        assert_eq!(coded(&found, "no-such-date").len(), wild, "{a}, {b}: {found:?}");
    }
    // Clocks at the ends of what a number holds, in the order of keys that another program writes.
    let ends = [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX];
    let times = ["2023-03-20T05:15:00+07:00", "+262142-12-31T00:00:00Z", "-262143-01-02T00:00:00Z"];
    let mut lines = Vec::new();
    for (boottime, at) in ends.iter().chain(ends.iter().rev()).flat_map(|b| times.iter().map(move |at| (b, at))) {
        for (kind, rest) in [
            ("boot", "\"trusted\":true,\"trust\":\"synchronised\"".to_owned()),
            ("clock-step", "\"by_us\":-999999999999999999".to_owned()),
            ("clock-step", "\"by_us\":999999999999999999".to_owned()),
            (
                "start",
                format!("\"id\":\"s@2023-03-20T05:15:00#1\",\"planned_at\":\"{at}\",\"late_us\":-999999999999999999"),
            ),
            ("resume", "\"id\":\"s@2023-03-20T05:15:00#1\",\"frames\":999999999999999999,\"rate\":1".to_owned()),
            (
                "outcome",
                "\"id\":\"s@2023-03-20T05:15:00#1\",\"played_ms\":999999999999999999,\"planned_ms\":1".to_owned(),
            ),
        ] {
            let seq = lines.len();
            lines.push(format!(
                "{{\"v\":1,\"seq\":{seq},\"type\":\"{kind}\",\"boottime_us\":{boottime},\"boot\":\"b\",\"at\":\"{at}\",{rest}}}"
            ));
        }
    }
    folded(PlausibilityFold::default(), &lines);
}

#[test]
fn dates_that_come_once_more_after_a_clock_was_put_right_are_no_second_outcome() {
    // The battery or a server had the clock a week ahead, believed; it is put right, and those days come again.
    for (ahead, lived) in [(7_i64, 2_i64), (12, 6), (3, 1)] {
        let station = Station::new("2023-03-20T03:00:00").playlist(DAY).run_for(5 * 86_400);
        let station = station.off_for(3600).clock_set(ahead * 86_400).run_for(lived * 86_400);
        let station = station.off_for(3600).clock_set(-ahead * 86_400).run_for((ahead + lived + 8) * 86_400);
        let lines = crate::plausible::lines(station.disk());
        let found = crate::plausible::findings(&lines, station.disk());
        assert_eq!(found, [], "{ahead} days ahead for {lived}");
    }
    // The same within one run, told by `clock-step`.
    let station = Station::new("2023-03-20T03:00:00").playlist(DAY);
    let station = station.step(2 * 86_400, 12 * 86_400).step(9 * 86_400, -12 * 86_400).run_for(30 * 86_400);
    let lines = crate::plausible::lines(station.disk());
    assert_eq!(crate::plausible::findings(&lines, station.disk()), []);
}

#[test]
fn a_date_that_is_planned_once_more_below_a_later_one_is_not_judged_twice() {
    let mut lines: Vec<String> = Vec::new();
    let mut say = |line: &dyn Fn(u64) -> String| lines.push(line(lines.len() as u64));
    // Ten days lived, then those of them that are long over once more.
    for days in [0..10, 0..6] {
        for n in days {
            let date = day("2023-03-20", n).to_string();
            say(&|seq| plan(seq, &date, &format!("2@{date}")));
            say(&|seq| outcome(seq, &format!("s@{date}T05:15:00#0")));
            say(&|seq| outcome(seq, &format!("s@{date}T05:15:00#1")));
        }
    }
    assert_eq!(folded(PlausibilityFold::default(), &lines).take_findings(), []);
    // A second outcome without a plan once more is one.
    let id = "s@2023-03-20T05:15:00#0";
    let once: Vec<String> = lines[..30].iter().cloned().chain([outcome(30, id)]).collect();
    assert_eq!(
        folded(PlausibilityFold::default(), &once).take_findings().iter().map(|f| &f.why).collect::<Vec<_>>(),
        [&Implausibility::Again]
    );
}

#[test]
fn an_id_whose_date_no_station_would_write_is_not_counted_past_the_judge() {
    // Parsers of dates take more forms than the station writes.
    for date in [" 2023-3-20", "+2023-3-20", "2023 -3-20", "2023-3-020"] {
        let id = format!("s@{date}T05:15:00#0");
        let lines = [plan(0, "2023-03-20", "1@2023-03-20"), outcome(1, &id)];
        let found = folded(PlausibilityFold::default(), &lines).take_findings();
        assert_eq!(found.iter().map(|f| &f.why).collect::<Vec<_>>(), [&Implausibility::NeverPlanned], "{id}");
        #[cfg(feature = "department")]
        {
            let mut rows = loa::department::index::rows::NewRows::default();
            let line = outcome(1, &id).replace("\"id\"", "\"segment\":\"a\",\"result\":\"aired\",\"id\"");
            rows.add_entry(1, line.as_bytes());
            assert_eq!(rows.airings.len(), 0, "{id}");
            rows.add_entry(1, line.replace(date, "2023-03-20").as_bytes());
            assert_eq!(rows.airings.len(), 1, "{id}");
        }
    }
}

/// Plans of every other date, so that no two stand side by side.
fn scattered(count: u64) -> Vec<String> {
    (0..count)
        .map(|n| {
            let date = day("0001-01-01", n * 2).to_string();
            plan(n, &date, &format!("0@{date}"))
        })
        .collect()
}

/// Processor time of this thread: other work on the machine does not count.
fn thread_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let number = |n: i64| u64::try_from(n).unwrap_or(0);
    Duration::new(number(now.tv_sec), u32::try_from(number(now.tv_nsec)).unwrap_or(0))
}

#[test]
fn a_log_of_fifty_thousand_plans_is_judged_in_linear_time_and_told() {
    let took = |lines: &[String]| {
        let best = (0..3).map(|_| {
            let begun = thread_time();
            folded(PlausibilityFold::default(), lines);
            thread_time().saturating_sub(begun)
        });
        best.min().unwrap_or_default().max(Duration::from_millis(20))
    };
    let (few, many) = (scattered(12_500), scattered(50_000));
    let mut fold = folded(PlausibilityFold::default(), &many);
    let found = fold.take_findings();
    assert_eq!(of_bounds(&found).len(), 1, "it is told once: {:?}", &found[..found.len().min(3)]);
    let size = serde_json::to_vec(&fold).expect("JSON").len();
    assert!(size < MAX_FOLD / 8, "what is remembered has an end: {size} bytes");
    // Four times as much; a search through all that came before would be sixteen times.
    let (few, many) = (took(&few), took(&many));
    assert!(many < few * 9, "{few:?} and {many:?}");
    // What is planned beyond the bounds is no proof.
    let mut lines = scattered(50_000);
    let date = day("0001-01-01", 99_998);
    lines.push(plan(50_000, &date.to_string(), &format!("1@{date}")));
    lines.push(outcome(50_001, &format!("s@{date}T05:15:00#0")));
    lines.push(outcome(50_002, "s@0001-01-01T05:15:00#0"));
    let found = folded(PlausibilityFold::default(), &lines).take_findings();
    assert!(found.iter().any(|one| one.seq == 50_002 && one.airing.is_some()), "{found:?}");
    // An honest century has a run of dates, and nothing to tell.
    let honest: Vec<String> = (0..36_500)
        .flat_map(|n| {
            let date = day("2023-03-20", n).to_string();
            let id = format!("s@{date}T05:15:00#0");
            [plan(n * 2, &date, &format!("1@{date}")), outcome(n * 2 + 1, &id)]
        })
        .collect();
    assert_eq!(folded(PlausibilityFold::default(), &honest).take_findings(), []);
}

#[test]
fn a_log_of_endless_ids_is_told_and_what_is_remembered_of_it_has_an_end() {
    // Fifty thousand in one plan, and once more under dates that all stay open.
    let mut lines = vec![plan(0, "2023-03-20", "50000@2023-03-20")];
    lines.extend((1..200).map(|n| {
        let date = day("2023-03-20", n).to_string();
        plan(n, &date, &format!("5000@{date}"))
    }));
    let mut fold = folded(PlausibilityFold::default(), &lines);
    let found = fold.take_findings();
    assert_eq!(of_bounds(&found).len(), 1, "{:?}", &found[..found.len().min(3)]);
    let size = serde_json::to_vec(&fold).expect("JSON").len();
    assert!(size < MAX_FOLD, "{size} bytes");
    // Ids that nobody planned, each with an outcome that says that it sounded, all at one time.
    let at_once = |line: String| {
        let (head, rest) = line.split_once("\"at\":").expect("a head");
        let rest = rest.split_once("\"boot\":").expect("a head").1;
        let rest = rest.split_once(",\"clock\"").expect("a head").1;
        format!(
            "{head}\"at\":\"2023-03-20T05:15:00.000000+07:00\",\"boot\":\"b\",\"boottime_us\":5,\"clock\"{}",
            rest.replace("\"played_ms\":0", "\"played_ms\":1")
        )
    };
    let long = "x".repeat(200);
    let outcomes: Vec<String> =
        (0..100_000).map(|n| at_once(outcome(n, &format!("{long}@2023-03-20T05:15:00#{n}")))).collect();
    let mut kept = |_: &str| None;
    let mut fold = PlausibilityFold::default();
    for line in &outcomes {
        fold.add_line(line.as_bytes(), &mut kept);
    }
    let size = serde_json::to_vec(&fold).expect("JSON").len();
    assert!(size < MAX_FOLD, "{size} bytes");
    fold.finish();
    let found = fold.take_findings();
    let doubted: BTreeSet<u64> = found.iter().filter(|one| one.airing.is_some()).map(|one| one.seq).collect();
    assert_eq!((doubted.len(), of_bounds(&found).len()), (100_000, 1), "each of them is no proof");
}

/// An entry at any moment: microseconds of the wall clock after 2023-03-20T00:00, and of the boot clock.
fn moment(seq: u64, boot: &str, boottime_s: i64, wall_s: i64, kind: &str, rest: &str) -> String {
    let at = NaiveDate::from_ymd_opt(2023, 3, 20).expect("a date").and_hms_opt(0, 0, 0).expect("a time");
    let at = at + chrono::TimeDelta::seconds(wall_s);
    format!(
        "{{\"v\":1,\"seq\":{seq},\"type\":\"{kind}\",\"at\":\"{}.000000+07:00\",\"boot\":\"{boot}\",\"boottime_us\":{},\
         \"clock\":{{\"synchronised\":true,\"max_error_us\":null}},{rest}}}",
        at.format("%Y-%m-%dT%H:%M:%S"),
        boottime_s * 1_000_000
    )
}

#[test]
fn neither_steps_nor_restarts_put_off_for_ever_what_has_no_outcome() {
    let first = NaiveDate::from_ymd_opt(2023, 3, 20).expect("a date");
    let date = |day: i64| (first + chrono::TimeDelta::days(day)).to_string();
    // Of each day: a start of the machine whose clock is put right by eight hours; or one whose program starts anew every
    // 50 minutes. Nothing is said of what was planned on the first.
    for restarts in [false, true] {
        let mut lines: Vec<String> = Vec::new();
        for day in 0..40_i64 {
            let (boot, morning) = (format!("boot-{day}"), day * 86_400 + 6 * 3600);
            let mut add = |boottime: i64, kind: &str, rest: &str| {
                let line = moment(lines.len() as u64, &boot, boottime, morning + boottime, kind, rest);
                lines.push(line);
            };
            let believed = "\"trusted\":true,\"trust\":\"synchronised\",\"machine_restarted\":true";
            let ids = if day == 0 { 1 } else { 0 };
            let plan = format!("\"date\":\"{}\",\"count\":{ids},\"sha256\":\"{ids}@{}\"", date(day), date(day));
            if restarts {
                for start in 0..12 {
                    add(start * 3000, "boot", believed);
                    if start == 0 {
                        add(1, "plan", &plan);
                    }
                    add(start * 3000 + 2900, "note", "\"id\":\"x\"");
                }
            } else {
                add(0, "boot", "\"trusted\":false,\"trust\":\"unsynchronised\",\"machine_restarted\":true");
                for (boottime, kind, rest) in [
                    (61, "clock-step", "\"by_us\":28800000000"),
                    (62, "clock-trust", "\"trusted\":true,\"trust\":\"synchronised\""),
                    (63, "plan", &plan),
                    (20_000, "note", "\"id\":\"x\""),
                ] {
                    let wall = morning + boottime + 28_800;
                    lines.push(moment(lines.len() as u64, &boot, boottime, wall, kind, rest));
                }
            }
        }
        let found = folded(PlausibilityFold::default(), &lines).take_findings();
        assert_eq!(coded(&found, "no-outcome").len(), 1, "restarts: {restarts}: {found:?}");
    }
}

#[test]
fn a_station_that_slept_for_days_is_not_missed_before_it_has_woken() {
    let playlist = |more: &str| {
        format!(
            "[[segment]]\nid = 'a'\ntitle = 'A'\nfile = 's-600.mp3'\n[[segment]]\nid = 'c'\ntitle = 'C'\nfile = 's-30.mp3'\n\
             [[session]]\nid = 'chieu'\nat = '17:00'\n{more}\n"
        )
    };
    let urgent = loa::playout::engine::OperatorCommand::Urgent {
        what: loa::playout::engine::UrgentSource::Segment(crate::station::id("c")),
        repeat: 2,
    };
    for (more, ordered) in [
        ("play = [{ relay = 'Tiếp âm', for = '30m' }]", false),
        ("play = ['a', 'a']", false),
        ("play = ['a', 'a']", true),
    ] {
        for days in [1, 2, 3, 5] {
            let mut station = Station::new("2023-03-20T03:00:00").playlist(&playlist(more));
            if ordered {
                station = station.order(50_500, urgent.clone());
            }
            let station = station.stall_ms(50_520_000, days * 86_400_000).run_for(12 * 86_400);
            let lines = crate::plausible::lines(station.disk());
            assert_eq!(crate::plausible::findings(&lines, station.disk()), [], "{more}, {days} days, {ordered}");
        }
    }
}
