//! `loa index`: brings the department's index of all airings up to date.
use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::indexed_store::open_indexed_store;
use super::store::report_store_failure;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS};
use crate::text::department::DepartmentText;
use crate::text::{Lang, Localize};

/// Arguments of `loa index`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct IndexArgs {
    pub store: PathBuf,
    #[arg(long)]
    pub rebuild: bool,
}

/// Runs `loa index`.
///
/// # Errors
/// If standard output cannot be written, or the witness's stored state cannot be read or written.
pub fn run(args: &IndexArgs, lang: Lang) -> io::Result<u8> {
    let indexed_store = match open_indexed_store(&args.store, args.rebuild, lang)? {
        Ok(store) => store,
        Err(code) => return Ok(code),
    };
    let (logs, airings) = match indexed_store.index.counts() {
        Ok(counts) => counts,
        Err(e) => {
            return Ok(report_store_failure(&indexed_store.store.to_string(), &io::Error::other(e.to_string()), lang));
        }
    };
    let path = indexed_store.index.path.display().to_string();
    writeln!(
        io::stdout(),
        "{}",
        DepartmentText::Indexed { logs: logs.into(), airings: airings.into(), path }.to_plain(lang)
    )?;
    Ok(if indexed_store.has_no_findings() { EXIT_OK } else { EXIT_PROBLEMS })
}
