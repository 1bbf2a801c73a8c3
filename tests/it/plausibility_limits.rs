//! The plausibility check with hostile logs and with unusual honest logs: it does not panic, forget findings, use
//! unbounded memory or report findings about honest stations.
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{Days, NaiveDate};
use loa::airlog::plausibility::{Implausibility, PlausibilityFinding, PlausibilityFold};
use serde_json::json;

use crate::station::Station;

const PLAYLIST: &str = r#"
[[segment]]
id = "a"
title = "A"
file = "s-120.mp3"
[[session]]
id = "sang"
at = ["05:15", "17:00"]
play = ["a"]
"#;

/// The maximum size of a stored fold. loa does not read a larger one.
const MAX_FOLD_BYTES: usize = 16 * 1024 * 1024;

/// Returns an entry as a station writes it, one second after the previous one. `fields` is the JSON of the fields of
/// its kind.
fn entry(seq: u64, kind: &str, fields: &str) -> String {
    let (hour, minute, second) = (seq / 3600 % 24, seq / 60 % 60, seq % 60);
    format!(
        "{{\"v\":1,\"seq\":{seq},\"type\":\"{kind}\",\"at\":\"2023-03-20T{hour:02}:{minute:02}:{second:02}.000000+07:00\",\
         \"boot\":\"b\",\"boottime_us\":{},\"clock\":{{\"synchronised\":true,\"max_error_us\":null}},{fields}}}",
        seq * 1_000_000
    )
}

fn plan(seq: u64, date: &str, plan_hash: &str) -> String {
    entry(seq, "plan", &format!("\"date\":\"{date}\",\"count\":1,\"sha256\":\"{plan_hash}\""))
}

fn outcome(seq: u64, id: &str) -> String {
    let fields =
        format!("\"id\":\"{id}\",\"planned_at\":\"2023-03-20T00:00:00.000000+07:00\",\"planned_ms\":1,\"played_ms\":0");
    entry(seq, "outcome", &fields)
}

/// Adds the lines to the fold. A plan's hash is `COUNT@DATE`, which stands for a plan with that many airings on that
/// date.
fn fold_lines(mut fold: PlausibilityFold, lines: &[String]) -> PlausibilityFold {
    let mut read_plan = |plan_hash: &str| {
        let (count, date) = plan_hash.split_once('@')?;
        let ids: Vec<String> =
            (0..count.parse().ok()?).map(|n: u64| format!("{{\"id\":\"s@{date}T05:15:00#{n}\"}}")).collect();
        Some(Arc::new(format!("[{}]", ids.join(",")).into_bytes()))
    };
    for line in lines {
        fold.add_line(line.as_bytes(), &mut read_plan);
    }
    fold.finish();
    fold
}

fn date_after(first: &str, days: u64) -> NaiveDate {
    let first: NaiveDate = first.parse().expect("the date is valid");
    first.checked_add_days(Days::new(days)).expect("the date is valid")
}

fn findings_with_code<'a>(findings: &'a [PlausibilityFinding], code: &str) -> Vec<&'a PlausibilityFinding> {
    findings.iter().filter(|finding| json!(finding.cause)["code"] == code).collect()
}

fn findings_about_limits(findings: &[PlausibilityFinding]) -> Vec<&PlausibilityFinding> {
    findings_with_code(findings, "too-much").into_iter().filter(|finding| finding.airing.is_none()).collect()
}

#[test]
fn no_date_or_clock_of_a_hostile_log_makes_the_check_panic() {
    let dates = ["+262142-12-31", "-262143-01-01", "+10000-01-01", "0000-12-31", "9999-12-31", "0001-01-01"];
    for (a, b) in dates.iter().flat_map(|a| dates.iter().map(move |b| (a, b))) {
        let trust_entry = entry(0, "clock-trust", "\"trusted\":true,\"trust\":\"synchronised\"");
        let mut lines = vec![trust_entry, plan(1, a, "1@2023-03-20"), plan(2, b, "2@2023-03-20")];
        lines.extend((3..6).map(|seq| plan(seq, "2023-03-20", "2@2023-03-20")));
        lines.push(entry(6, "note", "\"id\":\"x\"").replace("boottime_us\":", "boottime_us\":9999"));
        let findings = fold_lines(PlausibilityFold::default(), &lines).take_findings();
        let impossible_count = [a, b].iter().filter(|date| date.len() != 10 || date.starts_with("0000")).count();
        assert_eq!(findings_with_code(&findings, "no-such-date").len(), impossible_count, "{a}, {b}: {findings:?}");
    }
    // Clock values at the limits of an integer, in entries whose keys are in an unusual order.
    let boot_times = [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX];
    let times = ["2023-03-20T05:15:00+07:00", "+262142-12-31T00:00:00Z", "-262143-01-02T00:00:00Z"];
    let mut lines = Vec::new();
    for (boottime, at) in
        boot_times.iter().chain(boot_times.iter().rev()).flat_map(|b| times.iter().map(move |at| (b, at)))
    {
        for (kind, fields) in [
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
                "{{\"v\":1,\"seq\":{seq},\"type\":\"{kind}\",\"boottime_us\":{boottime},\"boot\":\"b\",\"at\":\"{at}\",{fields}}}"
            ));
        }
    }
    fold_lines(PlausibilityFold::default(), &lines);
}

