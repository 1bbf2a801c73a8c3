//! `loa status`: prints what is or will be wrong, and the state of the running station.
use std::io::{self, Write};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use clap::Args;

use super::control::{reply_text, report_unreachable};
use super::when::{format_instant, format_wait, format_when};
use crate::cli::args::{CliFormat, StationArg};
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, fail};
use crate::cli::shell_words::folder_argument;
use crate::cli::table::format_hms;
use crate::cli::words::switch_error_text;
use crate::concern::{ConcernSeverity, SessionTitle, concern_advice};
use crate::playout::control::request;
use crate::playout::engine::{
    AmplifierStatus, CommandReply, ConcernStatus, ConfirmationStatus, HandInStatus, NextAiring, OnAir, OperatorCommand,
    Power, RepeatPlace, StationStatus,
};
use crate::text::run::{AmplifierText, RunText, SeverityText};
use crate::text::{Lang, Localize};

/// The interval between two requests of `--watch`.
const WATCH_INTERVAL: Duration = Duration::from_secs(2);

/// Arguments of `loa status`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct StatusArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long, value_enum, default_value = "text")]
    pub format: CliFormat,
    #[arg(long, conflicts_with = "format")]
    pub watch: bool,
}

/// Runs `loa status`. The exit code is 1 while someone has to act.
///
/// # Errors
/// If standard output cannot be written.
pub fn run(args: &StatusArgs, lang: Lang) -> io::Result<u8> {
    let station = args.station.dir.as_path();
    if args.watch {
        return watch(station, lang);
    }
    match request(station, OperatorCommand::Status) {
        Ok(CommandReply::Status(status)) => {
            let mut out = io::stdout().lock();
            match args.format {
                CliFormat::Json => {
                    serde_json::to_writer_pretty(&mut out, &status)?;
                    writeln!(out)?;
                }
                CliFormat::Text => {
                    write!(out, "{}", status_page(&status, &folder_argument(station), lang))?;
                }
            }
            Ok(if needs_action(&status) { EXIT_PROBLEMS } else { EXIT_OK })
        }
        Ok(reply) => Ok(fail(reply_text(&reply).localized(lang), EXIT_PROBLEMS)),
        Err(e) => Ok(report_unreachable(&e, station, lang)),
    }
}

/// Prints the status again whenever it changes, until the command is interrupted or the station cannot be reached.
fn watch(station: &Path, lang: Lang) -> io::Result<u8> {
    // The channel is only a timer: nothing is ever sent.
    let (_sender, timer) = mpsc::channel::<()>();
    let mut last_page = String::new();
    loop {
        let status = match request(station, OperatorCommand::Status) {
            Ok(CommandReply::Status(status)) => status,
            Ok(reply) => return Ok(fail(reply_text(&reply).localized(lang), EXIT_PROBLEMS)),
            Err(e) => return Ok(report_unreachable(&e, station, lang)),
        };
        let page = status_page(&status, &folder_argument(station), lang);
        if page != last_page {
            let mut out = io::stdout().lock();
            writeln!(out, "— {} —\n{page}", format_instant(&status.at, lang))?;
            out.flush()?;
            last_page = page;
        }
        let _ = timer.recv_timeout(WATCH_INTERVAL);
    }
}

/// Returns true if someone has to act.
#[must_use]
pub fn needs_action(status: &StationStatus) -> bool {
    status.concerns.iter().any(|concern| concern.severity != ConcernSeverity::Notice)
}

/// Returns the status as lines of text. `folder` is the folder argument of the commands that the page names; it is empty
/// if the commands work in the current folder.
#[must_use]
pub fn status_page(status: &StationStatus, folder: &str, lang: Lang) -> String {
    let mut sentences = status_sentences(status, lang);
    if !folder.is_empty() && status.concerns.iter().any(|concern| concern_advice(&concern.condition).names_command()) {
        sentences.push(RunText::StatusFolder { folder: folder.to_owned() });
    }
    sentences.iter().map(|sentence| sentence.to_plain(lang) + "\n").collect()
}

