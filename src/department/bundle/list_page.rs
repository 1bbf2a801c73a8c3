//! The list of the airings for reading, as HTML.
use super::content::{BundleContent, BundledAiring};
use super::pages::bundle_document;
use super::receipt_path;
use super::wording::{moment, seen_moment, station_label};
use crate::airlog::outcome_text::{outcome_text, reason_text};
use crate::department::report::figures::{format_date, format_late_ms};
use crate::paper::document::{DocumentBlock, DocumentTable};
use crate::paper::html::document_html;
use crate::text::bundle::{BundlePageText, BundleText, ProvedText};
use crate::text::count::Grouped;
use crate::text::{Lang, Localize, strip_unprintable};

/// Renders the list.
pub(super) fn list_html(content: &BundleContent, lang: Lang) -> String {
    let text = |text: BundlePageText| text.localized(lang).to_string();
    let headings = [
        BundlePageText::Number {},
        BundlePageText::Station {},
        BundlePageText::PlannedAt {},
        BundlePageText::Title {},
        BundlePageText::Result {},
        BundlePageText::Length {},
        BundlePageText::Level {},
        BundlePageText::SeenAt {},
        BundlePageText::HeadCode {},
        BundlePageText::File {},
    ];
    let table = DocumentTable {
        headings: headings.into_iter().map(text).collect(),
        widths: vec![4, 16, 10, 16, 12, 8, 6, 10, 10, 8],
        right_aligned: vec![true, false, false, false, false, true, true, false, false, false],
        rows: content.airings.iter().enumerate().map(|(index, airing)| row(index + 1, airing, lang)).collect(),
        ..DocumentTable::default()
    };
    let (from, until) = (format_date(content.range.from), format_date(content.range.until));
    let mut blocks = vec![DocumentBlock::Text(text(BundlePageText::Dates { from, until }))];
    if content.without_outcome > 0 {
        let airings = Grouped(content.without_outcome.into());
        blocks.push(DocumentBlock::Text(BundleText::WithoutOutcome { airings }.localized(lang).to_string()));
    }
    blocks.push(DocumentBlock::Table(table));
    blocks.push(DocumentBlock::Text(BundleText::Limits {}.localized(lang).to_string()));
    document_html(&bundle_document(content, text(BundlePageText::ListTitle {}), blocks, lang), lang)
}

fn row(number: usize, airing: &BundledAiring, lang: Lang) -> Vec<String> {
    let proved = &airing.proved;
    let Some(outcome) = proved.outcome() else { return Vec::new() };
    let (record, labels) = (proved.record(), &outcome.labels);
    let text = |text: BundlePageText| text.localized(lang).to_string();
    let reason = outcome.reason.map(|reason| format!(" ({})", reason_text(reason).localized(lang)));
    let mut result = format!("{}{}", outcome_text(outcome.result).localized(lang), reason.unwrap_or_default());
    if let Some(code) = &airing.claims.doubt {
        result.push_str(&format!(". {}", ProvedText::Doubted { code: code.clone() }.to_plain(lang)));
    }
    let seen_at = proved.countersigned_s.map(|seconds| seen_moment(seconds, *record.at.offset(), lang));
    [
        number.to_string(),
        station_label(proved, &airing.claims, lang),
        labels.planned_at.map_or_else(|| moment(record.at, lang), |at| moment(at, lang)),
        labels.title.clone(),
        result,
        format!("{} / {}", format_late_ms(outcome.played_ms, lang), format_late_ms(labels.planned_ms, lang)),
        outcome.level.to_string(),
        seen_at.unwrap_or_else(|| text(BundlePageText::NotSeen {})),
        proved.head_code(),
        receipt_path(number),
    ]
    .map(|cell| strip_unprintable(&cell))
    .to_vec()
}
