//! From powers to loudness: the gates of ITU-R BS.1770-5 and the range of EBU Tech 3342.

/// Weighted powers of a tenth of a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PowerBlock {
    /// Of all channels together.
    pub programme: f32,
    /// Of their mean.
    pub mean: f32,
    /// Of the first alone.
    pub first: f32,
    /// Of the second alone.
    pub second: f32,
}

/// Tenths of a second in a momentary and in a short-term loudness.
pub(super) const MOMENTARY_BLOCKS: usize = 4;
const SHORT_TERM: usize = 30;
/// What is quieter counts as silence, in LUFS.
const ABSOLUTE_GATE: f64 = -70.0;
/// The relative gates of loudness and of its range, in LU.
const RELATIVE_GATE: f64 = -10.0;
const RANGE_RELATIVE_GATE: f64 = -20.0;
/// The distribution's ends that the range leaves out, per cent.
const LOWEST: f64 = 10.0;
const HIGHEST: f64 = 95.0;

/// Powers of one signal, in order.
pub(super) struct GatedLoudness {
    powers: Vec<f32>,
}

impl GatedLoudness {
    pub(super) fn of(blocks: &[PowerBlock], power: fn(&PowerBlock) -> f32) -> Self {
        Self { powers: blocks.iter().map(power).collect() }
    }

    /// Means over `n` tenths, at every tenth, that are not silence.
    fn windows(&self, n: usize) -> impl Iterator<Item = f64> + '_ {
        let silence = power(ABSOLUTE_GATE);
        let mean = move |w: &[f32]| w.iter().map(|p| f64::from(*p)).sum::<f64>() / n as f64;
        self.powers.windows(n).map(mean).filter(move |p| *p > silence)
    }

    /// Integrated loudness, LUFS; none when nothing is above the gates.
    pub(super) fn integrated(&self) -> Option<f64> {
        let gate = mean(self.windows(MOMENTARY_BLOCKS))? * ratio(RELATIVE_GATE);
        mean(self.windows(MOMENTARY_BLOCKS).filter(|p| *p >= gate)).map(loudness)
    }

    /// Loudness of all of it without gates, LUFS: for what is too short to have any.
    pub(super) fn ungated(&self) -> Option<f64> {
        mean(self.powers.iter().map(|p| f64::from(*p))).filter(|p| *p > power(ABSOLUTE_GATE)).map(loudness)
    }

    /// Loudness range, LU.
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

/// Their mean; none when there are none.
fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0u64), |(sum, count), v| (sum + v, count + 1));
    (count > 0).then(|| sum / count as f64)
}

/// LUFS of a power.
fn loudness(power: f64) -> f64 {
    -0.691 + 10.0 * power.log10()
}

/// The power of so many LUFS.
fn power(loudness: f64) -> f64 {
    10_f64.powf((loudness + 0.691) / 10.0)
}

/// So many LU as a ratio of powers.
fn ratio(lu: f64) -> f64 {
    10_f64.powf(lu / 10.0)
}
