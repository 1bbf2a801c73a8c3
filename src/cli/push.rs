//! `loa push`: the station's log to the department, over the network. What has arrived is not sent again.
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::export::send;
use super::store::{failed, place_of};
use super::table::plain;
use super::words::station_language;
use super::{CONFIG, OK, USAGE};
use crate::archive::source;
use crate::folder;
use crate::proof::entry::GenesisKeys;
use crate::proof::headcode::head_code;
use crate::schedule::read;
use crate::text::department::Desk;
use crate::text::proof::Proof;
use crate::text::{Lang, Say, complain};

/// `loa push`.
///
/// # Errors
/// When standard output or the station's folder fails.
pub fn run(station: &Path, to: Option<&Path>, patience: Duration, lang: Option<Lang>) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| station_language(station));
    let Some(to) = to.map(Path::to_owned).or_else(|| configured(station)) else {
        complain!("{}", Desk::PushWhere {}.say(lang));
        return Ok(USAGE);
    };
    let place = match place_of(&to, patience, lang) {
        Ok(place) => place,
        Err(code) => return Ok(code),
    };
    // In its own folder there, as in the department's store: many stations send to one place.
    let Some(origin) = origin_of(station)? else {
        complain!("{}", Proof::NoLogYet {}.say(lang));
        return Ok(CONFIG);
    };
    let mut outlet = place.below(&origin);
    match send(station, &mut outlet, lang) {
        Ok(Ok(exported)) => {
            let (entries, files) = (exported.found.entries, exported.files);
            let mut out = io::stdout().lock();
            let said = Desk::Pushed { place: place.to_string(), entries, files }.say(lang).to_string();
            writeln!(out, "{}", plain(&said))?;
            writeln!(out, "{}", Proof::ExportCode { code: head_code(&exported.found.root) }.say(lang))?;
            Ok(OK)
        }
        Ok(Err(code)) => Ok(code),
        Err(e) => Ok(failed(&place.to_string(), &e, lang)),
    }
}

/// Where the station's own settings say.
fn configured(station: &Path) -> Option<PathBuf> {
    let files = folder::read_sources(station).ok()?;
    let push = read(&files).schedule.station.push?;
    // A folder is meant from the station's.
    Some(if push.starts_with("s3://") { PathBuf::from(push) } else { station.join(push) })
}

/// The log's name, as its first entry says it.
fn origin_of(station: &Path) -> io::Result<Option<String>> {
    let Some(source) = source::open(station) else {
        return Ok(None);
    };
    let first = source.first_line(&source.heads()?.head)?;
    let genesis = first.and_then(|line| serde_json::from_slice::<GenesisKeys>(&line).ok());
    // It becomes the name of a folder.
    let plain = |origin: &String| origin.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'/');
    Ok(genesis.map(|genesis| genesis.origin).filter(plain))
}
