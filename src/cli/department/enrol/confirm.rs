//! Asks a person at the terminal.
use std::io::{self, BufRead, IsTerminal, Write};

use crate::text::department::DepartmentText;
use crate::text::{Lang, Localize};

/// Asks the question at the terminal. Returns `true` only for the answer `yes`, and `false` if standard input is
/// not a terminal.
pub(super) fn confirm_at_terminal(question: &DepartmentText, lang: Lang) -> io::Result<bool> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    let mut err = io::stderr().lock();
    write!(err, "{}", question.localized(lang))?;
    err.flush()?;
    let mut answer = String::new();
    io::Read::take(io::stdin().lock(), 64).read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}
