//! A station's identity: `loa init` asks for it, `loa run` wants one of its own, `loa check` compares it with the log.
use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};

use crate::daemon::{Daemon, Folder, printed};
use crate::program;

const NAME: &str = "Đài Truyền thanh xã Đắk N'Drung";

/// Runs `loa` in this folder, as a script does: without a terminal.
fn loa(dir: &Path, arguments: &[&str]) -> Output {
    let mut command = program::loa(dir);
    command.args(arguments).current_dir(dir).stdin(Stdio::null()).output().expect("loa starts")
}

fn settings(station: &Path) -> loa::schedule::settings::Station {
    loa::schedule::read_station(&loa::station::read_sources(station).expect("a station"))
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("list the folder").flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

#[test]
fn init_makes_a_station_with_the_name_that_it_is_given() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let made = loa(dir.path(), &["init", "dai", "--name", NAME, "--lang", "vi"]);
    let text = printed(&made);
    assert_eq!(made.status.code(), Some(0), "{text}");
    assert!(text.contains(NAME) && text.contains("Mã đài: dak-ndrung") && text.contains("hư cấu"), "{text}");
    let station = settings(&dir.path().join("dai"));
    assert_eq!((station.id.as_str(), &*station.name, &*station.agency), ("dak-ndrung", NAME, "UBND xã Đắk N'Drung"));
    let check = loa(dir.path(), &["check", "dai", "--lang", "en"]);
    assert_eq!(check.status.code(), Some(0), "{}", printed(&check));
    assert!(!printed(&check).contains("sample-id"), "{}", printed(&check));

    let chosen = ["init", "dai-2", "--name", NAME, "--id", "dak-ndrung-2", "--agency", ""];
    assert_eq!(loa(dir.path(), &chosen).status.code(), Some(0));
    let station = settings(&dir.path().join("dai-2"));
    assert_eq!((station.id.as_str(), &*station.agency), ("dak-ndrung-2", ""));
}

#[test]
fn an_empty_station_waits_for_its_own_content() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let made = loa(dir.path(), &["init", "dai", "--name", "Ea Pô", "--empty"]);
    assert_eq!(made.status.code(), Some(0), "{}", printed(&made));
    let station = dir.path().join("dai");
    assert_eq!(names_in(&station.join("playlists")), ["lich-phat.toml"]);
    assert!(names_in(&station.join("audio")).is_empty());
    let check = loa(dir.path(), &["check", "dai"]);
    assert_eq!(check.status.code(), Some(0), "{}", printed(&check));
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/audio/nuoc-sach.mp3");
    let added = loa(dir.path(), &["add", sample, "--title", "Nước sạch", "--station", "dai"]);
    assert_eq!(added.status.code(), Some(0), "{}", printed(&added));
    let playlist = fs::read_to_string(station.join("playlists/lich-phat.toml")).expect("read the playlist");
    assert!(playlist.contains("#: [[session]]") && playlist.contains("title = \"Nước sạch\""), "{playlist}");
}

#[test]
fn init_makes_nothing_without_an_identity_that_a_commune_can_have() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let long = "x".repeat(201);
    let cases: [(&[&str], &str); 9] = [
        (&[], "the station needs a name\nhint: loa init dai --name"),
        (&["--id", "dak-ru", "--empty"], "the station needs a name"),
        (&["--name", ""], "`name` is empty"),
        (&["--name", &long], "`name` is longer than 200 characters"),
        (&["--name", "a\u{1b}[2Jb"], "`name` has a control character"),
        (&["--name", "广播站"], "add --id"),
        (&["--name", "Ea Pô", "--id", "Ea Pô"], "`Ea Pô` is not an id"),
        (&["--name", "Ea Pô", "--id", "dai-mau"], "the id of the sample"),
        (&["--name", "Ea Pô", "--sample"], "cannot be used together"),
    ];
    for (arguments, expected) in cases {
        let refused = loa(dir.path(), &[&["init", "dai", "--lang", "en"], arguments].concat());
        let text = printed(&refused);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {text}");
        assert!(text.contains(expected), "{arguments:?}: {text}");
        assert!(!dir.path().join("dai").exists(), "{arguments:?}");
    }
    let of_sample = loa(dir.path(), &["init", "dai", "--name", "Đài mẫu"]);
    assert_eq!(of_sample.status.code(), Some(2), "its id would be that of the sample: {}", printed(&of_sample));
}

