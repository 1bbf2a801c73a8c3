//! `loa export` of a real daemon's log: which countersignatures it accepts from a returned stick, and how it reports an
//! open epoch that it cannot end.
use std::fs;
use std::path::{Path, PathBuf};

use loa::proof::cosign::cosign;
use loa::proof::note::{Note, NoteSigner, SignatureType};

use crate::daemon::{Folder, in_seconds, log_of, printed};

/// A station that has run once.
fn folder_after_a_run() -> Folder {
    let folder = Folder::new().segment("ngan", 1).session(in_seconds(3600), "[\"ngan\"]").write_playlist();
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    assert_eq!(daemon.end(), Some(0));
    folder
}

/// Runs the station once more, which adds entries.
fn run_again(folder: &Folder) {
    assert_eq!(folder.run().end(), Some(0));
}

/// Exports the log to this place; returns the exit code and the printed text.
fn export(folder: &Folder, to: &Path) -> (Option<i32>, String) {
    let to = to.to_str().expect("the path is UTF-8");
    let output = folder.loa(&["export", "--anyway", "--lang", "en", "--to", to]);
    (output.status.code(), printed(&output))
}

fn signer(name: &str, seed: u8) -> NoteSigner {
    NoteSigner::new(name, SignatureType::Cosignature, &[seed; 32]).expect("the key name is valid")
}

/// Countersigns the head in `checkpoint` with this key, and writes the note to the stick as the department does.
fn write_cosigned(checkpoint: &[u8], signer: &NoteSigner, stick: &Path) {
    let mut note = Note::parse(checkpoint).expect("the head is a note");
    note.signatures.push(cosign(signer, 1_700_000_000, &note.text));
    fs::write(stick.join("cosigned"), note.to_string()).expect("write the file");
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("make the folder");
    for entry in fs::read_dir(from).expect("list the folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("copy the file");
        }
    }
}

#[test]
fn a_forged_countersignature_does_not_displace_that_of_the_department() {
    let folder = folder_after_a_run();
    let (stick, forger, department) =
        (folder.dir.path().join("stick"), signer("loa-witness/gia", 7), signer("loa-witness/so", 8));
    assert_eq!(export(&folder, &stick).0, Some(0));
    let first_head = fs::read(stick.join("checkpoint")).expect("read the head");
    run_again(&folder);
    assert_eq!(export(&folder, &stick).0, Some(0));
    let second_head = fs::read(stick.join("checkpoint")).expect("read the head");
    assert_ne!(first_head, second_head);
    // Without the department's key, the station accepts a countersignature and reports that it cannot check it.
    write_cosigned(&second_head, &forger, &stick);
    let (code, text) = export(&folder, &stick);
    assert!(code == Some(0) && text.contains("cannot check whose it is"), "{text}");
    let stored_path = folder.station().join("airlog/cosigned");
    assert!(fs::read_to_string(&stored_path).expect("read the file").contains("loa-witness/gia"));
    // A check with the department's key finds the forgery.
    let key = department.public().to_string();
    let verify = || folder.loa(&["verify", "--witness-key", &key, "--format", "json"]);
    assert!(printed(&verify()).contains("cosigned-forged"), "{}", printed(&verify()));
    // Now the station knows the department's key, and a stick comes back with an older head.
    let settings_path = folder.station().join("station.toml");
    let text = fs::read_to_string(&settings_path).expect("read the settings");
    let text = format!("{text}[department]\nkey = \"{key}\"\n");
    fs::write(&settings_path, text).expect("write the settings");
    let stick = folder.dir.path().join("returned");
    fs::create_dir(&stick).expect("make the folder");
    write_cosigned(&first_head, &forger, &stick);
    let (code, text) = export(&folder, &stick);
    assert!(code == Some(0) && text.contains("no countersignature of the department"), "{text}");
    write_cosigned(&first_head, &department, &stick);
    let (code, text) = export(&folder, &stick);
    assert!(code == Some(0) && text.contains("The department's countersignature"), "{text}");
    assert!(fs::read_to_string(&stored_path).expect("read the file").contains("loa-witness/so"));
    assert!(verify().status.success(), "{}", printed(&verify()));
    // An older countersignature of the department does not replace a newer one.
    write_cosigned(&second_head, &department, &stick);
    assert!(export(&folder, &stick).1.contains("was received"));
    write_cosigned(&first_head, &department, &stick);
    assert!(export(&folder, &stick).1.contains("does not belong to this log"));
    let cosigned_count = log_of(&folder.station()).iter().filter(|record| record.kind == "cosigned").count();
    assert_eq!(cosigned_count, 3, "one is forged, two are from the department");
    assert!(folder.loa(&["verify"]).status.success());
}

#[test]
fn an_export_reports_why_its_newest_entries_are_not_locked() {
    let folder = folder_after_a_run();
    let (stick, airlog, old_copy) =
        (folder.dir.path().join("stick"), folder.station().join("airlog"), folder.dir.path().join("old"));
    copy_folder(&airlog, &old_copy);
    run_again(&folder);
    let (code, text) = export(&folder, &stick);
    assert!(code == Some(0) && !text.contains("not locked"), "{text}");
    // A copy of the station runs elsewhere on this machine.
    let mut lock_paths: Vec<PathBuf> = fs::read_dir(folder.dir.path().join("state/loa/keys"))
        .expect("list the folder")
        .flatten()
        .map(|entry| entry.path().join("lock"))
        .filter(|lock| lock.exists())
        .collect();
    let lock = fs::File::open(lock_paths.pop().expect("find the lock of the keys")).expect("open the lock");
    lock.lock().expect("take the lock");
    let (code, text) = export(&folder, &stick);
    assert!(code == Some(0) && text.contains("(a copy of this station is running with the same keys)"), "{text}");
    drop(lock);
    // A damaged log is not exported, and the message does not claim a complete export.
    let log = airlog.join("log.jsonl");
    let lines = fs::read_to_string(&log).expect("read the log");
    fs::write(&log, lines.replacen("\"trusted\":true", "\"trusted\":null", 1)).expect("change the log");
    let (code, text) = export(&folder, &folder.dir.path().join("stick-2"));
    assert!(code == Some(1) && text.contains("Not exported") && !text.contains("complete and good"), "{text}");
    // An older copy of the folder is put back.
    fs::remove_dir_all(&airlog).expect("delete the folder");
    copy_folder(&old_copy, &airlog);
    let (code, text) = export(&folder, &folder.dir.path().join("stick-3"));
    assert!(code == Some(0) && text.contains("(this is not the newest log that this machine has signed)"), "{text}");
}

#[test]
fn a_failing_disk_is_not_reported_as_a_bad_configuration() {
    let folder = folder_after_a_run();
    let file = folder.dir.path().join("file");
    fs::write(&file, "").expect("write the file");
    let (code, text) = export(&folder, &file.join("stick"));
    assert_eq!(code, Some(1), "{text}");
    assert!(text.starts_with("error: "), "{text}");
}
