//! The report as a document for HTML, PDF and DOCX.
//!
//! [`opening`] says what the document is about, [`body`] is what the office signs, [`annexes`] are the large tables
//! behind the signature, and [`station_days`] is for the screen only.
mod annexes;
mod body;
mod opening;
mod station_days;
mod tables;

use chrono::Datelike;

use self::annexes::AnnexList;
use self::body::build_body;
use self::opening::{ReportSubject, subject_lines};
use super::selected_tables::SelectedTables;
use super::{GroupBy, Report};
use crate::paper::document::Document;
use crate::text::report::ReportText;
use crate::text::report_document::DocumentText;
use crate::text::{Lang, Localize};

/// Builds the document of a report with the selected tables.
#[must_use]
pub fn build_document(report: &Report, selected: SelectedTables, lang: Lang) -> Document {
    let subject = report.campaign.as_ref().map(ReportSubject::from);
    let subject = subject.as_ref();
    let localize = |text: ReportText| text.localized(lang).to_string();
    let text_or_blank = |text: &str, blank: ReportText| if text.is_empty() { localize(blank) } else { text.to_owned() };
    let department = &report.department;
    let agency = text_or_blank(&department.agency, ReportText::AgencyBlank {});
    let made_on = report.made_on;
    let has_station_rows = selected.contains(GroupBy::Station);
    let details = if has_station_rows { station_days::row_details(report, lang) } else { Vec::new() };
    let mut annexes = AnnexList::new(lang);
    let blocks = build_body(report, subject, selected, &mut annexes, lang);
    let annex_note = DocumentText::AnnexNote { symbol: department.symbol.clone(), agency: agency.clone() };
    Document {
        agency: (department.parent.clone(), agency),
        motto: (localize(ReportText::Motto1 {}), localize(ReportText::Motto2 {})),
        number: localize(ReportText::Number { symbol: department.symbol.clone() }),
        place_date: localize(ReportText::PlaceDate {
            place: text_or_blank(&department.place, ReportText::PlaceBlank {}),
            day: made_on.format("%d").to_string(),
            // The decree requires a leading zero for January and February only.
            month: if made_on.month() < 3 { made_on.format("%m") } else { made_on.format("%-m") }.to_string(),
            year: made_on.format("%Y").to_string(),
        }),
        title: DocumentText::Kind {}.to_plain(lang),
        subject: subject_lines(report, subject, lang),
        draft: localize(ReportText::Draft {}),
        blocks,
        recipients: (localize(ReportText::Recipients {}), recipient_lines(&department.recipients)),
        signatures: vec![(
            text_or_blank(&department.signer, ReportText::SignedBy {}),
            localize(ReportText::Signature {}),
        )],
        annexes: annexes.into_annexes(),
        annex_note: annex_note.to_plain(lang),
        details,
        made_on,
        ..Document::default()
    }
}

/// Ends each recipient with a semicolon and the last one with a full stop, as the decree has it.
fn recipient_lines(recipients: &[String]) -> Vec<String> {
    let count = recipients.len();
    let line = |(index, recipient): (usize, &String)| {
        let name = recipient.trim().trim_end_matches([';', '.', ',']);
        format!("{name}{}", if index + 1 == count { "." } else { ";" })
    };
    recipients.iter().enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipients_end_as_the_decree_has_it() {
        let recipients = ["UBND tỉnh", "Như trên; ", "Lưu: VT."].map(str::to_owned);
        assert_eq!(recipient_lines(&recipients), ["UBND tỉnh;", "Như trên;", "Lưu: VT."]);
    }
}
