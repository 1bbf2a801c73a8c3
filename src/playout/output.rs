//! The seam to the sound: an [`Output`] is told what to play and when, and reports what the device took.
//!
//! No call waits. A request such as [`Output::open`] or [`Output::cue`] is answered by an [`OutputEvent`], so a blocked
//! device blocks only itself.
mod cue;
mod device;
mod event;
pub(in crate::playout) mod frames;
pub mod mixer;
pub(crate) mod open_line;
mod open_request;
mod opened_sink;
mod paced;
pub mod scripted;
mod wav;

use std::path::PathBuf;

use crate::base::instant::BootTime;

pub use cue::{Cue, CueKey, CueStart, Ending, ON_TIME_US, Refusal};
pub use event::{OutputEvent, Progress, SinkInfo};
pub(crate) use open_request::OpenRequest;

/// A loudspeaker line.
///
/// Cues play in the order in which they were given; a [`CueStart::At`] that comes due discards the cues before it.
pub trait Output {
    /// Sets the rate of most of the files to come, in frames per second. A line that opens later takes this rate if its
    /// device does.
    fn prefer_rate(&mut self, _rate: Option<u32>) {}
    /// Asks for the line. The answer is [`OutputEvent::Opened`] or [`OutputEvent::Lost`]. Has no effect on an open
    /// line.
    fn open(&mut self);
    /// Closes the line. Every cue that sounds or waits ends as [`Ending::Cut`]. Has no effect on a closed line.
    fn close(&mut self);
    /// Names files that will be cued soon, so that they can be hashed ahead of time.
    fn prefetch(&mut self, _files: Vec<PathBuf>) {}
    /// Queues a file.
    fn cue(&mut self, cue: Cue);
    /// Ends a cue now, whether it sounds or waits.
    fn cut(&mut self, key: CueKey);
    /// Returns the events since the last call, in order.
    fn take_events(&mut self) -> Vec<OutputEvent>;
    /// Returns how far the sounding cue has come.
    fn progress(&self) -> Option<Progress>;
    /// Returns the level of proof of what this output takes: 0 for `null` and `wav:`, 1 for a device.
    fn proof_level(&self) -> u8;
    /// Returns when to call [`Output::take_events`] next, for an output that cannot wake its caller.
    fn next_event_at(&self) -> Option<BootTime> {
        None
    }
}

/// Callback of an output's thread, called when [`Output::take_events`] has something new.
pub type Waker = std::sync::Arc<dyn Fn() + Send + Sync>;