/// A station with these settings, and one short session a day.
fn folder(id: &str, device: &str) -> Folder {
    let folder = Folder::new().segment("a", 1);
    folder.write(&format!("{}[[session]]\nid = \"b\"\nat = \"12:00\"\nplay = [\"a\"]\n", folder.playlist()));
    set(&folder, id, device);
    folder
}

fn set(folder: &Folder, id: &str, device: &str) {
    let path = folder.station().join("station.toml");
    fs::write(path, format!("[station]\nid = \"{id}\"\nlanguage = \"en\"\n[output]\ndevice = \"{device}\"\n"))
        .expect("write the file");
}

/// Runs the station until it has a schedule, then ends it.
fn run_once(folder: &Folder, arguments: &[&str]) {
    let mut command = folder.command(arguments);
    // No sound server answers: a test makes no noise.
    let daemon = Daemon::start(command.env("PULSE_SERVER", "unix:/nowhere"));
    daemon.wait_for("Schedule adopted");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_new_station_does_not_sound_under_the_samples_id() {
    let folder = folder("dai-mau", "default");
    let refused = folder.loa(&["run"]);
    let text = printed(&refused);
    assert_eq!(refused.status.code(), Some(78), "{text}");
    assert!(text.contains("this is the sample station") && text.contains("loa run --sample"), "{text}");
    assert_eq!(folder.log().len(), 0, "no log begins under that id");
    assert_eq!(folder.loa(&["run"]).status.code(), Some(78), "also the second time");
    run_once(&folder, &["run", "--sample"]);
}

#[test]
fn the_sample_runs_where_nobody_hears_it() {
    for device in ["null", "wav:tieng.wav"] {
        run_once(&folder("dai-mau", device), &["run"]);
    }
}

#[test]
fn a_station_with_a_log_goes_on_under_the_id_that_it_has() {
    for id in ["dai-mau", "dak-ndrung"] {
        let folder = folder(id, "null");
        run_once(&folder, &["run"]);
        set(&folder, id, "default");
        run_once(&folder, &["run"]);
    }
}

#[test]
fn a_damaged_log_makes_no_station_mute() {
    let folder = folder("dai-mau", "null");
    run_once(&folder, &["run"]);
    set(&folder, "dai-mau", "default");
    fs::write(folder.station().join("airlog/log.jsonl"), "not a log\n").expect("write the file");
    run_once(&folder, &["run"]);
}

#[test]
fn check_says_that_the_log_refuses_another_id() {
    let folder = folder("quang-tam", "null");
    run_once(&folder, &["run"]);
    let check = folder.loa(&["check", "--format", "json"]);
    assert_eq!((check.status.code(), printed(&check).contains("id-of-another-log")), (Some(0), false));
    set(&folder, "quang-truc", "null");
    let check = |lang: &str| {
        let check = folder.loa(&["check", "--lang", lang]);
        assert_eq!(check.status.code(), Some(1), "{}", printed(&check));
        String::from_utf8(check.stdout).expect("UTF-8")
    };
    for lang in ["vi", "en"] {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/golden/other-id.{lang}.txt"));
        snapbox::assert_data_eq!(check(lang), snapbox::Data::read_from(&golden, None).raw());
    }
    // Settings that are gone are told as such.
    fs::remove_file(folder.station().join("station.toml")).expect("remove the file");
    assert!(!printed(&folder.loa(&["check", "--format", "json"])).contains("id-of-another-log"));
}
