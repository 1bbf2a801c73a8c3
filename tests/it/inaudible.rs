//! An inaudible airing has proof level 0, and the log names the sink of the device.
use std::fs;
use std::path::Path;

use crate::record::{Reader, Record};
use loa::airlog::storage::FolderStorage;
use loa::library::FileStatus;
use loa::library::flaw::AudioFlaw;
use loa::playout::engine::OperatorCommand;

use crate::daemon::{Daemon, Folder, in_seconds};
use crate::media;
use crate::program;
use crate::sink::Sink;
use crate::station::{Station, id, scan_of};

const SEGMENTS: &str = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"s-60.mp3\"\n\
    [[segment]]\nid = \"lang\"\ntitle = \"Lặng\"\nfile = \"s-30.mp3\"\n";
const SESSION: &str = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\", \"lang\"]\n";

fn morning_station() -> Station {
    Station::new("2023-03-20T05:50:00").playlist(&format!("{SEGMENTS}{SESSION}"))
}

fn records(station: &Station, kind: &str) -> Vec<Record> {
    station.log().into_iter().filter(|r| r.kind == kind).collect()
}

/// The levels of proof in the start entry and in the outcome of each airing.
fn levels(station: &Station) -> Vec<(u8, u8)> {
    let levels_of = |kind| records(station, kind).into_iter().map(|r| r.body.level);
    levels_of("start").zip(levels_of("outcome")).collect()
}

#[test]
fn an_airing_at_volume_0_has_level_0() {
    let levels_with = |settings: &str| levels(&morning_station().settings(settings).run_until("2023-03-20T06:10:00"));
    assert_eq!(levels_with(""), [(1, 1), (1, 1)]);
    assert_eq!(levels_with("[output]\nvolume = 0\n"), [(0, 0), (0, 0)]);
    let muted_morning_settings = "[output]\nvolume = 80\n[output.volume-at]\n\"05:00..07:00\" = 0\n";
    assert_eq!(levels_with(muted_morning_settings), [(0, 0), (0, 0)], "muted at this time of the day");
    assert_eq!(
        levels_with(&muted_morning_settings.replace("07:00", "05:55")),
        [(1, 1), (1, 1)],
        "muted at a different time of the day"
    );
}

#[test]
fn an_airing_of_a_silent_segment_has_level_0() {
    let silent_file = FileStatus::Good(loa::library::Scan { flaws: vec![AudioFlaw::Silent], ..scan_of((30, 48_000)) });
    let station = morning_station().file("s-30.mp3", silent_file.clone()).run_until("2023-03-20T06:10:00");
    assert_eq!(levels(&station), [(1, 1), (0, 0)]);
    assert!(station.outcomes().iter().all(|o| o.ends_with(" aired")), "a silent airing still has the result `aired`");
    // The same holds if the operator plays the segment.
    let station =
        morning_station().file("s-30.mp3", silent_file).command(10, OperatorCommand::Play(id("lang"))).run_for(120);
    assert_eq!(levels(&station), [(0, 0)]);
}

#[test]
fn the_sink_is_logged_and_a_sink_without_hardware_has_level_0() {
    let levels_with = |hardware| {
        let station = morning_station().sink("alsa_output.loa", hardware).run_until("2023-03-20T06:10:00");
        for kind in ["device", "start", "outcome"] {
            let entries = records(&station, kind);
            assert!(!entries.is_empty());
            for record in entries {
                assert_eq!(record.body.sink.as_deref(), Some("alsa_output.loa"), "{kind}");
                assert_eq!(record.body.hardware, hardware, "{kind}");
                assert_eq!(record.body.device.as_deref(), Some("test"), "the device keeps its name");
            }
        }
        levels(&station)
    };
    assert_eq!(levels_with(Some(true)), [(1, 1), (1, 1)]);
    assert_eq!(levels_with(None), [(1, 1), (1, 1)], "unknown hardware does not lower the level");
    assert_eq!(levels_with(Some(false)), [(0, 0), (0, 0)]);
    // After a power cut, the outcome takes the sink from the start entry.
    let station = morning_station().sink("hw:CARD=PCH", Some(true)).run_and_cut(630).off_for(600).run_for(60);
    let outcome = &records(&station, "outcome")[0];
    assert_eq!(
        (outcome.body.sink.as_deref(), outcome.body.hardware, outcome.body.level),
        (Some("hw:CARD=PCH"), Some(true), 1)
    );
}

fn log_entries(station: &Path) -> Vec<Record> {
    let storage = FolderStorage::new(station.join("airlog"));
    let mut reader = Reader::new(&storage).expect("open the log");
    std::iter::from_fn(|| reader.next_record().ok().flatten()).collect()
}

