//! What nobody can hear is no proof: level 0 for it, and what stands behind the device is told.
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

fn morning() -> Station {
    Station::new("2023-03-20T05:50:00").playlist(&format!("{SEGMENTS}{SESSION}"))
}

fn records(station: &Station, kind: &str) -> Vec<Record> {
    station.log().into_iter().filter(|r| r.kind == kind).collect()
}

fn levels(station: &Station) -> Vec<(u8, u8)> {
    let of = |kind| records(station, kind).into_iter().map(|r| r.body.level);
    of("start").zip(of("outcome")).collect()
}

#[test]
fn a_line_at_volume_0_proves_nothing() {
    let run = |settings: &str| levels(&morning().settings(settings).run_until("2023-03-20T06:10:00"));
    assert_eq!(run(""), [(1, 1), (1, 1)]);
    assert_eq!(run("[output]\nvolume = 0\n"), [(0, 0), (0, 0)]);
    let early = "[output]\nvolume = 80\n[output.volume-at]\n\"05:00..07:00\" = 0\n";
    assert_eq!(run(early), [(0, 0), (0, 0)], "at this time of the day");
    assert_eq!(run(&early.replace("07:00", "05:55")), [(1, 1), (1, 1)], "at another");
}

#[test]
fn a_segment_without_sound_proves_nothing() {
    let silent = FileStatus::Good(loa::library::Scan { flaws: vec![AudioFlaw::Silent], ..scan_of((30, 48_000)) });
    let done = morning().file("s-30.mp3", silent.clone()).run_until("2023-03-20T06:10:00");
    assert_eq!(levels(&done), [(1, 1), (0, 0)]);
    assert!(done.outcomes().iter().all(|o| o.ends_with(" aired")), "that it aired is another matter");
    // By hand, too.
    let done = morning().file("s-30.mp3", silent).order(10, OperatorCommand::Play(id("lang"))).run_for(120);
    assert_eq!(levels(&done), [(0, 0)]);
}

#[test]
fn what_stands_behind_the_device_is_told_and_what_is_no_hardware_proves_nothing() {
    let told = |hardware| {
        let done = morning().sink("alsa_output.loa", hardware).run_until("2023-03-20T06:10:00");
        for kind in ["device", "start", "outcome"] {
            let found = records(&done, kind);
            assert!(!found.is_empty());
            for record in found {
                assert_eq!(record.body.sink.as_deref(), Some("alsa_output.loa"), "{kind}");
                assert_eq!(record.body.hardware, hardware, "{kind}");
                assert_eq!(record.body.device.as_deref(), Some("test"), "as ever");
            }
        }
        levels(&done)
    };
    assert_eq!(told(Some(true)), [(1, 1), (1, 1)]);
    assert_eq!(told(None), [(1, 1), (1, 1)], "an honest station loses nothing by what is not known");
    assert_eq!(told(Some(false)), [(0, 0), (0, 0)]);
    // After a cut the outcome has it from the start.
    let cut = morning().sink("hw:CARD=PCH", Some(true)).run_and_cut(630).off_for(600).run_for(60);
    let first = &records(&cut, "outcome")[0];
    assert_eq!(
        (first.body.sink.as_deref(), first.body.hardware, first.body.level),
        (Some("hw:CARD=PCH"), Some(true), 1)
    );
}

fn log(station: &Path) -> Vec<Record> {
    let storage = FolderStorage::new(station.join("airlog"));
    let mut reader = Reader::new(&storage).expect("the log");
    std::iter::from_fn(|| reader.next_record().ok().flatten()).collect()
}

