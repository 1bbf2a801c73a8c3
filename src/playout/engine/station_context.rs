//! The facts about a station that do not change while its daemon runs.
use std::path::PathBuf;

use chrono::NaiveDate;

use crate::airlog::LogIdentity;
use crate::base::instant::WallTime;
use crate::schedule::Id;

/// Fixed facts about a running station.
#[derive(Debug, Clone)]
pub struct StationContext {
    /// The station of this log.
    pub station: Id,
    /// The folder of its audio files.
    pub audio_dir: PathBuf,
    /// When the program was built: an earlier clock is not trusted.
    pub built_at: WallTime,
    /// Whether this is a rehearsal: it makes no sound and proves nothing.
    pub rehearsal: bool,
    /// The last date to plan, in a rehearsal.
    pub last_date: Option<NaiveDate>,
    /// The log's origin and keys.
    pub identity: LogIdentity,
}
