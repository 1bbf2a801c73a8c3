//! When a buffer's first frame leaves the device: measured at each callback, and fitted slowly and robustly.
//!
//! A measurement is the device's own timestamp; it jitters with the scheduler and the device's blocks, and now and then it is
//! far off. What counts is where frame 0 left, or would have: the median of what the latest measurements say of it, each
//! moved along to now by the drift of the device's clock against ours. So no start depends on the one measurement before
//! it, nor on those of the first instants after opening.
//!
//! The drift is that of the latest measurements until the device has been open for long enough to know it better. It
//! matters from the first seconds on: PulseAudio's null sink, which rounds each block down to whole microseconds, runs
//! 140 ppm fast in blocks of 5 ms, and the median of four seconds alone would be 0.3 ms behind it.
use super::callback_rhythm::{CallbackRhythm, CallbackTiming};
use crate::base::instant::{BootTime, SECOND_US};

/// Measurements that are looked at: some seconds.
const WINDOW: usize = 64;
/// Callbacks after opening whose measurements are forgotten once there are others.
const SETTLING: u32 = 8;
/// Microseconds between fitted and measured at which the device has been interrupted, if it stays there.
const JUMP_US: i64 = 20_000;
/// So many such measurements one after the other are a jump; fewer are noise.
const JUMP_OUTLIERS: usize = 6;
/// While nothing sounds fewer are enough: nothing is lost by them, and a start that comes is in time.
const JUMP_OUTLIERS_SILENT: usize = 3;
/// Of the first so many callbacks two that agree are enough: a sound server that was idle may call twice at once and
/// then not for seconds, and what sounds first comes soon after.
const STARTING: u32 = 32;
const JUMP_OUTLIERS_STARTING: usize = 2;
/// Fewer measurements than this do not tell how far they may be off: nothing better than a jump is claimed.
const MIN_MEASUREMENTS: usize = 8;
/// Microseconds of measurements before a drift is believed.
const DRIFT_AFTER_US: i64 = 30 * SECOND_US;
/// No clock of a working device parts faster from ours, parts in a billion.
const MAX_DRIFT_PPB: i64 = 1_000_000;
/// Of a few seconds' measurements no more is believed: so few measurements, scattering by 2 ms, may have a slope that wrong.
const MAX_TREND_PPB: i64 = 300_000;
/// Measurements from which on they have a trend.
const MIN_FOR_TREND: usize = WINDOW / 2;

/// Where a buffer stands in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BufferTime {
    /// When its first frame leaves.
    pub at: BootTime,
    /// How far the fit itself may be off, in microseconds: two standard errors of the median, by what the measurements
    /// scatter. What the device tells wrongly all the time is not in it.
    pub within_us: i64,
    /// The device has made a pause.
    pub gap: Option<DeviceGap>,
}

/// Silence that a device made by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DeviceGap {
    /// How much later than before frames leave, microseconds.
    pub us: i64,
    /// When it was first noticed: what leaves later leaves behind it. None where the device had nothing left: what had been
    /// given was before it.
    pub since: Option<BootTime>,
}

/// Relates frames to the boot clock.
#[derive(Debug)]
pub(super) struct ClockFit {
    frames: u64,
    callbacks: u32,
    /// Where frame 0 was, by the latest measurements, and when in frames' time they were made, microseconds; the oldest is
    /// overwritten.
    origins: [i64; WINDOW],
    times: [i64; WINDOW],
    len: usize,
    next: usize,
    outliers: usize,
    /// Where the latest outlier was, and when the first of them came.
    last_outlier: i64,
    outliers_since: BootTime,
    /// The device has said that it ran dry, and what was fitted then.
    before_underrun: Option<i64>,
    /// When (in frames' time) and where the first full window stood: the drift counts from there.
    drift_start: Option<(i64, i64)>,
    /// The drift, once the device has been open for long enough.
    drift_ppb: Option<i64>,
    /// Of a sound server, whose measurements are not its own: the rhythm of its callbacks.
    rhythm: Option<CallbackRhythm>,
}

impl Default for ClockFit {
    fn default() -> Self {
        Self {
            frames: 0,
            callbacks: 0,
            origins: [0; WINDOW],
            times: [0; WINDOW],
            len: 0,
            next: 0,
            outliers: 0,
            last_outlier: 0,
            outliers_since: BootTime(0),
            before_underrun: None,
            drift_start: None,
            drift_ppb: None,
            rhythm: None,
        }
    }
}

impl ClockFit {
    /// Of a device behind a sound server.
    pub(super) fn for_sound_server() -> Self {
        Self { rhythm: Some(CallbackRhythm::default()), ..Self::default() }
    }

