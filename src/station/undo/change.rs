//! Writes all playlists of a change or none of them, and records each change before it is made.
use std::io;
use std::path::Path;

use chrono::{DateTime, FixedOffset};

use super::history::UndoHistory;
use super::replace::{DiskFault, PlaylistEdit, ReplaceFault, replace_all};
use super::step::{ChangedPart, CopiedAudio, MAX_COPIES, RecordedCommand, UndoStep};
use crate::base::durable;
use crate::base::hash::sha256_hex;

/// The reason why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum ChangeFault {
    /// A playlist has been edited since it was read. Nothing was changed.
    #[error("{file} was changed in the meantime")]
    Edited {
        /// The path of the playlist in the station's folder.
        file: String,
    },
    /// The change is too large to be recorded. Nothing was changed.
    #[error("the change is too large to be recorded")]
    TooLarge,
    /// A file cannot be written. If half of the change was made already, the record stays, for `loa undo`.
    #[error("{0}")]
    Disk(#[from] DiskFault),
}

impl From<io::Error> for ChangeFault {
    fn from(error: io::Error) -> Self {
        Self::Disk(DiskFault::Unchanged(error))
    }
}

impl From<ReplaceFault> for ChangeFault {
    fn from(fault: ReplaceFault) -> Self {
        match fault {
            ReplaceFault::Edited { file } => Self::Edited { file },
            ReplaceFault::Disk(fault) => Self::Disk(fault),
        }
    }
}

/// The changes of one command. Its record becomes a step when [`FolderChange::finish`] is called.
pub struct FolderChange<'a> {
    station: &'a Path,
    history: UndoHistory,
    number: u64,
    step: UndoStep,
    /// Replaces a file. Tests set a function that fails.
    replace: &'a dyn Fn(&Path, &[u8]) -> io::Result<()>,
}

impl<'a> FolderChange<'a> {
    /// Begins the changes of a command. [`UndoHistory::finish_interrupted_change`] must have run before.
    ///
    /// # Errors
    /// If the station's folder cannot be read.
    pub fn begin(
        station: &'a Path,
        history: UndoHistory,
        command: RecordedCommand,
        at: DateTime<FixedOffset>,
    ) -> io::Result<Self> {
        let number = history.next_number()?;
        Ok(Self { station, history, number, step: UndoStep::new(command, at), replace: &durable::replace })
    }

    #[cfg(test)]
    pub(super) fn with_replace(mut self, replace: &'a dyn Fn(&Path, &[u8]) -> io::Result<()>) -> Self {
        self.replace = replace;
        self
    }

    /// Replaces the playlists in the order of `edits`: all of them or none. `audio` is a file that was copied for this
    /// change.
    ///
    /// # Errors
    /// [`ChangeFault`].
    pub fn write(
        &mut self,
        part: ChangedPart,
        edits: &[PlaylistEdit],
        audio: Option<CopiedAudio>,
    ) -> Result<(), ChangeFault> {
        let previous_step = self.step.clone();
        let text_of = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let states: Vec<_> =
            edits.iter().map(|edit| (edit.name.clone(), text_of(&edit.old), sha256_hex(&edit.new))).collect();
        self.step.extend(part, &states, audio);
        if self.step.audio.len() > MAX_COPIES {
            self.step = previous_step;
            return Err(ChangeFault::TooLarge);
        }
        if let Err(error) = self.history.write_part(self.number, &self.step) {
            self.step = previous_step;
            return Err(match error.kind() {
                io::ErrorKind::FileTooLarge => ChangeFault::TooLarge,
                _ => error.into(),
            });
        }
        match replace_all(self.station, edits, self.replace) {
            Ok(()) => Ok(()),
            Err(fault @ ReplaceFault::Disk(DiskFault::HalfDone(_))) => Err(fault.into()),
            Err(fault) => {
                self.step = previous_step;
                let result = match self.step.playlists[..] {
                    [] => self.history.discard_part(self.number),
                    _ => self.history.write_part(self.number, &self.step),
                };
                // A record of a change that was not made is harmless, because its files have their old text.
                Err(result.map_or_else(ChangeFault::from, |()| fault.into()))
            }
        }
    }

    /// Ends the command. From now on it can be undone. Does nothing if the command wrote nothing.
    ///
    /// # Errors
    /// If the record cannot be renamed. Then the next command or `loa undo` renames it.
    pub fn finish(&self) -> io::Result<()> {
        if self.step.playlists.is_empty() { Ok(()) } else { self.history.finish(self.number) }
    }
}
