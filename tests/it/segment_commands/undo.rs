//! Tests of `loa undo`, and of the messages of `add` and `remove` when something is missing.
use chrono::{TimeDelta, Utc};

use super::*;
use crate::daemon::Folder;

/// Adds `tin.wav` to the campaign's playlist and to the session `sang`, so that two playlists change.
fn add_to_session(station_folder: &StationFolder) -> PathBuf {
    let file = station_folder.new_file("tin.wav", 3, &[]);
    let arguments = ["add", "--playlist", "chien-dich", "--session", "sang", "--title", "Tin mới", "--id", "tin"];
    let addition = station_folder.loa(&arguments, &[&file]);
    assert_eq!(addition.status.code(), Some(0), "{}", printed(&addition));
    assert!(printed(&addition).contains("To undo this: loa undo\n"), "{}", printed(&addition));
    assert!(printed(&addition).contains("last item of the session, after `Nhạc hiệu`"), "{}", printed(&addition));
    file
}

#[test]
fn undo_reverses_one_command_after_another() {
    let station_folder = StationFolder::new();
    let original_files = station_folder.all_files();
    add_to_session(&station_folder);
    let files_with_tin = station_folder.all_files();
    let removal = station_folder.loa(&["remove", "tin mới", "--yes"], &[]);
    assert_eq!(removal.status.code(), Some(0), "{}", printed(&removal));
    assert!(printed(&removal).contains("loa undo"), "{}", printed(&removal));
    let undo_output = station_folder.loa(&["undo"], &[]);
    assert_eq!(undo_output.status.code(), Some(0), "{}", printed(&undo_output));
    for part in ["Put “Tin mới” back", "Played again by: “sang”", "A running station", "step before it too: loa undo"]
    {
        assert!(printed(&undo_output).contains(part), "{part}: {}", printed(&undo_output));
    }
    assert!(station_folder.all_files() == files_with_tin);
    let undo_output = station_folder.loa(&["undo", "--lang", "vi"], &[]);
    assert_eq!(undo_output.status.code(), Some(0), "{}", printed(&undo_output));
    for part in ["Đã lấy “Tin mới” ra khỏi lịch phát", "Không còn trong buổi “sang”", "Đã xoá bản chép audio/tin.wav"]
    {
        assert!(printed(&undo_output).contains(part), "{part}: {}", printed(&undo_output));
    }
    assert!(station_folder.all_files() == original_files);
    for _ in 0..2 {
        let refusal = station_folder.loa(&["undo"], &[]);
        assert_eq!(refusal.status.code(), Some(1));
        assert!(printed(&refusal).contains("every change that loa remembers is undone"), "{}", printed(&refusal));
    }
    assert!(station_folder.all_files() == original_files);
}

#[test]
fn undo_of_several_files_is_one_step_and_keeps_the_copy_of_a_lost_original() {
    let station_folder = StationFolder::new();
    let original_files = station_folder.all_files();
    let files = [station_folder.new_file("mot.wav", 2, &[]), station_folder.new_file("hai.wav", 3, &[])];
    let addition = station_folder.loa(&["add", "--playlist", "thuong-nhat"], &[&files[0], &files[1]]);
    assert_eq!(addition.status.code(), Some(0), "{}", printed(&addition));
    assert!(printed(&addition).contains("--session SESSION does it"), "{}", printed(&addition));
    fs::remove_file(&files[0]).unwrap();
    let undo_output = station_folder.loa(&["undo"], &[]);
    assert!(printed(&undo_output).contains("audio/mot.wav is still there"), "{}", printed(&undo_output));
    assert!(station_folder.station().join("audio/mot.wav").exists());
    assert!(!station_folder.station().join("audio/hai.wav").exists());
    fs::remove_file(station_folder.station().join("audio/mot.wav")).unwrap();
    assert!(station_folder.all_files() == original_files);
}

#[test]
fn undo_refuses_a_playlist_that_was_edited_since_and_says_what_to_do() {
    let station_folder = StationFolder::new();
    add_to_session(&station_folder);
    let text = station_folder.playlist("thuong-nhat");
    station_folder.write("thuong-nhat", &format!("# của tôi\n{text}"));
    let files_before = station_folder.all_files();
    let refusal = station_folder.loa(&["undo"], &[]);
    assert_eq!(refusal.status.code(), Some(1));
    for part in ["playlists/thuong-nhat.toml was edited", "“Tin mới”", "loa remove tin"] {
        assert!(printed(&refusal).contains(part), "{part}: {}", printed(&refusal));
    }
    assert!(station_folder.all_files() == files_before);
    // A removed segment whose file is gone comes back with a warning.
    station_folder.write("thuong-nhat", &text);
    assert!(station_folder.loa(&["remove", "tin", "--yes"], &[]).status.success());
    fs::remove_file(station_folder.station().join("audio/tin.wav")).unwrap();
    let undo_output = station_folder.loa(&["undo"], &[]);
    assert!(
        undo_output.status.success() && printed(&undo_output).contains("audio/tin.wav is gone"),
        "{}",
        printed(&undo_output)
    );
}

