//! The seam to the sound: an [`Output`] is told what to play and when, and tells what the device took.
//!
//! Nothing here waits. Work is asked for ([`Output::open`], [`Output::cue`], ...) and answered by
//! [`Event`]s, so that a blocked device blocks only itself.
mod device;
pub mod mixer;
pub(crate) mod open_line;
mod paced;
pub mod scripted;
mod wav;

use std::path::PathBuf;

use crate::base::instant::BootTime;
use crate::library::Length;
use crate::library::loudness::Loudness;

/// Names one cue in events; never used twice in a run of the daemon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CueKey(pub u64);

/// When the first frame of a cue leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CueStart {
    /// At this instant, cutting whatever still sounds and dropping every cue before this one; what sounds and has
    /// no more than half a second left is not cut, but ends first. An instant that has passed means as soon as
    /// possible.
    At(BootTime),
    /// On the very frame after the cue before it, if that one ended whole; otherwise (it ended short, was
    /// refused or cut, or there is none) not before this instant.
    Follow {
        /// The planned instant.
        not_before: BootTime,
    },
}

/// One file to play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    /// Its name in events.
    pub key: CueKey,
    /// The audio file.
    pub path: PathBuf,
    /// When.
    pub start: CueStart,
    /// How much of the beginning is left out, in microseconds of the file.
    pub skip_us: i64,
    /// Begun later than its [`Start::At`], it leaves out so much more of its beginning: it ends when it would have.
    pub joins_in_progress: bool,
    /// The planned length of the whole file. Playing stops there even if the file goes on. `None`: to its end.
    pub length: Option<Length>,
    /// SHA-256 that the file must have, lower-case hex; `None`: any.
    pub sha256: Option<String>,
    /// What is known of its loudness.
    pub loudness: Option<Loudness>,
    /// Per cent of full scale; none: the output's own.
    pub volume: Option<u8>,
}

/// Why a cue cannot be played at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The file is not there, or cannot be opened.
    FileMissing,
    /// It is there but not one frame of it can be decoded.
    FileDamaged,
    /// It is not the file that was approved.
    HashMismatch,
}

/// How a cue that was taken ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Every expected frame was taken by the device.
    Whole,
    /// The file gave fewer frames than expected, or decoding failed on the way; the detail is English, for the log.
    Short {
        /// What went wrong.
        detail: String,
    },
    /// The file's bytes were changed after they were hashed; nothing of what was changed was played.
    Altered,
    /// Cut: by [`Output::cut`], by a later [`Start::At`], or by [`Output::close`].
    Cut,
    /// The device was lost on the way.
    Lost,
}

/// What stands behind a device, as far as it could be found out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SinkInfo {
    /// A sound card's id, a sound server's sink.
    pub name: Option<String>,
    /// Whether it is hardware; none where nobody says.
    pub hardware: Option<bool>,
}

/// What an output tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputEvent {
    /// The line is open.
    Opened {
        /// Frames a second that the device takes.
        rate: u32,
        /// The device's name for the log.
        device: String,
        /// What stands behind it, as far as that is known at once.
        sink: SinkInfo,
        /// Why it is not the device that the station would rather have; English, for the log.
        fallback_reason: Option<String>,
    },
    /// What stands behind the open device, found out since.
    SinkIdentified {
        /// What.
        sink: SinkInfo,
    },
    /// Could not be opened, or was lost while open. It re-opens by itself until [`Output::close`]; cues that had
    /// not started are kept and play when their time has not passed, the one that sounded has ended ([`Ending::Lost`]).
    Lost {
        /// What the system said; English, for the log.
        detail: String,
    },
    /// The cue's file was opened and hashed; it can play.
    Ready {
        /// Which cue.
        key: CueKey,
        /// SHA-256 of the file's bytes, lower-case hex.
        sha256: String,
    },
    /// The cue cannot be played; no other event follows for it.
    Refused {
        /// Which cue.
        key: CueKey,
        /// Why.
        why: Refusal,
        /// What the system or the decoder said; English, for the log.
        detail: String,
    },
    /// The device took the cue's first frame.
    Started {
        /// Which cue.
        key: CueKey,
        /// When that frame leaves the device, by the device's timestamps.
        at: BootTime,
        /// How far that may be off, by the scatter of these timestamps, in microseconds: two standard errors. What a device
        /// tells wrongly all the time is not in it.
        within_us: i64,
    },
    /// A cue that was told to have started begins later than it was told: the device had not played it yet, and made a
    /// pause before it.
    Moved {
        /// Which cue.
        key: CueKey,
        /// By so many microseconds.
        by_us: i64,
    },
    /// The cue is over; no other event follows for it. Also sent for cues that were cut before they started
    /// (`frames` is 0 then).
    Ended {
        /// Which cue.
        key: CueKey,
        /// Frames of the file taken by the device, at the line's rate: no silence, no underruns.
        frames: u64,
        /// Frames expected at the line's rate, what was left out of the beginning taken off; 0 when not known.
        expected: u64,
        /// The line's rate.
        rate: u32,
        /// Frames of silence that came in because decoding, or the device's buffer, was late.
        underrun_frames: u64,
        /// How many times that was.
        underruns: u64,
        /// How.
        ending: Ending,
        /// When the frame after its last one leaves the device.
        at: BootTime,
    },
}

/// How far the sounding cue has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The sounding cue.
    pub key: CueKey,
    /// Frames of it taken so far.
    pub frames: u64,
    /// The line's rate.
    pub rate: u32,
}

/// A loudspeaker line.
///
/// Cues play in the order in which they were given; a [`Start::At`] that comes due discards what stands before it.
pub trait Output {
    /// Says at how many frames a second most of what comes is: a line that is opened takes this rate if its device does.
    fn prefer_rate(&mut self, _rate: Option<u32>) {}
    /// Asks for the line; answered by [`Event::Opened`] or [`Event::Lost`]. Harmless when open.
    fn open(&mut self);
    /// Lets go of the line; whatever sounds or waits ends as [`Ending::Cut`]. Harmless when closed.
    fn close(&mut self);
    /// Says which files will be cued before long, so that they can be hashed ahead of time.
    fn prefetch(&mut self, _files: Vec<PathBuf>) {}
    /// Lines up a file.
    fn cue(&mut self, cue: Cue);
    /// Ends a cue now, sounding or waiting.
    fn cut(&mut self, key: CueKey);
    /// What has happened since the last call, in order.
    fn take_events(&mut self) -> Vec<OutputEvent>;
    /// How far the sounding cue has come.
    fn progress(&self) -> Option<Progress>;
    /// The level of proof of what this output takes: 0 for `null` and `wav:`, 1 for a device.
    fn proof_level(&self) -> u8;
    /// When to call [`Output::events`] next, for outputs that cannot wake their caller.
    fn next_event_at(&self) -> Option<BootTime> {
        None
    }
}

/// Called by an output's thread when [`Output::events`] has something new.
pub type Waker = std::sync::Arc<dyn Fn() + Send + Sync>;
