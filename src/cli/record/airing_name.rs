//! Finds the airing that the user names, or explains why there is none.
use std::io;

use crate::airlog::storage::FolderStorage;
use crate::logstore::find_airing::{AiringAbsence, AiringName, NamedAiring, entry_count, find_by_id, find_by_number};
use crate::logstore::source::LogSource;
use crate::text::log_book::AiringNameText;
use crate::text::{Lang, Localize};

/// Finds an airing by its number or its id. The inner error is the message for the user, with its hint.
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
        AiringName::HugeNumber(_) => Err(AiringAbsence::NumberPastLog { entries: entry_count(log)? }),
        AiringName::Id(id) => find_by_id(log, id)?,
    };
    Ok(found.map_err(|absence| absence_message(absence, name, lang)))
}

/// Returns the message for an airing that does not exist, with its hint.
#[must_use]
pub fn absence_message(absence: AiringAbsence, name: &AiringName, lang: Lang) -> String {
    let text = match (absence, name) {
        (AiringAbsence::NumberPastLog { entries }, AiringName::Number(number)) => {
            AiringNameText::PastLog { number: number.to_string(), entries: entries.into() }
        }
        (AiringAbsence::NumberPastLog { entries }, AiringName::HugeNumber(number)) => {
            AiringNameText::PastLog { number: number.clone(), entries: entries.into() }
        }
        (_, AiringName::HugeNumber(number)) => AiringNameText::NoSuchAiring { id: number.clone() },
        (_, AiringName::Number(number)) => AiringNameText::NotAnAiring { number: *number },
        (_, AiringName::Id(id)) => AiringNameText::NoSuchAiring { id: id.clone() },
    };
    format!("{}\n{}", text.to_plain(lang), AiringNameText::SeeNumbers {}.localized(lang))
}

/// Returns the message for the id of an airing without an outcome in the log, with its hint.
#[must_use]
pub fn no_outcome_message(id: &str, lang: Lang) -> String {
    let text = AiringNameText::NoOutcome { id: id.to_owned() };
    format!("{}\n{}", text.to_plain(lang), AiringNameText::SeeNumbers {}.localized(lang))
}
