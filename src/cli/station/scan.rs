//! `loa scan`: what sound files are, by one full decode of each.
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use clap::Args;

use crate::cli::args::CliFormat;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS};
use crate::cli::table::{align_columns, format_seconds, strip_unprintable};
use crate::library::Scan;
use crate::library::flaw::AudioFlaw;
use crate::library::scan::{ScanError, scan_with_progress};
use crate::logstore::verify::available_threads;
use crate::text::library::ScanText;
use crate::text::problem::{Hint, ProblemText};
use crate::text::{Lang, Localize};

/// How often a terminal is shown how far it has come.
const SHOWN_EVERY: Duration = Duration::from_millis(200);

/// Arguments of `loa scan`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct ScanArgs {
    #[arg(value_name = "FILE", required = true)]
    pub sound: Vec<PathBuf>,
    #[arg(long, value_enum, default_value = "text")]
    pub format: CliFormat,
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub jobs: Option<u16>,
}

/// Scans files and prints what they are. Files that cannot be played make the exit code [`PROBLEMS`].
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &ScanArgs, lang: Lang) -> io::Result<u8> {
    let files = args.sound.as_slice();
    let scans = scan_all(files, args.jobs.map_or_else(available_threads, usize::from), lang);
    let mut out = io::stdout().lock();
    match args.format {
        CliFormat::Json => {
            let rows: Vec<_> = files.iter().zip(&scans).map(|(file, scan)| json_row(file, scan, lang)).collect();
            serde_json::to_writer_pretty(&mut out, &rows)?;
            writeln!(out)?;
        }
        CliFormat::Text => out.write_all(report_text(files, &scans, lang).as_bytes())?,
    }
    Ok(if scans.iter().all(Result::is_ok) { EXIT_OK } else { EXIT_PROBLEMS })
}

