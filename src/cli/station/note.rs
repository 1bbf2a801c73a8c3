//! `loa note`: writes a remark about an airing into the log.
use std::io::{self, Write};
use std::path::Path;

use clap::Args;

use super::control::{reply_text, report_unreachable};
use crate::cli::args::StationOption;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, fail};
use crate::cli::record::airing_name::find_airing;
use crate::cli::table::strip_unprintable;
use crate::logstore::find_airing::{AiringName, NamedAiring};
use crate::logstore::source;
use crate::playout::control::{ControlError, request_through};
use crate::playout::engine::{CommandReply, OperatorCommand};
use crate::text::log_book::AiringNameText;
use crate::text::run::RunText;
use crate::text::system::SystemText;
use crate::text::{Lang, Localize};

/// Arguments of `loa note`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct NoteArgs {
    pub id: String,
    pub text: String,
    #[command(flatten)]
    pub station: StationOption,
}

/// Runs `loa note`. A remark is written only about an airing that is in the log or in a plan.
///
/// # Errors
/// If standard output cannot be written.
pub fn run(args: &NoteArgs, lang: Lang) -> io::Result<u8> {
    match give_note(&args.station.dir, &args.id, &args.text, None, lang) {
        NoteAnswer::Written(message) => {
            writeln!(io::stdout(), "{message}")?;
            Ok(EXIT_OK)
        }
        NoteAnswer::Refused(message) => Ok(fail(message, EXIT_PROBLEMS)),
        NoteAnswer::NotReached(error) => Ok(report_unreachable(&error, &args.station.dir, lang)),
    }
}

/// What became of a remark.
pub(super) enum NoteAnswer {
    /// It was accepted, with this sentence.
    Written(String),
    /// It was not, with this sentence.
    Refused(String),
    /// The daemon did not answer.
    NotReached(ControlError),
}

/// Writes a remark about an airing, which is named by its id or its number.
pub(super) fn give_note(station: &Path, name: &str, text: &str, via: Option<String>, lang: Lang) -> NoteAnswer {
    let airing = match source::open_log(station) {
        Some(log) => match find_airing(&log, &AiringName::parse(name), lang) {
            Ok(Ok(airing)) => airing,
            Ok(Err(message)) => return NoteAnswer::Refused(message),
            Err(e) => {
                let message = AiringNameText::LogNotReadable { detail: SystemText::from(&e) };
                return NoteAnswer::Refused(message.to_plain(lang));
            }
        },
        // Without a log in this folder, the airing cannot be looked up. A daemon whose folder was moved away still
        // accepts the remark. If no daemon is running, the request fails.
        None => NamedAiring { id: name.to_owned(), title: String::new() },
    };
    match request_through(station, OperatorCommand::Note { id: airing.id, text: text.to_owned() }, via) {
        Ok(CommandReply::Performed { is_logged, .. }) => {
            NoteAnswer::Written(noted_text(&strip_unprintable(&airing.title), is_logged, lang))
        }
        Ok(reply) => NoteAnswer::Refused(reply_text(&reply).to_plain(lang)),
        Err(error) => NoteAnswer::NotReached(error),
    }
}

/// Returns the sentence about a remark that the station has accepted. `is_logged` is false while
/// the disk refuses the remark.
fn noted_text(title: &str, is_logged: bool, lang: Lang) -> String {
    let title = title.to_owned();
    match (title.is_empty(), is_logged) {
        (true, true) => AiringNameText::Noted {}.to_plain(lang),
        (true, false) => RunText::NoteNotLoggedYet {}.to_plain(lang),
        (false, true) => AiringNameText::NotedAbout { title }.to_plain(lang),
        (false, false) => AiringNameText::NotedUnwritten { title }.to_plain(lang),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_that_is_not_written_is_not_said_to_be_in_the_log() {
        for (lang, claim, refusal) in
            [(Lang::Vi, "Đã ghi chú", "CHƯA ghi được"), (Lang::En, "is in the log", "NOT in the log yet")]
        {
            for title in ["", "Nhạc hiệu"] {
                let text = noted_text(title, false, lang);
                assert!(!text.contains(claim) && text.contains(refusal), "{text}");
                assert!(!noted_text(title, true, lang).contains(refusal));
            }
        }
    }
}
