//! The choice of the device, and the log of a device that comes and goes.
use std::io::BufReader;
use std::path::Path;
use std::process::Command;

use loa::base::instant::SECOND_US;
use loa::playout::output::{CueStart, Ending, Output, OutputEvent};
use loa::schedule::settings::{Device, OutputSettings};

use crate::media;
use crate::output::{OutputBench, in_one_second, now};
use crate::sink::{RATE, Sink};
use crate::sound::{CHILD_FOLDER_VAR, send_word, start_child, wait_for_word};
use crate::station::{Station, outcome_line};

#[test]
fn a_device_that_comes_and_goes_is_logged_at_most_once_a_second() {
    let playlist = "[[segment]]\nid = \"dai\"\ntitle = \"Dài\"\nfile = \"s-600.mp3\"\n\
        [[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"dai\"]\n";
    let mut station = Station::new("2023-03-20T05:50:00").playlist(playlist);
    // For a minute, the device is alternately away for 100 ms and present for 100 ms.
    for n in 0..300 {
        station = station.device_unavailable_ms(620_000 + n * 200, 620_100 + n * 200);
    }
    let station = station.run_until("2023-03-20T07:00:00");
    let log = station.log();
    let device_entries: Vec<_> = log.iter().filter(|r| r.kind == "device").collect();
    assert!((3..=62).contains(&device_entries.len()), "{}", device_entries.len());
    for pair in device_entries.windows(2) {
        assert!(pair[1].wall().since(pair[0].wall()) >= SECOND_US, "{} and {}", pair[0].at, pair[1].at);
        assert_ne!(pair[0].body.state, pair[1].body.state, "at {}", pair[1].at);
    }
    assert_eq!(
        device_entries.last().and_then(|r| r.body.state.as_deref()),
        Some("opened"),
        "the device is open at the end"
    );
    let outcomes: Vec<_> = log.iter().filter(|r| r.kind == "outcome").collect();
    assert_eq!(outcomes.len(), 1);
    assert!(outcome_line(outcomes[0]).ends_with("partial device-lost"), "{}", outcome_line(outcomes[0]));
    // Half of that minute is missing, and a little more for each of the 300 openings.
    let missing_ms = outcomes[0].body.planned_ms - outcomes[0].body.played_ms;
    assert!((29_000..=45_000).contains(&missing_ms), "{missing_ms}");
}

/// Waits until the line is open; returns its rate, and the reason if a fallback device is used.
fn wait_for_line(bench: &mut OutputBench) -> (u32, Option<String>) {
    bench.wait("opening of the line", |e| match e {
        OutputEvent::Opened { rate, fallback_reason, .. } => Some((*rate, fallback_reason.clone())),
        _ => None,
    })
}

fn settings(device: Device, fallback_devices: Vec<Device>) -> OutputSettings {
    OutputSettings {
        device,
        fallback_devices,
        volume: 100,
        loudness_target_centi_lufs: None,
        is_mono: false,
        ..OutputSettings::default()
    }
}

#[test]
fn a_fallback_device_replaces_a_missing_one() {
    if let Some(dir) = std::env::var_os(CHILD_FOLDER_VAR) {
        let device = Device::Named("Sân đình".to_owned());
        let mut bench = OutputBench::with(settings(device, vec![Device::Default]), Path::new(&dir));
        bench.output.open();
        let (_, reason) = wait_for_line(&mut bench);
        assert!(reason.expect("the reason is given").contains("Sân đình"));
        return;
    }
    let sink = Sink::start();
    let mut child = start_child(&sink, "device::a_fallback_device_replaces_a_missing_one");
    assert!(child.0.wait().expect("wait for the process").success(), "the playing process failed");
}

#[test]
fn the_line_takes_the_rate_of_the_played_file() {
    if let Some(dir) = std::env::var_os(CHILD_FOLDER_VAR) {
        for (preferred_rate, rate) in [(Some(44_100), 44_100), (None, 48_000), (Some(96_000), 96_000)] {
            let mut bench = OutputBench::with(settings(Device::Default, Vec::new()), Path::new(&dir));
            bench.output.prefer_rate(preferred_rate);
            bench.output.open();
            assert_eq!(wait_for_line(&mut bench), (rate, None));
        }
        return;
    }
    let sink = Sink::start();
    let mut child = start_child(&sink, "device::the_line_takes_the_rate_of_the_played_file");
    assert!(child.0.wait().expect("wait for the process").success(), "the playing process failed");
}

#[test]
fn a_running_track_moves_to_the_new_default_device() {
    if let Some(dir) = std::env::var_os(CHILD_FOLDER_VAR) {
        let dir = Path::new(&dir);
        let mut bench = OutputBench::new(Device::Default, dir, 100);
        bench.output.open();
        bench.wait_opened();
        bench.cue(1, &dir.join("long.wav"), CueStart::AtInstant(in_one_second()));
        bench.wait_started(1);
        send_word(&mut std::io::stdout(), "sounding");
        let ended = bench.wait_ended(1);
        assert_eq!((ended.ending, ended.frames), (Ending::Whole, ended.expected));
        assert!(now().since(ended.at) < 60 * SECOND_US);
        send_word(&mut std::io::stdout(), "done");
        return;
    }
    let sink = Sink::start();
    let pactl = |arguments: &[&str]| {
        let mut pactl = Command::new("pactl");
        sink.set_environment(&mut pactl);
        assert!(pactl.args(arguments).output().expect("run pactl").status.success(), "{arguments:?}");
    };
    let rate = format!("rate={RATE}");
    pactl(&["load-module", "module-null-sink", "sink_name=khac", "format=s16le", &rate, "channels=2"]);
    let frame_count = 6 * RATE as usize;
    media::write_wav(&sink.folder().join("long.wav"), &media::signal(frame_count, RATE, 1), RATE, 1);
    let mut child = start_child(&sink, "device::a_running_track_moves_to_the_new_default_device");
    let mut output = BufReader::new(child.0.stdout.take().expect("the stream is piped"));
    wait_for_word(&mut output, "sounding");
    let recording = sink.record_monitor("khac.monitor");
    pactl(&["set-default-sink", "khac"]);
    wait_for_word(&mut output, "done");
    assert!(child.0.wait().expect("wait for the process").success(), "the playing process failed");
    let audible_sample_count = recording.finish().iter().filter(|s| s.abs() > 0.001).count();
    assert!(
        audible_sample_count > 2 * RATE as usize,
        "{audible_sample_count} audible samples on the new default device"
    );
}
