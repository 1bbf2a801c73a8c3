//! Formats airings as a table.
use super::page::LoggedAiring;
use crate::airlog::entry::OutcomeEntry;
use crate::cli::table::{align_columns, format_hms, format_seconds, strip_unprintable};
use crate::cli::words::{outcome_text, reason_text};
use crate::text::log::TableText;
use crate::text::{Lang, Localize};

/// Returns a table of the airings, sorted by planned time. An unplanned airing is sorted by the time of its entry.
#[must_use]
pub fn airings_table(airings: &[LoggedAiring<'_>], lang: Lang) -> String {
    let headings = [
        TableText::Planned {},
        TableText::Started {},
        TableText::LateMs {},
        TableText::Length {},
        TableText::Outcome {},
        TableText::Title {},
    ];
    let mut rows = vec![headings.iter().map(|heading| heading.localized(lang).to_string()).collect::<Vec<_>>()];
    let mut sorted_airings = airings.to_vec();
    sorted_airings
        .sort_by_key(|airing| (airing.outcome.labels.planned_at.unwrap_or(airing.record.at), airing.record.seq));
    rows.extend(sorted_airings.into_iter().map(|airing| airing_cells(airing, lang)));
    align_columns(&rows, &[2, 3])
}

fn airing_cells(airing: LoggedAiring<'_>, lang: Lang) -> Vec<String> {
    let OutcomeEntry { labels, result, reason, late_us, played_ms, .. } = airing.outcome;
    let format_time = |at: chrono::DateTime<chrono::FixedOffset>| at.format("%H:%M:%S").to_string();
    let planned = labels.planned_at.map_or_else(|| TableText::Unplanned {}.localized(lang).to_string(), format_time);
    // An asterisk marks a time from an unsynchronised clock. A line below the table explains it.
    let asterisk = if airing.has_unsynchronised_time() { "*" } else { "" };
    let started = match (labels.planned_at, late_us) {
        // Rounded to the nearest millisecond; otherwise a start 1 µs early would appear in the previous second.
        (Some(at), Some(us)) => {
            let started = at.checked_add_signed(chrono::TimeDelta::microseconds(us.saturating_add(500)));
            started.map_or("-".to_owned(), |at| at.format("%H:%M:%S%.3f").to_string())
        }
        (None, _) => {
            let time = labels.id.split_once('T').map(|(_, time)| time.chars().take(8).collect());
            time.unwrap_or("-".to_owned())
        }
        _ => "-".to_owned(),
    } + asterisk;
    let late = late_us.map_or("-".to_owned(), |us| format_ms(us, lang));
    let result = outcome_text(*result).localized(lang).to_string();
    let result_and_reason = match reason {
        Some(reason) => format!("{result}: {}", reason_text(*reason).localized(lang)),
        None => result,
    };
    let length = if *played_ms < 600_000 { format_seconds(*played_ms, lang) } else { format_hms(*played_ms) };
    vec![planned, started, late, length, result_and_reason, strip_unprintable(&labels.title)]
}

/// Formats microseconds as milliseconds with one decimal place: `0,3` in Vietnamese, `0.3` in English.
fn format_ms(us: i64, lang: Lang) -> String {
    let tenths = (us.abs() + 50) / 100;
    let sign = if us < 0 && tenths > 0 { "-" } else { "" };
    let decimal_mark = if lang == Lang::Vi { ',' } else { '.' };
    format!("{sign}{}{decimal_mark}{}", tenths / 10, tenths % 10)
}
