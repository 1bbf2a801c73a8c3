//! `loa session`: changes the title, the times, the days or the items of a session, and says what follows from it.
use std::io;
use std::path::Path;

use chrono::Weekday;
use clap::Args;
use serde::{Deserialize, Serialize};

use super::messages::{Message, MessageSink};
use super::open_station::report_unusable_folder;
use super::plan_changes::change_sentences;
use super::recorded_change::{begin, report_fault, station_now, undo_offer};
use crate::base::durable::{LinkPolicy, open_folder};
use crate::base::limits::MAX_TITLE_CHARS;
use crate::cli::args::{CliFormat, DateSpanArg, StationOption, TimeArg};
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE};
use crate::cli::language::station_language;
use crate::cli::table::strip_unprintable;
use crate::library::Library;
use crate::plan::diff::diff;
use crate::plan::{Plan, Planner};
use crate::schedule::edit::{EditError, SessionChange, with_session_change};
use crate::schedule::named::NameMatch;
use crate::schedule::problem::{self, Problem};
use crate::schedule::{Id, ParsedSchedule, Schedule, Session, SourceFile, read};
use crate::station;
use crate::station::undo::{ChangedPart, ChangedSession, FolderChange, PlaylistEdit, RecordedCommand};
use crate::text::library::ScanText;
use crate::text::plan::PlanText;
use crate::text::session::SessionText;
use crate::text::{Lang, Localize, print_stderr};

/// The number of days, from today on, for which the plans are compared.
const COMPARED_DAYS: usize = 14;

/// Arguments of `loa session`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct SessionArgs {
    #[arg(id = "session_name", value_name = "SESSION")]
    pub session: String,
    #[command(flatten)]
    pub station: StationOption,
    #[arg(id = "new_title", long = "title")]
    pub title: Option<String>,
    #[arg(long, value_name = "TIME", value_delimiter = ',')]
    pub at: Vec<TimeArg>,
    #[arg(id = "weekdays", long = "days", value_name = "DAY", value_delimiter = ',', value_enum)]
    pub days: Vec<DayWord>,
    #[arg(long, value_name = "DATE")]
    pub skip: Vec<DateSpanArg>,
    #[arg(long, value_name = "N", value_delimiter = ',')]
    pub items: Vec<u16>,
    #[arg(long)]
    pub dry_run: bool,
    #[arg(long, value_enum, default_value = "text")]
    pub format: CliFormat,
}

/// A weekday on the command line, in either language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[allow(missing_docs)]
pub enum DayWord {
    #[value(alias = "t2")]
    Mon,
    #[value(alias = "t3")]
    Tue,
    #[value(alias = "t4")]
    Wed,
    #[value(alias = "t5")]
    Thu,
    #[value(alias = "t6")]
    Fri,
    #[value(alias = "t7")]
    Sat,
    #[value(alias = "cn")]
    Sun,
}

impl DayWord {
    fn weekday(self) -> Weekday {
        match self {
            Self::Mon => Weekday::Mon,
            Self::Tue => Weekday::Tue,
            Self::Wed => Weekday::Wed,
            Self::Thu => Weekday::Thu,
            Self::Fri => Weekday::Fri,
            Self::Sat => Weekday::Sat,
            Self::Sun => Weekday::Sun,
        }
    }
}

/// The result of `loa session --format json`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::cli::station) struct SessionReport {
    /// True if the session was changed, or would be.
    pub(in crate::cli::station) is_accepted: bool,
    /// What changes in the coming days, in sentences.
    pub(in crate::cli::station) changes: Vec<String>,
    /// What was said, in the order in which it was said.
    pub(in crate::cli::station) messages: Vec<Message>,
}

/// Changes a session.
///
/// # Errors
/// If standard output or the disk fails.
pub fn run(args: &SessionArgs, lang: Option<Lang>) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| station_language(&args.station.dir));
    let sink = MessageSink::new(args.format == CliFormat::Json);
    let mut changes = Vec::new();
    let code = change(args, &sink, &mut changes, lang)?;
    if args.format == CliFormat::Json {
        let report = SessionReport { is_accepted: code == EXIT_OK, changes, messages: sink.take() };
        println_json(&report)?;
    }
    Ok(code)
}

