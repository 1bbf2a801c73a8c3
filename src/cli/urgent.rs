//! `loa urgent`: sounds something at once, whatever plays and in quiet hours.
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;

use super::table::{clock_length, plain};
use super::words::station_language;
use super::{PROBLEMS, control};
use crate::folder;
use crate::id::Id;
use crate::library::loudness::Loudness;
use crate::library::scan::scan_telling;
use crate::playout::engine::{Alarm, Order};
use crate::schedule::read;
use crate::text::plan::PlanText;
use crate::text::{Lang, Say, complain};

/// Looks into what is to sound, asks, and gives the order.
///
/// # Errors
/// When standard input or output fails.
pub fn run(station: &Path, lang: Option<Lang>, what: &Path, repeat: u16, yes: bool) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| station_language(station));
    let found = match of_station(station, what, yes) {
        Some(found) => found,
        None => match of_file(what, lang) {
            Ok(found) => found,
            Err(code) => return Ok(code),
        },
    };
    let (what, title, ms) = found;
    if !yes && !confirmed(&title, ms, repeat, lang)? {
        return Ok(PROBLEMS);
    }
    control::order(station, Some(lang), Order::Urgent { what, repeat })
}

/// The segment of this id; how long it is matters to who is asked.
fn of_station(station: &Path, what: &Path, yes: bool) -> Option<(Alarm, String, i64)> {
    let id = what.to_str().and_then(Id::new)?;
    let schedule = read(&folder::read_sources(station).ok()?).schedule;
    let segment = schedule.segment(&id)?;
    let ms = match yes {
        true => 0,
        false => scan_telling(&station.join("audio").join(&segment.file), &|_| ()).map_or(0, |scan| scan.length.ms()),
    };
    Some((Alarm::Segment(id), segment.title.clone(), ms))
}

/// The file of this name: what it is must be known before it sounds.
fn of_file(what: &Path, lang: Lang) -> Result<(Alarm, String, i64), u8> {
    let name = what.display().to_string();
    let Ok(path) = what.canonicalize() else {
        complain!("{}", PlanText::NotASegment { name: plain(&name) }.say(lang));
        return Err(PROBLEMS);
    };
    match scan_telling(&path, &|_| ()) {
        Ok(scan) => {
            let title: String = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let title: String = unicode_normalization::UnicodeNormalization::nfc(plain(&title).as_str()).collect();
            let (length, sha256, loudness) = (scan.length, scan.sha256.clone(), Loudness::of(&scan));
            Ok((Alarm::File { path, title: title.clone(), length, sha256, loudness }, title, length.ms()))
        }
        Err(error) => {
            complain!("{}: {}", plain(&name), super::scan::sentence(&error, lang));
            Err(PROBLEMS)
        }
    }
}

/// A person at a terminal says yes.
fn confirmed(title: &str, ms: i64, times: u16, lang: Lang) -> io::Result<bool> {
    if !io::stdin().is_terminal() {
        complain!("{}", PlanText::UrgentNeedsYes {}.say(lang));
        return Ok(false);
    }
    let question = PlanText::UrgentQuestion { title: plain(title), length: clock_length(ms), times };
    write!(io::stderr(), "{}", question.say(lang))?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    let yes = matches!(line.trim().to_lowercase().as_str(), "co" | "có" | "yes" | "y");
    if !yes {
        complain!("{}", crate::text::run::Run::NotConfirmed {}.say(lang));
    }
    Ok(yes)
}
