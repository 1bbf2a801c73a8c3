//! Silences, clipped runs and constant offset of the samples.

/// Level below which a sample is silence: -60 dBFS.
const SILENCE: f32 = 0.001;
/// Level from which a sample is at full scale; 16-bit files end at 32767/32768.
const FULL_SCALE: f32 = 0.9999;
/// Samples at full scale in a row that count as clipping.
const CLIP_RUN: u32 = 3;

/// Statistics of a chunk of one channel.
pub(super) struct ChunkStats {
    /// Largest absolute value.
    pub peak: f32,
    sum: f32,
}

impl ChunkStats {
    pub(super) fn of(stretch: &[f32]) -> Self {
        let mut tops = [0.0_f32; 4];
        let mut sums = [0.0_f32; 4];
        let (fours, rest) = stretch.as_chunks::<4>();
        for four in fours {
            for i in 0..4 {
                tops[i] = if four[i].abs() > tops[i] { four[i].abs() } else { tops[i] };
                sums[i] += four[i];
            }
        }
        for x in rest {
            tops[0] = tops[0].max(x.abs());
            sums[0] += x;
        }
        Self { peak: tops.into_iter().fold(0.0, f32::max), sum: sums.into_iter().sum() }
    }
}

/// Silences of a file, in frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Silences {
    pub lead: u64,
    pub tail: u64,
    pub longest: u64,
}

/// Collects statistics of all samples.
pub(super) struct SampleStats {
    /// Sum of the samples of each channel.
    sums: Vec<f64>,
    /// Largest absolute value of each channel.
    tops: Vec<f32>,
    /// Current run of samples at full scale of each channel.
    full: Vec<u32>,
    clips: u64,
    /// Frames before this block.
    before: u64,
    /// Frames in this block.
    frames: usize,
    /// Spans of this block in which a channel is not silent: first and last frame in each chunk, for all channels.
    loud: Vec<(usize, usize)>,
    first: Option<u64>,
    last: Option<u64>,
    longest: u64,
}

impl SampleStats {
    pub(super) fn new(channels: usize) -> Self {
        Self {
            sums: vec![0.0; channels],
            tops: vec![0.0; channels],
            full: vec![0; channels],
            clips: 0,
            before: 0,
            frames: 0,
            loud: Vec::new(),
            first: None,
            last: None,
            longest: 0,
        }
    }

    /// Begins a block of this many frames.
    pub(super) fn begin_block(&mut self, frames: usize) {
        self.frames = frames;
        self.loud.clear();
    }

    /// Adds a chunk of one channel, which begins at frame `at` of the block.
    pub(super) fn add_chunk(&mut self, channel: usize, at: usize, stretch: &[f32], look: &ChunkStats) {
        self.sums[channel] += f64::from(look.sum);
        self.tops[channel] = self.tops[channel].max(look.peak);
        if look.peak >= SILENCE {
            let loud = |x: &f32| x.abs() >= SILENCE;
            let first = stretch.iter().position(loud).unwrap_or(0);
            let last = stretch.iter().rposition(loud).unwrap_or(0);
            self.loud.push((at + first, at + last));
        }
        if look.peak < FULL_SCALE {
            self.full[channel] = 0;
            return;
        }
        for x in stretch {
            self.full[channel] = if x.abs() >= FULL_SCALE { self.full[channel].saturating_add(1) } else { 0 };
            self.clips += u64::from(self.full[channel] == CLIP_RUN);
        }
    }

    /// Ends the block.
    pub(super) fn end_block(&mut self) {
        // The spans of one channel come after those of another.
        if self.sums.len() > 1 {
            self.loud.sort_unstable();
        }
        for (first, last) in self.loud.drain(..) {
            let (first, last) = (self.before + first as u64, self.before + last as u64);
            self.first.get_or_insert(first);
            let silent = first.saturating_sub(self.last.map_or(0, |last| last + 1));
            self.longest = self.longest.max(silent);
            self.last = Some(self.last.map_or(last, |before| before.max(last)));
        }
        self.before += self.frames as u64;
    }

    /// Returns the silences of a file of this many frames.
    pub(super) fn silences(&self, frames: u64) -> Silences {
        let lead = self.first.unwrap_or(frames);
        let tail = self.last.map_or(frames, |last| frames.saturating_sub(last + 1));
        Silences { lead, tail, longest: self.longest.max(tail) }
    }

    pub(super) fn clips(&self) -> u64 {
        self.clips
    }

    /// Returns the largest mean of a channel, as a fraction of full scale.
    pub(super) fn offset(&self, frames: u64) -> f64 {
        let mean = |sum: &f64| (sum / frames.max(1) as f64).abs();
        self.sums.iter().map(mean).fold(0.0, f64::max)
    }

    /// Whether one of two channels is silent throughout and the other is not.
    pub(super) fn one_sided(&self) -> bool {
        matches!(self.tops[..], [a, b] if (a < SILENCE) != (b < SILENCE))
    }
}
