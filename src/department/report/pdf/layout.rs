//! Words and lines on pages, from top to bottom.
use super::fonts::{FontStyle, Fonts};
use crate::department::report::drawing::{ChartShape, Colour, Drawing};

/// A4, points.
pub const WIDTH: f32 = 595.28;
/// A4, points.
pub const HEIGHT: f32 = 841.89;
/// 30 mm at the left, 15 mm at the right, 20 mm above and below.
pub const LEFT: f32 = 85.04;
/// The right margin's place.
pub const RIGHT: f32 = WIDTH - 42.52;
const TOP: f32 = 56.69;
const BOTTOM: f32 = HEIGHT - 56.69;
/// Lines are so many times as far apart as their letters are high.
const LEADING: f32 = 1.25;

/// What is drawn on a page; `y` grows downwards, of a text it is the base line.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // they are what they say
pub enum PageMark {
    Text { x: f32, y: f32, style: FontStyle, size: f32, text: String },
    Rect { x: f32, y: f32, width: f32, height: f32, fill: Colour },
}

impl PageMark {
    /// A text.
    #[must_use]
    pub fn text(x: f32, y: f32, style: FontStyle, size: f32, text: String) -> Self {
        Self::Text { x, y, style, size, text }
    }
}

/// Pages that fill.
pub struct Layout<'a> {
    /// The fonts.
    pub fonts: &'a Fonts,
    /// Where the next thing goes.
    pub y: f32,
    pages: Vec<Vec<PageMark>>,
}

impl<'a> Layout<'a> {
    /// An empty first page.
    #[must_use]
    pub fn new(fonts: &'a Fonts) -> Self {
        Self { fonts, y: TOP, pages: vec![Vec::new()] }
    }

    /// The pages.
    #[must_use]
    pub fn into_pages(self) -> Vec<Vec<PageMark>> {
        self.pages
    }

    /// Draws on the present page.
    pub fn push(&mut self, mark: PageMark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// Leaves some space, but not at the top of a page.
    pub fn add_space(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    /// Goes to a new page if less than this is left.
    pub fn ensure_room(&mut self, height: f32) {
        // What is higher than a page is not helped by a new one.
        if self.y + height > BOTTOM && self.y > TOP + 1.0 && height < BOTTOM - TOP {
            self.new_page();
        }
    }

    /// Whether something of this height fits on the page.
    #[must_use]
    pub fn fits(&self, height: f32) -> bool {
        self.y + height <= BOTTOM
    }

    /// Goes to a new page.
    pub fn new_page(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    /// A text broken into lines of at most this width.
    #[must_use]
    pub fn lines(&self, text: &str, style: FontStyle, size: f32, width: f32) -> Vec<String> {
        let text = self.fonts.printable(text);
        let fits = |line: &str| self.fonts.width(style, size, line) <= width;
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        // A space that does not break stays as it is.
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if fits(&longer) {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            // A word that is too wide by itself is broken where it must.
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

    /// A paragraph from margin to margin, less `narrower`.
    pub fn paragraph(&mut self, text: &str, style: FontStyle, size: f32, narrower: f32) {
        for line in self.lines(text, style, size, RIGHT - LEFT - narrower) {
            self.ensure_room(size * LEADING);
            self.y += size * LEADING;
            self.push(PageMark::text(LEFT, self.y - size * 0.25, style, size, line));
        }
    }

    /// Lines in the middle of a column, from `y` down; gives where they end.
    pub fn centred(&mut self, text: &str, middle: f32, y: f32, width: f32, style: FontStyle, size: f32) -> f32 {
        let mut y = y;
        for line in self.lines(text, style, size, width) {
            y += size * LEADING;
            let x = middle - self.fonts.width(style, size, &line) / 2.0;
            self.push(PageMark::text(x, y - size * 0.25, style, size, line));
        }
        y
    }

    /// A short line under the lines of the head.
    pub fn rule(&mut self, middle: f32, y: f32, width: f32) {
        self.push(PageMark::Rect {
            x: middle - width / 2.0,
            y: y + 11.0,
            width,
            height: 0.7,
            fill: (0x1a, 0x1a, 0x1a),
        });
    }

    /// A chart, whole on one page.
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
