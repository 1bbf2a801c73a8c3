//! `loa push`: sends the station's log to the department's store. Files that are already in the store are not sent
//! again.
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::export::{export_log, remember_hand_in};
use crate::cli::args::StationArg;
use crate::cli::department::store::{parse_location, report_store_failure};
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_USAGE, fail};
use crate::cli::genesis_keys::read_genesis_keys;
use crate::cli::shell_words::folder_argument;
use crate::cli::table::strip_unprintable;
use crate::logstore::source;
use crate::proof::headcode::head_code;
use crate::schedule::read;
use crate::station;
use crate::text::department::DepartmentText;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize};

/// Arguments of `loa push`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct PushArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long, value_name = "STORE")]
    pub to: Option<PathBuf>,
    #[arg(long, value_name = "SECONDS", default_value = "180")]
    pub patience: u16,
}

/// Runs `loa push`.
///
/// # Errors
/// If standard output or the station's folder fails.
pub fn run(args: &PushArgs, lang: Lang) -> io::Result<u8> {
    let station = args.station.dir.as_path();
    let Some(destination) = args.to.clone().or_else(|| configured_destination(station)) else {
        return Ok(fail(DepartmentText::PushWhere {}.localized(lang), EXIT_USAGE));
    };
    let location = match parse_location(&destination, Duration::from_secs(args.patience.into()), lang) {
        Ok(location) => location,
        Err(code) => return Ok(code),
    };
    // Many stations send to one location, so each log has a folder of its own there, as in the department's store.
    let Some(origin) = log_origin(station)? else {
        return Ok(fail(ProofText::NoLogYet { folder: folder_argument(station) }.localized(lang), EXIT_CONFIG));
    };
    let mut log_storage = location.child_storage(&origin);
    match export_log(station, &mut log_storage, lang) {
        Ok(Ok(summary)) => {
            remember_hand_in(station, &summary, lang);
            let (entries, files) = (summary.verified.entries, summary.files_written);
            let mut out = io::stdout().lock();
            let message =
                DepartmentText::Pushed { place: location.to_string(), entries: entries.into(), files: files.into() }
                    .localized(lang)
                    .to_string();
            writeln!(out, "{}", strip_unprintable(&message))?;
            writeln!(out, "{}", ProofText::ExportCode { code: head_code(&summary.verified.root) }.localized(lang))?;
            Ok(EXIT_OK)
        }
        Ok(Err(code)) => Ok(code),
        Err(e) => Ok(report_store_failure(&location.to_string(), &e, lang)),
    }
}

/// Returns the destination that `station.toml` names; `None` if it names none.
fn configured_destination(station: &Path) -> Option<PathBuf> {
    let files = station::read_sources(station).ok()?;
    let destination = read(&files).schedule.station.push_destination?;
    // A local path is relative to the station's folder.
    Some(if destination.starts_with("s3://") { PathBuf::from(destination) } else { station.join(destination) })
}

/// Returns the log's origin, from its first entry; `None` if there is no log, or if the origin cannot be
/// used as a path.
fn log_origin(station: &Path) -> io::Result<Option<String>> {
    let Some(source) = source::open_log(station) else {
        return Ok(None);
    };
    let genesis = read_genesis_keys(&source, &source.heads()?.head)?;
    // The origin becomes a path, so only these characters are allowed.
    let is_safe_path = |origin: &String| origin.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'/');
    Ok(genesis.map(|genesis| genesis.origin).filter(is_safe_path))
}
