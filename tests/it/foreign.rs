//! Verifiers and writers that share no code with loa: Python's `cryptography`, and in the campaign Go's `sumdb`.
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

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign").join(name)
}

/// A Python with the module `cryptography`; see [`python_with`].
pub fn python_program() -> &'static str {
    python_with("cryptography")
}

/// A Python with this module: the first in the path, the system's, or the one that `packaging/needs.sh` makes.
pub fn python_with(module: &str) -> &'static str {
    let has_module = |python: &&str| {
        let output = Command::new(python).args(["-c", &format!("import {module}")]).output();
        output.is_ok_and(|output| output.status.success())
    };
    let project_python = concat!(env!("CARGO_MANIFEST_DIR"), "/target/python/bin/python3");
    let python = ["python3", "/usr/bin/python3", project_python].into_iter().find(has_module);
    python.unwrap_or_else(|| panic!("no python3 with {module}: see packaging/needs.sh"))
}

fn python(arguments: &[&str]) -> Output {
    Command::new(python_program()).args(arguments).env("PYTHONDONTWRITEBYTECODE", "1").output().expect("python starts")
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Runs a station for some days and exports its log; returns the station and the log's key.
fn run_and_export(days: i64, folder: &Path) -> (Station, String) {
    let station = Station::new("2023-03-20T05:00:00").playlist(PLAYLIST).run_for(days * 86_400);
    let source = LogSource { storage: station.disk().clone(), form: LogForm::Airlog };
    let result =
        export(&source, &mut FolderStorage::new(folder.to_owned()), VerifyPolicy::default(), 1).expect("a folder");
    let exported = result.expect("an honest log");
    assert!(exported.verified.epochs >= u64::try_from(days / 4).expect("small"), "{} epochs", exported.verified.epochs);
    (station, exported.verified.key.expect("it has one").to_string())
}

#[test]
fn python_verifies_an_export_of_many_epochs_and_finds_changes() {
    let dir = tempfile::tempdir().expect("a folder");
    let stick = dir.path().join("stick");
    let (_, key) = run_and_export(40, &stick);
    let path = stick.to_str().expect("UTF-8").to_owned();
    let verify = script("verify.py");
    let verify = verify.to_str().expect("UTF-8");
    let verification = python(&[verify, &path, &key]);
    assert!(
        verification.status.success() && printed(&verification).starts_with("OK loa/station/"),
        "{}",
        printed(&verification)
    );
    let loa_verification = verify_path(&stick, &VerifyPolicy::default(), 2).expect("a folder");
    assert!(
        loa_verification.errors.is_empty() && loa_verification.verified.entries > 1000,
        "{:?}",
        loa_verification.errors
    );

    let bundle = stick.join("tile/entries/001");
    let original = std::fs::read(&bundle).expect("a bundle");
    let mut changed_bytes = original.clone();
    let middle = changed_bytes.len() / 2;
    changed_bytes[middle] ^= 1;
    std::fs::write(&bundle, &changed_bytes).expect("a folder");
    assert!(!python(&[verify, &path, &key]).status.success(), "an entry was changed");
    assert!(!verify_path(&stick, &VerifyPolicy::default(), 2).expect("a folder").errors.is_empty());
    std::fs::write(&bundle, &original).expect("a folder");
    let closings = std::fs::read(stick.join("closings")).expect("closings");
    std::fs::write(stick.join("closings"), &closings[..closings.len() / 2]).expect("a folder");
    assert!(!python(&[verify, &path, &key]).status.success(), "closings are missing");
}

#[test]
fn a_log_written_in_python_is_verified() {
    let dir = tempfile::tempdir().expect("a folder");
    let log = dir.path().join("airlog");
    let path = log.to_str().expect("UTF-8");
    let output = python(&[script("write.py").to_str().expect("UTF-8"), path, "700"]);
    assert!(output.status.success(), "{}", printed(&output));
    let key = printed(&output).trim().to_owned();
    let verify = |options: &[&str]| {
        let mut command = program::loa(dir.path());
        command.args(["verify", path, "--lang", "en", "--key", &key]).args(options).output().expect("loa starts")
    };
    let verification = verify(&["--no-epochs"]);
    assert!(verification.status.success(), "{}", printed(&verification));
    assert!(
        printed(&verification).contains("700 entries") && printed(&verification).contains("Epochs were not checked"),
        "{}",
        printed(&verification)
    );
    let strict_verification = verify(&[]);
    assert_eq!(
        strict_verification.status.code(),
        Some(1),
        "nobody has signed for an epoch: {}",
        printed(&strict_verification)
    );
    let mut bytes = std::fs::read(log.join(LOG)).expect("the log");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(log.join(LOG), bytes).expect("a folder");
    assert_eq!(verify(&["--no-epochs"]).status.code(), Some(1));
}

#[test]
#[ignore = "needs Go: make campaign"]
fn go_verifies_an_export_with_the_logs_key_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    let program = dir.path().join("verify");
    let mut build = Command::new("go");
    build.args(["build", "-o"]).arg(&program).arg(script("go/main.go"));
    build.env("GO111MODULE", "off").env("GOPATH", "/usr/share/gocode").env("GOCACHE", dir.path().join("cache"));
    let output = build.output().expect("go starts");
    assert!(output.status.success(), "{}", printed(&output));
    for days in [1, 40, 400] {
        let stick = dir.path().join(format!("stick-{days}"));
        let (station, key) = run_and_export(days, &stick);
        let verify = |key: &str| Command::new(&program).arg(&stick).arg(key).output().expect("it starts");
        let verification = verify(&key);
        println!("{}", printed(&verification).trim());
        assert!(
            verification.status.success() && printed(&verification).starts_with("OK"),
            "{}",
            printed(&verification)
        );
        // A head without the log's own signature must not pass.
        let head = String::from_utf8(station.disk().bytes("checkpoint")).expect("text");
        let origin = VerifierKey::parse(&key).expect("a key").name;
        let unsigned_head: String =
            head.split_inclusive('\n').filter(|l| !l.starts_with(&format!("— {origin} "))).collect();
        let mut stick_storage = FolderStorage::new(stick.clone());
        stick_storage.replace("checkpoint", unsigned_head.as_bytes()).expect("a folder");
        assert!(!verify(&key).status.success(), "without the log's own signature");
        stick_storage.replace("checkpoint", head.as_bytes()).expect("a folder");
        let file = stick.join(if days == 1 { "checkpoint" } else { "tile/0/000" });
        let mut bytes = std::fs::read(&file).expect("a file");
        bytes[40] ^= 1;
        std::fs::write(&file, bytes).expect("a folder");
        assert!(!verify(&key).status.success(), "something was changed");
    }
}
