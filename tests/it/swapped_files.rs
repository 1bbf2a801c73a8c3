//! Only the planned file sounds, even if files are swapped, grow or have other names, or if folders are replaced.
use std::fs;
use std::io::Write;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use unicode_normalization::UnicodeNormalization;

use crate::daemon::{Folder, in_seconds, write_wav};
use crate::program;
use crate::station::{Station, outcome_line, scan_of};
use crate::vanished_files::printed;

#[test]
fn a_file_that_is_swapped_two_items_ahead_does_not_sound() {
    let folder = Folder::new()
        .segment("mot", 4)
        .segment("hai", 1)
        .segment("ba", 2)
        .session_after(0, "[\"mot\", \"hai\", \"ba\"]")
        .session_after(16, "[\"ba\"]")
        .write_playlist();
    let daemon = folder.run();
    daemon.wait_for("Started buoi-0");
    let (new_file, audio) = (folder.station().join("ba.wav"), folder.station().join("audio/ba.wav"));
    write_wav(&new_file, 10);
    fs::rename(&new_file, &audio).expect("rename the file");
    daemon.wait_for("Ended buoi-1");
    let mut outcomes = folder.outcomes();
    outcomes.sort_by_key(|r| r.body.id.clone());
    let results: Vec<_> =
        outcomes.iter().map(|r| outcome_line(r).split_once(' ').expect("find a result").1.to_owned()).collect();
    assert_eq!(results, ["aired", "aired", "missed hash-mismatch", "aired"]);
    // The next session is planned again, with the new file.
    let (sha256, _) = loa::library::file::sha256(&mut loa::library::file::open(&audio).expect("open the file"))
        .expect("hash the file");
    assert_eq!((outcomes[3].body.played_ms, outcomes[3].body.sha256.as_deref()), (10_000, Some(sha256.as_str())));
    assert_eq!(outcomes[3].body.planned_ms, 10_000);
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn in_virtual_time_a_file_that_changes_after_its_scan_does_not_sound() {
    let playlist = "[[segment]]\nid = 'a'\ntitle = 'A'\nfile = 's-60.mp3'\n[[segment]]\nid = 'b'\ntitle = 'B'\nfile = 's-2.mp3'\n[[session]]\nid = 'sang'\nat = '05:15'\nplay = ['a', 'b', 'a']\n";
    let station = Station::new("2023-03-20T05:00:00")
        .playlist(playlist)
        .changed_before_airing("s-2.mp3", scan_of((10, 48_000)))
        .run_until("2023-03-20T06:00:00");
    let lines: Vec<_> = station.log().iter().filter(|r| r.kind == "outcome").map(outcome_line).collect();
    let id = |n: u8| format!("sang@2023-03-20T05:15:00#{n}");
    let mut lines = lines;
    lines.sort();
    assert_eq!(
        lines,
        [format!("{} aired", id(1)), format!("{} missed hash-mismatch", id(2)), format!("{} aired", id(3))]
    );
}

#[test]
fn subfolders_and_replaced_folders_are_watched() {
    let folder = Folder::new().segment("dai", 1);
    let station = folder.station();
    fs::create_dir_all(station.join("audio/thang-3/tuan-1")).expect("make the folder");
    let file = station.join("audio/thang-3/tuan-1/tin.wav");
    write_wav(&file, 1);
    let at = in_seconds(3600).with_timezone(&program::daytime_zone()).format("%H:%M:%S").to_string();
    let text = format!(
        "[[segment]]\nid = 'tin'\ntitle = 'T'\nfile = 'thang-3/tuan-1/tin.wav'\n[[session]]\nid = 'sang'\nat = '{at}'\nplay = ['tin']\n"
    );
    folder.write(&text);
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    let is_planned = |text: &str| {
        let plan_sha256 = folder.log().into_iter().rfind(|r| r.kind == "plan").and_then(|r| r.body.sha256);
        let plan_text = plan_sha256
            .and_then(|plan_sha256| fs::read_to_string(station.join(format!("airlog/kept/{plan_sha256}.json"))).ok());
        plan_text.is_some_and(|plan_text| plan_text.contains(text))
    };
    // The change must be noticed before the poll, which runs each minute.
    let wait_until_planned = |text: &str| {
        let start = Instant::now();
        crate::vanished_files::wait_until(text, || is_planned(text));
        assert!(start.elapsed() < Duration::from_secs(45), "{text}: only the poll has noticed the change");
    };
    wait_until_planned("\"duration_ms\":1000");
    write_wav(&station.join("moi.wav"), 3);
    fs::rename(station.join("moi.wav"), &file).expect("rename the file");
    wait_until_planned("\"duration_ms\":3000");
    // The folders are replaced by copies; then the files in the copies change.
    for name in ["audio", "playlists"] {
        let aside = station.with_file_name(name);
        fs::rename(station.join(name), &aside).expect("move the folder aside");
        let status = std::process::Command::new("cp").arg("-a").arg(&aside).arg(&station).status();
        assert!(status.expect("run cp").success());
    }
    folder.write(&text.replace("'T'", "'Tin mới'"));
    wait_until_planned("Tin mới");
    write_wav(&file, 2);
    wait_until_planned("\"duration_ms\":2000");
    folder.write(&text.replace("'T'", "'Tin cuối'"));
    wait_until_planned("Tin cuối");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_slowly_copied_file_is_logged_only_when_it_is_complete() {
    let folder = Folder::new().segment("tin", 20).session(in_seconds(3600), "[\"tin\"]").write_playlist();
    let audio = folder.station().join("audio/tin.wav");
    let bytes = fs::read(&audio).expect("read the file");
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    let entry_count = || folder.log().len();
    let count_before = entry_count();
    // A slow stick delivers a hundredth of the file every 200 ms, for 20 s.
    let (_sender, ticks) = mpsc::channel::<()>();
    let mut file = fs::File::create(&audio).expect("make the file");
    for part in bytes.chunks(bytes.len() / 100) {
        file.write_all(part).expect("write the bytes");
        let _ = ticks.recv_timeout(Duration::from_millis(200));
    }
    file.write_all(&bytes[..1000]).expect("write the bytes");
    drop(file);
    daemon.wait_for("Schedule adopted");
    let new_entry_count = entry_count() - count_before;
    assert!(new_entry_count <= 8, "{new_entry_count} entries for one file");
    let plan_count = folder.log().iter().filter(|r| r.kind == "plan").count();
    assert!(plan_count <= 4, "{plan_count} plans");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_file_name_in_a_different_unicode_form_is_found_and_other_lookalikes_are_reported() {
    let folder = Folder::new().segment("tin", 1).session(in_seconds(3600), "[\"tin\"]");
    let audio = folder.station().join("audio");
    let (composed, decomposed): (String, String) = ("Buổi sáng.wav".nfc().collect(), "Buổi sáng.wav".nfd().collect());
    assert_ne!(composed, decomposed);
    let playlist = folder.playlist();
    let text = playlist.replace("tin.wav", &composed);
    fs::rename(audio.join("tin.wav"), audio.join(&decomposed)).expect("rename the file");
    folder.write(&text);
    let check = folder.loa(&["check"]);
    assert_eq!(check.status.code(), Some(0), "{}", printed(&check));
    let mut name = decomposed;
    for lookalike in ["TIN.Wav", "tin.wav ", " tin .wav"] {
        fs::rename(audio.join(&name), audio.join(lookalike)).expect("rename the file");
        name = lookalike.to_owned();
        folder.write(&playlist);
        let check = folder.loa(&["check"]);
        assert_eq!(check.status.code(), Some(1), "{}", printed(&check));
        assert!(printed(&check).contains(&format!("audio/{lookalike}")), "{lookalike}: {}", printed(&check));
    }
}

#[test]
fn a_file_with_a_decomposed_name_sounds() {
    let folder = Folder::new().segment("tin", 1).session(in_seconds(15), "[\"tin\"]");
    let audio = folder.station().join("audio");
    let (composed, decomposed): (String, String) = ("Tiếng.wav".nfc().collect(), "Tiếng.wav".nfd().collect());
    fs::rename(audio.join("tin.wav"), audio.join(decomposed)).expect("rename the file");
    folder.write(&folder.playlist().replace("tin.wav", &composed));
    let daemon = folder.run();
    daemon.wait_for("Ended buoi-0");
    let lines: Vec<_> = folder.outcomes().iter().map(outcome_line).collect();
    assert!(lines.len() == 1 && lines[0].ends_with(" aired"), "{lines:?}");
    assert_eq!(daemon.end(), Some(0));
}
