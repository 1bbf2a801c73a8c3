//! Confirms for a person that files were removed on purpose.
use super::reply::CommandReply;
use crate::airlog::entry::{OperatorAction, PeerUser};
use crate::playout::clock::ClockSnapshot;
use crate::playout::engine::Engine;
use crate::playout::engine::notice::Notice;
use crate::playout::engine::suspect_files::RemovalRefusal;

impl Engine {
    /// Puts the schedule without these files in force. It counts only when nothing else is suspect.
    pub(super) fn accept_removal(&mut self, now: ClockSnapshot, files: &[String], who: &PeerUser) -> CommandReply {
        let (removed, revision) = match self.suspect_files.take_removed(files) {
            Ok(taken) => taken,
            Err(RemovalRefusal::NothingSuspect) => return CommandReply::NothingAway,
            Err(RemovalRefusal::OthersSuspect(others)) => return CommandReply::StillAway(others),
        };
        for file in &removed {
            self.log_operator(OperatorAction::AcceptRemoval, Some(file.clone()), who.clone());
        }
        self.adopt_when_trusted(now, revision);
        self.actions.notify(Notice::RemovalAccepted(removed));
        CommandReply::Done
    }
}
