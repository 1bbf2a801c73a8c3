//! The actions that the engine returns to its caller.
use std::path::PathBuf;

use super::notice::Notice;
use super::operator::reply::CommandReply;
use super::switching::SwitchRequest;
use crate::airlog::entry::Body;
use crate::playout::output::{Cue, CueKey};
use crate::schedule::settings::OutputSettings;

/// One action for the caller to perform.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Use an output with these settings from now on. This is requested only while the line is closed.
    Configure(OutputSettings),
    /// Open the line.
    OpenLine {
        /// The rate of most of the upcoming audio, in frames per second. `None` when that rate is too low for a line.
        rate: Option<u32>,
    },
    /// Close the line.
    CloseLine,
    /// Give a cue to the output.
    Cue(Cue),
    /// Cut a cue, even if it does not sound yet.
    Cut(CueKey),
    /// Open and hash these files, which will be cued soon.
    Inspect(Vec<PathBuf>),
    /// Switch the amplifier.
    Amplifier(SwitchRequest),
    /// Store a file durably with the log, before the next entries are logged.
    KeepFile {
        /// The file's name, relative to `airlog/`.
        name: String,
        /// The file's content.
        bytes: Vec<u8>,
    },
    /// Append a batch of entries.
    AppendEntries(Vec<Body>),
    /// Send the reply to the operator.
    Reply(CommandReply),
    /// End the open epoch of the log.
    RotateEpoch,
    /// Report a notice to the operator.
    Notify(Notice),
    /// End the run loop, because the log is complete.
    Exit,
}

/// The actions of one decision, grouped by kind.
#[derive(Default)]
pub(super) struct ActionBuffer {
    /// Actions for the output and the amplifier.
    pub output: Vec<Action>,
    /// [`Action::KeepFile`]s, which precede the entries that name the files.
    pub files: Vec<Action>,
    /// The bodies of the entries to log.
    pub log: Vec<Body>,
    /// Notices, replies and epoch rotations, which follow the entries.
    pub post_log_actions: Vec<Action>,
}

impl ActionBuffer {
    /// Queues a notice.
    pub fn notify(&mut self, notice: Notice) {
        self.post_log_actions.push(Action::Notify(notice));
    }

    /// Takes all actions, in the order in which the caller must perform them: output, files, entries, and then the
    /// actions that follow the entries.
    pub fn drain(&mut self) -> Vec<Action> {
        let Self { output: mut actions, files, log, post_log_actions } = std::mem::take(self);
        let cut_key = |action: &Action| if let Action::Cut(key) = action { Some(*key) } else { None };
        // Queued cues are cut before the sounding one. In the other order, the output would start a queued cue in
        // between.
        for cuts in actions.chunk_by_mut(|a, b| cut_key(a).is_some() && cut_key(b).is_some()) {
            cuts.sort_by_key(|action| std::cmp::Reverse(cut_key(action)));
        }
        actions.extend(files);
        if !log.is_empty() {
            actions.push(Action::AppendEntries(log));
        }
        actions.extend(post_log_actions);
        actions
    }
}
