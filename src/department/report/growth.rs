//! The growth of airtime from one period to the next.
use super::coverage::Coverage;

/// The growth of the airtime from an earlier period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Growth {
    /// The growth in thousandths of the earlier airtime.
    Permille(i64),
    /// There was no airtime to grow from.
    NothingBefore,
    /// The shares of days with a log differ by more than a tenth, so a percentage would measure the logs that were
    /// collected, not the airtime.
    NotComparable,
}

impl Growth {
    /// Returns the growth from `earlier_ms` to `later_ms`. The coverages are those of the two periods.
    #[must_use]
    pub fn new((earlier_ms, earlier_coverage): (i64, Coverage), (later_ms, coverage): (i64, Coverage)) -> Self {
        if !coverage.is_comparable(&earlier_coverage) {
            return Self::NotComparable;
        }
        growth_permille(earlier_ms, later_ms).map_or(Self::NothingBefore, Self::Permille)
    }
}

/// Returns the growth from `earlier_value` to `later_value` in thousandths of `earlier_value`, rounded half up; `None`
/// unless `earlier_value` is positive.
fn growth_permille(earlier_value: i64, later_value: i64) -> Option<i64> {
    let (base, increase) = (i128::from(earlier_value), i128::from(later_value) - i128::from(earlier_value));
    let growth = (base > 0).then(|| (increase * 2000 + base).div_euclid(2 * base))?;
    i64::try_from(growth).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_without_logs_gives_no_percentage() {
        let (whole, half) = (Coverage { days: 10, logged: 10 }, Coverage { days: 10, logged: 5 });
        assert_eq!((growth_permille(200, 250), growth_permille(0, 150)), (Some(250), None));
        assert_eq!(Growth::new((100, whole), (150, whole)), Growth::Permille(500));
        assert_eq!(Growth::new((0, whole), (150, whole)), Growth::NothingBefore);
        assert_eq!(Growth::new((50, half), (150, whole)), Growth::NotComparable);
    }
}
