//! Measures how long one core takes to plan a year and a day of many sessions of all kinds.
use std::fmt::Write as _;

use chrono::NaiveDate;
use loa::check;
use loa::library::{FileStatus, Length, Library, Scan};
use loa::plan::Planner;
use loa::schedule::{Schedule, SourceFile, read};

use super::{measure_runs, row, timed};

/// The number of sessions in one playlist: as many as its size limit allows.
const SESSIONS_PER_FILE: usize = 2000;

/// Playlists with the given number of sessions, as operators would write them: most air on some weekdays, others have
/// exceptions, holidays, months, lunar days or draws. Each session has 0.8 airings a day on average.
fn schedule_files(session_count: usize) -> Vec<SourceFile> {
    let mut segments = String::new();
    for n in 0..200 {
        let _ = write!(segments, "[[segment]]\nid = \"m-{n}\"\ntitle = \"Mục {n}\"\nfile = \"m-{n}.mp3\"\n");
        let _ = write!(segments, "pool = \"p-{}\"\n\n", n % 20);
    }
    let mut files = vec![SourceFile::new("playlists/segments.toml", segments.as_bytes())];
    for (number, group) in (0..session_count).collect::<Vec<_>>().chunks(SESSIONS_PER_FILE).enumerate() {
        let mut text = String::new();
        for n in group {
            let second = n * 7919 % 86_400;
            let at = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
            let _ = write!(text, "[[session]]\nid = \"s-{n}\"\nat = \"{at}\"\n");
            let rules = match n % 10 {
                0 => format!("days = \"mon..sat\"\nplay = [{{ pool = \"p-{}\" }}]", n / 10 % 20),
                1 => format!(
                    "on-holiday = \"skip\"\ndays = \"t2..t7\"\nplay = [{{ pool = \"p-{}\", order = \"shuffle\" }}]",
                    n / 10 % 20
                ),
                2 => format!("days = \"mon..fri\"\nlunar = [\"1\", \"15\"]\nplay = [\"m-{}\"]", n % 200),
                3 => format!(
                    "days = \"mon..fri\"\nmonthly = [\"15\", \"last sun\"]\nexcept = [\"tet\"]\nplay = [\"m-{}\"]",
                    n % 200
                ),
                4 => {
                    format!("days = \"daily\"\nevery-weeks = 2\nfrom = 2025-01-06\nplay = [\"m-{}\", \"m-7\"]", n % 200)
                }
                _ => format!("days = [\"mon..fri\", \"sun\"]\nplay = [\"m-{}\"]", n % 200),
            };
            let _ = write!(text, "{rules}\n\n");
        }
        files.push(SourceFile::new(&format!("playlists/sessions-{number}.toml"), text.as_bytes()));
    }
    files
}

fn library(schedule: &Schedule) -> Library {
    let mut library = Library::default();
    for (n, segment) in schedule.segments.iter().enumerate() {
        let length = Length { frames: 48_000 * (60 + n as u64), rate: 48_000 };
        let scan = Scan {
            length,
            channels: 1,
            codec: "mp3".to_owned(),
            sha256: format!("{n:064x}"),
            bytes: 1,
            measure: Default::default(),
            flaws: Vec::new(),
        };
        library.files.insert(segment.file.clone(), FileStatus::Good(scan));
    }
    library
}

/// The maximum memory of this process since the previous call, in MiB.
fn peak_memory_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    let kib: f64 = peak.trim().trim_end_matches("kB").trim().parse().unwrap_or(0.0);
    // On Linux, writing 5 resets the peak.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    kib / 1024.0
}

/// Prints the figures for 100, 1,000 and 10,000 sessions.
pub fn measure_planning() {
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).expect("the date is valid");
    for count in [100, 1000, 10_000] {
        let files = schedule_files(count);
        let schedule = read(&files).schedule;
        assert_eq!(schedule.sessions.len(), count, "the number of sessions read");
        let library = library(&schedule);
        let year = || {
            let planner = Planner::new(&schedule, &library);
            first.iter_days().take(365).map(|date| planner.plan_for(date).airings.len()).sum::<usize>()
        };
        peak_memory_mib();
        let airings = year();
        let memory = peak_memory_mib();
        row(
            &format!("plan a year of {count} sessions ({airings} airings, {memory:.0} MiB)"),
            measure_runs(5, || timed(year)),
        );
        let planner = Planner::new(&schedule, &library);
        let date = NaiveDate::from_ymd_opt(2026, 11, 23).expect("the date is valid");
        let airings = planner.plan_for(date).airings.len();
        let warm = measure_runs(21, || timed(|| planner.plan_for(date)));
        row(&format!("plan a day of these sessions ({airings} airings)"), warm);
        let cold = measure_runs(9, || timed(|| Planner::new(&schedule, &library).plan_for(date)));
        row("make a planner and plan a day of these sessions", cold);
        if count < 10_000 {
            let parsed = read(&files);
            row(
                "check the schedule over 400 days",
                measure_runs(3, || timed(|| check::check(&parsed, &library, first))),
            );
        }
        row("read the schedule", measure_runs(3, || timed(|| read(&files))));
    }
}
