//! The comparison of airings with the targets.
use std::collections::BTreeMap;

use super::week::{TargetWeek, WeekState};
use super::{Target, TargetAmount};
use crate::base::permille::permille;

/// The targets of a report, and what each station did about them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetResults {
    /// The targets, in the order of the file.
    pub targets: Vec<Target>,
    /// The weeks, ordered by target, station and date.
    pub weeks: Vec<TargetWeek>,
    /// A row for each target and each station that it asks, worst first.
    pub rows: Vec<TargetRow>,
}

/// The state of the targets of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum TargetComparison {
    /// The store has no `targets.toml`, and none was accepted on this machine.
    #[default]
    NoTargets,
    /// Nobody on this machine has accepted the `targets.toml` in the store.
    NotAccepted,
    /// A `targets.toml` was accepted on this machine, but the store no longer has one.
    Removed,
    /// The airings were compared with the accepted targets.
    Compared(Box<TargetResults>),
}

impl TargetComparison {
    /// Returns the comparison; `None` if there is none.
    #[must_use]
    pub fn results(&self) -> Option<&TargetResults> {
        match self {
            Self::Compared(results) => Some(results),
            Self::NoTargets | Self::NotAccepted | Self::Removed => None,
        }
    }

    /// Returns whether someone has changed or removed the targets without an acceptance.
    #[must_use]
    pub fn is_disputed(&self) -> bool {
        matches!(self, Self::NotAccepted | Self::Removed)
    }
}

/// What one station did about one target in the range of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TargetRow {
    /// The index of the target.
    pub target: usize,
    /// The station's id.
    pub station: String,
    /// The station's name; may be empty.
    pub name: String,
    /// The number of weeks in which the target was met.
    pub met: u64,
    /// The number of weeks in which it was not met.
    pub below: u64,
    /// The number of weeks that cannot be judged yet.
    pub undecided: u64,
    /// The number of weeks without a log.
    pub unlogged: u64,
    /// The number of weeks of which the target asks less than seven days.
    pub cut: u64,
    /// What the target asks in the weeks that were judged: those in which it was met or not met.
    pub asked: i64,
    /// What the station planned in these weeks.
    pub planned: i64,
    /// What counts in these weeks.
    pub counted: i64,
    /// What counts in these weeks, of each week at most what the target asks.
    pub credited: i64,
}

impl TargetRow {
    /// Adds up the weeks of each target and station, and orders the rows, worst first.
    pub(super) fn from_weeks(weeks: &[TargetWeek], station_name: impl Fn(&str) -> String) -> Vec<Self> {
        let mut rows: BTreeMap<(usize, &str), Self> = BTreeMap::new();
        for week in weeks {
            let row = rows.entry((week.target, week.station.as_str())).or_default();
            row.cut += u64::from(week.is_cut());
            match week.state {
                WeekState::Met => row.met += 1,
                WeekState::Below => row.below += 1,
                WeekState::Undecided => row.undecided += 1,
                WeekState::NoLog => row.unlogged += 1,
            }
            if matches!(week.state, WeekState::Met | WeekState::Below) {
                row.asked = row.asked.saturating_add(week.asked);
                row.planned = row.planned.saturating_add(week.airtime.planned);
                row.counted = row.counted.saturating_add(week.airtime.counted);
                row.credited = row.credited.saturating_add(week.airtime.counted.min(week.asked));
            }
        }
        let named_row = |((target, station), row): ((usize, &str), Self)| Self {
            target,
            station: station.to_owned(),
            name: station_name(station),
            ..row
        };
        let mut rows: Vec<Self> = rows.into_iter().map(named_row).collect();
        rows.sort_by_key(Self::sort_key);
        rows
    }

    /// The rows below their target come first, then those that cannot be judged, each with the lowest share first.
    fn sort_key(&self) -> (u8, i64, usize, String) {
        let group = match () {
            () if self.below > 0 => 0,
            () if self.undecided + self.unlogged > 0 => 1,
            () => 2,
        };
        (group, self.share_permille().unwrap_or(-1), self.target, self.station.clone())
    }

    /// Returns what counts in thousandths of what the target asks, over the weeks that were judged; `None` if no week
    /// was judged. More than was asked in one week does not make up for less in another.
    #[must_use]
    pub fn share_permille(&self) -> Option<i64> {
        permille(self.credited, self.asked)
    }
}

impl TargetAmount {
    /// Returns whether amounts are airtime in milliseconds, not numbers of airings.
    #[must_use]
    pub fn is_airtime(self) -> bool {
        matches!(self, Self::MinutesPerWeek(_))
    }
}
