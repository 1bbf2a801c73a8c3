//! Drawings of rectangles, lines and texts, in points.
mod svg;

/// Red, green, blue.
pub type Colour = (u8, u8, u8);

/// The part of a text that its position fixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextAnchor {
    /// The beginning.
    Start,
    /// The middle.
    Middle,
    /// The end.
    End,
}

impl TextAnchor {
    /// Returns where a text of this width begins when its anchor is at `x`.
    #[must_use]
    pub fn start_x(self, x: f32, width: f32) -> f32 {
        match self {
            Self::Start => x,
            Self::Middle => x - width / 2.0,
            Self::End => x - width,
        }
    }
}

/// A shape of a drawing. `y` grows downwards; a text's `y` is its base line.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the names say it
pub enum ChartShape {
    Rect { x: f32, y: f32, width: f32, height: f32, fill: Colour },
    Line { x1: f32, y1: f32, x2: f32, y2: f32, colour: Colour },
    Text { x: f32, y: f32, size: f32, bold: bool, anchor: TextAnchor, text: String },
}

/// A drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// The title.
    pub title: String,
    /// Width, points.
    pub width: f32,
    /// Height, points.
    pub height: f32,
    /// The shapes, from back to front.
    pub shapes: Vec<ChartShape>,
}

/// Width of the text on an A4 page with the margins of Vietnamese reports, points.
pub(super) const WIDTH: f32 = 467.0;

pub(super) const INK: Colour = (0x22, 0x22, 0x22);

pub(super) const FAINT: Colour = (0xC8, 0xCC, 0xD2);

impl Drawing {
    pub(super) fn new(title: String, height: f32) -> Self {
        Self { title, width: WIDTH, height, shapes: Vec::new() }
    }

    pub(super) fn rect(&mut self, x: f32, y: f32, width: f32, height: f32, fill: Colour) {
        self.shapes.push(ChartShape::Rect { x, y, width, height, fill });
    }

    pub(super) fn line(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, colour: Colour) {
        self.shapes.push(ChartShape::Line { x1, y1, x2, y2, colour });
    }

    pub(super) fn text(&mut self, x: f32, y: f32, anchor: TextAnchor, text: String) {
        self.shapes.push(ChartShape::Text { x, y, size: 8.0, bold: false, anchor, text });
    }
}