#[test]
fn check_and_add_warn_about_volume_0_and_about_one_recording_under_two_topics() {
    let folder = Folder::new().segment("a", 1);
    let settings = fs::read_to_string(folder.station().join("station.toml")).expect("read the file");
    let muted_settings = settings.replace("[quiet-hours]", "[output.volume-at]\n\"05:00..07:00\" = 0\n[quiet-hours]");
    fs::write(folder.station().join("station.toml"), muted_settings).expect("write the file");
    let topics = "[campaign]\nid = \"c\"\ntitle = \"C\"\n[campaign.topics]\n1 = \"Một\"\n2 = \"Hai\"\n";
    let segment = |id: &str, topic: u8| {
        format!("[[segment]]\nid = \"{id}\"\ntitle = \"{id}\"\nfile = \"a.wav\"\ntopic = {topic}\n")
    };
    let check_text = |playlist: String| {
        folder.write(&format!("{topics}{playlist}"));
        let output = folder.loa(&["check"]);
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    };
    let same_topic_text = check_text(format!("{}{}", segment("x", 1), segment("y", 1)));
    assert!(
        same_topic_text.contains("muted-at") && same_topic_text.contains("05:00 to 07:00 is 0"),
        "{same_topic_text}"
    );
    assert!(!same_topic_text.contains("same-recording"), "{same_topic_text}");
    let two_topics_text = check_text(format!("{}{}", segment("x", 1), segment("y", 2)));
    assert!(
        two_topics_text.contains("the segments `y` and `x` have different topics but the same recording"),
        "{two_topics_text}"
    );
    // `add` refuses a recording that the station already has. With `--anyway` it only warns.
    folder.write(&format!("{topics}{}", segment("x", 1)));
    let file = folder.station().join("audio/a.wav");
    let add = |options: &[&str]| {
        let mut arguments = vec!["add", file.to_str().expect("the path is UTF-8"), "--title", "Z", "--topic", "2"];
        arguments.extend(options);
        arguments.push("--station");
        let output = folder.loa(&arguments);
        (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    let (code, text) = add(&[]);
    assert!(code == Some(1) && text.contains("`x` already has exactly this sound"), "{text}");
    let (code, text) = add(&["--anyway"]);
    assert!(code == Some(0) && text.contains("have different topics but the same recording"), "{text}");
}

#[test]
fn the_sink_of_a_sound_server_is_logged_by_its_name() {
    let sink = Sink::start();
    let folder = sink.folder();
    let station = folder.join("dai");
    for name in ["playlists", "audio"] {
        fs::create_dir_all(station.join(name)).expect("make the folder");
    }
    media::write_wav(&station.join("audio/a.wav"), &media::signal(48_000, 48_000, 1), 48_000, 1);
    let zone = program::daytime_zone();
    let settings = format!(
        "[station]\nid = \"thu\"\nlanguage = \"en\"\ntimezone = \"{zone}\"\n[quiet-hours]\nfrom = \"00:00\"\nuntil = \"00:00\"\n"
    );
    fs::write(station.join("station.toml"), settings).expect("write the file");
    let segment = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"a.wav\"\n";
    let write_playlist = |text: &str| fs::write(station.join("playlists/thu.toml"), text).expect("write the file");
    write_playlist(segment);
    let mut command = program::loa(folder);
    sink.set_environment(&mut command);
    let daemon = Daemon::start(command.arg("run").arg(&station));
    // Once the schedule is adopted, all files are scanned, so no later step waits for a scan.
    daemon.wait_for("Schedule adopted");
    let at = in_seconds(6).with_timezone(&program::daytime_zone()).format("%H:%M:%S");
    write_playlist(&format!("{segment}[[session]]\nid = \"s\"\nat = \"{at}\"\nplay = [\"a\"]\n"));
    daemon.wait_for("Ended s,");
    let outcome = log_entries(&station).into_iter().find(|r| r.kind == "outcome").expect("the log has an outcome");
    assert_eq!(outcome.body.sink.as_deref(), Some("out"), "{outcome:?}");
    assert_eq!(
        (outcome.body.hardware, outcome.body.level),
        (Some(false), 0),
        "a null sink does not count as a sound card"
    );
    let entries = log_entries(&station);
    let device_entries: Vec<_> = entries.iter().filter(|r| r.kind == "device").collect();
    assert_eq!(device_entries.last().and_then(|r| r.body.sink.as_deref()), Some("out"), "{device_entries:?}");
    assert!(device_entries.len() <= 2, "{device_entries:?}");
}