/// Scans all files, several at a time, in the order given; a terminal is shown how far it has come.
#[must_use]
pub fn scan_all(files: &[PathBuf], jobs: usize, lang: Lang) -> Vec<Result<Scan, ScanError>> {
    let size = |file: &PathBuf| std::fs::metadata(file).map_or(0, |meta| meta.len());
    let bytes: u64 = files.iter().map(size).fold(0, u64::saturating_add).max(1);
    let (next, done, worked) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicU64::new(0));
    let found = Mutex::new(Vec::with_capacity(files.len()));
    let tell = |bytes: u64| {
        worked.fetch_add(bytes, Ordering::Relaxed);
    };
    let work = || {
        while let Some((i, file)) = Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, files.get(i)?))) {
            let scan = scan_with_progress(file, &tell);
            found.lock().unwrap_or_else(PoisonError::into_inner).push((i, scan));
            done.fetch_add(1, Ordering::Relaxed);
        }
    };
    let finished = || done.load(Ordering::Relaxed) == files.len();
    thread::scope(|scope| {
        for _ in 1..jobs.min(files.len()) {
            // Where no thread can be had the others do its work.
            let _ = thread::Builder::new().name("scan".to_owned()).spawn_scoped(scope, work);
        }
        let shows = io::stderr().is_terminal();
        if shows {
            let show = || {
                while !finished() {
                    let per_cent = (worked.load(Ordering::Relaxed).saturating_mul(100) / bytes).min(100);
                    let shown = ScanText::Scanning { done: done.load(Ordering::Relaxed), of: files.len(), per_cent };
                    let _ = write!(io::stderr(), "\r{}\x1b[K", shown.localized(lang));
                    thread::park_timeout(SHOWN_EVERY);
                }
                let _ = write!(io::stderr(), "\r\x1b[K");
            };
            let shower = thread::Builder::new().name("progress".to_owned()).spawn_scoped(scope, show);
            work();
            if let Ok(shower) = shower {
                shower.thread().unpark();
            }
        } else {
            work();
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort_by_key(|(i, _)| *i);
    found.into_iter().map(|(_, scan)| scan).collect()
}

/// One file for programs.
fn json_row(file: &Path, scan: &Result<Scan, ScanError>, lang: Lang) -> serde_json::Value {
    let hundredths = |value: Option<i32>| value.map(|value| f64::from(value) / 100.0);
    let scan = match scan {
        Ok(scan) => scan,
        Err(error) => {
            let keys = "sha256 codec sample_rate channels frames duration_ms integrated_lufs true_peak_dbtp lra_lu \
                lead_silence_ms tail_silence_ms longest_silence_ms clips bytes";
            let nothing = keys.split_whitespace().map(|key| (key.to_owned(), serde_json::Value::Null));
            let mut row: serde_json::Map<_, _> = nothing.collect();
            row.insert("file".to_owned(), file.to_string_lossy().into());
            let problem =
                serde_json::json!({"code": error_code(error), "message": strip_unprintable(&error_text(error, lang))});
            row.insert("problems".to_owned(), serde_json::Value::Array(vec![problem]));
            return row.into();
        }
    };
    let measure = &scan.measure;
    serde_json::json!({
        "file": file.to_string_lossy(),
        "sha256": scan.sha256,
        "codec": scan.codec,
        "sample_rate": scan.length.rate,
        "channels": scan.channels,
        "frames": scan.length.frames,
        "duration_ms": scan.length.ms(),
        "integrated_lufs": hundredths(measure.integrated),
        "true_peak_dbtp": hundredths(measure.true_peak),
        "lra_lu": hundredths(measure.integrated.and(Some(measure.range))),
        "lead_silence_ms": measure.lead_silence_ms,
        "tail_silence_ms": measure.tail_silence_ms,
        "longest_silence_ms": measure.longest_silence_ms,
        "clips": measure.clips,
        "bytes": scan.bytes,
        "problems": scan.flaws.iter().map(|flaw| flaw_json(flaw, lang)).collect::<Vec<_>>(),
    })
}

/// A flaw for programs: its code and fields, and the sentence.
fn flaw_json(flaw: &AudioFlaw, lang: Lang) -> serde_json::Value {
    let mut row = serde_json::json!(flaw);
    if let Some(row) = row.as_object_mut() {
        row.insert("message".to_owned(), flaw.localized(lang).to_string().into());
    }
    row
}

/// A stable name for why a file cannot be played.
fn error_code(error: &ScanError) -> String {
    match error {
        ScanError::Missing => "missing".to_owned(),
        ScanError::Damaged { foreign: None, .. } => "unplayable".to_owned(),
        ScanError::Damaged { foreign: Some(foreign), .. } => {
            let kind = serde_json::json!(foreign);
            kind["kind"].as_str().unwrap_or("unplayable").to_owned()
        }
    }
}

/// Why a file cannot be played, for people.
#[must_use]
pub fn error_text(error: &ScanError, lang: Lang) -> String {
    match error {
        ScanError::Missing => ScanText::Missing {}.localized(lang).to_string(),
        ScanError::Damaged { foreign: Some(foreign), .. } => foreign.localized(lang).to_string(),
        ScanError::Damaged { detail, .. } => {
            ScanText::Unplayable { detail: detail.clone() }.localized(lang).to_string()
        }
    }
}

/// What to do about it.
#[must_use]
pub fn error_hint(error: &ScanError, lang: Lang) -> String {
    use crate::library::flaw::UnplayableFormat as F;
    match error {
        ScanError::Missing => Hint::CheckName.localized(lang).to_string(),
        ScanError::Damaged {
            foreign: Some(F::Empty | F::Page | F::Picture | F::Document | F::Archive | F::Drm),
            ..
        } => Hint::AskAgain.localized(lang).to_string(),
        ScanError::Damaged { foreign: Some(_), .. } => ScanText::Convert {}.localized(lang).to_string(),
        ScanError::Damaged { .. } => Hint::ReplaceAudio.localized(lang).to_string(),
    }
}

/// All files for people: a table, then what is wrong with which.
fn report_text(files: &[PathBuf], scans: &[Result<Scan, ScanError>], lang: Lang) -> String {
    let head = [
        ScanText::File {},
        ScanText::Length {},
        ScanText::Loudness {},
        ScanText::Peak {},
        ScanText::Range {},
        ScanText::Codec {},
        ScanText::Rate {},
        ScanText::Channels {},
    ];
    let mut rows = vec![head.iter().map(|h| h.localized(lang).to_string()).collect::<Vec<_>>()];
    let mut remarks = String::new();
    for (file, scan) in files.iter().zip(scans) {
        let name = strip_unprintable(&file.to_string_lossy());
        match scan {
            Ok(scan) => {
                rows.push(cells(&name, scan, lang));
                for flaw in &scan.flaws {
                    remarks.push_str(&format!(
                        "{}: {name}: {}\n",
                        ProblemText::Warning.localized(lang),
                        flaw.localized(lang)
                    ));
                }
            }
            Err(error) => {
                let (what, todo) = (strip_unprintable(&error_text(error, lang)), error_hint(error, lang));
                remarks.push_str(&format!("{}: {name}: {what}\n", ProblemText::Error.localized(lang)));
                remarks.push_str(&format!("  {}: {todo}\n", ProblemText::HintWord.localized(lang)));
            }
        }
    }
    let bad = scans.iter().filter(|scan| scan.is_err()).count();
    let mut out = if rows.len() > 1 { align_columns(&rows, &[1, 2, 3, 4, 6, 7]) } else { String::new() };
    out.push_str(&remarks);
    let total = match bad {
        0 => ScanText::Good { files: files.len() },
        _ => ScanText::Some { bad, files: files.len() },
    };
    out.push_str(&format!("{}\n", total.localized(lang)));
    out
}

fn cells(name: &str, scan: &Scan, lang: Lang) -> Vec<String> {
    let measure = &scan.measure;
    vec![
        name.to_owned(),
        format_seconds(scan.length.ms(), lang),
        measure.integrated.map_or("-".to_owned(), |value| one_decimal(value, lang)),
        measure.true_peak.map_or("-".to_owned(), |value| one_decimal(value, lang)),
        measure.integrated.map_or("-".to_owned(), |_| one_decimal(measure.range, lang)),
        scan.codec.clone(),
        scan.length.rate.to_string(),
        scan.channels.to_string(),
    ]
}

/// Hundredths with one digit behind the comma.
#[must_use]
pub fn one_decimal(hundredths: i32, lang: Lang) -> String {
    let text = format!("{:.1}", f64::from(hundredths) / 100.0);
    if lang == Lang::Vi { text.replace('.', ",") } else { text }
}
