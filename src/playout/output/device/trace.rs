//! What each callback of a device was told and did, for who looks into a start: one line a callback, in the file that
//! `LOA_SOUND_TRACE` names. Nothing of it is there unless that is set.
use std::fs::File;
use std::io::{BufWriter, Write};

use rtrb::{Consumer, Producer, RingBuffer};

use super::clock_fit::BufferTime;
use crate::base::instant::BootTime;
use crate::playout::output::Progress;

/// Names the file.
const TRACE_FILE_VARIABLE: &str = "LOA_SOUND_TRACE";
/// Callbacks between two looks of whoever writes.
const QUEUE_LENGTH: usize = 4096;

/// One callback.
#[derive(Debug, Clone, Copy)]
pub(super) struct CallbackTrace {
    /// When it was called, by the boot clock.
    pub now: BootTime,
    /// From then to when its first frame leaves, as the device says, microseconds.
    pub latency_us: i64,
    /// Frames that it was asked for.
    pub frames: usize,
    /// Whether the device said that it had run dry.
    pub dry: bool,
    /// What was made of it.
    pub placed: BufferTime,
    /// What sounds at its end, and how much of it was given.
    pub sounding: Option<Progress>,
}

/// The callback's end.
pub(super) struct Tracer(Producer<CallbackTrace>);

impl Tracer {
    /// Notes a callback; what nobody has taken in time is left out.
    pub(super) fn record(&mut self, call: CallbackTrace) {
        let _ = self.0.push(call);
    }
}

/// The writer's end.
pub(super) struct TraceWriter {
    calls: Consumer<CallbackTrace>,
    file: BufWriter<File>,
}

/// Both ends, if a trace is wanted; `about` stands above its lines.
pub(super) fn open_trace(about: &str) -> Option<(Tracer, TraceWriter)> {
    let path = std::env::var_os(TRACE_FILE_VARIABLE).filter(|path| !path.is_empty())?;
    let file = File::options().create(true).append(true).open(path).ok()?;
    let (calling, calls) = RingBuffer::new(QUEUE_LENGTH);
    let mut trace = TraceWriter { calls, file: BufWriter::new(file) };
    trace.write_line(format_args!("# {about}\n# now_us latency_us frames dry at_us within_us gap_us key given"));
    Some((Tracer(calling), trace))
}

impl TraceWriter {
    fn write_line(&mut self, line: std::fmt::Arguments<'_>) {
        // It is for looking on: what cannot be written is lacking.
        let _ = writeln!(self.file, "{line}");
    }

    /// Writes what has come since.
    pub(super) fn write(&mut self) {
        while let Ok(CallbackTrace { now, latency_us, frames, dry, placed, sounding }) = self.calls.pop() {
            let BufferTime { at, within_us, gap, .. } = placed;
            let gap_us = gap.map_or(0, |gap| gap.us);
            let (key, given) = sounding.map_or((0, 0), |progress| (progress.key.0, progress.frames));
            let (now, at, dry) = (now.0, at.0, u8::from(dry));
            self.write_line(format_args!("{now} {latency_us} {frames} {dry} {at} {within_us} {gap_us} {key} {given}"));
        }
        let _ = self.file.flush();
    }
}

impl Drop for TraceWriter {
    fn drop(&mut self) {
        self.write();
    }
}
