//! When a buffer's first frame leaves the device: measured at each callback, and steadied.
use crate::instant::{Boot, SECOND};

/// Callbacks after opening whose measurements say nothing about later ones.
const SETTLING: u32 = 16;
/// Microseconds between steady and measured at which the device has been interrupted, not jittered.
const JUMP_US: i64 = 20_000;
/// A measurement moves the steady value by this part of the difference.
const PART: i64 = 16;

/// Relates frames to the boot clock.
#[derive(Debug, Default)]
pub(super) struct Anchor {
    /// When frame 0 left, or would have.
    origin: Option<Boot>,
    frames: u64,
    seen: u32,
}

impl Anchor {
    /// The instant of the next `frames` frames, of which a callback has measured `measured`.
    pub(super) fn place(&mut self, measured: Boot, frames: usize, rate: u32) -> Boot {
        let elapsed = u128::from(self.frames) * SECOND as u128 / u128::from(rate.max(1));
        let elapsed = i64::try_from(elapsed).unwrap_or(i64::MAX);
        let here = measured.plus(-elapsed);
        let origin = match self.origin {
            Some(origin) if self.seen >= SETTLING && here.since(origin).abs() <= JUMP_US => {
                origin.plus(here.since(origin) / PART)
            }
            _ => here,
        };
        self.origin = Some(origin);
        self.frames += frames as u64;
        self.seen = self.seen.saturating_add(1);
        origin.plus(elapsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_is_steadied_drift_is_followed_and_jumps_are_believed() {
        let (mut anchor, mut noise) = (Anchor::default(), 1_u32);
        let mut worst = 0;
        let truth = |n: i64, shift: i64| Boot(5_000_000 + n * 1024 * SECOND / 48_000 * 10_001 / 10_000 + shift);
        for n in 0..3000 {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let jitter = i64::from(noise >> 20) - 2048;
            // After two thousand callbacks the device stops for 300 ms.
            let shift = if n < 2000 { 0 } else { 300_000 };
            let placed = anchor.place(truth(n, shift).plus(jitter), 1024, 48_000);
            if n > 100 && n != 2000 {
                worst = worst.max(placed.since(truth(n, shift)).abs());
            }
        }
        // Of 2 ms of jitter, in 64 s during which the clocks part by 6 ms.
        assert!(worst < 1200, "{worst} us");
    }
}
