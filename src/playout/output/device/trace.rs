//! A trace of a device's callbacks, to examine starts: one line per callback, in the file that `LOA_SOUND_TRACE` names.
//! Without that variable nothing is traced.
use std::fs::File;
use std::io::{BufWriter, Write};

use rtrb::{Consumer, Producer, RingBuffer};

use super::clock_fit::BufferTime;
use crate::base::instant::BootTime;
use crate::playout::output::Progress;

/// Environment variable with the file's path.
const TRACE_FILE_VARIABLE: &str = "LOA_SOUND_TRACE";
/// Most callbacks between two writes.
const QUEUE_LENGTH: usize = 4096;

/// One callback.
#[derive(Debug, Clone, Copy)]
pub(super) struct CallbackTrace {
    /// When it was called, by the boot clock.
    pub now: BootTime,
    /// Time from the call to its first frame, as the device states it, microseconds.
    pub latency_us: i64,
    /// Frames that the device asked for.
    pub frames: usize,
    /// Whether the device reported an underrun.
    pub dry: bool,
    /// Place of the buffer in time.
    pub placed: BufferTime,
    /// Progress of the sounding track at the end of the callback.
    pub sounding: Option<Progress>,
}

/// The callback's end of a trace.
pub(super) struct Tracer(Producer<CallbackTrace>);

impl Tracer {
    /// Records a callback. It is dropped when the queue is full.
    pub(super) fn record(&mut self, call: CallbackTrace) {
        let _ = self.0.push(call);
    }
}

/// The writer's end of a trace.
pub(super) struct TraceWriter {
    calls: Consumer<CallbackTrace>,
    file: BufWriter<File>,
}

/// Opens a trace if one is wanted; `about` is its heading.
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
        // A trace is only a help: lines that cannot be written are missing.
        let _ = writeln!(self.file, "{line}");
    }

    /// Writes the callbacks since the last call.
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
