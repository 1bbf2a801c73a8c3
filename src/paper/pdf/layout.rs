//! Breaks text into lines, and places lines and drawings on pages from top to bottom.
use super::fonts::{FontStyle, Fonts};
use crate::paper::drawing::{ChartShape, Colour, Drawing};

/// The size of a page, and the edges of its text area. Lengths are in points.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs)] // the names explain the fields
pub struct PageFrame {
    pub width: f32,
    pub height: f32,
    pub left: f32,
    pub right: f32,
    pub top: f32,
    pub bottom: f32,
}

/// The margins of decree 30/2020, in points: 30 mm on the left, 15 mm on the right, 20 mm above and below.
const MARGINS: (f32, f32, f32) = (85.04, 42.52, 56.69);

impl PageFrame {
    /// An upright A4 page.
    pub const UPRIGHT: Self = Self::with_margins(595.28, 841.89);
    /// An A4 page in landscape.
    pub const LANDSCAPE: Self = Self::with_margins(841.89, 595.28);

    const fn with_margins(width: f32, height: f32) -> Self {
        let (left, right, vertical) = MARGINS;
        Self { width, height, left, right: width - right, top: vertical, bottom: height - vertical }
    }

    /// Returns the width of the text area.
    #[must_use]
    pub fn text_width(&self) -> f32 {
        self.right - self.left
    }

    /// Returns the middle of the text area.
    #[must_use]
    pub fn middle(&self) -> f32 {
        (self.left + self.right) / 2.0
    }
}

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

/// A page with its marks.
#[derive(Debug, Clone, PartialEq)]
pub struct LaidOutPage {
    /// The size of the page.
    pub frame: PageFrame,
    /// The marks, from back to front.
    pub marks: Vec<PageMark>,
}

/// How a paragraph looks. Lengths are in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParagraphStyle {
    /// The style of the font.
    pub font: FontStyle,
    /// The font size.
    pub size: f32,
    /// The distance of the first line from the left margin.
    pub first_indent: f32,
    /// The distance of all lines from the right margin.
    pub right_indent: f32,
    /// True if all lines but the last one end at the right margin.
    pub is_justified: bool,
}

impl ParagraphStyle {
    /// Creates the style of ragged paragraphs without indents.
    #[must_use]
    pub fn plain(font: FontStyle, size: f32) -> Self {
        Self { font, size, first_indent: 0.0, right_indent: 0.0, is_justified: false }
    }
}

/// Returns the position at which a word that is too wide is broken: behind the dash of a range, or else behind a slash or a
/// hyphen, or else at its end.
fn break_position(word: &str) -> usize {
    let behind = |signs: &[char]| word.rfind(signs).and_then(|at| Some(at + word[at..].chars().next()?.len_utf8()));
    behind(&['–']).or_else(|| behind(&['/', '-', '_', '@'])).unwrap_or(word.len())
}

/// Places marks on pages from top to bottom.
pub struct Layout<'a> {
    /// The fonts that measure the text.
    pub fonts: &'a Fonts,
    /// The position of the next mark on the current page, in points.
    pub y: f32,
    /// The frame of the current page, and of those that follow it.
    pub frame: PageFrame,
    pages: Vec<LaidOutPage>,
}

impl<'a> Layout<'a> {
    /// Creates a layout with one empty page.
    #[must_use]
    pub fn new(fonts: &'a Fonts) -> Self {
        let frame = PageFrame::UPRIGHT;
        Self { fonts, y: frame.top, frame, pages: vec![LaidOutPage { frame, marks: Vec::new() }] }
    }

    /// Returns all pages.
    #[must_use]
    pub fn into_pages(self) -> Vec<LaidOutPage> {
        self.pages
    }

    /// Adds a mark to the current page.
    pub fn push(&mut self, mark: PageMark) {
        if let Some(page) = self.pages.last_mut() {
            page.marks.push(mark);
        }
    }

    /// Moves down by this height, unless the position is at the top of the page.
    pub fn add_space(&mut self, height: f32) {
        if self.y > self.frame.top {
            self.y += height;
        }
    }

