//! Every sentence that people read, in Vietnamese and English.
//!
//! A text is a variant with its fields; `texts!` makes both languages part of its definition, so a
//! missing translation does not compile. Terms follow one table: station = đài, segment = mục phát,
//! session = buổi phát, schedule = lịch phát, plan = kế hoạch phát, airing = lượt phát, outcome = kết
//! quả, airing log = nhật ký phát thanh, quiet hours = giờ yên lặng.
pub mod cli;
pub mod department;
pub mod library;
pub mod log;
pub mod plan;
pub mod plausibility;
pub mod problem;
pub mod proof;
pub mod report;
pub mod run;

use std::fmt;

/// A language that loa speaks to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Lang {
    /// Vietnamese, the default of a station.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// The language whose code this is, if it is one of ours.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "vi" => Some(Self::Vi),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

/// Defines an enum of sentences: `Name { field: Type } => "tiếng Việt {field}", "English {field}";`
macro_rules! texts {
    ($(#[$meta:meta])* pub enum $enum:ident { $( $(#[$variant:meta])* $name:ident $({ $($field:ident : $type:ty),* $(,)? })? => $vi:literal, $en:literal; )+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[allow(missing_docs)]
        pub enum $enum { $( $(#[$variant])* $name $({ $($field: $type),* })? ),+ }

        impl $crate::text::Localize for $enum {
            #[allow(unused_variables)]
            fn write(&self, lang: $crate::text::Lang, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match (self, lang) {
                    $(
                        (Self::$name $({ $($field),* })?, $crate::text::Lang::Vi) => {
                            $( $( let $field = $crate::text::TextArg::in_language($field, lang); )* )?
                            write!(f, $vi)
                        }
                        (Self::$name $({ $($field),* })?, $crate::text::Lang::En) => {
                            $( $( let $field = $crate::text::TextArg::in_language($field, lang); )* )?
                            write!(f, $en)
                        }
                    )+
                }
            }
        }
    };
}
pub(crate) use texts;

/// Writes a line to standard error. A station whose terminal or log file has gone away must not fall silent over it,
/// as it would if a failed write ended the thread that speaks.
macro_rules! print_stderr {
    ($($word:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), "{}", $crate::text::strip_control(&format!($($word)*)));
    }};
}
pub(crate) use print_stderr;

/// Something that can be said in either language.
pub trait Localize {
    /// Writes the sentence.
    ///
    /// # Errors
    /// Only those of the formatter.
    fn write(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// The sentence as a value that can be printed.
    fn localized(&self, lang: Lang) -> Localized<'_, Self>
    where
        Self: Sized,
    {
        Localized { text: self, lang }
    }
}

/// What may stand in a sentence: values as they are, other texts in the sentence's language.
pub trait TextArg {
    /// How it is written.
    type As<'a>: fmt::Display
    where
        Self: 'a;
    /// It, in this language.
    fn in_language(&self, lang: Lang) -> Self::As<'_>;
}

macro_rules! plain_parts {
    ($($type:ty),+) => { $(
        impl TextArg for $type {
            type As<'a> = &'a $type;
            fn in_language(&self, _: Lang) -> &$type {
                self
            }
        }
    )+ };
}
plain_parts!(String, i64, u64, u16, usize);

impl<T: Localize> TextArg for T {
    type As<'a>
        = Localized<'a, T>
    where
        T: 'a;
    fn in_language(&self, lang: Lang) -> Localized<'_, T> {
        self.localized(lang)
    }
}

/// A sentence together with the language to say it in.
pub struct Localized<'a, T> {
    text: &'a T,
    lang: Lang,
}

impl<T: Localize> fmt::Display for Localized<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.write(self.lang, f)
    }
}

/// Text from files, without anything that could steer a terminal.
#[must_use]
pub fn strip_unprintable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !is_invisible_or_bidi(*c)).collect()
}

/// Several lines of such text: nothing in them steers the terminal that shows them.
#[must_use]
pub fn strip_control(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// A text as a cell of a table that a spreadsheet may open: nothing in it steers a terminal, and no spreadsheet takes it for
/// a formula, also behind blanks and in full width.
#[must_use]
pub fn spreadsheet_cell(text: &str) -> String {
    const SIGNS: &str = "=+-@＝＋－＠﹦﹢﹣﹫−";
    let plain = strip_unprintable(text);
    let first = plain.chars().next();
    let formula = plain.trim_start().starts_with(|c| SIGNS.contains(c));
    if formula || first.is_some_and(char::is_whitespace) { format!("'{plain}") } else { plain }
}

/// Whether a character turns the direction of writing, or is not seen at all.
#[must_use]
pub fn is_invisible_or_bidi(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::spreadsheet_cell;

    #[test]
    fn no_cell_starts_a_formula() {
        for text in
            ["=1", " =1", "\t=1", "\n+1", "\r-1", "＝1", "＋1", "－1", "＠x", "\u{3000}=1", "\u{feff}=1", "−1", " x"]
        {
            assert!(spreadsheet_cell(text).starts_with('\''), "{text:?}: {:?}", spreadsheet_cell(text));
        }
        assert_eq!(spreadsheet_cell("a\u{1b}[31mb\u{202e}\n"), "a[31mb");
        for text in ["Đài Thuận An", "1 = 1", "", "xa-1"] {
            assert_eq!(spreadsheet_cell(text), text);
        }
    }
}
