//! `loa answer`: records what the department decides about an explanation of a station, or about an incident.
use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::enrol::locked_registry::LockedRegistry;
use super::indexed_store::open_indexed_store;
use super::opened_journal::{add_to_journal, open_journal_of, print_faults, read_journal};
use super::registry_file::read_store_registry;
use super::store::{DEFAULT_RETRY_TIME, parse_location, report_store_failure};
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::record::key::open_witness;
use crate::cli::table::{align_columns, strip_unprintable};
use crate::department::index::query::NumberedOutcome;
use crate::department::journal::Journal;
use crate::department::journal::answer::{AnswerRecord, Decision};
use crate::department::journal::answer_list::all_answers;
use crate::department::journal::entry::{JournalBody, MAX_TEXT_CHARS};
use crate::department::journal::history::incident_histories;
use crate::department::journal::sentence::format_minute;
use crate::department::journal::verdict_text::verdict_text;
use crate::text::answer::AnswerText;
use crate::text::department::DepartmentText;
use crate::text::{Lang, Localize};

/// Arguments of `loa answer`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct AnswerArgs {
    pub store: PathBuf,
    #[arg(value_name = "STATION", requires = "outcome_number", conflicts_with = "incident")]
    pub answered_station: Option<String>,
    #[arg(value_name = "N")]
    pub outcome_number: Option<u64>,
    #[arg(long = "accept", group = "verdict", conflicts_with = "incident")]
    pub accept_explanation: bool,
    #[arg(long = "refuse", group = "verdict", conflicts_with = "incident")]
    pub refuse_explanation: bool,
    #[arg(long, value_name = "N")]
    pub incident: Option<u64>,
    #[arg(long, group = "verdict", requires = "incident")]
    pub settled: bool,
    #[arg(long, group = "verdict", requires = "incident")]
    pub upheld: bool,
    #[arg(long = "text", value_name = "TEXT")]
    pub reasons: Option<String>,
    #[arg(long = "by", value_name = "TEXT")]
    pub answered_by: Option<String>,
    #[arg(long = "log", value_name = "ID", requires = "answered_station")]
    pub log_origin: Option<String>,
    #[arg(long = "list", conflicts_with_all = ["verdict", "incident", "answered_station", "reasons", "answered_by"])]
    pub list_answers: bool,
}

impl AnswerArgs {
    fn verdict(&self) -> Option<Decision> {
        let chosen = [
            (self.accept_explanation, Decision::Accepted),
            (self.refuse_explanation, Decision::Refused),
            (self.settled, Decision::Settled),
            (self.upheld, Decision::Upheld),
        ];
        chosen.into_iter().find(|(is_chosen, _)| *is_chosen).map(|(_, verdict)| verdict)
    }

    /// Returns an answer without its subject.
    fn record(&self, verdict: Decision) -> AnswerRecord {
        let text = |text: &Option<String>| strip_unprintable(text.as_deref().unwrap_or_default()).trim().to_owned();
        AnswerRecord {
            origin: String::new(),
            airing: String::new(),
            outcome: None,
            note: None,
            incident: None,
            verdict,
            text: text(&self.reasons),
            by: text(&self.answered_by),
        }
    }
}

/// Runs `loa answer`.
///
/// # Errors
/// If standard output cannot be written, or the witness's stored state cannot be read or written.
pub fn run(args: &AnswerArgs, lang: Lang) -> io::Result<u8> {
    if args.list_answers {
        return list(args, lang);
    }
    let usage = || fail(AnswerText::Usage {}.localized(lang), EXIT_USAGE);
    let Some(record) = args.verdict().map(|verdict| args.record(verdict)) else { return Ok(usage()) };
    // Settling is about incidents only. clap does not check what an argument requires if it conflicts with another.
    let is_for_incident = matches!(record.verdict, Decision::Settled | Decision::Upheld);
    if is_for_incident != args.incident.is_some() {
        return Ok(usage());
    }
    if record.text.chars().count().max(record.by.chars().count()) > MAX_TEXT_CHARS {
        return Ok(fail(AnswerText::TooLong { limit: MAX_TEXT_CHARS as u64 }.localized(lang), EXIT_USAGE));
    }
    match (args.incident, &args.answered_station, args.outcome_number) {
        // Nobody can judge later why an accusation was dropped without reasons.
        (Some(_), ..) if record.text.is_empty() => Ok(usage()),
        (Some(number), ..) => answer_incident(args, number, record, lang),
        (None, Some(station), Some(number)) => answer_airing(args, station, number, record, lang),
        (None, ..) => Ok(usage()),
    }
}

fn answer_incident(args: &AnswerArgs, number: u64, mut record: AnswerRecord, lang: Lang) -> io::Result<u8> {
    let mut locked = match LockedRegistry::of_existing_store(&args.store, lang)? {
        Ok(locked) => locked,
        Err(code) => return Ok(code),
    };
    let journal = open_journal_of(&locked.location, &locked.witness)?.0.comparison.journal;
    if !incident_histories(&journal).iter().any(|history| history.seq == number) {
        return Ok(fail(AnswerText::NoSuchIncident { number }.localized(lang), EXIT_PROBLEMS));
    }
    record.incident = Some(number);
    let verdict = verdict_text(&record, lang);
    let entry = JournalBody::Answer(Box::new(record));
    if let Err(code) = add_to_journal(&locked.location, &mut locked.witness, &entry, lang)? {
        return Ok(code);
    }
    writeln!(io::stdout(), "{}", AnswerText::IncidentAnswered { number, verdict }.to_plain(lang))?;
    Ok(EXIT_OK)
}

