//! The folder of a running station is moved away, deleted or replaced with a copy.
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use loa::airlog::storage::{FolderStorage, Storage, StorageMoved};
use loa::text::run::RunText;
use loa::text::{Lang, Localize};

use crate::daemon::{Daemon, Folder, in_seconds, log_of, printed};
use crate::station::outcome_line;

fn running_station() -> (Folder, Daemon) {
    let folder = Folder::new().segment("ngan", 1).session(in_seconds(3600), "[\"ngan\"]").write_playlist();
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    (folder, daemon)
}

fn other_path(folder: &Folder) -> PathBuf {
    folder.dir.path().join("cho-khac")
}

fn copy(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().expect("run cp").success());
}

/// Deletes a folder to which another process may write at the same time; retries until it is gone.
fn delete_folder(folder: &Path) {
    let start = Instant::now();
    while let Err(e) = fs::remove_dir_all(folder) {
        if e.kind() == ErrorKind::NotFound {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{e}");
    }
}

/// Adds a note to a planned airing, or to an invented id if the log is missing. Returns what `loa note` prints.
fn add_note(folder: &Folder, text: &str) -> String {
    let folders = [folder.station(), other_path(folder)];
    let files = folders.iter().filter_map(|station| fs::read_dir(station.join("airlog/kept")).ok()).flatten();
    let plans = files.filter_map(|file| fs::read_to_string(file.ok()?.path()).ok());
    let id = plans.filter_map(|plan| plan.split_once("{\"id\":\"")?.1.split('"').next().map(str::to_owned)).next();
    printed(&folder.loa(&["note", &id.unwrap_or("x".to_owned()), text, "--lang", "en", "--station"]))
}

fn note_count(station: &Path) -> usize {
    log_of(station).iter().filter(|record| record.kind == "note").count()
}

#[test]
fn a_moved_station_keeps_playing_and_writes_all_entries_when_its_folder_is_back() {
    let (folder, daemon) = running_station();
    let (station, moved) = (folder.station(), other_path(&folder));
    fs::rename(&station, &moved).expect("move the folder away");
    let reply = add_note(&folder, "mưa to");
    assert!(reply.contains("NOT in the log yet"), "{reply}");
    daemon.wait_for("NOT IN ITS PLACE");
    let status = printed(&folder.loa(&["status", "--lang", "en"]));
    assert!(status.contains("entries wait in memory") && status.contains("moved away"), "{status}");
    assert!(folder.loa(&["play", "ngan", "--station"]).status.code().is_some());
    daemon.wait_for("Ended `");
    assert!(!station.exists(), "nothing is created at the old path");
    assert_eq!(note_count(&moved), 0, "no entry is written to the moved log");
    // `loa status` also finds the station at its new path, and no second daemon can run there.
    let status = printed(&folder.command_on(&["status", "--lang", "en"], &moved).output().expect("loa starts"));
    assert!(status.contains("moved away"), "{status}");
    let second_run = folder.command_on(&["run", "--lang", "en"], &moved).output().expect("loa starts");
    assert!(printed(&second_run).contains("already running this station"), "{}", printed(&second_run));
    fs::rename(&moved, &station).expect("move the folder back");
    assert!(!add_note(&folder, "tạnh").contains("NOT"), "entries are written to the log again");
    daemon.wait_for("no entry is missing");
    assert_eq!(note_count(&station), 2);
    let outcomes: Vec<_> = folder.outcomes().iter().map(outcome_line).collect();
    assert!(outcomes.len() == 1 && outcomes[0].ends_with(" aired"), "{outcomes:?}");
    assert_eq!(daemon.end(), Some(0));
    assert!(folder.loa(&["verify"]).status.success());
    assert!(!station.join("airlog/damaged").exists() && !station.join("airlog/log.001.jsonl").exists());
}

#[test]
fn a_moved_station_that_is_stopped_loses_no_entry() {
    let (folder, daemon) = running_station();
    let (station, moved) = (folder.station(), other_path(&folder));
    fs::rename(&station, &moved).expect("move the folder away");
    assert!(add_note(&folder, "mưa to").contains("NOT in the log yet"));
    assert_eq!(daemon.end(), Some(0), "no entry is lost");
    assert!(!station.exists());
    assert_eq!(note_count(&moved), 1);
    let kinds: Vec<_> = log_of(&moved).into_iter().map(|record| record.kind).collect();
    assert!(
        kinds.ends_with(&["shutdown".to_owned(), "gap".to_owned()]),
        "the last entries are the shutdown and the gap: {kinds:?}"
    );
    assert!(folder.command_on(&["verify"], &moved).output().expect("loa starts").status.success());
}

#[test]
fn a_copy_in_the_place_of_the_station_is_neither_changed_nor_run() {
    let (folder, daemon) = running_station();
    let (station, moved) = (folder.station(), other_path(&folder));
    fs::rename(&station, &moved).expect("move the folder away");
    copy(&moved, &station);
    let log_of_copy = fs::read(station.join("airlog/log.jsonl")).expect("read the file");
    assert!(add_note(&folder, "mưa to").contains("NOT in the log yet"));
    daemon.wait_for("NOT IN ITS PLACE");
    for path in [&station, &moved] {
        let second_run = folder.command_on(&["run", "--lang", "en"], path).output().expect("loa starts");
        assert!(printed(&second_run).contains("already running this station"), "{}", printed(&second_run));
    }
    assert_eq!(fs::read(station.join("airlog/log.jsonl")).expect("read the file"), log_of_copy);
    fs::remove_dir_all(&station).expect("remove the copy");
    fs::rename(&moved, &station).expect("move the folder back");
    assert!(!add_note(&folder, "tạnh").contains("NOT"));
    assert_eq!(note_count(&station), 2);
    assert_eq!(daemon.end(), Some(0));
    assert!(folder.loa(&["verify"]).status.success());
}

#[test]
fn a_deleted_airlog_does_not_allow_a_second_daemon() {
    let (folder, daemon) = running_station();
    delete_folder(&folder.station().join("airlog"));
    let second_run = folder.loa(&["run", "--lang", "en"]);
    assert_eq!(second_run.status.code(), Some(1), "{}", printed(&second_run));
    assert!(printed(&second_run).contains("already running this station"), "{}", printed(&second_run));
    assert!(add_note(&folder, "mưa to").contains("NOT in the log yet"));
    daemon.wait_for("NOT IN ITS PLACE");
    assert!(!folder.station().join("airlog").exists(), "the folder is not created again");
    let (code, lines) = daemon.end_with_lines();
    assert_eq!(code, Some(1), "the exit code reports lost entries");
    let text = lines.join("\n");
    assert!(
        text.contains("airlog was moved away, deleted or replaced") && !text.contains("the disk refused"),
        "{text}"
    );
    assert!(!text.contains("only one of its two places"), "{text}");
}

#[test]
fn a_pinned_log_is_written_only_in_its_own_folder() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let (airlog, moved) = (dir.path().join("airlog"), dir.path().join("xa"));
    let mut storage = FolderStorage::for_airlog(airlog.clone());
    storage.pin_folder().expect("make the folder");
    for name in ["log.jsonl", "progress"] {
        storage.append(name, b"a\n").expect("append to the file");
    }
    fs::rename(&airlog, &moved).expect("move the folder away");
    for has_copy in [false, true] {
        if has_copy {
            copy(&moved, &airlog);
        }
        for name in ["log.jsonl", "progress", "closings"] {
            let error = storage.append(name, b"b\n").expect_err("the folder is elsewhere");
            assert!(StorageMoved::is_cause_of(&error), "{error}");
        }
        assert!(storage.replace("checkpoint", b"b").is_err_and(|e| StorageMoved::is_cause_of(&e)));
        assert!(storage.replace("kept/a.toml", b"b").is_err_and(|e| StorageMoved::is_cause_of(&e)));
        assert!(storage.sync("log.jsonl").is_ok(), "bytes that were written before are synced");
    }
    assert_eq!(fs::read(airlog.join("log.jsonl")).expect("read the copy"), b"a\n");
    assert!(!airlog.join("kept").exists() && !airlog.join("checkpoint").exists());
    fs::remove_dir_all(&airlog).expect("remove the copy");
    fs::rename(&moved, &airlog).expect("move the folder back");
    storage.append("log.jsonl", b"b\n").expect("append to the log");
    assert_eq!(fs::read(airlog.join("log.jsonl")).expect("read the log"), b"a\nb\n");
    // loa appends nothing to a replaced log file. It appends to a replaced progress file, because marks are temporary.
    for name in ["log.jsonl", "progress"] {
        let path = airlog.join(name);
        fs::copy(&path, airlog.join("x")).and_then(|_| fs::rename(airlog.join("x"), &path)).expect("replace the file");
    }
    assert!(storage.append("log.jsonl", b"c\n").is_err_and(|e| StorageMoved::is_cause_of(&e)));
    storage.append("progress", b"c\n").expect("append to the marks");
    assert_eq!(fs::read(airlog.join("progress")).expect("read the marks"), b"a\nc\n");
}

