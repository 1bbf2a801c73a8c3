//! Labels of a report's tables.
use super::fact::FactState;
use super::figures;
use super::group_by::GroupBy;
use crate::airlog::outcome_text::reason_text;
use crate::text::log::TableText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// Returns the heading of a table.
#[must_use]
pub fn heading(by: GroupBy) -> ReportText {
    match by {
        GroupBy::Station => ReportText::ByStation {},
        GroupBy::Topic => ReportText::ByTopic {},
        GroupBy::Language => ReportText::ByLanguage {},
        GroupBy::District => ReportText::ByDistrict {},
        GroupBy::Commune => ReportText::ByCommune {},
        GroupBy::Segment => ReportText::BySegment {},
        GroupBy::Day => ReportText::ByDay {},
        GroupBy::Period => ReportText::ByPeriod {},
    }
}

/// Returns the heading of a table's first column.
#[must_use]
pub fn first_column(by: GroupBy) -> ReportText {
    match by {
        GroupBy::Station => ReportText::Station {},
        GroupBy::Topic => ReportText::Topic {},
        GroupBy::Language => ReportText::Language {},
        GroupBy::District => ReportText::District {},
        GroupBy::Commune => ReportText::Commune {},
        GroupBy::Segment => ReportText::Segment {},
        GroupBy::Day => ReportText::Day {},
        GroupBy::Period => ReportText::Period {},
    }
}

/// Formats a name with its code or id, or the code alone when there is no name.
fn named(code: &str, name: &str) -> String {
    if name.is_empty() { code.to_owned() } else { format!("{name} ({code})") }
}

/// Formats a station's name and id.
#[must_use]
pub fn station_label(id: &str, name: &str) -> String {
    named(id, name)
}

/// Formats the key of a row.
#[must_use]
pub fn key_label(by: GroupBy, key: &[String], lang: Lang) -> String {
    let cell = |at: usize| key.get(at).map_or("", String::as_str);
    let date = |text: &str| text.parse().map_or_else(|_| text.to_owned(), figures::date);
    match by {
        GroupBy::Station | GroupBy::Segment => named(cell(0), cell(1)),
        GroupBy::Topic if cell(0).is_empty() => ReportText::NoTopic {}.localized(lang).to_string(),
        GroupBy::Topic if cell(1).is_empty() => {
            ReportText::CampaignAlone { campaign: cell(0).to_owned() }.localized(lang).to_string()
        }
        GroupBy::Topic if cell(2).is_empty() => format!("{} {}", cell(0), cell(1)),
        GroupBy::Topic => format!("{}. {}", cell(1), cell(2)),
        GroupBy::Language => language_name(cell(0), lang),
        GroupBy::District if cell(0).is_empty() && cell(1).is_empty() => {
            ReportText::NoDistrict {}.localized(lang).to_string()
        }
        GroupBy::Commune if cell(0).is_empty() && cell(1).is_empty() => {
            ReportText::NoPlace {}.localized(lang).to_string()
        }
        GroupBy::District | GroupBy::Commune => named(cell(0), cell(1)),
        GroupBy::Day => date(cell(0)),
        GroupBy::Period => format!("{}–{}", date(cell(0)), date(cell(1))),
    }
}

/// Returns the name of a language of the province, with its code.
#[must_use]
pub fn language_name(code: &str, lang: Lang) -> String {
    let name = match (code, lang) {
        ("vi", Lang::Vi) => "tiếng Việt",
        ("vi", Lang::En) => "Vietnamese",
        ("cmo", Lang::Vi) => "tiếng M'Nông",
        ("cmo", Lang::En) => "M'Nông",
        ("rad", Lang::Vi) => "tiếng Ê Đê",
        ("rad", Lang::En) => "Ê Đê",
        ("cma", Lang::Vi) => "tiếng Mạ",
        ("cma", Lang::En) => "Mạ",
        ("hmn", Lang::Vi) => "tiếng Mông",
        ("hmn", Lang::En) => "Mông",
        ("tyz", Lang::Vi) => "tiếng Tày",
        ("tyz", Lang::En) => "Tày",
        ("nut", Lang::Vi) => "tiếng Nùng",
        ("nut", Lang::En) => "Nùng",
        _ => return code.to_owned(),
    };
    format!("{name} ({code})")
}

/// Returns the words for an airing's state: result and reason.
#[must_use]
pub fn state_words(state: FactState, lang: Lang) -> (String, String) {
    let word = |word: TableText| word.localized(lang).to_string();
    let why = |reason: Option<crate::airlog::outcome::Reason>| {
        reason
            .map_or_else(|| ReportText::OtherReason {}.localized(lang).to_string(), |reason| word(reason_text(reason)))
    };
    match state {
        FactState::Aired => (word(TableText::Aired {}), String::new()),
        FactState::Partial(reason) => (word(TableText::Partial {}), why(reason)),
        FactState::Missed(reason) => (word(TableText::Missed {}), why(reason)),
        FactState::Level0 => (ReportText::Level0 {}.localized(lang).to_string(), String::new()),
        FactState::Implausible => (ReportText::Implausible {}.localized(lang).to_string(), String::new()),
        FactState::Unknown => (ReportText::Unknown {}.localized(lang).to_string(), String::new()),
        FactState::Unplanned | FactState::UnplannedSilent => (word(TableText::Unplanned {}), String::new()),
    }
}