fn println_json(report: &SessionReport) -> io::Result<()> {
    use std::io::Write;
    writeln!(io::stdout(), "{}", serde_json::to_string_pretty(report)?)
}

/// Makes the change, and puts its sentences into `changes`. Returns the exit code.
fn change(args: &SessionArgs, sink: &MessageSink, changes: &mut Vec<String>, lang: Lang) -> io::Result<u8> {
    let station = args.station.dir.as_path();
    let lock = match open_folder(&station.join("playlists"), LinkPolicy::Follow) {
        Ok(lock) => lock,
        Err(_) => {
            let error = station::read_sources(station).err();
            return Ok(error.map_or(EXIT_CONFIG, |error| report_unusable_folder(&error, station, lang)));
        }
    };
    lock.lock()?;
    let recorded = match begin_if_written(args, lang) {
        Ok(recorded) => recorded,
        Err(code) => return Ok(code),
    };
    let files = match station::read_sources(station) {
        Ok(files) => files,
        Err(error) => return Ok(report_unusable_folder(&error, station, lang)),
    };
    let parsed = read(&files);
    let edit = match edited_session(args, &files, &parsed, lang) {
        Ok(edit) => edit,
        Err((text, code)) => {
            sink.error(text, lang);
            return Ok(code);
        }
    };
    let new = read(&edit.files);
    if let Some(text) = new_problems(&parsed, &new, &edit.files, lang) {
        // Nobody at a page looks into the files, but the findings say what is wrong.
        match sink {
            MessageSink::Terminal => print_stderr!("{}", text.trim_end()),
            MessageSink::List(_) => sink.error(&text, lang),
        }
        sink.error(SessionText::NotChanged { session: edit.title.clone() }.localized(lang), lang);
        return Ok(EXIT_PROBLEMS);
    }
    *changes = plan_sentences(station, &parsed.schedule, &new.schedule, lang);
    if let Some(mut recorded) = recorded {
        let part = ChangedPart::Session(ChangedSession { id: edit.id.clone(), title: edit.title.clone() });
        if let Err(fault) = recorded.write(part, &edit.edits, None) {
            return Ok(report_fault(&fault, station, false, lang));
        }
        // If this fails, the next command finds the unfinished record and completes it.
        let _ = recorded.finish();
        sink.done(SessionText::Changed { session: edit.title }.localized(lang))?;
    } else {
        sink.done(SessionText::WouldChange { session: edit.title }.localized(lang))?;
    }
    if changes.is_empty() {
        sink.done(PlanText::NothingChanges { days: COMPARED_DAYS.into() }.localized(lang))?;
    }
    changes.iter().try_for_each(|sentence| sink.done(sentence))?;
    if !args.dry_run && matches!(sink, MessageSink::Terminal) {
        sink.done(undo_offer(station, lang))?;
    }
    Ok(EXIT_OK)
}

/// Begins the change of the folder; `None` if the command only says what it would change.
///
/// # Errors
/// Prints the reason and returns the exit code.
fn begin_if_written(args: &SessionArgs, lang: Lang) -> Result<Option<FolderChange<'_>>, u8> {
    if args.dry_run {
        return Ok(None);
    }
    let station = args.station.dir.as_path();
    let settings = station::read_settings_only(station).unwrap_or_default();
    begin(station, RecordedCommand::Session, station_now(&settings), lang).map(Some)
}

/// A session with its changed playlist.
struct EditedSession {
    id: Id,
    title: String,
    files: Vec<SourceFile>,
    edits: Vec<PlaylistEdit>,
}

