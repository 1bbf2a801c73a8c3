//! Colours and labels of charts.
use crate::paper::drawing::Colour;

/// The colours of charts. They can be told apart in greyscale, and by people with red-green colour blindness.
pub(super) const COLOURS: [Colour; 9] = [
    (0x16, 0x2F, 0x4F),
    (0x3F, 0x78, 0xB4),
    (0xF2, 0xC1, 0x4E),
    (0x8F, 0xC1, 0xB5),
    (0xA2, 0x3E, 0x2A),
    (0xE3, 0xD7, 0xC5),
    (0x6B, 0x6F, 0x76),
    (0xD9, 0x8E, 0x5F),
    (0xBD, 0xC3, 0xCB),
];

/// The maximum number of topics in a chart that have a colour of their own.
pub(super) const MAX_COLOURED_TOPICS: usize = 8;

/// Converts a number to `f32`, whose precision suffices for positions on paper.
#[allow(clippy::cast_precision_loss)]
pub(super) fn to_f32(value: i64) -> f32 {
    value as f32
}

/// Removes unprintable characters from a label, and truncates it to `max_chars` characters, the last of which is then
/// an ellipsis.
pub(super) fn truncate_label(text: &str, max_chars: usize) -> String {
    let printable_text = crate::text::strip_unprintable(text);
    if printable_text.chars().count() <= max_chars {
        return printable_text;
    }
    printable_text.chars().take(max_chars.saturating_sub(1)).chain(['…']).collect()
}
