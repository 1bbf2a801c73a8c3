//! `loa list`: prints the segments of a station with their last and next airings.
use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;

use chrono::{DateTime, FixedOffset, TimeDelta};
use clap::Args;
use serde::Serialize;

use super::older_schedule::warn_about_older_schedule;
use super::open_station::{LoadedStation, open_station};
use super::scan::loudness_cell;
use crate::airlog::entry::Outcome;
use crate::airlog::record::LogReader;
use crate::airlog::storage::FolderStorage;
use crate::base::instant::{WallTime, to_local};
use crate::cli::args::{CliFormat, StationArg};
use crate::cli::table::{align_columns, format_date, format_hms, strip_unprintable};
use crate::library::FileStatus;
use crate::plan::Planner;
use crate::playout::clock::Clock;
use crate::playout::clock::system::SystemClock;
use crate::schedule::{Id, Segment};
use crate::text::library::ScanText;
use crate::text::log::TableText;
use crate::text::{Lang, Localize};

/// The number of days, from today on, that are searched for the next airing.
const SEARCHED_DAYS: i64 = 62;

/// A segment in the JSON output.
#[derive(Debug, Serialize)]
struct SegmentRow<'a> {
    segment: &'a Id,
    title: &'a str,
    file: &'a str,
    campaign: Option<&'a Id>,
    topic: Option<u16>,
    language: &'a str,
    duration_ms: Option<i64>,
    integrated_lufs: Option<f64>,
    playable: bool,
    last_aired: Option<DateTime<FixedOffset>>,
    next_airing: Option<DateTime<FixedOffset>>,
    valid_until: Option<chrono::NaiveDate>,
    approved_on: Option<chrono::NaiveDate>,
}

/// Arguments of `loa list`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct ListArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long, value_enum, default_value = "text")]
    pub format: CliFormat,
    #[arg(long)]
    pub details: bool,
}

/// Prints the segments of a station.
///
/// # Errors
/// If standard output cannot be written.
pub fn run(args: &ListArgs, lang: Lang) -> io::Result<u8> {
    let station = args.station.dir.as_path();
    let (loaded, code) = match open_station(station, lang) {
        Ok(loaded) => loaded,
        Err(code) => return Ok(code),
    };
    warn_about_older_schedule(station, &loaded, lang);
    let now = SystemClock::new()?.now().wall;
    let (last_airings, next_airings) = (last_airings(station), next_airings(&loaded, now));
    let row = |segment| segment_row(&loaded, segment, &last_airings, &next_airings);
    let rows: Vec<SegmentRow<'_>> = loaded.schedule.segments.iter().map(row).collect();
    let mut out = io::stdout().lock();
    match args.format {
        CliFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &rows)?;
            writeln!(out)?;
        }
        CliFormat::Text if rows.is_empty() => writeln!(out, "{}", ScanText::NoSegments {}.localized(lang))?,
        CliFormat::Text => out.write_all(table_text(&rows, args.details, lang).as_bytes())?,
    }
    Ok(code)
}

fn segment_row<'a>(
    loaded: &'a LoadedStation,
    segment: &'a Segment,
    last_airings: &TimesBySegment,
    next_airings: &TimesBySegment,
) -> SegmentRow<'a> {
    let file_status = loaded.library.files.get(&segment.file);
    let scan = file_status.and_then(FileStatus::last_good_scan);
    SegmentRow {
        segment: &segment.id,
        title: &segment.title,
        file: &segment.file,
        campaign: segment.campaign.as_ref(),
        topic: segment.topic,
        language: &segment.language,
        duration_ms: scan.map(|scan| scan.length.ms()),
        integrated_lufs: scan.and_then(|scan| scan.measure.integrated).map(|value| f64::from(value) / 100.0),
        playable: matches!(file_status, Some(FileStatus::Good(_))),
        last_aired: last_airings.get(segment.id.as_str()).copied(),
        next_airing: next_airings.get(segment.id.as_str()).copied(),
        valid_until: segment.valid_until,
        approved_on: segment.approved_on,
    }
}

/// A time for each segment, by the segment's id.
type TimesBySegment = HashMap<String, DateTime<FixedOffset>>;

/// Returns the time of each segment's last airing. If the log cannot be read to its end, the times come from the
/// part that could be read.
fn last_airings(station: &Path) -> TimesBySegment {
    let mut times = TimesBySegment::new();
    let storage = FolderStorage::new(station.join("airlog"));
    let Ok(mut reader) = LogReader::new(&storage) else {
        return times;
    };
    while let Ok(Some(record)) = reader.next_record() {
        if let Some(outcome) = record.outcome().filter(|outcome| outcome.result != Outcome::Missed) {
            let at = outcome.labels.planned_at.unwrap_or(record.at);
            let latest = times.entry(outcome.labels.segment.to_string()).or_insert(at);
            *latest = at.max(*latest);
        }
    }
    times
}

/// Returns the start of each segment's next airing.
fn next_airings(loaded: &LoadedStation, now: WallTime) -> TimesBySegment {
    let planner = Planner::new(&loaded.schedule, &loaded.library);
    let today = to_local(now, loaded.schedule.station.timezone).date_naive();
    let mut times = TimesBySegment::new();
    // Yesterday's sessions can continue past midnight.
    for date in (-1..SEARCHED_DAYS).map(|n| today + TimeDelta::days(n)) {
        for airing in planner.plan_for(date).airings {
            if airing.starts_at() > now {
                times.entry(airing.segment.to_string()).or_insert(airing.start);
            }
        }
        if times.len() == loaded.schedule.segments.len() {
            break;
        }
    }
    times
}

fn table_text(rows: &[SegmentRow<'_>], with_details: bool, lang: Lang) -> String {
    let heading = |text: ScanText| text.localized(lang).to_string();
    let mut table = vec![vec![
        heading(ScanText::Title {}),
        TableText::Topic {}.localized(lang).to_string(),
        heading(ScanText::Language {}),
        heading(ScanText::Length {}),
        heading(if with_details { ScanText::Loudness {} } else { ScanText::HowLoud {} }),
        heading(ScanText::LastAired {}),
        heading(ScanText::NextAiring {}),
        heading(ScanText::Expiry {}),
        heading(ScanText::IdInPlay {}),
    ]];
    let no_value = || "-".to_owned();
    for row in rows {
        let length = match (row.playable, row.duration_ms) {
            (false, _) => ScanText::NotPlayable {}.localized(lang).to_string(),
            (true, ms) => ms.map_or_else(no_value, format_hms),
        };
        table.push(vec![
            strip_unprintable(row.title),
            row.topic.map_or_else(no_value, |topic| topic.to_string()),
            row.language.to_owned(),
            length,
            row.integrated_lufs
                .map_or_else(no_value, |lufs| loudness_cell((lufs * 100.0).round() as i32, with_details, lang)),
            row.last_aired.map_or_else(no_value, |at| format_instant(at, lang)),
            row.next_airing.map_or_else(no_value, |at| format_instant(at, lang)),
            row.valid_until.map_or_else(no_value, |day| format_date(day, lang)),
            row.segment.to_string(),
        ]);
    }
    align_columns(&table, &[1, 3, 4])
}

fn format_instant(at: DateTime<FixedOffset>, lang: Lang) -> String {
    format!("{} {}", format_date(at.date_naive(), lang), at.format("%H:%M"))
}
