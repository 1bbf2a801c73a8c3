//! A trace of a device's callbacks, to analyse the timing of starts. It has one line for each callback, and is written
//! to the file that the environment variable `LOA_SOUND_TRACE` names. Without that variable, nothing is traced.
use std::fs::File;
use std::io::{BufWriter, Write};

use rtrb::{Consumer, Producer, RingBuffer};

use super::clock_fit::BufferTime;
use crate::base::instant::BootTime;
use crate::playout::output::Progress;

/// Environment variable with the path of the trace.
const TRACE_FILE_VARIABLE: &str = "LOA_SOUND_TRACE";
/// Maximum number of records in the queue between two writes.
const MAX_QUEUED_RECORDS: usize = 4096;

/// The record of one callback.
#[derive(Debug, Clone, Copy)]
pub(super) struct CallbackTrace {
    /// Instant of the call.
    pub now: BootTime,
    /// Time from the call until the buffer's first frame leaves, according to the device, microseconds.
    pub latency_us: i64,
    /// Number of frames that the device requested.
    pub frames: usize,
    /// True when the device reported an underrun.
    pub has_underrun: bool,
    /// The fit's estimate of when the buffer leaves.
    pub buffer_time: BufferTime,
    /// The sounding track at the end of the callback, and the number of its frames that were given to the device.
    pub progress: Option<Progress>,
}

/// The callback's end of a trace.
pub(super) struct Tracer(Producer<CallbackTrace>);

impl Tracer {
    /// Records a callback. The record is dropped if the queue is full.
    pub(super) fn record(&mut self, record: CallbackTrace) {
        let _ = self.0.push(record);
    }
}

/// The writer's end of a trace.
pub(super) struct TraceWriter {
    records: Consumer<CallbackTrace>,
    file: BufWriter<File>,
}

/// Opens a trace with a heading; `None` if the environment variable is not set or the file cannot be opened.
pub(super) fn open_trace(heading: &str) -> Option<(Tracer, TraceWriter)> {
    let path = std::env::var_os(TRACE_FILE_VARIABLE).filter(|path| !path.is_empty())?;
    let file = File::options().create(true).append(true).open(path).ok()?;
    let (producer, records) = RingBuffer::new(MAX_QUEUED_RECORDS);
    let mut trace = TraceWriter { records, file: BufWriter::new(file) };
    trace.write_line(format_args!("# {heading}\n# now_us latency_us frames dry at_us within_us gap_us key given"));
    Some((Tracer(producer), trace))
}

impl TraceWriter {
    fn write_line(&mut self, line: std::fmt::Arguments<'_>) {
        // An error is ignored, because a trace is only a debugging aid.
        let _ = writeln!(self.file, "{line}");
    }

    /// Writes the callbacks since the last call.
    pub(super) fn write(&mut self) {
        while let Ok(record) = self.records.pop() {
            let CallbackTrace { now, latency_us, frames, has_underrun, buffer_time, progress } = record;
            let BufferTime { at, possible_error_us, gap, .. } = buffer_time;
            let gap_us = gap.map_or(0, |gap| gap.duration_us);
            let (key, frames_given) = progress.map_or((0, 0), |progress| (progress.key.0, progress.frames));
            let (now_us, at_us, underrun) = (now.0, at.0, u8::from(has_underrun));
            self.write_line(format_args!(
                "{now_us} {latency_us} {frames} {underrun} {at_us} {possible_error_us} {gap_us} {key} {frames_given}"
            ));
        }
        let _ = self.file.flush();
    }
}

impl Drop for TraceWriter {
    fn drop(&mut self) {
        self.write();
    }
}
