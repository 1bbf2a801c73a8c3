//! The table of airings.
use super::page::LoggedAiring;
use crate::airlog::entry::OutcomeEntry;
use crate::cli::table::{align_columns, format_clock, format_seconds, strip_unprintable};
use crate::cli::words::{outcome_text, reason_text};
use crate::text::log::TableText;
use crate::text::{Lang, Localize};

/// Returns the table of airings, in the order of their planned times.
#[must_use]
pub fn airings_table(outcomes: &[LoggedAiring<'_>], lang: Lang) -> String {
    let head = [
        TableText::Planned {},
        TableText::Started {},
        TableText::LateMs {},
        TableText::Length {},
        TableText::Outcome {},
        TableText::Title {},
    ];
    let mut rows = vec![head.iter().map(|h| h.localized(lang).to_string()).collect::<Vec<_>>()];
    let mut sorted = outcomes.to_vec();
    sorted.sort_by_key(|one| (one.note.labels.planned_at.unwrap_or(one.record.at), one.record.seq));
    rows.extend(sorted.into_iter().map(|outcome| airing_cells(outcome, lang)));
    align_columns(&rows, &[2, 3])
}

fn airing_cells(outcome: LoggedAiring<'_>, lang: Lang) -> Vec<String> {
    let OutcomeEntry { labels, result, reason, late_us, played_ms, .. } = outcome.note;
    let time = |at: chrono::DateTime<chrono::FixedOffset>| at.format("%H:%M:%S").to_string();
    let planned = labels.planned_at.map_or_else(|| TableText::Unplanned {}.localized(lang).to_string(), time);
    // A star, explained below the table: the clock was not synchronised.
    let star = if outcome.has_unvouched_time() { "*" } else { "" };
    let started = match (labels.planned_at, late_us) {
        // To the nearest millisecond: a start 1 us early is not one second early.
        (Some(at), Some(us)) => {
            let started = at.checked_add_signed(chrono::TimeDelta::microseconds(us.saturating_add(500)));
            started.map_or("-".to_owned(), |at| at.format("%H:%M:%S%.3f").to_string())
        }
        (None, _) => {
            let time = labels.id.split_once('T').map(|(_, time)| time.chars().take(8).collect());
            time.unwrap_or("-".to_owned())
        }
        _ => "-".to_owned(),
    } + star;
    let late = late_us.map_or("-".to_owned(), |us| decimal_ms(us, lang));
    let result = outcome_text(*result).localized(lang).to_string();
    let ending = match reason {
        Some(reason) => format!("{result}: {}", reason_text(*reason).localized(lang)),
        None => result,
    };
    let length = if *played_ms < 600_000 { format_seconds(*played_ms, lang) } else { format_clock(*played_ms) };
    vec![planned, started, late, length, ending, strip_unprintable(&labels.title)]
}

/// Formats microseconds as milliseconds with one decimal: `0,3`.
fn decimal_ms(us: i64, lang: Lang) -> String {
    let tenths = (us.abs() + 50) / 100;
    let sign = if us < 0 && tenths > 0 { "-" } else { "" };
    let comma = if lang == Lang::Vi { ',' } else { '.' };
    format!("{sign}{}{comma}{}", tenths / 10, tenths % 10)
}
