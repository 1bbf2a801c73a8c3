//! The embedded fonts, and the width of text in them.
use krilla::text::Font;
use ttf_parser::Face;
use unicode_normalization::UnicodeNormalization;

/// The style of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FontStyle {
    /// Regular.
    Regular,
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// Bold italic, for "Nơi nhận". It is drawn in italic, because no bold italic font is embedded.
    BoldItalic,
}

const REGULAR: &[u8] = include_bytes!("../fonts/Tinos-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../fonts/Tinos-Bold.ttf");
const ITALIC: &[u8] = include_bytes!("../fonts/Tinos-Italic.ttf");
/// The replacement for characters that the fonts do not contain.
const MISSING_GLYPH: char = '\u{25a1}';

/// The embedded fonts, in the order of [`font_index`].
pub struct Fonts {
    faces: [Face<'static>; 3],
    fonts: [Font; 3],
}

/// Returns the index of the font in which a style is drawn.
fn font_index(style: FontStyle) -> usize {
    match style {
        FontStyle::Regular => 0,
        FontStyle::Bold => 1,
        FontStyle::Italic | FontStyle::BoldItalic => 2,
    }
}

impl Fonts {
    /// Loads the embedded fonts; `None` if they cannot be parsed.
    #[must_use]
    pub fn load() -> Option<Self> {
        let face = |bytes| Face::parse(bytes, 0).ok();
        let font = |bytes: &'static [u8]| Font::new(bytes.into(), 0);
        Some(Self {
            faces: [face(REGULAR)?, face(BOLD)?, face(ITALIC)?],
            fonts: [font(REGULAR)?, font(BOLD)?, font(ITALIC)?],
        })
    }

    /// Returns the font for a style, and `true` if the font only approximates the style.
    #[must_use]
    pub fn font(&self, style: FontStyle) -> (Font, bool) {
        (self.fonts[font_index(style)].clone(), style == FontStyle::BoldItalic)
    }

    /// Returns the width of text without kerning, in points.
    #[must_use]
    pub fn width(&self, style: FontStyle, size: f32, text: &str) -> f32 {
        let face = &self.faces[font_index(style)];
        let units: u32 = text.chars().map(|c| advance_units(face, c)).sum();
        #[allow(clippy::cast_precision_loss)]
        let ems = units as f32 / f32::from(face.units_per_em());
        ems * size
    }

    /// Converts text to NFC, and replaces characters that the fonts do not contain. Characters that are invisible or
    /// change the writing direction are removed.
    #[must_use]
    pub fn to_printable(&self, text: &str) -> String {
        let face = &self.faces[0];
        let printable_text = crate::text::strip_unprintable(text);
        printable_text.nfc().map(|c| if face.glyph_index(c).is_some() { c } else { MISSING_GLYPH }).collect()
    }
}

/// Returns the width of a character, in the font's units; 0 if the font does not contain it.
fn advance_units(face: &Face<'_>, c: char) -> u32 {
    face.glyph_index(c).and_then(|glyph| face.glyph_hor_advance(glyph)).map_or(0, u32::from)
}
