//! Loudness from powers: the gates of ITU-R BS.1770-5 and the range of EBU Tech 3342.

/// Weighted powers of a tenth of a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PowerBlock {
    /// Power of all channels together.
    pub programme: f32,
    /// Power of their mean.
    pub mean: f32,
    /// Power of the first channel alone.
    pub first: f32,
    /// Power of the second channel alone.
    pub second: f32,
}

/// Tenths of a second in a momentary loudness.
pub(super) const MOMENTARY_BLOCKS: usize = 4;
/// Tenths of a second in a short-term loudness.
const SHORT_TERM: usize = 30;
/// Absolute gate: what is quieter counts as silence, in LUFS.
const ABSOLUTE_GATE: f64 = -70.0;
/// Relative gate of loudness, in LU.
const RELATIVE_GATE: f64 = -10.0;
/// Relative gate of the loudness range, in LU.
const RANGE_RELATIVE_GATE: f64 = -20.0;
/// Lower end of the range in the distribution, per cent.
const LOWEST: f64 = 10.0;
/// Upper end of the range in the distribution, per cent.
const HIGHEST: f64 = 95.0;

/// Powers of one signal in time order, from which its loudness is computed.
pub(super) struct GatedLoudness {
    powers: Vec<f32>,
}

impl GatedLoudness {
    pub(super) fn of(blocks: &[PowerBlock], power: fn(&PowerBlock) -> f32) -> Self {
        Self { powers: blocks.iter().map(power).collect() }
    }

    /// Returns the means over `n` tenths, at every tenth, without those of silence.
    fn windows(&self, n: usize) -> impl Iterator<Item = f64> + '_ {
        let silence = power(ABSOLUTE_GATE);
        let mean = move |w: &[f32]| w.iter().map(|p| f64::from(*p)).sum::<f64>() / n as f64;
        self.powers.windows(n).map(mean).filter(move |p| *p > silence)
    }

    /// Returns the integrated loudness, LUFS; none when nothing is above the gates.
    pub(super) fn integrated(&self) -> Option<f64> {
        let gate = mean(self.windows(MOMENTARY_BLOCKS))? * ratio(RELATIVE_GATE);
        mean(self.windows(MOMENTARY_BLOCKS).filter(|p| *p >= gate)).map(loudness)
    }

    /// Returns the loudness without relative gate, LUFS, for a file too short for a window.
    pub(super) fn ungated(&self) -> Option<f64> {
        mean(self.powers.iter().map(|p| f64::from(*p))).filter(|p| *p > power(ABSOLUTE_GATE)).map(loudness)
    }

    /// Returns the loudness range, LU.
    pub(super) fn range(&self) -> f64 {
        let Some(gate) = mean(self.windows(SHORT_TERM)).map(|p| p * ratio(RANGE_RELATIVE_GATE)) else {
            return 0.0;
        };
        let mut loud: Vec<f64> = self.windows(SHORT_TERM).filter(|p| *p >= gate).collect();
        loud.sort_unstable_by(f64::total_cmp);
        let at = |per_cent: f64| {
            let index = ((loud.len() as f64 - 1.0) * per_cent / 100.0 + 0.5) as usize;
            loud.get(index).copied().map_or(0.0, loudness)
        };
        at(HIGHEST) - at(LOWEST)
    }
}

/// Returns the mean; none when there are no values.
fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0u64), |(sum, count), v| (sum + v, count + 1));
    (count > 0).then(|| sum / count as f64)
}

/// Converts a power to LUFS.
fn loudness(power: f64) -> f64 {
    -0.691 + 10.0 * power.log10()
}

/// Converts LUFS to a power.
fn power(loudness: f64) -> f64 {
    10_f64.powf((loudness + 0.691) / 10.0)
}

/// Converts LU to a ratio of powers.
fn ratio(lu: f64) -> f64 {
    10_f64.powf(lu / 10.0)
}