#[test]
fn undo_keeps_the_copy_while_the_station_is_running() {
    let folder =
        Folder::new().segment("nhac", 1).session(Utc::now() + TimeDelta::hours(3), "[\"nhac\"]").write_playlist();
    let file = media::encode_signal(folder.dir.path(), "tin.wav", 72_000, 24_000, 1, &[]);
    let daemon = folder.run();
    let copy = folder.station().join("audio/tin.wav");
    let add = || {
        let arguments = ["add", file.to_str().unwrap(), "--session", "buoi-0", "--id", "tin", "--station"];
        let addition = folder.loa(&arguments);
        assert_eq!(addition.status.code(), Some(0), "{}", printed(&addition));
    };
    add();
    let undo_output = folder.loa(&["undo"]);
    assert_eq!(undo_output.status.code(), Some(0), "{}", printed(&undo_output));
    assert!(printed(&undo_output).contains("the running station may still play it"), "{}", printed(&undo_output));
    assert!(copy.exists());
    drop(daemon);
    fs::remove_file(&copy).unwrap();
    add();
    let undo_output = folder.loa(&["undo"]);
    assert!(printed(&undo_output).contains("Deleted the copy audio/tin.wav"), "{}", printed(&undo_output));
    assert!(!copy.exists());
}

#[test]
fn undo_refuses_to_leave_a_session_without_its_segment() {
    let station_folder = StationFolder::new();
    let file = station_folder.new_file("tin.wav", 3, &[]);
    let arguments = ["add", "--playlist", "chien-dich", "--id", "tin"];
    assert!(station_folder.loa(&arguments, &[&file]).status.success());
    station_folder.write("thuong-nhat", &EVERYDAY.replace("[\"nhac\"]", "[\"nhac\", \"tin\"]"));
    let files_before = station_folder.all_files();
    let refusal = station_folder.loa(&["undo"], &[]);
    assert_eq!(refusal.status.code(), Some(1), "{}", printed(&refusal));
    for part in ["`tin`", "nothing was undone", "edit playlists/thuong-nhat.toml first, then type again: loa undo"] {
        assert!(printed(&refusal).contains(part), "{part}: {}", printed(&refusal));
    }
    assert!(station_folder.all_files() == files_before);
}

#[test]
fn a_refused_undo_of_remove_names_everything_to_add_again() {
    let station_folder = StationFolder::new();
    let file = station_folder.new_file("tin.wav", 3, &[]);
    let arguments = [
        "add",
        "--playlist",
        "chien-dich",
        "--session",
        "sang",
        "--title",
        "Tin mới",
        "--id",
        "tin",
        "--topic",
        "5",
        "--approved-by",
        "Trưởng đài",
        "--approved-on",
        "18/3/2023",
    ];
    assert!(station_folder.loa(&arguments, &[&file]).status.success());
    assert!(station_folder.loa(&["remove", "tin", "--yes"], &[]).status.success());
    let campaign = station_folder.playlist("chien-dich");
    station_folder.write("chien-dich", &format!("# của tôi\n{campaign}"));
    let refusal = printed(&station_folder.loa(&["undo"], &[]));
    let command = "audio/tin.wav --playlist chien-dich --id tin --title 'Tin mới' --session sang --topic 5 \
                   --approved-by 'Trưởng đài' --approved-on 2023-03-18";
    assert!(refusal.contains(command), "{refusal}");
    assert!(!refusal.contains("put it back into"), "the suggested command puts it back: {refusal}");
}

#[test]
fn undo_does_not_advise_deleting_a_copy_that_another_segment_plays() {
    let station_folder = StationFolder::new();
    add_to_session(&station_folder);
    let campaign = station_folder.playlist("chien-dich");
    let other_segment = "[[segment]]\nid = \"khac\"\ntitle = \"Tin khác\"\nfile = \"tin.wav\"\n";
    station_folder.write("khac", other_segment);
    let undo_output = station_folder.loa(&["undo"], &[]);
    assert_eq!(undo_output.status.code(), Some(0), "{}", printed(&undo_output));
    let text = printed(&undo_output);
    assert!(
        text.contains("the segment `Tin khác` plays it; do not delete it") && !text.contains("; delete it"),
        "{text}"
    );
    assert!(
        station_folder.playlist("chien-dich") != campaign && station_folder.station().join("audio/tin.wav").exists()
    );
}