#[test]
fn entries_go_to_the_moved_folder_once_the_storage_follows_it() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let (airlog, moved) = (dir.path().join("airlog"), dir.path().join("xa"));
    let mut storage = FolderStorage::for_airlog(airlog.clone());
    storage.pin_folder().expect("make the folder");
    storage.append("log.jsonl", b"a\n").expect("append to the log");
    fs::rename(&airlog, &moved).expect("move the folder away");
    assert!(storage.append("log.jsonl", b"b\n").is_err());
    storage.follow_moved_folder();
    storage.append("log.jsonl", b"b\n").expect("append to the log");
    storage.replace("checkpoint", b"head").expect("write the file");
    assert_eq!(fs::read(moved.join("log.jsonl")).expect("read the log"), b"a\nb\n");
    assert_eq!(fs::read(moved.join("checkpoint")).expect("read the head"), b"head");
    assert!(!airlog.exists());
}

#[test]
fn the_message_about_a_changed_id_does_not_suggest_moving_the_log() {
    let message = RunText::StationChanged { log: "a".to_owned(), file: "b".to_owned() };
    for lang in [Lang::Vi, Lang::En] {
        let message = message.localized(lang).to_string();
        assert!(
            !message.contains("move the airlog folder away") && !message.contains("dời thư mục airlog đi"),
            "{message}"
        );
        assert!(message.contains("loa init"), "{message}");
    }
}

