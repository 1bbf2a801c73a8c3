//! Every sentence that people read, in Vietnamese and English.
//!
//! A sentence is a variant of an enum. `texts!` requires both languages in its definition, so a sentence without a
//! translation does not compile. The terms follow one table: station = đài, segment = mục phát, session = buổi phát,
//! schedule = lịch phát, plan = kế hoạch phát, airing = lượt phát, outcome = kết quả, airing log = nhật ký phát thanh,
//! entry = dòng nhật ký, quiet hours = giờ yên lặng, key in a file = mục cài đặt, key of a log = khoá.
pub mod alarm;
pub mod answer;
pub mod bundle;
pub mod cause;
pub mod cli;
pub mod closing;
pub mod count;
pub mod department;
pub mod doctor;
pub mod enrolment;
pub mod help;
pub mod init;
pub mod journal;
pub mod languages;
pub mod library;
pub mod log;
pub mod log_book;
pub mod log_concern;
pub mod log_set_aside;
pub mod order;
#[cfg(feature = "page")]
pub mod page;
#[cfg(feature = "page")]
pub mod page_add;
#[cfg(feature = "page")]
pub mod page_library;
#[cfg(feature = "page")]
pub mod page_month;
#[cfg(feature = "page")]
pub mod page_phone;
#[cfg(feature = "page")]
pub mod page_urgent;
#[cfg(feature = "page")]
pub mod page_week;
pub mod paper;
pub mod plan;
pub mod plausibility;
pub mod problem;
pub mod proof;
pub mod question;
pub mod report;
pub mod report_document;
pub mod run;
pub mod sanitize;
pub mod selection;
pub mod session;
pub mod stated;
pub mod stations;
pub mod system;
pub mod target;
pub mod undo;

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
    (
        $(#[$meta:meta])*
        pub enum $enum:ident {
            $(
                $(#[$variant:meta])*
                $name:ident $({ $($field:ident : $type:ty),* $(,)? })? => $vi:literal, $en:literal;
            )+
        }
    ) => {
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

/// Writes a line to standard error, and ignores write errors. `eprintln!` would panic and end the thread, but a station
/// must keep playing when its terminal is closed or its log file is deleted.
macro_rules! print_stderr {
    ($($arg:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), "{}", $crate::text::strip_control(&format!($($arg)*)));
    }};
}
pub(crate) use print_stderr;

/// A sentence that can be printed in either language.
pub trait Localize {
    /// Writes the sentence.
    ///
    /// # Errors
    /// If the formatter fails.
    fn write(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// Returns a value that prints the sentence in this language.
    fn localized(&self, lang: Lang) -> Localized<'_, Self>
    where
        Self: Sized,
    {
        Localized { text: self, lang }
    }

    /// Returns the sentence in this language. Characters that could control a terminal are removed, because a sentence
    /// can quote text from files.
    fn to_plain(&self, lang: Lang) -> String
    where
        Self: Sized,
    {
        strip_unprintable(&self.localized(lang).to_string())
    }
}

/// A value that can be part of a sentence. A sentence inside another one is printed in the same language.
pub trait TextArg {
    /// The printable form of the value.
    type Printable<'a>: fmt::Display
    where
        Self: 'a;
    /// Returns the printable form in this language.
    fn in_language(&self, lang: Lang) -> Self::Printable<'_>;
}

macro_rules! plain_text_args {
    ($($type:ty),+) => { $(
        impl TextArg for $type {
            type Printable<'a> = &'a $type;
            fn in_language(&self, _: Lang) -> &$type {
                self
            }
        }
    )+ };
}
plain_text_args!(String, i64, u64, u16, usize);

impl TextArg for NaiveDate {
    type Printable<'a> = String;
    fn in_language(&self, lang: Lang) -> String {
        match lang {
            Lang::Vi => format!("{:02}/{:02}/{}", self.day(), self.month(), self.year()),
            Lang::En => self.to_string(),
        }
    }
}

impl<T: Localize> TextArg for T {
    type Printable<'a>
        = Localized<'a, T>
    where
        T: 'a;
    fn in_language(&self, lang: Lang) -> Localized<'_, T> {
        self.localized(lang)
    }
}

/// A sentence together with the language in which it is printed.
pub struct Localized<'a, T> {
    text: &'a T,
    lang: Lang,
}

impl<T: Localize> fmt::Display for Localized<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.write(self.lang, f)
    }
}
