//! Away is not withdrawn: files that go from the folder without a person's word, and names that are passed over.
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

use loa::airlog::entry::Outcome;
use loa::playout::engine::{CommandReply, OperatorCommand};

use crate::daemon::{Daemon, Folder, in_seconds};
use crate::program;
use crate::station::{Station, outcome_line};

const PATIENCE: Duration = Duration::from_secs(90);

pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Asks again and again until the answer is as wished.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "{what}");
        std::thread::yield_now();
    }
}

fn afternoon(seconds: i64) -> String {
    let at = in_seconds(seconds).with_timezone(&program::daytime()).format("%H:%M:%S").to_string();
    format!("[[session]]\nid = \"chieu\"\nat = \"{at}\"\nplay = [\"tin\"]\n")
}

/// A station with two playlists, of which the second has one session, so many seconds ahead.
fn two_playlists(seconds: i64) -> Folder {
    let folder = Folder::new().segment("tin", 1).session(in_seconds(7200), "[\"tin\"]").written();
    fs::write(folder.station().join("playlists/b.toml"), afternoon(seconds)).expect("a playlist");
    folder
}

fn adopted(folder: &Folder) -> Daemon {
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    daemon
}

fn status(folder: &Folder) -> String {
    said(&folder.loa(&["status"]))
}

fn count(folder: &Folder, kind: &str) -> usize {
    folder.log().iter().filter(|record| record.kind == kind).count()
}

