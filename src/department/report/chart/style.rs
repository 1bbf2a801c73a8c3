//! Colours and labels of charts.
use crate::department::report::drawing::Colour;

/// Colours that differ in grey as well, and for people who do not see red or green.
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

/// Topics that have a colour of their own.
pub(super) const OWN_COLOURS: usize = 8;

#[allow(clippy::cast_precision_loss)] // points on paper
pub(super) fn points(n: i64) -> f32 {
    n as f32
}

pub(super) fn truncated(text: &str, letters: usize) -> String {
    let safe = crate::text::strip_unprintable(text);
    if safe.chars().count() <= letters {
        return safe;
    }
    safe.chars().take(letters.saturating_sub(1)).chain(['…']).collect()
}