#[test]
fn airings_on_dates_that_repeat_after_a_clock_correction_are_not_second_outcomes() {
    // The station trusts a clock that is days ahead. Then the clock is corrected, and those dates occur a second time.
    for (days_ahead, run_days) in [(7_i64, 2_i64), (12, 6), (3, 1)] {
        let station = Station::new("2023-03-20T03:00:00").playlist(PLAYLIST).run_for(5 * 86_400);
        let station = station.off_for(3600).clock_set(days_ahead * 86_400).run_for(run_days * 86_400);
        let station =
            station.off_for(3600).clock_set(-days_ahead * 86_400).run_for((days_ahead + run_days + 8) * 86_400);
        let lines = crate::plausible::lines(station.disk());
        let findings = crate::plausible::findings(&lines, station.disk());
        assert_eq!(findings, [], "{days_ahead} days ahead for {run_days} days");
    }
    // The same within one run, with a `clock-step` entry.
    let station = Station::new("2023-03-20T03:00:00").playlist(PLAYLIST);
    let station = station.step(2 * 86_400, 12 * 86_400).step(9 * 86_400, -12 * 86_400).run_for(30 * 86_400);
    let lines = crate::plausible::lines(station.disk());
    assert_eq!(crate::plausible::findings(&lines, station.disk()), []);
}

#[test]
fn a_date_that_is_planned_again_after_a_later_one_has_no_finding() {
    let mut lines: Vec<String> = Vec::new();
    let mut add = |line: &dyn Fn(u64) -> String| lines.push(line(lines.len() as u64));
    // Ten days, and then the first six of them again.
    for days in [0..10, 0..6] {
        for n in days {
            let date = date_after("2023-03-20", n).to_string();
            add(&|seq| plan(seq, &date, &format!("2@{date}")));
            add(&|seq| outcome(seq, &format!("s@{date}T05:15:00#0")));
            add(&|seq| outcome(seq, &format!("s@{date}T05:15:00#1")));
        }
    }
    assert_eq!(fold_lines(PlausibilityFold::default(), &lines).take_findings(), []);
    // A second outcome without a second plan is a finding.
    let id = "s@2023-03-20T05:15:00#0";
    let repeated_outcome: Vec<String> = lines[..30].iter().cloned().chain([outcome(30, id)]).collect();
    assert_eq!(
        fold_lines(PlausibilityFold::default(), &repeated_outcome)
            .take_findings()
            .iter()
            .map(|f| &f.cause)
            .collect::<Vec<_>>(),
        [&Implausibility::Again]
    );
}

