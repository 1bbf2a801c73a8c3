//! What a command did, for the sentence that answers it.
use serde::{Deserialize, Serialize};

use crate::playout::engine::station_status::NextAiring;

/// What a command did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommandDeed {
    /// A segment was queued.
    Play {
        /// Its title.
        title: String,
    },
    /// An urgent message was queued.
    Urgent {
        /// Its title.
        title: String,
        /// The number of times that it plays.
        repeat: u16,
    },
    /// An airing was ended; its session goes on.
    Skip {
        /// Its title.
        title: String,
    },
    /// Sessions, or airings outside the plan, were ended.
    Stop {
        /// Their titles.
        titles: Vec<String>,
        /// What airs next.
        next: Option<NextAiring>,
        /// The time of the command, RFC 3339.
        at: String,
    },
    /// The clock was confirmed.
    ConfirmClock {
        /// The time that it showed, RFC 3339.
        at: String,
    },
    /// A remark was logged.
    Note,
}
