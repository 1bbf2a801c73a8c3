//! Builds the frame that all pages of a bundle share.
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};

use super::content::BundleContent;
use crate::paper::document::{Document, DocumentBlock, DocumentForm};
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// The zone of the department, in seconds east of Greenwich.
const DEPARTMENT_ZONE_S: i32 = 7 * 3600;

/// Returns the date of the bundle: that of the department's newest countersignature in it, else that of the newest airing.
/// The date on which it is made would give other bytes every day.
pub(super) fn date_of(content: &BundleContent) -> NaiveDate {
    let newest = content.airings.iter().filter_map(|airing| airing.proved.countersigned_s).max();
    let at = newest.and_then(|seconds| DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0));
    let zone = FixedOffset::east_opt(DEPARTMENT_ZONE_S);
    let date = at.zip(zone).map(|(at, zone)| at.with_timezone(&zone).date_naive());
    // A PDF file has years of four digits.
    let newest_airing =
        || content.airings.iter().map(|airing| airing.proved.date()).max().unwrap_or(content.range.until);
    let date = date.unwrap_or_else(newest_airing);
    if (1..=9999).contains(&date.year()) { date } else { content.range.until }
}

/// Builds a page of the bundle.
pub(super) fn bundle_document(
    content: &BundleContent,
    title: String,
    blocks: Vec<DocumentBlock>,
    lang: Lang,
) -> Document {
    let text = |text: ReportText| text.localized(lang).to_string();
    let or_blank = |text: &str, blank: String| if text.is_empty() { blank } else { text.to_owned() };
    let date = date_of(content);
    Document {
        agency: (content.agency.0.clone(), or_blank(&content.agency.1, text(ReportText::AgencyBlank {}))),
        motto: (text(ReportText::Motto1 {}), text(ReportText::Motto2 {})),
        number: String::new(),
        place_date: text(ReportText::PlaceDate {
            place: text(ReportText::PlaceBlank {}),
            day: date.format("%d").to_string(),
            // The decree requires a leading zero for January and February only.
            month: if date.month() < 3 { date.format("%m") } else { date.format("%-m") }.to_string(),
            year: date.format("%Y").to_string(),
        }),
        title,
        subject: Vec::new(),
        draft: String::new(),
        blocks,
        recipients: (String::new(), Vec::new()),
        signatures: Vec::new(),
        // Each page has its number, also the first one: nobody signs it.
        form: DocumentForm::Book { foot: String::new() },
        made_on: date,
        ..Document::default()
    }
}
