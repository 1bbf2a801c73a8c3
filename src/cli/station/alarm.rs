//! `loa alarm send` and `loa alarm test`: sends messages about concerns to people, in a separate process.
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::account::refuse_other_account;
use crate::alarm::channel::SendFailure;
use crate::alarm::message::AlarmReason;
use crate::alarm::metrics::write_metrics;
use crate::alarm::permit::permit;
use crate::alarm::queue::enqueue;
use crate::alarm::secrets::{AlarmSecrets, read_secrets};
use crate::alarm::sender::{SendReport, record_failed_pass, send_queued};
use crate::alarm::{AlarmMessage, webhook};
use crate::base::instant::{WallTime, format_rfc3339};
use crate::base::state_dirs;
use crate::cli::args::StationArg;
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS, fail};
use crate::playout::clock::Clock;
use crate::playout::clock::system::SystemClock;
use crate::playout::control::request;
use crate::playout::engine::{CommandReply, OperatorCommand, StationStatus};
use crate::schedule::read;
use crate::schedule::settings::Station;
use crate::station::read_sources;
use crate::text::alarm::AlarmText;
use crate::text::{Lang, Localize, print_stderr};

/// The interval between two passes of `--watch`; also the interval of the heartbeat.
const WATCH_INTERVAL: Duration = Duration::from_secs(60);

/// Subcommands of `loa alarm`.
#[derive(Debug, Subcommand)]
#[allow(missing_docs)]
pub enum AlarmCommand {
    Send(SendArgs),
    Test(StationArg),
}

/// Arguments of `loa alarm send`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct SendArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long)]
    pub watch: bool,
}

impl AlarmCommand {
    /// Returns the station's folder.
    #[must_use]
    pub fn station(&self) -> &Path {
        match self {
            Self::Send(args) => &args.station.dir,
            Self::Test(station) => &station.dir,
        }
    }
}

/// Runs `loa alarm`.
///
/// # Errors
/// If standard output cannot be written.
pub fn run(command: &AlarmCommand, lang: Lang) -> io::Result<u8> {
    match command {
        AlarmCommand::Send(args) if args.watch => {
            // The channel is only a timer: nothing is ever sent.
            let (_sender, timer) = mpsc::channel::<()>();
            loop {
                send(&args.station.dir, lang)?;
                let _ = timer.recv_timeout(WATCH_INTERVAL);
            }
        }
        AlarmCommand::Send(args) => send(&args.station.dir, lang),
        AlarmCommand::Test(station) => test(&station.dir, lang),
    }
}

/// Sends the queued messages, requests the heartbeat, and writes the metrics.
fn send(folder: &Path, lang: Lang) -> io::Result<u8> {
    if let Some(code) = refuse_other_account(folder, "alarm send", lang) {
        return Ok(code);
    }
    let Some(station) = station_settings(folder) else {
        return Ok(fail(AlarmText::NotConfigured {}.localized(lang), EXIT_CONFIG));
    };
    let status = match request(folder, OperatorCommand::Status) {
        Ok(CommandReply::Status(status)) => Some(*status),
        _ => None,
    };
    let mut exit_code = send_heartbeat_and_metrics(&station, status.as_ref(), lang);
    match send_with_secrets(folder, &station) {
        Ok(report) => {
            print_report(&report, lang)?;
            exit_code = exit_code.max(if report.waiting > 0 { EXIT_PROBLEMS } else { EXIT_OK });
        }
        Err(text) => return Ok(fail(text.localized(lang), EXIT_PROBLEMS)),
    }
    Ok(exit_code)
}

