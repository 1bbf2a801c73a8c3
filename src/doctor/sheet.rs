//! Formats the findings as an acceptance sheet, to be printed and signed.
use chrono::NaiveDateTime;

use super::finding::{CheckVerdict, DoctorFinding};
use crate::text::doctor::SheetText;
use crate::text::{Lang, Localize, TextArg};

/// Maximum length of a line, characters. Most printers fit such a line on A4 paper.
const WIDTH_CHARS: usize = 84;
/// Width of the column for the mark of a finding, characters. All lines of the finding's text begin after it.
const INDENT_CHARS: usize = 12;

/// The data about the station on the sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetHead {
    /// Name of the station.
    pub name: String,
    /// Id of the station.
    pub id: String,
    /// The agency that runs the station; can be empty.
    pub agency: String,
    /// Time at which the sheet was made, in the station's time zone.
    pub made_at: NaiveDateTime,
    /// The verifier key of the log, and its QR code; `None` if the station has no log yet.
    pub key: Option<(String, String)>,
}

/// Returns the sheet as text.
#[must_use]
pub fn sheet(head: &SheetHead, findings: &[DoctorFinding], lang: Lang) -> String {
    let mut page = vec![SheetText::Title {}.to_plain(lang), String::new()];
    let (name, id) = (head.name.clone(), head.id.clone());
    page.push(SheetText::Station { name, id }.to_plain(lang));
    if !head.agency.is_empty() {
        page.push(SheetText::Agency { name: head.agency.clone() }.to_plain(lang));
    }
    let date = head.made_at.date().in_language(lang);
    page.push(SheetText::Made { date, time: head.made_at.format("%H:%M").to_string() }.to_plain(lang));
    page.push(SheetText::Place {}.to_plain(lang));
    page.push(String::new());
    for finding in findings {
        page.extend(finding_lines(finding, lang));
    }
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let (good, to_do, unknown) = (count(CheckVerdict::Good), count(CheckVerdict::ToDo), count(CheckVerdict::Unknown));
    page.extend([String::new(), SheetText::Summary { good, to_do, unknown }.to_plain(lang), String::new()]);
    match &head.key {
        Some((key, qr)) => {
            page.push(SheetText::Key { key: key.clone() }.localized(lang).to_string());
            page.push(qr.clone());
        }
        None => page.push(SheetText::NoKey {}.to_plain(lang)),
    }
    page.extend([String::new(), SheetText::Signatures {}.localized(lang).to_string()]);
    page.join("\n") + "\n"
}

fn finding_lines(finding: &DoctorFinding, lang: Lang) -> Vec<String> {
    let mark = match finding.verdict {
        CheckVerdict::Good => SheetText::Good {},
        CheckVerdict::ToDo => SheetText::ToDo {},
        CheckVerdict::Unknown => SheetText::NotKnown {},
    };
    let text = format!("{}: {}", finding.area.localized(lang), finding.text.to_plain(lang));
    let mut lines = wrap_text(&mark.to_plain(lang), &text);
    if let Some(advice) = &finding.advice {
        lines.extend(wrap_text("", &format!("→ {}", advice.to_plain(lang))));
    }
    lines
}

/// Breaks text into lines that begin after [`INDENT_CHARS`] characters. The first line begins with the mark.
fn wrap_text(mark: &str, text: &str) -> Vec<String> {
    let indent = " ".repeat(INDENT_CHARS);
    let mut lines = Vec::new();
    let mut line = format!("{mark}{}", " ".repeat(INDENT_CHARS.saturating_sub(mark.chars().count())));
    let mut is_line_empty = true;
    for word in text.split(' ') {
        if !is_line_empty && line.chars().count() + 1 + word.chars().count() > WIDTH_CHARS {
            lines.push(std::mem::replace(&mut line, indent.clone()));
            is_line_empty = true;
        }
        if !is_line_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_line_empty = false;
    }
    lines.push(line);
    lines
}
