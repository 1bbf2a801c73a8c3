//! A person's files stay a person's: byte order marks and bytes that are not UTF-8 are kept, links are neither read nor
//! written through, and `wav:` overwrites nothing.
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::away::said;
use crate::daemon::{Folder, in_seconds, write_wav};

fn soon(seconds: i64) -> Folder {
    Folder::new().segment("tin", 1).session(in_seconds(seconds), "[\"tin\"]").written()
}

fn add(folder: &Folder, words: &[&str], file: &Path) -> std::process::Output {
    let station = folder.station();
    let words = [&["add", file.to_str().expect("UTF-8")], words, &["--station"]].concat();
    let output = folder.loa(&words);
    assert!(station.exists());
    output
}

fn audio_files(folder: &Folder) -> usize {
    fs::read_dir(folder.station().join("audio")).expect("a folder").count()
}

#[test]
fn a_byte_order_mark_stays_and_no_file_is_left_behind() {
    let folder = soon(3600);
    let playlist = folder.station().join("playlists/thu.toml");
    let text = fs::read(&playlist).expect("a playlist");
    let marked = [b"\xef\xbb\xbf".as_slice(), &text].concat();
    fs::write(&playlist, &marked).expect("a playlist");
    let file = folder.station().with_file_name("moi.wav");
    write_wav(&file, 2);
    let added = add(&folder, &["--id", "moi"], &file);
    assert_eq!(added.status.code(), Some(0), "{}", said(&added));
    let now = fs::read(&playlist).expect("a playlist");
    assert!(now.starts_with(b"\xef\xbb\xbf[[segment]]") && String::from_utf8_lossy(&now).contains("moi.wav"));
    assert_eq!(audio_files(&folder), 2);
    let removed = folder.loa(&["remove", "moi", "--station"]);
    assert_eq!(removed.status.code(), Some(0), "{}", said(&removed));
    assert_eq!(fs::read(&playlist).expect("a playlist"), marked, "byte for byte as it was");
}

#[test]
fn what_is_not_utf8_is_refused_and_never_rewritten() {
    let folder =
        Folder::new().segment("tin", 1).segment("khac", 1).session(in_seconds(3600), "[\"tin\", \"khac\"]").written();
    let playlist = folder.station().join("playlists/thu.toml");
    let mut bytes = fs::read(&playlist).expect("a playlist");
    bytes.extend_from_slice(b"# m\xf4t ghi ch\xfa c\xf1\n");
    fs::write(&playlist, &bytes).expect("a playlist");
    let file = folder.station().with_file_name("moi.wav");
    write_wav(&file, 2);
    let (added, removed) = (add(&folder, &["--id", "moi"], &file), folder.loa(&["remove", "tin", "--station"]));
    for (what, output) in [("add", added), ("remove", removed)] {
        assert_ne!(output.status.code(), Some(0), "{what}");
        assert!(said(&output).contains("thu.toml"), "{what}: {}", said(&output));
        assert_eq!(fs::read(&playlist).expect("a playlist"), bytes, "{what}");
    }
    assert_eq!(audio_files(&folder), 2, "nothing is left behind");
}

fn device(folder: &Folder, device: &str) {
    let path = folder.station().join("station.toml");
    let settings = fs::read_to_string(&path).expect("settings");
    let (before, rest) = settings.split_once("device = ").expect("a device");
    let after = rest.split_once('\n').expect("a line").1;
    fs::write(path, format!("{before}device = \"{device}\"\n{after}")).expect("settings");
}

#[test]
fn wav_takes_new_names_at_the_top_alone() {
    let folder = soon(3600);
    let station = folder.station();
    fs::create_dir_all(station.join("airlog")).expect("a folder");
    fs::write(station.join("airlog/log.jsonl"), "x").expect("a file");
    for name in
        ["airlog/log.jsonl", "station.toml", "audio/tin.wav", "../x.wav", "/tmp/loa-x.wav", ".x.wav", ".wav", ""]
    {
        device(&folder, &format!("wav:{name}"));
        let check = folder.loa(&["check"]);
        assert_eq!(check.status.code(), Some(1), "{name}: {}", said(&check));
        assert!(said(&check).contains("wav-name"), "{name}: {}", said(&check));
    }
    fs::remove_dir_all(station.join("airlog")).expect("a folder");
    device(&folder, "wav:audio/tin.wav");
    let before = fs::read(station.join("audio/tin.wav")).expect("a file");
    let run = folder.loa(&["run"]);
    assert_eq!(run.status.code(), Some(78), "{}", said(&run));
    assert_eq!(fs::read(station.join("audio/tin.wav")).expect("a file"), before);
    device(&folder, "wav:thu.wav");
    assert_eq!(folder.loa(&["check"]).status.code(), Some(0));
}