/// Returns the status in sentences: critical concerns, what is on the air, what comes next, then the other concerns.
pub(super) fn status_sentences(status: &StationStatus, lang: Lang) -> Vec<RunText> {
    let is_critical = |concern: &&ConcernStatus| concern.severity == ConcernSeverity::Critical;
    let (critical, others): (Vec<_>, Vec<_>) = status.concerns.iter().partition(is_critical);
    let mut sentences: Vec<RunText> = critical.into_iter().map(|concern| concern_sentence(concern, lang)).collect();
    // An urgent message comes before everything else.
    sentences.splice(0..0, urgent_sentences(status));
    sentences.extend(line_sentence(status, lang));
    sentences.extend(coming_sentence(status, lang));
    sentences.extend(clock_wait_sentence(status, lang));
    sentences.extend(others.into_iter().map(|concern| concern_sentence(concern, lang)));
    sentences.extend(completeness_sentence(status, lang));
    sentences.extend(standing_sentences(status, lang));
    sentences
}

/// Returns the sentences about an urgent message: it waits for a device, it sounds.
pub(super) fn urgent_sentences(status: &StationStatus) -> Vec<RunText> {
    let waiting = status.urgent_waiting.clone().map(|title| RunText::StatusUrgentWaits { title });
    let on_air = status.on_air.as_ref().filter(|on_air| on_air.is_urgent()).map(on_air_sentence);
    waiting.into_iter().chain(on_air).collect()
}

/// Returns what sounds, or why nothing does; `None` while an urgent message sounds.
pub(super) fn line_sentence(status: &StationStatus, lang: Lang) -> Option<RunText> {
    match &status.on_air {
        Some(on_air) if on_air.is_urgent() => None,
        Some(on_air) => Some(on_air_sentence(on_air)),
        None => Some(silence_sentence(status, lang)),
    }
}

/// Returns what comes next.
pub(super) fn coming_sentence(status: &StationStatus, lang: Lang) -> Option<RunText> {
    match &status.next {
        Some(next) => Some(next_sentence(status, next, lang)),
        None if status.clock_trusted => Some(RunText::StatusNoNext {}),
        None => status.next_if_clock_right.as_ref().map(|next| RunText::StatusNextIfClockRight {
            at: format_instant(&status.at, lang),
            title: next.session_title.as_ref().unwrap_or(&next.title).clone(),
            when: format_when(&next.start, &status.at, lang),
        }),
    }
}

/// Returns how many outcomes wait for a correction of the clock.
pub(super) fn clock_wait_sentence(status: &StationStatus, lang: Lang) -> Option<RunText> {
    let wait = status.clock_wait.as_ref()?;
    let until = format_instant(&wait.until, lang);
    Some(RunText::StatusClockWait { airings: wait.airings.into(), until })
}

/// Returns what is always said at the end: the amplifier, the newest head of the log, the hand-ins.
pub(super) fn standing_sentences(status: &StationStatus, lang: Lang) -> Vec<RunText> {
    let mut sentences = Vec::new();
    if let Some(amplifier) = &status.amplifier {
        sentences.push(RunText::StatusAmplifier { state: amplifier_state(amplifier).localized(lang).to_string() });
    }
    if let Some(code) = status.head_code.clone() {
        sentences.push(RunText::StatusHeadCode { code, entries: status.entries });
    }
    sentences.extend(status.hand_in.iter().flat_map(|hand_in| hand_in_sentences(hand_in, lang)));
    sentences
}

fn on_air_sentence(on_air: &OnAir) -> RunText {
    let title = on_air.title.clone();
    let (played, planned) = (format_hms(on_air.played_ms), format_hms(on_air.planned_ms));
    match &on_air.session_title {
        _ if on_air.is_urgent() => match on_air.repeat {
            Some(RepeatPlace { number, count }) => {
                RunText::StatusUrgentRepeat { title, played, planned, number, count }
            }
            None => RunText::StatusUrgentOnAir { title, played, planned },
        },
        Some(session) => RunText::StatusOnAirIn { title, session: session.clone(), played, planned },
        None => RunText::StatusOnAir { title, played, planned },
    }
}

