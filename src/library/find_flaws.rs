//! Finds the flaws of a playable file from its decoding, its measurements and its name.
use std::path::Path;

use super::Length;
use super::decode::DecodeFaults;
use super::endings::actual_format_if_misnamed;
use super::meter::AudioMeasurements;
use crate::library::flaw::{AudioFlaw, RoundedMs};

/// Minimum DC offset that is reported, in thousandths of full scale.
const MIN_DC_OFFSET_PER_MILLE: i32 = 20;
/// Maximum error in the length that an old encoder declares, in milliseconds: one block.
const MAX_ENCODER_ERROR_MS: i64 = 200;
/// Number of clipped runs per minute from which clipping is reported.
const MIN_CLIPPED_RUNS_PER_MINUTE: u64 = 10;
/// Number of clipped runs below which clipping is not reported, however short the file is.
const MIN_CLIPPED_RUNS: u64 = 5;
/// Minimum length of a silence that is reported, in milliseconds. Listeners would think that the station is off.
const MIN_LONG_SILENCE_MS: i64 = 10_000;
/// True peak below which a file is silent, in hundredths of dBTP.
const SILENT_TRUE_PEAK_CENTI_DBTP: i32 = -6_000;
/// Loudness below which amplifying a file makes its noise audible, in hundredths of LUFS.
const VERY_QUIET_LOUDNESS_CENTI_LUFS: i32 = -4_000;

/// Returns the flaws that decoding found; `length` is the length of the decoded sound.
#[must_use]
pub fn decoding_flaws(faults: &DecodeFaults, length: Length) -> Vec<AudioFlaw> {
    let ms = |frames| Length { frames, ..length }.ms();
    let mut flaws = Vec::new();
    let tolerance_frames =
        if faults.is_declared_length_approximate { length.frames / 200 + u64::from(length.rate) / 10 } else { 0 };
    let missing_frames = faults
        .declared_frames
        .and_then(|declared| declared.checked_sub(length.frames))
        .filter(|n| *n > tolerance_frames);
    // Old encoders declare one block too many. A file that was cut off is missing more than a block, or ends within a
    // packet.
    match missing_frames.map(ms) {
        Some(missing_ms) if missing_ms > MAX_ENCODER_ERROR_MS => {
            flaws.push(AudioFlaw::CutOff { missing_ms: RoundedMs(missing_ms) })
        }
        _ if faults.is_truncated => flaws.push(AudioFlaw::CutOffByUnknownLength),
        _ => {}
    }
    let is_slightly_short = missing_frames.is_some_and(|frames| ms(frames) <= MAX_ENCODER_ERROR_MS);
    let is_too_long =
        faults.declared_frames.is_some_and(|declared| declared.saturating_add(tolerance_frames) < length.frames);
    if let Some(declared) = faults.declared_frames.filter(|_| is_slightly_short || is_too_long) {
        flaws.push(AudioFlaw::WrongDeclaredLength { said_ms: RoundedMs(ms(declared)) });
    }
    if faults.has_bad_length {
        flaws.push(AudioFlaw::BadHeader);
    }
    if faults.is_unfinished && !faults.is_truncated && missing_frames.is_none() {
        flaws.push(AudioFlaw::Unfinished);
    }
    if faults.lost_packets > 0 {
        flaws.push(AudioFlaw::Gaps { lost: faults.lost_packets, of: faults.packets.max(faults.lost_packets) });
    }
    if faults.garbage_bytes > 0 {
        flaws.push(AudioFlaw::GarbageBytes { bytes: faults.garbage_bytes });
    }
    if faults.non_finite_samples > 0 {
        flaws.push(AudioFlaw::NotANumber { samples: faults.non_finite_samples });
    }
    if faults.out_of_range_samples > 0 {
        flaws.push(AudioFlaw::BeyondRange { samples: faults.out_of_range_samples });
    }
    if faults.is_index_missing {
        flaws.push(AudioFlaw::NoIndex);
    }
    flaws
}

/// Returns the flaws that the measurements show.
#[must_use]
pub fn sound_flaws(measurements: &AudioMeasurements, length: Length) -> Vec<AudioFlaw> {
    let mut flaws = Vec::new();
    if measurements.integrated.is_none() && measurements.true_peak.is_none_or(|peak| peak < SILENT_TRUE_PEAK_CENTI_DBTP)
    {
        return vec![AudioFlaw::Silent];
    }
    if measurements.one_sided {
        flaws.push(AudioFlaw::SilentChannel);
    }
    if measurements.cancels {
        flaws.push(AudioFlaw::OutOfPhase);
    }
    if measurements.offset / 10 >= MIN_DC_OFFSET_PER_MILLE {
        flaws.push(AudioFlaw::DcOffset { per_mille: i64::from(measurements.offset / 10) });
    }
    let minutes = u64::try_from(length.ms() / 60_000).unwrap_or(0) + 1;
    if measurements.clips >= (MIN_CLIPPED_RUNS_PER_MINUTE * minutes).max(MIN_CLIPPED_RUNS) {
        flaws.push(AudioFlaw::Clipped { runs: measurements.clips });
    }
    if measurements.longest_silence_ms >= MIN_LONG_SILENCE_MS {
        flaws.push(AudioFlaw::LongSilence { seconds: measurements.longest_silence_ms / 1000 });
    }
    if let Some(loudness) = measurements.integrated.filter(|loudness| *loudness < VERY_QUIET_LOUDNESS_CENTI_LUFS) {
        flaws.push(AudioFlaw::VeryQuiet { lufs: i64::from(loudness / 100) });
    }
    flaws
}

/// Returns the flaw of a file whose extension does not fit its container and codec. Other programs choose the decoder
/// by the extension.
#[must_use]
pub fn extension_flaw(path: &Path, container: &str, codec: &str) -> Option<AudioFlaw> {
    let real = actual_format_if_misnamed(path, container, codec)?;
    Some(AudioFlaw::WrongExtension { real: real.to_owned() })
}
