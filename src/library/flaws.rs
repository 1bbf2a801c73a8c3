//! Finds the flaws of a file that can be played, from its decoding, its measurements and its name.
use std::path::Path;

use super::Length;
use super::decode::DecodeFaults;
use super::meter::AudioMeasurements;
use crate::library::flaw::{AudioFlaw, RoundedMs};

/// Constant offset from which it is reported, in thousandths of full scale.
const OFFSET_PER_MILLE: i32 = 20;
/// Largest error of a length that an encoder can make, in milliseconds: one block.
const OFF_BY_A_BLOCK_MS: i64 = 200;
/// Clipped runs a minute from which they are reported.
const CLIPS_A_MINUTE: u64 = 10;
/// Clipped runs in all below which they are not reported.
const CLIPS: u64 = 5;
/// Silence from which it is reported, in milliseconds: listeners think that the station is off.
const LONG_SILENCE_MS: i64 = 10_000;
/// True peak below which a file is silent, hundredths of dBTP.
const SILENT: i32 = -6_000;
/// Loudness below which gain makes the noise audible, hundredths of LUFS.
const VERY_QUIET: i32 = -4_000;

/// Returns the flaws found while decoding.
#[must_use]
pub fn decoding_flaws(faults: &DecodeFaults, length: Length) -> Vec<AudioFlaw> {
    let ms = |frames| Length { frames, ..length }.ms();
    let mut flaws = Vec::new();
    let spare = if faults.declared_roughly { length.frames / 200 + u64::from(length.rate) / 10 } else { 0 };
    let missing =
        faults.declared_frames.and_then(|promised| promised.checked_sub(length.frames)).filter(|n| *n > spare);
    // Old encoders are wrong by a block. In a file that was cut off more is missing, or it ends in the middle of a
    // packet.
    match missing.map(ms) {
        Some(missing_ms) if missing_ms > OFF_BY_A_BLOCK_MS => {
            flaws.push(AudioFlaw::CutOff { missing_ms: RoundedMs(missing_ms) })
        }
        _ if faults.truncated => flaws.push(AudioFlaw::CutShort),
        _ => {}
    }
    let little = missing.is_some_and(|frames| ms(frames) <= OFF_BY_A_BLOCK_MS);
    let more = faults.declared_frames.is_some_and(|promised| promised.saturating_add(spare) < length.frames);
    if let Some(promised) = faults.declared_frames.filter(|_| little || more) {
        flaws.push(AudioFlaw::HeaderLies { said_ms: RoundedMs(ms(promised)) });
    }
    if faults.bad_length {
        flaws.push(AudioFlaw::BadHeader);
    }
    if faults.unfinished && !faults.truncated && missing.is_none() {
        flaws.push(AudioFlaw::Unfinished);
    }
    if faults.lost > 0 {
        flaws.push(AudioFlaw::Gaps { lost: faults.lost, of: faults.packets.max(faults.lost) });
    }
    if faults.garbage_bytes > 0 {
        flaws.push(AudioFlaw::Resynchronised { bytes: faults.garbage_bytes });
    }
    if faults.nan_samples > 0 {
        flaws.push(AudioFlaw::NotANumber { samples: faults.nan_samples });
    }
    if faults.out_of_range > 0 {
        flaws.push(AudioFlaw::BeyondRange { samples: faults.out_of_range });
    }
    if faults.no_index {
        flaws.push(AudioFlaw::NoIndex);
    }
    flaws
}

/// Returns the flaws of the sound.
#[must_use]
pub fn sound_flaws(measure: &AudioMeasurements, length: Length) -> Vec<AudioFlaw> {
    let mut flaws = Vec::new();
    if measure.integrated.is_none() && measure.true_peak.is_none_or(|peak| peak < SILENT) {
        return vec![AudioFlaw::Silent];
    }
    if measure.one_sided {
        flaws.push(AudioFlaw::SilentChannel);
    }
    if measure.cancels {
        flaws.push(AudioFlaw::OutOfPhase);
    }
    if measure.offset / 10 >= OFFSET_PER_MILLE {
        flaws.push(AudioFlaw::DcOffset { per_mille: i64::from(measure.offset / 10) });
    }
    let minutes = u64::try_from(length.ms() / 60_000).unwrap_or(0) + 1;
    if measure.clips >= (CLIPS_A_MINUTE * minutes).max(CLIPS) {
        flaws.push(AudioFlaw::Clipped { runs: measure.clips });
    }
    if measure.longest_silence_ms >= LONG_SILENCE_MS {
        flaws.push(AudioFlaw::LongSilence { seconds: measure.longest_silence_ms / 1000 });
    }
    if let Some(quiet) = measure.integrated.filter(|lufs| *lufs < VERY_QUIET) {
        flaws.push(AudioFlaw::VeryQuiet { lufs: i64::from(quiet / 100) });
    }
    flaws
}

/// Returns the flaw of a wrong extension: other programs choose the decoder by it.
#[must_use]
pub fn extension_flaw(path: &Path, form: &str, codec: &str) -> Option<AudioFlaw> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    let (real, endings): (&str, &[&str]) = match (form, codec) {
        ("mp3", _) => ("MP3", &["mp3", "mpga", "mpeg"]),
        ("wave", _) => ("WAV", &["wav", "wave", "bwf", "rf64"]),
        ("flac", _) => ("FLAC", &["flac"]),
        ("isomp4", _) => ("M4A", &["m4a", "mp4", "m4b", "3gp", "mov", "aac"]),
        ("aac", _) => ("AAC", &["aac", "adts"]),
        ("ogg", "opus") => ("Opus", &["opus", "ogg", "oga"]),
        ("ogg", "flac") => ("Ogg FLAC", &["ogg", "oga", "flac"]),
        ("ogg", _) => ("Ogg", &["ogg", "oga"]),
        _ => return None,
    };
    (!endings.contains(&ending.as_str())).then(|| AudioFlaw::WrongExtension { real: real.to_owned() })
}
