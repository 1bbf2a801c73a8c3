//! Outputs without a device, which take frames at the pace of a device: one block every 20 ms of the boot clock. The
//! instants of the blocks are computed from a single start time, so errors do not accumulate.
use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::SinkInfo;
use super::mixer::{self, Mixer, PlaybackPosition};
use super::opened_backend::OpenedBackend;
use super::wav::WavWriter;
use crate::base::instant::{BootTime, SECOND_US};
use crate::base::platform::boot_now;

/// Frames per second.
const RATE: u32 = 48_000;
/// Samples per frame.
const CHANNELS: u16 = 2;
/// Frames per block.
const BLOCK_FRAMES: usize = 960;
/// Length of a block, microseconds. It is a whole number, so that the pace is exact.
const BLOCK_US: i64 = BLOCK_FRAMES as i64 * SECOND_US / RATE as i64;
/// Delay beyond which the thread skips the blocks that are due, microseconds.
const MAX_DELAY_US: i64 = SECOND_US;

/// A backend whose own thread takes the frames. Dropping it stops and joins the thread.
pub(super) struct PacedBackend {
    shared: Arc<PacedShared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct PacedShared {
    state: Mutex<PacedState>,
    changed: Condvar,
}

#[derive(Default)]
struct PacedState {
    must_stop: bool,
    /// The error that ended the thread, until it is reported.
    error: Option<String>,
}

impl PacedBackend {
    /// Opens a backend that takes every frame and discards it.
    ///
    /// # Errors
    /// The message from the system, if it cannot start a thread.
    pub(super) fn open_null(position: Arc<PlaybackPosition>) -> Result<OpenedBackend<Self>, String> {
        Self::start("null".to_owned(), None, position)
    }

    /// Opens a backend that writes the frames of tracks to a wave file, without the silence between them.
    ///
    /// # Errors
    /// The message from the system, if the file cannot be written.
    pub(super) fn open_wav(
        path: &Path,
        device: String,
        is_reopen: bool,
        position: Arc<PlaybackPosition>,
    ) -> Result<OpenedBackend<Self>, String> {
        let open = if is_reopen { WavWriter::append } else { WavWriter::create };
        let writer = open(path, RATE, CHANNELS).map_err(|e| format!("{}: {e}", path.display()))?;
        Self::start(device, Some(writer), position)
    }

    fn start(
        device: String,
        writer: Option<WavWriter>,
        position: Arc<PlaybackPosition>,
    ) -> Result<OpenedBackend<Self>, String> {
        let (mixer, handle) = mixer::new_mixer(RATE, CHANNELS, position);
        let shared = Arc::new(PacedShared::default());
        let thread_shared = shared.clone();
        let thread = thread::Builder::new()
            .name("pace".to_owned())
            .spawn(move || {
                if let Err(error) = pace(mixer, writer, &thread_shared) {
                    thread_shared.lock().error = Some(error.to_string());
                }
            })
            .map_err(|e| e.to_string())?;
        let backend = Self { shared, thread: Some(thread) };
        Ok(OpenedBackend {
            mixer: handle,
            rate: RATE,
            channels: CHANNELS,
            device,
            sink: SinkInfo { name: None, is_hardware: Some(false) },
            is_sound_server: false,
            backend,
        })
    }

    /// Checks that the thread takes frames.
    ///
    /// # Errors
    /// The reason why it stopped taking frames, in English, for the log.
    pub(super) fn check_health(&mut self) -> Result<(), String> {
        if let Some(detail) = self.shared.lock().error.take() {
            return Err(detail);
        }
        match &self.thread {
            Some(thread) if !thread.is_finished() => Ok(()),
            _ => Err("its thread has ended".to_owned()),
        }
    }
}

impl Drop for PacedBackend {
    fn drop(&mut self) {
        self.shared.lock().must_stop = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread is a bug in loa. `check_health` reports it as a loss.
            let _ = thread.join();
        }
    }
}

impl PacedShared {
    fn lock(&self) -> std::sync::MutexGuard<'_, PacedState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until an instant. Returns false if the thread must stop.
    fn wait_until(&self, instant: BootTime) -> bool {
        let mut state = self.lock();
        loop {
            if state.must_stop {
                return false;
            }
            let Ok(remaining_us @ 1..) = u64::try_from(instant.since(boot_now())) else {
                return true;
            };
            let result = self.changed.wait_timeout(state, Duration::from_micros(remaining_us));
            state = result.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// Takes each block at its instant, until the thread must stop.
fn pace(mut mixer: Mixer, mut writer: Option<WavWriter>, shared: &PacedShared) -> io::Result<()> {
    let mut block = vec![0.0; BLOCK_FRAMES * usize::from(CHANNELS)];
    let mut at = boot_now();
    while shared.wait_until(at) {
        let delay_us = boot_now().since(at);
        if delay_us > MAX_DELAY_US {
            // The machine was suspended or overloaded. A real device would have played silence during this time.
            let skipped_us = delay_us / BLOCK_US * BLOCK_US;
            at = at.plus(skipped_us);
            mixer.record_device_gap(skipped_us, None);
        }
        let ranges = mixer.fill(&mut block, at);
        if let Some(writer) = &mut writer {
            for range in ranges.iter() {
                let samples = range.start * usize::from(CHANNELS)..range.end * usize::from(CHANNELS);
                writer.write(&block[samples])?;
            }
            // The header is updated after each block, so that other programs can read everything written so far.
            writer.update_header()?;
        }
        at = at.plus(BLOCK_US);
    }
    Ok(())
}
