//! The sound test: a tone through the station's own output, or a segment through the running station.
use std::f64::consts::TAU;
use std::fs::{self, OpenOptions};
use std::io::{self, BufRead, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use super::amplifier_power::{is_switched_for_test, run_with_amplifier_on};
use crate::base::instant::SECOND_US;
use crate::base::platform::{boot_now, unix_time_s};
use crate::cli::answer::read_yes;
use crate::cli::station::open_station::LoadedStation;
use crate::concern::Condition;
use crate::doctor::SoundTest;
use crate::playout::control::request;
use crate::playout::engine::{CommandReply, OperatorCommand};
use crate::playout::lock::{is_station_locked, lock_station};
use crate::playout::output::{Cue, CueKey, CueStart, Output, OutputEvent, why_absent};
use crate::playout::player::deck_output::DeckOutput;
use crate::schedule::settings::{Device, Station};
use crate::text::doctor::SheetText;
use crate::text::{Lang, Localize, strip_unprintable};

const TONE_RATE_HZ: u32 = 48_000;
const TONE_SECONDS: u32 = 3;
/// Half of full scale: the station's volume and limiter apply too.
const TONE_AMPLITUDE: f64 = 0.5;
/// The time for the output to prepare the tone, in microseconds.
const TONE_DELAY_US: i64 = SECOND_US / 2;
/// The maximum time from one event of the output to the next. A sound server might have to start first.
const EVENT_TIMEOUT: Duration = Duration::from_secs(8);

/// Returns the result if no test is made.
pub(super) fn result_without_test(settings: &Station) -> SoundTest {
    if settings.output.device.is_real() { SoundTest::NotAsked } else { SoundTest::NoSoundDevice }
}

/// Returns why the machine does not have the station's first device; `None` if it has the device, or if the output is
/// not a sound device.
pub(super) fn absent_device(settings: &Station) -> Option<String> {
    match &settings.output.device {
        Device::Named(name) => why_absent(Some(name)),
        Device::Default => why_absent(None),
        Device::Null | Device::Wav(_) => None,
    }
}

/// Plays the tone or a segment, and asks at the terminal whether it was heard.
///
/// # Errors
/// If the terminal fails.
pub(super) fn test_sound(station: &Path, loaded: &LoadedStation, lang: Lang) -> io::Result<SoundTest> {
    let settings = &loaded.schedule.station;
    if result_without_test(settings) == SoundTest::NoSoundDevice {
        return Ok(SoundTest::NoSoundDevice);
    }
    // A running station owns the device: a separate tone could block the line for the next session.
    if is_station_locked(station) {
        return test_running_station(station, loaded, lang);
    }
    // Nobody should go to the loudspeaker for a sound that cannot be played.
    if let Err(detail) = open_output(station, settings).map(drop) {
        return Ok(SoundTest::Failed { detail: strip_unprintable(&detail) });
    }
    if !is_switched_for_test(&settings.amplifier) {
        wait_for_enter(&SheetText::SoundPrompt {}, lang)?;
        return play_and_ask(station, settings, lang);
    }
    let warm_up_s = settings.amplifier.warm_up_us / SECOND_US;
    wait_for_enter(&SheetText::AmplifierAndSoundPrompt { warm_up_s }, lang)?;
    let play = || play_and_ask(station, settings, lang);
    let test_result = run_with_amplifier_on(station, lock_station(station), &settings.amplifier, lang, play);
    test_result.unwrap_or(Ok(SoundTest::StationBusy))
}

fn play_and_ask(station: &Path, settings: &Station, lang: Lang) -> io::Result<SoundTest> {
    match play_tone(station, settings) {
        Err(detail) => Ok(SoundTest::Failed { detail: strip_unprintable(&detail) }),
        Ok(()) => ask_whether_heard(lang),
    }
}

/// Lets the running station play its shortest segment. It is logged as an operator's airing.
fn test_running_station(station: &Path, loaded: &LoadedStation, lang: Lang) -> io::Result<SoundTest> {
    if let Some(result) = why_station_is_silent(station) {
        return Ok(result);
    }
    let length = |file: &str| loaded.library.planning_length(file).ms();
    let segments = loaded.schedule.segments.iter().filter(|segment| length(&segment.file) > 0);
    let Some(segment) = segments.min_by_key(|segment| length(&segment.file)) else {
        return Ok(SoundTest::StationBusy);
    };
    wait_for_enter(&SheetText::SegmentPrompt { title: strip_unprintable(&segment.title) }, lang)?;
    match request(station, OperatorCommand::Play(segment.id.clone())) {
        Ok(CommandReply::Done | CommandReply::DoneNotLogged | CommandReply::Performed { .. }) => {
            ask_whether_heard(lang)
        }
        _ => Ok(SoundTest::StationBusy),
    }
}

/// Returns the result of the test if the running station would not play: it has no sound device, or it does not trust
/// its clock.
fn why_station_is_silent(station: &Path) -> Option<SoundTest> {
    let Ok(CommandReply::Status(status)) = request(station, OperatorCommand::Status) else { return None };
    let device_error = status.concerns.into_iter().find_map(|concern| match concern.condition {
        Condition::NoDevice { detail } | Condition::DeviceLost { detail } => Some(detail.0),
        _ => None,
    });
    let failed = device_error.map(|detail| SoundTest::Failed { detail: strip_unprintable(&detail) });
    failed.or((!status.clock_trusted).then_some(SoundTest::StationBusy))
}

fn wait_for_enter(message: &SheetText, lang: Lang) -> io::Result<()> {
    write!(io::stderr(), "{}", message.localized(lang))?;
    io::stdin().lock().read_line(&mut String::new()).map(|_| ())
}

fn ask_whether_heard(lang: Lang) -> io::Result<SoundTest> {
    write!(io::stderr(), "{}", SheetText::HeardQuestion {}.localized(lang))?;
    Ok(if read_yes()? { SoundTest::Heard } else { SoundTest::NotHeard })
}

/// Opens the station's output, and returns it with the channel that tells of its events.
///
/// # Errors
/// Returns the message from the system if no device opens.
fn open_output(station: &Path, settings: &Station) -> Result<(DeckOutput, Receiver<()>), String> {
    let (wake_sender, wake_receiver) = mpsc::channel();
    let waker = move || {
        let _ = wake_sender.send(());
    };
    let mut output = DeckOutput::new(&settings.output, station, Arc::new(waker));
    output.prefer_rate(Some(TONE_RATE_HZ));
    output.open();
    while wake_receiver.recv_timeout(EVENT_TIMEOUT).is_ok() {
        for event in output.take_events() {
            match event {
                OutputEvent::Opened { .. } => return Ok((output, wake_receiver)),
                OutputEvent::Lost { detail } => return Err(detail),
                _ => {}
            }
        }
    }
    Err("the device did not answer".to_owned())
}

/// Plays the tone through the station's output, as a session would.
///
/// # Errors
/// Returns the message from the system if the device did not play the tone.
fn play_tone(station: &Path, settings: &Station) -> Result<(), String> {
    let tone = ToneFile::create().map_err(|e| e.to_string())?;
    // A cue that is queued before the device is open could be late.
    let (mut output, wake_receiver) = open_output(station, settings)?;
    output.cue(tone_cue(&tone));
    while wake_receiver.recv_timeout(EVENT_TIMEOUT).is_ok() {
        for event in output.take_events() {
            match event {
                OutputEvent::Ended { frames: 0, .. } => return Err("the device took nothing".to_owned()),
                OutputEvent::Ended { .. } => return Ok(()),
                OutputEvent::Lost { detail } | OutputEvent::Refused { detail, .. } => return Err(detail),
                _ => {}
            }
        }
    }
    Err("the device did not answer".to_owned())
}

fn tone_cue(tone: &ToneFile) -> Cue {
    Cue {
        key: CueKey(0),
        path: tone.path.clone(),
        start: CueStart::AtInstant(boot_now().plus(TONE_DELAY_US)),
        skip_us: 0,
        joins_in_progress: false,
        planned_length: None,
        required_sha256: None,
        loudness: None,
        volume: None,
    }
}

/// A file with the tone. It is removed when this value is dropped.
struct ToneFile {
    path: PathBuf,
}

impl ToneFile {
    fn create() -> io::Result<Self> {
        let name = format!("loa-doctor-{}-{}.wav", std::process::id(), unix_time_s());
        let path = std::env::temp_dir().join(name);
        // `create_new` does not follow a link that someone else put there.
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        let tone = Self { path };
        file.write_all(&tone_wav())?;
        Ok(tone)
    }
}

impl Drop for ToneFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Returns a WAV file in which tones of 880 and 660 Hz alternate every half second. Short fades prevent clicks.
fn tone_wav() -> Vec<u8> {
    let frames = TONE_RATE_HZ * TONE_SECONDS;
    let data_bytes = frames * 2;
    let mut wav = Vec::with_capacity(44 + data_bytes as usize);
    wav.extend_from_slice(b"RIFF");
    wav.extend_from_slice(&(36 + data_bytes).to_le_bytes());
    wav.extend_from_slice(b"WAVEfmt ");
    for field in [16_u32, 0x0001_0001, TONE_RATE_HZ, TONE_RATE_HZ * 2, 0x0010_0002] {
        wav.extend_from_slice(&field.to_le_bytes());
    }
    wav.extend_from_slice(b"data");
    wav.extend_from_slice(&data_bytes.to_le_bytes());
    let (half_second_frames, fade_frames) = (TONE_RATE_HZ / 2, f64::from(TONE_RATE_HZ) / 100.0);
    for frame in 0..frames {
        let pitch_hz = if (frame / half_second_frames).is_multiple_of(2) { 880.0 } else { 660.0 };
        let position = frame % half_second_frames;
        let (elapsed, remaining) = (f64::from(position), f64::from(half_second_frames - position));
        let gain = TONE_AMPLITUDE * (elapsed.min(remaining) / fade_frames).min(1.0);
        let sample = gain * (TAU * pitch_hz * f64::from(frame) / f64::from(TONE_RATE_HZ)).sin();
        wav.extend_from_slice(&((sample * f64::from(i16::MAX)) as i16).to_le_bytes());
    }
    wav
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::scan::scan_with_progress;

    #[test]
    fn the_tone_lasts_three_seconds_and_its_file_is_removed() {
        let tone = ToneFile::create().expect("write the tone");
        let scan = scan_with_progress(&tone.path, &|_| ()).expect("scan the tone");
        assert_eq!((scan.length.ms(), scan.channels), (3000, 1));
        assert!(scan.flaws.is_empty(), "{:?}", scan.flaws);
        let path = tone.path.clone();
        drop(tone);
        assert!(!path.exists());
    }
}
