//! loa does not damage the user's files: byte order marks and bytes that are not UTF-8 are kept, loa neither reads nor
//! writes through links, and `wav:` does not overwrite other files.
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::daemon::{Folder, in_seconds, write_wav};
use crate::vanished_files::printed;

fn folder_with_session_in(seconds: i64) -> Folder {
    Folder::new().segment("tin", 1).session(in_seconds(seconds), "[\"tin\"]").write_playlist()
}

fn add(folder: &Folder, options: &[&str], file: &Path) -> std::process::Output {
    let station = folder.station();
    let arguments = [&["add", file.to_str().expect("the path is UTF-8")], options, &["--station"]].concat();
    let output = folder.loa(&arguments);
    assert!(station.exists());
    output
}

fn audio_file_count(folder: &Folder) -> usize {
    fs::read_dir(folder.station().join("audio")).expect("list the folder").count()
}

#[test]
fn add_and_remove_keep_a_byte_order_mark() {
    let folder = folder_with_session_in(3600);
    let playlist = folder.station().join("playlists/thu.toml");
    let text = fs::read(&playlist).expect("read the playlist");
    let text_with_bom = [b"\xef\xbb\xbf".as_slice(), &text].concat();
    fs::write(&playlist, &text_with_bom).expect("write the file");
    let file = folder.station().with_file_name("moi.wav");
    write_wav(&file, 2);
    let addition = add(&folder, &["--id", "moi"], &file);
    assert_eq!(addition.status.code(), Some(0), "{}", printed(&addition));
    let edited_bytes = fs::read(&playlist).expect("read the playlist");
    assert!(
        edited_bytes.starts_with(b"\xef\xbb\xbf[[segment]]")
            && String::from_utf8_lossy(&edited_bytes).contains("moi.wav")
    );
    assert_eq!(audio_file_count(&folder), 2);
    let removal = folder.loa(&["remove", "moi", "--station"]);
    assert_eq!(removal.status.code(), Some(0), "{}", printed(&removal));
    assert_eq!(fs::read(&playlist).expect("read the playlist"), text_with_bom, "the playlist has its original bytes");
}

#[test]
fn a_playlist_that_is_not_utf8_is_never_rewritten() {
    let folder = Folder::new()
        .segment("tin", 1)
        .segment("khac", 1)
        .session(in_seconds(3600), "[\"tin\", \"khac\"]")
        .write_playlist();
    let playlist = folder.station().join("playlists/thu.toml");
    let mut bytes = fs::read(&playlist).expect("read the playlist");
    bytes.extend_from_slice(b"# m\xf4t ghi ch\xfa c\xf1\n");
    fs::write(&playlist, &bytes).expect("write the file");
    let file = folder.station().with_file_name("moi.wav");
    write_wav(&file, 2);
    let (addition, removal) = (add(&folder, &["--id", "moi"], &file), folder.loa(&["remove", "tin", "--station"]));
    for (command, output) in [("add", addition), ("remove", removal)] {
        assert_ne!(output.status.code(), Some(0), "{command}");
        assert!(printed(&output).contains("thu.toml"), "{command}: {}", printed(&output));
        assert_eq!(fs::read(&playlist).expect("read the playlist"), bytes, "{command}");
    }
    assert_eq!(audio_file_count(&folder), 2, "no new audio file remains");
}

fn set_device(folder: &Folder, device: &str) {
    let path = folder.station().join("station.toml");
    let settings = fs::read_to_string(&path).expect("read the file");
    let (before, remainder) = settings.split_once("device = ").expect("find the device key");
    let after = remainder.split_once('\n').expect("find a line").1;
    fs::write(path, format!("{before}device = \"{device}\"\n{after}")).expect("write the file");
}

#[test]
fn wav_accepts_only_new_names_in_the_stations_own_folder() {
    let folder = folder_with_session_in(3600);
    let station = folder.station();
    fs::create_dir_all(station.join("airlog")).expect("make the folder");
    fs::write(station.join("airlog/log.jsonl"), "x").expect("write the file");
    for name in
        ["airlog/log.jsonl", "station.toml", "audio/tin.wav", "../x.wav", "/tmp/loa-x.wav", ".x.wav", ".wav", ""]
    {
        set_device(&folder, &format!("wav:{name}"));
        let check = folder.loa(&["check"]);
        assert_eq!(check.status.code(), Some(1), "{name}: {}", printed(&check));
        assert!(printed(&check).contains("wav-name"), "{name}: {}", printed(&check));
    }
    fs::remove_dir_all(station.join("airlog")).expect("delete the folder");
    set_device(&folder, "wav:audio/tin.wav");
    let bytes = fs::read(station.join("audio/tin.wav")).expect("read the file");
    let run = folder.loa(&["run"]);
    assert_eq!(run.status.code(), Some(78), "{}", printed(&run));
    assert_eq!(fs::read(station.join("audio/tin.wav")).expect("read the file"), bytes);
    set_device(&folder, "wav:thu.wav");
    assert_eq!(folder.loa(&["check"]).status.code(), Some(0));
}

