//! Makes the files of a bundle.
use std::collections::BTreeMap;

use super::content::BundleContent;
use super::csv_table::render_csv;
use super::how_to::how_to_html;
use super::list::{COLUMNS, list_row};
use super::list_page::list_html;
use super::notes::notes_csv;
use super::receipt_page::receipt_document;
use super::statement::Statement;
use super::{BundleFiles, DEPARTMENT_KEY, LIST, MAX_RECEIPT_PAGES, STATEMENT, SUMS, receipt_path};
use crate::base::hash::sha256_hex;
use crate::paper::pdf::{PdfError, document_pdf};
use crate::proof::note::NoteSigner;
use crate::text::Lang;

/// The program that checks a bundle with Python's standard library alone.
const CHECKER: &str = include_str!("check.py");

/// Makes all files of a bundle. The readable ones are in this language, and "how to check" is in both.
///
/// # Errors
/// If a readable receipt cannot be made.
pub fn bundle_files(content: &BundleContent, department: &NoteSigner, lang: Lang) -> Result<BundleFiles, PdfError> {
    let mut files = BTreeMap::new();
    let key = department.public();
    let mut add = |path: String, bytes: Vec<u8>| drop(files.insert(path, bytes));
    let rows: Vec<Vec<String>> = content
        .airings
        .iter()
        .enumerate()
        .map(|(index, airing)| list_row(index + 1, &airing.proved, &airing.claims))
        .collect();
    add(LIST.to_owned(), render_csv(&COLUMNS, &rows));
    add("list.html".to_owned(), list_html(content, lang).into_bytes());
    add("cach-kiem-tra.html".to_owned(), how_to_html(content, key, Lang::Vi).into_bytes());
    add("how-to-check.html".to_owned(), how_to_html(content, key, Lang::En).into_bytes());
    add("check.py".to_owned(), CHECKER.as_bytes().to_vec());
    add(DEPARTMENT_KEY.to_owned(), format!("{key}\n").into_bytes());
    for (index, airing) in content.airings.iter().enumerate() {
        let number = index + 1;
        add(receipt_path(number), airing.receipt.text().into_bytes());
        if content.airings.len() <= MAX_RECEIPT_PAGES {
            let page = document_pdf(&receipt_document(content, number, airing, lang), lang)?;
            add(format!("receipts/{number:05}.pdf"), page.bytes);
        }
        let log = log_file_name(&airing.key.name);
        add(format!("keys/{log}.vkey"), format!("{}\n", airing.key).into_bytes());
        if airing.proved.countersigned_s.is_some() {
            add(format!("heads/{log}-{}", airing.proved.head.size), airing.receipt.head.clone().into_bytes());
        }
    }
    if content.has_notes {
        let notes = content.airings.iter().enumerate().filter_map(|(index, airing)| {
            let outcome = airing.proved.outcome()?;
            Some((index + 1, outcome.labels.id.as_str(), airing.note.as_ref()?))
        });
        add("notes.csv".to_owned(), notes_csv(&notes.collect::<Vec<_>>()));
    }
    let sums: String = files.iter().map(|(path, bytes)| format!("{}  {path}\n", sha256_hex(bytes))).collect();
    let statement =
        Statement::new(content.range, content.airings.len() as u64, content.without_outcome, sums.as_bytes());
    files.insert(STATEMENT.to_owned(), statement.sign(department).to_string().into_bytes());
    files.insert(SUMS.to_owned(), sums.into_bytes());
    Ok(files)
}

/// Returns the name of a log's files: the station's id, and the hash in its origin.
fn log_file_name(origin: &str) -> String {
    origin.split('/').skip(1).collect::<Vec<_>>().join("-")
}