    /// The instant of the next `frames` frames, of which a callback at `now` has measured `measured`. `sounding`: something
    /// has begun and is not over.
    pub(super) fn place_buffer(
        &mut self,
        now: BootTime,
        measured: BootTime,
        frames: usize,
        rate: u32,
        sounding: bool,
    ) -> BufferTime {
        let elapsed = u128::from(self.frames) * SECOND_US as u128 / u128::from(rate.max(1));
        let elapsed = i64::try_from(elapsed).unwrap_or(i64::MAX);
        let block_us = (frames as i64).saturating_mul(SECOND_US) / i64::from(rate.max(1));
        self.frames += frames as u64;
        self.callbacks = self.callbacks.saturating_add(1);
        let origin = measured.plus(elapsed.saturating_neg()).0;
        let called = now.plus(elapsed.saturating_neg()).0;
        let gap = self.add_measurement(now, CallbackTiming { origin, called, elapsed }, sounding);
        let drift_ppb = self.drift_ppb.unwrap_or_else(|| self.trend_ppb());
        let mut sorted = self.origins;
        let sorted = &mut sorted[..self.len];
        for (origin, time) in sorted.iter_mut().zip(self.times) {
            *origin = origin.saturating_add(drift_us(elapsed.saturating_sub(time), drift_ppb));
        }
        sorted.sort_unstable();
        let median = median_of(sorted);
        let carried = self.rhythm.as_ref().and_then(|rhythm| rhythm.carried_origin(elapsed));
        let apart = carried.map_or(0, |origin| origin.saturating_sub(median).saturating_abs());
        let place = carried.unwrap_or(median);
        if self.len == WINDOW && carried.is_none() {
            // As it was in the window's middle.
            let behind = (self.len as i64 - 1).saturating_mul(block_us) / 2;
            let then = median.saturating_sub(drift_us(behind, drift_ppb));
            self.update_drift(elapsed.saturating_sub(behind), then);
        }
        sorted.iter_mut().for_each(|o| *o = o.saturating_sub(median).saturating_abs());
        sorted.sort_unstable();
        // Where the two differ nobody knows which is right.
        let within_us = two_standard_errors(median_of(sorted), self.len).max(apart);
        BufferTime { at: BootTime(place.saturating_add(elapsed)), within_us, gap }
    }

    /// The device ran dry: what it measured before says nothing of what comes.
    pub(super) fn on_underrun(&mut self) {
        if self.len > 0 && self.callbacks > SETTLING {
            self.before_underrun.get_or_insert(self.latest());
        }
        self.reset();
    }

    /// Notes a measurement; gives the gap before it.
    fn add_measurement(&mut self, now: BootTime, beat: CallbackTiming, sounding: bool) -> Option<DeviceGap> {
        let CallbackTiming { origin, elapsed, .. } = beat;
        if self.callbacks == SETTLING + 1 {
            self.reset();
        }
        let expected = self.rhythm.as_ref().is_some_and(|rhythm| rhythm.is_expected(beat));
        let far = !expected && self.len > 0 && origin.saturating_sub(self.latest()).saturating_abs() > JUMP_US;
        // Measurements that go astray do so each in its own way; a device that was interrupted stays where it is.
        let same = self.outliers > 0 && origin.saturating_sub(self.last_outlier).saturating_abs() <= JUMP_US;
        self.outliers = if far { 1 + if same { self.outliers } else { 0 } } else { 0 };
        self.last_outlier = origin;
        if self.outliers == 1 {
            self.outliers_since = now;
        }
        let jumped = match (self.callbacks <= STARTING, sounding) {
            (true, _) => JUMP_OUTLIERS_STARTING,
            (false, true) => JUMP_OUTLIERS,
            (false, false) => JUMP_OUTLIERS_SILENT,
        };
        if far && self.outliers < jumped {
            return None;
        }
        let since = far.then_some(self.outliers_since);
        let mut before = self.before_underrun.take();
        if far {
            before = before.or(Some(self.latest()));
            self.reset();
        }
        self.origins[self.next] = origin;
        self.times[self.next] = elapsed;
        self.next = (self.next + 1) % WINDOW;
        self.len = (self.len + 1).min(WINDOW);
        if let Some(rhythm) = &mut self.rhythm {
            rhythm.add(beat);
        }
        let us = before.map_or(0, |before| origin.saturating_sub(before));
        (us > 0).then_some(DeviceGap { us, since })
    }

    fn reset(&mut self) {
        (self.len, self.next, self.outliers, self.drift_start) = (0, 0, 0, None);
        if let Some(rhythm) = &mut self.rhythm {
            rhythm.reset();
        }
    }

    /// The measurement noted last.
    fn latest(&self) -> i64 {
        self.origins[(self.next + WINDOW - 1) % WINDOW]
    }

