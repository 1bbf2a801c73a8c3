//! An operator's day at the page in a real browser (Chromium), against the real daemon, whose sound is recorded.
use std::process::Command;

use crate::daemon::{Daemon, Folder};
use crate::foreign::python_with;
use crate::media;
use crate::served_page::ServedPage;
use crate::sink::{RATE, Sink};

/// The tone of the recording that is added, in hertz. The station's own segments have 440 Hz.
const TONE_HZ: f64 = 1_000.0;

/// A station on a sound server without hardware, and its page.
struct Office {
    folder: Folder,
    sink: Sink,
    daemon: Daemon,
    page: ServedPage,
}

impl Office {
    fn new(language: &str) -> Self {
        let (sink, folder) = (Sink::start(), Folder::new().segment("lu", 60).segment("a", 1).segment("b", 1));
        let settings = folder.station().join("station.toml");
        let text = std::fs::read_to_string(&settings).expect("read the file");
        let text = text.replace("\"null\"", "\"default\"").replace("\"en\"", &format!("\"{language}\""));
        std::fs::write(&settings, text).expect("write the file");
        let playlist = folder.playlist().replace("file = \"lu.wav\"", "file = \"lu.wav\"\npool = [\"khan-cap\"]");
        let session = "[[session]]\nid = \"sang\"\ntitle = \"Buổi sáng\"\nat = \"05:15\"\nplay = [\"a\", \"b\"]\n";
        folder.write(&format!("{playlist}{session}"));
        let command = |arguments: &[&str]| {
            let mut command = folder.command(arguments);
            sink.set_environment(&mut command);
            command
        };
        // The language of what the daemon prints, not of the page.
        let daemon = Daemon::start(command(&["run", "--lang", "en"]).env("LANG", "C.UTF-8"));
        let page = ServedPage::start_command(&mut command(&["page", "--listen", "127.0.0.1:0"]));
        Self { folder, sink, daemon, page }
    }

    /// Lives the day. `arguments` are those of `tests/browser/day.py`.
    fn live(&self, arguments: &[&str]) {
        let sound = self.folder.dir.path().join("bản tin mới.wav");
        let wave = |n: usize| (n as f64 * TONE_HZ / f64::from(RATE) * std::f64::consts::TAU).sin() as f32 * 0.3;
        let samples: Vec<f32> = (0..3 * RATE as usize).map(wave).collect();
        media::write_wav(&sound, &samples, RATE, 1);
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/day.py");
        let mut command = Command::new(python_with("playwright, axe_core_python"));
        command.arg(script).arg(&self.page.link).arg(&sound).args(arguments).env("PYTHONDONTWRITEBYTECODE", "1");
        let output = command.output().expect("python starts");
        let printed = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{}\n{}", printed(&output.stdout), printed(&output.stderr));
    }
}

/// Returns true if a part of the recording is mostly the tone.
fn has_tone(recording: &[f32]) -> bool {
    recording.chunks_exact(2 * RATE as usize / 4).any(|part| {
        let (mut re, mut im, mut power) = (0.0, 0.0, 0.0);
        for (n, sample) in part.iter().step_by(2).map(|sample| f64::from(*sample)).enumerate() {
            let angle = n as f64 * TONE_HZ / f64::from(RATE) * std::f64::consts::TAU;
            (re, im, power) = (re + sample * angle.cos(), im + sample * angle.sin(), power + sample * sample);
        }
        let samples = part.len() as f64 / 2.0;
        power / samples > 1e-4 && 2.0 * (re * re + im * im) / samples > 0.8 * power
    })
}

#[test]
fn an_operators_day_at_a_telephone_ends_with_their_own_voice_on_the_line() {
    let office = Office::new("vi");
    let recording = office.sink.record();
    office.live(&["--when", "now", "--width", "360"]);
    office.daemon.wait_for("Started `Tin <i>thử</i>`");
    assert!(has_tone(&recording.finish()), "the new recording is heard");
    let log = String::from_utf8_lossy(&office.folder.loa(&["log", "--lang", "en"]).stdout).into_owned();
    assert!(log.contains("stopped by the operator"), "{log}");
    let starts = office.folder.log().iter().filter(|record| record.kind == "start").count();
    assert_eq!(starts, 2, "the recording and one urgent message; the other was called off");
}

#[test]
fn a_recording_with_the_microphone_of_the_stations_computer_is_examined_and_saved() {
    let office = Office::new("vi");
    office.live(&["--when", "once", "--width", "1280", "--record"]);
    let mut recordings = std::fs::read_dir(office.folder.station().join("audio")).expect("list the folder").flatten();
    let recorded = recordings.find(|file| file.file_name().to_string_lossy().starts_with("ghi-am-"));
    let scan = loa::library::scan::scan(&recorded.expect("it was saved").path()).expect("scan the recording");
    assert!(scan.length.ms() >= 1_500 && scan.measure.integrated.is_some(), "{scan:?}");
}

#[test]
fn the_same_day_without_script_on_a_wide_screen_and_in_english() {
    let office = Office::new("en");
    let before = std::fs::read_to_string(office.folder.station().join("playlists/thu.toml")).expect("read the file");
    office.live(&["--when", "once", "--width", "1280", "--no-script"]);
    let after = std::fs::read_to_string(office.folder.station().join("playlists/thu.toml")).expect("read the file");
    assert_eq!(after, before, "it was added, moved in its session, and taken back");
    assert!(office.folder.station().join("audio/bản tin mới.wav").is_file());
}