#[test]
fn wav_spares_what_is_not_loas_own() {
    for linked in [false, true] {
        let folder = soon(15);
        let (out, letter) = (folder.station().join("out.wav"), folder.station().with_file_name("thu.txt"));
        fs::write(&letter, "a letter of the user's").expect("a file");
        if linked {
            symlink(&letter, &out).expect("a link");
        } else {
            write_wav(&out, 1);
        }
        let before = fs::read(&out).expect("a file");
        device(&folder, "wav:out.wav");
        let check = folder.loa(&["check"]);
        assert!(check.status.code() == Some(1) && said(&check).contains("wav-not-ours"), "{}", said(&check));
        let daemon = folder.run();
        daemon.wait_for("Ended buoi-0");
        assert_eq!(daemon.end(), Some(0));
        assert_eq!(fs::read(&out).expect("a file"), before);
        assert_eq!(fs::read_to_string(&letter).expect("a file"), "a letter of the user's");
        let outcomes = folder.outcomes();
        assert_eq!((outcomes.len(), outcomes[0].body.frames), (1, 0), "nothing sounded");
    }
}

#[test]
fn wav_writes_over_its_own() {
    let folder = soon(15);
    device(&folder, "wav:out.wav");
    let daemon = folder.run();
    daemon.wait_for("Ended buoi-0");
    assert_eq!(daemon.end(), Some(0));
    let out = folder.station().join("out.wav");
    let length = loa::library::scan::scan(&out).expect("a wave file that others read").length;
    assert_eq!((length.frames, length.rate), (48_000, 48_000));
    let check = folder.loa(&["check"]);
    assert_eq!(check.status.code(), Some(0), "{}", said(&check));
}

#[test]
fn a_linked_sound_file_is_told_with_the_command_that_cures_it() {
    let folder = soon(20);
    let station = folder.station();
    let (own, elsewhere) = (station.join("audio/tin.wav"), station.with_file_name("o cung"));
    fs::create_dir(&elsewhere).expect("a folder");
    fs::rename(&own, elsewhere.join("tin.wav")).expect("moved");
    symlink(elsewhere.join("tin.wav"), &own).expect("a link");
    let check = folder.loa(&["check", "--format", "json"]);
    assert_eq!(check.status.code(), Some(1));
    let rows: serde_json::Value = serde_json::from_slice(&check.stdout).expect("JSON");
    assert_eq!(rows[0]["code"], "linked-audio", "{rows}");
    let daemon = folder.run();
    let told = daemon.wait_for("Schedule adopted").join("\n");
    assert!(told.contains("linked-audio"), "{told}");
    daemon.wait_for("Ended buoi-0");
    assert_eq!(daemon.end(), Some(0));
    assert_eq!(folder.outcomes()[0].body.frames, 0, "nothing sounded");
    let hint = rows[0]["hint"].as_str().expect("a hint");
    let command = &hint[hint.find("cp --remove-destination").expect("a command")..];
    let cured = Command::new("sh").args(["-c", command]).current_dir(&station).status().expect("a shell");
    assert!(cured.success() && !own.is_symlink(), "{command}");
    let check = folder.loa(&["check"]);
    assert_eq!(check.status.code(), Some(0), "{}", said(&check));
    // A folder on the way counts as well, the audio folder itself does not.
    fs::rename(station.join("audio"), elsewhere.join("audio")).expect("moved");
    symlink(elsewhere.join("audio"), station.join("audio")).expect("a link");
    assert_eq!(folder.loa(&["check"]).status.code(), Some(0), "the folder may be a link");
    symlink(&elsewhere, elsewhere.join("audio/sub")).expect("a link");
    folder.write(&folder.playlist().replace("\"tin.wav\"", "\"sub/tin.wav\""));
    let check = folder.loa(&["check"]);
    assert!(check.status.code() == Some(1) && said(&check).contains("linked-audio"), "{}", said(&check));
}