#[test]
fn wav_does_not_overwrite_other_files() {
    for is_link in [false, true] {
        let folder = folder_with_session_in(15);
        let (output_file, letter_file) = (folder.station().join("out.wav"), folder.station().with_file_name("thu.txt"));
        fs::write(&letter_file, "the user's letter").expect("write the file");
        if is_link {
            symlink(&letter_file, &output_file).expect("make the link");
        } else {
            write_wav(&output_file, 1);
        }
        let bytes = fs::read(&output_file).expect("read the file");
        set_device(&folder, "wav:out.wav");
        let check = folder.loa(&["check"]);
        assert!(check.status.code() == Some(1) && printed(&check).contains("wav-not-ours"), "{}", printed(&check));
        let daemon = folder.run();
        daemon.wait_for("Ended buoi-0");
        assert_eq!(daemon.end(), Some(0));
        assert_eq!(fs::read(&output_file).expect("read the file"), bytes);
        assert_eq!(fs::read_to_string(&letter_file).expect("read the file"), "the user's letter");
        let outcomes = folder.outcomes();
        assert_eq!((outcomes.len(), outcomes[0].body.frames), (1, 0), "nothing sounded");
    }
}

#[test]
fn wav_overwrites_its_own_file() {
    let folder = folder_with_session_in(15);
    set_device(&folder, "wav:out.wav");
    let daemon = folder.run();
    daemon.wait_for("Ended buoi-0");
    assert_eq!(daemon.end(), Some(0));
    let output_file = folder.station().join("out.wav");
    let length = loa::library::scan::scan(&output_file).expect("scan the wave file").length;
    assert_eq!((length.frames, length.rate), (48_000, 48_000));
    let check = folder.loa(&["check"]);
    assert_eq!(check.status.code(), Some(0), "{}", printed(&check));
}

#[test]
fn a_linked_audio_file_is_reported_with_a_command_that_repairs_it() {
    let folder = folder_with_session_in(20);
    let station = folder.station();
    let (link, elsewhere) = (station.join("audio/tin.wav"), station.with_file_name("o cung"));
    fs::create_dir(&elsewhere).expect("make the folder");
    fs::rename(&link, elsewhere.join("tin.wav")).expect("move it away");
    symlink(elsewhere.join("tin.wav"), &link).expect("make the link");
    let check = folder.loa(&["check", "--format", "json"]);
    assert_eq!(check.status.code(), Some(1));
    let rows: serde_json::Value = serde_json::from_slice(&check.stdout).expect("parse the JSON");
    assert_eq!(rows[0]["code"], "linked-audio", "{rows}");
    let daemon = folder.run();
    let text = daemon.wait_for("Schedule adopted").join("\n");
    assert!(text.contains("linked-audio"), "{text}");
    daemon.wait_for("Ended buoi-0");
    assert_eq!(daemon.end(), Some(0));
    assert_eq!(folder.outcomes()[0].body.frames, 0, "nothing sounded");
    let hint = rows[0]["hint"].as_str().expect("the value is a string");
    let command = &hint[hint.find("cp --remove-destination").expect("find a command")..];
    let status = Command::new("sh").args(["-c", command]).current_dir(&station).status().expect("run the shell");
    assert!(status.success() && !link.is_symlink(), "{command}");
    let check = folder.loa(&["check"]);
    assert_eq!(check.status.code(), Some(0), "{}", printed(&check));
    // The audio folder itself may be a link, but no folder below it may be one.
    fs::rename(station.join("audio"), elsewhere.join("audio")).expect("move it away");
    symlink(elsewhere.join("audio"), station.join("audio")).expect("make the link");
    assert_eq!(folder.loa(&["check"]).status.code(), Some(0), "the audio folder is allowed to be a link");
    symlink(&elsewhere, elsewhere.join("audio/sub")).expect("make the link");
    folder.write(&folder.playlist().replace("\"tin.wav\"", "\"sub/tin.wav\""));
    let check = folder.loa(&["check"]);
    assert!(check.status.code() == Some(1) && printed(&check).contains("linked-audio"), "{}", printed(&check));
}

