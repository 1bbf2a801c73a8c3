//! A corpus of damaged, lying and hostile files. No file makes the scan hang or panic, or is good with a wrong length.
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use loa::library::decode::{Decoder, MAX_SAMPLE};
use loa::library::file;
use serde_json::Value;

use crate::program;

/// The maximum time to scan the corpus, even on a busy machine: a longer scan is a hang.
const PATIENCE: Duration = Duration::from_secs(240);

/// Makes the corpus; returns its manifest.
fn corpus(dir: &Path) -> Vec<Value> {
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
    let deadline = Instant::now() + PATIENCE;
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > deadline {
            let _ = child.kill();
            panic!("it hangs");
        }
        std::thread::park_timeout(Duration::from_millis(20));
    }
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "some cannot be played: {stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
    serde_json::from_slice(&std::fs::read(output_file).unwrap()).unwrap()
}

/// The reason why the scan's row is wrong for a file; `None` if it is right.
fn wrong_outcome(expected: &Value, row: &Value) -> Option<&'static str> {
    let (frames, source) = (row["frames"].as_u64(), expected["source_frames"].as_u64());
    let problems = row["problems"].as_array().map_or(0, Vec::len);
    let is_plausible = |frames: u64| source.is_none_or(|source| frames <= source * 3 / 2 + 480_000);
    match (expected["outcome"].as_str().unwrap(), frames) {
        (_, Some(frames)) if !is_plausible(frames) => Some("it is said to be far too long"),
        (_, None) if problems == 0 => Some("it is refused without a reason"),
        ("whole", frames) if frames != source => Some("it plays as its source, and is not said to"),
        ("refused", Some(_)) => Some("there is nothing in it to play"),
        ("told", Some(_)) if problems == 0 => Some("it is damaged, and nothing is said of that"),
        _ => None,
    }
}

#[test]
fn damaged_files_are_refused_or_have_problems() {
    let dir = tempfile::tempdir().unwrap();
    let manifest = corpus(dir.path());
    assert!(manifest.len() >= 80, "{}", manifest.len());
    let rows = scan(dir.path(), &manifest);
    assert_eq!(rows.len(), manifest.len());
    let errors: Vec<String> = manifest
        .iter()
        .zip(&rows)
        .filter_map(|(expected, row)| wrong_outcome(expected, row).map(|reason| format!("{reason}: {expected} {row}")))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    // Every file that can be opened gives finite samples within the limit to its end.
    for name in manifest.iter().filter_map(|m| m["file"].as_str()) {
        let Ok(file) = file::open(&dir.path().join(name)) else { continue };
        let Ok(mut decoder) = Decoder::open(file) else { continue };
        while let Some(block) = decoder.next_block() {
            assert!(block.iter().all(|s| s.is_finite() && s.abs() <= MAX_SAMPLE), "{name}");
        }
    }
}
