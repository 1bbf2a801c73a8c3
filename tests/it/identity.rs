//! A station's identity: `loa init` asks for it, `loa run` refuses that of the sample station, and `loa check` compares
//! it with the log.
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
    loa::schedule::read_station(&loa::station::read_sources(station).expect("read the station"))
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("list the folder").flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

#[test]
fn init_makes_a_station_with_the_given_name() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let init_output = loa(dir.path(), &["init", "dai", "--name", NAME, "--lang", "vi"]);
    let text = printed(&init_output);
    assert_eq!(init_output.status.code(), Some(0), "{text}");
    assert!(text.contains(NAME) && text.contains("Mã đài: dak-ndrung") && text.contains("hư cấu"), "{text}");
    let station = settings(&dir.path().join("dai"));
    assert_eq!((station.id.as_str(), &*station.name, &*station.agency), ("dak-ndrung", NAME, "UBND xã Đắk N'Drung"));
    let check = loa(dir.path(), &["check", "dai", "--lang", "en"]);
    assert_eq!(check.status.code(), Some(0), "{}", printed(&check));
    assert!(!printed(&check).contains("sample-id"), "{}", printed(&check));

    let init_arguments = ["init", "dai-2", "--name", NAME, "--id", "dak-ndrung-2", "--agency", ""];
    assert_eq!(loa(dir.path(), &init_arguments).status.code(), Some(0));
    let station = settings(&dir.path().join("dai-2"));
    assert_eq!((station.id.as_str(), &*station.agency), ("dak-ndrung-2", ""));
}

#[test]
fn an_empty_station_passes_the_check_and_accepts_a_segment() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let init_output = loa(dir.path(), &["init", "dai", "--name", "Ea Pô", "--empty"]);
    assert_eq!(init_output.status.code(), Some(0), "{}", printed(&init_output));
    let station = dir.path().join("dai");
    assert_eq!(names_in(&station.join("playlists")), ["lich-phat.toml"]);
    assert!(names_in(&station.join("audio")).is_empty());
    let check = loa(dir.path(), &["check", "dai"]);
    assert_eq!(check.status.code(), Some(0), "{}", printed(&check));
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/audio/nuoc-sach.mp3");
    let add_output = loa(dir.path(), &["add", sample, "--title", "Nước sạch", "--station", "dai"]);
    assert_eq!(add_output.status.code(), Some(0), "{}", printed(&add_output));
    let playlist = fs::read_to_string(station.join("playlists/lich-phat.toml")).expect("read the playlist");
    assert!(playlist.contains("#: [[session]]") && playlist.contains("title = \"Nước sạch\""), "{playlist}");
}

#[test]
fn init_makes_nothing_without_a_valid_identity() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let long_name = "x".repeat(201);
    let cases: [(&[&str], &str); 9] = [
        (&[], "the station needs a name\nhint: loa init dai --name"),
        (&["--id", "dak-ru", "--empty"], "the station needs a name"),
        (&["--name", ""], "`name` is empty"),
        (&["--name", &long_name], "`name` is longer than 200 characters"),
        (&["--name", "a\u{1b}[2Jb"], "`name` has a control character"),
        (&["--name", "广播站"], "add --id"),
        (&["--name", "Ea Pô", "--id", "Ea Pô"], "`Ea Pô` is not an id"),
        (&["--name", "Ea Pô", "--id", "dai-mau"], "the id of the sample"),
        (&["--name", "Ea Pô", "--sample"], "cannot be used together"),
    ];
    for (arguments, expected) in cases {
        let refused_init = loa(dir.path(), &[&["init", "dai", "--lang", "en"], arguments].concat());
        let text = printed(&refused_init);
        assert_eq!(refused_init.status.code(), Some(2), "{arguments:?}: {text}");
        assert!(text.contains(expected), "{arguments:?}: {text}");
        assert!(!dir.path().join("dai").exists(), "{arguments:?}");
    }
    let sample_name_init = loa(dir.path(), &["init", "dai", "--name", "Đài mẫu"]);
    assert_eq!(
        sample_name_init.status.code(),
        Some(2),
        "its id would be that of the sample: {}",
        printed(&sample_name_init)
    );
}