#[test]
fn a_linked_airlog_is_reported_with_a_command_that_repairs_it() {
    let folder = Folder::new().segment("tin", 1).session(in_seconds(3600), "[\"tin\"]").write_playlist();
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    assert_eq!(daemon.end(), Some(0));
    let (airlog, elsewhere) = (folder.station().join("airlog"), folder.station().with_file_name("nhật ký"));
    fs::rename(&airlog, &elsewhere).expect("move it away");
    symlink(&elsewhere, &airlog).expect("make the link");
    let run = folder.loa(&["run"]);
    assert!(run.status.code() == Some(78) && printed(&run).contains("airlog is a link"), "{}", printed(&run));
    assert!(!printed(&run).contains("os error"), "{}", printed(&run));
    let check = folder.loa(&["check", "--format", "json"]);
    let rows: serde_json::Value = serde_json::from_slice(&check.stdout).expect("parse the JSON");
    assert_eq!((check.status.code(), &rows[0]["code"]), (Some(1), &"linked-log".into()), "{rows}");
    let check_text = printed(&folder.loa(&["check"]));
    // While the disk is unplugged, there is nothing to copy.
    let unplugged_folder = elsewhere.with_file_name("đĩa rút ra");
    fs::rename(&elsewhere, &unplugged_folder).expect("move it away");
    let outputs = [folder.loa(&["check"]), folder.loa(&["run"])].map(|output| printed(&output));
    assert!(outputs.iter().all(|text| !text.contains("rm '") && !text.contains("cp -a")), "{outputs:?}");
    assert!(outputs[0].contains("plug it in") && outputs[1].contains("Plug in the disk"), "{outputs:?}");
    assert!(airlog.is_symlink(), "the link is kept");
    fs::rename(&unplugged_folder, &elsewhere).expect("move it back");
    let command = check_text
        .split_once("the link with a copy: ")
        .and_then(|(_, remainder)| remainder.lines().next())
        .expect("find the command");
    assert!(
        std::process::Command::new("sh").args(["-c", command]).status().expect("run the shell").success(),
        "{command}"
    );
    let daemon = folder.run();
    assert_eq!(daemon.end(), Some(0));
    assert!(folder.loa(&["verify"]).status.success(), "the log is intact");
}

#[test]
fn a_linked_playlist_is_neither_read_nor_copied_nor_replaced() {
    let folder = folder_with_session_in(3600);
    let station = folder.station();
    let secret_file = station.with_file_name("bi-mat.toml");
    fs::write(&secret_file, "# the user's secret\n[[segment]]\nid = 'x'\ntitle = 'X'\nfile = 'tin.wav'\n")
        .expect("write the file");
    let link = station.join("playlists/noi.toml");
    symlink(&secret_file, &link).expect("make the link");
    let check = folder.loa(&["check"]);
    assert!(check.status.code() == Some(1) && printed(&check).contains("linked-file"), "{}", printed(&check));
    assert!(printed(&check).contains("cp --remove-destination"), "{}", printed(&check));
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    assert_eq!(daemon.end(), Some(0));
    for entry in fs::read_dir(station.join("airlog/kept")).expect("list the folder").flatten() {
        let bytes = fs::read(entry.path()).expect("read the file");
        assert!(!String::from_utf8_lossy(&bytes).contains("secret"), "{:?}", entry.path());
    }
    let file = station.with_file_name("moi.wav");
    write_wav(&file, 2);
    let addition = add(&folder, &["--playlist", "noi"], &file);
    assert_ne!(addition.status.code(), Some(0), "{}", printed(&addition));
    assert!(link.is_symlink() && fs::read_to_string(&secret_file).expect("read the file").contains("secret"));
    assert_eq!(audio_file_count(&folder), 1);
    // The folder of the playlists may be a link.
    fs::remove_file(&link).expect("delete the file");
    let elsewhere = station.with_file_name("danh-sach");
    fs::rename(station.join("playlists"), &elsewhere).expect("move it away");
    symlink(&elsewhere, station.join("playlists")).expect("make the link");
    assert_eq!(folder.loa(&["check"]).status.code(), Some(0));
    let addition = add(&folder, &["--id", "moi"], &file);
    assert_eq!(addition.status.code(), Some(0), "{}", printed(&addition));
    assert!(station.join("playlists").is_symlink());
}

#[test]
fn the_path_of_a_station_can_contain_links() {
    let folder = folder_with_session_in(15);
    let link = folder.station().with_file_name("loi-tat");
    symlink(folder.station(), &link).expect("make the link");
    let daemon = folder.run_on(&link);
    daemon.wait_for("Ended buoi-0");
    assert!(folder.loa(&["status"]).status.success());
    assert_eq!(daemon.end(), Some(0));
    assert_eq!(folder.outcomes()[0].body.played_ms, 1000);
}
