//! Asks the operator for confirmation at the terminal.
use std::io::{self, IsTerminal, Write};

use crate::cli::answer::read_yes;
use crate::text::{Lang, Localize};

/// Asks the question at the terminal. Returns `false` if the answer is not yes, or if standard input is not a
/// terminal.
pub(in crate::cli::department) fn confirm_at_terminal(question: &impl Localize, lang: Lang) -> io::Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    let mut err = io::stderr().lock();
    write!(err, "{}", question.localized(lang))?;
    err.flush()?;
    drop(err);
    read_yes()
}