/// Returns the changed playlist of the session that the arguments name.
///
/// # Errors
/// Returns the message and the exit code.
fn edited_session(
    args: &SessionArgs,
    files: &[SourceFile],
    parsed: &ParsedSchedule,
    lang: Lang,
) -> Result<EditedSession, (String, u8)> {
    let usage = |text: SessionText| (text.to_plain(lang), EXIT_USAGE);
    let session = named_session(&parsed.schedule, &args.session).map_err(|text| (text.to_plain(lang), EXIT_USAGE))?;
    let today = station_now(&parsed.schedule.station).date_naive();
    let mut skipped = Vec::new();
    for date in &args.skip {
        skipped.push(date.resolve(today).ok_or_else(|| usage(SessionText::DatesSwapped {}))?);
    }
    let order: Option<Option<Vec<usize>>> =
        (!args.items.is_empty()).then(|| args.items.iter().map(|number| usize::from(*number).checked_sub(1)).collect());
    let order = order.map(|order| order.ok_or_else(|| usage(SessionText::ItemsFromOne {}))).transpose()?;
    let title =
        args.title.as_ref().map(|title| strip_unprintable(title).trim().chars().take(MAX_TITLE_CHARS).collect());
    let times = |args: &SessionArgs| {
        let mut times: Vec<_> = args.at.iter().map(|time| time.0).collect();
        times.sort_unstable();
        times.dedup();
        times
    };
    let change = SessionChange {
        title,
        start_times: (!args.at.is_empty()).then(|| times(args)),
        weekdays: (!args.days.is_empty()).then(|| args.days.iter().map(|day| day.weekday()).collect()),
        skipped,
        order,
    };
    if change == SessionChange::default() {
        return Err(usage(SessionText::NothingToChange {}));
    }
    let span = parsed.spans.sessions.get(&session.id).and_then(|spans| spans.get("id"));
    let index = span.map_or(0, |span| span.file_index);
    let file = files.get(index).ok_or_else(|| usage(SessionText::NothingToChange {}))?;
    let text = with_session_change(&file.text, &session.id, &change).map_err(|error| match error {
        EditError::NoSuchItem(number) => usage(SessionText::NoSuchItem { number }),
        error => {
            let text = ScanText::NotEdited { name: file.name.clone(), detail: error.to_string() };
            (text.to_plain(lang), EXIT_PROBLEMS)
        }
    })?;
    let mut new_files = files.to_vec();
    new_files[index] = SourceFile { has_bom: file.has_bom, ..SourceFile::new(&file.name, text.as_bytes()) };
    let edits = vec![PlaylistEdit { name: file.name.clone(), old: file.bytes(), new: new_files[index].bytes() }];
    Ok(EditedSession { id: session.id.clone(), title: strip_unprintable(&session.title), files: new_files, edits })
}

/// Returns the session that a name means.
fn named_session<'a>(schedule: &'a Schedule, name: &str) -> Result<&'a Session, SessionText> {
    let names =
        || schedule.sessions.iter().map(|session| format!("“{}”", session.title)).collect::<Vec<_>>().join(", ");
    match schedule.session_named(name) {
        NameMatch::One(session) => Ok(session),
        NameMatch::Several(_) | NameMatch::Nothing => {
            Err(SessionText::NoSuchSession { name: strip_unprintable(name), names: strip_unprintable(&names()) })
        }
    }
}

/// Returns the errors that the change would bring; `None` if there are none.
fn new_problems(old: &ParsedSchedule, new: &ParsedSchedule, files: &[SourceFile], lang: Lang) -> Option<String> {
    let is_known = |problem: &Problem| old.problems.iter().any(|known| known.finding == problem.finding);
    let problems: Vec<Problem> =
        new.problems.iter().filter(|problem| problem.is_structural && !is_known(problem)).cloned().collect();
    (!problems.is_empty()).then(|| problem::render_some(&problems, files, lang, false))
}

/// Returns what changes in the plan of the coming days, in sentences.
fn plan_sentences(station: &Path, old: &Schedule, new: &Schedule, lang: Lang) -> Vec<String> {
    let library = station::load_library(station, new, &Library::default());
    let today = station_now(&new.station).date_naive();
    let plans = |schedule: &Schedule| -> Vec<Plan> {
        let planner = Planner::new(schedule, &library);
        today.iter_days().take(COMPARED_DAYS).map(|date| planner.plan_for(date)).collect()
    };
    let title = |id: &Id| strip_unprintable(new.session_title(id).or(old.session_title(id)).unwrap_or(id.as_str()));
    change_sentences(&diff(&plans(old), &plans(new)), &title, lang)
}
