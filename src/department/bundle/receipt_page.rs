//! A readable receipt: one airing on one page. It is for reading only.
use super::content::BundledAiring;
use super::pages::bundle_document;
use super::qr::{qr_drawing, qr_text};
use super::wording::{moment, proved_sentence, seen_moment};
use super::{content::BundleContent, receipt_path};
use crate::airlog::outcome_text::{outcome_text, reason_text};
use crate::department::report::figures::format_late_ms;
use crate::paper::document::{Document, DocumentBlock, DocumentTable};
use crate::text::bundle::BundlePageText;
use crate::text::{Lang, Localize, strip_unprintable};

/// Builds the page of an airing. `number` counts from 1.
pub(super) fn receipt_document(content: &BundleContent, number: usize, airing: &BundledAiring, lang: Lang) -> Document {
    let text = |text: BundlePageText| text.localized(lang).to_string();
    let mut blocks = vec![
        DocumentBlock::Text(proved_sentence(number, &airing.proved, &airing.claims, lang)),
        DocumentBlock::Table(DocumentTable {
            headings: vec![text(BundlePageText::Station {}), strip_unprintable(&station(airing))],
            // The digest of the recording fits on one line.
            widths: vec![20, 80],
            keeps_widths: true,
            right_aligned: vec![false, false],
            rows: rows(airing, lang),
            ..DocumentTable::default()
        }),
    ];
    let drawing =
        qr_drawing(&qr_text(airing), text(BundlePageText::QrTitle {}), &lines_beside_code(number, airing, lang));
    blocks.extend(drawing.map(DocumentBlock::Chart));
    blocks.push(DocumentBlock::Text(text(BundlePageText::ForReading {})));
    bundle_document(content, text(BundlePageText::ReceiptTitle {}), blocks, lang)
}

fn station(airing: &BundledAiring) -> String {
    match airing.claims.name.as_str() {
        "" => airing.proved.station().to_owned(),
        name => format!("{name} ({})", airing.proved.station()),
    }
}

fn rows(airing: &BundledAiring, lang: Lang) -> Vec<Vec<String>> {
    let proved = &airing.proved;
    let Some(outcome) = proved.outcome() else { return Vec::new() };
    let (record, labels) = (proved.record(), &outcome.labels);
    let text = |text: BundlePageText| text.localized(lang).to_string();
    let planned_at = labels.planned_at.map_or_else(|| text(BundlePageText::Unplanned {}), |at| moment(at, lang));
    let reason = outcome.reason.map(|reason| format!(" ({})", reason_text(reason).localized(lang)));
    let result = format!("{}{}", outcome_text(outcome.result).localized(lang), reason.unwrap_or_default());
    let seen_at = proved.countersigned_s.map(|seconds| seen_moment(seconds, *record.at.offset(), lang));
    let length = format!("{} / {}", format_late_ms(outcome.played_ms, lang), format_late_ms(labels.planned_ms, lang));
    [
        (BundlePageText::Place {}, airing.claims.place.clone()),
        (BundlePageText::PlannedAt {}, planned_at),
        (BundlePageText::WrittenAt {}, moment(record.at, lang)),
        (BundlePageText::Title {}, labels.title.clone()),
        (BundlePageText::Result {}, result),
        (BundlePageText::Length {}, length),
        (BundlePageText::Level {}, outcome.level.to_string()),
        (BundlePageText::SeenAt {}, seen_at.unwrap_or_else(|| text(BundlePageText::NotSeen {}))),
        (BundlePageText::Recording {}, outcome.sha256.clone().unwrap_or_else(|| "–".to_owned())),
    ]
    .map(|(label, value)| vec![text(label), strip_unprintable(&value)])
    .to_vec()
}

/// Returns the lines that name the proof. An origin is too long for one of them.
fn lines_beside_code(number: usize, airing: &BundledAiring, lang: Lang) -> Vec<String> {
    let proved = &airing.proved;
    let line = |label: BundlePageText, value: &str| format!("{}: {value}", label.localized(lang));
    let origin = proved.head.origin.as_str();
    let (name, hash) = origin.rsplit_once('/').unwrap_or((origin, ""));
    vec![
        line(BundlePageText::HeadCode {}, &proved.head_code()),
        line(BundlePageText::Entry {}, &airing.receipt.seq.to_string()),
        line(BundlePageText::Log {}, &format!("{name}/")),
        format!("    {hash}"),
        line(BundlePageText::File {}, &receipt_path(number)),
    ]
}
