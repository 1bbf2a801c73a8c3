//! Prints errors, warnings and hints on standard error.
use std::fmt::Display;

use crate::text::problem::ProblemText;
use crate::text::{Lang, Localize, print_stderr};

/// Prints an error.
pub(super) fn print_error(text: impl Display, lang: Lang) {
    print_stderr!("{}: {text}", ProblemText::Error.localized(lang));
}

/// Prints a warning.
pub(super) fn print_warning(text: impl Display, lang: Lang) {
    print_stderr!("{}: {text}", ProblemText::Warning.localized(lang));
}

/// Prints a hint, which belongs to the message printed before it.
pub(super) fn print_hint(text: impl Display, lang: Lang) {
    print_stderr!("  {}: {text}", ProblemText::HintWord.localized(lang));
}
