//! Commands that other threads send to the loop.
use std::sync::Arc;
use std::sync::mpsc::Sender;

use super::engine::{CommandReply, EngineEvent, ExternalFacts, OperatorCommand, ScheduleRevision, SwitchResult};
use crate::airlog::entry::PeerUser;
use crate::station::suspect::SuspectFile;

/// A command to the loop.
pub enum PlayoutCommand {
    /// Adopts a schedule that was just read from the station's files.
    Adopt(Arc<ScheduleRevision>),
    /// Reports the files of the schedule in force that are missing from the folder or damaged. An empty list withdraws
    /// the previous report.
    SuspectFiles {
        /// The suspect files, each with the reason.
        files: Vec<SuspectFile>,
        /// The schedule without these files. `None` when nobody is allowed to confirm that they were removed on
        /// purpose.
        schedule_without_suspects: Option<Arc<ScheduleRevision>>,
    },
    /// An operator's command, with its sender and the channel for the reply.
    Operator(OperatorCommand, PeerUser, Sender<CommandReply>),
    /// Reports the result of switching the amplifier.
    AmplifierSwitched(SwitchResult),
    /// Reports facts for the list of concerns.
    ExternalFacts(ExternalFacts),
    /// Shuts the station down cleanly.
    Shutdown {
        /// The cause, for the log.
        cause: String,
    },
}

impl PlayoutCommand {
    /// Converts the command to an event for the engine. Also returns the channel for the reply if the sender waits for
    /// one.
    pub(super) fn into_event(self) -> (EngineEvent, Option<Sender<CommandReply>>) {
        match self {
            Self::Adopt(revision) => (EngineEvent::ScheduleLoaded(revision), None),
            Self::SuspectFiles { files, schedule_without_suspects } => {
                (EngineEvent::SuspectFiles { suspect_files: files, schedule_without_suspects }, None)
            }
            Self::Operator(command, user, reply_to) => (EngineEvent::Operator(command, user), Some(reply_to)),
            Self::AmplifierSwitched(result) => (EngineEvent::AmplifierSwitched(result), None),
            Self::ExternalFacts(facts) => (EngineEvent::ExternalFacts(facts), None),
            Self::Shutdown { cause } => (EngineEvent::Shutdown { cause }, None),
        }
    }
}
