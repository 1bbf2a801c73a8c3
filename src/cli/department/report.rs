//! `loa report`: planned and aired, compared in a document.
mod args;
mod build;
mod query;

use std::io::{self, Write};
use std::path::PathBuf;

use super::indexed_store::{IndexedStore, open_indexed_store};
use super::store::report_store_failure;
use crate::base::durable;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::table::{align_columns, strip_unprintable};
use crate::department::report::tally::ReportQuery;
use crate::department::report::xlsx::ReportWorkbook;
use crate::department::report::{GroupBy, csv, html, pdf, text};
use crate::text::cli::CliText;
use crate::text::{Lang, Localize};
use build::{ReportError, build_report};
use query::{question_from, today};

pub use args::{ReportArgs, ReportFormat};

/// Runs `loa report`.
///
/// # Errors
/// When standard output or the witness's memory fails.
pub fn run(args: &ReportArgs, lang: Lang) -> io::Result<u8> {
    let store = args.store.as_path();
    let Some(question) = question_from(args, today()) else {
        return Ok(fail(CliText::BadPeriod {}.localized(lang), EXIT_USAGE));
    };
    let output = match (&args.output, args.format) {
        (None, ReportFormat::Xlsx | ReportFormat::Pdf) => {
            return Ok(fail(CliText::ArgumentMissing { name: "--output".to_owned() }.localized(lang), EXIT_USAGE));
        }
        (output, _) => output.clone(),
    };
    let desk = match open_indexed_store(store, false, lang)? {
        Ok(desk) => desk,
        Err(code) => return Ok(code),
    };
    match write_report(&desk, &question, args, output, lang) {
        Ok(()) => Ok(if desk.has_no_findings() { EXIT_OK } else { EXIT_PROBLEMS }),
        Err(ReportError::Io(e)) if e.kind() == io::ErrorKind::BrokenPipe => Err(e),
        Err(e) => {
            let what =
                args.output.as_ref().map_or_else(|| store.display().to_string(), |path| path.display().to_string());
            Ok(report_store_failure(&what, &io::Error::other(e.to_string()), lang))
        }
    }
}

fn write_report(
    desk: &IndexedStore,
    question: &ReportQuery,
    args: &ReportArgs,
    output: Option<PathBuf>,
    lang: Lang,
) -> Result<(), ReportError> {
    let mut book = match args.format {
        ReportFormat::Xlsx => Some(ReportWorkbook::new(lang)?),
        _ => None,
    };
    let report = build_report(desk, question, &mut book)?;
    let bytes = match args.format {
        ReportFormat::Text => {
            let page = text::render_text(&report, args.by, lang);
            let mut said = page.head.join("\n");
            for (heading, list) in page.tables {
                let rows: Vec<Vec<String>> = std::iter::once(&list.headings)
                    .chain(&list.rows)
                    .map(|row| row.iter().map(|cell| strip_unprintable(cell)).collect())
                    .collect();
                said.push_str(&format!("\n\n{heading}\n{}", align_columns(&rows, &list.right_aligned).trim_end()));
            }
            said.push_str(&format!("\n\n{}\n", page.foot.join("\n")));
            said.into_bytes()
        }
        ReportFormat::Csv => {
            let by = args.by.unwrap_or(GroupBy::Station);
            report.table(by).map(csv::render_csv).unwrap_or_default().into_bytes()
        }
        ReportFormat::Html => html::render_html(&report, lang).into_bytes(),
        ReportFormat::Pdf => pdf::render_pdf(&report, lang)?,
        ReportFormat::Xlsx => {
            if let (Some(book), Some(path)) = (book, &output) {
                durable::replace(path, &book.finish(&report)?)?;
            }
            Vec::new()
        }
    };
    match (args.format, output) {
        (ReportFormat::Xlsx, _) => {}
        (_, Some(path)) => durable::replace(&path, &bytes)?,
        (_, None) => io::stdout().write_all(&bytes)?,
    }
    Ok(())
}
