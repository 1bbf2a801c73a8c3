//! Draws the head of a document, its foot with recipients and signatures, and the heads of its annexes.
use super::fonts::FontStyle;
use super::layout::{LEADING, Layout, ParagraphStyle};
use crate::paper::document::{Annex, Document};

/// The font size of the head and of the place and date, in points.
const BODY_FONT_SIZE: f32 = 13.0;
/// The font size of the title, in points.
const TITLE_FONT_SIZE: f32 = 14.0;
/// The font size of the recipients, in points.
const RECIPIENT_FONT_SIZE: f32 = 11.0;
/// The maximum number of recipients that are printed.
const MAX_RECIPIENTS: usize = 20;
/// The height for the signature and the seal, in points.
const SIGNATURE_HEIGHT: f32 = 130.0;
/// The distance between text and the rule below it, in points.
const RULE_DISTANCE: f32 = 2.5;

/// Draws the head of the document: the agency on the left, motto, place and date on the right, and the title below.
pub(super) fn draw_head(layout: &mut Layout<'_>, document: &Document) {
    let (left, width) = (layout.frame.left, layout.frame.text_width());
    let [left_middle, right_middle] = [left + width * 0.215, left + width * 0.72];
    let [left_width, right_width] = [width * 0.43, width * 0.56];
    let top = layout.y;
    let mut y = top;
    if !document.agency.0.is_empty() {
        (y, _) = layout.draw_centred(&document.agency.0, (left_middle, y), left_width, FontStyle::Regular, 12.0);
    }
    let agency = layout.draw_centred(&document.agency.1, (left_middle, y), left_width, FontStyle::Bold, 12.0);
    layout.draw_rule(left_middle, agency.0 + RULE_DISTANCE, (agency.1 * 0.45).max(40.0));
    let mut left_y = agency.0 + 8.0;
    if !document.number.is_empty() {
        let position = (left_middle, left_y);
        (left_y, _) = layout.draw_centred(&document.number, position, left_width, FontStyle::Regular, BODY_FONT_SIZE);
    }
    let (y, _) = layout.draw_centred(&document.motto.0, (right_middle, top), right_width, FontStyle::Bold, 12.0);
    let motto = layout.draw_centred(&document.motto.1, (right_middle, y), right_width, FontStyle::Bold, BODY_FONT_SIZE);
    layout.draw_rule(right_middle, motto.0 + RULE_DISTANCE, motto.1);
    let position = (right_middle, motto.0 + 8.0);
    let (right_y, _) =
        layout.draw_centred(&document.place_date, position, right_width, FontStyle::Italic, BODY_FONT_SIZE);
    layout.y = left_y.max(right_y) + 14.0;
    draw_title(layout, document);
}

/// Draws the title, the subject with a short rule below it, and the line of a draft.
fn draw_title(layout: &mut Layout<'_>, document: &Document) {
    let (middle, width) = (layout.frame.middle(), layout.frame.text_width());
    let (mut y, _) = layout.draw_centred(&document.title, (middle, layout.y), width, FontStyle::Bold, TITLE_FONT_SIZE);
    let mut longest = 0.0_f32;
    for line in &document.subject {
        let subject = layout.draw_centred(line, (middle, y), width * 0.9, FontStyle::Bold, BODY_FONT_SIZE);
        (y, longest) = (subject.0, longest.max(subject.1));
    }
    if document.is_administrative() && longest > 0.0 {
        layout.draw_rule(middle, y + RULE_DISTANCE, longest * 0.4);
        y += 8.0;
    }
    if !document.draft.is_empty() {
        (y, _) = layout.draw_centred(&document.draft, (middle, y + 4.0), width, FontStyle::Italic, 11.0);
    }
    layout.y = y + if document.is_administrative() { 8.0 } else { 2.0 };
}

/// Draws the head of an annex at the top of its page.
pub(super) fn draw_annex_head(layout: &mut Layout<'_>, document: &Document, annex: &Annex, label: &str) {
    let (middle, width) = (layout.frame.middle(), layout.frame.text_width());
    let (y, _) = layout.draw_centred(label, (middle, layout.y), width, FontStyle::Bold, TITLE_FONT_SIZE);
    let title = annex.title.to_uppercase();
    let (mut y, _) = layout.draw_centred(&title, (middle, y), width, FontStyle::Bold, BODY_FONT_SIZE);
    if !document.annex_note.is_empty() {
        (y, _) = layout.draw_centred(&document.annex_note, (middle, y), width, FontStyle::Italic, BODY_FONT_SIZE);
    }
    layout.y = y + 10.0;
}

fn recipient_style(layout: &Layout<'_>) -> ParagraphStyle {
    ParagraphStyle {
        right_indent: layout.frame.text_width() * 0.5,
        ..ParagraphStyle::plain(FontStyle::Regular, RECIPIENT_FONT_SIZE)
    }
}

fn recipient_line(recipient: &str) -> String {
    format!("- {recipient}")
}

/// Returns the height of the foot, in points.
pub(super) fn foot_height(layout: &Layout<'_>, document: &Document) -> f32 {
    // A page for reading has nobody who signs, and must not get a second page for that.
    if document.signatures.is_empty() && document.recipients.1.is_empty() {
        return 0.0;
    }
    let style = recipient_style(layout);
    let recipients = document.recipients.1.iter().take(MAX_RECIPIENTS);
    let lines: f32 = recipients.map(|recipient| layout.paragraph_height(&recipient_line(recipient), &style)).sum();
    SIGNATURE_HEIGHT.max(lines + 12.0 * LEADING + 8.0)
}

/// Draws the foot of the document: the recipients on the left, and one or two signature blocks.
pub(super) fn draw_foot(layout: &mut Layout<'_>, document: &Document) {
    layout.ensure_room(foot_height(layout, document));
    let (top, left, width) = (layout.y, layout.frame.left, layout.frame.text_width());
    // A single signature block is on the right, opposite the recipients. Of two blocks, the first is on the left.
    let relative_middles: &[f32] = if document.signatures.len() < 2 { &[0.76] } else { &[0.26, 0.74] };
    for ((office, instructions), relative_middle) in document.signatures.iter().zip(relative_middles) {
        let middle = left + width * relative_middle;
        let (y, _) = layout.draw_centred(office, (middle, top), width * 0.46, FontStyle::Bold, BODY_FONT_SIZE);
        layout.draw_centred(instructions, (middle, y), width * 0.46, FontStyle::Italic, 12.0);
    }
    layout.y = top;
    if document.recipients.0.is_empty() {
        return;
    }
    layout.draw_paragraph(&document.recipients.0, &ParagraphStyle::plain(FontStyle::BoldItalic, 12.0));
    let style = recipient_style(layout);
    for recipient in document.recipients.1.iter().take(MAX_RECIPIENTS) {
        layout.draw_paragraph(&recipient_line(recipient), &style);
    }
}
