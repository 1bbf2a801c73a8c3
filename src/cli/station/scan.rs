//! `loa scan`: decodes each sound file once, from end to end, and prints its properties.
mod json;
mod scan_all;
mod scan_error;

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use crate::base::platform::available_threads;
use crate::cli::args::CliFormat;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS};
use crate::cli::table::{align_columns, format_seconds, strip_unprintable};
use crate::library::Scan;
use crate::library::scan::{ScanError, scan_with_envelope};
use crate::text::library::ScanText;
use crate::text::problem::ProblemText;
use crate::text::{Lang, Localize};
use json::json_row;

pub use scan_all::scan_all;
pub use scan_error::{error_hint, error_text};

/// Below this loudness, in hundredths of LUFS, a file is called quiet.
const QUIET_BELOW_CENTI_LUFS: i32 = -3000;
/// From this loudness on, in hundredths of LUFS, a file is called too loud: it is distorted on most loudspeakers.
const LOUD_FROM_CENTI_LUFS: i32 = -800;

/// Arguments of `loa scan`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct ScanArgs {
    #[arg(value_name = "FILE", required = true)]
    pub sound: Vec<PathBuf>,
    #[arg(long, value_enum, default_value = "text")]
    pub format: CliFormat,
    #[arg(long)]
    pub details: bool,
    #[arg(long)]
    pub envelope: bool,
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub jobs: Option<u16>,
}

/// Scans files and prints their properties. Files that cannot be played lead to [`EXIT_PROBLEMS`].
///
/// # Errors
/// If standard output cannot be written.
pub fn run(args: &ScanArgs, lang: Lang) -> io::Result<u8> {
    let files = args.sound.as_slice();
    if args.envelope && args.format == CliFormat::Json {
        return print_with_envelopes(files, lang);
    }
    let scans = scan_all(files, args.jobs.map_or_else(available_threads, usize::from), lang);
    let mut out = io::stdout().lock();
    match args.format {
        CliFormat::Json => {
            let rows: Vec<_> = files.iter().zip(&scans).map(|(file, scan)| json_row(file, scan, lang)).collect();
            serde_json::to_writer_pretty(&mut out, &rows)?;
            writeln!(out)?;
        }
        CliFormat::Text => out.write_all(report_text(files, &scans, args.details, lang).as_bytes())?,
    }
    Ok(if scans.iter().all(Result::is_ok) { EXIT_OK } else { EXIT_PROBLEMS })
}

/// Prints the JSON of the files with the outlines of their sound. They are scanned one by one.
fn print_with_envelopes(files: &[PathBuf], lang: Lang) -> io::Result<u8> {
    let mut code = EXIT_OK;
    let mut rows = Vec::new();
    for file in files {
        let (scan, envelope) = scan_with_envelope(file).map_or_else(|e| (Err(e), Vec::new()), |(s, e)| (Ok(s), e));
        code = code.max(if scan.is_ok() { EXIT_OK } else { EXIT_PROBLEMS });
        let mut row = json_row(file, &scan, lang);
        row["envelope"] = envelope.into();
        rows.push(row);
    }
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, &rows)?;
    writeln!(out)?;
    Ok(code)
}

/// Returns the table of the files, followed by their flaws.
fn report_text(files: &[PathBuf], scans: &[Result<Scan, ScanError>], with_details: bool, lang: Lang) -> String {
    let mut headings = vec![ScanText::File {}, ScanText::Length {}];
    if with_details {
        headings.extend([ScanText::Loudness {}, ScanText::Peak {}, ScanText::Range {}]);
        headings.extend([ScanText::Codec {}, ScanText::Rate {}, ScanText::Channels {}]);
    } else {
        headings.push(ScanText::HowLoud {});
    }
    let mut rows = vec![headings.iter().map(|heading| heading.localized(lang).to_string()).collect::<Vec<_>>()];
    let mut remarks = String::new();
    for (file, scan) in files.iter().zip(scans) {
        let name = strip_unprintable(&file.to_string_lossy());
        match scan {
            Ok(scan) => {
                rows.push(table_cells(&name, scan, with_details, lang));
                for flaw in &scan.flaws {
                    remarks.push_str(&format!(
                        "{}: {name}: {}\n",
                        ProblemText::Warning.localized(lang),
                        flaw.localized(lang)
                    ));
                }
            }
            Err(error) => {
                let (problem, hint) = (strip_unprintable(&error_text(error, lang)), error_hint(error, lang));
                remarks.push_str(&format!("{}: {name}: {problem}\n", ProblemText::Error.localized(lang)));
                remarks.push_str(&format!("  {}: {hint}\n", ProblemText::HintWord.localized(lang)));
            }
        }
    }
    let bad_count = scans.iter().filter(|scan| scan.is_err()).count();
    let right_aligned: &[usize] = if with_details { &[1, 2, 3, 4, 6, 7] } else { &[1] };
    let mut out = if rows.len() > 1 { align_columns(&rows, right_aligned) } else { String::new() };
    out.push_str(&remarks);
    let total = match bad_count {
        0 => ScanText::Good { files: files.len().into() },
        _ => ScanText::Some { bad: bad_count, files: files.len().into() },
    };
    out.push_str(&format!("{}\n", total.localized(lang)));
    out
}

fn table_cells(name: &str, scan: &Scan, with_details: bool, lang: Lang) -> Vec<String> {
    let measurements = &scan.measure;
    let mut cells = vec![
        name.to_owned(),
        format_seconds(scan.length.ms(), lang),
        measurements.integrated.map_or("-".to_owned(), |value| loudness_cell(value, with_details, lang)),
    ];
    if with_details {
        cells.extend(technical_cells(scan, lang));
    }
    cells
}

fn technical_cells(scan: &Scan, lang: Lang) -> Vec<String> {
    let measurements = &scan.measure;
    vec![
        measurements.true_peak.map_or("-".to_owned(), |value| format_one_decimal_place(value, lang)),
        measurements.integrated.map_or("-".to_owned(), |_| format_one_decimal_place(measurements.range, lang)),
        scan.codec.clone(),
        scan.length.rate.to_string(),
        scan.channels.to_string(),
    ]
}

/// Formats a loudness in hundredths of LUFS, as a word or as a number.
#[must_use]
pub fn loudness_cell(centi_lufs: i32, with_details: bool, lang: Lang) -> String {
    let text = match centi_lufs {
        _ if with_details => return format_one_decimal_place(centi_lufs, lang),
        ..QUIET_BELOW_CENTI_LUFS => ScanText::SoundsQuiet {},
        LOUD_FROM_CENTI_LUFS.. => ScanText::SoundsLoud {},
        _ => ScanText::SoundsRight {},
    };
    text.localized(lang).to_string()
}

/// Formats hundredths of a unit with one decimal place, and a decimal comma in Vietnamese.
#[must_use]
pub fn format_one_decimal_place(hundredths: i32, lang: Lang) -> String {
    let text = format!("{:.1}", f64::from(hundredths) / 100.0);
    if lang == Lang::Vi { text.replace('.', ",") } else { text }
}
