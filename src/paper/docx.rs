//! Renders a document as DOCX (ECMA-376), which an office edits and signs.
//!
//! [`body`] writes the content, [`ends`] the head and the foot, [`table`] tables, and [`parts`] the styles and
//! properties. The widths of columns come from [`super::table_fit`], as in the PDF: Times New Roman has the widths of the
//! embedded font. The same document always gives the same bytes.
mod body;
mod ends;
mod paragraph;
mod parts;
mod table;
mod xml;

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::document::Document;
use super::pdf::PdfError;
use super::pdf::fonts::Fonts;
use crate::text::Lang;

/// A failure to render a DOCX file.
#[derive(Debug, thiserror::Error)]
pub enum DocxError {
    /// The embedded fonts, which measure the text, cannot be read.
    #[error(transparent)]
    Fonts(#[from] PdfError),
    /// The file cannot be packed.
    #[error("{0}")]
    Zip(#[from] zip::result::ZipError),
    /// The file cannot be packed.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// Renders a document as a DOCX file.
///
/// # Errors
/// All errors of [`DocxError`].
pub fn document_docx(document: &Document, lang: Lang) -> Result<Vec<u8>, DocxError> {
    let fonts = Fonts::load().ok_or(PdfError::Fonts)?;
    let (main_part, charts) = body::main_part(document, &fonts, lang);
    let list_count = document.annexes.len() + 1;
    let mut files = vec![
        ("[Content_Types].xml".to_owned(), parts::content_types().into_bytes()),
        ("_rels/.rels".to_owned(), parts::package_relationships().into_bytes()),
        ("docProps/core.xml".to_owned(), parts::core_properties(document, lang).into_bytes()),
        ("docProps/app.xml".to_owned(), parts::app_properties().into_bytes()),
        ("word/document.xml".to_owned(), main_part.into_bytes()),
        ("word/styles.xml".to_owned(), parts::styles(lang).into_bytes()),
        ("word/numbering.xml".to_owned(), parts::numbering(list_count).into_bytes()),
        ("word/settings.xml".to_owned(), parts::settings(lang).into_bytes()),
        (format!("word/{}", parts::PAGE_NUMBERS.0), body::page_number_part().into_bytes()),
        (format!("word/{}", parts::BOOK_FOOT.0), body::book_foot_part(document, lang).into_bytes()),
        ("word/_rels/document.xml.rels".to_owned(), parts::document_relationships(charts.len()).into_bytes()),
    ];
    let chart_files = (1..).zip(&charts).map(|(number, chart)| (format!("word/media/chart{number}.emf"), chart));
    files.extend(chart_files.map(|(name, chart)| (name, chart.to_emf(&fonts))));
    pack(&files)
}

/// Packs files. Their times are the earliest that a ZIP file can have.
fn pack(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, DocxError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}