/// Finds the explained airing; prints the reason and returns the exit code if there is none.
fn find_explained(
    args: &AnswerArgs,
    station: &str,
    number: u64,
    lang: Lang,
) -> io::Result<Result<NumberedOutcome, u8>> {
    let indexed_store = match open_indexed_store(&args.store, false, lang)? {
        Ok(indexed_store) => indexed_store,
        Err(code) => return Ok(Err(code)),
    };
    let refuse = |text: AnswerText| Ok(Err(fail(text.to_plain(lang), EXIT_PROBLEMS)));
    if !indexed_store.registry.stations.keys().any(|id| id.as_str() == station) {
        let text = DepartmentText::NoSuchStation { station: strip_unprintable(station) };
        return Ok(Err(fail(text.to_plain(lang), EXIT_PROBLEMS)));
    }
    let station = station.to_owned();
    let mut outcomes = match indexed_store.index.outcomes_numbered(&station, number) {
        Ok(outcomes) => outcomes,
        Err(e) => {
            let error = io::Error::other(e.to_string());
            return Ok(Err(report_store_failure(&indexed_store.store.to_string(), &error, lang)));
        }
    };
    outcomes.retain(|outcome| args.log_origin.as_ref().is_none_or(|origin| *origin == outcome.origin));
    let Some(first) = outcomes.first().cloned() else { return refuse(AnswerText::NoSuchAiring { station, number }) };
    let (mut missed, _): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(|outcome| outcome.is_missed);
    if missed.is_empty() {
        return refuse(AnswerText::NotMissed { airing: strip_unprintable(&first.airing) });
    }
    missed.retain(|outcome| outcome.note.is_some());
    let origins = missed.iter().map(|outcome| outcome.origin.as_str()).collect::<Vec<_>>().join(", ");
    match (missed.pop(), missed.is_empty()) {
        (None, _) => refuse(AnswerText::NoNote { airing: strip_unprintable(&first.airing) }),
        (Some(outcome), true) => Ok(Ok(outcome)),
        (Some(_), false) => refuse(AnswerText::SeveralLogs { station, number, origins }),
    }
}

fn answer_airing(
    args: &AnswerArgs,
    station: &str,
    number: u64,
    mut record: AnswerRecord,
    lang: Lang,
) -> io::Result<u8> {
    let outcome = match find_explained(args, station, number, lang)? {
        Ok(outcome) => outcome,
        Err(code) => return Ok(code),
    };
    let mut locked = match LockedRegistry::of_existing_store(&args.store, lang)? {
        Ok(locked) => locked,
        Err(code) => return Ok(code),
    };
    let note = outcome.note.map(|note| (note.seq, strip_unprintable(&note.text)));
    (record.origin, record.airing, record.outcome) = (outcome.origin, outcome.airing.clone(), Some(number));
    record.note = note.as_ref().map(|(seq, _)| *seq);
    let verdict = verdict_text(&record, lang);
    let entry = JournalBody::Answer(Box::new(record));
    if let Err(code) = add_to_journal(&locked.location, &mut locked.witness, &entry, lang)? {
        return Ok(code);
    }
    let mut out = io::stdout().lock();
    if let Some((_, text)) = note {
        writeln!(out, "{}", AnswerText::NoteShown { text }.to_plain(lang))?;
    }
    let (airing, station) = (strip_unprintable(&outcome.airing), station.to_owned());
    writeln!(out, "{}", AnswerText::AiringAnswered { airing, station, verdict }.to_plain(lang))?;
    Ok(EXIT_OK)
}

/// Prints all answers, also those that a later one has replaced.
fn list(args: &AnswerArgs, lang: Lang) -> io::Result<u8> {
    let location = match parse_location(&args.store, DEFAULT_RETRY_TIME, lang) {
        Ok(location) => location,
        Err(code) => return Ok(code),
    };
    // Reading takes no lock: the list can be read while a collection runs.
    if let Err(code) = read_store_registry(&location, lang) {
        return Ok(code);
    }
    let comparison = match read_journal(&location, &open_witness()?) {
        Ok(comparison) => comparison,
        Err(e) => return Ok(report_store_failure(&location.to_string(), &e, lang)),
    };
    print_faults(&comparison.faults, &location, lang);
    let rows = answer_rows(&comparison.journal, lang);
    let text = if rows.len() == 1 { AnswerText::NoAnswers {}.to_plain(lang) } else { align_columns(&rows, &[0]) };
    writeln!(io::stdout(), "{}", text.trim_end())?;
    Ok(EXIT_OK)
}

/// Returns the heading and a row for each answer.
fn answer_rows(journal: &Journal, lang: Lang) -> Vec<Vec<String>> {
    let headings = [AnswerText::Number {}, AnswerText::At {}, AnswerText::Answer {}, AnswerText::Subject {}];
    let mut rows = vec![headings.map(|text| text.to_plain(lang)).to_vec()];
    for answer in all_answers(journal) {
        let record = &answer.record;
        let subject = match record.incident {
            Some(number) => AnswerText::AboutIncident { number },
            None => AnswerText::AboutAiring {
                airing: strip_unprintable(&record.airing),
                origin: strip_unprintable(&record.origin),
                number: record.outcome.unwrap_or(0),
            },
        };
        let at = format_minute(&answer.at);
        rows.push(vec![answer.seq.to_string(), at, verdict_text(record, lang), subject.to_plain(lang)]);
    }
    rows
}
