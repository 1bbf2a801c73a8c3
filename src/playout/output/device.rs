//! A sound device, through cpal with our own callback.
mod fit;
#[cfg(test)]
mod long;
mod name;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use rodio::cpal::traits::{DeviceTrait, StreamTrait};
use rodio::cpal::{
    self, BufferSize, ErrorKind, FromSample, OutputCallbackInfo, SampleFormat, SizedSample, Stream, StreamConfig,
    SupportedBufferSize, SupportedStreamConfig,
};

use super::line::{self, Line, Position};
use super::sink::{OpenLine, boot_now};
use crate::instant::{Boot, SECOND};
use fit::Fit;
use name::{Said, find, full_name};

/// Frames that a callback is asked to give: long enough for an old machine, short enough to stop soon.
const BUFFER: u32 = 2048;
/// The least that is asked for where the device has its own idea.
const MIN_BUFFER: u32 = 1024;
/// Frames of the line that are prepared at a time for a device in another format.
const SCRATCH: usize = 8192;
/// Microseconds without a callback after which the device counts as lost.
const SILENCE_US: i64 = SECOND;
/// The same for a device that was opened within so many microseconds: a sound server that had nothing to
/// do may have two seconds of silence in its buffer, and asks for nothing while it plays them.
const START_US: i64 = 5 * SECOND;
const START_SILENCE_US: i64 = 3 * SECOND;
/// Microseconds after opening in which errors heal by themselves.
const GRACE_US: i64 = SECOND;
/// More is in no device's and no sound server's buffer, in microseconds.
const BUFFERED_US: i64 = 4 * SECOND;
/// A longer way from the callback to the loudspeaker is not believed, in microseconds.
const MAX_LATENCY_US: i64 = 2 * SECOND;

/// An open stream; closed when dropped.
pub(super) struct DeviceSink {
    _stream: Stream,
    pulse: Arc<Pulse>,
    rate: u32,
    opened: Boot,
    /// The callback's counter and when it last moved.
    callbacks: u64,
    moved: Boot,
    errors: u64,
}

/// What the stream's threads tell, by counting only.
#[derive(Default)]
struct Pulse {
    callbacks: AtomicU64,
    /// Frames taken.
    frames: AtomicU64,
    errors: AtomicU64,
    /// 1 + the place in [`FINAL`] of an error after which nothing more comes.
    gone: AtomicU32,
    /// When the device last took something, and when the first error after that came; boot time, 0: never.
    took: AtomicI64,
    failed: AtomicI64,
}

/// Errors that end a stream.
const FINAL: [ErrorKind; 4] = [
    ErrorKind::DeviceNotAvailable,
    ErrorKind::StreamInvalidated,
    ErrorKind::HostUnavailable,
    ErrorKind::PermissionDenied,
];

impl Pulse {
    /// Called up to a million times a second by a lost device.
    fn error(&self, kind: ErrorKind) {
        if let Some(place) = (1..).zip(FINAL).find_map(|(n, k)| (k == kind).then_some(n)) {
            self.gone.store(place, Ordering::Relaxed);
        }
        // An underrun of the device, or a new default device, is not the loss of one.
        if !matches!(kind, ErrorKind::Xrun | ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied) {
            self.errors.fetch_add(1, Ordering::Relaxed);
            if self.failed.load(Ordering::Relaxed) == 0 {
                self.failed.store(boot_now().0, Ordering::Relaxed);
            }
        }
    }
}

impl DeviceSink {
    /// Opens the default device, or the one with this name.
    ///
    /// # Errors
    /// What the system said, in English.
    pub(super) fn open(name: Option<&str>, position: Arc<Position>) -> Result<OpenLine, String> {
        let said = Said::listen();
        let device = find(name).map_err(|e| said.add(e))?;
        let config = device.default_output_config().map_err(|e| said.add(e.to_string()))?;
        let (rate, channels) = (config.sample_rate(), config.channels().clamp(1, 2));
        let (line, remote) = line::line(rate, channels, position);
        let pulse = Arc::new(Pulse::default());
        let callback = Callback {
            line,
            rate,
            line_channels: usize::from(channels),
            device_channels: usize::from(config.channels().max(1)),
            scratch: vec![0.0; SCRATCH * usize::from(channels)],
            fit: Fit::default(),
            pulse: pulse.clone(),
        };
        let stream = build(&device, &config, callback).map_err(|e| said.add(e))?;
        stream.play().map_err(|e| said.add(e.to_string()))?;
        let opened = boot_now();
        let sink = Self { _stream: stream, pulse, rate, opened, callbacks: 0, moved: opened, errors: 0 };
        Ok(OpenLine::of_device(remote, rate, channels, full_name(&device), sink))
    }

