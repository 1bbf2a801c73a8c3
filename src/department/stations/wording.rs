//! The states of stations, and what is to be done about them, in words.
use chrono::{DateTime, FixedOffset};

use super::due::HandIn;
use super::duty::Duty;
use super::{MissedTarget, StationRow, StationState};
use crate::department::journal::sentence::incident_text;
use crate::department::report::figures::{format_date, format_date_range};
use crate::department::report::incident_list::what_cell;
use crate::department::report::period::DateRange;
use crate::department::target::wording::{amount_cell, document_text};
use crate::text::count::Grouped;
use crate::text::stations::StationsText;
use crate::text::{Lang, Localize};

/// Formats a time to the minute: `20/03/2023 05:15`.
#[must_use]
pub fn format_time(at: DateTime<FixedOffset>) -> String {
    at.format("%d/%m/%Y %H:%M").to_string()
}

/// Returns the state of a station.
#[must_use]
pub fn state_text(row: &StationRow, lang: Lang) -> String {
    let text = match &row.state {
        StationState::Refused(history) => return incident_text(&history.incident).to_plain(lang),
        StationState::NotCounted(fault) => StationsText::NotCounted { fault: fault.clone() },
        StationState::Evidence => StationsText::EvidenceState {},
        StationState::Overlap => StationsText::OverlapState {},
        StationState::Silent => {
            StationsText::SilentState { days: row.silence.map_or(0, |silence| silence.days).into() }
        }
        StationState::NeverSent => StationsText::NeverSentState {},
        StationState::Whole => StationsText::WholeState {},
    };
    text.to_plain(lang)
}

/// Returns when the next log is due, and for which days.
#[must_use]
pub fn due_text(hand_in: HandIn, lang: Lang) -> String {
    let (date, month) = (format_date(hand_in.due), format_date_range(hand_in.month));
    let text =
        if hand_in.is_overdue { StationsText::Overdue { date, month } } else { StationsText::DueOn { date, month } };
    text.to_plain(lang)
}

/// Returns the sentence that says what is to be done.
#[must_use]
pub fn duty_text(duty: &Duty, lang: Lang) -> String {
    let text = match duty {
        Duty::Incident(history) => StationsText::SettleIncident { what: what_cell(history, lang), seq: history.seq },
        Duty::Unattributed(listed) => StationsText::ExamineSource {
            what: what_cell(&listed.history, lang),
            seq: listed.history.seq,
            source: listed.history.incident.source.clone(),
        },
        Duty::NotCounted(fault) => StationsText::RestoreLog { fault: fault.clone() },
        Duty::Evidence(folders) => StationsText::SettleEvidence { folders: folders.clone() },
        Duty::Overlap(overlap) => StationsText::AskAboutOverlap {
            number: overlap.numbers.0,
            other: overlap.numbers.1,
            from: format_date(overlap.from),
            until: format_date(overlap.until),
        },
        Duty::Registration => StationsText::CheckRegistration {},
        Duty::NewLog { number, enrolled_on } => {
            StationsText::AskAboutNewLog { number: *number, date: format_date(*enrolled_on) }
        }
        Duty::Silent { since, days } => StationsText::AskAboutSilence { at: format_time(*since), days: (*days).into() },
        Duty::NeverSent => StationsText::AskForFirstLog {},
        Duty::BelowTarget(missed) => below_target_text(missed, lang),
        Duty::Notes(notes) => StationsText::AnswerNotes {
            airings: Grouped(notes.airings.into()),
            date: format_date(notes.date),
            text: notes.text.clone(),
        },
    };
    text.to_plain(lang)
}

fn below_target_text(missed: &MissedTarget, lang: Lang) -> StationsText {
    let (target, week) = (&missed.target, &missed.week);
    StationsText::AskAboutTarget {
        title: target.title.clone(),
        counted: amount_cell(week.airtime.counted, target.amount, lang),
        asked: amount_cell(week.asked, target.amount, lang),
        week: format_date_range(DateRange { from: week.days.0, until: week.days.1 }),
        document: document_text(target, lang),
    }
}
