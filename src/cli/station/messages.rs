//! Errors, warnings and hints: printed on standard error, or kept for whoever shows them in another way.
use std::cell::RefCell;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::text::cli::CliText;
use crate::text::problem::ProblemText;
use crate::text::system::SystemText;
use crate::text::{Lang, Localize, print_stderr, strip_unprintable};

/// A message of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::cli::station) struct Message {
    /// What the message is.
    pub(in crate::cli::station) kind: MessageKind,
    /// The sentence, without the word that names the kind.
    pub(in crate::cli::station) text: String,
}

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::cli::station) enum MessageKind {
    /// What the command did.
    Done,
    /// Why it did not do something.
    Error,
    /// What the operator should know.
    Warning,
    /// What can be typed at the terminal next. It belongs to the message before it.
    Hint,
}

/// Where the messages of a command go.
pub(super) enum MessageSink {
    /// To the terminal: what was done to standard output, everything else to standard error.
    Terminal,
    /// Into a list, in the order in which they were said.
    List(RefCell<Vec<Message>>),
}

impl MessageSink {
    /// Returns a sink that keeps the messages if `is_listed` is true.
    pub(super) fn new(is_listed: bool) -> Self {
        if is_listed { Self::List(RefCell::default()) } else { Self::Terminal }
    }

    /// Says what was done.
    ///
    /// # Errors
    /// If standard output cannot be written.
    pub(super) fn done(&self, text: impl Display) -> io::Result<()> {
        match self {
            Self::Terminal => writeln!(io::stdout(), "{}", strip_unprintable(&text.to_string())),
            Self::List(_) => {
                self.keep(MessageKind::Done, &text);
                Ok(())
            }
        }
    }

    /// Says what went wrong.
    pub(super) fn error(&self, text: impl Display, lang: Lang) {
        match self {
            Self::Terminal => print_error(text, lang),
            Self::List(_) => self.keep(MessageKind::Error, &text),
        }
    }

    /// Says what the operator should know.
    pub(super) fn warning(&self, text: impl Display, lang: Lang) {
        match self {
            Self::Terminal => print_warning(text, lang),
            Self::List(_) => self.keep(MessageKind::Warning, &text),
        }
    }

    /// Says what can be done about the message before.
    pub(super) fn hint(&self, text: impl Display, lang: Lang) {
        match self {
            Self::Terminal => print_hint(text, lang),
            Self::List(_) => self.keep(MessageKind::Hint, &text),
        }
    }

    /// Prints the kept messages as JSON; nothing if they went to the terminal.
    ///
    /// # Errors
    /// If standard output cannot be written.
    pub(super) fn print_list(&self) -> io::Result<()> {
        match self {
            Self::Terminal => Ok(()),
            Self::List(_) => {
                let mut out = io::stdout().lock();
                serde_json::to_writer_pretty(&mut out, &self.take())?;
                writeln!(out)
            }
        }
    }

    /// Takes the kept messages.
    pub(super) fn take(&self) -> Vec<Message> {
        match self {
            Self::Terminal => Vec::new(),
            Self::List(messages) => messages.take(),
        }
    }

    fn keep(&self, kind: MessageKind, text: &impl Display) {
        if let Self::List(messages) = self {
            messages.borrow_mut().push(Message { kind, text: strip_unprintable(&text.to_string()) });
        }
    }
}

/// Prints an error.
pub(super) fn print_error(text: impl Display, lang: Lang) {
    print_stderr!("{}: {text}", ProblemText::Error.localized(lang));
}

/// Prints that the station's folder cannot be written. `has_changed_files` is true if the command has already
/// changed some of its files.
pub(super) fn print_not_written(station: &Path, error: &io::Error, has_changed_files: bool, lang: Lang) {
    let (path, detail) = (station.display().to_string(), SystemText::from(error));
    let text = match has_changed_files {
        false => CliText::NotWritten { path, detail },
        true => CliText::StoppedWriting { path, detail },
    };
    print_error(text.localized(lang), lang);
}

/// Prints a warning.
pub(super) fn print_warning(text: impl Display, lang: Lang) {
    print_stderr!("{}: {text}", ProblemText::Warning.localized(lang));
}

/// Prints a hint, which belongs to the message printed before it.
pub(super) fn print_hint(text: impl Display, lang: Lang) {
    print_stderr!("  {}: {text}", ProblemText::HintWord.localized(lang));
}
