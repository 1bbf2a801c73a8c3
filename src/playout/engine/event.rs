//! Events that the engine decides on.
use std::sync::Arc;

use super::operator::command::OperatorCommand;
use super::schedule_revision::ScheduleRevision;
use super::switching::SwitchResult;
use crate::airlog::entry::PeerUser;
use crate::playout::output::OutputEvent;
use crate::station::suspect::SuspectFile;

/// Something that happened outside the engine.
#[derive(Debug, Clone)]
pub enum EngineEvent {
    /// Time passed, or the clock was set.
    Tick,
    /// The station's files were read again and are sound.
    ScheduleLoaded(Arc<ScheduleRevision>),
    /// The files of the schedule in force that are missing or damaged; empty once all are back.
    SuspectFiles {
        /// The files, and why they are suspect.
        suspect_files: Vec<SuspectFile>,
        /// The schedule without them, if a person may say that their removal is intended.
        without_suspects: Option<Arc<ScheduleRevision>>,
    },
    /// Reports from the output.
    Output(Vec<OutputEvent>),
    /// A command from the operator.
    Operator(OperatorCommand, PeerUser),
    /// The result of switching the amplifier.
    AmplifierSwitched(SwitchResult),
    /// The daemon is to shut down.
    Shutdown {
        /// Why, for the `shutdown` entry.
        cause: String,
    },
}
