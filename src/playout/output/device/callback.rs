//! The device's callback: it takes frames from the mixer, and places them in time.
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rodio::cpal::traits::DeviceTrait;
use rodio::cpal::{
    self, BufferSize, FromSample, OutputCallbackInfo, SampleFormat, SizedSample, Stream, StreamConfig,
    SupportedBufferSize, SupportedStreamConfig,
};

use super::clock_fit::{ClockFit, DeviceGap};
use super::stream_counters::StreamCounters;
use super::trace::{CallbackTrace, Tracer};
use crate::base::platform::boot_now;
use crate::playout::output::frames::{MAX_BUFFER_US, us_of_frames};
use crate::playout::output::mixer::Mixer;

/// Frames that are mixed at a time.
const SCRATCH: usize = 8192;
/// Smallest period, in frames, that is requested from a device.
const MIN_PERIOD: u32 = 1024;
/// Silence of a device after which cpal checks its state.
const STALL_TIMEOUT: Duration = Duration::from_secs(1);

/// Builds a stream that calls `callback` for samples in the device's own format. The device keeps two periods of
/// `period` frames, or as many frames as it likes with `None`.
///
/// # Errors
/// The system's message, in English.
pub(super) fn build_stream(
    device: &cpal::Device,
    config: &SupportedStreamConfig,
    period: Option<u32>,
    callback: Callback,
) -> Result<Stream, String> {
    match config.sample_format() {
        SampleFormat::F32 => build_as::<f32>(device, config, period, callback),
        SampleFormat::F64 => build_as::<f64>(device, config, period, callback),
        SampleFormat::I8 => build_as::<i8>(device, config, period, callback),
        SampleFormat::I16 => build_as::<i16>(device, config, period, callback),
        SampleFormat::I24 => build_as::<cpal::I24>(device, config, period, callback),
        SampleFormat::I32 => build_as::<i32>(device, config, period, callback),
        SampleFormat::U8 => build_as::<u8>(device, config, period, callback),
        SampleFormat::U16 => build_as::<u16>(device, config, period, callback),
        SampleFormat::U24 => build_as::<cpal::U24>(device, config, period, callback),
        SampleFormat::U32 => build_as::<u32>(device, config, period, callback),
        other => Err(format!("its sample format {other} is not supported")),
    }
}

fn build_as<T: SizedSample + FromSample<f32>>(
    device: &cpal::Device,
    config: &SupportedStreamConfig,
    period: Option<u32>,
    mut callback: Callback,
) -> Result<Stream, String> {
    let buffer_size = match (period, *config.buffer_size()) {
        (None, _) => BufferSize::Default,
        (Some(_), SupportedBufferSize::Range { max, .. }) if max < MIN_PERIOD => BufferSize::Default,
        (Some(period), SupportedBufferSize::Range { min, max }) => BufferSize::Fixed(period.clamp(min.min(max), max)),
        (Some(period), SupportedBufferSize::Unknown) => BufferSize::Fixed(period),
    };
    let stream_config = StreamConfig { channels: config.channels(), sample_rate: config.sample_rate(), buffer_size };
    let counts = callback.counters.clone();
    device
        .build_output_stream::<T, _, _>(
            stream_config,
            move |data, info| callback.run(data, info),
            move |error| counts.record_error(error.kind()),
            Some(STALL_TIMEOUT),
        )
        .map_err(|e| e.to_string())
}

/// State of the callback. Nothing in it waits, allocates, frees or makes a system call, except to read the time.
pub(super) struct Callback {
    line: Mixer,
    rate: u32,
    line_channels: usize,
    device_channels: usize,
    scratch: Vec<f32>,
    clock_fit: ClockFit,
    counters: Arc<StreamCounters>,
    tracer: Option<Tracer>,
}

impl Callback {
    pub(super) fn new(
        line: Mixer,
        line_channels: u16,
        config: &SupportedStreamConfig,
        fit: ClockFit,
        counts: Arc<StreamCounters>,
    ) -> Self {
        Self {
            line,
            rate: config.sample_rate(),
            line_channels: usize::from(line_channels),
            device_channels: usize::from(config.channels().max(1)),
            scratch: vec![0.0; SCRATCH * usize::from(line_channels)],
            clock_fit: fit,
            counters: counts,
            tracer: None,
        }
    }

    /// Sets the tracer, which records every callback from now on.
    pub(super) fn with_tracer(self, tracer: Option<Tracer>) -> Self {
        Self { tracer, ..self }
    }

    fn run<T: SizedSample + FromSample<f32>>(&mut self, data: &mut [T], info: &OutputCallbackInfo) {
        let stamp = info.timestamp();
        let latency = stamp.playback.checked_duration_since(stamp.callback).unwrap_or_default();
        let latency = i64::try_from(latency.as_micros()).unwrap_or(i64::MAX);
        let latency = if latency > MAX_BUFFER_US { 0 } else { latency };
        let now = boot_now();
        let measured = now.plus(latency);
        let frames = data.len() / self.device_channels;
        // cpal reports underruns in this very thread.
        let dry = self.counters.underrun.swap(false, Ordering::Relaxed);
        if dry {
            self.clock_fit.on_underrun();
        }
        let placed = self.clock_fit.place_buffer(now, measured, frames, self.rate, self.line.is_sounding());
        self.line.set_timing_error_us(placed.within_us);
        if let Some(DeviceGap { us, since }) = placed.gap {
            self.line.record_device_gap(us, since);
        }
        let mut at = placed.at;
        for part in data.chunks_mut(SCRATCH * self.device_channels) {
            let frames = part.len() / self.device_channels;
            let scratch = &mut self.scratch[..frames * self.line_channels];
            self.line.fill(scratch, at);
            convert_frames(scratch, self.line_channels, part, self.device_channels);
            at = at.plus(us_of_frames(frames, self.rate));
        }
        self.counters.record_taken(frames as u64, now);
        if let Some(tracer) = &mut self.tracer {
            tracer.record(CallbackTrace {
                now,
                latency_us: latency,
                frames,
                dry,
                placed,
                sounding: self.line.progress(),
            });
        }
    }
}

/// Converts frames to the device's format. Channels of the device beyond the line's stay silent.
fn convert_frames<T: SizedSample + FromSample<f32>>(
    frames: &[f32],
    channels: usize,
    out: &mut [T],
    out_channels: usize,
) {
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
    fn frames_fit_into_any_device() {
        let frames = [0.5, -0.5, 1.0, -1.0];
        let mut wide = [9_i16; 8];
        convert_frames(&frames, 2, &mut wide, 4);
        assert_eq!(wide, [16384, -16384, 0, 0, 32767, -32768, 0, 0]);
        let mut narrow = [9.0_f32; 4];
        convert_frames(&frames, 1, &mut narrow, 1);
        assert_eq!(narrow, frames);
        let mut unsigned = [0_u8; 4];
        convert_frames(&frames, 2, &mut unsigned, 2);
        assert_eq!(unsigned, [192, 64, 255, 0]);
    }
}
