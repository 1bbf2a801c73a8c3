//! Files that vanish from the station's folder stay in force until someone accepts their removal. Files with names that
//! loa ignores are reported.
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

const MAX_WAIT: Duration = Duration::from_secs(90);

pub fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Waits until `condition` returns true; panics with `expectation` after 90 s.
pub fn wait_until(expectation: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < MAX_WAIT, "not within 90 s: {expectation}");
        std::thread::yield_now();
    }
}

/// A session that begins in this number of seconds.
fn session_in_seconds(seconds: i64) -> String {
    let at = in_seconds(seconds).with_timezone(&program::daytime_zone()).format("%H:%M:%S").to_string();
    format!("[[session]]\nid = \"chieu\"\nat = \"{at}\"\nplay = [\"tin\"]\n")
}

/// A station with two playlists. The second has one session, which begins in the given number of seconds.
fn folder_with_two_playlists(seconds: i64) -> Folder {
    let folder = Folder::new().segment("tin", 1).session(in_seconds(7200), "[\"tin\"]").write_playlist();
    fs::write(folder.station().join("playlists/b.toml"), session_in_seconds(seconds)).expect("write the file");
    folder
}

fn run_until_adopted(folder: &Folder) -> Daemon {
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    daemon
}

fn status(folder: &Folder) -> String {
    printed(&folder.loa(&["status"]))
}

/// The number of log entries of this kind.
fn entry_count(folder: &Folder, kind: &str) -> usize {
    folder.log().iter().filter(|record| record.kind == kind).count()
}

