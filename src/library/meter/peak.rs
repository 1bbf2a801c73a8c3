//! True peaks: the largest sample, and the largest between samples (ITU-R BS.1770-5, annex 2), found by
//! interpolation. A stretch is interpolated only where the result could be larger than the largest so far: the
//! filter's output is never more than the largest sample under it times the sum of its coefficients' sizes.
use super::quiet::{Look, Quiet};

/// Coefficients for each point between two samples.
const TAPS: usize = 24;
/// Frames that are looked at together.
const STRETCH: usize = 16;
/// Interpolated points a second, at the least.
const POINTS: u32 = 192_000;

/// The largest values of all channels.
pub(super) struct Peaks {
    channels: usize,
    /// One row of coefficients for each point between two samples.
    filter: Vec<[f32; TAPS]>,
    /// The most that the filter can make of samples of 1.
    pub(super) gain: f32,
    /// A channel each: the last frames of the block before, then the block.
    planes: Vec<Vec<f32>>,
    /// The largest sample of each stretch of a plane.
    tops: Vec<f32>,
    most: f32,
}

impl Peaks {
    pub(super) fn new(rate: u32, channels: usize) -> Self {
        let points = POINTS.div_ceil(rate.max(1)).clamp(1, 24);
        let filter: Vec<_> = (1..points).map(|p| between(f64::from(p) / f64::from(points))).collect();
        let gain = filter.iter().map(|row| row.iter().map(|c| c.abs()).sum()).fold(1.0, f32::max);
        Self { channels, filter, gain, planes: vec![vec![0.0; TAPS]; channels], tops: Vec::new(), most: 0.0 }
    }

    /// The largest so far, of full scale.
    pub(super) fn most(&self) -> f32 {
        self.most
    }

    /// Takes interleaved frames, and shows them to who looks for silence and clipping.
    pub(super) fn take(&mut self, frames: &[f32], quiet: &mut Quiet) {
        let n = self.channels;
        quiet.begin(frames.len() / n);
        for channel in 0..n {
            let plane = &mut self.planes[channel];
            // The filter looks back; what it has looked at whole can go.
            plane.drain(..plane.len() - (TAPS - 1));
            match n {
                1 => plane.extend_from_slice(frames),
                2 => plane.extend(frames.as_chunks::<2>().0.iter().map(|both| both[channel])),
                _ => plane.extend(frames.chunks_exact(n).map(|frame| frame[channel])),
            }
            let new = &plane[TAPS - 1..];
            let mut looks = new.chunks(STRETCH).map(Look::at);
            // The frames before the first stretch are as long as a stretch and a half: one top for all.
            self.tops.clear();
            let before = plane[..TAPS - 1].iter().fold(0.0_f32, |top, x| top.max(x.abs()));
            self.tops.push(before);
            for (i, look) in (&mut looks).enumerate() {
                self.tops.push(look.top);
                self.most = self.most.max(look.top);
                quiet.look(channel, i * STRETCH, &new[i * STRETCH..(i * STRETCH + STRETCH).min(new.len())], &look);
            }
            self.between(channel);
        }
        quiet.end();
    }

    /// Looks between the samples of one channel's block.
    fn between(&mut self, channel: usize) {
        let (plane, tops) = (&self.planes[channel], &self.tops);
        for i in 0..tops.len() - 1 {
            // A window that ends in this stretch begins up to 23 frames before it: two stretches.
            let top = tops[i + 1].max(tops[i]).max(tops[i.saturating_sub(1)]);
            if top * self.gain <= self.most {
                continue;
            }
            let from = i * STRETCH;
            let window = &plane[from..(from + STRETCH + TAPS - 1).min(plane.len())];
            self.most = match window.first_chunk::<{ STRETCH + TAPS - 1 }>() {
                Some(window) => self.filter.iter().fold(self.most, |most, row| most.max(stretch(window, row))),
                None => self.filter.iter().fold(self.most, |most, row| most.max(short(window, row))),
            };
        }
    }

    /// The last frames: silence follows them.
    pub(super) fn finish(&mut self) {
        let silence = vec![0.0; TAPS * self.channels];
        self.take(&silence, &mut Quiet::new(self.channels));
    }
}

/// The largest of the points at one distance behind the samples of a stretch.
fn stretch(window: &[f32; STRETCH + TAPS - 1], row: &[f32; TAPS]) -> f32 {
    let mut points = [0.0_f32; STRETCH];
    for (k, c) in row.iter().enumerate() {
        for (point, x) in points.iter_mut().zip(&window[k..k + STRETCH]) {
            *point += x * c;
        }
    }
    points.iter().fold(0.0, |most, p| most.max(p.abs()))
}

/// The same of what is left at a block's end.
fn short(window: &[f32], row: &[f32; TAPS]) -> f32 {
    let point = |w: &[f32]| w.iter().zip(row).map(|(x, c)| x * c).sum::<f32>();
    window.windows(TAPS).map(point).fold(0.0, |most, p| most.max(p.abs()))
}

/// Coefficients for the point that lies `at` (0 to 1) behind the middle one of `N` samples: a windowed sinc.
#[must_use]
pub fn between<const N: usize>(at: f64) -> [f32; N] {
    let half = N as f64 / 2.0;
    let mut row = [0.0; N];
    for (k, c) in row.iter_mut().enumerate() {
        let x = k as f64 - (half - 1.0) - at;
        let sinc = (std::f64::consts::PI * x).sin() / (std::f64::consts::PI * x);
        *c = sinc * kaiser(x / half);
    }
    // Constant signals stay what they are.
    let sum: f64 = row.iter().sum();
    row.map(|c| (c / sum) as f32)
}

/// Kaiser's window, -1 to 1.
fn kaiser(x: f64) -> f64 {
    const BETA: f64 = 5.0;
    let bessel = |x: f64| {
        let (mut sum, mut term) = (1.0, 1.0);
        for n in 1..32 {
            term *= (x / (2.0 * f64::from(n))).powi(2);
            sum += term;
        }
        sum
    };
    bessel(BETA * (1.0 - x * x).max(0.0).sqrt()) / bessel(BETA)
}
