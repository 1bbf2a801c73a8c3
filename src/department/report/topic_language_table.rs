//! Which topics were aired in which language, and in which communes.
use std::collections::BTreeMap;

use super::Report;
use super::figures::{format_count, format_minutes};
use super::group_by::GroupBy;
use super::labels::{key_label, language_name};
use super::row_lists::TextTable;
use super::section_csv::to_csv;
use super::titled_table::TitledTable;
use crate::text::question::QuestionText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize, strip_unprintable};

/// The maximum number of communes that a cell names.
const MAX_NAMED_COMMUNES: usize = 12;

/// What was aired of a topic in a language.
#[derive(Default)]
struct TopicInLanguage<'a> {
    aired: u64,
    partial: u64,
    played_ms: i64,
    /// The code and the name of each commune that aired something of it, with the airtime.
    communes: BTreeMap<(&'a str, &'a str), i64>,
}

/// The cells of a topic's key, and a language code.
type TopicLanguageKey<'a> = (&'a str, Option<u16>, &'a str, &'a str);

/// Adds up the communes of each topic and language.
fn topics_in_languages(report: &Report) -> BTreeMap<TopicLanguageKey<'_>, TopicInLanguage<'_>> {
    let rows = report.table(GroupBy::CommuneTopicLanguage).map(|table| table.rows.as_slice()).unwrap_or_default();
    let mut groups: BTreeMap<TopicLanguageKey<'_>, TopicInLanguage<'_>> = BTreeMap::new();
    for row in rows {
        let [code, name, campaign, topic, title, language] = row.key.as_slice() else { continue };
        let group = groups.entry((campaign, topic.parse().ok(), title, language)).or_default();
        let totals = &row.totals;
        group.aired += totals.aired;
        group.partial += totals.partial;
        group.played_ms = group.played_ms.saturating_add(totals.played_ms);
        if totals.played_ms > 0 && !code.is_empty() {
            group.communes.insert((code, name), totals.played_ms);
        }
    }
    groups
}

/// Renders the topics and languages as CSV.
pub(super) fn topic_language_csv(report: &Report) -> String {
    let rows = topics_in_languages(report).into_iter().map(|((campaign, topic, title, language), group)| {
        let codes: Vec<&str> = group.communes.keys().map(|(code, _)| *code).collect();
        vec![
            campaign.to_owned(),
            topic.map(|topic| topic.to_string()).unwrap_or_default(),
            title.to_owned(),
            language.to_owned(),
            group.aired.to_string(),
            group.partial.to_string(),
            group.played_ms.to_string(),
            codes.len().to_string(),
            codes.join(" "),
        ]
    });
    to_csv("campaign,topic,title,language,aired,partial,played_ms,communes,commune_codes", rows)
}

/// Returns the table of topics and languages. The communes with the most airtime come first in their cell.
pub(super) fn topic_language_table(report: &Report, lang: Lang) -> TitledTable {
    let localize = |text: ReportText| text.localized(lang).to_string();
    let headings = vec![
        localize(ReportText::Topic {}),
        localize(ReportText::Language {}),
        localize(ReportText::Aired {}),
        localize(ReportText::PlayedMinutes {}),
        QuestionText::CommuneCount {}.to_plain(lang),
        QuestionText::Where {}.to_plain(lang),
    ];
    let mut table = TextTable::new(headings, vec![2, 3, 4]);
    for ((campaign, topic, title, language), group) in topics_in_languages(report) {
        let number = topic.map(|topic| topic.to_string()).unwrap_or_default();
        let key = [campaign.to_owned(), number, title.to_owned()];
        table.rows.push(vec![
            strip_unprintable(&key_label(GroupBy::Topic, &key, lang)),
            if language.is_empty() { "–".to_owned() } else { language_name(language, lang) },
            format_count(group.aired, lang),
            format_minutes(group.played_ms, lang),
            format_count(group.communes.len() as u64, lang),
            communes_cell(&group, lang),
        ]);
    }
    TitledTable {
        heading: QuestionText::TopicLanguageHeading {}.to_plain(lang),
        sheet_name: QuestionText::TopicLanguageSheet {}.to_plain(lang),
        table,
        widths: vec![32, 14, 10, 12, 8, 34],
        remarks: Vec::new(),
        has_total_row: false,
    }
}

fn communes_cell(group: &TopicInLanguage<'_>, lang: Lang) -> String {
    let mut communes: Vec<_> = group.communes.iter().collect();
    communes.sort_by_key(|((code, _), ms)| (std::cmp::Reverse(**ms), *code));
    let named = communes.iter().take(MAX_NAMED_COMMUNES);
    let mut texts: Vec<String> =
        named.map(|((_, name), ms)| format!("{} {}", strip_unprintable(name), format_minutes(**ms, lang))).collect();
    if communes.len() > MAX_NAMED_COMMUNES {
        texts.push("…".to_owned());
    }
    texts.join("; ")
}
