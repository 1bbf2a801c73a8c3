//! The QR code of a readable receipt.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use qrcode::{Color, QrCode};

use super::content::BundledAiring;
use crate::paper::drawing::{Colour, Drawing, TextAnchor};
use crate::proof::tree::leaf_hash;

/// The first line of the code's text.
const FIRST_LINE: &str = "loa/receipt/v1";
/// The width of a module, in points: 0.85 mm, of which a telephone reads less.
const MODULE: f32 = 2.4;
/// The empty border that a reader needs, in modules.
const BORDER: f32 = 4.0;
/// The distance of the lines beside the code, in points.
const LINE_HEIGHT: f32 = 12.0;
const BLACK: Colour = (0, 0, 0);

/// Returns what the code says: the log, the entry, the hash of its leaf, and the size and root of the head. A whole receipt
/// has about 2.5 KB, and a printed code of that size is not read reliably. These six lines fix the receipt: no other one
/// has the same.
#[must_use]
pub fn qr_text(airing: &BundledAiring) -> String {
    let head = &airing.proved.head;
    let (leaf, root) = (BASE64.encode(leaf_hash(&airing.receipt.line)), BASE64.encode(head.root));
    format!("{FIRST_LINE}\n{}\n{}\n{leaf}\n{}\n{root}", head.origin, airing.receipt.seq, head.size)
}

/// Draws the code, and these lines beside it; `None` if the text is too long for a code.
#[must_use]
#[allow(clippy::cast_precision_loss)] // a code has at most 177 modules a side, and there are a few lines
pub fn qr_drawing(text: &str, title: String, lines: &[String]) -> Option<Drawing> {
    let code = QrCode::new(text.as_bytes()).ok()?;
    let (width, colours) = (code.width(), code.to_colors());
    let mut drawing = Drawing::new(title, (width as f32 + 2.0 * BORDER) * MODULE);
    for (y, row) in colours.chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            // A run of dark modules is one rectangle: viewers draw hairlines between rectangles that only touch.
            let run = row[x..].iter().take_while(|colour| **colour == Color::Dark).count();
            if run > 0 {
                let at = |modules: usize| (modules as f32 + BORDER) * MODULE;
                drawing.rect(at(x), at(y), run as f32 * MODULE, MODULE, BLACK);
            }
            x += run.max(1);
        }
    }
    let beside = (width as f32 + 2.0 * BORDER) * MODULE + BORDER;
    for (index, line) in lines.iter().enumerate() {
        drawing.text(beside, LINE_HEIGHT * (index as f32 + 1.5), TextAnchor::Start, line.clone());
    }
    Some(drawing)
}