/// Returns why nothing is playing.
fn silence_sentence(status: &StationStatus, lang: Lang) -> RunText {
    match () {
        () if !status.clock_trusted => RunText::StatusClockSilence {},
        () if status.between_items.is_some() => {
            let title = status.between_items.clone().unwrap_or_default();
            RunText::StatusBetweenItems { session: SessionTitle(format!("“{title}”")).to_plain(lang) }
        }
        () if status.quiet => match &status.quiet_hours {
            Some(hours) => RunText::StatusQuietHours { hours: hours.clone() },
            None => RunText::StatusQuiet {},
        },
        () => RunText::StatusIdle {},
    }
}

/// Returns the sentence for what comes next: the next item while its session is on the air, otherwise the next session.
fn next_sentence(status: &StationStatus, next: &NextAiring, lang: Lang) -> RunText {
    let session_key = |id: &str| id.split_once('#').map(|(key, _)| key.to_owned());
    let is_of_running_session = status.between_items.is_some()
        || status.on_air.as_ref().is_some_and(|on_air| session_key(&on_air.id) == session_key(&next.id));
    let (when, wait) = (format_when(&next.start, &status.at, lang), format_wait(&next.start, &status.at, lang));
    match &next.session_title {
        Some(title) if !is_of_running_session => RunText::StatusNextSession { title: title.clone(), when, wait },
        _ => RunText::StatusNextItem { title: next.title.clone(), when, wait },
    }
}

/// Returns when the log was last handed in, and how far the department has confirmed it.
pub(super) fn hand_in_sentences(hand_in: &HandInStatus, lang: Lang) -> [RunText; 2] {
    let last = match &hand_in.last {
        Some(last) => RunText::StatusHandedIn {
            at: format_instant(&last.at, lang),
            entries: last.entries,
            through: last.through.as_deref().map_or_else(|| "—".to_owned(), |through| format_instant(through, lang)),
        },
        None => RunText::StatusNeverHandedIn {},
    };
    let confirmed = match &hand_in.confirmed {
        Some(ConfirmationStatus { entries, at: Some(at) }) => {
            RunText::StatusConfirmed { entries: *entries, at: format_instant(at, lang) }
        }
        Some(ConfirmationStatus { entries, at: None }) => RunText::StatusConfirmedUnchecked { entries: *entries },
        None => RunText::StatusNotConfirmed {},
    };
    [last, confirmed]
}

/// Returns the sentence about a concern, with its advice.
fn concern_sentence(concern: &ConcernStatus, lang: Lang) -> RunText {
    RunText::StatusConcern {
        mark: severity_text(concern.severity),
        what: concern.condition.to_plain(lang),
        since: format_instant(&concern.since, lang),
        advice: concern_advice(&concern.condition).localized(lang).to_string(),
    }
}

/// Returns which areas were not checked. If all were checked and there is no concern, returns that all is well.
pub(super) fn completeness_sentence(status: &StationStatus, lang: Lang) -> Option<RunText> {
    if !status.unchecked.is_empty() {
        let areas: Vec<String> = status.unchecked.iter().map(|area| area.localized(lang).to_string()).collect();
        return Some(RunText::StatusUnchecked { areas: areas.join(", ") });
    }
    status.concerns.is_empty().then_some(RunText::StatusAllWell {})
}

pub(super) fn severity_text(severity: ConcernSeverity) -> SeverityText {
    match severity {
        ConcernSeverity::Critical => SeverityText::Critical {},
        ConcernSeverity::Warning => SeverityText::Warning {},
        ConcernSeverity::Notice => SeverityText::Notice {},
    }
}

fn amplifier_state(amplifier: &AmplifierStatus) -> AmplifierText {
    match amplifier {
        AmplifierStatus { troubles: [_, Some(error)], .. } => switch_error_text(Power::On, error),
        AmplifierStatus { troubles: [Some(error), _], .. } => switch_error_text(Power::Off, error),
        AmplifierStatus { switching: true, .. } | AmplifierStatus { on: None, .. } => AmplifierText::Switching {},
        AmplifierStatus { on: Some(true), held: true, .. } => AmplifierText::Held {},
        AmplifierStatus { on: Some(true), .. } => AmplifierText::On {},
        AmplifierStatus { on: Some(false), .. } => AmplifierText::Off {},
    }
}
