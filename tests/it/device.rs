//! Which device is taken, and what is told of one that does not stay.
use std::io::BufReader;
use std::path::Path;
use std::process::Command;

use loa::base::instant::SECOND_US;
use loa::playout::output::{CueStart, Ending, Output, OutputEvent};
use loa::schedule::settings::{Device, OutputSettings};

use crate::media;
use crate::output::{Bench, now, soon};
use crate::sink::{RATE, Sink};
use crate::sound::{CHILD, child, hear, say};
use crate::station::{Station, outcome_line};

#[test]
fn a_device_that_comes_and_goes_is_told_once_a_second_at_most() {
    let playlist = "[[segment]]\nid = \"dai\"\ntitle = \"Dài\"\nfile = \"s-600.mp3\"\n\
        [[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"dai\"]\n";
    let mut station = Station::new("2023-03-20T05:50:00").playlist(playlist);
    // For a minute it is there for 100 ms, and away for 100 ms.
    for n in 0..300 {
        station = station.away_ms(620_000 + n * 200, 620_100 + n * 200);
    }
    let done = station.run_until("2023-03-20T07:00:00");
    let log = done.log();
    let told: Vec<_> = log.iter().filter(|r| r.kind == "device").collect();
    assert!((3..=62).contains(&told.len()), "{}", told.len());
    for pair in told.windows(2) {
        assert!(pair[1].wall().since(pair[0].wall()) >= SECOND_US, "{} and {}", pair[0].at, pair[1].at);
        assert_ne!(pair[0].body.state, pair[1].body.state, "at {}", pair[1].at);
    }
    assert_eq!(told.last().and_then(|r| r.body.state.as_deref()), Some("opened"), "it is there in the end");
    let outcomes: Vec<_> = log.iter().filter(|r| r.kind == "outcome").collect();
    assert_eq!(outcomes.len(), 1);
    assert!(outcome_line(outcomes[0]).ends_with("partial device-lost"), "{}", outcome_line(outcomes[0]));
    // Half of that minute was not heard, nor what each of 300 beginnings takes.
    let lacking = outcomes[0].body.planned_ms - outcomes[0].body.played_ms;
    assert!((29_000..=45_000).contains(&lacking), "{lacking}");
}

fn opened(bench: &mut Bench) -> (u32, Option<String>) {
    bench.wait("an open line", |e| match e {
        OutputEvent::Opened { rate, fallback_reason: instead, .. } => Some((*rate, instead.clone())),
        _ => None,
    })
}

fn settings(device: Device, otherwise: Vec<Device>) -> OutputSettings {
    OutputSettings {
        device,
        fallback_devices: otherwise,
        volume: 100,
        loudness_target: None,
        is_mono: false,
        ..OutputSettings::default()
    }
}

#[test]
fn another_device_takes_the_place_of_one_that_is_not_there() {
    if let Some(dir) = std::env::var_os(CHILD) {
        let named = Device::Named("Sân đình".to_owned());
        let mut bench = Bench::with(settings(named, vec![Device::Default]), Path::new(&dir));
        bench.output.open();
        let (_, instead) = opened(&mut bench);
        assert!(instead.expect("why").contains("Sân đình"));
        return;
    }
    let sink = Sink::start();
    let mut child = child(&sink, "device::another_device_takes_the_place_of_one_that_is_not_there");
    assert!(child.0.wait().expect("it ends").success(), "the playing process failed");
}

#[test]
fn the_line_takes_the_rate_of_what_is_played() {
    if let Some(dir) = std::env::var_os(CHILD) {
        for (wished, rate) in [(Some(44_100), 44_100), (None, 48_000), (Some(96_000), 96_000)] {
            let mut bench = Bench::with(settings(Device::Default, Vec::new()), Path::new(&dir));
            bench.output.prefer_rate(wished);
            bench.output.open();
            assert_eq!(opened(&mut bench), (rate, None));
        }
        return;
    }
    let sink = Sink::start();
    let mut child = child(&sink, "device::the_line_takes_the_rate_of_what_is_played");
    assert!(child.0.wait().expect("it ends").success(), "the playing process failed");
}

#[test]
fn what_sounds_goes_along_when_another_device_becomes_the_default() {
    if let Some(dir) = std::env::var_os(CHILD) {
        let dir = Path::new(&dir);
        let mut bench = Bench::new(Device::Default, dir, 100);
        bench.output.open();
        bench.opened();
        bench.cue(1, &dir.join("long.wav"), CueStart::At(soon()));
        bench.started(1);
        say(&mut std::io::stdout(), "sounding");
        let ended = bench.ended(1);
        assert_eq!((ended.ending, ended.frames), (Ending::Whole, ended.expected));
        assert!(now().since(ended.at) < 60 * SECOND_US);
        say(&mut std::io::stdout(), "done");
        return;
    }
    let sink = Sink::start();
    let pactl = |words: &[&str]| {
        let mut pactl = Command::new("pactl");
        sink.environment(&mut pactl);
        assert!(pactl.args(words).output().expect("pactl").status.success(), "{words:?}");
    };
    let rate = format!("rate={RATE}");
    pactl(&["load-module", "module-null-sink", "sink_name=khac", "format=s16le", &rate, "channels=2"]);
    let frames = 6 * RATE as usize;
    media::write_wav(&sink.folder().join("long.wav"), &media::signal(frames, RATE, 1), RATE, 1);
    let mut child = child(&sink, "device::what_sounds_goes_along_when_another_device_becomes_the_default");
    let mut output = BufReader::new(child.0.stdout.take().expect("its words"));
    hear(&mut output, "sounding");
    let recording = sink.record_of("khac.monitor");
    pactl(&["set-default-sink", "khac"]);
    hear(&mut output, "done");
    assert!(child.0.wait().expect("it ends").success(), "the playing process failed");
    let heard = recording.finish().iter().filter(|s| s.abs() > 0.001).count();
    assert!(heard > 2 * RATE as usize, "{heard} samples on the new default device");
}
