//! A sound device, through cpal with our own callback.
mod behind;
mod callback;
mod config;
mod counts;
mod fit;
#[cfg(test)]
mod jumps;
#[cfg(test)]
mod long;
mod name;
mod rhythm;
pub(super) mod server;
mod trace;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rodio::cpal::Stream;
use rodio::cpal::traits::StreamTrait;

use super::line::{self, Position};
use super::sink::{OpenLine, Wish, boot_now};
use crate::instant::{Boot, SECOND};
use crate::sys::{self, RealTime};
use callback::{Callback, build};
use counts::Counts;
use fit::Fit;
use name::{Said, find, full_name};
use trace::Trace;

/// Microseconds without a callback, beyond what the device's buffer holds, after which it counts as lost.
const SILENCE_US: i64 = SECOND;
/// The same for a device that was opened within so many microseconds: a sound server that had nothing to
/// do may have two seconds of silence in its buffer, and asks for nothing while it plays them.
const START_US: i64 = 5 * SECOND;
const START_SILENCE_US: i64 = 3 * SECOND;
/// Microseconds after opening in which errors heal by themselves.
const GRACE_US: i64 = SECOND;
/// More is in no device's and no sound server's buffer, in microseconds.
const BUFFERED_US: i64 = 4 * SECOND;

/// An open stream; closed when dropped.
pub(super) struct DeviceSink {
    /// Until it is closed.
    stream: Option<Stream>,
    counts: Arc<Counts>,
    rate: u32,
    buffer_us: i64,
    opened: Boot,
    /// The callback's counter and when it last moved.
    callbacks: u64,
    moved: Boot,
    errors: u64,
    trace: Option<Trace>,
}

impl DeviceSink {
    /// Opens the default device, or the one with this name.
    ///
    /// # Errors
    /// What the system said, in English.
    pub(super) fn open(name: Option<&str>, wish: Wish, position: Arc<Position>) -> Result<OpenLine, String> {
        let _loading = sys::loading();
        let said = Said::listen();
        let device = find(name).map_err(|e| said.add(e))?;
        let behind = behind::of(&device);
        let config = config::choose(&device, wish.rate).map_err(|e| said.add(e))?;
        let (rate, channels) = (config.sample_rate(), config.channels().clamp(1, 2));
        // The device keeps two periods.
        let period = (u64::from(rate) * u64::from(wish.buffer_ms) / 2000) as u32;
        let open = |period| {
            let (line, remote) = line::line(rate, channels, position.clone());
            let counts = Arc::new(Counts::default());
            let about = format!("{} at {rate} Hz, period {period:?}, opened {}", full_name(&device), boot_now().0);
            let (tracer, trace) = trace::begin(&about).unzip();
            let fit = if behind.served { Fit::served() } else { Fit::default() };
            let callback = Callback::new(line, channels, &config, fit, counts.clone()).traced(tracer);
            // What the sound system starts for this stream: its callbacks, and the way to a sound server.
            let _real_time = RealTime::begin();
            build(&device, &config, period, callback).map(|stream| (stream, remote, counts, trace))
        };
        // Where several programs share a card (dmix), one period was agreed upon before, and no other is taken.
        let opened = open(Some(period)).or_else(|refused| open(None).map_err(|_| refused));
        let (stream, remote, counts, trace) = opened.map_err(|e| said.add(e))?;
        stream.play().map_err(|e| said.add(e.to_string()))?;
        let (opened, buffer_us) = (boot_now(), i64::from(wish.buffer_ms) * 1000);
        let stream = Some(stream);
        let sink = Self { stream, counts, rate, buffer_us, opened, callbacks: 0, moved: opened, errors: 0, trace };
        let line = OpenLine::of_device(remote, rate, channels, full_name(&device), sink);
        Ok(line.before(behind.sink, behind.served))
    }

    /// Since when a device that counts as lost has not sounded; what was in its buffer then is not claimed to have been
    /// heard.
    pub(super) fn lost_at(&self) -> Boot {
        self.counts.silent_since().unwrap_or(self.opened)
    }

    /// # Errors
    /// Why the device counts as lost.
    pub(super) fn health(&mut self, now: Boot) -> Result<(), String> {
        if let Some(trace) = &mut self.trace {
            trace.write();
        }
        if let Some(kind) = self.counts.gone() {
            return Err(kind.to_string());
        }
        let callbacks = self.counts.callbacks.load(Ordering::Relaxed);
        let errors = self.counts.errors.load(Ordering::Relaxed);
        let (more, storm) = (callbacks - self.callbacks, errors - self.errors);
        (self.callbacks, self.errors) = (callbacks, errors);
        let starting = now.since(self.opened) < START_US;
        let patience_us = self.buffer_us + if starting { START_SILENCE_US } else { SILENCE_US };
        let frames = self.counts.frames.load(Ordering::Relaxed);
        if races(frames, self.rate, now.since(self.opened)) {
            return Err("the device takes frames much faster than they sound".to_owned());
        }
        if more > 0 {
            self.moved = now;
        } else if now.since(self.moved) > patience_us {
            let silence = format!("the device has taken nothing for {:.1} s", patience_us as f64 / SECOND as f64);
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

impl Drop for DeviceSink {
    fn drop(&mut self) {
        let _loading = sys::loading();
        drop(self.stream.take());
    }
}

/// Whether a device has taken more frames in so long a time than any buffer and any clock explain: it does not play them.
fn races(frames: u64, rate: u32, us: i64) -> bool {
    let taken_us = u128::from(frames) * SECOND as u128 / u128::from(rate.max(1));
    let (us, buffer) = (u128::try_from(us).unwrap_or(0), BUFFERED_US as u128);
    taken_us > us + us / 10 + buffer
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
}
