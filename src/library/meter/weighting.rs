//! Applies the K-weighting of ITU-R BS.1770-5, annex 1, at any sample rate, and computes the power of its output.
use super::channel_position::ChannelPosition;
use super::gate::PowerBlock;

/// Coefficients of the two filters, applied one after the other.
#[derive(Clone, Copy)]
struct Coefficients {
    /// Numerator of the shelving filter, which models the effect of the listener's head at high frequencies.
    b: [f64; 3],
    /// Denominator of the shelving filter, after its leading 1.
    a: [f64; 2],
    /// Denominator of the high pass, after its leading 1. The numerator is 1, -2, 1.
    c: [f64; 2],
}

impl Coefficients {
    /// Returns the coefficients for a sample rate. The standard gives them for 48 kHz only, so they are computed from
    /// the analogue prototypes of the filters.
    fn for_rate(rate: u32) -> Self {
        let rate = f64::from(rate.max(1));
        // The shelving filter: 4 dB above about 1682 Hz.
        let k = (std::f64::consts::PI * 1_681.974_450_955_533 / rate).tan();
        let (q, high_gain) = (0.707_175_236_955_419_6, 10_f64.powf(3.999_843_853_973_347 / 20.0));
        let band_gain = high_gain.powf(0.499_666_774_154_541_6);
        let norm = 1.0 + k / q + k * k;
        let b = [
            (high_gain + band_gain * k / q + k * k) / norm,
            2.0 * (k * k - high_gain) / norm,
            (high_gain - band_gain * k / q + k * k) / norm,
        ];
        let a = [2.0 * (k * k - 1.0) / norm, (1.0 - k / q + k * k) / norm];
        // The high pass at about 38 Hz.
        let k = (std::f64::consts::PI * 38.135_470_876_024_44 / rate).tan();
        let q = 0.500_327_037_323_877_3;
        let norm = 1.0 + k / q + k * k;
        Self { b, a, c: [2.0 * (k * k - 1.0) / norm, (1.0 - k / q + k * k) / norm] }
    }
}

/// The state of the filters for two channels, which are filtered together.
#[derive(Clone, Copy, Default)]
struct ChannelPair {
    /// Four delayed values of each channel: two of the shelving filter, two of the high pass.
    state: [[f64; 2]; 4],
    /// Sum of the squared output samples of each channel.
    squares: [f64; 2],
    /// Sum of the products of both channels' output samples.
    product: f64,
}

impl ChannelPair {
    /// Filters frames of two channels, and adds the output to the sums.
    fn filter(&mut self, frames: impl Iterator<Item = [f64; 2]>, k: &Coefficients) {
        let [mut s, mut t, mut u, mut v] = self.state;
        let (mut squares, mut product) = (self.squares, self.product);
        for x in frames {
            let mut out = [0.0; 2];
            for i in 0..2 {
                let y = k.b[0] * x[i] + s[i];
                s[i] = k.b[1] * x[i] - k.a[0] * y + t[i];
                t[i] = k.b[2] * x[i] - k.a[1] * y;
                let z = y + u[i];
                u[i] = v[i] - 2.0 * y - k.c[0] * z;
                v[i] = y - k.c[1] * z;
                out[i] = z;
                squares[i] += z * z;
            }
            product += out[0] * out[1];
        }
        (self.squares, self.product) = (squares, product);
        self.state = [s, t, u, v];
        // Denormal numbers make the filters slow.
        for value in self.state.as_flattened_mut() {
            if value.abs() < 1e-30 {
                *value = 0.0;
            }
        }
    }

    /// Returns the sums and resets them.
    fn take_sums(&mut self) -> ([f64; 2], f64) {
        (std::mem::take(&mut self.squares), std::mem::take(&mut self.product))
    }
}

/// Filters all channels of a file and computes their powers.
pub(super) struct KWeighting {
    coefficients: Coefficients,
    channels: usize,
    /// Weight of each channel in the power of the programme.
    weights: Vec<f64>,
    /// The filters, for pairs of channels. If there are more than two channels, their mean is filtered as a further
    /// channel.
    pairs: Vec<ChannelPair>,
    /// Number of frames since the last finished block.
    frames: u64,
}

impl KWeighting {
    /// Returns the filters for a sample rate; a channel without a position counts as a front channel.
    pub(super) fn new(rate: u32, channels: usize, positions: &[ChannelPosition]) -> Self {
        let weight = |position: Option<&ChannelPosition>| match position {
            None | Some(ChannelPosition::Front) => 1.0,
            Some(ChannelPosition::Surround) => 1.41,
            Some(ChannelPosition::Effects) => 0.0,
        };
        let filtered_channels = if channels > 2 { channels + 1 } else { channels };
        Self {
            coefficients: Coefficients::for_rate(rate),
            channels,
            weights: (0..channels).map(|i| weight(positions.get(i))).collect(),
            pairs: vec![ChannelPair::default(); filtered_channels.div_ceil(2)],
            frames: 0,
        }
    }

    /// Adds interleaved frames.
    pub(super) fn add_frames(&mut self, frames: &[f32]) {
        let (channel_count, coefficients) = (self.channels, self.coefficients);
        self.frames += (frames.len() / channel_count) as u64;
        match channel_count {
            1 => self.pairs[0].filter(frames.iter().map(|x| [f64::from(*x), 0.0]), &coefficients),
            2 => {
                let (pairs, _) = frames.as_chunks::<2>();
                self.pairs[0].filter(pairs.iter().map(|[l, r]| [f64::from(*l), f64::from(*r)]), &coefficients);
            }
            _ => {
                // The channel after the last one is the mean of all channels.
                let sample = |frame: &[f32], channel: usize| match channel {
                    i if i < channel_count => f64::from(frame[i]),
                    i if i == channel_count => frame.iter().map(|x| f64::from(*x)).sum::<f64>() / channel_count as f64,
                    _ => 0.0,
                };
                for (index, pair) in self.pairs.iter_mut().enumerate() {
                    let pair_frames = frames
                        .chunks_exact(channel_count)
                        .map(|frame| [sample(frame, 2 * index), sample(frame, 2 * index + 1)]);
                    pair.filter(pair_frames, &coefficients);
                }
            }
        }
    }

    /// Returns true when frames were added since the last finished block.
    pub(super) fn has_unfinished_block(&self) -> bool {
        self.frames > 0
    }

    /// Ends the current block and returns its powers.
    pub(super) fn finish_block(&mut self, rate: u32) -> PowerBlock {
        let frames = if self.frames == 0 { f64::from(rate) / 10.0 } else { self.frames as f64 };
        self.frames = 0;
        let (squares, products): (Vec<_>, Vec<_>) = self.pairs.iter_mut().map(ChannelPair::take_sums).unzip();
        let power = |channel: usize| squares[channel / 2][channel % 2] / frames;
        let programme: f64 = (0..self.channels).map(|i| power(i) * self.weights[i]).sum();
        let (mean, second_channel) = match self.channels {
            1 => (power(0), 0.0),
            2 => ((power(0) + power(1) + 2.0 * products[0] / frames) / 4.0, power(1)),
            n => (power(n), 0.0),
        };
        // Rounding can make the power of the mean of cancelling channels negative.
        let [programme, mean, first_channel, second_channel] =
            [programme, mean, power(0), second_channel].map(|power| power.max(0.0) as f32);
        PowerBlock { programme, mean, first_channel, second_channel }
    }
}
