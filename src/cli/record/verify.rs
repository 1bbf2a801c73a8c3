//! `loa verify`: checks that a log, an export, a receipt or a proof bundle is unaltered.
#[cfg(feature = "department")]
mod bundle;
mod journal;
mod json;
mod limited_file;
mod options;
mod receipt;
mod text;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::airing_name::find_airing;
use super::log::LoggedAiring;
use super::plausibility;
#[cfg(feature = "department")]
use super::store::{AiringInStore, is_store, log_in_store};
use crate::airlog::record::parse_record;
use crate::base::platform::available_threads;
use crate::cli::args::CliFormat;
#[cfg(feature = "department")]
use crate::cli::args::DateArg;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::key_error::key_error_text;
use crate::cli::shell_words::quoted_path;
use crate::cli::table::strip_unprintable;
use crate::department::journal::JOURNAL_FOLDER;
use crate::logstore::find_airing::AiringName;
use crate::logstore::location::StorageLocation;
use crate::logstore::source::open_log;
use crate::logstore::verify::{Verdict, verify_path};
use crate::proof::headcode::normalise_head_code;
use crate::proof::note::{MAX_NOTE_BYTES, VerifierKey};
use crate::proof::signed_head::SignedHead;
use crate::proof::verify::{VerifyError, VerifyPolicy};
use crate::text::proof::ProofText;
#[cfg(feature = "department")]
use crate::text::selection::SelectionText;
use crate::text::{Lang, Localize};
use journal::{is_journal, verify_journal};
use json::print_json;
use limited_file::read_limited;
use options::{CheckedThing, KEY_OPTION, unused_options};
use receipt::verify_receipt;
use text::print_text;

pub(super) use text::verdict_text;

/// The maximum number of logs that are listed for a folder that is not a log itself.
const MAX_LISTED_LOGS: usize = 20;

/// Arguments of `loa verify`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct VerifyArgs {
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    #[arg(long, value_name = "VKEY")]
    pub key: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub witnessed: Vec<PathBuf>,
    #[arg(long, value_name = "VKEY")]
    pub witness_key: Option<String>,
    #[arg(long, value_name = "ID")]
    pub airing: Option<String>,
    #[arg(long, value_name = "CODE")]
    pub head_code: Option<String>,
    #[arg(long)]
    pub no_epochs: bool,
    #[cfg(feature = "department")]
    #[arg(long = "station", value_name = "STATION")]
    pub of_station: Option<String>,
    #[cfg(feature = "department")]
    #[arg(long)]
    pub date: Option<DateArg>,
    #[cfg(feature = "department")]
    #[arg(long = "title", value_name = "TITLE")]
    pub airing_title: Option<String>,
    #[arg(long, value_enum, default_value = "text")]
    pub format: CliFormat,
}

impl VerifyArgs {
    /// Returns the options in use that are about a log.
    fn log_options(&self) -> Vec<&'static str> {
        let options = [
            (KEY_OPTION, self.key.is_some()),
            ("--witnessed", !self.witnessed.is_empty()),
            ("--airing", self.airing.is_some()),
            ("--head-code", self.head_code.is_some()),
            ("--no-epochs", self.no_epochs),
        ];
        options.into_iter().filter(|(_, is_given)| *is_given).map(|(option, _)| option).collect()
    }
}

/// Runs `loa verify`.
///
/// # Errors
/// If standard output cannot be written, or the log's folder cannot be read.
pub fn run(args: &VerifyArgs, lang: Lang) -> io::Result<u8> {
    #[cfg_attr(not(feature = "department"), allow(unused_mut))]
    let mut policy = match policy_from(args) {
        Ok(policy) => policy,
        Err(message) => return Ok(fail(message.localized(lang), EXIT_USAGE)),
    };
    #[cfg(feature = "department")]
    {
        let (station, title) = (args.of_station.as_deref(), args.airing_title.as_deref());
        let named = AiringInStore { station, airing: args.airing.as_deref(), date: args.date, title };
        let is_only_for_stores = station.is_some() || named.date.is_some() || title.is_some();
        if is_store(&args.path) && (is_only_for_stores || named.airing.is_some()) {
            let found = match log_in_store(&args.path, &named, lang)? {
                Ok(found) => found,
                Err(code) => return Ok(code),
            };
            policy.key = policy.key.or(Some(found.key));
            policy.witness = policy.witness.or(Some(found.witness));
            policy.airing = found.airing;
            return verify_at(&args.path.join(found.origin), args, policy, lang);
        }
        if is_only_for_stores {
            return Ok(fail(SelectionText::OnlyInStore {}.localized(lang), EXIT_USAGE));
        }
    }
    verify_at(&args.path, args, policy, lang)
}

