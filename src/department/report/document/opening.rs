//! What a report's document is about: the subject below its title, and the sentence that names its basis.
use crate::department::report::Report;
use crate::department::report::campaign::CampaignHead;
use crate::department::report::figures::format_date;
use crate::department::report::period::DateRange;
use crate::text::report_document::DocumentText;
use crate::text::{Lang, Localize};

/// The campaign that a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportSubject<'a> {
    /// The title of the campaign.
    pub campaign: &'a str,
    /// The document that orders it, such as `Kế hoạch 147/KH-UBND ngày 15/3/2023`; may be empty.
    pub reference: &'a str,
}

impl<'a> From<&'a CampaignHead> for ReportSubject<'a> {
    /// A campaign without a title is named by its id.
    fn from(head: &'a CampaignHead) -> Self {
        let campaign = if head.title.is_empty() { &head.id } else { &head.title };
        Self { campaign, reference: &head.reference }
    }
}

/// Returns the lines of the subject: what was aired, and when.
pub(super) fn subject_lines(report: &Report, subject: Option<&ReportSubject<'_>>, lang: Lang) -> Vec<String> {
    let what = match subject {
        Some(subject) => DocumentText::CampaignSubject { campaign: subject.campaign.to_owned() },
        None => DocumentText::Subject {},
    };
    let mut lines = vec![what.to_plain(lang), dates_line(report.range).to_plain(lang)];
    lines.extend(report.earlier_range.map(|range| compared_dates(range).to_plain(lang)));
    lines
}

fn dates_line(range: DateRange) -> DocumentText {
    let (from, until) = (format_date(range.from), format_date(range.until));
    if range.from == range.until {
        DocumentText::DayLine { day: from }
    } else {
        DocumentText::DatesLine { from, until }
    }
}

fn compared_dates(range: DateRange) -> DocumentText {
    let (from, until) = (format_date(range.from), format_date(range.until));
    if range.from == range.until {
        DocumentText::ComparedDay { day: from }
    } else {
        DocumentText::ComparedDates { from, until }
    }
}

/// Returns the first sentence of the document: the document that ordered the campaign, and where the figures come from.
pub(super) fn basis_sentence(subject: Option<&ReportSubject<'_>>, lang: Lang) -> String {
    match subject.map(|subject| subject.reference).filter(|reference| !reference.is_empty()) {
        Some(reference) => DocumentText::BasedOnDocument { reference: reference.to_owned() }.to_plain(lang),
        None => DocumentText::BasedOnLogs {}.to_plain(lang),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_opening_names_the_document_that_ordered_the_campaign() {
        let subject = ReportSubject {
            campaign: "Truyền thông giảm nghèo (hư cấu)",
            reference: "Kế hoạch 12/KH-UBND ngày 15/3/2023 (hư cấu)",
        };
        let sentence = basis_sentence(Some(&subject), Lang::Vi);
        assert!(sentence.starts_with("Thực hiện Kế hoạch 12/KH-UBND ngày 15/3/2023 (hư cấu), căn cứ"), "{sentence}");
        let without_document = ReportSubject { reference: "", ..subject };
        assert_eq!(basis_sentence(Some(&without_document), Lang::En), basis_sentence(None, Lang::En));
    }

    #[test]
    fn a_single_day_is_not_a_range() {
        let day = "2023-03-20".parse().expect("the date is valid");
        let range = DateRange { from: day, until: day };
        assert_eq!(dates_line(range).to_plain(Lang::Vi), "Ngày 20/03/2023");
        assert_eq!(compared_dates(range).to_plain(Lang::Vi), "(so với ngày 20/03/2023)");
    }
}
