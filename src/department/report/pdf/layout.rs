//! Words and lines on pages, from top to bottom.
use super::fonts::{FontStyle, Fonts};
use crate::department::report::drawing::{ChartShape, Colour, Drawing};

/// Width of an A4 page, points.
pub const WIDTH: f32 = 595.28;
/// Height of an A4 page, points.
pub const HEIGHT: f32 = 841.89;
/// The left margin, 30 mm, in points. The right one is 15 mm, those above and below are 20 mm.
pub const LEFT: f32 = 85.04;
/// Position of the right margin, points.
pub const RIGHT: f32 = WIDTH - 42.52;
const TOP: f32 = 56.69;
const BOTTOM: f32 = HEIGHT - 56.69;
/// Distance of lines, as a multiple of the font size.
const LEADING: f32 = 1.25;

/// A mark on a page. `y` grows downwards; a text's `y` is its base line.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // the names say it
pub enum PageMark {
    Text { x: f32, y: f32, style: FontStyle, size: f32, text: String },
    Rect { x: f32, y: f32, width: f32, height: f32, fill: Colour },
}

impl PageMark {
    /// Creates a text.
    #[must_use]
    pub fn text(x: f32, y: f32, style: FontStyle, size: f32, text: String) -> Self {
        Self::Text { x, y, style, size, text }
    }
}

/// Fills pages from top to bottom.
pub struct Layout<'a> {
    /// The fonts.
    pub fonts: &'a Fonts,
    /// The position of the next mark on the page, points.
    pub y: f32,
    pages: Vec<Vec<PageMark>>,
}

impl<'a> Layout<'a> {
    /// Starts with an empty page.
    #[must_use]
    pub fn new(fonts: &'a Fonts) -> Self {
        Self { fonts, y: TOP, pages: vec![Vec::new()] }
    }

    /// Returns the pages.
    #[must_use]
    pub fn into_pages(self) -> Vec<Vec<PageMark>> {
        self.pages
    }

    /// Draws on the current page.
    pub fn push(&mut self, mark: PageMark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// Adds space, but not at the top of a page.
    pub fn add_space(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    /// Starts a new page when less than this height is left.
    pub fn ensure_room(&mut self, height: f32) {
        // A new page does not help a block that is higher than a page.
        if self.y + height > BOTTOM && self.y > TOP + 1.0 && height < BOTTOM - TOP {
            self.new_page();
        }
    }

    /// Returns whether a block of this height fits on the page.
    #[must_use]
    pub fn fits(&self, height: f32) -> bool {
        self.y + height <= BOTTOM
    }

    /// Starts a new page.
    pub fn new_page(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Breaks a text into lines of at most this width.
    #[must_use]
    pub fn lines(&self, text: &str, style: FontStyle, size: f32, width: f32) -> Vec<String> {
        let text = self.fonts.printable(text);
        let fits = |line: &str| self.fonts.width(style, size, line) <= width;
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        // Only a plain space breaks; a no-break space stays.
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if fits(&longer) {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            // A word that is too wide alone is broken anywhere.
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

    /// Draws a paragraph from margin to margin, less `narrower` points.
    pub fn paragraph(&mut self, text: &str, style: FontStyle, size: f32, narrower: f32) {
        for line in self.lines(text, style, size, RIGHT - LEFT - narrower) {
            self.ensure_room(size * LEADING);
            self.y += size * LEADING;
            self.push(PageMark::text(LEFT, self.y - size * 0.25, style, size, line));
        }
    }

    /// Draws lines centred on `middle`, from `y` down; returns where they end.
    pub fn centred(&mut self, text: &str, middle: f32, y: f32, width: f32, style: FontStyle, size: f32) -> f32 {
        let mut y = y;
        for line in self.lines(text, style, size, width) {
            y += size * LEADING;
            let x = middle - self.fonts.width(style, size, &line) / 2.0;
            self.push(PageMark::text(x, y - size * 0.25, style, size, line));
        }
        y
    }

    /// Draws a short rule below the lines of the head.
    pub fn rule(&mut self, middle: f32, y: f32, width: f32) {
        self.push(PageMark::Rect {
            x: middle - width / 2.0,
            y: y + 11.0,
            width,
            height: 0.7,
            fill: (0x1a, 0x1a, 0x1a),
        });
    }

    /// Draws a chart, whole on one page.
    pub fn place_drawing(&mut self, drawing: &Drawing) {
        self.ensure_room(drawing.height + 6.0);
        let top = self.y;
        for piece in &drawing.shapes {
            let mark = match piece {
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
                        (if *bold { FontStyle::Bold } else { FontStyle::Regular }, self.fonts.printable(text));
                    let x = anchor.start_x(LEFT + x, self.fonts.width(style, *size, &text));
                    PageMark::text(x, top + y, style, *size, text)
                }
            };
            self.push(mark);
        }
        self.y = top + drawing.height + 6.0;
    }
}