/// Verifies what is at a path.
fn verify_at(path: &Path, args: &VerifyArgs, mut policy: VerifyPolicy, lang: Lang) -> io::Result<u8> {
    let format = args.format;
    let refuse = |thing: CheckedThing| {
        unused_options(thing, &args.log_options()).map(|text| Ok(fail(text.localized(lang), EXIT_USAGE)))
    };
    #[cfg(feature = "department")]
    if !(path.is_dir() && open_log(path).is_some()) && bundle::is_bundle(path) {
        return refuse(CheckedThing::Bundle)
            .unwrap_or_else(|| bundle::verify_bundle_at(path, policy.witness.as_ref(), format, lang));
    }
    if path.is_file() {
        return refuse(CheckedThing::Receipt).unwrap_or_else(|| verify_receipt(path, &policy, lang, format));
    }
    let log = open_log(path);
    if log.is_none() && is_journal(path) {
        return refuse(CheckedThing::Journal)
            .unwrap_or_else(|| verify_journal(path, policy.witness.as_ref(), format, lang));
    }
    if log.is_none() && format == CliFormat::Text && print_logs_below(path, lang)? {
        return Ok(EXIT_PROBLEMS);
    }
    if let (Some(log), Some(name)) = (&log, policy.airing.as_deref().map(AiringName::parse))
        && !matches!(name, AiringName::Id(_))
    {
        match find_airing(log, &name, lang)? {
            Ok(airing) => policy.airing = Some(airing.id),
            Err(message) => return Ok(fail(message, EXIT_PROBLEMS)),
        }
    }
    let mut verdict = match read_witnessed_heads(args, &mut policy)? {
        Ok(()) => verify_path(path, &policy, available_threads())?,
        Err(error) => Verdict { errors: vec![error], ..Verdict::default() },
    };
    if let Some(first_cosigned_s) = verdict.verified.evidence.first_cosigned_s() {
        verdict.plausibility.fold.add_cosigned_time(i64::try_from(first_cosigned_s).unwrap_or(i64::MAX));
    }
    // The airing that `--airing` names, and the bounds of its time.
    let verified = &verdict.verified;
    let record = verified.airing.as_ref().and_then(|(seq, line)| parse_record(line, *seq).ok());
    let airing = record.as_ref().and_then(LoggedAiring::from_record);
    let bounds = verified.airing.as_ref().map(|(seq, _)| verified.evidence.bounds(*seq));
    match format {
        CliFormat::Json => print_json(&verdict, &policy, airing.zip(bounds))?,
        CliFormat::Text => print_text(&verdict, &policy, airing.zip(bounds), lang)?,
    }
    let is_implausible = plausibility::all_findings(&verdict.plausibility).1 > 0;
    Ok(if verdict.errors.is_empty() && !is_implausible { EXIT_OK } else { EXIT_PROBLEMS })
}

/// Lists the logs below a folder that is not a log itself: the root of a USB stick, or a store. Returns `false` if
/// there are none.
fn print_logs_below(path: &Path, lang: Lang) -> io::Result<bool> {
    let logs = StorageLocation::Folder(path.to_owned()).scan().map(|scan| scan.logs).unwrap_or_default();
    if logs.is_empty() {
        return Ok(false);
    }
    let mut out = io::stdout().lock();
    let journal = path.join(JOURNAL_FOLDER);
    let path = strip_unprintable(&path.display().to_string());
    writeln!(out, "{}", ProofText::LogsBelow { path }.localized(lang))?;
    if is_journal(&journal) {
        writeln!(out, "  loa verify {}", quoted_path(&journal))?;
    }
    for log in logs.iter().take(MAX_LISTED_LOGS) {
        writeln!(out, "  loa verify {}", quoted_path(Path::new(&log.location)))?;
    }
    let omitted_count = logs.len().saturating_sub(MAX_LISTED_LOGS);
    if omitted_count > 0 {
        writeln!(out, "  {}", ProofText::MoreLogsBelow { count: omitted_count.into() }.localized(lang))?;
    }
    Ok(true)
}

fn policy_from(args: &VerifyArgs) -> Result<VerifyPolicy, ProofText> {
    let parse_key = |text: &Option<String>| match text {
        Some(text) => VerifierKey::parse(text).map(Some).ok_or_else(|| key_error_text(text)),
        None => Ok(None),
    };
    let head_code =
        args.head_code.as_ref().map(|typed| normalise_head_code(typed).ok_or(ProofText::BadCode {})).transpose()?;
    Ok(VerifyPolicy {
        key: parse_key(&args.key)?,
        witness: parse_key(&args.witness_key)?,
        earlier_heads: Vec::new(),
        head_code,
        airing: args.airing.clone(),
        has_single_key: args.no_epochs,
    })
}

/// Reads the heads named by `--witnessed` into the policy. Returns [`VerifyError::SeenForged`] if a file does not
/// hold a signed head, or if the log's key is known and has not signed the head.
fn read_witnessed_heads(args: &VerifyArgs, policy: &mut VerifyPolicy) -> io::Result<Result<(), VerifyError>> {
    for path in &args.witnessed {
        let Some(head) = SignedHead::parse(&read_limited(path, MAX_NOTE_BYTES as u64)?) else {
            return Ok(Err(VerifyError::SeenForged));
        };
        if policy.key.as_ref().is_some_and(|key| head.check_signed_by(key).is_err()) {
            return Ok(Err(VerifyError::SeenForged));
        }
        policy.earlier_heads.push(head.checkpoint);
    }
    Ok(Ok(()))
}
