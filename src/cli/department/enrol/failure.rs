//! Reports a failed change of the registry.
use std::io;

use crate::cli::department::registry_file::print_malformed;
use crate::cli::exit::{EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::table::strip_unprintable;
use crate::department::registry::RegistryError;
use crate::text::department::DepartmentText;
use crate::text::enrolment::EnrolmentText;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize};

/// Prints why a change of the registry failed, and returns the exit code. `subject` is the key or the station that was
/// typed.
///
/// # Errors
/// The failure itself, if the store failed.
pub(super) fn report_registry_error(error: RegistryError, subject: &str, lang: Lang) -> io::Result<u8> {
    let subject = strip_unprintable(subject);
    match error {
        RegistryError::Io(e) => Err(e),
        RegistryError::NotEnrolled => Ok(fail(DepartmentText::NotKnown {}.localized(lang), EXIT_PROBLEMS)),
        RegistryError::NotALogKey => Ok(fail(ProofText::BadKey { text: subject }.localized(lang), EXIT_USAGE)),
        RegistryError::UnknownStation => {
            Ok(fail(DepartmentText::NoSuchStation { station: subject }.localized(lang), EXIT_PROBLEMS))
        }
        RegistryError::EditByHand => {
            Ok(fail(EnrolmentText::EditByHand { station: subject }.localized(lang), EXIT_PROBLEMS))
        }
        RegistryError::FromTooEarly => {
            Ok(fail(EnrolmentText::FromTooEarly { station: subject }.localized(lang), EXIT_PROBLEMS))
        }
        RegistryError::Malformed(faults) => Ok(print_malformed(&faults, lang)),
    }
}
