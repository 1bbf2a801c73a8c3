//! The shares of a group: by airtime and by number, of the plan and of what is known.
use super::Totals;
use crate::base::permille::permille;

/// Two shares in thousandths, rounded half up. Each is `None` if its denominator is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shares {
    /// The airtime of aired and partial airings, of the planned airtime.
    pub by_time: Option<i64>,
    /// The airings that were aired in full, of the planned airings.
    pub by_count: Option<i64>,
}

fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl Totals {
    /// Returns the airtime of aired and partial airings in thousandths of `planned_ms`; `None` if nothing was planned.
    /// Days without a log and missing files raise this share, so only the CSV has it, for the programs that read it.
    #[must_use]
    pub fn share_permille(&self) -> Option<i64> {
        permille(self.played_ms, self.planned_ms)
    }

    /// Returns the number of planned airings with an outcome.
    #[must_use]
    pub fn known(&self) -> u64 {
        self.planned.saturating_sub(self.unknown)
    }

    /// Returns the shares of the whole plan. The plan includes airings without an outcome, and the estimate of the days
    /// without a log: nothing that is not known raises these shares.
    #[must_use]
    pub fn shares_of_plan(&self) -> Shares {
        Shares {
            by_time: permille(self.played_ms, self.expected_ms.saturating_add(self.lost_planned_ms)),
            by_count: permille(count(self.aired), count(self.planned.saturating_add(self.lost_planned))),
        }
    }

    /// Returns the shares of the planned airings with an outcome.
    #[must_use]
    pub fn shares_of_known(&self) -> Shares {
        Shares {
            by_time: permille(self.played_ms, self.known_ms),
            by_count: permille(count(self.aired), count(self.known())),
        }
    }

    /// Returns `true` if the group has no airing with or without an outcome. Then nothing is known about it.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.planned == 0 && self.unplanned == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_raises_no_share_of_the_plan() {
        let totals = Totals {
            planned: 10,
            aired: 6,
            unknown: 2,
            played_ms: 600,
            expected_ms: 1000,
            known_ms: 800,
            lost_planned: 10,
            lost_planned_ms: 2000,
            ..Totals::default()
        };
        assert_eq!(totals.shares_of_plan(), Shares { by_time: Some(200), by_count: Some(300) });
        assert_eq!(totals.shares_of_known(), Shares { by_time: Some(750), by_count: Some(750) });
        assert_eq!(Totals::default().shares_of_plan(), Shares::default());
    }
}
