//! `loa enrol --accept`: a person accepts what others changed in the registry.
use std::io::{self, Write};
use std::path::Path;

use super::confirm::confirm_at_terminal;
use super::locked_registry::LockedRegistry;
use crate::cli::department::registry_review::store_name;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, fail};
use crate::department::registry::accepted::RegistryDifference;
use crate::text::department::DepartmentText;
use crate::text::{Lang, Localize};

/// Accepts the changes of others in the registry, after a person has confirmed.
///
/// # Errors
/// When the witness's memory fails.
pub(super) fn accept(store: &Path, yes: bool, lang: Lang) -> io::Result<u8> {
    let mut held = match LockedRegistry::new(store, lang)? {
        Ok(held) => held,
        Err(code) => return Ok(code),
    };
    if held.differences.is_empty() && held.strays.is_empty() {
        writeln!(io::stdout(), "{}", DepartmentText::RegistrySame {}.localized(lang))?;
        return Ok(EXIT_OK);
    }
    if !yes && !confirm_at_terminal(&DepartmentText::RegistryAsk {}, lang)? {
        return Ok(fail(DepartmentText::RegistryNotAccepted {}.localized(lang), EXIT_PROBLEMS));
    }
    let count = held.differences.len() + held.strays.len();
    let gone = held.differences.into_iter().filter_map(|one| match one {
        RegistryDifference::LogMissing { origin } => Some(origin),
        _ => None,
    });
    let let_go: Vec<String> = gone.chain(held.strays).collect();
    let mut accepted = held.witness.accepted_registries()?;
    accepted.accept(&store_name(&held.place), &held.registry, &let_go);
    held.witness.record_accepted(&accepted)?;
    writeln!(io::stdout(), "{}", DepartmentText::RegistryAccepted { count }.localized(lang))?;
    Ok(EXIT_OK)
}
