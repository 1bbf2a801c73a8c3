//! The part of a report's document that the office signs: results, assessment, proposals.
use super::annexes::{AnnexList, add_evidence_annex, add_standing_annexes, annex_blocks, blocks_of};
use super::opening::{ReportSubject, basis_sentence};
use super::tables::{body_totals_table, document_table, full_totals_table, summary_table};
use crate::department::report::chart::{growth_chart, weekly_chart};
use crate::department::report::first_sentence::first_sentences;
use crate::department::report::incident_list::incident_section;
use crate::department::report::labels::heading;
use crate::department::report::question_tables::question_tables;
use crate::department::report::remarks::remarks;
use crate::department::report::row_lists::reasons_table;
use crate::department::report::selected_tables::SelectedTables;
use crate::department::report::target_section::{front_lines, titled_tables};
use crate::department::report::titled_table::TitledTable;
use crate::department::report::work_list::work_list_table;
use crate::department::report::{GroupBy, Report};
use crate::paper::document::{DocumentBlock, DocumentTable, SectionLevel};
use crate::text::question::QuestionText;
use crate::text::report::ReportText;
use crate::text::report_document::DocumentText;
use crate::text::{Lang, Localize};

/// The maximum number of rows of a table above the signature. A longer one becomes an annex.
const MAX_BODY_ROWS: usize = 12;
/// The maximum number of columns of such a table.
const MAX_BODY_COLUMNS: usize = 8;
/// The maximum number of incidents, and of duties, above the signature. They must be seen early, so it is larger.
const MAX_BODY_INCIDENTS: usize = 20;
/// The relative widths of the columns of the table of incidents.
const INCIDENT_WIDTHS: [u16; 6] = [7, 18, 26, 13, 17, 19];
/// The numbers of dotted lines for the assessment, the causes and the proposals.
const FILL_IN_LINES: [u8; 3] = [5, 4, 5];

/// Builds the body, and adds the annexes to which it refers.
pub(super) fn build_body(
    report: &Report,
    subject: Option<&ReportSubject<'_>>,
    selected: SelectedTables,
    annexes: &mut AnnexList,
    lang: Lang,
) -> Vec<DocumentBlock> {
    let mut body = Body { report, annexes, lang, blocks: vec![DocumentBlock::Text(basis_sentence(subject, lang))] };
    body.section(DocumentText::ResultsSection {});
    body.part(DocumentText::OverallPart {}.to_plain(lang));
    body.texts(first_sentences(report, lang));
    body.texts(front_lines(report, lang));
    // What was refused or is contradictory stands before the figures, so that it is on the first two pages.
    body.add_incidents();
    if selected == SelectedTables::All {
        body.add_all();
    } else {
        body.add_selected(selected);
    }
    body.texts([DocumentText::ClosingSentence {}.to_plain(lang)]);
    body.blocks
}

struct Body<'a> {
    report: &'a Report,
    annexes: &'a mut AnnexList,
    lang: Lang,
    blocks: Vec<DocumentBlock>,
}

