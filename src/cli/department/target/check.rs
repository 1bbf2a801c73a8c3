//! `loa target check`: reports every problem of a file of targets.
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::TargetCheckArgs;
use super::source::{TargetsSource, read_targets_source};
use crate::cli::args::CliFormat;
use crate::cli::department::indexed_store::open_indexed_store;
use crate::cli::department::store::report_store_failure;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS};
use crate::department::target::check::check_targets;
use crate::department::target::read::{ParsedTargets, read_targets};
use crate::schedule::SourceFile;
use crate::schedule::problem::{Problem, Severity, problem_rows, render};
use crate::text::problem::ProblemText;
use crate::text::{Lang, Localize};

/// Runs `loa target check`. Errors lead to [`EXIT_PROBLEMS`]; warnings alone do not.
///
/// # Errors
/// If standard output cannot be written, or the witness's stored state cannot be read or written.
pub(super) fn run(args: &TargetCheckArgs, lang: Lang) -> io::Result<u8> {
    let source = match read_targets_source(&args.targets, lang) {
        Ok(source) => source,
        Err(code) => return Ok(code),
    };
    let (parsed, station_count) = match examine(&source, &args.targets, lang)? {
        Ok(examined) => examined,
        Err(code) => return Ok(code),
    };
    let targets = parsed.targets.len().into();
    let good = match station_count {
        Some(stations) => ProblemText::GoodTargets { targets, stations: stations.into() },
        None => ProblemText::GoodTargetsFile { targets },
    };
    print_problems(&parsed.problems, &source.file, args.format, &good, lang)?;
    Ok(if has_errors(&parsed.problems) { EXIT_PROBLEMS } else { EXIT_OK })
}

/// Reads the targets, and compares those of a store with its registry and its logs. Returns the number of stations in
/// the registry; `None` for a file outside a store. If the store cannot be read, prints the reason and returns the exit
/// code.
///
/// # Errors
/// If the witness's stored state cannot be read or written.
pub(super) fn examine(
    source: &TargetsSource,
    store: &Path,
    lang: Lang,
) -> io::Result<Result<(ParsedTargets, Option<usize>), u8>> {
    let mut parsed = read_targets(&source.file);
    if source.store.is_none() {
        return Ok(Ok((parsed, None)));
    }
    let indexed_store = match open_indexed_store(store, false, lang)? {
        Ok(indexed_store) => indexed_store,
        Err(code) => return Ok(Err(code)),
    };
    let labels = match indexed_store.index.logged_labels() {
        Ok(labels) => labels,
        Err(e) => {
            let error = io::Error::other(e.to_string());
            return Ok(Err(report_store_failure(&indexed_store.store.to_string(), &error, lang)));
        }
    };
    parsed.problems.extend(check_targets(&parsed, &indexed_store.registry, Some(&labels)));
    parsed.problems.sort_by_key(|problem| problem.span.range.start);
    let station_count = indexed_store.registry.stations.len();
    Ok(Ok((parsed, Some(station_count))))
}

pub(super) fn has_errors(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}

/// Prints the problems of a file on standard output; without problems, `good`.
pub(in crate::cli::department) fn print_problems(
    problems: &[Problem],
    file: &SourceFile,
    format: CliFormat,
    good: &impl Localize,
    lang: Lang,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let files = std::slice::from_ref(file);
    match format {
        CliFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &problem_rows(problems, files, lang))?;
            writeln!(out)
        }
        CliFormat::Text if problems.is_empty() => writeln!(out, "{}", good.localized(lang)),
        CliFormat::Text => {
            // The convention of https://no-color.org: a `NO_COLOR` that is not empty switches colours off.
            let color = out.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
            out.write_all(render(problems, files, lang, color).as_bytes())
        }
    }
}
