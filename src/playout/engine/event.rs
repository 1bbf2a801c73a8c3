//! Events to which the engine responds.
use std::sync::Arc;

use super::concerns::state::ExternalFacts;
use super::operator::command::OperatorCommand;
use super::schedule_revision::ScheduleRevision;
use super::switching::SwitchResult;
use crate::airlog::entry::PeerUser;
use crate::playout::output::OutputEvent;
use crate::station::suspect::SuspectFile;

/// An event from outside the engine.
#[derive(Debug, Clone)]
pub enum EngineEvent {
    /// Time has passed, or the clock was set.
    Tick,
    /// The station's files were read again and form a usable schedule.
    ScheduleLoaded(Arc<ScheduleRevision>),
    /// Files of the schedule in force are missing or damaged. The list is empty once all of them are intact again.
    SuspectFiles {
        /// The files, each with the reason why it is suspect.
        suspect_files: Vec<SuspectFile>,
        /// The schedule without these files. `None` when nobody is allowed to confirm their removal.
        schedule_without_suspects: Option<Arc<ScheduleRevision>>,
    },
    /// Reports from the output.
    Output(Vec<OutputEvent>),
    /// A command from the operator, with the user who sent it.
    Operator(OperatorCommand, PeerUser),
    /// The result of switching the amplifier.
    AmplifierSwitched(SwitchResult),
    /// Facts from other parts of the program, for the list of concerns.
    ExternalFacts(ExternalFacts),
    /// The daemon is asked to shut down.
    Shutdown {
        /// The cause, for the `shutdown` entry.
        cause: String,
    },
}
