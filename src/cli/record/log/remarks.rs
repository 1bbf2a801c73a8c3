//! Formats the log book's lines for entries other than outcomes.
use super::book::{Book, BookDay};
use crate::airlog::entry::{
    AmplifierEntry, Body, ClockStepEntry, ConcernEntry, ConcernTransition, EditEntry, LineChange, OperatorAction,
    OperatorEntry, PeerUser, Reason, RemarkEntry, SwitchTarget, UNTRIED,
};
use crate::airlog::record::Record;
use crate::cli::table::{format_date, format_in_words, strip_unprintable};
use crate::text::log::TableText;
use crate::text::log_book::{BookText, OrderText};
use crate::text::log_concern::{ConcernLine, ConcernMark, ConcernName};
use crate::text::{Lang, Localize};

/// The maximum number of changed sessions that one line names.
const MAX_NAMED_CHANGES: usize = 4;

/// Returns the log book's lines for the other events of a day, in the order of the log. An order to send an urgent
/// message several times has one line.
pub(super) fn event_lines(book: &Book<'_>, day: &BookDay<'_>, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = day.records.as_slice();
    while let Some((record, others)) = rest.split_first() {
        let repeats = others.iter().take_while(|other| is_same_urgent_order(record, other)).count();
        let line = match &record.body {
            Some(Body::Operator(entry)) if repeats > 0 => {
                let at = record.at.format("%H:%M").to_string();
                Some(repeated_order_line(book, entry, &others[..repeats], at, lang))
            }
            _ => event_line(book, day, record, lang),
        };
        lines.extend(line);
        rest = &others[repeats..];
    }
    lines
}

/// Returns `true` if both entries come from one order to send an urgent message several times: each airing has
/// its own entry, and all the entries are logged at the same time.
fn is_same_urgent_order(first: &Record, second: &Record) -> bool {
    match (&first.body, &second.body) {
        (Some(Body::Operator(a)), Some(Body::Operator(b))) => {
            let are_urgent = a.action == OperatorAction::Urgent && b.action == OperatorAction::Urgent;
            are_urgent && first.at == second.at && a.who == b.who
        }
        _ => false,
    }
}

fn repeated_order_line(book: &Book<'_>, entry: &OperatorEntry, repeats: &[&Record], at: String, lang: Lang) -> String {
    let repeated_ids = repeats.iter().filter_map(|record| match &record.body {
        Some(Body::Operator(entry)) => entry.id.as_deref(),
        _ => None,
    });
    let title = entry.id.as_deref().into_iter().chain(repeated_ids).find_map(|id| book.title(id));
    let title = title.map_or_else(|| BookText::SomeAiring {}.localized(lang).to_string(), str::to_owned);
    let (who, times) = (user_name(&entry.who), repeats.len() + 1);
    OrderText::UrgentTimes { at, who, title, times }.localized(lang).to_string()
}

/// Returns the log book's line for an entry; `None` if the entry has no line.
fn event_line(book: &Book<'_>, day: &BookDay<'_>, record: &Record, lang: Lang) -> Option<String> {
    let at = record.at.format("%H:%M").to_string();
    let title = |id: &str| airing_name(book, id, lang);
    let line = match record.body.as_ref()? {
        Body::Boot(entry) => TableText::WasOff { at, time: format_in_words(entry.off_s.filter(|s| *s >= 60)?, lang) },
        Body::Remark(entry) => note_line(book, entry, at),
        Body::Operator(entry) => return Some(order_line(book, day, entry, at, lang)),
        Body::Concern(entry) => return Some(concern_line(entry, at, lang)),
        Body::Interrupt(entry) if entry.reason == Reason::DeviceLost => {
            TableText::DeviceLostDuringLine { at, title: title(&entry.id) }
        }
        Body::Interrupt(entry) => TableText::InterruptLine { at, title: title(&entry.id) },
        Body::Resume(entry) => TableText::ResumeLine { at, title: title(&entry.id) },
        Body::Edit(entry) => edit_line(book, day, entry, at, lang),
        Body::ClockStep(entry) => clock_line(entry, at, lang),
        Body::ClockTrust(entry) if entry.trusted => TableText::ClockTrustedLine { at },
        Body::ClockTrust(_) => TableText::ClockDistrustedLine { at },
        Body::Amplifier(entry) if !entry.done => amplifier_line(entry, at),
        Body::Device(entry) if entry.state == LineChange::Lost => TableText::DeviceLostLine { at },
        Body::Lost(entry) => match entry.date {
            Some(date) => {
                let (date, count) = (format_date(date, lang), entry.lacking.into());
                TableText::PlanLostLine { at, date, count }
            }
            None => TableText::ScheduleLostLine { at },
        },
        Body::Amplifier(_)
        | Body::Device(_)
        | Body::Genesis(_)
        | Body::Schedule(_)
        | Body::Plan(_)
        | Body::Start(_)
        | Body::Outcome(_)
        | Body::Shutdown(_)
        | Body::Epoch(_)
        | Body::Anchor(_)
        | Body::Cosigned(_)
        | Body::Gap(_)
        | Body::Relay(_) => return None,
    };
    Some(line.localized(lang).to_string())
}

fn user_name(user: &PeerUser) -> String {
    user.name.clone().unwrap_or_else(|| user.uid.to_string())
}

