//! `loa demo`, for `make demo`: plays a short sample session now, through the default sound device.
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use chrono::{NaiveDate, Timelike};
use clap::Args;

use super::daemon_notices::stderr_notifier;
use super::init;
use super::run::exit_code;
use crate::airlog::entry::Outcome;
use crate::base::instant::SECOND_US;
use crate::base::instant::to_local;
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS, fail};
use crate::cli::record::log;
use crate::library::Library;
use crate::playout::clock::Clock;
use crate::playout::clock::system::SystemClock;
use crate::playout::daemon::{self, DaemonWatches, RunUntil, SamplePermission};
use crate::playout::key_location::KeyLocation;
use crate::playout::output::{Output, OutputEvent};
use crate::playout::player::deck_output::DeckOutput;
use crate::schedule::sample::SAMPLE_ID;
use crate::schedule::settings::OutputSettings;
use crate::schedule::{Schedule, Session, read};
use crate::station;
use crate::text::cli::CliText;
use crate::text::{Lang, Localize};

/// The maximum length of the demo's session, in milliseconds.
const MAX_SESSION_MS: i64 = 15_000;
/// The time from writing the station's files to the session's start, in microseconds. The start is then rounded down to
/// the second.
const START_DELAY_US: i64 = 5 * SECOND_US;
/// The maximum time to wait for the sound device. A sound server might have to start first.
const DEVICE_TIMEOUT: Duration = Duration::from_secs(4);

/// Arguments of `loa demo`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct DemoArgs {
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

/// Makes a station in `dir`, plays its session, and prints the airing log.
///
/// # Errors
/// If standard output or the folder cannot be written.
pub fn run(args: &DemoArgs, lang: Lang) -> io::Result<u8> {
    let dir = args.dir.as_path();
    if std::fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
        let path = dir.display().to_string();
        return Ok(fail(
            CliText::Error { text: CliText::NotEmpty { path }.localized(lang).to_string() }.localized(lang),
            EXIT_CONFIG,
        ));
    }
    init::write_sample(dir)?;
    let Ok(files) = station::read_sources(dir) else {
        return Ok(EXIT_CONFIG);
    };
    let sample = read(&files).schedule;
    let library = station::load_library(dir, &sample, &Library::default());
    let device = match probe_default_device(dir) {
        Some(name) => {
            writeln!(io::stdout(), "{}", CliText::DemoPlays { device: name }.localized(lang))?;
            "default"
        }
        None => {
            writeln!(io::stdout(), "{}", CliText::DemoSilent {}.localized(lang))?;
            "null"
        }
    };
    write_station(dir, &sample, &library, device, lang)?;
    let keys = dir.join("keys");
    let notifier = stderr_notifier(lang);
    // The demo's station has no alarm.
    let watches = DaemonWatches { notifier: &notifier, read_alarm_facts: Box::new(|_| None) };
    let result = daemon::run(dir, RunUntil::Idle, SamplePermission::Given, KeyLocation::Folder(&keys), watches);
    if result.is_err() {
        return Ok(exit_code(result, dir, lang));
    }
    print_log(dir, lang)
}

/// Prints the table of airings. Returns [`EXIT_OK`] if there are airings and all were aired in full.
fn print_log(dir: &Path, lang: Lang) -> io::Result<u8> {
    let page = log::read(&dir.join("airlog"), NaiveDate::MIN, NaiveDate::MAX)?;
    let airings = page.outcomes();
    let mut out = io::stdout().lock();
    writeln!(out)?;
    out.write_all(log::airings_table(&airings, lang).as_bytes())?;
    let all_aired = !airings.is_empty() && airings.iter().all(|airing| airing.outcome.result == Outcome::Aired);
    Ok(if all_aired { EXIT_OK } else { EXIT_PROBLEMS })
}

/// Returns the name of the default device; `None` if it cannot be opened.
fn probe_default_device(dir: &Path) -> Option<String> {
    let (wake_sender, wake_receiver) = mpsc::channel();
    let settings = OutputSettings::default();
    let waker = move || {
        let _ = wake_sender.send(());
    };
    let mut output = DeckOutput::new(&settings, dir, Arc::new(waker));
    output.open();
    while wake_receiver.recv_timeout(DEVICE_TIMEOUT).is_ok() {
        for event in output.take_events() {
            match event {
                OutputEvent::Opened { device, .. } => return Some(device),
                OutputEvent::Lost { .. } => return None,
                _ => {}
            }
        }
    }
    None
}

/// Writes a station whose only session starts in a few seconds and plays those segments of the first sample session
/// that fit into [`MAX_SESSION_MS`].
fn write_station(dir: &Path, sample: &Schedule, library: &Library, device: &str, lang: Lang) -> io::Result<()> {
    let mut remaining_ms = MAX_SESSION_MS;
    let mut playlist = String::new();
    let mut quoted_ids = Vec::new();
    let segment_ids = sample.sessions.iter().take(1).flat_map(Session::segments);
    for segment in segment_ids.filter_map(|id| sample.segment(id)) {
        let length_ms = library.planning_length(&segment.file).ms();
        if length_ms == 0 || length_ms > remaining_ms {
            continue;
        }
        remaining_ms -= length_ms;
        quoted_ids.push(format!("{:?}", segment.id.as_str()));
        let title = quote_toml(&segment.title);
        playlist
            .push_str(&format!("[[segment]]\nid = \"{}\"\ntitle = {title}\nfile = {:?}\n\n", segment.id, segment.file));
    }
    let language_code = if lang == Lang::Vi { "vi" } else { "en" };
    let station = format!(
        "[station]\nid = \"{SAMPLE_ID}\"\nname = \"Đài mẫu (hư cấu)\"\nlanguage = \"{language_code}\"\n\n\
         [output]\ndevice = \"{device}\"\n\n[quiet-hours]\nfrom = \"00:00\"\nuntil = \"00:00\"\n"
    );
    std::fs::remove_dir_all(dir.join("playlists"))?;
    std::fs::create_dir_all(dir.join("playlists"))?;
    std::fs::write(dir.join("station.toml"), station)?;
    let now = SystemClock::new()?.now();
    let start = to_local(now.wall.plus(START_DELAY_US), sample.station.timezone);
    let at = format!("{:02}:{:02}:{:02}", start.hour(), start.minute(), start.second());
    let session = format!(
        "[[session]]\nid = \"buoi-mau\"\ntitle = \"Buổi mẫu\"\nat = \"{at}\"\nplay = [{}]\n",
        quoted_ids.join(", ")
    );
    std::fs::write(dir.join("playlists/mau.toml"), playlist + &session)
}

/// Quotes text as a TOML string, without its control characters.
fn quote_toml(text: &str) -> String {
    let escaped: String = text
        .chars()
        .filter(|c| !c.is_control())
        .flat_map(|c| match c {
            '"' | '\\' => vec!['\\', c],
            c => vec![c],
        })
        .collect();
    format!("\"{escaped}\"")
}
