//! Warns that the running station plays an older schedule than the one in its folder.
use std::path::Path;

use super::messages::print_warning;
use super::open_station::LoadedStation;
use crate::cli::shell_words::with_folder;
use crate::concern::Condition;
use crate::playout::control::request;
use crate::playout::engine::{CommandReply, OperatorCommand, StationStatus};
use crate::playout::removal_confirmation::schedule_in_force;
use crate::schedule::SourceFile;
use crate::text::plan::PlanText;
use crate::text::{Lang, Localize};

/// Prints the warning if the schedule in the folder is not the one that the running station plays. Prints nothing if no
/// station runs.
pub(super) fn warn_about_older_schedule(station: &Path, loaded: &LoadedStation, lang: Lang) {
    let Ok(CommandReply::Status(status)) = request(station, OperatorCommand::Status) else { return };
    if plays_older_schedule(&status)
        || (loaded.has_structural_errors && differs_from_schedule_in_force(station, &loaded.files))
    {
        let command = with_folder("status", station);
        print_warning(PlanText::OlderInForce { command }.localized(lang), lang);
    }
}

/// Returns true if the station itself says that it plays an older schedule.
fn plays_older_schedule(status: &StationStatus) -> bool {
    let keeps_older_schedule = |condition: &Condition| {
        matches!(
            condition,
            Condition::ScheduleRefused { .. }
                | Condition::FolderUnreadable {}
                | Condition::StationIdChanged { .. }
                | Condition::PlaylistMissing { .. }
        )
    };
    status.schedule_waits
        || !status.suspect_files.is_empty()
        || status.concerns.iter().any(|concern| keeps_older_schedule(&concern.condition))
}

/// Returns true if the schedule in force consists of other files. The station reports a refused schedule only after a
/// while, but the operator may ask at once. A station whose first schedule has errors plays the valid parts of these
/// same files, so they do not differ.
fn differs_from_schedule_in_force(station: &Path, files: &[SourceFile]) -> bool {
    schedule_in_force(station).is_some_and(|in_force| {
        let is_unchanged = |kept: &SourceFile| files.iter().any(|f| f.name == kept.name && f.bytes() == kept.bytes());
        in_force.len() != files.len() || !in_force.iter().all(is_unchanged)
    })
}
