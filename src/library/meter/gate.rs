//! Computes loudness from powers: the gates of ITU-R BS.1770-5 and the loudness range of EBU Tech 3342.

/// The weighted powers of one block, a tenth of a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PowerBlock {
    /// Power of all channels together.
    pub programme: f32,
    /// Power of the mean of all channels.
    pub mean: f32,
    /// Power of the first channel.
    pub first_channel: f32,
    /// Power of the second channel; 0 unless there are two channels.
    pub second_channel: f32,
}

/// Number of blocks in the window of a momentary loudness.
pub(super) const MOMENTARY_BLOCKS: usize = 4;
/// Number of blocks in the window of a short-term loudness.
const SHORT_TERM_BLOCKS: usize = 30;
/// Absolute gate, in LUFS: quieter windows are silence.
const ABSOLUTE_GATE_LUFS: f64 = -70.0;
/// Relative gate of the integrated loudness, in LU.
const RELATIVE_GATE_LU: f64 = -10.0;
/// Relative gate of the loudness range, in LU.
const RANGE_RELATIVE_GATE_LU: f64 = -20.0;
/// Percentile of the lower end of the loudness range.
const LOW_PERCENTILE: f64 = 10.0;
/// Percentile of the upper end of the loudness range.
const HIGH_PERCENTILE: f64 = 95.0;

/// Powers of one signal in time order, from which its loudness is computed.
pub(super) struct GatedLoudness {
    powers: Vec<f32>,
}

impl GatedLoudness {
    /// Returns the powers of the signal that `power` selects in each block.
    pub(super) fn of(blocks: &[PowerBlock], power: fn(&PowerBlock) -> f32) -> Self {
        Self { powers: blocks.iter().map(power).collect() }
    }

    /// Returns the mean powers of all windows of `block_count` blocks, except silent windows.
    fn windows(&self, block_count: usize) -> impl Iterator<Item = f64> + '_ {
        let silence_power = lufs_to_power(ABSOLUTE_GATE_LUFS);
        let mean = move |window: &[f32]| window.iter().map(|p| f64::from(*p)).sum::<f64>() / block_count as f64;
        self.powers.windows(block_count).map(mean).filter(move |p| *p > silence_power)
    }

    /// Returns the integrated loudness in LUFS; `None` when no window is above the gates.
    pub(super) fn integrated_loudness(&self) -> Option<f64> {
        let gate = mean(self.windows(MOMENTARY_BLOCKS))? * lu_to_ratio(RELATIVE_GATE_LU);
        mean(self.windows(MOMENTARY_BLOCKS).filter(|p| *p >= gate)).map(power_to_lufs)
    }

    /// Returns the loudness in LUFS without the relative gate, for a file too short for a window; `None` for silence.
    pub(super) fn ungated_loudness(&self) -> Option<f64> {
        mean(self.powers.iter().map(|p| f64::from(*p)))
            .filter(|p| *p > lufs_to_power(ABSOLUTE_GATE_LUFS))
            .map(power_to_lufs)
    }

    /// Returns the loudness range in LU; 0 when no window is above the gates.
    pub(super) fn loudness_range(&self) -> f64 {
        let Some(gate) = mean(self.windows(SHORT_TERM_BLOCKS)).map(|p| p * lu_to_ratio(RANGE_RELATIVE_GATE_LU)) else {
            return 0.0;
        };
        let mut window_powers: Vec<f64> = self.windows(SHORT_TERM_BLOCKS).filter(|p| *p >= gate).collect();
        window_powers.sort_unstable_by(f64::total_cmp);
        let loudness_at = |per_cent: f64| {
            let index = ((window_powers.len() as f64 - 1.0) * per_cent / 100.0 + 0.5) as usize;
            window_powers.get(index).copied().map_or(0.0, power_to_lufs)
        };
        loudness_at(HIGH_PERCENTILE) - loudness_at(LOW_PERCENTILE)
    }
}

/// Returns the mean of the values; `None` when there are no values.
fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0u64), |(sum, count), v| (sum + v, count + 1));
    (count > 0).then(|| sum / count as f64)
}

/// Converts a power to a loudness in LUFS.
fn power_to_lufs(power: f64) -> f64 {
    -0.691 + 10.0 * power.log10()
}

/// Converts a loudness in LUFS to a power.
fn lufs_to_power(lufs: f64) -> f64 {
    10_f64.powf((lufs + 0.691) / 10.0)
}

/// Converts LU to a ratio of powers.
fn lu_to_ratio(lu: f64) -> f64 {
    10_f64.powf(lu / 10.0)
}
