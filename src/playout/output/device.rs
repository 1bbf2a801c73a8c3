//! A sound device, through cpal with our own callback.
mod callback;
mod callback_rhythm;
mod clock_fit;
mod config;
mod device_name;
#[cfg(test)]
mod drift_tests;
#[cfg(test)]
mod jump_tests;
mod sink_probe;
pub(super) mod sound_server;
mod stream_counters;
mod trace;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rodio::cpal::Stream;
use rodio::cpal::traits::StreamTrait;

use super::frames::MAX_BUFFER_US;
use super::mixer::{self, PlaybackPosition};
use super::open_request::OpenRequest;
use super::opened_sink::OpenedSink;
use crate::base::instant::{BootTime, SECOND_US};
use crate::base::platform::{RealTimeGuard, boot_now};
use callback::{Callback, build_stream};
use clock_fit::ClockFit;
use device_name::{AlsaMessages, find_device, full_name};
use stream_counters::StreamCounters;
use trace::TraceWriter;

/// Microseconds without a callback, beyond the length of the device's buffer, after which the device counts as lost.
const STALL_US: i64 = SECOND_US;
/// Time after opening in which a device is starting, and the silence that loses it then, microseconds. A sound server
/// that was idle may have two seconds of silence in its buffer, and asks for nothing while it plays them.
const START_US: i64 = 5 * SECOND_US;
const START_STALL_US: i64 = 3 * SECOND_US;
/// Microseconds after opening in which errors heal by themselves.
const ERROR_GRACE_US: i64 = SECOND_US;

/// An open stream. The deck owns it; dropping it closes the stream.
pub(super) struct DeviceSink {
    /// `None` once it is closed.
    stream: Option<Stream>,
    counters: Arc<StreamCounters>,
    rate: u32,
    buffer_us: i64,
    opened_at: BootTime,
    /// Number of callbacks at the last check, and when it last grew.
    callbacks: u64,
    last_callback_at: BootTime,
    errors: u64,
    trace: Option<TraceWriter>,
}

impl DeviceSink {
    /// Opens the default device, or the one with this name.
    ///
    /// # Errors
    /// The system's message, in English.
    pub(super) fn open(
        name: Option<&str>,
        request: OpenRequest,
        position: Arc<PlaybackPosition>,
    ) -> Result<OpenedSink<Self>, String> {
        let alsa_messages = AlsaMessages::capture();
        let device = find_device(name).map_err(|e| alsa_messages.append_to(e))?;
        let probe = sink_probe::probe(&device);
        let config = config::choose_config(&device, request.rate).map_err(|e| alsa_messages.append_to(e))?;
        let (rate, channels) = (config.sample_rate(), config.channels().clamp(1, 2));
        // The device keeps two periods.
        let period = (u64::from(rate) * u64::from(request.buffer_ms) / 2000) as u32;
        let open = |period| {
            let (mixer, handle) = mixer::new_mixer(rate, channels, position.clone());
            let counts = Arc::new(StreamCounters::default());
            let about = format!("{} at {rate} Hz, period {period:?}, opened {}", full_name(&device), boot_now().0);
            let (tracer, trace) = trace::open_trace(&about).unzip();
            let fit = if probe.is_sound_server { ClockFit::for_sound_server() } else { ClockFit::default() };
            let callback = Callback::new(mixer, channels, &config, fit, counts.clone()).with_tracer(tracer);
            // For the threads that the sound system starts for this stream: its callbacks, and the connection to a
            // sound server.
            let _real_time = RealTimeGuard::acquire();
            build_stream(&device, &config, period, callback).map(|stream| (stream, handle, counts, trace))
        };
        // Programs that share a card (dmix) have agreed on one period, and the card takes no other.
        let opened = open(Some(period)).or_else(|refused| open(None).map_err(|_| refused));
        let (stream, handle, counts, trace) = opened.map_err(|e| alsa_messages.append_to(e))?;
        stream.play().map_err(|e| alsa_messages.append_to(e.to_string()))?;
        let (opened, buffer_us) = (boot_now(), i64::from(request.buffer_ms) * 1000);
        let stream = Some(stream);
        let sink = Self {
            stream,
            counters: counts,
            rate,
            buffer_us,
            opened_at: opened,
            callbacks: 0,
            last_callback_at: opened,
            errors: 0,
            trace,
        };
        let (info, is_sound_server) = (probe.sink, probe.is_sound_server);
        Ok(OpenedSink { mixer: handle, rate, channels, device: full_name(&device), info, is_sound_server, sink })
    }

    /// Returns since when a lost device has not sounded. Frames that were in its buffer then are not claimed to have
    /// been heard.
    pub(super) fn silent_since(&self) -> BootTime {
        self.counters.silent_since().unwrap_or(self.opened_at)
    }

    /// Checks that the device takes frames.
    ///
    /// # Errors
    /// Why the device counts as lost, in English.
    pub(super) fn check_health(&mut self, now: BootTime) -> Result<(), String> {
        if let Some(trace) = &mut self.trace {
            trace.write();
        }
        if let Some(kind) = self.counters.fatal_error() {
            return Err(kind.to_string());
        }
        let callbacks = self.counters.callbacks.load(Ordering::Relaxed);
        let errors = self.counters.errors.load(Ordering::Relaxed);
        let (more, storm) = (callbacks - self.callbacks, errors - self.errors);
        (self.callbacks, self.errors) = (callbacks, errors);
        let starting = now.since(self.opened_at) < START_US;
        let patience_us = self.buffer_us + if starting { START_STALL_US } else { STALL_US };
        let frames = self.counters.frames.load(Ordering::Relaxed);
        if takes_too_fast(frames, self.rate, now.since(self.opened_at)) {
            return Err("the device takes frames much faster than they sound".to_owned());
        }
        if more > 0 {
            self.last_callback_at = now;
        } else if now.since(self.last_callback_at) > patience_us {
            let silence = format!("the device has taken nothing for {:.1} s", patience_us as f64 / SECOND_US as f64);
            return Err(match errors {
                0 => silence,
                _ => format!("{silence}, with {errors} errors"),
            });
        } else if storm > 0 && now.since(self.opened_at) > ERROR_GRACE_US {
            return Err(format!("the sound system gave {storm} errors at once"));
        }
        Ok(())
    }
}

impl Drop for DeviceSink {
    fn drop(&mut self) {
        drop(self.stream.take());
    }
}

/// Returns whether a device took more frames than any buffer and any clock explain: then it does not play them.
fn takes_too_fast(frames: u64, rate: u32, us: i64) -> bool {
    let taken_us = u128::from(frames) * SECOND_US as u128 / u128::from(rate.max(1));
    let (us, buffer) = (u128::try_from(us).unwrap_or(0), MAX_BUFFER_US as u128);
    taken_us > us + us / 10 + buffer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_at_twice_its_speed_is_none() {
        for second in 0..10_000_i64 {
            // Filled at once, and off by one per cent.
            assert!(!takes_too_fast((second as u64 + 2) * 48_480, 48_000, second * SECOND_US));
            assert!(second < 5 || takes_too_fast(second as u64 * 2 * 48_000, 48_000, second * SECOND_US), "{second}");
        }
        assert!(takes_too_fast(1, 0, 0) || !takes_too_fast(1, 0, SECOND_US), "no rate is no panic");
    }
}