#[test]
fn check_and_add_tell_of_a_volume_of_0_and_of_one_recording_under_two_topics() {
    let folder = Folder::new().segment("a", 1);
    let settings = fs::read_to_string(folder.station().join("station.toml")).expect("settings");
    let muted = settings.replace("[quiet-hours]", "[output.volume-at]\n\"05:00..07:00\" = 0\n[quiet-hours]");
    fs::write(folder.station().join("station.toml"), muted).expect("settings");
    let topics = "[campaign]\nid = \"c\"\ntitle = \"C\"\n[campaign.topics]\n1 = \"Một\"\n2 = \"Hai\"\n";
    let segment = |id: &str, topic: u8| {
        format!("[[segment]]\nid = \"{id}\"\ntitle = \"{id}\"\nfile = \"a.wav\"\ntopic = {topic}\n")
    };
    let said = |playlist: String| {
        folder.write(&format!("{topics}{playlist}"));
        let output = folder.loa(&["check"]);
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    };
    let alike = said(format!("{}{}", segment("x", 1), segment("y", 1)));
    assert!(alike.contains("muted-at") && alike.contains("05:00 to 07:00 is 0"), "{alike}");
    assert!(!alike.contains("same-recording"), "{alike}");
    let two = said(format!("{}{}", segment("x", 1), segment("y", 2)));
    assert!(two.contains("the segments `y` and `x` have two topics and one recording"), "{two}");
    // `add` refuses it, though nothing is pinned, and warns where it is wanted all the same.
    folder.write(&format!("{topics}{}", segment("x", 1)));
    let file = folder.station().join("audio/a.wav");
    let add = |words: &[&str]| {
        let mut all = vec!["add", file.to_str().expect("UTF-8"), "--title", "Z", "--topic", "2"];
        all.extend(words);
        all.push("--station");
        let output = folder.loa(&all);
        (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    let (code, words) = add(&[]);
    assert!(code == Some(1) && words.contains("`x` already has exactly this sound"), "{words}");
    let (code, words) = add(&["--anyway"]);
    assert!(code == Some(0) && words.contains("have two topics and one recording"), "{words}");
}

#[test]
fn the_sink_of_a_sound_server_is_told_by_its_name() {
    let sink = Sink::start();
    let folder = sink.folder();
    let station = folder.join("dai");
    for name in ["playlists", "audio"] {
        fs::create_dir_all(station.join(name)).expect("a folder");
    }
    media::write_wav(&station.join("audio/a.wav"), &media::signal(48_000, 48_000, 1), 48_000, 1);
    let zone = program::daytime();
    let settings = format!(
        "[station]\nid = \"thu\"\nlanguage = \"en\"\ntimezone = \"{zone}\"\n[quiet-hours]\nfrom = \"00:00\"\nuntil = \"00:00\"\n"
    );
    fs::write(station.join("station.toml"), settings).expect("settings");
    let segment = "[[segment]]\nid = \"a\"\ntitle = \"A\"\nfile = \"a.wav\"\n";
    let write = |text: &str| fs::write(station.join("playlists/thu.toml"), text).expect("a playlist");
    write(segment);
    let mut command = program::loa(folder);
    sink.environment(&mut command);
    let daemon = Daemon::start(command.arg("run").arg(&station));
    // It knows its files: nothing that follows waits for them.
    daemon.wait_for("Schedule adopted");
    let at = in_seconds(6).with_timezone(&program::daytime()).format("%H:%M:%S");
    write(&format!("{segment}[[session]]\nid = \"s\"\nat = \"{at}\"\nplay = [\"a\"]\n"));
    daemon.wait_for("Ended s@");
    let found = log(&station).into_iter().find(|r| r.kind == "outcome").expect("an outcome");
    assert_eq!(found.body.sink.as_deref(), Some("out"), "{found:?}");
    assert_eq!((found.body.hardware, found.body.level), (Some(false), 0), "a null sink is no sound card");
    let entries = log(&station);
    let opened: Vec<_> = entries.iter().filter(|r| r.kind == "device").collect();
    assert_eq!(opened.last().and_then(|r| r.body.sink.as_deref()), Some("out"), "{opened:?}");
    assert!(opened.len() <= 2, "{opened:?}");
}
