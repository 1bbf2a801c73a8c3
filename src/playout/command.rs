//! Commands that other threads send to the loop.
use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::engine::{CommandReply, EngineEvent, OperatorCommand, ScheduleRevision, SwitchResult};
use crate::airlog::entry::PeerUser;
use crate::station::suspect::SuspectFile;

/// A command to the loop.
pub enum PlayoutCommand {
    /// Puts a schedule in force that was read anew from the station's files.
    Adopt(Arc<ScheduleRevision>),
    /// Reports which files of the schedule in force have gone from the folder; an empty list withdraws the last report.
    SuspectFiles {
        /// Files that are gone, each with the reason.
        files: Vec<SuspectFile>,
        /// Schedule without these files, if a person may confirm that they were removed on purpose.
        schedule_without: Option<Arc<ScheduleRevision>>,
    },
    /// Passes on an operator's command, with its sender and the channel for the reply.
    Operator(OperatorCommand, PeerUser, Sender<CommandReply>),
    /// Reports the result of switching the amplifier.
    AmplifierSwitched(SwitchResult),
    /// Ends the station in order.
    Shutdown {
        /// Cause, for the log.
        cause: String,
    },
}

impl PlayoutCommand {
    /// Returns the command as an event for the engine, and the channel for the reply if somebody waits for one.
    pub(super) fn into_event(self) -> (EngineEvent, Option<Sender<CommandReply>>) {
        match self {
            Self::Adopt(revision) => (EngineEvent::ScheduleLoaded(revision), None),
            Self::SuspectFiles { files, schedule_without } => {
                (EngineEvent::SuspectFiles { suspect_files: files, without_suspects: schedule_without }, None)
            }
            Self::Operator(command, user, reply) => (EngineEvent::Operator(command, user), Some(reply)),
            Self::AmplifierSwitched(result) => (EngineEvent::AmplifierSwitched(result), None),
            Self::Shutdown { cause } => (EngineEvent::Shutdown { cause }, None),
        }
    }
}
