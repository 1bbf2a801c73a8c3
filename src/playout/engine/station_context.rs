//! The facts about a station that do not change while its daemon runs.
use std::path::PathBuf;

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::airlog::LogIdentity;
use crate::base::instant::WallTime;
use crate::schedule::Id;

/// The fixed facts about a running station.
#[derive(Debug, Clone)]
pub struct StationContext {
    /// The station's id, as in its log.
    pub station_id: Id,
    /// The time zone in the settings with which the daemon started.
    pub settings_zone: Tz,
    /// The folder of the station's audio files.
    pub audio_dir: PathBuf,
    /// The build time of the program. A clock that shows an earlier time is not trusted.
    pub built_at: WallTime,
    /// True in a rehearsal, which makes no sound and proves nothing.
    pub is_rehearsal: bool,
    /// In a rehearsal, the last date to plan; otherwise `None`.
    pub last_date: Option<NaiveDate>,
    /// The log's origin and keys.
    pub identity: LogIdentity,
}
