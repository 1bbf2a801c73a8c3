//! Reads the answer to a question at the terminal.
use std::io::{self, BufRead, Read};

use unicode_normalization::UnicodeNormalization;

/// The maximum number of bytes read from an answer.
const MAX_ANSWER_BYTES: u64 = 256;

/// Reads a line from standard input. Returns `true` if it says yes, in Vietnamese or in English.
///
/// # Errors
/// If standard input cannot be read.
pub(super) fn read_yes() -> io::Result<bool> {
    let mut line = Vec::new();
    io::stdin().lock().take(MAX_ANSWER_BYTES).read_until(b'\n', &mut line)?;
    Ok(says_yes(&String::from_utf8_lossy(&line)))
}

/// Returns `true` if an answer says yes, in Vietnamese or in English.
pub(super) fn says_yes(answer: &str) -> bool {
    let answer: String = answer.trim().to_lowercase().nfc().collect();
    matches!(answer.trim_matches(['"', '“', '”', '.']), "co" | "có" | "yes" | "y")
}

#[cfg(test)]
mod tests {
    use super::says_yes;

    #[test]
    fn only_a_yes_in_either_language_counts_as_yes() {
        for answer in ["có\n", "CÓ", "co", "co\u{301}", "yes", "Y\r\n", "“có”"] {
            assert!(says_yes(answer), "{answer}");
        }
        for answer in ["", "\n", "không", "no", "c", "cỏ", "yes yes", "co khong"] {
            assert!(!says_yes(answer), "{answer}");
        }
    }
}
