//! Lists the journal's entries since a closing that change no number: answers and incidents.
use chrono::NaiveDate;

use super::RecordedClosing;
use crate::department::journal::Journal;
use crate::department::journal::answer_list::all_answers;
use crate::department::journal::history::incident_histories;
use crate::department::journal::sentence::{format_minute, incident_text};
use crate::department::journal::verdict_text::verdict_text;
use crate::department::registry::Registry;
use crate::department::report::labels::station_label;
use crate::proof::origin::station_in_origin;
use crate::text::closing::ClosingText;
use crate::text::{Lang, Localize, strip_unprintable};

/// The maximum number of answers, and of incidents, that are told.
const MAX_TOLD: usize = 50;

/// Returns a sentence for each answer and each incident since a closing, the incidents first.
#[must_use]
pub fn since_lines(closing: &RecordedClosing, journal: &Journal, registry: &Registry, lang: Lang) -> Vec<String> {
    let label = |station: &str| station_label(station, registry.station_name(station).unwrap_or_default());
    let incidents = incident_histories(journal).into_iter().filter(|history| history.seq > closing.seq);
    let incidents = incidents.map(|history| {
        let claimed = station_in_origin(&history.incident.origin).unwrap_or_default();
        let station = if history.incident.station.is_empty() { claimed } else { &history.incident.station };
        ClosingText::IncidentSince {
            number: history.seq,
            at: format_minute(&history.at),
            station: label(station),
            what: incident_text(&history.incident),
        }
    });
    let answers = all_answers(journal).into_iter().filter(|answer| answer.seq > closing.seq);
    let answers = answers.filter_map(|answer| {
        let (at, record) = (format_minute(&answer.at), &answer.record);
        let verdict = verdict_text(record, lang);
        if let Some(number) = record.incident {
            return Some(ClosingText::IncidentAnsweredSince { number, at, verdict });
        }
        let date = airing_date(&record.airing)?;
        let station = label(station_in_origin(&record.origin).unwrap_or_default());
        let airing = record.airing.clone();
        closing.range.contains(date).then_some(ClosingText::AiringAnsweredSince { airing, station, at, verdict })
    });
    let lines = shortened(incidents.collect(), lang).into_iter().chain(shortened(answers.collect(), lang));
    lines.map(|line| strip_unprintable(&line)).collect()
}

/// Returns the first sentences, and how many follow.
fn shortened(sentences: Vec<ClosingText>, lang: Lang) -> Vec<String> {
    let more = sentences.len().saturating_sub(MAX_TOLD) as u64;
    let mut lines: Vec<String> = sentences.iter().take(MAX_TOLD).map(|text| text.to_plain(lang)).collect();
    lines.extend((more > 0).then(|| ClosingText::MoreLines { count: more }.to_plain(lang)));
    lines
}

/// Returns the date in the id of an airing: the ten characters after the `@`.
fn airing_date(id: &str) -> Option<NaiveDate> {
    id.split_once('@')?.1.get(..10)?.parse().ok()
}