#[test]
fn a_playlist_that_is_away_for_a_while_withdraws_nothing() {
    let folder = two_playlists(30);
    let daemon = adopted(&folder);
    let (here, there) = (folder.station().join("playlists/b.toml"), folder.station().with_file_name("b.toml"));
    fs::rename(&here, &there).expect("moved away");
    let told = daemon.wait_for("loa check --accept").join("\n");
    assert!(told.contains("playlist-away") && told.contains("playlists/b.toml"), "{told}");
    until("it is doubted", || status(&folder).contains("playlists/b.toml has been gone since"));
    daemon.wait_for("Ended chieu");
    let outcomes: Vec<_> = folder.outcomes().iter().map(outcome_line).collect();
    assert!(outcomes.len() == 1 && outcomes[0].ends_with(" aired"), "{outcomes:?}");
    fs::rename(&there, &here).expect("moved back");
    until("it is not doubted any more", || !status(&folder).contains("b.toml"));
    assert_eq!((count(&folder, "schedule"), count(&folder, "plan")), (1, 1), "nothing was adopted meanwhile");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn whatever_takes_a_playlist_away_the_schedule_goes_on_whole() {
    let folder = two_playlists(3600);
    let daemon = adopted(&folder);
    let station = folder.station();
    let (file, kept) = (station.join("playlists/b.toml"), station.join("giu"));
    let text = fs::read(&file).expect("a playlist");
    let write = |bytes: &[u8]| fs::write(&file, bytes).expect("a file");
    let gone = || fs::remove_file(&file).expect("a file");
    let hidden = || fs::rename(station.join("playlists"), &kept).expect("a folder");
    type Turn<'a> = (&'a str, &'a dyn Fn(), &'a dyn Fn());
    let cases: [Turn<'_>; 5] = [
        ("has been empty", &|| write(b""), &|| write(&text)),
        ("has been damaged", &|| write(&[0; 300]), &|| write(&text)),
        ("has been gone", &gone, &|| write(&text)),
        (
            "has been a link that leads nowhere",
            &|| {
                gone();
                symlink("/nirgends/b.toml", &file).expect("a link");
            },
            &|| {
                gone();
                write(&text);
            },
        ),
        (
            "has been gone",
            &|| {
                hidden();
                symlink("/nirgends/stick", station.join("playlists")).expect("a link");
            },
            &|| {
                fs::remove_file(station.join("playlists")).expect("a link");
                fs::rename(&kept, station.join("playlists")).expect("a folder");
            },
        ),
    ];
    for (told, away, back) in cases {
        away();
        until(told, || status(&folder).contains(&format!("playlists/b.toml {told}")));
        let check = folder.loa(&["check"]);
        assert!(check.status.code() == Some(1) && said(&check).contains("playlist-away"), "{}", said(&check));
        back();
        until("it is back", || !status(&folder).contains("b.toml"));
    }
    let settings = fs::read(station.join("station.toml")).expect("settings");
    fs::remove_file(station.join("station.toml")).expect("settings");
    let in_english = || said(&folder.loa(&["status", "--lang", "en"]));
    until("its settings are gone", || in_english().contains("station.toml has been gone"));
    fs::write(station.join("station.toml"), settings).expect("settings");
    until("they are back", || !in_english().contains("been gone"));
    assert_eq!((count(&folder, "schedule"), count(&folder, "plan")), (1, 1), "nothing was adopted meanwhile");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_person_says_that_it_is_meant_and_the_log_says_who() {
    let folder = two_playlists(3600);
    let daemon = adopted(&folder);
    let none = folder.loa(&["check", "--accept"]);
    assert!(none.status.code() == Some(1) && said(&none).contains("nothing to accept"), "{}", said(&none));
    fs::remove_file(folder.station().join("playlists/b.toml")).expect("a playlist");
    until("it is doubted", || status(&folder).contains("b.toml has been gone"));
    let accepted = folder.loa(&["check", "--accept"]);
    assert_eq!(accepted.status.code(), Some(0), "{}", said(&accepted));
    daemon.wait_for("Schedule adopted: 1 sessions");
    assert!(!status(&folder).contains("b.toml"));
    let log = folder.log();
    let order = log.iter().find(|r| r.body.action.as_deref() == Some("accept-removal")).expect("an entry");
    assert_eq!(order.body.id.as_deref(), Some("playlists/b.toml"));
    assert_eq!(order.body.who.as_ref().map(|who| who.uid), Some(rustix::process::getuid().as_raw()));
    let schedule = log.iter().rfind(|r| r.kind == "schedule").expect("an entry");
    assert!(schedule.seq > order.seq && schedule.body.files.iter().all(|file| file.name != "playlists/b.toml"));
    // An edit of the text is a person's, and asks nobody.
    let file = folder.station().join("playlists/thu.toml");
    let text = fs::read_to_string(&file).expect("a playlist");
    fs::write(&file, text.split("[[session]]").next().expect("segments")).expect("an edit");
    daemon.wait_for("Schedule adopted: 0 sessions");
    assert_eq!(daemon.end(), Some(0));
    assert!(folder.loa(&["verify"]).status.success());
}

#[test]
fn what_goes_while_the_station_is_off_is_doubted_at_its_start() {
    let folder = two_playlists(3600);
    assert_eq!(adopted(&folder).end(), Some(0));
    fs::remove_file(folder.station().join("playlists/b.toml")).expect("a playlist");
    let daemon = folder.run();
    until("it is doubted", || status(&folder).contains("b.toml has been gone"));
    assert_eq!(daemon.end(), Some(0));
    assert_eq!(count(&folder, "schedule"), 1);
    // What was in force is known by either copy.
    fs::rename(folder.station().join("airlog/kept"), folder.station().join("kept")).expect("kept files");
    let check = folder.loa(&["check"]);
    assert!(check.status.code() == Some(1) && said(&check).contains("playlist-away"), "{}", said(&check));
    let accepted = folder.loa(&["check", "--accept"]);
    assert!(accepted.status.code() == Some(0) && said(&accepted).contains("next start"), "{}", said(&accepted));
    assert_eq!(folder.loa(&["check"]).status.code(), Some(0), "it was said already");
    // Who said it is whose file it is, whatever stands in it.
    let meant = folder.station().join("airlog/meant.json");
    let text = fs::read_to_string(&meant).expect("kept").replace('}', ",\"who\":{\"uid\":4242,\"name\":\"ai-do\"}}");
    fs::write(&meant, text).expect("altered");
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted: 1 sessions");
    assert_eq!(daemon.end(), Some(0));
    let mut log = folder.log();
    log.retain(|record| record.kind == "operator");
    assert!(log.len() == 1 && log[0].body.action.as_deref() == Some("accept-removal"), "{log:?}");
    assert_eq!(log[0].body.who.as_ref().map(|who| who.uid), Some(rustix::process::getuid().as_raw()));
    assert!(!folder.station().join("airlog/meant.json").exists());
    assert!(folder.loa(&["verify"]).status.success());
}

/// Two days of two sessions, of which the afternoon's file is away from the first evening on.
fn evening() -> Station {
    const BOTH: &str = "[[segment]]\nid = 'tin'\ntitle = 'T'\nfile = 's-60.mp3'\n[[session]]\nid = 'sang'\nat = '05:15'\nplay = ['tin']\n[[session]]\nid = 'chieu'\nat = '17:00'\nplay = ['tin']\n";
    Station::new("2023-03-20T18:00:00").playlist(BOTH)
}

const MORNING: &str =
    "[[segment]]\nid = 'tin'\ntitle = 'T'\nfile = 's-60.mp3'\n[[session]]\nid = 'sang'\nat = '05:15'\nplay = ['tin']\n";

#[test]
fn midnight_plans_what_is_away_and_a_persons_word_withdraws_it() {
    let hours = |n: i64| n * 3600;
    let accept = || OperatorCommand::AcceptRemoval { files: vec!["playlists/b.toml".to_owned()] };
    let wrong = OperatorCommand::AcceptRemoval { files: vec!["playlists/c.toml".to_owned()] };
    let station = evening().gone(hours(4), "playlists/b.toml", MORNING).run_until("2023-03-22T00:30:00");
    let lines: Vec<_> = station.log().iter().filter(|r| r.kind == "outcome").map(outcome_line).collect();
    assert_eq!(lines, ["sang@2023-03-21T05:15:00#1 aired", "chieu@2023-03-21T17:00:00#1 aired"]);
    let station = evening()
        .gone(hours(4), "playlists/b.toml", MORNING)
        .order(hours(8), wrong)
        .order(hours(12), accept())
        .order(hours(13), accept())
        .run_until("2023-03-22T00:30:00");
    let outcomes: Vec<_> = station.log().into_iter().filter(|r| r.kind == "outcome").collect();
    assert_eq!(outcomes.iter().filter(|r| r.body.result == Some(Outcome::Missed)).count(), 1);
    let lines: Vec<_> = outcomes.iter().map(outcome_line).collect();
    assert_eq!(lines, ["sang@2023-03-21T05:15:00#1 aired", "chieu@2023-03-21T17:00:00#1 missed withdrawn"]);
    let still = CommandReply::StillAway(vec!["playlists/b.toml".to_owned()]);
    assert_eq!(station.answers(), [still, CommandReply::Done, CommandReply::NothingAway]);
}

/// The codes that `loa check` tells of each file.
fn codes(folder: &Folder) -> Vec<(String, String)> {
    let check = folder.loa(&["check", "--format", "json"]);
    let rows: serde_json::Value = serde_json::from_slice(&check.stdout).expect("JSON");
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().expect("a text").to_owned();
    let mut codes: Vec<_> =
        rows.as_array().expect("rows").iter().map(|row| (text(row, "file"), text(row, "code"))).collect();
    codes.sort();
    codes
}

#[test]
fn names_that_are_passed_over_are_told() {
    let folder = two_playlists(3600);
    assert_eq!(codes(&folder), []);
    let at = |name: &str| folder.station().join(name);
    for name in ["playlists/T.TOML", "playlists/x.toml.txt", "playlists/y.toml ", "Station.toml"] {
        fs::write(at(name), "# x\n").expect("a file");
    }
    for leftover in ["playlists/b.toml~", "playlists/.b.toml.swp", "playlists/b.toml.bak", "playlists/ghi-chu.txt"] {
        fs::write(at(leftover), "# x\n").expect("a file");
    }
    let odd = Path::new(std::ffi::OsStr::from_bytes(b"z\xff.toml"));
    fs::write(at("playlists").join(odd), "").expect("a file");
    fs::create_dir(at("playlists/cu.toml")).expect("a folder");
    fs::write(at("playlists/rong.toml"), "").expect("a file");
    symlink("/nirgends", at("playlists/noi.toml")).expect("a link");
    rustix::fs::mkfifoat(rustix::fs::CWD, at("playlists/ong.toml"), rustix::fs::Mode::RWXU).expect("a pipe");
    let want = [
        ("Station.toml", "settings-name"),
        ("playlists/T.TOML", "ignored-name"),
        ("playlists/cu.toml", "ignored-folder"),
        ("playlists/noi.toml", "dangling-link"),
        ("playlists/ong.toml", "ignored-special"),
        ("playlists/rong.toml", "empty-playlist"),
        ("playlists/x.toml.txt", "ignored-name"),
        ("playlists/y.toml ", "ignored-name"),
        ("playlists/z\u{fffd}.toml", "odd-name"),
    ];
    assert_eq!(codes(&folder), want.map(|(file, code)| (file.to_owned(), code.to_owned())));
    let daemon = folder.run();
    let told = daemon.wait_for("Schedule adopted").join("\n");
    assert!(told.contains("T.TOML") && told.contains("T.toml") && told.contains("Station.toml"), "{told}");
    assert_eq!(daemon.end(), Some(0));
    for lang in ["vi", "en"] {
        let text = said(&folder.loa(&["check", "--lang", lang]));
        assert!(text.contains("x.toml") && text.contains("cu.toml"), "{text}");
    }
}