#[test]
fn a_linked_airlog_is_told_with_the_command_that_cures_it() {
    let folder = Folder::new().segment("tin", 1).session(in_seconds(3600), "[\"tin\"]").written();
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    assert_eq!(daemon.end(), Some(0));
    let (airlog, elsewhere) = (folder.station().join("airlog"), folder.station().with_file_name("nhật ký"));
    fs::rename(&airlog, &elsewhere).expect("moved");
    symlink(&elsewhere, &airlog).expect("a link");
    let run = folder.loa(&["run"]);
    assert!(run.status.code() == Some(78) && said(&run).contains("airlog is a link"), "{}", said(&run));
    assert!(!said(&run).contains("os error"), "{}", said(&run));
    let check = folder.loa(&["check", "--format", "json"]);
    let rows: serde_json::Value = serde_json::from_slice(&check.stdout).expect("JSON");
    assert_eq!((check.status.code(), &rows[0]["code"]), (Some(1), &"linked-log".into()), "{rows}");
    let told = said(&folder.loa(&["check"]));
    // While the disk is out there is nothing to copy.
    let aside = elsewhere.with_file_name("đĩa rút ra");
    fs::rename(&elsewhere, &aside).expect("moved");
    let away = [folder.loa(&["check"]), folder.loa(&["run"])].map(|output| said(&output));
    assert!(away.iter().all(|told| !told.contains("rm '") && !told.contains("cp -a")), "{away:?}");
    assert!(away[0].contains("plug it in") && away[1].contains("Plug in the disk"), "{away:?}");
    assert!(airlog.is_symlink(), "nothing was made in its place");
    fs::rename(&aside, &elsewhere).expect("moved back");
    let command = told.split_once("the link with a copy: ").and_then(|(_, rest)| rest.lines().next()).expect("a cure");
    assert!(std::process::Command::new("sh").args(["-c", command]).status().expect("sh").success(), "{command}");
    let daemon = folder.run();
    assert_eq!(daemon.end(), Some(0));
    assert!(folder.loa(&["verify"]).status.success(), "the log goes on");
}

#[test]
fn a_linked_playlist_is_neither_read_nor_kept_nor_replaced() {
    let folder = soon(3600);
    let station = folder.station();
    let secret = station.with_file_name("bi-mat.toml");
    fs::write(&secret, "# a secret of the user's\n[[segment]]\nid = 'x'\ntitle = 'X'\nfile = 'tin.wav'\n")
        .expect("a file");
    let link = station.join("playlists/noi.toml");
    symlink(&secret, &link).expect("a link");
    let check = folder.loa(&["check"]);
    assert!(check.status.code() == Some(1) && said(&check).contains("linked-file"), "{}", said(&check));
    assert!(said(&check).contains("cp --remove-destination"), "{}", said(&check));
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    assert_eq!(daemon.end(), Some(0));
    for kept in fs::read_dir(station.join("airlog/kept")).expect("a folder").flatten() {
        let bytes = fs::read(kept.path()).expect("a file");
        assert!(!String::from_utf8_lossy(&bytes).contains("secret"), "{:?}", kept.path());
    }
    let file = station.with_file_name("moi.wav");
    write_wav(&file, 2);
    let added = add(&folder, &["--playlist", "noi"], &file);
    assert_ne!(added.status.code(), Some(0), "{}", said(&added));
    assert!(link.is_symlink() && fs::read_to_string(&secret).expect("a file").contains("secret"));
    assert_eq!(audio_files(&folder), 1);
    // The folder itself may be a link.
    fs::remove_file(&link).expect("a link");
    let elsewhere = station.with_file_name("danh-sach");
    fs::rename(station.join("playlists"), &elsewhere).expect("moved");
    symlink(&elsewhere, station.join("playlists")).expect("a link");
    assert_eq!(folder.loa(&["check"]).status.code(), Some(0));
    let added = add(&folder, &["--id", "moi"], &file);
    assert_eq!(added.status.code(), Some(0), "{}", said(&added));
    assert!(station.join("playlists").is_symlink());
}

#[test]
fn the_stations_own_path_may_lead_over_links() {
    let folder = soon(15);
    let way = folder.station().with_file_name("loi-tat");
    symlink(folder.station(), &way).expect("a link");
    let daemon = folder.run_on(&way);
    daemon.wait_for("Ended buoi-0");
    assert!(folder.loa(&["status"]).status.success());
    assert_eq!(daemon.end(), Some(0));
    assert_eq!(folder.outcomes()[0].body.played_ms, 1000);
}
