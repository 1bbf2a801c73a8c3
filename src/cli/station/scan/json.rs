//! Formats scans as JSON.
use std::path::Path;

use super::scan_error::error_text;
use crate::cli::table::strip_unprintable;
use crate::library::Scan;
use crate::library::flaw::AudioFlaw;
use crate::library::scan::ScanError;
use crate::text::{Lang, Localize};

/// Returns the JSON row of one file.
pub(super) fn json_row(file: &Path, scan: &Result<Scan, ScanError>, lang: Lang) -> serde_json::Value {
    let hundredths = |value: Option<i32>| value.map(|value| f64::from(value) / 100.0);
    let scan = match scan {
        Ok(scan) => scan,
        Err(error) => {
            let keys = "sha256 codec sample_rate channels frames duration_ms integrated_lufs true_peak_dbtp lra_lu \
                lead_silence_ms tail_silence_ms longest_silence_ms clips bytes";
            let null_values = keys.split_whitespace().map(|key| (key.to_owned(), serde_json::Value::Null));
            let mut row: serde_json::Map<_, _> = null_values.collect();
            row.insert("file".to_owned(), file.to_string_lossy().into());
            let problem =
                serde_json::json!({"code": error_code(error), "message": strip_unprintable(&error_text(error, lang))});
            row.insert("problems".to_owned(), serde_json::Value::Array(vec![problem]));
            return row.into();
        }
    };
    let measurements = &scan.measure;
    serde_json::json!({
        "file": file.to_string_lossy(),
        "sha256": scan.sha256,
        "codec": scan.codec,
        "sample_rate": scan.length.rate,
        "channels": scan.channels,
        "frames": scan.length.frames,
        "duration_ms": scan.length.ms(),
        "integrated_lufs": hundredths(measurements.integrated),
        "true_peak_dbtp": hundredths(measurements.true_peak),
        "lra_lu": hundredths(measurements.integrated.and(Some(measurements.range))),
        "lead_silence_ms": measurements.lead_silence_ms,
        "tail_silence_ms": measurements.tail_silence_ms,
        "longest_silence_ms": measurements.longest_silence_ms,
        "clips": measurements.clips,
        "bytes": scan.bytes,
        "problems": scan.flaws.iter().map(|flaw| flaw_json(flaw, lang)).collect::<Vec<_>>(),
    })
}

/// Returns the JSON of a flaw: its code, its fields and its message.
fn flaw_json(flaw: &AudioFlaw, lang: Lang) -> serde_json::Value {
    let mut value = serde_json::json!(flaw);
    if let Some(object) = value.as_object_mut() {
        object.insert("message".to_owned(), flaw.localized(lang).to_string().into());
    }
    value
}

/// Returns the stable code of the reason why a file cannot be played.
fn error_code(error: &ScanError) -> String {
    match error {
        ScanError::Missing => "missing".to_owned(),
        ScanError::Unreadable { .. } => "unreadable".to_owned(),
        ScanError::Damaged { foreign: None, .. } => "unplayable".to_owned(),
        ScanError::Damaged { foreign: Some(foreign), .. } => {
            let kind = serde_json::json!(foreign);
            kind["kind"].as_str().unwrap_or("unplayable").to_owned()
        }
    }
}
