//! A planned file is the file that was planned: swapped, growing and misnamed files, and folders that were replaced.
use std::fs;
use std::io::Write;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use unicode_normalization::UnicodeNormalization;

use crate::away::said;
use crate::daemon::{Folder, in_seconds, write_wav};
use crate::program;
use crate::station::{Station, outcome_line, scan_of};

#[test]
fn a_file_swapped_two_items_ahead_is_not_the_one_that_was_planned() {
    let folder = Folder::new()
        .segment("mot", 4)
        .segment("hai", 1)
        .segment("ba", 2)
        .due(0, "[\"mot\", \"hai\", \"ba\"]")
        .due(16, "[\"ba\"]")
        .written();
    let daemon = folder.run();
    daemon.wait_for("Started buoi-0");
    let (new, audio) = (folder.station().join("ba.wav"), folder.station().join("audio/ba.wav"));
    write_wav(&new, 10);
    fs::rename(&new, &audio).expect("another file in its place");
    daemon.wait_for("Ended buoi-1");
    let mut outcomes = folder.outcomes();
    outcomes.sort_by_key(|r| r.body.id.clone());
    let ends: Vec<_> =
        outcomes.iter().map(|r| outcome_line(r).split_once(' ').expect("a result").1.to_owned()).collect();
    assert_eq!(ends, ["aired", "aired", "missed hash-mismatch", "aired"]);
    // The next session was planned anew, with what is there now.
    let (sha256, _) =
        loa::library::file::sha256(&mut loa::library::file::open(&audio).expect("a file")).expect("its hash");
    assert_eq!((outcomes[3].body.played_ms, outcomes[3].body.sha256.as_deref()), (10_000, Some(sha256.as_str())));
    assert_eq!(outcomes[3].body.planned_ms, 10_000);
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn what_sounds_is_what_was_scanned_in_virtual_time_too() {
    let playlist = "[[segment]]\nid = 'a'\ntitle = 'A'\nfile = 's-60.mp3'\n[[segment]]\nid = 'b'\ntitle = 'B'\nfile = 's-2.mp3'\n[[session]]\nid = 'sang'\nat = '05:15'\nplay = ['a', 'b', 'a']\n";
    let station = Station::new("2023-03-20T05:00:00")
        .playlist(playlist)
        .on_disk("s-2.mp3", scan_of((10, 48_000)))
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
fn sub_folders_and_replaced_folders_are_watched() {
    let folder = Folder::new().segment("dai", 1);
    let station = folder.station();
    fs::create_dir_all(station.join("audio/thang-3/tuan-1")).expect("folders");
    let deep = station.join("audio/thang-3/tuan-1/tin.wav");
    write_wav(&deep, 1);
    let at = in_seconds(3600).with_timezone(&program::daytime()).format("%H:%M:%S").to_string();
    let text = format!(
        "[[segment]]\nid = 'tin'\ntitle = 'T'\nfile = 'thang-3/tuan-1/tin.wav'\n[[session]]\nid = 'sang'\nat = '{at}'\nplay = ['tin']\n"
    );
    folder.write(&text);
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    let planned = |what: &str| {
        let plan = folder.log().into_iter().rfind(|r| r.kind == "plan").and_then(|r| r.body.sha256);
        let kept = plan.and_then(|plan| fs::read_to_string(station.join(format!("airlog/kept/{plan}.json"))).ok());
        kept.is_some_and(|kept| kept.contains(what))
    };
    // Sooner than the slow look at everything, which comes each minute.
    let soon_planned = |what: &str| {
        let began = Instant::now();
        crate::away::until(what, || planned(what));
        assert!(began.elapsed() < Duration::from_secs(45), "{what}: only the slow look has seen it");
    };
    soon_planned("\"duration_ms\":1000");
    write_wav(&station.join("moi.wav"), 3);
    fs::rename(station.join("moi.wav"), &deep).expect("another file");
    soon_planned("\"duration_ms\":3000");
    // The folders are moved aside and others put in their place; then what is in the new ones changes.
    for name in ["audio", "playlists"] {
        let aside = station.with_file_name(name);
        fs::rename(station.join(name), &aside).expect("moved aside");
        let copied = std::process::Command::new("cp").arg("-a").arg(&aside).arg(&station).status();
        assert!(copied.expect("cp").success());
    }
    folder.write(&text.replace("'T'", "'Tin mới'"));
    soon_planned("Tin mới");
    write_wav(&deep, 2);
    soon_planned("\"duration_ms\":2000");
    folder.write(&text.replace("'T'", "'Tin cuối'"));
    soon_planned("Tin cuối");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_file_that_is_copied_slowly_is_logged_once_it_rests() {
    let folder = Folder::new().segment("tin", 20).session(in_seconds(3600), "[\"tin\"]").written();
    let audio = folder.station().join("audio/tin.wav");
    let whole = fs::read(&audio).expect("a file");
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    let entries = || folder.log().len();
    let before = entries();
    // The pace of a bad stick: a piece every fifth of a second, for 20 s.
    let (_keep, ticks) = mpsc::channel::<()>();
    let mut file = fs::File::create(&audio).expect("the same name");
    for piece in whole.chunks(whole.len() / 100) {
        file.write_all(piece).expect("a piece");
        let _ = ticks.recv_timeout(Duration::from_millis(200));
    }
    file.write_all(&whole[..1000]).expect("a last piece");
    drop(file);
    daemon.wait_for("Schedule adopted");
    let logged = entries() - before;
    assert!(logged <= 8, "{logged} entries for one file");
    let plans = folder.log().iter().filter(|r| r.kind == "plan").count();
    assert!(plans <= 4, "{plans} plans");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn names_that_look_the_same_are_found_or_told() {
    let folder = Folder::new().segment("tin", 1).session(in_seconds(3600), "[\"tin\"]");
    let audio = folder.station().join("audio");
    let (composed, apart): (String, String) = ("Buổi sáng.wav".nfc().collect(), "Buổi sáng.wav".nfd().collect());
    assert_ne!(composed, apart);
    let playlist = folder.playlist();
    let text = playlist.replace("tin.wav", &composed);
    fs::rename(audio.join("tin.wav"), audio.join(&apart)).expect("the other composition");
    folder.write(&text);
    let check = folder.loa(&["check"]);
    assert_eq!(check.status.code(), Some(0), "{}", said(&check));
    let mut name = apart;
    for other in ["TIN.Wav", "tin.wav ", " tin .wav"] {
        fs::rename(audio.join(&name), audio.join(other)).expect("another name");
        name = other.to_owned();
        folder.write(&playlist);
        let check = folder.loa(&["check"]);
        assert_eq!(check.status.code(), Some(1), "{}", said(&check));
        assert!(said(&check).contains(&format!("audio/{other}")), "{other}: {}", said(&check));
    }
}

#[test]
fn a_file_of_the_other_composition_sounds() {
    let folder = Folder::new().segment("tin", 1).session(in_seconds(15), "[\"tin\"]");
    let audio = folder.station().join("audio");
    let (composed, apart): (String, String) = ("Tiếng.wav".nfc().collect(), "Tiếng.wav".nfd().collect());
    fs::rename(audio.join("tin.wav"), audio.join(apart)).expect("the other composition");
    folder.write(&folder.playlist().replace("tin.wav", &composed));
    let daemon = folder.run();
    daemon.wait_for("Ended buoi-0");
    let lines: Vec<_> = folder.outcomes().iter().map(outcome_line).collect();
    assert!(lines.len() == 1 && lines[0].ends_with(" aired"), "{lines:?}");
    assert_eq!(daemon.end(), Some(0));
}
