//! Reads the answer to a question at the terminal.
use std::io::{self, BufRead};

/// Reads a line from standard input. Returns `true` if it says yes, in Vietnamese or in English.
///
/// # Errors
/// If standard input cannot be read.
pub(super) fn read_yes() -> io::Result<bool> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(matches!(line.trim().to_lowercase().as_str(), "co" | "có" | "yes" | "y"))
}
