//! Asks before the removal of a segment that sessions play, or that was found by a part of its title.
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::removal::Removal;
use crate::cli::answer::read_yes;
use crate::cli::shell_words::{shell_word, with_station};
use crate::cli::station::messages::print_error;
use crate::cli::station::recorded_change::quoted_list;
use crate::text::library::ScanText;
use crate::text::{Lang, Localize, print_stderr};

/// The operator's answer to the question about the removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
}

/// Whether the operator consented on the command line, with `--yes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Consent {
    Given,
    NotYetGiven,
}

/// Asks at the terminal if the removal needs confirmation. Without a terminal the answer is no, and the command that
/// would remove the segment is printed. A guess from part of a title needs confirmation even if no session plays the
/// segment, and `--yes` does not confirm it.
pub(super) fn ask(removal: &Removal, consent: Consent, station: &Path, lang: Lang) -> io::Result<Answer> {
    let (title, count) = (removal.title.clone(), removal.sessions.len());
    let sessions = quoted_list(removal.sessions.iter().map(String::as_str));
    let name = shell_word(&removal.whole_name);
    let command = |words: String| with_station(&words, station);
    if removal.is_guess && (consent == Consent::Given || (count == 0 && !io::stdin().is_terminal())) {
        let text = ScanText::WholeNameNeeded { title, command: command(format!("remove {name}")) };
        print_error(text.to_plain(lang), lang);
        return Ok(Answer::No);
    }
    if consent == Consent::Given || (count == 0 && !removal.is_guess) {
        return Ok(Answer::Yes);
    }
    if !io::stdin().is_terminal() {
        let command = command(format!("remove {name} --yes"));
        let text = match count {
            1 => ScanText::RemoveFromOneNeedsYes { title, session: sessions, command },
            _ => ScanText::RemoveNeedsYes { title, count, sessions, command },
        };
        print_error(text.to_plain(lang), lang);
        return Ok(Answer::No);
    }
    let text = match count {
        0 => ScanText::RemoveGuess { title },
        1 => ScanText::RemoveFromOneQuestion { title, session: sessions },
        _ => ScanText::RemoveQuestion { title, count, sessions },
    };
    write!(io::stderr(), "{}", text.to_plain(lang))?;
    if read_yes()? {
        return Ok(Answer::Yes);
    }
    // Refusing is not an error.
    print_stderr!("{}", ScanText::NotRemoved {}.localized(lang));
    Ok(Answer::No)
}
