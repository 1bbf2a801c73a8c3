//! `loa stated form`: prints the form for stated rows.
use std::io;

use super::StatedFormArgs;
use crate::cli::exit::EXIT_OK;
use crate::cli::written_file::write_output;
use crate::department::stated::STATED_COLUMNS;
use crate::text::cli::CliText;
use crate::text::stated::StatedText;
use crate::text::{Lang, Localize};

/// Runs `loa stated form`. The byte order mark makes spreadsheets read the file as UTF-8.
///
/// # Errors
/// If standard output cannot be written.
pub(super) fn run(args: &StatedFormArgs, lang: Lang) -> io::Result<u8> {
    let example = [
        "2023-03-20".to_owned(),
        StatedText::ExampleAddressee {}.localized(lang).to_string(),
        StatedText::Example {}.localized(lang).to_string(),
        "giam-ngheo-2023".to_owned(),
        "5".to_owned(),
        "vi".to_owned(),
        "12.5".to_owned(),
        "1".to_owned(),
        "https://bao-mau.example/tin-1".to_owned(),
    ];
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(STATED_COLUMNS);
    let _ = writer.write_record(example);
    let rows = writer.into_inner().unwrap_or_default();
    let form = [b"\xef\xbb\xbf".as_slice(), &rows].concat();
    let written = write_output(args.output.as_deref(), &form, |path| CliText::Written { path }, lang)?;
    Ok(written.unwrap_or(EXIT_OK))
}
