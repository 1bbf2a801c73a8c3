//! The labels in the tables of a report.
use super::fact::FactState;
use super::figures;
use super::group_by::GroupBy;
use crate::airlog::outcome_text::reason_text;
use crate::text::languages::broadcast_language;
use crate::text::log::TableText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// Returns the heading above the table with this grouping.
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
        GroupBy::CommuneTopic => ReportText::ByCommuneTopic {},
        GroupBy::CommuneTopicLanguage => ReportText::ByCommuneTopicLanguage {},
    }
}

/// Returns the heading of the first column in the table with this grouping.
#[must_use]
pub fn first_column_heading(by: GroupBy) -> ReportText {
    match by {
        GroupBy::Station => ReportText::Station {},
        GroupBy::Topic => ReportText::Topic {},
        GroupBy::Language => ReportText::Language {},
        GroupBy::District => ReportText::District {},
        GroupBy::Commune | GroupBy::CommuneTopic | GroupBy::CommuneTopicLanguage => ReportText::Commune {},
        GroupBy::Segment => ReportText::Segment {},
        GroupBy::Day => ReportText::Day {},
        GroupBy::Period => ReportText::Period {},
    }
}

/// Formats a name with its code or id in parentheses; the code alone if the name is empty.
fn name_with_code(code: &str, name: &str) -> String {
    if name.is_empty() { code.to_owned() } else { format!("{name} ({code})") }
}

/// Formats a station's name and id.
#[must_use]
pub fn station_label(id: &str, name: &str) -> String {
    name_with_code(id, name)
}

/// Formats the key of a row, whose cells are those of [`GroupBy::columns`].
#[must_use]
pub fn key_label(by: GroupBy, key: &[String], lang: Lang) -> String {
    let cell = |index: usize| key.get(index).map_or("", String::as_str);
    let format_date_text = |text: &str| text.parse().map_or_else(|_| text.to_owned(), figures::format_date);
    match by {
        GroupBy::Station | GroupBy::Segment => name_with_code(cell(0), cell(1)),
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
        GroupBy::Commune | GroupBy::CommuneTopic | GroupBy::CommuneTopicLanguage
            if cell(0).is_empty() && cell(1).is_empty() =>
        {
            ReportText::NoPlace {}.localized(lang).to_string()
        }
        GroupBy::District | GroupBy::Commune | GroupBy::CommuneTopic | GroupBy::CommuneTopicLanguage => {
            name_with_code(cell(0), cell(1))
        }
        GroupBy::Day => format_date_text(cell(0)),
        GroupBy::Period => {
            let dates = format!("{}–{}", format_date_text(cell(0)), format_date_text(cell(1)));
            // The total of a report has no third cell: it is not cut.
            if cell(2) == "1" { ReportText::CutPeriod { dates }.localized(lang).to_string() } else { dates }
        }
    }
}

/// Returns the name of a language with its code; the code alone for a language that loa does not know.
#[must_use]
pub fn language_name(code: &str, lang: Lang) -> String {
    match broadcast_language(code) {
        Some(language) => format!("{} ({code})", language.name(lang)),
        None => code.to_owned(),
    }
}

/// Returns an airing's result and reason as text. The reason is empty for states without one.
#[must_use]
pub fn result_and_reason(state: FactState, lang: Lang) -> (String, String) {
    let localize = |text: TableText| text.localized(lang).to_string();
    let reason_cell = |reason: Option<crate::airlog::outcome::Reason>| {
        reason.map_or_else(
            || ReportText::OtherReason {}.localized(lang).to_string(),
            |reason| localize(reason_text(reason)),
        )
    };
    match state {
        FactState::Aired => (localize(TableText::Aired {}), String::new()),
        FactState::Partial(reason) => (localize(TableText::Partial {}), reason_cell(reason)),
        FactState::Missed(reason) => (localize(TableText::Missed {}), reason_cell(reason)),
        FactState::Level0 => (ReportText::Level0 {}.localized(lang).to_string(), String::new()),
        FactState::Implausible => (ReportText::Implausible {}.localized(lang).to_string(), String::new()),
        FactState::Unknown => (ReportText::Unknown {}.localized(lang).to_string(), String::new()),
        FactState::Unplanned | FactState::UnplannedNotCounted => (localize(TableText::Unplanned {}), String::new()),
    }
}
