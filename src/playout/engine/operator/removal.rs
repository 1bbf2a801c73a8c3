//! The command by which the operator confirms that files were removed on purpose.
use super::reply::CommandReply;
use crate::airlog::entry::{OperatorAction, PeerUser};
use crate::playout::clock::ClockSnapshot;
use crate::playout::engine::Engine;
use crate::playout::engine::notice::Notice;
use crate::playout::engine::suspect_files::RemovalRefusal;

impl Engine {
    /// Adopts the schedule without these files. Refuses the command while the folder has other problems.
    pub(super) fn accept_removal(&mut self, now: ClockSnapshot, files: &[String], user: &PeerUser) -> CommandReply {
        let (removed_files, revision) = match self.suspect_files.confirm_removal(files) {
            Ok(removal) => removal,
            Err(RemovalRefusal::NoSuspectFiles) => return CommandReply::NoSuspectFiles,
            Err(RemovalRefusal::OtherProblems(other_files)) => return CommandReply::FilesStillDamaged(other_files),
        };
        for file in &removed_files {
            self.log_operator_command(OperatorAction::AcceptRemoval, Some(file.clone()), user.clone());
        }
        self.adopt_when_trusted(now, revision);
        self.actions.notify(Notice::RemovalAccepted(removed_files));
        CommandReply::Done
    }
}
