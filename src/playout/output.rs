//! The interface to the sound output. An [`Output`] plays cues at their instants, and reports the frames that the
//! device took.
//!
//! No call waits for the device. The result of a request such as [`Output::open`] or [`Output::cue`] arrives as an
//! [`OutputEvent`], so a device that hangs cannot block the main loop.
mod cue;
mod device;
mod event;
pub(in crate::playout) mod frames;
pub mod mixer;
pub(crate) mod open_line;
mod open_request;
mod opened_backend;
mod paced;
pub mod scripted;
mod sink_info;
mod wav;

use std::path::PathBuf;

use crate::base::instant::BootTime;

pub use device::sound_server::default_sink_level;
pub use device::why_absent;

pub use cue::{Cue, CueKey, CueStart, Ending, ON_TIME_TOLERANCE_US, Refusal};
pub use event::{FileInspection, OutputEvent, Progress};
pub(crate) use open_request::OpenRequest;
pub use sink_info::SinkInfo;

/// A loudspeaker line.
///
/// Cues play in the order in which they were queued. At its instant, a [`CueStart::AtInstant`] cue discards the cues
/// before it.
pub trait Output {
    /// Sets the preferred rate in frames per second, which is the rate of most upcoming files. The next line that opens
    /// has this rate if its device supports it.
    fn prefer_rate(&mut self, _rate: Option<u32>) {}
    /// Asks for the line to be opened. The result is [`OutputEvent::Opened`] or [`OutputEvent::Lost`]. Has no effect on
    /// an open line.
    fn open(&mut self);
    /// Closes the line. Every cue that has not ended ends as [`Ending::Cut`]. Has no effect on a closed line.
    fn close(&mut self);
    /// Opens and hashes files that will be cued soon, when the output has nothing more urgent to do. The result for
    /// each file is an [`OutputEvent::Inspected`].
    fn inspect(&mut self, _files: Vec<PathBuf>) {}
    /// Queues a file to be played.
    fn cue(&mut self, cue: Cue);
    /// Ends a sounding or waiting cue now.
    fn cut(&mut self, key: CueKey);
    /// Returns the events since the last call, in order.
    fn take_events(&mut self) -> Vec<OutputEvent>;
    /// Returns the progress of the sounding cue, if there is one.
    fn progress(&self) -> Option<Progress>;
    /// Returns the level of proof of this output: 0 for `null` and `wav:`, 1 for a device.
    fn proof_level(&self) -> u8;
    /// Returns the instant at which to call [`Output::take_events`] next; `None` if the output wakes its caller, or
    /// expects no event.
    fn next_event_at(&self) -> Option<BootTime> {
        None
    }
}

/// A callback that the output's thread calls when [`Output::take_events`] has new events.
pub type Waker = std::sync::Arc<dyn Fn() + Send + Sync>;