    /// The drift within the window, after Theil and Sen: the median of the slopes between its halves.
    fn trend_ppb(&self) -> i64 {
        if self.len < MIN_FOR_TREND {
            return 0;
        }
        let half = self.len / 2;
        let place = |n: usize| (self.next + WINDOW - self.len + n) % WINDOW;
        let mut slopes = [0; WINDOW / 2];
        let slopes = &mut slopes[..half];
        for (n, slope) in slopes.iter_mut().enumerate() {
            let (early, late) = (place(n), place(n + self.len - half));
            let passed = self.times[late].saturating_sub(self.times[early]).max(1);
            let moved = self.origins[late].saturating_sub(self.origins[early]);
            *slope = moved.saturating_mul(1_000_000) / passed * 1000;
        }
        slopes.sort_unstable();
        median_of(slopes).clamp(-MAX_TREND_PPB, MAX_TREND_PPB)
    }

    /// The drift from the first full window to this one.
    fn update_drift(&mut self, at: i64, origin: i64) {
        let Some((from, was)) = self.drift_start else {
            self.drift_start = Some((at, origin));
            return;
        };
        let passed = at.saturating_sub(from);
        if passed >= DRIFT_AFTER_US {
            let ppb = i128::from(origin.saturating_sub(was)) * 1_000_000_000 / i128::from(passed);
            let ppb = i64::try_from(ppb).unwrap_or(0);
            self.drift_ppb = Some(if ppb.abs() <= MAX_DRIFT_PPB { ppb } else { 0 });
        }
    }
}

/// How far the clocks part in so many microseconds.
fn drift_us(us: i64, ppb: i64) -> i64 {
    us.saturating_mul(ppb) / 1_000_000_000
}

fn median_of(sorted: &[i64]) -> i64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or(0)
}