    /// Since when a device that counts as lost has not sounded: since its first error, or, where it said nothing, since it
    /// last took something; what was in its buffer then is not claimed to have been heard.
    pub(super) fn lost_at(&self) -> Boot {
        let of = |at: &AtomicI64| Some(at.load(Ordering::Relaxed)).filter(|at| *at != 0);
        of(&self.pulse.failed).or(of(&self.pulse.took)).map_or(self.opened, Boot)
    }

    /// # Errors
    /// Why the device counts as lost.
    pub(super) fn health(&mut self, now: Boot) -> Result<(), String> {
        let gone = self.pulse.gone.load(Ordering::Relaxed);
        if let Some(kind) = (gone as usize).checked_sub(1).and_then(|i| FINAL.get(i)) {
            return Err(kind.to_string());
        }
        let callbacks = self.pulse.callbacks.load(Ordering::Relaxed);
        let errors = self.pulse.errors.load(Ordering::Relaxed);
        let (more, storm) = (callbacks - self.callbacks, errors - self.errors);
        (self.callbacks, self.errors) = (callbacks, errors);
        let starting = now.since(self.opened) < START_US;
        let patience_us = if starting { START_SILENCE_US } else { SILENCE_US };
        let frames = self.pulse.frames.load(Ordering::Relaxed);
        if races(frames, self.rate, now.since(self.opened)) {
            return Err("the device takes frames much faster than they sound".to_owned());
        }
        if more > 0 {
            self.moved = now;
        } else if now.since(self.moved) > patience_us {
            let silence = format!("the device has taken nothing for {} s", patience_us / SECOND);
            return Err(match errors {
                0 => silence,
                _ => format!("{silence}, with {errors} errors"),
            });
        } else if storm > 0 && now.since(self.opened) > GRACE_US {
            return Err(format!("the sound system gave {storm} errors at once"));
        }
        Ok(())
    }
}

/// Whether a device has taken more frames in so long a time than any buffer and any clock explain: it does not play them.
fn races(frames: u64, rate: u32, us: i64) -> bool {
    let taken_us = u128::from(frames) * SECOND as u128 / u128::from(rate.max(1));
    let (us, buffer) = (u128::try_from(us).unwrap_or(0), BUFFERED_US as u128);
    taken_us > us + us / 10 + buffer
}

/// A stream that calls `callback` for samples of the device's own format.
fn build(device: &cpal::Device, config: &SupportedStreamConfig, callback: Callback) -> Result<Stream, String> {
    match config.sample_format() {
        SampleFormat::F32 => build_as::<f32>(device, config, callback),
        SampleFormat::F64 => build_as::<f64>(device, config, callback),
        SampleFormat::I8 => build_as::<i8>(device, config, callback),
        SampleFormat::I16 => build_as::<i16>(device, config, callback),
        SampleFormat::I24 => build_as::<cpal::I24>(device, config, callback),
        SampleFormat::I32 => build_as::<i32>(device, config, callback),
        SampleFormat::U8 => build_as::<u8>(device, config, callback),
        SampleFormat::U16 => build_as::<u16>(device, config, callback),
        SampleFormat::U24 => build_as::<cpal::U24>(device, config, callback),
        SampleFormat::U32 => build_as::<u32>(device, config, callback),
        other => Err(format!("its sample format {other} is not supported")),
    }
}