#[test]
fn an_id_with_an_unusual_date_format_counts_as_never_planned_and_is_not_indexed() {
    // Date parsers accept more formats than a station writes.
    for date in [" 2023-3-20", "+2023-3-20", "2023 -3-20", "2023-3-020"] {
        let id = format!("s@{date}T05:15:00#0");
        let lines = [plan(0, "2023-03-20", "1@2023-03-20"), outcome(1, &id)];
        let findings = fold_lines(PlausibilityFold::default(), &lines).take_findings();
        assert_eq!(findings.iter().map(|f| &f.cause).collect::<Vec<_>>(), [&Implausibility::NeverPlanned], "{id}");
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

/// Returns the plans of every second date, so that no two dates are adjacent.
fn plans_of_every_second_date(count: u64) -> Vec<String> {
    (0..count)
        .map(|n| {
            let date = date_after("0001-01-01", n * 2).to_string();
            plan(n, &date, &format!("0@{date}"))
        })
        .collect()
}

/// Returns the processor time of this thread, which does not depend on other work on the machine.
fn thread_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let to_u64 = |n: i64| u64::try_from(n).unwrap_or(0);
    Duration::new(to_u64(now.tv_sec), u32::try_from(to_u64(now.tv_nsec)).unwrap_or(0))
}

#[test]
fn fifty_thousand_plans_are_checked_in_linear_time_and_the_limit_is_reported_once() {
    let fold_time = |lines: &[String]| {
        let times = (0..3).map(|_| {
            let start = thread_time();
            fold_lines(PlausibilityFold::default(), lines);
            thread_time().saturating_sub(start)
        });
        times.min().unwrap_or_default().max(Duration::from_millis(20))
    };
    let (short_log, long_log) = (plans_of_every_second_date(12_500), plans_of_every_second_date(50_000));
    let mut fold = fold_lines(PlausibilityFold::default(), &long_log);
    let findings = fold.take_findings();
    assert_eq!(
        findings_about_limits(&findings).len(),
        1,
        "the limit is reported once: {:?}",
        &findings[..findings.len().min(3)]
    );
    let size = serde_json::to_vec(&fold).expect("serialise to JSON").len();
    assert!(size < MAX_FOLD_BYTES / 8, "the size of the fold is limited: {size} bytes");
    // The long log has four times as many plans. A search through all earlier plans would take sixteen times as long.
    let (short_time, long_time) = (fold_time(&short_log), fold_time(&long_log));
    assert!(long_time < short_time * 9, "{short_time:?} and {long_time:?}");
    // Beyond the limit, an outcome is still reported if the plan of its date does not contain it.
    let mut lines = plans_of_every_second_date(50_000);
    let date = date_after("0001-01-01", 99_998);
    lines.push(plan(50_000, &date.to_string(), &format!("1@{date}")));
    lines.push(outcome(50_001, &format!("s@{date}T05:15:00#0")));
    lines.push(outcome(50_002, "s@0001-01-01T05:15:00#0"));
    let findings = fold_lines(PlausibilityFold::default(), &lines).take_findings();
    assert!(findings.iter().any(|finding| finding.seq == 50_002 && finding.airing.is_some()), "{findings:?}");
    // An honest log of a century of consecutive dates has no finding.
    let honest_log: Vec<String> = (0..36_500)
        .flat_map(|n| {
            let date = date_after("2023-03-20", n).to_string();
            let id = format!("s@{date}T05:15:00#0");
            [plan(n * 2, &date, &format!("1@{date}")), outcome(n * 2 + 1, &id)]
        })
        .collect();
    assert_eq!(fold_lines(PlausibilityFold::default(), &honest_log).take_findings(), []);
}

#[test]
fn too_many_ids_are_reported_and_the_size_of_the_fold_is_limited() {
    // One plan has 50,000 ids. The plans of 199 later dates, which all stay open, have 5,000 ids each.
    let mut lines = vec![plan(0, "2023-03-20", "50000@2023-03-20")];
    lines.extend((1..200).map(|n| {
        let date = date_after("2023-03-20", n).to_string();
        plan(n, &date, &format!("5000@{date}"))
    }));
    let mut fold = fold_lines(PlausibilityFold::default(), &lines);
    let findings = fold.take_findings();
    assert_eq!(findings_about_limits(&findings).len(), 1, "{:?}", &findings[..findings.len().min(3)]);
    let size = serde_json::to_vec(&fold).expect("serialise to JSON").len();
    assert!(size < MAX_FOLD_BYTES, "{size} bytes");
    // Outcomes with unplanned ids, all of which claim to have sounded at the same time.
    let moved_to_same_instant = |line: String| {
        let (prefix, fields) = line.split_once("\"at\":").expect("find the key");
        let fields = fields.split_once("\"boot\":").expect("find the key").1;
        let fields = fields.split_once(",\"clock\"").expect("find the key").1;
        format!(
            "{prefix}\"at\":\"2023-03-20T05:15:00.000000+07:00\",\"boot\":\"b\",\"boottime_us\":5,\"clock\"{}",
            fields.replace("\"played_ms\":0", "\"played_ms\":1")
        )
    };
    let long_name = "x".repeat(200);
    let outcomes: Vec<String> = (0..100_000)
        .map(|n| moved_to_same_instant(outcome(n, &format!("{long_name}@2023-03-20T05:15:00#{n}"))))
        .collect();
    let mut read_plan = |_: &str| None;
    let mut fold = PlausibilityFold::default();
    for line in &outcomes {
        fold.add_line(line.as_bytes(), &mut read_plan);
    }
    let size = serde_json::to_vec(&fold).expect("serialise to JSON").len();
    assert!(size < MAX_FOLD_BYTES, "{size} bytes");
    fold.finish();
    let findings = fold.take_findings();
    let implausible_entries: BTreeSet<u64> =
        findings.iter().filter(|finding| finding.airing.is_some()).map(|finding| finding.seq).collect();
    assert_eq!(
        (implausible_entries.len(), findings_about_limits(&findings).len()),
        (100_000, 1),
        "each outcome is implausible"
    );
}

/// Returns an entry at a given moment: `wall_s` seconds after 2023-03-20T00:00, and at `boottime_s` seconds on the boot
/// clock.
fn entry_at(seq: u64, boot: &str, boottime_s: i64, wall_s: i64, kind: &str, fields: &str) -> String {
    let at = NaiveDate::from_ymd_opt(2023, 3, 20)
        .expect("the date is valid")
        .and_hms_opt(0, 0, 0)
        .expect("the time is valid");
    let at = at + chrono::TimeDelta::seconds(wall_s);
    format!(
        "{{\"v\":1,\"seq\":{seq},\"type\":\"{kind}\",\"at\":\"{}.000000+07:00\",\"boot\":\"{boot}\",\"boottime_us\":{},\
         \"clock\":{{\"synchronised\":true,\"max_error_us\":null}},{fields}}}",
        at.format("%Y-%m-%dT%H:%M:%S"),
        boottime_s * 1_000_000
    )
}

#[test]
fn steps_and_restarts_do_not_hide_a_missing_outcome() {
    let first_date = NaiveDate::from_ymd_opt(2023, 3, 20).expect("the date is valid");
    let date = |day: i64| (first_date + chrono::TimeDelta::days(day)).to_string();
    // On each day, either the machine starts and its clock is then set forward by eight hours, or the program restarts
    // every 50 minutes. The airing of the first day has no outcome.
    for has_restarts in [false, true] {
        let mut lines: Vec<String> = Vec::new();
        for day in 0..40_i64 {
            let (boot, morning_s) = (format!("boot-{day}"), day * 86_400 + 6 * 3600);
            let mut add = |boottime_s: i64, kind: &str, fields: &str| {
                let line = entry_at(lines.len() as u64, &boot, boottime_s, morning_s + boottime_s, kind, fields);
                lines.push(line);
            };
            let trusted_boot = "\"trusted\":true,\"trust\":\"synchronised\",\"machine_restarted\":true";
            let airing_count = if day == 0 { 1 } else { 0 };
            let plan = format!(
                "\"date\":\"{}\",\"count\":{airing_count},\"sha256\":\"{airing_count}@{}\"",
                date(day),
                date(day)
            );
            if has_restarts {
                for run in 0..12 {
                    add(run * 3000, "boot", trusted_boot);
                    if run == 0 {
                        add(1, "plan", &plan);
                    }
                    add(run * 3000 + 2900, "note", "\"id\":\"x\"");
                }
            } else {
                add(0, "boot", "\"trusted\":false,\"trust\":\"unsynchronised\",\"machine_restarted\":true");
                for (boottime_s, kind, fields) in [
                    (61, "clock-step", "\"by_us\":28800000000"),
                    (62, "clock-trust", "\"trusted\":true,\"trust\":\"synchronised\""),
                    (63, "plan", &plan),
                    (20_000, "note", "\"id\":\"x\""),
                ] {
                    let wall_s = morning_s + boottime_s + 28_800;
                    lines.push(entry_at(lines.len() as u64, &boot, boottime_s, wall_s, kind, fields));
                }
            }
        }
        let findings = fold_lines(PlausibilityFold::default(), &lines).take_findings();
        assert_eq!(findings_with_code(&findings, "no-outcome").len(), 1, "restarts: {has_restarts}: {findings:?}");
    }
}

#[test]
fn a_station_that_stalls_for_days_has_no_findings() {
    let playlist = |rules: &str| {
        format!(
            "[[segment]]\nid = 'a'\ntitle = 'A'\nfile = 's-600.mp3'\n[[segment]]\nid = 'c'\ntitle = 'C'\nfile = 's-30.mp3'\n\
             [[session]]\nid = 'chieu'\nat = '17:00'\n{rules}\n"
        )
    };
    let urgent = loa::playout::engine::OperatorCommand::Urgent {
        source: loa::playout::engine::UrgentSource::Segment(crate::station::id("c")),
        repeat: 2,
    };
    for (rules, has_urgent) in [
        ("play = [{ relay = 'Tiếp âm', for = '30m' }]", false),
        ("play = ['a', 'a']", false),
        ("play = ['a', 'a']", true),
    ] {
        for days in [1, 2, 3, 5] {
            let mut station = Station::new("2023-03-20T03:00:00").playlist(&playlist(rules));
            if has_urgent {
                station = station.command(50_500, urgent.clone());
            }
            let station = station.stall_ms(50_520_000, days * 86_400_000).run_for(12 * 86_400);
            let lines = crate::plausible::lines(station.disk());
            assert_eq!(crate::plausible::findings(&lines, station.disk()), [], "{rules}, {days} days, {has_urgent}");
        }
    }
}
