//! The lines of the log book that are not airings.
use crate::airlog::entry::{
    AmplifierEntry, Body, LineChange, OperatorEntry, PeerUser, Reason, RelayEntry, SwitchTarget, UNTRIED,
};
use crate::airlog::record::Record;
use crate::cli::table::{format_spoken, strip_unprintable};
use crate::cli::words::reason_text;
use crate::text::log::TableText;
use crate::text::{Lang, Localize};

/// Returns the line of an entry that is not an airing; none when the log book omits it.
pub(super) fn remark_line(record: &Record, lang: Lang) -> Option<String> {
    let at = record.at.format("%H:%M").to_string();
    let words = match record.body.as_ref()? {
        Body::Boot(note) => TableText::WasOff { at, time: format_spoken(note.off_s.filter(|s| *s >= 60)?, lang) },
        Body::Remark(note) => TableText::NoteLine { at, text: note.text.clone(), who: name_of(&note.who) },
        Body::Operator(note) => TableText::OrderLine { at, action: order_words(note), who: name_of(&note.who) },
        Body::Relay(note) => relay_line(note, at, lang),
        Body::Interrupt(note) if note.reason == Reason::DeviceLost => TableText::BreakLine { at, id: note.id.clone() },
        Body::Interrupt(note) => TableText::InterruptLine { at, id: note.id.clone() },
        Body::Resume(note) => TableText::ResumeLine { at, id: note.id.clone() },
        Body::Edit(note) => {
            TableText::EditLine { at, count: note.changes.len() + usize::try_from(note.more).unwrap_or(0) }
        }
        Body::ClockStep(note) => TableText::ClockLine { at, by: format!("{:+} s", note.by_us / 1_000_000) },
        Body::ClockTrust(note) if note.trusted => TableText::BeliefLine { at },
        Body::ClockTrust(_) => TableText::DoubtLine { at },
        Body::Amplifier(note) if !note.done => amplifier_line(note, at),
        Body::Device(note) if note.state == LineChange::Lost => TableText::LostLine { at },
        Body::Lost(note) => match note.date {
            Some(date) => {
                TableText::PlanLostLine { at, date: crate::cli::table::format_date(date, lang), count: note.lacking }
            }
            None => TableText::ScheduleLostLine { at },
        },
        _ => return None,
    };
    Some(words.localized(lang).to_string())
}

fn name_of(who: &PeerUser) -> String {
    who.name.clone().unwrap_or_else(|| who.uid.to_string())
}

fn relay_line(note: &RelayEntry, at: String, lang: Lang) -> TableText {
    let (title, time) = (note.title.clone(), format_spoken((note.held_ms + 500) / 1000, lang));
    match note.reason {
        Some(reason) => {
            TableText::RelayCutLine { at, title, time, why: reason_text(reason).localized(lang).to_string() }
        }
        None => TableText::RelayLine { at, title, time },
    }
}

fn amplifier_line(note: &AmplifierEntry, at: String) -> TableText {
    match note.detail.as_deref().unwrap_or_default() {
        UNTRIED => TableText::AmplifierUntriedLine { at },
        detail if note.to == SwitchTarget::On => TableText::AmplifierOnLine { at, detail: strip_unprintable(detail) },
        detail => TableText::AmplifierOffLine { at, detail: strip_unprintable(detail) },
    }
}

fn order_words(note: &OperatorEntry) -> String {
    note.id.as_ref().map_or_else(|| note.action.to_string(), |id| format!("{} {id}", note.action))
}
