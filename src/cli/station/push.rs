//! `loa push`: sends the station's log to the department's store. Files that have arrived are not sent again.
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::export::export_log;
use crate::cli::args::StationArg;
use crate::cli::department::store::{parse_location, report_store_failure};
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_USAGE, fail};
use crate::cli::genesis_keys::read_genesis_keys;
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
/// When standard output or the station's folder fails.
pub fn run(args: &PushArgs, lang: Lang) -> io::Result<u8> {
    let station = args.station.dir.as_path();
    let Some(to) = args.to.clone().or_else(|| configured_destination(station)) else {
        return Ok(fail(DepartmentText::PushWhere {}.localized(lang), EXIT_USAGE));
    };
    let place = match parse_location(&to, Duration::from_secs(args.patience.into()), lang) {
        Ok(place) => place,
        Err(code) => return Ok(code),
    };
    // Each log has its own folder there, as in the department's store: many stations send to one place.
    let Some(origin) = log_origin(station)? else {
        return Ok(fail(ProofText::NoLogYet {}.localized(lang), EXIT_CONFIG));
    };
    let mut outlet = place.child_storage(&origin);
    match export_log(station, &mut outlet, lang) {
        Ok(Ok(exported)) => {
            let (entries, files) = (exported.verified.entries, exported.files_written);
            let mut out = io::stdout().lock();
            let said = DepartmentText::Pushed { place: place.to_string(), entries, files }.localized(lang).to_string();
            writeln!(out, "{}", strip_unprintable(&said))?;
            writeln!(out, "{}", ProofText::ExportCode { code: head_code(&exported.verified.root) }.localized(lang))?;
            Ok(EXIT_OK)
        }
        Ok(Err(code)) => Ok(code),
        Err(e) => Ok(report_store_failure(&place.to_string(), &e, lang)),
    }
}

/// Returns the destination in the station's settings.
fn configured_destination(station: &Path) -> Option<PathBuf> {
    let files = station::read_sources(station).ok()?;
    let push = read(&files).schedule.station.push_destination?;
    // A local path is relative to the station's folder.
    Some(if push.starts_with("s3://") { PathBuf::from(push) } else { station.join(push) })
}

/// Returns the log's origin, from its first entry.
fn log_origin(station: &Path) -> io::Result<Option<String>> {
    let Some(source) = source::open_log(station) else {
        return Ok(None);
    };
    let genesis = read_genesis_keys(&source, &source.heads()?.head)?;
    // The origin becomes the name of a folder.
    let plain = |origin: &String| origin.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'/');
    Ok(genesis.map(|genesis| genesis.origin).filter(plain))
}