/// Two standard errors of a median of so many measurements with this median of their distances from it. Neighbours share
/// their errors: they count as a quarter of their number. For a normal scatter sigma is 1.4826 times that median, and the
/// median's error 1.2533 times sigma over the root of the number.
fn two_standard_errors(median_distance: i64, count: usize) -> i64 {
    if count < MIN_MEASUREMENTS {
        return JUMP_US;
    }
    let root = ((count as f64) / 4.0).max(1.0).sqrt();
    (2.0 * 1.2533 * 1.4826 * median_distance as f64 / root).ceil() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAMES: usize = 2048;

    /// When the block `n` of a device leaves that is 100 ppm slow, and was opened at 5 s.
    fn truth(n: i64) -> i64 {
        5_000_000 + n * FRAMES as i64 * SECOND_US / 48_000 * 10_001 / 10_000
    }

    fn gap_us(placed: BufferTime) -> i64 {
        placed.gap.map_or(0, |gap| gap.us)
    }

    struct Noise(u32);

    impl Noise {
        fn up_to(&mut self, us: i64) -> i64 {
            self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            i64::from(self.0 >> 8) * us / (1 << 24)
        }
    }

    #[test]
    fn jitter_and_outliers_move_nothing_and_drift_is_followed() {
        let (mut fit, mut noise) = (ClockFit::default(), Noise(1));
        let (mut worst, mut settled) = (0, 0);
        for n in 0..20_000 {
            let jitter = noise.up_to(4000) - 2000;
            // One measurement in twenty is 300 ms late.
            let late = if noise.up_to(20) == 0 { 300_000 } else { 0 };
            let placed = fit.place_buffer(BootTime(0), BootTime(truth(n) + jitter + late), FRAMES, 48_000, true);
            let error = (placed.at.0 - truth(n)).abs();
            if n > 70 {
                worst = worst.max(error);
                assert!(placed.within_us > 100, "{} us", placed.within_us);
            }
            if n > 2000 {
                settled = settled.max(error);
            }
        }
        // Of measurements that scatter by 2 ms, for a quarter of an hour in which the clocks part by 85 ms.
        assert!(worst < 1000, "{worst} us");
        assert!(settled < 900, "{settled} us");
    }

    #[test]
    fn a_good_device_is_placed_within_a_few_microseconds_and_says_so() {
        let mut fit = ClockFit::default();
        for n in 0..3000 {
            let placed = fit.place_buffer(BootTime(0), BootTime(truth(n)), FRAMES, 48_000, true);
            assert!((placed.at.0 - truth(n)).abs() < 160, "block {n}: {}", placed.at.0 - truth(n));
            if n > 2000 {
                assert!((placed.at.0 - truth(n)).abs() < 5 && placed.within_us < 200, "block {n}: {placed:?}");
            }
        }
    }

    #[test]
    fn a_clock_that_parts_is_followed_from_the_first_seconds() {
        // The null sink of PulseAudio in blocks of 5 ms, and a card that is as far off the other way.
        for ppm in [-140, 140] {
            let truth = |n: i64| 5_000_000 + n * FRAMES as i64 * SECOND_US / 48_000 * (1_000_000 + ppm) / 1_000_000;
            let (mut fit, mut noise) = (ClockFit::default(), Noise(1));
            for n in 0..600 {
                let jitter = noise.up_to(400) - 200;
                let placed = fit.place_buffer(BootTime(0), BootTime(truth(n) + jitter), FRAMES, 48_000, n > 100);
                let error = (placed.at.0 - truth(n)).abs();
                assert!(n < 60 || error < 150, "{ppm} ppm, block {n}: {error} us");
            }
        }
    }

    #[test]
    fn an_interrupted_device_is_believed_after_a_few_callbacks() {
        let mut fit = ClockFit::default();
        for n in 0..500 {
            fit.place_buffer(BootTime(0), BootTime(truth(n)), FRAMES, 48_000, true);
        }
        for n in 500..600 {
            let placed = fit.place_buffer(BootTime(0), BootTime(truth(n) + 300_000), FRAMES, 48_000, true);
            if n >= 500 + JUMP_OUTLIERS as i64 {
                assert!((placed.at.0 - truth(n) - 300_000).abs() < 160);
            }
            // Told once, when it is believed.
            let told = n == 500 + JUMP_OUTLIERS as i64 - 1;
            assert!(
                if told { (gap_us(placed) - 300_000).abs() < 160 } else { placed.gap.is_none() },
                "{n}: {placed:?}"
            );
        }
    }

    #[test]
    fn a_device_that_says_it_ran_dry_is_believed_at_once() {
        let mut fit = ClockFit::default();
        for n in 0..600 {
            let gap = if n >= 500 { 7_000 } else { 0 };
            if n == 3 || n == 500 {
                fit.on_underrun();
            }
            let placed = fit.place_buffer(BootTime(0), BootTime(truth(n) + gap), FRAMES, 48_000, true);
            assert!((placed.at.0 - truth(n) - gap).abs() < 160, "block {n}");
            // What happens while a device starts is no gap in what sounds.
            assert!(
                if n == 500 { (gap_us(placed) - 7_000).abs() < 160 } else { placed.gap.is_none() },
                "{n}: {placed:?}"
            );
        }
    }

    #[test]
    fn measurements_that_go_astray_one_by_one_are_no_gap() {
        let mut fit = ClockFit::default();
        for n in 0..500 {
            // Ten in a row are wrong, each in its own way.
            let wild = if n > 100 && n % 50 < 10 { 50_000 + n % 10 * 60_000 } else { 0 };
            let placed = fit.place_buffer(BootTime(0), BootTime(truth(n) + wild), FRAMES, 48_000, true);
            assert!((placed.at.0 - truth(n)).abs() < 250 && placed.gap.is_none(), "block {n}: {placed:?}");
        }
    }

    #[test]
    fn what_start_up_measures_is_forgotten() {
        let mut fit = ClockFit::default();
        for n in 0..200 {
            let wild = if n < 8 { 15_000 - n * 1000 } else { 0 };
            let placed = fit.place_buffer(BootTime(0), BootTime(truth(n) + wild), FRAMES, 48_000, true);
            if n > 8 {
                assert!((placed.at.0 - truth(n)).abs() < 160, "block {n}");
                assert!((placed.within_us == JUMP_US) == (n < 8 + MIN_MEASUREMENTS as i64 - 1), "block {n}");
            }
        }
    }

    #[test]
    fn a_server_that_was_idle_is_believed_soon_after_it_goes_on() {
        // Two callbacks at once, and the next when it has played what it had, two seconds on.
        for idle in [700_000, 2_000_000] {
            let mut fit = ClockFit::default();
            for n in 0..30 {
                let pause = if n < 2 { 0 } else { idle };
                let placed = fit.place_buffer(BootTime(0), BootTime(truth(n) + pause), FRAMES, 48_000, true);
                assert!(n < 4 || (placed.at.0 - truth(n) - pause).abs() < 160, "block {n} after {idle} us");
            }
        }
    }

    #[test]
    fn a_device_that_lies_about_everything_is_survived() {
        for mut fit in [ClockFit::default(), ClockFit::for_sound_server()] {
            for n in 0..300_i64 {
                let wild = if n % 3 == 0 { i64::MAX / 4 } else { -n * 1_000_000_000 };
                let frames = (n as usize * 977) % 100_000;
                fit.place_buffer(BootTime(-wild), BootTime(wild), frames, if n % 5 == 0 { 0 } else { 8000 }, true);
            }
        }
    }
}
