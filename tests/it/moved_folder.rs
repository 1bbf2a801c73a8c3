//! The folder under a running station: moved away, deleted, replaced by a copy.
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use loa::airlog::storage::{FolderStorage, Storage, StorageMoved};
use loa::text::run::RunText;
use loa::text::{Lang, Localize};

use crate::daemon::{Daemon, Folder, in_seconds, log_of, said};
use crate::station::outcome_line;

fn running() -> (Folder, Daemon) {
    let folder = Folder::new().segment("ngan", 1).session(in_seconds(3600), "[\"ngan\"]").written();
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    (folder, daemon)
}

fn elsewhere(folder: &Folder) -> PathBuf {
    folder.dir.path().join("cho-khac")
}

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().expect("cp").success());
}

/// Deletes a folder that another process may write to meanwhile: what comes into it while it is emptied goes, too.
fn deleted(folder: &Path) {
    let began = Instant::now();
    while let Err(e) = fs::remove_dir_all(folder) {
        if e.kind() == ErrorKind::NotFound {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{e}");
    }
}

fn note(folder: &Folder, text: &str) -> String {
    said(&folder.loa(&["note", "x", text, "--lang", "en", "--station"]))
}

fn notes(station: &Path) -> usize {
    log_of(station).iter().filter(|record| record.kind == "note").count()
}

#[test]
fn a_station_that_is_moved_away_sounds_on_and_writes_everything_when_it_is_back() {
    let (folder, daemon) = running();
    let (station, away) = (folder.station(), elsewhere(&folder));
    fs::rename(&station, &away).expect("moved");
    let told = note(&folder, "mưa to");
    assert!(told.contains("NOT logged yet"), "{told}");
    daemon.wait_for("NOT IN ITS PLACE");
    let status = said(&folder.loa(&["status", "--lang", "en"]));
    assert!(status.contains("entries wait in memory") && status.contains("moved away"), "{status}");
    assert!(folder.loa(&["play", "ngan", "--station"]).status.code().is_some());
    daemon.wait_for("Ended operator@");
    assert!(!station.exists(), "nothing is made where the station was");
    assert_eq!(notes(&away), 0, "what is elsewhere is left alone");
    // By its new path it is found, too, and nobody else runs it.
    let status = said(&folder.command_on(&["status", "--lang", "en"], &away).output().expect("loa starts"));
    assert!(status.contains("moved away"), "{status}");
    let second = folder.command_on(&["run", "--lang", "en"], &away).output().expect("loa starts");
    assert!(said(&second).contains("already running this station"), "{}", said(&second));
    fs::rename(&away, &station).expect("moved back");
    assert!(!note(&folder, "tạnh").contains("NOT"), "written again");
    daemon.wait_for("no entry is missing");
    assert_eq!(notes(&station), 2);
    let outcomes: Vec<_> = folder.outcomes().iter().map(outcome_line).collect();
    assert!(outcomes.len() == 1 && outcomes[0].ends_with(" aired"), "{outcomes:?}");
    assert_eq!(daemon.end(), Some(0));
    assert!(folder.loa(&["verify"]).status.success());
    assert!(!station.join("airlog/damaged").exists() && !station.join("airlog/log.001.jsonl").exists());
}

#[test]
fn a_station_that_is_ended_elsewhere_loses_no_entry() {
    let (folder, daemon) = running();
    let (station, away) = (folder.station(), elsewhere(&folder));
    fs::rename(&station, &away).expect("moved");
    assert!(note(&folder, "mưa to").contains("NOT logged yet"));
    assert_eq!(daemon.end(), Some(0), "nothing was lost");
    assert!(!station.exists());
    assert_eq!(notes(&away), 1);
    let kinds: Vec<_> = log_of(&away).into_iter().map(|record| record.kind).collect();
    assert!(
        kinds.ends_with(&["shutdown".to_owned(), "gap".to_owned()]),
        "with its end, and that it had to wait: {kinds:?}"
    );
    assert!(folder.command_on(&["verify"], &away).output().expect("loa starts").status.success());
}

#[test]
fn a_copy_in_the_place_of_the_station_is_neither_written_nor_run() {
    let (folder, daemon) = running();
    let (station, away) = (folder.station(), elsewhere(&folder));
    fs::rename(&station, &away).expect("moved");
    copy(&away, &station);
    let before = fs::read(station.join("airlog/log.jsonl")).expect("the copy's log");
    assert!(note(&folder, "mưa to").contains("NOT logged yet"));
    daemon.wait_for("NOT IN ITS PLACE");
    for path in [&station, &away] {
        let second = folder.command_on(&["run", "--lang", "en"], path).output().expect("loa starts");
        assert!(said(&second).contains("already running this station"), "{}", said(&second));
    }
    assert_eq!(fs::read(station.join("airlog/log.jsonl")).expect("the copy's log"), before);
    fs::remove_dir_all(&station).expect("the copy goes");
    fs::rename(&away, &station).expect("moved back");
    assert!(!note(&folder, "tạnh").contains("NOT"));
    assert_eq!(notes(&station), 2);
    assert_eq!(daemon.end(), Some(0));
    assert!(folder.loa(&["verify"]).status.success());
}

#[test]
fn a_deleted_airlog_does_not_let_a_second_loa_sound_beside_the_first() {
    let (folder, daemon) = running();
    deleted(&folder.station().join("airlog"));
    let second = folder.loa(&["run", "--lang", "en"]);
    assert_eq!(second.status.code(), Some(1), "{}", said(&second));
    assert!(said(&second).contains("already running this station"), "{}", said(&second));
    assert!(note(&folder, "mưa to").contains("NOT logged yet"));
    daemon.wait_for("NOT IN ITS PLACE");
    assert!(!folder.station().join("airlog").exists(), "never made after the start");
    assert_eq!(daemon.end(), Some(1), "what could not be written is told");
}

#[test]
fn what_is_held_is_written_only_in_its_place() {
    let dir = tempfile::tempdir().expect("a folder");
    let (here, away) = (dir.path().join("airlog"), dir.path().join("xa"));
    let mut storage = FolderStorage::for_airlog(here.clone());
    storage.pin_folder().expect("made");
    for name in ["log.jsonl", "progress"] {
        storage.append(name, b"a\n").expect("written");
    }
    fs::rename(&here, &away).expect("moved");
    for make in [false, true] {
        if make {
            copy(&away, &here);
        }
        for name in ["log.jsonl", "progress", "closings"] {
            let refused = storage.append(name, b"b\n").expect_err("it is not there");
            assert!(StorageMoved::is_cause_of(&refused), "{refused}");
        }
        assert!(storage.replace("checkpoint", b"b").is_err_and(|e| StorageMoved::is_cause_of(&e)));
        assert!(storage.replace("kept/a.toml", b"b").is_err_and(|e| StorageMoved::is_cause_of(&e)));
        assert!(storage.sync("log.jsonl").is_ok(), "what was written before is synced wherever it is");
    }
    assert_eq!(fs::read(here.join("log.jsonl")).expect("the copy"), b"a\n");
    assert!(!here.join("kept").exists() && !here.join("checkpoint").exists());
    fs::remove_dir_all(&here).expect("the copy goes");
    fs::rename(&away, &here).expect("moved back");
    storage.append("log.jsonl", b"b\n").expect("written");
    assert_eq!(fs::read(here.join("log.jsonl")).expect("the log"), b"a\nb\n");
    // A file that another has replaced is not the one; marks are scratch.
    for name in ["log.jsonl", "progress"] {
        let path = here.join(name);
        fs::copy(&path, here.join("x")).and_then(|_| fs::rename(here.join("x"), &path)).expect("replaced");
    }
    assert!(storage.append("log.jsonl", b"c\n").is_err_and(|e| StorageMoved::is_cause_of(&e)));
    storage.append("progress", b"c\n").expect("written anew");
    assert_eq!(fs::read(here.join("progress")).expect("marks"), b"a\nc\n");
}

#[test]
fn the_last_words_go_where_the_log_is() {
    let dir = tempfile::tempdir().expect("a folder");
    let (here, away) = (dir.path().join("airlog"), dir.path().join("xa"));
    let mut storage = FolderStorage::for_airlog(here.clone());
    storage.pin_folder().expect("made");
    storage.append("log.jsonl", b"a\n").expect("written");
    fs::rename(&here, &away).expect("moved");
    assert!(storage.append("log.jsonl", b"b\n").is_err());
    storage.follow_moved();
    storage.append("log.jsonl", b"b\n").expect("written");
    storage.replace("checkpoint", b"head").expect("written");
    assert_eq!(fs::read(away.join("log.jsonl")).expect("the log"), b"a\nb\n");
    assert_eq!(fs::read(away.join("checkpoint")).expect("the head"), b"head");
    assert!(!here.exists());
}

#[test]
fn a_changed_id_invites_nobody_to_move_the_log_of_a_running_station() {
    let said = RunText::StationChanged { log: "a".to_owned(), file: "b".to_owned() };
    for lang in [Lang::Vi, Lang::En] {
        let said = said.localized(lang).to_string();
        assert!(!said.contains("move the airlog folder away") && !said.contains("dời thư mục airlog đi"), "{said}");
        assert!(said.contains("loa init"), "{said}");
    }
}