fn build_as<T: SizedSample + FromSample<f32>>(
    device: &cpal::Device,
    config: &SupportedStreamConfig,
    mut callback: Callback,
) -> Result<Stream, String> {
    let buffer_size = match *config.buffer_size() {
        SupportedBufferSize::Range { max, .. } if max < MIN_BUFFER => BufferSize::Default,
        SupportedBufferSize::Range { min, max } => BufferSize::Fixed(BUFFER.clamp(min.min(max), max)),
        SupportedBufferSize::Unknown => BufferSize::Fixed(BUFFER),
    };
    let stream_config = StreamConfig { channels: config.channels(), sample_rate: config.sample_rate(), buffer_size };
    let pulse = callback.pulse.clone();
    let timeout = Some(Duration::from_micros(SILENCE_US as u64));
    device
        .build_output_stream::<T, _, _>(
            stream_config,
            move |data, info| callback.run(data, info),
            move |error| pulse.error(error.kind()),
            timeout,
        )
        .map_err(|e| e.to_string())
}

/// What runs in the device's thread: nothing in it waits, allocates or frees.
struct Callback {
    line: Line,
    rate: u32,
    line_channels: usize,
    device_channels: usize,
    scratch: Vec<f32>,
    fit: Fit,
    pulse: Arc<Pulse>,
}

impl Callback {
    fn run<T: SizedSample + FromSample<f32>>(&mut self, data: &mut [T], info: &OutputCallbackInfo) {
        let stamp = info.timestamp();
        let latency = stamp.playback.checked_duration_since(stamp.callback).unwrap_or_default();
        let latency = i64::try_from(latency.as_micros()).unwrap_or(i64::MAX);
        let latency = if latency > MAX_LATENCY_US { 0 } else { latency };
        let now = boot_now();
        let measured = now.plus(latency);
        let frames = data.len() / self.device_channels;
        let placed = self.fit.place(measured, frames, self.rate);
        self.line.placed_within(placed.within_us);
        let mut at = placed.at;
        for part in data.chunks_mut(SCRATCH * self.device_channels) {
            let frames = part.len() / self.device_channels;
            let scratch = &mut self.scratch[..frames * self.line_channels];
            self.line.fill(scratch, at);
            spread(scratch, self.line_channels, part, self.device_channels);
            at = at.plus(frames as i64 * SECOND / i64::from(self.rate.max(1)));
        }
        // Nobody else writes these.
        self.pulse.took.store(now.0, Ordering::Relaxed);
        self.pulse.failed.store(0, Ordering::Relaxed);
        self.pulse.frames.store(self.pulse.frames.load(Ordering::Relaxed) + frames as u64, Ordering::Relaxed);
        self.pulse.callbacks.fetch_add(1, Ordering::Relaxed);
    }
}

/// Brings frames to the device's format; what it has beyond the line's channels stays silent.
fn spread<T: SizedSample + FromSample<f32>>(frames: &[f32], channels: usize, out: &mut [T], out_channels: usize) {
    let from = frames.chunks_exact(channels);
    for (frame, out) in from.zip(out.chunks_exact_mut(out_channels)) {
        for (i, sample) in out.iter_mut().enumerate() {
            *sample = T::from_sample_(frame.get(i).copied().unwrap_or(0.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_at_twice_its_speed_is_none() {
        for second in 0..10_000_i64 {
            // Filled at once, and off by a hundredth.
            assert!(!races((second as u64 + 2) * 48_480, 48_000, second * SECOND));
            assert!(second < 5 || races(second as u64 * 2 * 48_000, 48_000, second * SECOND), "{second}");
        }
        assert!(races(1, 0, 0) || !races(1, 0, SECOND), "no rate is no panic");
    }

    #[test]
    fn frames_fit_into_any_device() {
        let frames = [0.5, -0.5, 1.0, -1.0];
        let mut wide = [9_i16; 8];
        spread(&frames, 2, &mut wide, 4);
        assert_eq!(wide, [16384, -16384, 0, 0, 32767, -32768, 0, 0]);
        let mut narrow = [9.0_f32; 4];
        spread(&frames, 1, &mut narrow, 1);
        assert_eq!(narrow, frames);
        let mut unsigned = [0_u8; 4];
        spread(&frames, 2, &mut unsigned, 2);
        assert_eq!(unsigned, [192, 64, 255, 0]);
    }
}
