//! `loa close --show`: writes a file of a closing again, as it was closed.
use std::io;

use super::CloseArgs;
use super::freeze::DOCUMENTS;
use super::inputs::{table_file, table_name};
use super::kept::{open_closings, read_and_print};
use super::period::{closing_named, today};
use crate::cli::department::report::args::{ReportFormat, RowsBy, format_of};
use crate::cli::department::store::report_store_failure;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, fail};
use crate::cli::written_file::{needs_file, write_output};
use crate::department::report::GroupBy;
use crate::text::cli::CliText;
use crate::text::closing::ClosingText;
use crate::text::{Lang, Localize};

/// Runs `loa close --show`.
pub(super) fn run(args: &CloseArgs, period: &str, lang: Lang) -> io::Result<u8> {
    let format = format_of(args.format, args.output.as_deref());
    match (&args.output, format) {
        (None, ReportFormat::Pdf) => return Ok(needs_file("pdf", lang)),
        (None, ReportFormat::Xlsx) => return Ok(needs_file("xlsx", lang)),
        (None, ReportFormat::Docx) => return Ok(needs_file("docx", lang)),
        _ => {}
    }
    let opened = match open_closings(&args.store, lang)? {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    let closing = match closing_named(&opened.closings, period, today()) {
        Ok(closing) => closing,
        Err(text) => return Ok(fail(text.to_plain(lang), EXIT_PROBLEMS)),
    };
    let mut kept = match read_and_print(&opened.location, closing, lang) {
        Ok(kept) => kept,
        Err(e) => return Ok(report_store_failure(&opened.location.to_string(), &e, lang)),
    };
    let document = DOCUMENTS.iter().find(|(kept_format, _)| *kept_format == format).map(|(_, name)| *name);
    let name = match (args.by, document) {
        (None, Some(name)) => name.to_owned(),
        (by, _) => table_file(&table_name(by.unwrap_or(RowsBy::Group(GroupBy::Station)))),
    };
    let Some(bytes) = kept.files.remove(&name) else {
        let is_lost = closing.closing.files.iter().any(|file| file.name == name);
        let text = if is_lost { ClosingText::NotShown { name } } else { ClosingText::NoSuchFile { name } };
        return Ok(fail(text.to_plain(lang), EXIT_PROBLEMS));
    };
    let success_text = |path| CliText::Written { path };
    if let Some(code) = write_output(args.output.as_deref(), &bytes, success_text, lang)? {
        return Ok(code);
    }
    // The shown file is whole. A fault of another file still makes the exit code 1.
    Ok(if kept.faults.is_empty() && opened.journal.faults.is_empty() { EXIT_OK } else { EXIT_PROBLEMS })
}
