//! `loa target accept`: records that the department accepts the targets in its store.
use std::io::{self, Write};

use super::TargetAcceptArgs;
use super::check::{examine, has_errors, print_problems};
use super::documents::{accepted_digest, record_acceptance};
use super::source::{TargetsSource, read_from_store};
use crate::cli::args::CliFormat;
use crate::cli::department::enrol::confirm::confirm_at_terminal;
use crate::cli::department::enrol::locked_registry::LockedRegistry;
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS, fail};
use crate::department::accepted_documents::document_digest;
use crate::department::target::TARGETS_FILE;
use crate::text::problem::ProblemText;
use crate::text::target::TargetText;
use crate::text::{Lang, Localize};

/// Runs `loa target accept`.
///
/// # Errors
/// If standard output cannot be written, or the witness's stored state cannot be read or written.
pub(super) fn run(args: &TargetAcceptArgs, lang: Lang) -> io::Result<u8> {
    match read_from_store(&args.store, lang) {
        Ok(Some(source)) => accept(&source, args, lang),
        Ok(None) => forget(args, lang),
        Err(code) => Ok(code),
    }
}

fn accept(source: &TargetsSource, args: &TargetAcceptArgs, lang: Lang) -> io::Result<u8> {
    let (parsed, stations) = match examine(source, &args.store, lang)? {
        Ok(examined) => examined,
        Err(code) => return Ok(code),
    };
    let targets = parsed.targets.len();
    let good = ProblemText::GoodTargets { targets: targets.into(), stations: stations.unwrap_or(0).into() };
    print_problems(&parsed.problems, &source.file, CliFormat::Text, &good, lang)?;
    if has_errors(&parsed.problems) {
        return Ok(fail(TargetText::FixFirst {}.localized(lang), EXIT_PROBLEMS));
    }
    // The registry's locks keep another process from accepting at the same time.
    let mut locked = match LockedRegistry::of_existing_store(&args.store, lang)? {
        Ok(locked) => locked,
        Err(code) => return Ok(code),
    };
    let digest = document_digest(&source.bytes);
    if accepted_digest(&locked.witness, &locked.location, TARGETS_FILE)?.as_ref() == Some(&digest) {
        writeln!(io::stdout(), "{}", TargetText::AcceptedBefore { digest }.localized(lang))?;
        return Ok(EXIT_OK);
    }
    if !args.yes && !confirm_at_terminal(&TargetText::AcceptQuestion {}, lang)? {
        return Ok(fail(TargetText::NotAcceptedNow {}.localized(lang), EXIT_PROBLEMS));
    }
    // The digest is that of the bytes that were examined, even if somebody has changed the file since.
    if let Err(code) = record_acceptance(&mut locked.witness, &locked.location, Some(digest.clone()), lang)? {
        return Ok(code);
    }
    writeln!(io::stdout(), "{}", TargetText::Accepted { targets: targets.into(), digest }.localized(lang))?;
    Ok(EXIT_OK)
}

/// Accepts that the store no longer has targets.
fn forget(args: &TargetAcceptArgs, lang: Lang) -> io::Result<u8> {
    let mut locked = match LockedRegistry::of_existing_store(&args.store, lang)? {
        Ok(locked) => locked,
        Err(code) => return Ok(code),
    };
    if accepted_digest(&locked.witness, &locked.location, TARGETS_FILE)?.is_none() {
        let text = TargetText::NoTargetsFile { store: locked.location.to_string() };
        return Ok(fail(text.to_plain(lang), EXIT_CONFIG));
    }
    if !args.yes && !confirm_at_terminal(&TargetText::ForgetQuestion {}, lang)? {
        return Ok(fail(TargetText::NotAcceptedNow {}.localized(lang), EXIT_PROBLEMS));
    }
    if let Err(code) = record_acceptance(&mut locked.witness, &locked.location, None, lang)? {
        return Ok(code);
    }
    writeln!(io::stdout(), "{}", TargetText::Forgotten {}.localized(lang))?;
    Ok(EXIT_OK)
}
