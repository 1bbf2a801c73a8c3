//! Test sounds, which are synthesised here. ffmpeg encodes them, and decodes them for comparison.
use std::path::{Path, PathBuf};
use std::process::Command;

/// Interleaved samples that do not correlate with shifted copies of themselves: sweeps with the rhythm of syllables and
/// a little noise. The samples are rounded to 16 bits, so a lossless file stores exactly these samples.
pub fn signal(frames: usize, rate: u32, channels: u16) -> Vec<f32> {
    let mut noise = 12345_u32;
    let mut phase = 0.0_f64;
    let mut samples = Vec::with_capacity(frames * usize::from(channels));
    for i in 0..frames {
        let t = i as f64 / f64::from(rate);
        let sweep = 200.0 + 2600.0 * (0.5 + 0.5 * (t * 0.9 + (t * t * 0.37).sin()).sin());
        phase += sweep / f64::from(rate) * std::f64::consts::TAU;
        let syllable = 0.35 + 0.3 * (t * 4.3 * std::f64::consts::TAU).sin() * (t * 1.1).cos();
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let hiss = (f64::from(noise >> 16) / 32768.0 - 1.0) * 0.004;
        for channel in 0..channels {
            let voice = (phase + f64::from(channel) * 0.7).sin() * syllable;
            samples.push(((voice + hiss) * 32767.0).round() as f32 / 32768.0);
        }
    }
    samples
}

/// Writes a 16-bit wave file.
pub fn write_wav(path: &Path, samples: &[f32], rate: u32, channels: u16) {
    let data_size_bytes = samples.len() as u32 * 2;
    let mut header_and_data = Vec::with_capacity(44 + data_size_bytes as usize);
    header_and_data.extend_from_slice(b"RIFF");
    header_and_data.extend_from_slice(&(36 + data_size_bytes).to_le_bytes());
    header_and_data.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0");
    header_and_data.extend_from_slice(&channels.to_le_bytes());
    header_and_data.extend_from_slice(&rate.to_le_bytes());
    header_and_data.extend_from_slice(&(rate * u32::from(channels) * 2).to_le_bytes());
    header_and_data.extend_from_slice(&(channels * 2).to_le_bytes());
    header_and_data.extend_from_slice(b"\x10\0data");
    header_and_data.extend_from_slice(&data_size_bytes.to_le_bytes());
    for sample in samples {
        header_and_data.extend_from_slice(&((sample * 32768.0).round() as i16).to_le_bytes());
    }
    std::fs::write(path, header_and_data).unwrap();
}

/// Makes the file `dir/name` with the signal of `frames` frames, encoded by ffmpeg with `args`.
pub fn encode_signal(dir: &Path, name: &str, frames: usize, rate: u32, channels: u16, args: &[&str]) -> PathBuf {
    let source = dir.join(format!("{name}.source.wav"));
    let path = dir.join(name);
    write_wav(&source, &signal(frames, rate, channels), rate, channels);
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-nostdin", "-y", "-i"]).arg(&source);
    ffmpeg.args(["-map_metadata", "-1"]).args(args).arg(&path);
    let output = ffmpeg.output().expect("ffmpeg is needed to make test media");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "ffmpeg {args:?}: {stderr}");
    std::fs::remove_file(source).unwrap();
    path
}

/// The interleaved samples that ffmpeg decodes from a file, resampled to `rate`.
pub fn decode_with_ffmpeg(path: &Path, rate: u32, channels: u16) -> Vec<f32> {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-nostdin", "-i"]).arg(path);
    ffmpeg.args(["-f", "f32le", "-ac", &channels.to_string(), "-ar", &rate.to_string(), "-"]);
    let output = ffmpeg.output().expect("ffmpeg is needed to check the decoder");
    assert!(output.status.success(), "ffmpeg cannot decode {}", path.display());
    let (samples, _) = output.stdout.as_chunks::<4>();
    samples.iter().map(|b| f32::from_le_bytes(*b)).collect()
}
