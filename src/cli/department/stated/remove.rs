//! `loa stated remove`: takes a file of stated rows back. The journal keeps that it was there.
use std::io::{self, Write};

use super::StatedRemoveArgs;
use super::kept::STATED_FOLDER;
use crate::airlog::storage::Storage;
use crate::cli::department::enrol::locked_registry::LockedRegistry;
use crate::cli::department::opened_journal::add_to_journal;
use crate::cli::department::registry_review::store_name;
use crate::cli::department::store::report_store_failure;
use crate::cli::department::target::documents::accepted_documents;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, fail};
use crate::cli::table::strip_unprintable;
use crate::department::journal::entry::{AddedFile, JournalBody};
use crate::text::stated::StatedText;
use crate::text::{Lang, Localize};

/// The maximum number of files that are listed when a name fits none.
const MAX_LISTED: usize = 10;

/// Runs `loa stated remove`.
///
/// # Errors
/// If standard output cannot be written, or the witness's stored state cannot be read or written.
pub(super) fn run(args: &StatedRemoveArgs, lang: Lang) -> io::Result<u8> {
    let mut locked = match LockedRegistry::of_existing_store(&args.store, lang)? {
        Ok(locked) => locked,
        Err(code) => return Ok(code),
    };
    let (store_name, prefix) = (store_name(&locked.location), format!("{STATED_FOLDER}/"));
    let accepted = accepted_documents(&locked.witness, &locked.location)?;
    let wanted = args.stated_file.strip_prefix(&prefix).unwrap_or(&args.stated_file);
    let found = accepted.names(&store_name, &prefix).find(|name| name.strip_prefix(&prefix) == Some(wanted));
    let Some(name) = found.map(str::to_owned) else {
        let mut names: Vec<&str> = accepted.names(&store_name, &prefix).take(MAX_LISTED).collect();
        names.sort_unstable();
        let text = StatedText::NoSuchFile { name: strip_unprintable(&args.stated_file), names: names.join("\n  ") };
        return Ok(fail(text.localized(lang), EXIT_PROBLEMS));
    };
    let sha256 = accepted.digest(&store_name, &name).unwrap_or_default().to_owned();
    // The entry comes first. A file without an entry would be reported as lost, and one that is left over as foreign.
    let entry = JournalBody::StatedRemoved(AddedFile { name: name.clone(), sha256 });
    if let Err(code) = add_to_journal(&locked.location, &mut locked.witness, &entry, lang)? {
        return Ok(code);
    }
    if let Err(e) = locked.location.storage().remove(&name) {
        return Ok(report_store_failure(&locked.location.to_string(), &e, lang));
    }
    writeln!(io::stdout(), "{}", StatedText::Removed { name }.localized(lang))?;
    Ok(EXIT_OK)
}
