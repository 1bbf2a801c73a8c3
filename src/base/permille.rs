//! Shares in thousandths.

/// Returns `part` in thousandths of `whole`, rounded half up; `None` if `whole` is not positive.
#[must_use]
pub fn permille(part: i64, whole: i64) -> Option<i64> {
    let (part, whole) = (i128::from(part), i128::from(whole));
    let share = (whole > 0).then(|| (part * 2000 + whole) / (2 * whole))?;
    i64::try_from(share).ok()
}

#[cfg(test)]
mod tests {
    use super::permille;

    #[test]
    fn a_share_is_rounded_half_up() {
        assert_eq!(
            (permille(1, 3), permille(2, 3), permille(1, 2000), permille(1, 0)),
            (Some(333), Some(667), Some(1), None)
        );
    }
}
