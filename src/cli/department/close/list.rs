//! `loa close --list`: the closed periods of a store, and what is wrong with them.
use std::io::{self, Write};

use super::CloseArgs;
use super::kept::{open_closings, print_fault};
use crate::cli::department::store::report_store_failure;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS};
use crate::cli::table::{align_columns, strip_unprintable};
use crate::department::closing::kept::{leftovers, read_kept_files};
use crate::department::journal::sentence::format_minute;
use crate::department::report::figures::format_date;
use crate::text::closing::ClosingText;
use crate::text::{Lang, Localize, print_stderr};

/// Runs `loa close --list`.
pub(super) fn run(args: &CloseArgs, lang: Lang) -> io::Result<u8> {
    let opened = match open_closings(&args.store, lang)? {
        Ok(opened) => opened,
        Err(code) => return Ok(code),
    };
    let headings = [
        ClosingText::Period {},
        ClosingText::At {},
        ClosingText::MadeBy {},
        ClosingText::CheckedBy {},
        ClosingText::Files {},
        ClosingText::Addenda {},
        ClosingText::State {},
    ];
    let mut rows = vec![headings.map(|text| text.to_plain(lang)).to_vec()];
    let mut has_faults = !opened.journal.faults.is_empty();
    for closing in &opened.closings {
        let kept = match read_kept_files(&opened.location.storage(), closing) {
            Ok(kept) => kept,
            Err(e) => return Ok(report_store_failure(&opened.location.to_string(), &e, lang)),
        };
        kept.faults.iter().for_each(|fault| print_fault(closing, fault, lang));
        has_faults |= !kept.faults.is_empty();
        let state = if kept.faults.is_empty() { ClosingText::Whole {} } else { ClosingText::NotWhole {} };
        rows.push(vec![
            // As people write dates, and as `--show` takes them.
            format!("{}..{}", format_date(closing.range.from), format_date(closing.range.until)),
            format_minute(&closing.at),
            strip_unprintable(&closing.closing.made_by),
            strip_unprintable(&closing.closing.checked_by),
            closing.closing.files.len().to_string(),
            closing.addenda.len().to_string(),
            state.to_plain(lang),
        ]);
    }
    for fault in leftovers(&opened.location.storage(), &opened.closings) {
        has_faults = true;
        print_stderr!("{}", ClosingText::StoreFault { fault: fault.text() }.to_plain(lang));
    }
    let table = if rows.len() == 1 { ClosingText::NoClosing {}.to_plain(lang) } else { align_columns(&rows, &[4, 5]) };
    writeln!(io::stdout(), "{}", table.trim_end())?;
    Ok(if has_faults { EXIT_PROBLEMS } else { EXIT_OK })
}
