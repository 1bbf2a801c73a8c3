//! Verifiers and writers that share no code with loa. They use Python's `cryptography` and, in `make campaign`,
//! Go's `sumdb`.
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use loa::airlog::files::LOG;
use loa::airlog::storage::{FolderStorage, Storage};
use loa::logstore::export::export;
use loa::logstore::source::{LogForm, LogSource};
use loa::logstore::verify::verify_path;
use loa::proof::note::VerifierKey;
use loa::proof::verify::VerifyPolicy;

use crate::program;
use crate::station::Station;

const PLAYLIST: &str = "[[segment]]\nid = \"a\"\ntitle = \"Bản tin\"\nfile = \"s-60.mp3\"\n\n[[session]]\nid = \"b\"\n\
                   at = [\"05:15\", \"11:00\", \"17:00\"]\nplay = [\"a\", \"a\", \"a\", \"a\"]\n";

fn script_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign").join(name)
}

/// A Python interpreter with the module `cryptography`; see [`python_with`].
pub fn python_program() -> &'static str {
    python_with("cryptography")
}

/// A Python interpreter with this module: the one in `PATH`, the system's, or the one from `packaging/needs.sh`.
pub fn python_with(module: &str) -> &'static str {
    let has_module = |python: &&str| {
        let output = Command::new(python).args(["-c", &format!("import {module}")]).output();
        output.is_ok_and(|output| output.status.success())
    };
    let project_python = concat!(env!("CARGO_MANIFEST_DIR"), "/target/python/bin/python3");
    let python = ["python3", "/usr/bin/python3", project_python].into_iter().find(has_module);
    python.unwrap_or_else(|| panic!("no python3 with {module}: see packaging/needs.sh"))
}

fn run_python(arguments: &[&str]) -> Output {
    Command::new(python_program()).args(arguments).env("PYTHONDONTWRITEBYTECODE", "1").output().expect("python starts")
}

fn output_text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Runs a station for some days and exports its log to `folder`; returns the station and the key of the log.
fn run_and_export(days: i64, folder: &Path) -> (Station, String) {
    let station = Station::new("2023-03-20T05:00:00").playlist(PLAYLIST).run_for(days * 86_400);
    let source = LogSource { storage: station.disk().clone(), form: LogForm::Airlog };
    let result = export(&source, &mut FolderStorage::new(folder.to_owned()), VerifyPolicy::default(), 1)
        .expect("export the log");
    let summary = result.expect("export an intact log");
    assert!(
        summary.verified.epochs >= u64::try_from(days / 4).expect("the number fits"),
        "{} epochs",
        summary.verified.epochs
    );
    (station, summary.verified.key.expect("the log has a key").to_string())
}

#[test]
fn python_verifies_an_export_of_many_epochs_and_finds_changes() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let stick = dir.path().join("stick");
    let (_, key) = run_and_export(40, &stick);
    let path = stick.to_str().expect("the path is UTF-8").to_owned();
    let verify_script = script_path("verify.py");
    let verify_script = verify_script.to_str().expect("the path is UTF-8");
    let verification = run_python(&[verify_script, &path, &key]);
    assert!(
        verification.status.success() && output_text(&verification).starts_with("OK loa/station/"),
        "{}",
        output_text(&verification)
    );
    let loa_verification = verify_path(&stick, &VerifyPolicy::default(), 2).expect("read the log");
    assert!(
        loa_verification.errors.is_empty() && loa_verification.verified.entries > 1000,
        "{:?}",
        loa_verification.errors
    );

    let bundle = stick.join("tile/entries/001");
    let original = std::fs::read(&bundle).expect("read the bundle");
    let mut changed_bytes = original.clone();
    let middle = changed_bytes.len() / 2;
    changed_bytes[middle] ^= 1;
    std::fs::write(&bundle, &changed_bytes).expect("write the file");
    assert!(!run_python(&[verify_script, &path, &key]).status.success(), "the changed entry is found");
    assert!(!verify_path(&stick, &VerifyPolicy::default(), 2).expect("read the log").errors.is_empty());
    std::fs::write(&bundle, &original).expect("write the file");
    let closings = std::fs::read(stick.join("closings")).expect("read the closings");
    std::fs::write(stick.join("closings"), &closings[..closings.len() / 2]).expect("write the file");
    assert!(!run_python(&[verify_script, &path, &key]).status.success(), "the missing closings are found");
}

#[test]
fn a_log_written_in_python_is_verified() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let log = dir.path().join("airlog");
    let path = log.to_str().expect("the path is UTF-8");
    let output = run_python(&[script_path("write.py").to_str().expect("the path is UTF-8"), path, "700"]);
    assert!(output.status.success(), "{}", output_text(&output));
    let key = output_text(&output).trim().to_owned();
    let verify = |options: &[&str]| {
        let mut command = program::loa(dir.path());
        command.args(["verify", path, "--lang", "en", "--key", &key]).args(options).output().expect("loa starts")
    };
    let verification = verify(&["--no-epochs"]);
    assert!(verification.status.success(), "{}", output_text(&verification));
    assert!(
        output_text(&verification).contains("700 entries")
            && output_text(&verification).contains("Epochs were not checked"),
        "{}",
        output_text(&verification)
    );
    let strict_verification = verify(&[]);
    assert_eq!(
        strict_verification.status.code(),
        Some(1),
        "the end of an epoch is unsigned: {}",
        output_text(&strict_verification)
    );
    let mut bytes = std::fs::read(log.join(LOG)).expect("read the log");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(log.join(LOG), bytes).expect("write the file");
    assert_eq!(verify(&["--no-epochs"]).status.code(), Some(1));
}

#[test]
#[ignore = "needs Go: make campaign"]
fn go_verifies_an_export_with_the_logs_key_alone() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let program = dir.path().join("verify");
    let mut build = Command::new("go");
    build.args(["build", "-o"]).arg(&program).arg(script_path("go/main.go"));
    build.env("GO111MODULE", "off").env("GOPATH", "/usr/share/gocode").env("GOCACHE", dir.path().join("cache"));
    let output = build.output().expect("start the program");
    assert!(output.status.success(), "{}", output_text(&output));
    for days in [1, 40, 400] {
        let stick = dir.path().join(format!("stick-{days}"));
        let (station, key) = run_and_export(days, &stick);
        let verify = |key: &str| Command::new(&program).arg(&stick).arg(key).output().expect("start the program");
        let verification = verify(&key);
        println!("{}", output_text(&verification).trim());
        assert!(
            verification.status.success() && output_text(&verification).starts_with("OK"),
            "{}",
            output_text(&verification)
        );
        // A head without the log's own signature must not pass.
        let head = String::from_utf8(station.disk().bytes("checkpoint")).expect("the text is UTF-8");
        let origin = VerifierKey::parse(&key).expect("parse the key").name;
        let unsigned_head: String =
            head.split_inclusive('\n').filter(|l| !l.starts_with(&format!("— {origin} "))).collect();
        let mut stick_storage = FolderStorage::new(stick.clone());
        stick_storage.replace("checkpoint", unsigned_head.as_bytes()).expect("write the file");
        assert!(!verify(&key).status.success(), "a head without the log's own signature is refused");
        stick_storage.replace("checkpoint", head.as_bytes()).expect("write the file");
        let file = stick.join(if days == 1 { "checkpoint" } else { "tile/0/000" });
        let mut bytes = std::fs::read(&file).expect("read the file");
        bytes[40] ^= 1;
        std::fs::write(&file, bytes).expect("write the file");
        assert!(!verify(&key).status.success(), "a changed byte is found");
    }
}
