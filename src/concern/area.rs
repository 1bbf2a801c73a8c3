//! The areas that have to be looked at before all is well.
use serde::{Deserialize, Serialize};

use crate::text::texts;

texts! {
    /// An area of the station that the concerns cover.
    #[derive(Eq, Copy, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum CheckedArea {
        Clock => "đồng hồ", "the clock";
        Device => "thiết bị âm thanh", "the sound device";
        Log => "nhật ký", "the airing log";
        Computer => "ổ đĩa", "the disk";
        Schedule => "lịch phát", "the schedule";
        Plan => "kế hoạch phát", "the plan";
    }
}