    /// Starts a new page if a block of this height does not fit on the current one.
    pub fn ensure_room(&mut self, height: f32) {
        // A block that is taller than a page starts here, because it does not fit on a new page either.
        let PageFrame { top, bottom, .. } = self.frame;
        if self.y + height > bottom && self.y > top + 1.0 && height < bottom - top {
            self.start_page();
        }
    }

    /// Returns whether a block of this height fits on the current page.
    #[must_use]
    pub fn fits(&self, height: f32) -> bool {
        self.y + height <= self.frame.bottom
    }

    /// Starts a new page.
    pub fn start_page(&mut self) {
        self.pages.push(LaidOutPage { frame: self.frame, marks: Vec::new() });
        self.y = self.frame.top;
    }

    /// Starts a new page with this frame.
    pub fn start_page_with(&mut self, frame: PageFrame) {
        self.frame = frame;
        self.start_page();
    }

    /// Breaks text into lines of at most this width.
    #[must_use]
    pub fn break_lines(&self, text: &str, style: FontStyle, size: f32, width: f32) -> Vec<String> {
        self.break_indented_lines(text, style, size, (width, width))
    }

    /// Breaks text into lines of at most the second width; the first line has at most the first one.
    fn break_indented_lines(&self, text: &str, style: FontStyle, size: f32, widths: (f32, f32)) -> Vec<String> {
        let text = self.fonts.to_printable(text);
        let fits = |line: &str, index: usize| {
            self.fonts.width(style, size, line) <= if index == 0 { widths.0 } else { widths.1 }
        };
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        // Lines break at plain spaces only, not at no-break spaces.
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let longer_line = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if fits(&longer_line, lines.len()) {
                line = longer_line;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            // A word wider than a line is broken where its signs allow it, or else between any two characters.
            for c in word.chars() {
                line.push(c);
                if !fits(&line, lines.len()) && line.chars().count() > 1 {
                    line.pop();
                    let end = break_position(&line);
                    let rest = line.split_off(end);
                    lines.push(std::mem::replace(&mut line, format!("{rest}{c}")));
                }
            }
        }
        if !line.is_empty() || lines.is_empty() {
            lines.push(line);
        }
        lines
    }

    /// Breaks text into as few lines as this width allows, and makes them as equally long as possible, so that no line
    /// of a title holds a single word.
    #[must_use]
    pub fn break_balanced_lines(&self, text: &str, style: FontStyle, size: f32, width: f32) -> Vec<String> {
        let lines = self.break_lines(text, style, size, width);
        let (mut too_narrow, mut wide_enough) = (width / 4.0, width);
        // Eight halvings find the narrowest such width to within a few points.
        for _ in 0..8 {
            let middle = f32::midpoint(too_narrow, wide_enough);
            let is_wider_than_words = |line: &String| self.fonts.width(style, size, line) <= middle;
            let narrower = self.break_lines(text, style, size, middle);
            if narrower.len() == lines.len() && narrower.iter().all(is_wider_than_words) {
                wide_enough = middle;
            } else {
                too_narrow = middle;
            }
        }
        self.break_lines(text, style, size, wide_enough)
    }

    fn paragraph_lines(&self, text: &str, style: &ParagraphStyle) -> Vec<String> {
        let width = self.frame.text_width() - style.right_indent;
        self.break_indented_lines(text, style.font, style.size, (width - style.first_indent, width))
    }

    /// Draws a paragraph that starts at the left margin.
    pub fn draw_paragraph(&mut self, text: &str, style: &ParagraphStyle) {
        let lines = self.paragraph_lines(text, style);
        let last = lines.len() - 1;
        for (index, line) in lines.into_iter().enumerate() {
            self.ensure_room(style.size * LEADING);
            self.y += style.size * LEADING;
            let x = self.frame.left + if index == 0 { style.first_indent } else { 0.0 };
            if style.is_justified && index < last {
                self.push_justified(&line, x, style);
            } else {
                self.push(PageMark::text(x, self.y - style.size * 0.25, style.font, style.size, line));
            }
        }
    }

