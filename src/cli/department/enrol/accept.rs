//! `loa enrol --accept`: accepts the changes that others made in the registry.
use std::io::{self, Write};
use std::path::Path;

use super::confirm::confirm_at_terminal;
use super::locked_registry::LockedRegistry;
use crate::cli::department::registry_review::store_name;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, fail};
use crate::department::registry::accepted::RegistryDifference;
use crate::text::department::DepartmentText;
use crate::text::{Lang, Localize};

/// Accepts the changes that others made in the registry, after the operator has confirmed them. If `skips_confirmation`
/// is true, the operator is not asked.
///
/// # Errors
/// If the witness's stored state cannot be read or written.
pub(super) fn accept(store: &Path, skips_confirmation: bool, lang: Lang) -> io::Result<u8> {
    let mut locked_registry = match LockedRegistry::of_existing_store(store, lang)? {
        Ok(locked_registry) => locked_registry,
        Err(code) => return Ok(code),
    };
    if locked_registry.differences.is_empty() && locked_registry.unlisted_origins.is_empty() {
        writeln!(io::stdout(), "{}", DepartmentText::RegistrySame {}.localized(lang))?;
        return Ok(EXIT_OK);
    }
    if !skips_confirmation && !confirm_at_terminal(&DepartmentText::RegistryQuestion {}, lang)? {
        return Ok(fail(DepartmentText::RegistryNotAccepted {}.localized(lang), EXIT_PROBLEMS));
    }
    let count = locked_registry.differences.len() + locked_registry.unlisted_origins.len();
    let removed_origins = locked_registry.differences.into_iter().filter_map(|difference| match difference {
        RegistryDifference::LogMissing { origin } => Some(origin),
        _ => None,
    });
    let forgotten_origins: Vec<String> = removed_origins.chain(locked_registry.unlisted_origins).collect();
    let mut accepted_registries = locked_registry.witness.accepted_registries()?;
    accepted_registries.accept(&store_name(&locked_registry.location), &locked_registry.registry, &forgotten_origins);
    locked_registry.witness.record_accepted(&accepted_registries)?;
    writeln!(io::stdout(), "{}", DepartmentText::RegistryAccepted { count: count.into() }.localized(lang))?;
    Ok(EXIT_OK)
}