#[test]
fn every_command_reports_a_deleted_log_until_a_new_one_begins() {
    let (folder, daemon) = running_station();
    assert_eq!(daemon.end(), Some(0));
    let (station, entry_count) = (folder.station(), folder.log().len());
    let answer = |command: &str| printed(&folder.loa(&[command, "--lang", "en"]));
    for command in ["log", "check", "status"] {
        assert!(!answer(command).contains("is gone"), "{}", answer(command));
    }
    delete_folder(&station.join("airlog"));
    let loss_message = format!("this machine logged {entry_count} entries");
    for command in ["log", "check", "status"] {
        let text = answer(command);
        assert!(text.contains(&loss_message) && text.contains("Put airlog back"), "{command}: {text}");
        assert!(!text.contains("never run"), "{command}: {text}");
    }
    assert_eq!(folder.loa(&["check"]).status.code(), Some(0), "the schedule has no error");
    let daemon = folder.run_expecting("THE OLD AIRING LOG IS GONE");
    assert_eq!(daemon.end(), Some(0));
    let page = printed(&folder.loa(&["log", "--date", "hôm nay", "--lang", "en"]));
    assert!(page.contains("it knows nothing of the time before"), "{page}");
    assert!(page.contains("not known yet") && page.contains(&format!("{entry_count} entries, up to")), "{page}");
    assert!(!answer("check").contains("is gone"), "{}", answer("check"));
    // A copy of the folder without its log is a new station, which has lost no entry.
    fs::remove_dir_all(station.join("airlog")).expect("remove the folder");
    let copy_path = other_path(&folder);
    copy(&station, &copy_path);
    let text = printed(&folder.command_on(&["check", "--lang", "en"], &copy_path).output().expect("loa starts"));
    assert!(!text.contains("is gone"), "{text}");
}
