//! The K-weighting of ITU-R BS.1770-5, annex 1, for any rate, and the power of the weighted signal.
use super::channel_position::ChannelPosition;
use super::gate::PowerBlock;

/// Coefficients of the two filters, applied one after the other.
#[derive(Clone, Copy)]
struct Coefficients {
    /// Numerator of a shelf: the effect of a head on high tones.
    b: [f64; 3],
    a: [f64; 2],
    /// Denominator of a high pass, whose numerator is 1, -2, 1.
    c: [f64; 2],
}

impl Coefficients {
    /// Returns the filters for a rate. The standard tabulates them for 48 kHz; here they follow from their analogue
    /// prototypes.
    fn for_rate(rate: u32) -> Self {
        let rate = f64::from(rate.max(1));
        let k = (std::f64::consts::PI * 1_681.974_450_955_533 / rate).tan();
        let (q, high) = (0.707_175_236_955_419_6, 10_f64.powf(3.999_843_853_973_347 / 20.0));
        let band = high.powf(0.499_666_774_154_541_6);
        let norm = 1.0 + k / q + k * k;
        let b =
            [(high + band * k / q + k * k) / norm, 2.0 * (k * k - high) / norm, (high - band * k / q + k * k) / norm];
        let a = [2.0 * (k * k - 1.0) / norm, (1.0 - k / q + k * k) / norm];
        let k = (std::f64::consts::PI * 38.135_470_876_024_44 / rate).tan();
        let q = 0.500_327_037_323_877_3;
        let norm = 1.0 + k / q + k * k;
        Self { b, a, c: [2.0 * (k * k - 1.0) / norm, (1.0 - k / q + k * k) / norm] }
    }
}

/// Two channels that pass the filters together.
#[derive(Clone, Copy, Default)]
struct ChannelPair {
    state: [[f64; 2]; 4],
    /// Sum of the squares of each channel.
    squares: [f64; 2],
    /// Sum of the products of both channels.
    product: f64,
}

impl ChannelPair {
    fn take(&mut self, frames: impl Iterator<Item = [f64; 2]>, k: &Coefficients) {
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
        // Denormal numbers are slow to compute with.
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

/// The filters of all channels of a file.
pub(super) struct KWeighting {
    k: Coefficients,
    channels: usize,
    /// Weight of each channel.
    weights: Vec<f64>,
    /// The channels in pairs; with more than two channels, their mean is one more.
    pairs: Vec<ChannelPair>,
    frames: u64,
}

impl KWeighting {
    pub(super) fn new(rate: u32, channels: usize, places: &[ChannelPosition]) -> Self {
        let weight = |place: Option<&ChannelPosition>| match place {
            None | Some(ChannelPosition::Front) => 1.0,
            Some(ChannelPosition::Surround) => 1.41,
            Some(ChannelPosition::Effects) => 0.0,
        };
        let counted = if channels > 2 { channels + 1 } else { channels };
        Self {
            k: Coefficients::for_rate(rate),
            channels,
            weights: (0..channels).map(|i| weight(places.get(i))).collect(),
            pairs: vec![ChannelPair::default(); counted.div_ceil(2)],
            frames: 0,
        }
    }

    /// Adds interleaved frames.
    pub(super) fn add_frames(&mut self, frames: &[f32]) {
        let (n, k) = (self.channels, self.k);
        self.frames += (frames.len() / n) as u64;
        match n {
            1 => self.pairs[0].take(frames.iter().map(|x| [f64::from(*x), 0.0]), &k),
            2 => {
                let (both, _) = frames.as_chunks::<2>();
                self.pairs[0].take(both.iter().map(|[l, r]| [f64::from(*l), f64::from(*r)]), &k);
            }
            _ => {
                let at = |frame: &[f32], i: usize| match i {
                    i if i < n => f64::from(frame[i]),
                    i if i == n => frame.iter().map(|x| f64::from(*x)).sum::<f64>() / n as f64,
                    _ => 0.0,
                };
                for (p, pair) in self.pairs.iter_mut().enumerate() {
                    pair.take(frames.chunks_exact(n).map(|frame| [at(frame, 2 * p), at(frame, 2 * p + 1)]), &k);
                }
            }
        }
    }

    /// Whether frames were added since the last block.
    pub(super) fn has_unfinished_block(&self) -> bool {
        self.frames > 0
    }

    /// Returns the powers of the tenth of a second that ends here.
    pub(super) fn finish_block(&mut self, rate: u32) -> PowerBlock {
        let frames = if self.frames == 0 { f64::from(rate) / 10.0 } else { self.frames as f64 };
        self.frames = 0;
        let sums: Vec<_> = self.pairs.iter_mut().map(ChannelPair::take_sums).collect();
        let power = |i: usize| sums[i / 2].0[i % 2] / frames;
        let programme: f64 = (0..self.channels).map(|i| power(i) * self.weights[i]).sum();
        let (mean, second) = match self.channels {
            1 => (power(0), 0.0),
            2 => ((power(0) + power(1) + 2.0 * sums[0].1 / frames) / 4.0, power(1)),
            n => (power(n), 0.0),
        };
        // Rounding may make the power of cancelling channels negative.
        let [programme, mean, first, second] = [programme, mean, power(0), second].map(|p| p.max(0.0) as f32);
        PowerBlock { programme, mean, first, second }
    }
}
