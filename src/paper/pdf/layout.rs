//! Breaks text into lines, and places lines and drawings on pages from top to bottom.
use super::fonts::{FontStyle, Fonts};
use crate::paper::drawing::{ChartShape, Colour, Drawing};

/// The width of an A4 page, in points.
pub const PAGE_WIDTH: f32 = 595.28;
/// The height of an A4 page, in points.
pub const PAGE_HEIGHT: f32 = 841.89;
/// The left edge of the text area, in points: a margin of 30 mm.
pub const LEFT: f32 = 85.04;
/// The right edge of the text area, in points: a margin of 15 mm.
pub const RIGHT: f32 = PAGE_WIDTH - 42.52;
/// The upper edge of the text area, in points: a margin of 20 mm.
const TOP: f32 = 56.69;
/// The lower edge of the text area, in points: a margin of 20 mm.
const BOTTOM: f32 = PAGE_HEIGHT - 56.69;
/// The distance between baselines, as a multiple of the font size.
pub const LEADING: f32 = 1.25;

/// A mark on a page. Lengths are in points, and `y` grows downwards. The `y` of text is its baseline.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the names explain the fields
pub enum PageMark {
    Text { x: f32, y: f32, style: FontStyle, size: f32, text: String },
    Rect { x: f32, y: f32, width: f32, height: f32, fill: Colour },
}

impl PageMark {
    /// Creates a text mark.
    #[must_use]
    pub fn text(x: f32, y: f32, style: FontStyle, size: f32, text: String) -> Self {
        Self::Text { x, y, style, size, text }
    }
}

/// Places marks on pages from top to bottom.
pub struct Layout<'a> {
    /// The fonts that measure the text.
    pub fonts: &'a Fonts,
    /// The position of the next mark on the current page, in points.
    pub y: f32,
    pages: Vec<Vec<PageMark>>,
}

impl<'a> Layout<'a> {
    /// Creates a layout with one empty page.
    #[must_use]
    pub fn new(fonts: &'a Fonts) -> Self {
        Self { fonts, y: TOP, pages: vec![Vec::new()] }
    }

    /// Returns the marks of all pages.
    #[must_use]
    pub fn into_pages(self) -> Vec<Vec<PageMark>> {
        self.pages
    }

    /// Adds a mark to the current page.
    pub fn push(&mut self, mark: PageMark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// Moves down by this height, unless the position is at the top of the page.
    pub fn add_space(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    /// Starts a new page if a block of this height does not fit on the current one.
    pub fn ensure_room(&mut self, height: f32) {
        // A block that is taller than a page starts here, because it does not fit on a new page either.
        if self.y + height > BOTTOM && self.y > TOP + 1.0 && height < BOTTOM - TOP {
            self.start_page();
        }
    }

    /// Returns whether a block of this height fits on the current page.
    #[must_use]
    pub fn fits(&self, height: f32) -> bool {
        self.y + height <= BOTTOM
    }

    /// Starts a new page.
    pub fn start_page(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Breaks text into lines of at most this width.
    #[must_use]
    pub fn break_lines(&self, text: &str, style: FontStyle, size: f32, width: f32) -> Vec<String> {
        let text = self.fonts.to_printable(text);
        let fits = |line: &str| self.fonts.width(style, size, line) <= width;
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        // Lines break at plain spaces only, not at no-break spaces.
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let longer_line = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if fits(&longer_line) {
                line = longer_line;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            // A word wider than a line is broken between any two characters.
            for c in word.chars() {
                line.push(c);
                if !fits(&line) && line.chars().count() > 1 {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, c.to_string()));
                }
            }
        }
        if !line.is_empty() || lines.is_empty() {
            lines.push(line);
        }
        lines
    }

    /// Draws a paragraph that starts at the left margin and ends `right_indent` points before the right margin.
    pub fn draw_paragraph(&mut self, text: &str, style: FontStyle, size: f32, right_indent: f32) {
        for line in self.break_lines(text, style, size, RIGHT - LEFT - right_indent) {
            self.ensure_room(size * LEADING);
            self.y += size * LEADING;
            self.push(PageMark::text(LEFT, self.y - size * 0.25, style, size, line));
        }
    }

    /// Returns the height of a paragraph between both margins.
    #[must_use]
    pub fn paragraph_height(&self, text: &str, style: FontStyle, size: f32) -> f32 {
        #[allow(clippy::cast_precision_loss)]
        let line_count = self.break_lines(text, style, size, RIGHT - LEFT).len() as f32;
        line_count * size * LEADING
    }

    /// Draws text in lines of at most `width`, centred on `middle`, from `y` down. Returns the `y` below the last line.
    pub fn draw_centred(&mut self, text: &str, middle: f32, y: f32, width: f32, style: FontStyle, size: f32) -> f32 {
        let mut y = y;
        for line in self.break_lines(text, style, size, width) {
            y += size * LEADING;
            let x = middle - self.fonts.width(style, size, &line) / 2.0;
            self.push(PageMark::text(x, y - size * 0.25, style, size, line));
        }
        y
    }

    /// Draws a horizontal rule of this width, centred on `middle`, 11 points below `y`.
    pub fn draw_rule(&mut self, middle: f32, y: f32, width: f32) {
        self.push(PageMark::Rect {
            x: middle - width / 2.0,
            y: y + 11.0,
            width,
            height: 0.7,
            fill: (0x1a, 0x1a, 0x1a),
        });
    }

    /// Places a drawing; it is never split across pages.
    pub fn place_drawing(&mut self, drawing: &Drawing) {
        self.ensure_room(drawing.height + 6.0);
        let top = self.y;
        for shape in &drawing.shapes {
            let mark = match shape {
                ChartShape::Rect { x, y, width, height, fill } => {
                    PageMark::Rect { x: LEFT + x, y: top + y, width: *width, height: *height, fill: *fill }
                }
                ChartShape::Line { x1, y1, x2, y2, colour } => PageMark::Rect {
                    x: LEFT + x1.min(*x2),
                    y: top + y1.min(*y2),
                    width: (x2 - x1).abs().max(0.5),
                    height: (y2 - y1).abs().max(0.5),
                    fill: *colour,
                },
                ChartShape::Text { x, y, size, bold, anchor, text } => {
                    let (style, text) =
                        (if *bold { FontStyle::Bold } else { FontStyle::Regular }, self.fonts.to_printable(text));
                    let x = anchor.start_x(LEFT + x, self.fonts.width(style, *size, &text));
                    PageMark::text(x, top + y, style, *size, text)
                }
            };
            self.push(mark);
        }
        self.y = top + drawing.height + 6.0;
    }
}
