//! `loa rehearse`: runs the station's engine, log and recovery code in virtual time, without sound.
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;
use clap::Args;

use super::open_station::open_station;
use crate::airlog::entry::Outcome;
use crate::airlog::files::{BALLAST, LOG};
use crate::airlog::storage::{FolderStorage, MemoryStorage, Storage};
use crate::base::durable;
use crate::cli::args::{DateArg, StationArg, YearChoice};
use crate::cli::exit::{EXIT_CONFIG, EXIT_USAGE, fail};
use crate::cli::record::log;
use crate::cli::today::station_today;
use crate::playout::adoption;
use crate::playout::rehearsal::{MAX_OVERTIME_DAYS, rehearse};
use crate::text::cli::CliText;
use crate::text::{Lang, Localize};

/// The maximum number of dates that one rehearsal covers.
const MAX_DAYS: i64 = 3660;

/// Arguments of `loa rehearse`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct RehearseArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long)]
    pub from: DateArg,
    #[arg(long)]
    pub until: DateArg,
    #[arg(long, value_name = "DIR")]
    pub log: Option<PathBuf>,
}

/// Rehearses the dates `from` to `until`, both inclusive, and prints the result.
///
/// # Errors
/// If standard output or the log's folder cannot be written.
pub fn run(args: &RehearseArgs, lang: Lang) -> io::Result<u8> {
    let (station, log_dir) = (args.station.dir.as_path(), args.log.as_deref());
    let today = station_today(station);
    let from = args.from.resolve(today, YearChoice::Upcoming);
    let until = args.until.resolve(today, YearChoice::Since(from));
    let days = (until - from).num_days() + 1;
    if !(1..=MAX_DAYS).contains(&days) {
        return Ok(fail(CliText::BadPeriod {}.localized(lang), EXIT_USAGE));
    }
    if let Some(dir) = log_dir
        && (dir.file_name() == Some("airlog".as_ref()) || dir.starts_with(station.join("airlog")))
    {
        return Ok(fail(CliText::RealLogDir { path: dir.display().to_string() }.localized(lang), EXIT_USAGE));
    }
    if let Some(dir) = log_dir
        && std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some())
    {
        return Ok(fail(
            CliText::RehearsalDirNotEmpty { path: dir.display().to_string() }.localized(lang),
            EXIT_CONFIG,
        ));
    }
    let (loaded, code) = match open_station(station, lang) {
        Ok(loaded) => loaded,
        Err(code) => return Ok(code),
    };
    let revision = Arc::new(adoption::prepare_revision(&loaded.files, loaded.schedule, loaded.library));
    let log_storage = MemoryStorage::default();
    let open_airing_count = rehearse(&log_storage, revision, &station.join("audio"), from, until)?;
    if let Some(dir) = log_dir {
        for name in log_storage.names().iter().filter(|name| *name != LOG && *name != BALLAST) {
            FolderStorage::new(dir.to_owned()).append(name, &log_storage.bytes(name))?;
        }
        durable::replace(&dir.join(LOG), &log_storage.bytes(LOG))?;
    }
    print_summary(&log_storage, (days, open_airing_count), lang, log_dir)?;
    Ok(code)
}

/// Prints the numbers of airings and a table of the first 50 that were not aired in full. `open_airing_count` is the
/// number of airings without an outcome.
fn print_summary(
    log_storage: &MemoryStorage,
    (days, open_airing_count): (i64, usize),
    lang: Lang,
    log_dir: Option<&Path>,
) -> io::Result<()> {
    let page = log::read_from(log_storage, NaiveDate::MIN, NaiveDate::MAX)?;
    let airings = page.outcomes();
    let aired = airings.iter().filter(|airing| airing.outcome.result == Outcome::Aired).count();
    let mut out = io::stdout().lock();
    let (planned, other) = (airings.len(), airings.len() - aired);
    writeln!(
        out,
        "{}",
        CliText::Rehearsed { days: days.into(), planned: planned.into(), aired, other }.localized(lang)
    )?;
    if open_airing_count > 0 {
        let days = MAX_OVERTIME_DAYS;
        writeln!(
            out,
            "{}",
            CliText::RehearsalOpen { airings: open_airing_count.into(), days: days.into() }.localized(lang)
        )?;
    }
    let not_aired: Vec<_> = airings.into_iter().filter(|airing| airing.outcome.result != Outcome::Aired).collect();
    if !not_aired.is_empty() {
        out.write_all(log::airings_table(&not_aired[..not_aired.len().min(50)], lang).as_bytes())?;
    }
    if let Some(dir) = log_dir {
        writeln!(out, "{}", CliText::RehearsalKept { path: dir.display().to_string() }.localized(lang))?;
    }
    Ok(())
}
