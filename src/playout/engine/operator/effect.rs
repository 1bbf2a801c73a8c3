//! The effect of a command, for the reply to the operator.
use serde::{Deserialize, Serialize};

use crate::playout::engine::station_status::NextAiring;

/// The effect of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommandEffect {
    /// A segment was queued.
    Play {
        /// The segment's title.
        title: String,
    },
    /// An urgent message was queued.
    Urgent {
        /// The message's title.
        title: String,
        /// The number of times that the message plays.
        repeat: u16,
    },
    /// An airing was ended. Its session continues.
    Skip {
        /// The airing's title.
        title: String,
    },
    /// Sessions, or airings outside the plan, were ended.
    Stop {
        /// The titles of the sessions or airings.
        titles: Vec<String>,
        /// The next airing.
        next: Option<NextAiring>,
        /// True if nothing plays until the clock is trusted.
        #[serde(default)]
        awaits_clock: bool,
        /// The time of the command, in RFC 3339 format.
        at: String,
    },
    /// The clock was confirmed.
    ConfirmClock {
        /// The time that the clock showed, in RFC 3339 format.
        at: String,
    },
    /// A remark was logged.
    Note,
}
