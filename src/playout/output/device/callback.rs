//! The device's callback. It estimates when the requested frames will leave, and takes them from the mixer.
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
use crate::playout::output::frames::{MAX_BUFFER_US, frames_to_us};
use crate::playout::output::mixer::Mixer;

/// Maximum number of frames that are mixed at a time.
const SCRATCH_FRAMES: usize = 8192;
/// A device whose largest buffer has fewer frames than this chooses its own buffer size.
const MIN_FIXED_BUFFER_FRAMES: u32 = 1024;
/// Time without a request from the device after which cpal checks the device's state.
const CPAL_POLL_TIMEOUT: Duration = Duration::from_secs(1);

/// Builds a stream that calls `callback` for samples in the device's own format. The device buffers two periods of
/// `period_frames` frames, or chooses the size if `period_frames` is `None`.
///
/// # Errors
/// The message from the system, in English.
pub(super) fn build_stream(
    device: &cpal::Device,
    config: &SupportedStreamConfig,
    period_frames: Option<u32>,
    callback: Callback,
) -> Result<Stream, String> {
    match config.sample_format() {
        SampleFormat::F32 => build_as::<f32>(device, config, period_frames, callback),
        SampleFormat::F64 => build_as::<f64>(device, config, period_frames, callback),
        SampleFormat::I8 => build_as::<i8>(device, config, period_frames, callback),
        SampleFormat::I16 => build_as::<i16>(device, config, period_frames, callback),
        SampleFormat::I24 => build_as::<cpal::I24>(device, config, period_frames, callback),
        SampleFormat::I32 => build_as::<i32>(device, config, period_frames, callback),
        SampleFormat::U8 => build_as::<u8>(device, config, period_frames, callback),
        SampleFormat::U16 => build_as::<u16>(device, config, period_frames, callback),
        SampleFormat::U24 => build_as::<cpal::U24>(device, config, period_frames, callback),
        SampleFormat::U32 => build_as::<u32>(device, config, period_frames, callback),
        other => Err(format!("its sample format {other} is not supported")),
    }
}

fn build_as<T: SizedSample + FromSample<f32>>(
    device: &cpal::Device,
    config: &SupportedStreamConfig,
    period_frames: Option<u32>,
    mut callback: Callback,
) -> Result<Stream, String> {
    let buffer_size = match (period_frames, *config.buffer_size()) {
        (None, _) => BufferSize::Default,
        (Some(_), SupportedBufferSize::Range { max, .. }) if max < MIN_FIXED_BUFFER_FRAMES => BufferSize::Default,
        (Some(period_frames), SupportedBufferSize::Range { min, max }) => {
            BufferSize::Fixed(period_frames.clamp(min.min(max), max))
        }
        (Some(period_frames), SupportedBufferSize::Unknown) => BufferSize::Fixed(period_frames),
    };
    let stream_config = StreamConfig { channels: config.channels(), sample_rate: config.sample_rate(), buffer_size };
    let counters = callback.counters.clone();
    device
        .build_output_stream::<T, _, _>(
            stream_config,
            move |data, info| callback.run(data, info),
            move |error| counters.record_error(error.kind()),
            Some(CPAL_POLL_TIMEOUT),
        )
        .map_err(|e| e.to_string())
}

/// The callback and its state. It never waits, allocates, frees or makes a system call, except to read the time.
pub(super) struct Callback {
    mixer: Mixer,
    /// Rate of the device and the line, frames per second.
    rate: u32,
    line_channels: usize,
    device_channels: usize,
    /// Frames of the line, before their conversion to the device's format.
    scratch: Vec<f32>,
    clock_fit: ClockFit,
    counters: Arc<StreamCounters>,
    tracer: Option<Tracer>,
}

impl Callback {
    pub(super) fn new(
        mixer: Mixer,
        line_channels: u16,
        config: &SupportedStreamConfig,
        clock_fit: ClockFit,
        counters: Arc<StreamCounters>,
    ) -> Self {
        Self {
            mixer,
            rate: config.sample_rate(),
            line_channels: usize::from(line_channels),
            device_channels: usize::from(config.channels().max(1)),
            scratch: vec![0.0; SCRATCH_FRAMES * usize::from(line_channels)],
            clock_fit,
            counters,
            tracer: None,
        }
    }

    /// Sets the tracer, which records every callback.
    pub(super) fn with_tracer(self, tracer: Option<Tracer>) -> Self {
        Self { tracer, ..self }
    }

    fn run<T: SizedSample + FromSample<f32>>(&mut self, data: &mut [T], info: &OutputCallbackInfo) {
        let timestamp = info.timestamp();
        let latency = timestamp.playback.checked_duration_since(timestamp.callback).unwrap_or_default();
        let latency_us = i64::try_from(latency.as_micros()).unwrap_or(i64::MAX);
        let latency_us = if latency_us > MAX_BUFFER_US { 0 } else { latency_us };
        let now = boot_now();
        let measured_leave_time = now.plus(latency_us);
        let frames = data.len() / self.device_channels;
        // cpal reports an underrun on this thread, before this callback.
        let has_underrun = self.counters.has_underrun.swap(false, Ordering::Relaxed);
        if has_underrun {
            self.clock_fit.on_underrun();
        }
        let buffer_time =
            self.clock_fit.estimate_buffer_time(now, measured_leave_time, frames, self.rate, self.mixer.is_sounding());
        self.mixer.set_timing_error_us(buffer_time.possible_error_us);
        if let Some(DeviceGap { duration_us, noticed_at }) = buffer_time.gap {
            self.mixer.record_device_gap(duration_us, noticed_at);
        }
        let mut at = buffer_time.at;
        for block in data.chunks_mut(SCRATCH_FRAMES * self.device_channels) {
            let frames = block.len() / self.device_channels;
            let scratch = &mut self.scratch[..frames * self.line_channels];
            self.mixer.fill(scratch, at);
            convert_frames(scratch, self.line_channels, block, self.device_channels);
            at = at.plus(frames_to_us(frames, self.rate));
        }
        self.counters.record_callback(frames as u64, now);
        if let Some(tracer) = &mut self.tracer {
            tracer.record(CallbackTrace {
                now,
                latency_us,
                frames,
                has_underrun,
                buffer_time,
                progress: self.mixer.progress(),
            });
        }
    }
}

/// Converts frames of the line to the device's format. Channels that only the device has are silent.
fn convert_frames<T: SizedSample + FromSample<f32>>(
    frames: &[f32],
    line_channels: usize,
    out: &mut [T],
    out_channels: usize,
) {
    let line_frames = frames.chunks_exact(line_channels);
    for (frame, out) in line_frames.zip(out.chunks_exact_mut(out_channels)) {
        for (i, sample) in out.iter_mut().enumerate() {
            *sample = T::from_sample_(frame.get(i).copied().unwrap_or(0.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_converted_to_the_format_and_channel_count_of_the_device() {
        let frames = [0.5, -0.5, 1.0, -1.0];
        let mut four_channels = [9_i16; 8];
        convert_frames(&frames, 2, &mut four_channels, 4);
        assert_eq!(four_channels, [16384, -16384, 0, 0, 32767, -32768, 0, 0]);
        let mut mono = [9.0_f32; 4];
        convert_frames(&frames, 1, &mut mono, 1);
        assert_eq!(mono, frames);
        let mut unsigned_stereo = [0_u8; 4];
        convert_frames(&frames, 2, &mut unsigned_stereo, 2);
        assert_eq!(unsigned_stereo, [192, 64, 255, 0]);
    }
}