impl Body<'_> {
    fn section(&mut self, text: DocumentText) {
        self.blocks.push(DocumentBlock::Section(SectionLevel::Section, text.to_plain(self.lang)));
    }

    fn part(&mut self, title: String) {
        self.blocks.push(DocumentBlock::Section(SectionLevel::Part, title));
    }

    fn texts(&mut self, texts: impl IntoIterator<Item = String>) {
        self.blocks.extend(texts.into_iter().map(DocumentBlock::Text));
    }

    fn add_incidents(&mut self) {
        let mut incidents = incident_section(&self.report.incidents, self.lang);
        self.part(incidents.heading.clone());
        self.texts(std::mem::take(&mut incidents.lines));
        let Some(mut table) = incidents.table else { return };
        if table.rows.len() > MAX_BODY_INCIDENTS {
            let full_table = document_table(table.clone(), INCIDENT_WIDTHS.to_vec());
            let annex = self.annexes.add(incidents.heading, vec![DocumentBlock::Table(full_table)]);
            self.texts([DocumentText::SeeAnnex { annex }.to_plain(self.lang)]);
            table.rows.truncate(MAX_BODY_INCIDENTS);
        }
        self.blocks.push(DocumentBlock::Table(document_table(table, INCIDENT_WIDTHS.to_vec())));
    }

    /// Adds the work list. If it is long, the worst of it stands here, and all of it in an annex.
    fn add_work_list(&mut self) {
        let Some(mut titled) = work_list_table(self.report, self.lang) else { return };
        self.part(titled.heading.clone());
        if titled.table.rows.len() > MAX_BODY_INCIDENTS {
            let all = annex_blocks(document_table(titled.table.clone(), titled.widths.clone()), titled.remarks);
            let annex = self.annexes.add(titled.heading, all);
            self.texts([DocumentText::SeeAnnex { annex }.to_plain(self.lang)]);
            titled.table.rows.truncate(MAX_BODY_INCIDENTS);
            titled.remarks = Vec::new();
        }
        self.blocks.extend(blocks_of(document_table(titled.table, titled.widths), titled.remarks));
    }

    /// Adds a table with its heading. A large one becomes an annex, to which the body refers.
    fn add_titled_table(&mut self, titled: TitledTable) {
        self.part(titled.heading.clone());
        let is_large = titled.table.rows.len() > MAX_BODY_ROWS || titled.table.headings.len() > MAX_BODY_COLUMNS;
        let has_total_row = titled.has_total_row;
        let table = DocumentTable { has_total_row, ..document_table(titled.table, titled.widths) };
        let blocks = if table.rows.is_empty() {
            titled.remarks.into_iter().map(DocumentBlock::Text).collect()
        } else if is_large {
            annex_blocks(table, titled.remarks)
        } else {
            blocks_of(table, titled.remarks)
        };
        if is_large {
            let annex = self.annexes.add(titled.heading, blocks);
            self.texts([DocumentText::SeeAnnex { annex }.to_plain(self.lang)]);
        } else {
            self.blocks.extend(blocks);
        }
    }

    /// Adds the table with this grouping, and the charts of topics below that by topic.
    fn add_totals(&mut self, by: GroupBy) {
        let Some(table) = self.report.table(by) else { return };
        self.part(heading(by).to_plain(self.lang));
        self.blocks.push(DocumentBlock::Table(body_totals_table(table, self.report, self.lang)));
        if by == GroupBy::Topic {
            let charts = [growth_chart(self.report, self.lang), weekly_chart(self.report, self.lang)];
            self.blocks.extend(charts.into_iter().flatten().flat_map(|drawing| {
                let title = DocumentBlock::Section(SectionLevel::Point, drawing.title.clone());
                [title, DocumentBlock::Chart(drawing)]
            }));
        }
    }

    /// Adds every table, and the room for the office's assessment.
    fn add_all(&mut self) {
        let (report, lang) = (self.report, self.lang);
        self.add_work_list();
        self.part(ReportText::Summary {}.to_plain(lang));
        self.blocks.push(DocumentBlock::Table(summary_table(report, lang)));
        for titled in titled_tables(report, false, lang).into_iter().chain(question_tables(report, lang)) {
            self.add_titled_table(titled);
        }
        self.add_totals(GroupBy::Topic);
        self.add_totals(GroupBy::Language);
        if report.total.missed + report.total.partial > 0 {
            self.part(ReportText::ReasonsHeading {}.to_plain(lang));
            self.blocks.push(DocumentBlock::Table(document_table(reasons_table(report, lang), vec![60, 20, 20])));
        }
        self.add_remarks();
        add_standing_annexes(report, self.annexes, lang);
        self.texts([self.annexes.list_sentence()]);
        self.add_assessment();
    }

    /// Adds only what was asked for.
    fn add_selected(&mut self, selected: SelectedTables) {
        let (report, lang) = (self.report, self.lang);
        let titled_tables = selected.only_titled(report, false, lang);
        let group_table = selected.only_group(report);
        if titled_tables.is_empty() && group_table.is_none() {
            self.texts([QuestionText::NoRows {}.to_plain(lang)]);
        }
        for titled in titled_tables {
            self.add_titled_table(titled);
        }
        if let Some(table) = group_table {
            let full_table = DocumentBlock::Table(full_totals_table(table, report, lang));
            let title = heading(table.by).to_plain(lang);
            let annex = self.annexes.add(title.clone(), vec![full_table]);
            if table.rows.len() <= MAX_BODY_ROWS {
                self.add_totals(table.by);
            } else {
                self.part(title);
            }
            self.texts([DocumentText::SeeAnnex { annex }.to_plain(lang)]);
        }
        self.add_remarks();
        add_evidence_annex(report, self.annexes, lang);
        self.texts([self.annexes.list_sentence()]);
    }

    fn add_remarks(&mut self) {
        self.part(DocumentText::BasisPart {}.to_plain(self.lang));
        self.texts(remarks(self.report, self.lang));
    }

    /// Adds the headings below which the office writes its assessment and its proposals.
    fn add_assessment(&mut self) {
        let [assessment, causes, proposals] = FILL_IN_LINES.map(|lines| DocumentBlock::FillIn { lines });
        self.section(DocumentText::AssessmentSection {});
        self.part(DocumentText::AssessmentPart {}.to_plain(self.lang));
        self.blocks.push(assessment);
        self.part(DocumentText::CausesPart {}.to_plain(self.lang));
        self.blocks.push(causes);
        self.section(DocumentText::ProposalsSection {});
        self.blocks.push(proposals);
    }
}
