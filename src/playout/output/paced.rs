//! Outputs without a device, paced as if there were one: a block every 20 ms by the boot clock, counted from one
//! instant so that no error adds up.
use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::SinkInfo;
use super::mixer::{self, Mixer, PlaybackPosition};
use super::opened_sink::OpenedSink;
use super::wav::WavWriter;
use crate::base::instant::{BootTime, SECOND_US};
use crate::base::platform::boot_now;

/// Frames per second.
const RATE: u32 = 48_000;
/// Samples per frame.
const CHANNELS: u16 = 2;
/// Frames per block.
const BLOCK: usize = 960;
/// Length of a block in microseconds: a whole number of them, so that the pace is exact.
const BLOCK_US: i64 = BLOCK as i64 * SECOND_US / RATE as i64;
/// Delay, in microseconds, beyond which the thread gives up the blocks that were due.
const MAX_LATE_US: i64 = SECOND_US;

/// The thread that takes the frames. Dropping this ends and joins it.
pub(super) struct PacedSink {
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
    stop: bool,
    failed: Option<String>,
}

impl PacedSink {
    /// Opens an output that takes every frame and keeps none.
    ///
    /// # Errors
    /// The system's message when it has no threads left.
    pub(super) fn null(position: Arc<PlaybackPosition>) -> Result<OpenedSink<Self>, String> {
        Self::start("null".to_owned(), None, position)
    }

    /// Opens an output that writes the frames of tracks, and nothing else, to a wave file.
    ///
    /// # Errors
    /// The system's message when the file cannot be written.
    pub(super) fn wav(
        path: &Path,
        device: String,
        is_reopen: bool,
        position: Arc<PlaybackPosition>,
    ) -> Result<OpenedSink<Self>, String> {
        let open = if is_reopen { WavWriter::append } else { WavWriter::create };
        let writer = open(path, RATE, CHANNELS).map_err(|e| format!("{}: {e}", path.display()))?;
        Self::start(device, Some(writer), position)
    }

    fn start(
        device: String,
        writer: Option<WavWriter>,
        position: Arc<PlaybackPosition>,
    ) -> Result<OpenedSink<Self>, String> {
        let (mixer, handle) = mixer::new_mixer(RATE, CHANNELS, position);
        let shared = Arc::new(PacedShared::default());
        let theirs = shared.clone();
        let thread = thread::Builder::new()
            .name("pace".to_owned())
            .spawn(move || {
                if let Err(error) = pace(mixer, writer, &theirs) {
                    theirs.lock().failed = Some(error.to_string());
                }
            })
            .map_err(|e| e.to_string())?;
        let sink = Self { shared, thread: Some(thread) };
        Ok(OpenedSink {
            mixer: handle,
            rate: RATE,
            channels: CHANNELS,
            device,
            info: SinkInfo { name: None, hardware: Some(false) },
            is_sound_server: false,
            sink,
        })
    }

    /// Checks that the thread takes frames.
    ///
    /// # Errors
    /// Why it stopped taking frames.
    pub(super) fn check_health(&mut self) -> Result<(), String> {
        if let Some(detail) = self.shared.lock().failed.take() {
            return Err(detail);
        }
        match &self.thread {
            Some(thread) if !thread.is_finished() => Ok(()),
            _ => Err("its thread has ended".to_owned()),
        }
    }
}

impl Drop for PacedSink {
    fn drop(&mut self) {
        self.shared.lock().stop = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // It panics only by our bug, which `check_health` reports as a loss.
            let _ = thread.join();
        }
    }
}

impl PacedShared {
    fn lock(&self) -> std::sync::MutexGuard<'_, PacedState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for an instant; returns false when it is time to stop.
    fn wait_until(&self, instant: BootTime) -> bool {
        let mut state = self.lock();
        loop {
            if state.stop {
                return false;
            }
            let Ok(left @ 1..) = u64::try_from(instant.since(boot_now())) else {
                return true;
            };
            let waited = self.changed.wait_timeout(state, Duration::from_micros(left));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// Takes each block at its instant, until told to stop.
fn pace(mut mixer: Mixer, mut writer: Option<WavWriter>, shared: &PacedShared) -> io::Result<()> {
    let mut block = vec![0.0; BLOCK * usize::from(CHANNELS)];
    let mut at = boot_now();
    while shared.wait_until(at) {
        let late = boot_now().since(at);
        if late > MAX_LATE_US {
            // The machine slept or was overloaded. A device would have gone on by itself.
            let given_up = late / BLOCK_US * BLOCK_US;
            at = at.plus(given_up);
            mixer.record_device_gap(given_up, None);
        }
        let spans = mixer.fill(&mut block, at);
        if let Some(writer) = &mut writer {
            for span in spans.iter() {
                let samples = span.start * usize::from(CHANNELS)..span.end * usize::from(CHANNELS);
                writer.write(&block[samples])?;
            }
            // A reader of the file finds all that has sounded so far.
            writer.update_header()?;
        }
        at = at.plus(BLOCK_US);
    }
    Ok(())
}
