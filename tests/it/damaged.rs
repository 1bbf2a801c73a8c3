//! A corpus of damaged and hostile files, and of files with false headers. No file makes the scan hang or panic, and
//! none is reported as good with a wrong length.
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use loa::library::decode::{Decoder, MAX_SAMPLE};
use loa::library::file;
use serde_json::Value;

use crate::program;

/// The maximum duration of the scan of the corpus, even on a busy machine. A scan that takes longer counts as hanging.
const MAX_WAIT: Duration = Duration::from_secs(240);

/// Makes the corpus; returns its manifest.
fn make_corpus(dir: &Path) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign/damage.py");
    let output = Command::new("python3").arg(script).arg(dir).output().expect("python3 is needed to damage files");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let manifest = std::fs::read(dir.join("manifest.json")).unwrap();
    serde_json::from_slice(&manifest).unwrap()
}

/// Scans every file of the manifest with `loa scan`.
fn scan(dir: &Path, manifest: &[Value]) -> Vec<Value> {
    let output_file = dir.join("scanned.json");
    let mut loa = program::loa(dir);
    loa.args(["scan", "--lang", "en", "--format", "json"]).current_dir(dir).stderr(Stdio::piped());
    loa.args(manifest.iter().filter_map(|m| m["file"].as_str())).stdout(std::fs::File::create(&output_file).unwrap());
    let mut child = loa.spawn().expect("loa starts");
    let deadline = Instant::now() + MAX_WAIT;
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > deadline {
            let _ = child.kill();
            panic!("the scan hangs");
        }
        std::thread::park_timeout(Duration::from_millis(20));
    }
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "the exit code reports that some files cannot be played: {stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
    serde_json::from_slice(&std::fs::read(output_file).unwrap()).unwrap()
}

/// The mistake in the scan's row for a file; `None` if the row is correct.
fn mistake_in_row(expected: &Value, row: &Value) -> Option<&'static str> {
    let (frames, source_frames) = (row["frames"].as_u64(), expected["source_frames"].as_u64());
    let problem_count = row["problems"].as_array().map_or(0, Vec::len);
    let is_plausible =
        |frames: u64| source_frames.is_none_or(|source_frames| frames <= source_frames * 3 / 2 + 480_000);
    match (expected["outcome"].as_str().unwrap(), frames) {
        (_, Some(frames)) if !is_plausible(frames) => Some("the reported length is far too long"),
        (_, None) if problem_count == 0 => Some("the file is refused, but no problem is reported"),
        ("whole", frames) if frames != source_frames => Some("the reported length is not that of the intact source"),
        ("refused", Some(_)) => Some("a length is reported, but the file has no audio"),
        ("told", Some(_)) if problem_count == 0 => Some("the file is damaged, but no problem is reported"),
        _ => None,
    }
}

#[test]
fn damaged_files_are_refused_or_reported_with_problems() {
    let dir = tempfile::tempdir().unwrap();
    let manifest = make_corpus(dir.path());
    assert!(manifest.len() >= 80, "{}", manifest.len());
    let rows = scan(dir.path(), &manifest);
    assert_eq!(rows.len(), manifest.len());
    let errors: Vec<String> = manifest
        .iter()
        .zip(&rows)
        .filter_map(|(expected, row)| {
            mistake_in_row(expected, row).map(|mistake| format!("{mistake}: {expected} {row}"))
        })
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    // In every file that can be opened, all samples are finite and within the limit.
    for name in manifest.iter().filter_map(|m| m["file"].as_str()) {
        let Ok(file) = file::open(&dir.path().join(name)) else { continue };
        let Ok(mut decoder) = Decoder::open(file) else { continue };
        while let Some(block) = decoder.next_block() {
            assert!(block.iter().all(|s| s.is_finite() && s.abs() <= MAX_SAMPLE), "{name}");
        }
    }
}