fn amplifier_line(entry: &AmplifierEntry, at: String) -> TableText {
    match entry.detail.as_deref().unwrap_or_default() {
        UNTRIED => TableText::AmplifierUntriedLine { at },
        detail if entry.to == SwitchTarget::On => {
            TableText::AmplifierOnFailedLine { at, detail: strip_unprintable(detail) }
        }
        detail => TableText::AmplifierOffFailedLine { at, detail: strip_unprintable(detail) },
    }
}

/// Returns the title of an airing on the page, or its id if no entry of these dates has its title.
fn airing_name(book: &Book<'_>, id: &str, lang: Lang) -> String {
    match book.title(id) {
        Some(title) => title.to_owned(),
        None if id.is_empty() => BookText::SomeAiring {}.localized(lang).to_string(),
        None => id.to_owned(),
    }
}

/// Names the sessions that an edit changed, by their titles in the new schedule.
fn edit_line(book: &Book<'_>, day: &BookDay<'_>, entry: &EditEntry, at: String, lang: Lang) -> TableText {
    let count = entry.changes.len() + usize::try_from(entry.more).unwrap_or(0);
    let mut sessions: Vec<String> = Vec::new();
    for change in &entry.changes {
        let (id, time) = (change.session.to_string(), change.at.format("%H:%M").to_string());
        let name = match book.page.session_title(day.date, &id) {
            Some(title) => BookText::TitledSession { title: title.to_owned(), time },
            None => BookText::UntitledSession { id, time },
        };
        let name = name.localized(lang).to_string();
        if !sessions.contains(&name) {
            sessions.push(name);
        }
        if sessions.len() > MAX_NAMED_CHANGES {
            sessions[MAX_NAMED_CHANGES] = "…".to_owned();
            break;
        }
    }
    match sessions.is_empty() {
        true => TableText::EditLine { at, count: count.into() },
        false => TableText::EditOfLine { at, count: count.into(), sessions: sessions.join(", ") },
    }
}

fn note_line(book: &Book<'_>, entry: &RemarkEntry, at: String) -> TableText {
    let (text, who) = (entry.text.clone(), user_name(&entry.who));
    match book.title(&entry.id) {
        Some(title) => TableText::NoteAboutLine { at, title: title.to_owned(), text, who },
        None => TableText::NoteLine { at, text, who },
    }
}

/// Returns the line for an operator's order. If the title is unknown, the line uses general words or the id.
fn order_line(book: &Book<'_>, day: &BookDay<'_>, entry: &OperatorEntry, at: String, lang: Lang) -> String {
    let (who, id) = (user_name(&entry.who), entry.id.as_deref().unwrap_or_default());
    let known_title = book.title(id).map(str::to_owned);
    let text = match (&entry.action, known_title) {
        (OperatorAction::Play, Some(title)) => OrderText::Played { at, who, title },
        (OperatorAction::Play, None) => OrderText::PlayedUntitled { at, who },
        (OperatorAction::Urgent, Some(title)) => OrderText::Urgent { at, who, title },
        (OperatorAction::Urgent, None) => OrderText::UrgentUntitled { at, who },
        (OperatorAction::Skip, _) => OrderText::Skipped { at, who, title: airing_name(book, id, lang) },
        (OperatorAction::Stop, _) => {
            OrderText::Stopped { at, who, title: session_title(book, day, id).unwrap_or(airing_name(book, id, lang)) }
        }
        (OperatorAction::ConfirmClock, _) => OrderText::ClockConfirmed { at, who },
        (OperatorAction::AmplifierOn, _) => OrderText::AmplifierOn { at, who },
        (OperatorAction::AmplifierOff, _) => OrderText::AmplifierOff { at, who },
        (OperatorAction::AcceptRemoval, _) => OrderText::RemovalAccepted { at, who, file: id.to_owned() },
        (OperatorAction::Other(order), _) => {
            let order = if id.is_empty() { order.clone() } else { format!("{order} {id}") };
            OrderText::Other { at, who, order }
        }
    };
    text.localized(lang).to_string()
}

/// Returns the title of the session that the key `<session>@<date>T<HH:MM:SS>` names; `None` for an id of another form.
fn session_title(book: &Book<'_>, day: &BookDay<'_>, key: &str) -> Option<String> {
    let (session, _) = key.split_once('@')?;
    book.page.session_title(day.date, session).map(str::to_owned)
}

fn concern_line(entry: &ConcernEntry, at: String, lang: Lang) -> String {
    let (name, subject) = (ConcernName::of_code(&entry.code), entry.subject.clone());
    let mark = ConcernMark::of_severity(entry.severity.as_deref());
    let text = match (entry.news == ConcernTransition::Cleared, subject.is_empty()) {
        (false, true) => ConcernLine::Raised { at, mark, name },
        (false, false) => ConcernLine::RaisedAbout { at, mark, name, subject },
        (true, true) => ConcernLine::Cleared { at, name },
        (true, false) => ConcernLine::ClearedAbout { at, name, subject },
    };
    text.localized(lang).to_string()
}

fn clock_line(entry: &ClockStepEntry, at: String, lang: Lang) -> TableText {
    let seconds = i64::try_from(entry.by_us.unsigned_abs() / 1_000_000).unwrap_or(i64::MAX);
    let by = format_in_words(seconds, lang);
    if entry.by_us < 0 { TableText::ClockBackLine { at, by } } else { TableText::ClockForwardLine { at, by } }
}