#[test]
fn a_playlist_that_vanishes_temporarily_withdraws_nothing() {
    let folder = folder_with_two_playlists(30);
    let daemon = run_until_adopted(&folder);
    let (path, other_path) = (folder.station().join("playlists/b.toml"), folder.station().with_file_name("b.toml"));
    fs::rename(&path, &other_path).expect("move the file away");
    let text = daemon.wait_for("loa check --accept").join("\n");
    assert!(text.contains("playlist-away") && text.contains("playlists/b.toml"), "{text}");
    wait_until("status names the file", || status(&folder).contains("playlists/b.toml is gone"));
    let warning = "plays an older schedule: the one in the folder is not in force";
    for command in ["plan", "list"] {
        let output = folder.loa(&[command]);
        assert!(output.status.success(), "{command}: {output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(warning), "{command}: {output:?}");
    }
    daemon.wait_for("Ended chieu");
    let outcomes: Vec<_> = folder.outcomes().iter().map(outcome_line).collect();
    assert!(outcomes.len() == 1 && outcomes[0].ends_with(" aired"), "{outcomes:?}");
    fs::rename(&other_path, &path).expect("move the file back");
    wait_until("status no longer names the file", || !status(&folder).contains("b.toml"));
    assert!(!printed(&folder.loa(&["plan"])).contains(warning), "the schedules are the same again");
    // The station reports a refused schedule only after a while, but `loa plan` asks at once.
    let text = fs::read_to_string(&path).expect("read the playlist");
    fs::write(&path, format!("{text}at = \"25:00\"\n")).expect("write the playlist");
    let plan = printed(&folder.loa(&["plan"]));
    assert!(plan.contains(warning) && plan.contains("b.toml"), "{plan}");
    fs::write(&path, text).expect("write the playlist");
    assert_eq!(
        (entry_count(&folder, "schedule"), entry_count(&folder, "plan")),
        (1, 1),
        "in the meantime, no schedule was adopted"
    );
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn the_schedule_stays_complete_however_a_playlist_vanishes() {
    let folder = folder_with_two_playlists(3600);
    let daemon = run_until_adopted(&folder);
    let station = folder.station();
    let (file, hidden_folder) = (station.join("playlists/b.toml"), station.join("giu"));
    let text = fs::read(&file).expect("read the playlist");
    let write = |bytes: &[u8]| fs::write(&file, bytes).expect("write the file");
    let remove_file = || fs::remove_file(&file).expect("delete the file");
    let hide_folder = || fs::rename(station.join("playlists"), &hidden_folder).expect("rename the folder");
    type Case<'a> = (&'a str, &'a dyn Fn(), &'a dyn Fn());
    let cases: [Case<'_>; 5] = [
        ("is empty", &|| write(b""), &|| write(&text)),
        ("is damaged", &|| write(&[0; 300]), &|| write(&text)),
        ("is gone", &remove_file, &|| write(&text)),
        (
            "is a link that leads nowhere",
            &|| {
                remove_file();
                symlink("/nowhere/b.toml", &file).expect("make the link");
            },
            &|| {
                remove_file();
                write(&text);
            },
        ),
        (
            "is gone",
            &|| {
                hide_folder();
                symlink("/nowhere/stick", station.join("playlists")).expect("make the link");
            },
            &|| {
                fs::remove_file(station.join("playlists")).expect("delete the file");
                fs::rename(&hidden_folder, station.join("playlists")).expect("rename the folder");
            },
        ),
    ];
    for (state, damage, restore) in cases {
        damage();
        wait_until(state, || status(&folder).contains(&format!("playlists/b.toml {state}")));
        let check = folder.loa(&["check"]);
        assert!(check.status.code() == Some(1) && printed(&check).contains("playlist-away"), "{}", printed(&check));
        restore();
        wait_until("status no longer names the file", || !status(&folder).contains("b.toml"));
    }
    let settings = fs::read(station.join("station.toml")).expect("read the file");
    fs::remove_file(station.join("station.toml")).expect("delete the file");
    let english_status = || printed(&folder.loa(&["status", "--lang", "en"]));
    wait_until("status names station.toml", || english_status().contains("station.toml is gone"));
    fs::write(station.join("station.toml"), settings).expect("write the file");
    wait_until("status no longer names station.toml", || !english_status().contains("been gone"));
    assert_eq!(
        (entry_count(&folder, "schedule"), entry_count(&folder, "plan")),
        (1, 1),
        "in the meantime, no schedule was adopted"
    );
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn the_acceptance_of_a_removal_is_logged_with_the_user() {
    let folder = folder_with_two_playlists(3600);
    let daemon = run_until_adopted(&folder);
    let refusal = folder.loa(&["check", "--accept"]);
    assert!(
        refusal.status.code() == Some(1) && printed(&refusal).contains("nothing to accept"),
        "{}",
        printed(&refusal)
    );
    fs::remove_file(folder.station().join("playlists/b.toml")).expect("delete the file");
    wait_until("status names the file", || status(&folder).contains("b.toml is gone"));
    let acceptance = folder.loa(&["check", "--accept"]);
    assert_eq!(acceptance.status.code(), Some(0), "{}", printed(&acceptance));
    daemon.wait_for("Schedule adopted: 1 session,");
    assert!(!status(&folder).contains("b.toml"));
    let log = folder.log();
    let command = log.iter().find(|r| r.body.action.as_deref() == Some("accept-removal")).expect("find an entry");
    assert_eq!(command.body.id.as_deref(), Some("playlists/b.toml"));
    assert_eq!(command.body.who.as_ref().map(|who| who.uid), Some(rustix::process::getuid().as_raw()));
    let schedule = log.iter().rfind(|r| r.kind == "schedule").expect("the log has a schedule entry");
    assert!(schedule.seq > command.seq && schedule.body.files.iter().all(|file| file.name != "playlists/b.toml"));
    // An edit of a playlist is adopted without acceptance.
    let file = folder.station().join("playlists/thu.toml");
    let text = fs::read_to_string(&file).expect("read the playlist");
    fs::write(&file, text.split("[[session]]").next().expect("find the segments")).expect("write the file");
    daemon.wait_for("Schedule adopted: 0 sessions");
    assert_eq!(daemon.end(), Some(0));
    assert!(folder.loa(&["verify"]).status.success());
}

#[test]
fn a_file_that_vanishes_while_the_station_is_off_is_suspect_at_the_next_start() {
    let folder = folder_with_two_playlists(3600);
    assert_eq!(run_until_adopted(&folder).end(), Some(0));
    fs::remove_file(folder.station().join("playlists/b.toml")).expect("delete the file");
    let daemon = folder.run();
    wait_until("status names the file", || status(&folder).contains("b.toml is gone"));
    assert_eq!(daemon.end(), Some(0));
    assert_eq!(entry_count(&folder, "schedule"), 1);
    // The second copy of the kept files also shows which schedule was in force.
    fs::rename(folder.station().join("airlog/kept"), folder.station().join("kept")).expect("rename the folder");
    let check = folder.loa(&["check"]);
    assert!(check.status.code() == Some(1) && printed(&check).contains("playlist-away"), "{}", printed(&check));
    let acceptance = folder.loa(&["check", "--accept"]);
    assert!(
        acceptance.status.code() == Some(0) && printed(&acceptance).contains("next start"),
        "{}",
        printed(&acceptance)
    );
    assert_eq!(folder.loa(&["check"]).status.code(), Some(0), "the removal was already accepted");
    // The accepting user is the owner of this file, whatever its text says.
    let acceptance_file = folder.station().join("airlog/meant.json");
    let text = fs::read_to_string(&acceptance_file)
        .expect("read the file")
        .replace('}', ",\"who\":{\"uid\":4242,\"name\":\"ai-do\"}}");
    fs::write(&acceptance_file, text).expect("write the file");
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted: 1 session,");
    assert_eq!(daemon.end(), Some(0));
    let mut log = folder.log();
    log.retain(|record| record.kind == "operator");
    assert!(log.len() == 1 && log[0].body.action.as_deref() == Some("accept-removal"), "{log:?}");
    assert_eq!(log[0].body.who.as_ref().map(|who| who.uid), Some(rustix::process::getuid().as_raw()));
    assert!(!folder.station().join("airlog/meant.json").exists());
    assert!(folder.loa(&["verify"]).status.success());
}

/// A station that starts in the evening. It has a session in the morning and one in the afternoon.
fn station_in_the_evening() -> Station {
    const TWO_SESSIONS: &str = "[[segment]]\nid = 'tin'\ntitle = 'T'\nfile = 's-60.mp3'\n[[session]]\nid = 'sang'\nat = '05:15'\nplay = ['tin']\n[[session]]\nid = 'chieu'\nat = '17:00'\nplay = ['tin']\n";
    Station::new("2023-03-20T18:00:00").playlist(TWO_SESSIONS)
}

const MORNING_PLAYLIST: &str =
    "[[segment]]\nid = 'tin'\ntitle = 'T'\nfile = 's-60.mp3'\n[[session]]\nid = 'sang'\nat = '05:15'\nplay = ['tin']\n";

#[test]
fn a_vanished_session_is_planned_at_midnight_until_someone_accepts_its_removal() {
    let hours = |n: i64| n * 3600;
    let accept = || OperatorCommand::AcceptRemoval { files: vec!["playlists/b.toml".to_owned()] };
    let accept_other = OperatorCommand::AcceptRemoval { files: vec!["playlists/c.toml".to_owned()] };
    let station = station_in_the_evening()
        .vanish(hours(4), "playlists/b.toml", MORNING_PLAYLIST)
        .run_until("2023-03-22T00:30:00");
    let lines: Vec<_> = station.log().iter().filter(|r| r.kind == "outcome").map(outcome_line).collect();
    assert_eq!(lines, ["sang@2023-03-21T05:15:00#1 aired", "chieu@2023-03-21T17:00:00#1 aired"]);
    let station = station_in_the_evening()
        .vanish(hours(4), "playlists/b.toml", MORNING_PLAYLIST)
        .command(hours(8), accept_other)
        .command(hours(12), accept())
        .command(hours(13), accept())
        .run_until("2023-03-22T00:30:00");
    let outcomes: Vec<_> = station.log().into_iter().filter(|r| r.kind == "outcome").collect();
    assert_eq!(outcomes.iter().filter(|r| r.body.result == Some(Outcome::Missed)).count(), 1);
    let lines: Vec<_> = outcomes.iter().map(outcome_line).collect();
    assert_eq!(lines, ["sang@2023-03-21T05:15:00#1 aired", "chieu@2023-03-21T17:00:00#1 missed withdrawn"]);
    let refusal = CommandReply::FilesStillDamaged(vec!["playlists/b.toml".to_owned()]);
    assert_eq!(station.replies(), [refusal, CommandReply::Done, CommandReply::NoSuspectFiles]);
}

/// The file and code of each finding of `loa check`, sorted.
fn codes(folder: &Folder) -> Vec<(String, String)> {
    let check = folder.loa(&["check", "--format", "json"]);
    let rows: serde_json::Value = serde_json::from_slice(&check.stdout).expect("parse the JSON");
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().expect("the value is a string").to_owned();
    let mut codes: Vec<_> = rows
        .as_array()
        .expect("the value is an array")
        .iter()
        .map(|row| (text(row, "file"), text(row, "code")))
        .collect();
    codes.sort();
    codes
}

#[test]
fn ignored_names_are_reported() {
    let folder = folder_with_two_playlists(3600);
    assert_eq!(codes(&folder), []);
    let path = |name: &str| folder.station().join(name);
    for name in ["playlists/T.TOML", "playlists/x.toml.txt", "playlists/y.toml ", "Station.toml"] {
        fs::write(path(name), "# x\n").expect("write the file");
    }
    for leftover in ["playlists/b.toml~", "playlists/.b.toml.swp", "playlists/b.toml.bak", "playlists/ghi-chu.txt"] {
        fs::write(path(leftover), "# x\n").expect("write the file");
    }
    let odd_name = Path::new(std::ffi::OsStr::from_bytes(b"z\xff.toml"));
    fs::write(path("playlists").join(odd_name), "").expect("write the file");
    fs::create_dir(path("playlists/cu.toml")).expect("make the folder");
    fs::write(path("playlists/rong.toml"), "").expect("write the file");
    symlink("/nowhere", path("playlists/noi.toml")).expect("make the link");
    rustix::fs::mkfifoat(rustix::fs::CWD, path("playlists/ong.toml"), rustix::fs::Mode::RWXU).expect("make the pipe");
    let expected = [
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
    assert_eq!(codes(&folder), expected.map(|(file, code)| (file.to_owned(), code.to_owned())));
    let daemon = folder.run();
    let text = daemon.wait_for("Schedule adopted").join("\n");
    assert!(text.contains("T.TOML") && text.contains("T.toml") && text.contains("Station.toml"), "{text}");
    assert_eq!(daemon.end(), Some(0));
    for lang in ["vi", "en"] {
        let text = printed(&folder.loa(&["check", "--lang", lang]));
        assert!(text.contains("x.toml") && text.contains("cu.toml"), "{text}");
    }
}