    /// Adds the words of a line, with spaces so wide that the line ends at the right margin.
    fn push_justified(&mut self, line: &str, x: f32, style: &ParagraphStyle) {
        let words: Vec<&str> = line.split(' ').collect();
        let word_width = |word: &str| self.fonts.width(style.font, style.size, word);
        let text_width: f32 = words.iter().map(|word| word_width(word)).sum();
        let room = self.frame.right - style.right_indent - x - text_width;
        #[allow(clippy::cast_precision_loss)]
        let space = room / words.len().saturating_sub(1).max(1) as f32;
        let mut word_x = x;
        for word in words {
            let next_x = word_x + self.fonts.width(style.font, style.size, word) + space;
            let mark = PageMark::text(word_x, self.y - style.size * 0.25, style.font, style.size, word.to_owned());
            self.push(mark);
            word_x = next_x;
        }
    }

    /// Returns the height of a paragraph.
    #[must_use]
    pub fn paragraph_height(&self, text: &str, style: &ParagraphStyle) -> f32 {
        #[allow(clippy::cast_precision_loss)]
        let line_count = self.paragraph_lines(text, style).len() as f32;
        line_count * style.size * LEADING
    }

    /// Draws text in balanced lines of at most `width`, centred on `middle`, from `y` down. Returns the `y` below the last
    /// line, and the width of the longest line.
    pub fn draw_centred(
        &mut self,
        text: &str,
        (middle, y): (f32, f32),
        width: f32,
        style: FontStyle,
        size: f32,
    ) -> (f32, f32) {
        let (mut y, mut longest) = (y, 0.0_f32);
        for line in self.break_balanced_lines(text, style, size, width) {
            y += size * LEADING;
            let line_width = self.fonts.width(style, size, &line);
            longest = longest.max(line_width);
            self.push(PageMark::text(middle - line_width / 2.0, y - size * 0.25, style, size, line));
        }
        (y, longest)
    }

    /// Draws a horizontal rule of this width, centred on `middle`, at `y`.
    pub fn draw_rule(&mut self, middle: f32, y: f32, width: f32) {
        self.push(PageMark::Rect { x: middle - width / 2.0, y, width, height: 0.7, fill: (0x1a, 0x1a, 0x1a) });
    }

    /// Draws a dotted line between both margins, for people to write on.
    pub fn draw_dotted_line(&mut self, height: f32) {
        self.ensure_room(height);
        self.y += height;
        let (mut x, y) = (self.frame.left, self.y - 3.0);
        while x < self.frame.right {
            self.push(PageMark::Rect { x, y, width: 0.9, height: 0.9, fill: (0x55, 0x55, 0x55) });
            x += 3.6;
        }
    }

    /// Places a drawing; it is never split across pages.
    pub fn place_drawing(&mut self, drawing: &Drawing) {
        self.ensure_room(drawing.height + 6.0);
        let (left, top) = (self.frame.left, self.y);
        for shape in &drawing.shapes {
            let mark = match shape {
                ChartShape::Rect { x, y, width, height, fill } => {
                    PageMark::Rect { x: left + x, y: top + y, width: *width, height: *height, fill: *fill }
                }
                ChartShape::Line { x1, y1, x2, y2, colour } => PageMark::Rect {
                    x: left + x1.min(*x2),
                    y: top + y1.min(*y2),
                    width: (x2 - x1).abs().max(0.5),
                    height: (y2 - y1).abs().max(0.5),
                    fill: *colour,
                },
                ChartShape::Text { x, y, size, bold, anchor, text } => {
                    let (style, text) =
                        (if *bold { FontStyle::Bold } else { FontStyle::Regular }, self.fonts.to_printable(text));
                    let x = anchor.start_x(left + x, self.fonts.width(style, *size, &text));
                    PageMark::text(x, top + y, style, *size, text)
                }
            };
            self.push(mark);
        }
        self.y = top + drawing.height + 6.0;
    }
}
