//! Drawings of rectangles, lines and text, in points.
#[cfg(feature = "department")]
mod emf;
mod svg;

/// A colour as red, green and blue.
pub type Colour = (u8, u8, u8);

/// The part of the text that is at its `x` position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextAnchor {
    /// The left end.
    Start,
    /// The middle.
    Middle,
    /// The right end.
    End,
}

impl TextAnchor {
    /// Returns the left end of text that has this width and its anchor at `x`.
    #[must_use]
    pub fn start_x(self, x: f32, width: f32) -> f32 {
        match self {
            Self::Start => x,
            Self::Middle => x - width / 2.0,
            Self::End => x - width,
        }
    }
}

/// A shape of a drawing. Lengths are in points, and `y` grows downwards. The `y` of text is its baseline.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the names explain the fields
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
    /// The width, in points.
    pub width: f32,
    /// The height, in points.
    pub height: f32,
    /// The shapes, from back to front.
    pub shapes: Vec<ChartShape>,
}

/// The width between the margins of an A4 page of a report, in points.
#[cfg(feature = "department")]
pub(crate) const WIDTH: f32 = 467.0;

/// The colour of text and axes.
pub(crate) const TEXT_COLOUR: Colour = (0x22, 0x22, 0x22);

/// The colour of grid lines.
#[cfg(feature = "department")]
pub(crate) const GRID_COLOUR: Colour = (0xC8, 0xCC, 0xD2);

// Only the department's reports have drawings.
#[cfg(feature = "department")]
impl Drawing {
    pub(crate) fn new(title: String, height: f32) -> Self {
        Self { title, width: WIDTH, height, shapes: Vec::new() }
    }

    pub(crate) fn rect(&mut self, x: f32, y: f32, width: f32, height: f32, fill: Colour) {
        self.shapes.push(ChartShape::Rect { x, y, width, height, fill });
    }

    pub(crate) fn line(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, colour: Colour) {
        self.shapes.push(ChartShape::Line { x1, y1, x2, y2, colour });
    }

    /// Adds text of 8 points. `x` is the position of its anchor, and `y` is its baseline.
    pub(crate) fn text(&mut self, x: f32, y: f32, anchor: TextAnchor, text: String) {
        self.shapes.push(ChartShape::Text { x, y, size: 8.0, bold: false, anchor, text });
    }
}
