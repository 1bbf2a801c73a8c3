//! Formats the log book's lines for entries other than outcomes.
use crate::airlog::entry::{
    AmplifierEntry, Body, LineChange, OperatorEntry, PeerUser, Reason, RelayEntry, SwitchTarget, UNTRIED,
};
use crate::airlog::record::Record;
use crate::cli::table::{format_in_words, strip_unprintable};
use crate::cli::words::reason_text;
use crate::text::log::TableText;
use crate::text::{Lang, Localize};

/// Returns the log book's line for an entry; `None` if it has no line for the entry.
pub(super) fn remark_line(record: &Record, lang: Lang) -> Option<String> {
    let at = record.at.format("%H:%M").to_string();
    let line = match record.body.as_ref()? {
        Body::Boot(entry) => TableText::WasOff { at, time: format_in_words(entry.off_s.filter(|s| *s >= 60)?, lang) },
        Body::Remark(entry) => TableText::NoteLine { at, text: entry.text.clone(), who: user_name(&entry.who) },
        Body::Operator(entry) => TableText::OrderLine { at, action: command_text(entry), who: user_name(&entry.who) },
        Body::Relay(entry) => relay_line(entry, at, lang),
        Body::Interrupt(entry) if entry.reason == Reason::DeviceLost => {
            TableText::BreakLine { at, id: entry.id.clone() }
        }
        Body::Interrupt(entry) => TableText::InterruptLine { at, id: entry.id.clone() },
        Body::Resume(entry) => TableText::ResumeLine { at, id: entry.id.clone() },
        Body::Edit(entry) => {
            TableText::EditLine { at, count: entry.changes.len() + usize::try_from(entry.more).unwrap_or(0) }
        }
        Body::ClockStep(entry) => TableText::ClockLine { at, by: format!("{:+} s", entry.by_us / 1_000_000) },
        Body::ClockTrust(entry) if entry.trusted => TableText::BeliefLine { at },
        Body::ClockTrust(_) => TableText::DoubtLine { at },
        Body::Amplifier(entry) if !entry.done => amplifier_line(entry, at),
        Body::Device(entry) if entry.state == LineChange::Lost => TableText::LostLine { at },
        Body::Lost(entry) => match entry.date {
            Some(date) => {
                TableText::PlanLostLine { at, date: crate::cli::table::format_date(date, lang), count: entry.lacking }
            }
            None => TableText::ScheduleLostLine { at },
        },
        _ => return None,
    };
    Some(line.localized(lang).to_string())
}

fn user_name(user: &PeerUser) -> String {
    user.name.clone().unwrap_or_else(|| user.uid.to_string())
}

fn relay_line(entry: &RelayEntry, at: String, lang: Lang) -> TableText {
    let (title, time) = (entry.title.clone(), format_in_words((entry.held_ms + 500) / 1000, lang));
    match entry.reason {
        Some(reason) => {
            TableText::RelayCutLine { at, title, time, why: reason_text(reason).localized(lang).to_string() }
        }
        None => TableText::RelayLine { at, title, time },
    }
}

fn amplifier_line(entry: &AmplifierEntry, at: String) -> TableText {
    match entry.detail.as_deref().unwrap_or_default() {
        UNTRIED => TableText::AmplifierUntriedLine { at },
        detail if entry.to == SwitchTarget::On => TableText::AmplifierOnLine { at, detail: strip_unprintable(detail) },
        detail => TableText::AmplifierOffLine { at, detail: strip_unprintable(detail) },
    }
}

fn command_text(entry: &OperatorEntry) -> String {
    entry.id.as_ref().map_or_else(|| entry.action.to_string(), |id| format!("{} {id}", entry.action))
}
