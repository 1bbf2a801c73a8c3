//! Actions that the engine asks for.
use std::path::PathBuf;

use super::notice::Notice;
use super::operator::reply::CommandReply;
use super::switching::SwitchRequest;
use crate::airlog::entry::Body;
use crate::playout::output::{Cue, CueKey};
use crate::schedule::settings::OutputSettings;

/// One thing to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Use the output with these settings from now on; the line is closed.
    Configure(OutputSettings),
    /// Open the line.
    OpenLine {
        /// The rate of most of the audio to come, in frames a second; none where it is too low for a line.
        rate: Option<u32>,
    },
    /// Close the line.
    CloseLine,
    /// Cue a file.
    Cue(Cue),
    /// End a cue.
    Cut(CueKey),
    /// Hash these files: they will be cued soon.
    Prefetch(Vec<PathBuf>),
    /// Switch the amplifier.
    Amplifier(SwitchRequest),
    /// Keep a file with the log, durably, before the next entries are logged.
    KeepFile {
        /// Name in `airlog/`.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// Append a batch of entries.
    AppendEntries(Vec<Body>),
    /// Answer the operator.
    Reply(CommandReply),
    /// End the open epoch of the log.
    RotateEpoch,
    /// Notify people.
    Notify(Notice),
    /// Leave: the log is complete.
    Exit,
}

/// The actions of the present decision, by kind.
#[derive(Default)]
pub(super) struct ActionBuffer {
    /// For the output and the amplifier.
    pub output: Vec<Action>,
    /// Files to keep before the entries that name them.
    pub files: Vec<Action>,
    /// Entries to log.
    pub log: Vec<Body>,
    /// Notices and replies, once the entries are logged.
    pub after_log: Vec<Action>,
}

impl ActionBuffer {
    /// Queues a notice.
    pub fn notify(&mut self, notice: Notice) {
        self.after_log.push(Action::Notify(notice));
    }

    /// Takes all actions, in the order in which they are to be done: sound, files, entries, notices.
    pub fn drain(&mut self) -> Vec<Action> {
        let Self { output: mut actions, files, log, after_log } = std::mem::take(self);
        let cut = |action: &Action| if let Action::Cut(key) = action { Some(*key) } else { None };
        // Cues that follow are cut before the one that sounds: the output would start them in between.
        for cuts in actions.chunk_by_mut(|a, b| cut(a).is_some() && cut(b).is_some()) {
            cuts.sort_by_key(|action| std::cmp::Reverse(cut(action)));
        }
        actions.extend(files);
        if !log.is_empty() {
            actions.push(Action::AppendEntries(log));
        }
        actions.extend(after_log);
        actions
    }
}