/// Queues a test message and sends it. This also permits the alarm's command on this machine.
fn test(folder: &Path, lang: Lang) -> io::Result<u8> {
    // Another account has other passwords, and its permission to run the command does not count for the station. Its
    // files in the queue would keep the station from writing there.
    if let Some(code) = refuse_other_account(folder, "alarm test", lang) {
        return Ok(code);
    }
    let station = station_settings(folder).filter(|station| station.alarm.is_configured());
    let Some(station) = station else {
        return Ok(fail(AlarmText::NotConfigured {}.localized(lang), EXIT_CONFIG));
    };
    if !station.alarm.command.is_empty() {
        permit(&station.alarm.command)?;
    }
    let now = SystemClock::new()?.now().wall;
    if let Err(error) = enqueue(folder, &test_message(&station, now)) {
        let text = AlarmText::QueueUnusable { detail: error.to_string() };
        return Ok(fail(text.localized(lang), EXIT_PROBLEMS));
    }
    match send_with_secrets(folder, &station) {
        Ok(report) => {
            print_report(&report, lang)?;
            Ok(if report.waiting > 0 { EXIT_PROBLEMS } else { EXIT_OK })
        }
        Err(text) => Ok(fail(text.localized(lang), EXIT_PROBLEMS)),
    }
}

fn send_with_secrets(folder: &Path, station: &Station) -> Result<SendReport, AlarmText> {
    let queue_unusable = |error: io::Error| AlarmText::QueueUnusable { detail: error.to_string() };
    let now = SystemClock::new().map_err(queue_unusable)?.now().wall;
    match alarm_secrets(station) {
        Ok(secrets) => send_queued(folder, station, &secrets, now).map_err(queue_unusable),
        Err(detail) => {
            record_failed_pass(folder, station, now, detail.clone()).map_err(queue_unusable)?;
            Err(AlarmText::SecretsUnusable { detail })
        }
    }
}

/// Returns the settings in the station's folder, even if the schedule has errors elsewhere and is not adopted.
fn station_settings(folder: &Path) -> Option<Station> {
    let files = read_sources(folder).ok()?;
    Some(read(&files).schedule.station)
}

fn alarm_secrets(station: &Station) -> Result<AlarmSecrets, String> {
    let candidates: Vec<PathBuf> = match &station.alarm.secrets {
        Some(path) => vec![path.clone()],
        None => state_dirs::candidates().into_iter().map(|folder| folder.join("alarm.toml")).collect(),
    };
    let existing = candidates.into_iter().find(|path| path.exists());
    existing.map_or(Ok(AlarmSecrets::default()), |path| read_secrets(&path)).map_err(|error| error.to_string())
}

/// If the station answers, requests the heartbeat's URL or writes its file. Writes the metrics in any case.
fn send_heartbeat_and_metrics(station: &Station, status: Option<&StationStatus>, lang: Lang) -> u8 {
    let mut failures = Vec::new();
    if let (Some(target), Some(status)) = (&station.alarm.heartbeat, status) {
        let result = if target.starts_with('/') {
            std::fs::write(target, format!("{}\n", status.at)).map_err(|error| error.to_string())
        } else {
            webhook::ping(target)
        };
        failures.extend(result.err());
    }
    if let Some(path) = &station.alarm.metrics {
        failures.extend(write_metrics(path, status).err().map(|error| error.to_string()));
    }
    for detail in &failures {
        print_stderr!("{}", AlarmText::Failure { detail: detail.clone() }.localized(lang));
    }
    if failures.is_empty() { EXIT_OK } else { EXIT_PROBLEMS }
}

fn print_report(report: &SendReport, lang: Lang) -> io::Result<()> {
    for failure in &report.failures {
        let text = match failure {
            SendFailure::Untried { command } => AlarmText::CommandUntried { command: command.clone() },
            SendFailure::Failed(detail) => AlarmText::Failure { detail: detail.clone() },
        };
        print_stderr!("{}", text.localized(lang));
    }
    let text = match (report.waiting, report.delivered) {
        (0, 0) => AlarmText::NoMessagesWaiting {},
        (0, count) => AlarmText::Sent { count: count.into() },
        (count, _) => AlarmText::Waits { count: count.into() },
    };
    writeln!(io::stdout().lock(), "{}", text.localized(lang))
}

fn test_message(station: &Station, now: WallTime) -> AlarmMessage {
    AlarmMessage {
        id: format!("{}-test", now.0),
        station: station.id.clone(),
        station_name: station.name.clone(),
        at: format_rfc3339(now, station.timezone),
        news: AlarmReason::Test,
        severity: "notice".to_owned(),
        code: "test".to_owned(),
        subject: String::new(),
        text: AlarmText::TestMessage {}.localized(station.language).to_string(),
        advice: AlarmText::TestAdvice {}.localized(station.language).to_string(),
    }
}
