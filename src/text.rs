//! Every sentence that people read, in Vietnamese and English.
//!
//! A text is a variant with its fields; `texts!` makes both languages part of its definition, so a
//! missing translation does not compile. Terms follow one table: station = đài, segment = mục phát,
//! session = buổi phát, schedule = lịch phát, plan = kế hoạch phát, airing = lượt phát, outcome = kết
//! quả, airing log = nhật ký phát thanh, entry = dòng nhật ký, quiet hours = giờ yên lặng, key of a file = mục cài đặt,
//! key of a log = khoá.
pub mod cli;
pub mod department;
pub mod help;
pub mod library;
pub mod log;
pub mod plan;
pub mod plausibility;
pub mod problem;
pub mod proof;
pub mod report;
pub mod run;
pub mod sanitize;
pub mod system;

use std::fmt;

use chrono::{Datelike, NaiveDate};

pub use sanitize::{is_invisible_or_bidi, spreadsheet_cell, strip_control, strip_unprintable};

/// A language of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Lang {
    /// Vietnamese, the default of a station.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// Returns the language with this code, if it is supported.
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

/// Writes a line to standard error and ignores errors: a station whose terminal or log file has gone must not fall
/// silent, as it would if a failed write ended the thread.
macro_rules! print_stderr {
    ($($word:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), "{}", $crate::text::strip_control(&format!($($word)*)));
    }};
}
pub(crate) use print_stderr;

/// A sentence in either language.
pub trait Localize {
    /// Writes the sentence.
    ///
    /// # Errors
    /// The formatter's.
    fn write(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// Returns the sentence as a printable value.
    fn localized(&self, lang: Lang) -> Localized<'_, Self>
    where
        Self: Sized,
    {
        Localized { text: self, lang }
    }

    /// Returns the sentence without characters that could control a terminal: it may quote texts from files.
    fn to_plain(&self, lang: Lang) -> String
    where
        Self: Sized,
    {
        strip_unprintable(&self.localized(lang).to_string())
    }
}

/// A value that can stand in a sentence; sentences in sentences take the language of the outer one.
pub trait TextArg {
    /// The printable form.
    type As<'a>: fmt::Display
    where
        Self: 'a;
    /// Returns the printable form in this language.
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

impl TextArg for NaiveDate {
    type As<'a> = String;
    fn in_language(&self, lang: Lang) -> String {
        match lang {
            Lang::Vi => format!("{:02}/{:02}/{}", self.day(), self.month(), self.year()),
            Lang::En => self.to_string(),
        }
    }
}

impl<T: Localize> TextArg for T {
    type As<'a>
        = Localized<'a, T>
    where
        T: 'a;
    fn in_language(&self, lang: Lang) -> Localized<'_, T> {
        self.localized(lang)
    }
}

/// A sentence with its language.
pub struct Localized<'a, T> {
    text: &'a T,
    lang: Lang,
}

impl<T: Localize> fmt::Display for Localized<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.write(self.lang, f)
    }
}
