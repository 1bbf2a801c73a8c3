//! A sound device, opened through cpal, with a callback that runs the mixer.
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
use super::opened_backend::OpenedBackend;
use crate::base::instant::{BootTime, SECOND_US};
use crate::base::platform::{RealTimeGuard, boot_now};
use callback::{Callback, build_stream};
use clock_fit::ClockFit;
use device_name::{AlsaMessages, find_device, full_name};
use stream_counters::StreamCounters;
use trace::TraceWriter;

pub use device_name::why_absent;

/// Time without a callback, in addition to the length of the device's buffer, after which the device counts as lost;
/// microseconds.
const STALL_TIMEOUT_US: i64 = SECOND_US;
/// Time after opening for which a device counts as starting, microseconds.
const START_UP_US: i64 = 5 * SECOND_US;
/// The same as [`STALL_TIMEOUT_US`], for a starting device. A sound server that was idle can have two seconds of
/// silence in its buffer, and requests no frames while it plays that silence.
const START_UP_STALL_TIMEOUT_US: i64 = 3 * SECOND_US;
/// Time after opening for which errors do not count as a loss of the device, microseconds.
const ERROR_GRACE_US: i64 = SECOND_US;

/// An open stream of a device. The deck owns it. Dropping it closes the stream.
pub(super) struct DeviceBackend {
    /// `None` after it is closed.
    stream: Option<Stream>,
    counters: Arc<StreamCounters>,
    rate: u32,
    buffer_us: i64,
    opened_at: BootTime,
    /// Number of callbacks at the last check.
    last_callback_count: u64,
    /// Instant of the last check that found a new callback.
    last_callback_at: BootTime,
    /// Number of errors at the last check.
    last_error_count: u64,
    trace: Option<TraceWriter>,
}

impl DeviceBackend {
    /// Opens the default device, or the one with this name.
    ///
    /// # Errors
    /// The message from the system, in English.
    pub(super) fn open(
        name: Option<&str>,
        request: OpenRequest,
        position: Arc<PlaybackPosition>,
    ) -> Result<OpenedBackend<Self>, String> {
        let alsa_messages = AlsaMessages::capture();
        let device = find_device(name).map_err(|e| alsa_messages.append_to(e))?;
        let probe = sink_probe::probe(&device);
        let config = config::choose_config(&device, request.rate).map_err(|e| alsa_messages.append_to(e))?;
        let (rate, channels) = (config.sample_rate(), config.channels().clamp(1, 2));
        // The buffer of the device consists of two periods.
        let period_frames = (u64::from(rate) * u64::from(request.buffer_ms) / 2000) as u32;
        let try_open = |period_frames| {
            let (mixer, handle) = mixer::new_mixer(rate, channels, position.clone());
            let counters = Arc::new(StreamCounters::default());
            let heading =
                format!("{} at {rate} Hz, period {period_frames:?}, opened {}", full_name(&device), boot_now().0);
            let (tracer, trace) = trace::open_trace(&heading).unzip();
            let fit = if probe.is_sound_server { ClockFit::for_sound_server() } else { ClockFit::default() };
            let callback = Callback::new(mixer, channels, &config, fit, counters.clone()).with_tracer(tracer);
            // The threads that the sound system starts for this stream inherit the priority. These are the thread that
            // calls the callback, and the thread for a connection to a sound server.
            let _real_time = RealTimeGuard::acquire();
            build_stream(&device, &config, period_frames, callback).map(|stream| (stream, handle, counters, trace))
        };
        // A card that several programs share (dmix) accepts only the period that is already in use.
        let result = try_open(Some(period_frames)).or_else(|error| try_open(None).map_err(|_| error));
        let (stream, handle, counters, trace) = result.map_err(|e| alsa_messages.append_to(e))?;
        stream.play().map_err(|e| alsa_messages.append_to(e.to_string()))?;
        let (opened_at, buffer_us) = (boot_now(), i64::from(request.buffer_ms) * 1000);
        let backend = Self {
            stream: Some(stream),
            counters,
            rate,
            buffer_us,
            opened_at,
            last_callback_count: 0,
            last_callback_at: opened_at,
            last_error_count: 0,
            trace,
        };
        let (sink, is_sound_server) = (probe.sink, probe.is_sound_server);
        Ok(OpenedBackend { mixer: handle, rate, channels, device: full_name(&device), sink, is_sound_server, backend })
    }

    /// Returns the instant from which a lost device was silent. Frames that had not left its buffer by that instant do
    /// not count as heard.
    pub(super) fn silent_since(&self) -> BootTime {
        self.counters.silent_since().unwrap_or(self.opened_at)
    }

    /// Checks that the device takes frames.
    ///
    /// # Errors
    /// The reason why the device counts as lost, in English.
    pub(super) fn check_health(&mut self, now: BootTime) -> Result<(), String> {
        if let Some(trace) = &mut self.trace {
            trace.write();
        }
        if let Some(kind) = self.counters.fatal_error() {
            return Err(kind.to_string());
        }
        let callback_count = self.counters.callback_count.load(Ordering::Relaxed);
        let error_count = self.counters.error_count.load(Ordering::Relaxed);
        let new_callbacks = callback_count - self.last_callback_count;
        let new_errors = error_count - self.last_error_count;
        (self.last_callback_count, self.last_error_count) = (callback_count, error_count);
        let is_starting = now.since(self.opened_at) < START_UP_US;
        let stall_timeout_us = self.buffer_us + if is_starting { START_UP_STALL_TIMEOUT_US } else { STALL_TIMEOUT_US };
        let taken_frames = self.counters.taken_frames.load(Ordering::Relaxed);
        if takes_too_fast(taken_frames, self.rate, now.since(self.opened_at)) {
            return Err("the device takes frames much faster than they sound".to_owned());
        }
        if new_callbacks > 0 {
            self.last_callback_at = now;
        } else if now.since(self.last_callback_at) > stall_timeout_us {
            let message =
                format!("the device has taken nothing for {:.1} s", stall_timeout_us as f64 / SECOND_US as f64);
            return Err(match error_count {
                0 => message,
                _ => format!("{message}, with {error_count} errors"),
            });
        } else if new_errors > 0 && now.since(self.opened_at) > ERROR_GRACE_US {
            return Err(format!("the sound system gave {new_errors} errors at once"));
        }
        Ok(())
    }
}

impl Drop for DeviceBackend {
    fn drop(&mut self) {
        drop(self.stream.take());
    }
}

/// Returns whether a device took more frames than it can have played or buffered in `elapsed_us` since it was opened.
fn takes_too_fast(taken_frames: u64, rate: u32, elapsed_us: i64) -> bool {
    let taken_us = u128::from(taken_frames) * SECOND_US as u128 / u128::from(rate.max(1));
    let (elapsed_us, buffer_us) = (u128::try_from(elapsed_us).unwrap_or(0), MAX_BUFFER_US as u128);
    taken_us > elapsed_us + elapsed_us / 10 + buffer_us
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_at_twice_its_speed_takes_frames_too_fast() {
        for second in 0..10_000_i64 {
            // A device that fills a buffer of two seconds at once, and whose clock is 1 % fast, is normal.
            assert!(!takes_too_fast((second as u64 + 2) * 48_480, 48_000, second * SECOND_US));
            assert!(second < 5 || takes_too_fast(second as u64 * 2 * 48_000, 48_000, second * SECOND_US), "{second}");
        }
        assert!(takes_too_fast(1, 0, 0) || !takes_too_fast(1, 0, SECOND_US), "a rate of 0 causes no panic");
    }
}
