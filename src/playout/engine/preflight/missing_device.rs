//! Decides when to look again for a device that is missing.
use crate::base::instant::{BootTime, SECOND_US};

/// The first delay after the loss of a device, in microseconds. Each later delay doubles the time for which the device
/// has been missing.
const FIRST_DELAY_US: i64 = SECOND_US;
/// The maximum delay, in microseconds. An idle machine must not wake up often for a device that nobody plugs in.
const MAX_DELAY_US: i64 = 60 * SECOND_US;

/// Returns when to look again for a device that has been missing since `missing_since` and was last looked for at
/// `looked_at`: after 1 s, 2 s, 4 s and so on, then every minute. A sound card of a machine that has just booted, or one
/// that was just plugged in, often appears some seconds later.
pub(super) fn next_look_at(missing_since: BootTime, looked_at: BootTime) -> BootTime {
    looked_at.plus(looked_at.since(missing_since).clamp(FIRST_DELAY_US, MAX_DELAY_US))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks_until(end_s: i64, missing_since_s: i64, first_look_s: i64) -> Vec<i64> {
        let at = |seconds: i64| BootTime(seconds * SECOND_US);
        let next = |looked_at: &BootTime| Some(next_look_at(at(missing_since_s), *looked_at));
        let looks = std::iter::successors(Some(at(first_look_s)), next);
        looks.map(|look| look.0 / SECOND_US).take_while(|second| *second <= end_s).collect()
    }

    #[test]
    fn the_delays_double_up_to_a_minute() {
        assert_eq!(looks_until(250, 0, 0), [0, 1, 2, 4, 8, 16, 32, 64, 124, 184, 244]);
    }

    #[test]
    fn a_change_of_the_cards_starts_again_with_short_delays() {
        // The cards changed at 300 s, after the last look.
        assert_eq!(
            looks_until(310, 300, 290),
            [290, 291, 292, 293, 294, 295, 296, 297, 298, 299, 300, 301, 302, 304, 308]
        );
        assert_eq!(looks_until(310, 300, 300), [300, 301, 302, 304, 308]);
    }
}