#[test]
fn a_hostile_undo_record_changes_nothing() {
    let station_folder = StationFolder::new();
    add_to_session(&station_folder);
    let record = station_folder.station().join("undo/000001.json");
    let good_record = fs::read_to_string(&record).unwrap();
    let outside_file = station_folder.dir.path().join("ngoai.toml");
    fs::write(&outside_file, "x").unwrap();
    let files_before = station_folder.all_files();
    let bad_records = [
        good_record.replace("playlists/thuong-nhat.toml", "playlists/../../ngoai.toml"),
        "{".to_owned(),
        " ".repeat(9 << 20),
    ];
    for bad_record in bad_records {
        fs::write(&record, bad_record).unwrap();
        let refusal = station_folder.loa(&["undo"], &[]);
        assert_eq!(refusal.status.code(), Some(1), "{}", printed(&refusal));
        assert!(printed(&refusal).contains("undo/000001.json"), "{}", printed(&refusal));
        assert!(station_folder.all_files() == files_before && fs::read(&outside_file).unwrap() == b"x");
    }
    // A linked folder is neither read nor written, not even by `add`.
    fs::remove_dir_all(station_folder.station().join("undo")).unwrap();
    std::os::unix::fs::symlink(station_folder.dir.path().join("usb"), station_folder.station().join("undo")).unwrap();
    assert_eq!(station_folder.loa(&["undo"], &[]).status.code(), Some(78));
    let file = station_folder.new_file("khac.wav", 2, &[]);
    assert_eq!(station_folder.loa(&["add", "--playlist", "thuong-nhat"], &[&file]).status.code(), Some(78));
    assert!(station_folder.all_files() == files_before);
}

#[test]
fn messages_name_the_next_step() {
    let station_folder = StationFolder::new();
    add_to_session(&station_folder);
    let loa = |arguments: &[&str]| {
        let output = program::loa(station_folder.dir.path())
            .args(arguments)
            .current_dir(station_folder.dir.path())
            .output()
            .expect("loa starts");
        (output.status.code(), printed(&output))
    };
    for (arguments, parts) in [
        (&["remove", "tin moj", "--station", "dai"][..], &["did you mean: “Tin mới”", "loa list dai"][..]),
        (&["remove", "abc", "--station", "dai"], &["no segment `abc`", "loa list dai"]),
        (&["remove", "tin", "--station", "dai"], &["“sang”", "type: loa remove 'Tin mới' --yes --station dai"]),
        (&["play", "khong co", "--station", "dai"], &["no segment `khong co`", "loa list dai"]),
        (&["play", "abc", "--station", "dai"], &["no segment `abc`", "loa list dai"]),
        (&["undo", "dai"], &["Removed “Tin mới” (added at "]),
        (&["undo", "dai"], &["nothing to undo", "loa list dai"]),
    ] {
        let (code, text) = loa(arguments);
        assert!(parts.iter().all(|part| text.contains(part)), "{arguments:?}: {text}");
        assert_eq!(code, Some(i32::from(!text.contains("Removed"))), "{text}");
    }
    // The file is checked before anything else is asked.
    let (code, text) = loa(&["add", "khong.mp3", "--station", "dai"]);
    assert!(code == Some(1) && text.contains("no such file") && !text.contains("--playlist"), "{text}");
    assert!(loa(&["list", "--station", "dai"]).1.contains("loa list"));
}

/// A session's closing stays last: new items come before it, even if the command names the closing.
#[test]
fn a_new_item_comes_before_the_closing() {
    let station_folder = StationFolder::new();
    let segment = "[[segment]]\nid = \"ket\"\ntitle = \"Lời kết\"\nfile = \"nhac.wav\"\n\n";
    let everyday = EVERYDAY.replace("[\"nhac\"] # còn thêm", "[\"nhac\"]\nclosing = \"ket\"");
    station_folder.write("thuong-nhat", &format!("{segment}{everyday}"));
    for (name, seconds, placement) in [("mot", 3, &["--session", "sang"][..]), ("hai", 4, &["--before", "lời kết"])]
    {
        let file = station_folder.new_file(&format!("{name}.wav"), seconds, &[]);
        let addition = station_folder.loa(&[&["add", "--id", name], placement].concat(), &[&file]);
        assert_eq!(addition.status.code(), Some(0), "{}", printed(&addition));
        assert!(printed(&addition).contains("right before `Lời kết`"), "{}", printed(&addition));
    }
    let text = station_folder.playlist("thuong-nhat");
    assert!(text.contains("play = [\"nhac\", \"mot\", \"hai\"]\nclosing = \"ket\""), "{text}");
}

#[test]
fn undo_names_the_missing_folder() {
    let station_folder = StationFolder::new();
    let assert_refused_with = |part: &str| {
        let undo_output = station_folder.loa(&["undo"], &[]);
        assert_eq!(undo_output.status.code(), Some(1));
        assert!(printed(&undo_output).contains(part), "{part}: {}", printed(&undo_output));
    };
    assert_refused_with("the station has no folder undo/");
    add_to_session(&station_folder);
    let (playlists, away) = (station_folder.station().join("playlists"), station_folder.dir.path().join("away"));
    fs::rename(&playlists, &away).unwrap();
    assert_refused_with("the folder playlists/ is gone");
    assert_refused_with("put the folder playlists/ back (look in the trash), then type again: loa undo");
    fs::rename(&away, &playlists).unwrap();
    assert_eq!(station_folder.loa(&["undo"], &[]).status.code(), Some(0), "the step was kept");
}
