//! Verifiers and writers that share no code with us: Python's `cryptography` here, Go's `sumdb` in the campaign.
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

const DAY: &str = "[[segment]]\nid = \"a\"\ntitle = \"Bản tin\"\nfile = \"s-60.mp3\"\n\n[[session]]\nid = \"b\"\n\
                   at = [\"05:15\", \"11:00\", \"17:00\"]\nplay = [\"a\", \"a\", \"a\", \"a\"]\n";

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign").join(name)
}

/// A Python that has `cryptography`: the first in the path, or the system's.
pub fn python_program() -> &'static str {
    python_with("cryptography")
}

/// A Python that has this module: the first in the path, the system's, or the one that `packaging/needs.sh` made.
pub fn python_with(module: &str) -> &'static str {
    let has = |python: &&str| {
        let tried = Command::new(python).args(["-c", &format!("import {module}")]).output();
        tried.is_ok_and(|output| output.status.success())
    };
    let made = concat!(env!("CARGO_MANIFEST_DIR"), "/target/python/bin/python3");
    let found = ["python3", "/usr/bin/python3", made].into_iter().find(has);
    found.unwrap_or_else(|| panic!("no python3 with {module}: see packaging/needs.sh"))
}

fn python(words: &[&str]) -> Output {
    Command::new(python_program()).args(words).env("PYTHONDONTWRITEBYTECODE", "1").output().expect("python starts")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A station that ran for so many days, exported; the log's key.
fn exported(days: i64, to: &Path) -> (Station, String) {
    let station = Station::new("2023-03-20T05:00:00").playlist(DAY).run_for(days * 86_400);
    let source = LogSource { storage: station.disk().clone(), form: LogForm::Airlog };
    let done = export(&source, &mut FolderStorage::new(to.to_owned()), VerifyPolicy::default(), 1).expect("a folder");
    let done = done.expect("an honest log");
    assert!(done.verified.epochs >= u64::try_from(days / 4).expect("small"), "{} epochs", done.verified.epochs);
    (station, done.verified.key.expect("it has one").to_string())
}

#[test]
fn python_verifies_an_export_of_many_epochs_and_sees_what_was_changed() {
    let dir = tempfile::tempdir().expect("a folder");
    let stick = dir.path().join("stick");
    let (_, key) = exported(40, &stick);
    let path = stick.to_str().expect("UTF-8").to_owned();
    let verify = script("verify.py");
    let verify = verify.to_str().expect("UTF-8");
    let good = python(&[verify, &path, &key]);
    assert!(good.status.success() && text(&good).starts_with("OK loa/station/"), "{}", text(&good));
    let ours = verify_path(&stick, &VerifyPolicy::default(), 2).expect("a folder");
    assert!(ours.errors.is_empty() && ours.verified.entries > 1000, "{:?}", ours.errors);

    let bundle = stick.join("tile/entries/001");
    let before = std::fs::read(&bundle).expect("a bundle");
    let mut changed = before.clone();
    let at = changed.len() / 2;
    changed[at] ^= 1;
    std::fs::write(&bundle, &changed).expect("a folder");
    assert!(!python(&[verify, &path, &key]).status.success(), "an entry was changed");
    assert!(!verify_path(&stick, &VerifyPolicy::default(), 2).expect("a folder").errors.is_empty());
    std::fs::write(&bundle, &before).expect("a folder");
    let closings = std::fs::read(stick.join("closings")).expect("closings");
    std::fs::write(stick.join("closings"), &closings[..closings.len() / 2]).expect("a folder");
    assert!(!python(&[verify, &path, &key]).status.success(), "closings are lacking");
}

#[test]
fn a_log_written_in_python_is_verified() {
    let dir = tempfile::tempdir().expect("a folder");
    let log = dir.path().join("airlog");
    let path = log.to_str().expect("UTF-8");
    let written = python(&[script("write.py").to_str().expect("UTF-8"), path, "700"]);
    assert!(written.status.success(), "{}", text(&written));
    let key = text(&written).trim().to_owned();
    let loa = |words: &[&str]| {
        let mut command = program::loa(dir.path());
        command.args(["verify", path, "--lang", "en", "--key", &key]).args(words).output().expect("loa starts")
    };
    let good = loa(&["--no-epochs"]);
    assert!(good.status.success(), "{}", text(&good));
    assert!(text(&good).contains("700 entries") && text(&good).contains("Epochs were not checked"), "{}", text(&good));
    let strict = loa(&[]);
    assert_eq!(strict.status.code(), Some(1), "nobody has signed for an epoch: {}", text(&strict));
    let mut bytes = std::fs::read(log.join(LOG)).expect("the log");
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    std::fs::write(log.join(LOG), bytes).expect("a folder");
    assert_eq!(loa(&["--no-epochs"]).status.code(), Some(1));
}

#[test]
#[ignore = "needs Go: make campaign"]
fn go_verifies_an_export_knowing_the_logs_key_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    let program = dir.path().join("verify");
    let mut build = Command::new("go");
    build.args(["build", "-o"]).arg(&program).arg(script("go/main.go"));
    build.env("GO111MODULE", "off").env("GOPATH", "/usr/share/gocode").env("GOCACHE", dir.path().join("cache"));
    let built = build.output().expect("go starts");
    assert!(built.status.success(), "{}", text(&built));
    for days in [1, 40, 400] {
        let stick = dir.path().join(format!("stick-{days}"));
        let (station, key) = exported(days, &stick);
        let verify = |key: &str| Command::new(&program).arg(&stick).arg(key).output().expect("it starts");
        let good = verify(&key);
        println!("{}", text(&good).trim());
        assert!(good.status.success() && text(&good).starts_with("OK"), "{}", text(&good));
        // The station's own signature is demanded: a note with only a witness's line must not pass.
        let head = String::from_utf8(station.disk().bytes("checkpoint")).expect("text");
        let own = VerifierKey::parse(&key).expect("a key").name;
        let without: String = head.split_inclusive('\n').filter(|l| !l.starts_with(&format!("— {own} "))).collect();
        let mut other = FolderStorage::new(stick.clone());
        other.replace("checkpoint", without.as_bytes()).expect("a folder");
        assert!(!verify(&key).status.success(), "without the log's own signature");
        other.replace("checkpoint", head.as_bytes()).expect("a folder");
        let first = stick.join(if days == 1 { "checkpoint" } else { "tile/0/000" });
        let mut bytes = std::fs::read(&first).expect("a file");
        bytes[40] ^= 1;
        std::fs::write(&first, bytes).expect("a folder");
        assert!(!verify(&key).status.success(), "something was changed");
    }
}
