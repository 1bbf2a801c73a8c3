//! The annexes of a report's document: the tables that are too large to stand above the signature.
use super::tables::{document_table, evidence_table, full_totals_table};
use crate::department::report::explanation_list::explanations_table;
use crate::department::report::labels::heading;
use crate::department::report::row_lists::{shared_recordings_table, unlogged_days_table};
use crate::department::report::second_log_lists::contradictions_table;
use crate::department::report::{GroupBy, Report};
use crate::paper::document::numbering::annex_label;
use crate::paper::document::{Annex, DocumentBlock, DocumentTable};
use crate::text::answer::AnswerText;
use crate::text::report::ReportText;
use crate::text::report_document::DocumentText;
use crate::text::{Lang, Localize};

/// The annexes, in the order in which the body refers to them.
pub(super) struct AnnexList {
    annexes: Vec<Annex>,
    lang: Lang,
}

impl AnnexList {
    pub(super) fn new(lang: Lang) -> Self {
        Self { annexes: Vec::new(), lang }
    }

    /// Adds an annex, and returns its number, such as "Phụ lục II".
    pub(super) fn add(&mut self, title: String, blocks: Vec<DocumentBlock>) -> String {
        self.annexes.push(Annex { title, blocks });
        // The annex with the evidence always follows, so that there are several.
        annex_label(self.annexes.len() - 1, usize::MAX, self.lang)
    }

    /// Returns the sentence that names all annexes.
    pub(super) fn list_sentence(&self) -> String {
        let entry = |(index, annex): (usize, &Annex)| {
            let label = annex_label(index, self.annexes.len(), self.lang);
            DocumentText::AnnexEntry { annex: label, title: lower_first(&annex.title) }.to_plain(self.lang)
        };
        let annexes: Vec<String> = self.annexes.iter().enumerate().map(entry).collect();
        DocumentText::AnnexList { annexes: annexes.join("; ") }.to_plain(self.lang)
    }

    pub(super) fn into_annexes(self) -> Vec<Annex> {
        self.annexes
    }
}

/// Returns text with a small first letter, for the middle of a sentence.
fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// Adds the annexes of every report: the tables of totals with all their columns, what stations explained, what
/// contradicts, days without a log, and the evidence.
pub(super) fn add_standing_annexes(report: &Report, annexes: &mut AnnexList, lang: Lang) {
    let title = |text: ReportText| text.localized(lang).to_string();
    let mut topics_and_languages = Vec::new();
    for table in report.tables.iter().filter(|table| !table.rows.is_empty()) {
        let full_table = DocumentBlock::Table(full_totals_table(table, report, lang));
        if matches!(table.by, GroupBy::Topic | GroupBy::Language) {
            topics_and_languages.extend([DocumentBlock::Heading(title(heading(table.by))), full_table]);
        }
    }
    if !topics_and_languages.is_empty() {
        annexes.add(DocumentText::TopicsAndLanguages {}.to_plain(lang), topics_and_languages);
    }
    for table in report.tables.iter().filter(|table| !matches!(table.by, GroupBy::Topic | GroupBy::Language)) {
        let full_table = DocumentBlock::Table(full_totals_table(table, report, lang));
        annexes.add(title(heading(table.by)), vec![full_table]);
    }
    if let Some((table, remarks)) = explanations_table(&report.explanations, lang) {
        let table = document_table(table, vec![17, 14, 17, 16, 17, 12, 7]);
        annexes.add(AnswerText::Heading {}.to_plain(lang), annex_blocks(table, remarks));
    }
    if !report.second_logs.contradictions.is_empty() {
        let table = document_table(contradictions_table(report, lang), vec![22, 22, 28, 28]);
        annexes.add(title(ReportText::ContradictionsHeading {}), vec![DocumentBlock::Table(table)]);
    }
    if !report.shared_recordings.is_empty() {
        let table = document_table(shared_recordings_table(report, lang), vec![41, 11, 48]);
        annexes.add(title(ReportText::SharedHeading {}), vec![DocumentBlock::Table(table)]);
    }
    if !report.unlogged_stations.is_empty() {
        let table = document_table(unlogged_days_table(report, lang), vec![34, 10, 12, 12, 32]);
        annexes.add(title(ReportText::UnloggedHeading {}), vec![DocumentBlock::Table(table)]);
    }
    add_evidence_annex(report, annexes, lang);
}

/// Adds the annex with the heads and fingerprints of the logs, the last one of every document.
pub(super) fn add_evidence_annex(report: &Report, annexes: &mut AnnexList, lang: Lang) {
    let table = DocumentBlock::Table(evidence_table(report, lang));
    annexes.add(ReportText::EvidenceHeading {}.to_plain(lang), vec![table]);
}

/// Returns the sentences about a table, and the table, as the blocks of an annex: below a long table the sentences could
/// stand alone on the last page.
pub(super) fn annex_blocks(table: DocumentTable, remarks: Vec<String>) -> Vec<DocumentBlock> {
    remarks.into_iter().map(DocumentBlock::Text).chain([DocumentBlock::Table(table)]).collect()
}

/// Returns a table and the sentences below it as blocks.
pub(super) fn blocks_of(table: DocumentTable, remarks: Vec<String>) -> Vec<DocumentBlock> {
    std::iter::once(DocumentBlock::Table(table)).chain(remarks.into_iter().map(DocumentBlock::Text)).collect()
}
