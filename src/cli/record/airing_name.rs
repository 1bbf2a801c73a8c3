//! Finds the airing that a person names, and says why there is none.
use std::io;

use crate::airlog::storage::FolderStorage;
use crate::logstore::find_airing::{AiringAbsence, AiringName, NamedAiring, find_by_id, find_by_number};
use crate::logstore::source::LogSource;
use crate::text::log_book::AiringNameText;
use crate::text::{Lang, Localize};

/// Finds an airing by its number or its id. The inner error is the sentence for a person, with its hint.
///
/// # Errors
/// If the log cannot be read.
pub fn find_airing(
    log: &LogSource<FolderStorage>,
    name: &AiringName,
    lang: Lang,
) -> io::Result<Result<NamedAiring, String>> {
    let found = match name {
        AiringName::Number(number) => find_by_number(log, *number)?,
        AiringName::Id(id) => find_by_id(log, id)?,
    };
    Ok(found.map_err(|absence| absence_message(absence, name, lang)))
}

/// Returns the sentence for an airing that does not exist, with its hint.
#[must_use]
pub fn absence_message(absence: AiringAbsence, name: &AiringName, lang: Lang) -> String {
    let text = match (absence, name) {
        (AiringAbsence::NumberPastLog { entries }, AiringName::Number(number)) => {
            AiringNameText::PastLog { number: *number, entries }
        }
        (_, AiringName::Number(number)) => AiringNameText::NotAnAiring { number: *number },
        (_, AiringName::Id(id)) => AiringNameText::NoSuchAiring { id: id.clone() },
    };
    format!("{}\n{}", text.to_plain(lang), AiringNameText::SeeNumbers {}.localized(lang))
}