/// A station with these settings, and one short session a day.
fn folder_with_settings(id: &str, device: &str) -> Folder {
    let folder = Folder::new().segment("a", 1);
    folder.write(&format!("{}[[session]]\nid = \"b\"\nat = \"12:00\"\nplay = [\"a\"]\n", folder.playlist()));
    write_settings(&folder, id, device);
    folder
}

fn write_settings(folder: &Folder, id: &str, device: &str) {
    let path = folder.station().join("station.toml");
    fs::write(path, format!("[station]\nid = \"{id}\"\nlanguage = \"en\"\n[output]\ndevice = \"{device}\"\n"))
        .expect("write the file");
}

/// Runs the station until it has a schedule, then ends it.
fn run_once(folder: &Folder, arguments: &[&str]) {
    let mut command = folder.command(arguments);
    // No sound server can be reached, so the test makes no noise.
    let daemon = Daemon::start(command.env("PULSE_SERVER", "unix:/nowhere"));
    daemon.wait_for("Schedule adopted");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_new_station_does_not_sound_under_the_samples_id() {
    let folder = folder_with_settings("dai-mau", "default");
    let refused_run = folder.loa(&["run"]);
    let text = printed(&refused_run);
    assert_eq!(refused_run.status.code(), Some(78), "{text}");
    assert!(text.contains("this is the sample station") && text.contains("loa run --sample"), "{text}");
    assert_eq!(folder.log().len(), 0, "no log begins under that id");
    assert_eq!(folder.loa(&["run"]).status.code(), Some(78), "the second run is refused too");
    run_once(&folder, &["run", "--sample"]);
}

#[test]
fn the_sample_runs_on_an_output_without_sound() {
    for device in ["null", "wav:tieng.wav"] {
        run_once(&folder_with_settings("dai-mau", device), &["run"]);
    }
}

#[test]
fn a_station_with_a_log_keeps_running_under_its_id() {
    for id in ["dai-mau", "dak-ndrung"] {
        let folder = folder_with_settings(id, "null");
        run_once(&folder, &["run"]);
        write_settings(&folder, id, "default");
        run_once(&folder, &["run"]);
    }
}

#[test]
fn a_damaged_log_does_not_mute_the_station() {
    let folder = folder_with_settings("dai-mau", "null");
    run_once(&folder, &["run"]);
    write_settings(&folder, "dai-mau", "default");
    fs::write(folder.station().join("airlog/log.jsonl"), "not a log\n").expect("write the file");
    run_once(&folder, &["run"]);
}

#[test]
fn check_reports_an_id_that_differs_from_the_logs_id() {
    let folder = folder_with_settings("quang-tam", "null");
    run_once(&folder, &["run"]);
    let check = folder.loa(&["check", "--format", "json"]);
    assert_eq!((check.status.code(), printed(&check).contains("id-of-another-log")), (Some(0), false));
    write_settings(&folder, "quang-truc", "null");
    let check_text = |lang: &str| {
        let check = folder.loa(&["check", "--lang", lang]);
        assert_eq!(check.status.code(), Some(1), "{}", printed(&check));
        String::from_utf8(check.stdout).expect("the text is UTF-8")
    };
    for lang in ["vi", "en"] {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/golden/other-id.{lang}.txt"));
        snapbox::assert_data_eq!(check_text(lang), snapbox::Data::read_from(&golden, None).raw());
    }
    // Missing settings are not reported as another id.
    fs::remove_file(folder.station().join("station.toml")).expect("remove the file");
    assert!(!printed(&folder.loa(&["check", "--format", "json"])).contains("id-of-another-log"));
}
