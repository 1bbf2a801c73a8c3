//! Measures silences, clipped runs and the DC offset of the samples.

/// Level below which a sample is silence: -60 dBFS.
const SILENCE_LEVEL: f32 = 0.001;
/// Level from which a sample counts as full scale. The highest sample of a 16-bit file is 32767/32768.
const FULL_SCALE_LEVEL: f32 = 0.9999;
/// Minimum number of consecutive samples at full scale that counts as clipping.
const MIN_CLIPPED_RUN_SAMPLES: u32 = 3;

/// Statistics of one chunk of one channel.
pub(super) struct ChunkStats {
    /// Maximum absolute value of the samples.
    pub peak: f32,
    /// Sum of the samples.
    sum: f32,
}

impl ChunkStats {
    /// Returns the statistics of these samples. Four independent sums let the compiler use vector instructions.
    pub(super) fn of(samples: &[f32]) -> Self {
        let mut peaks = [0.0_f32; 4];
        let mut sums = [0.0_f32; 4];
        let (groups, remainder) = samples.as_chunks::<4>();
        for group in groups {
            for i in 0..4 {
                peaks[i] = if group[i].abs() > peaks[i] { group[i].abs() } else { peaks[i] };
                sums[i] += group[i];
            }
        }
        for sample in remainder {
            peaks[0] = peaks[0].max(sample.abs());
            sums[0] += sample;
        }
        Self { peak: peaks.into_iter().fold(0.0, f32::max), sum: sums.into_iter().sum() }
    }
}

/// Silences of a file, in frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Silences {
    /// Silence at the beginning.
    pub lead_frames: u64,
    /// Silence at the end.
    pub tail_frames: u64,
    /// The longest silence.
    pub longest_frames: u64,
}

/// Collects statistics of all samples.
pub(super) struct SampleStats {
    /// Sum of the samples of each channel.
    sums: Vec<f64>,
    /// Maximum absolute value of each channel.
    peaks: Vec<f32>,
    /// Length of the current run of samples at full scale in each channel.
    full_scale_runs: Vec<u32>,
    /// Number of clipped runs.
    clipped_runs: u64,
    /// Number of frames before the current block.
    block_start: u64,
    /// Number of frames in the current block.
    block_frames: usize,
    /// The first and the last frame that are not silent, for each chunk of the current block and each channel.
    loud_spans: Vec<(usize, usize)>,
    /// First frame of the file that is not silent.
    first_loud_frame: Option<u64>,
    /// Last frame so far that is not silent.
    last_loud_frame: Option<u64>,
    /// Length of the longest silence before `last_loud_frame`, in frames.
    longest_silence_frames: u64,
}

impl SampleStats {
    pub(super) fn new(channels: usize) -> Self {
        Self {
            sums: vec![0.0; channels],
            peaks: vec![0.0; channels],
            full_scale_runs: vec![0; channels],
            clipped_runs: 0,
            block_start: 0,
            block_frames: 0,
            loud_spans: Vec::new(),
            first_loud_frame: None,
            last_loud_frame: None,
            longest_silence_frames: 0,
        }
    }

    /// Begins a block of this many frames.
    pub(super) fn begin_block(&mut self, frames: usize) {
        self.block_frames = frames;
        self.loud_spans.clear();
    }

    /// Adds a chunk of one channel, and its statistics. The chunk begins at frame `start` of the block.
    pub(super) fn add_chunk(&mut self, channel: usize, start: usize, samples: &[f32], stats: &ChunkStats) {
        self.sums[channel] += f64::from(stats.sum);
        self.peaks[channel] = self.peaks[channel].max(stats.peak);
        if stats.peak >= SILENCE_LEVEL {
            let is_loud = |x: &f32| x.abs() >= SILENCE_LEVEL;
            let first_index = samples.iter().position(is_loud).unwrap_or(0);
            let last_index = samples.iter().rposition(is_loud).unwrap_or(0);
            self.loud_spans.push((start + first_index, start + last_index));
        }
        let run = &mut self.full_scale_runs[channel];
        if stats.peak < FULL_SCALE_LEVEL {
            *run = 0;
            return;
        }
        for sample in samples {
            *run = if sample.abs() >= FULL_SCALE_LEVEL { run.saturating_add(1) } else { 0 };
            self.clipped_runs += u64::from(*run == MIN_CLIPPED_RUN_SAMPLES);
        }
    }

    /// Ends the block.
    pub(super) fn end_block(&mut self) {
        // The spans are in order for each channel, but not yet for all channels together.
        if self.sums.len() > 1 {
            self.loud_spans.sort_unstable();
        }
        for (span_start, span_end) in self.loud_spans.drain(..) {
            let (first_frame, last_frame) = (self.block_start + span_start as u64, self.block_start + span_end as u64);
            self.first_loud_frame.get_or_insert(first_frame);
            let silence_frames = first_frame.saturating_sub(self.last_loud_frame.map_or(0, |last_loud| last_loud + 1));
            self.longest_silence_frames = self.longest_silence_frames.max(silence_frames);
            self.last_loud_frame = Some(self.last_loud_frame.map_or(last_frame, |last_loud| last_loud.max(last_frame)));
        }
        self.block_start += self.block_frames as u64;
    }

    /// Returns the silences of a file of this many frames.
    pub(super) fn silences(&self, frames: u64) -> Silences {
        let lead_frames = self.first_loud_frame.unwrap_or(frames);
        let tail_frames = self.last_loud_frame.map_or(frames, |last_loud| frames.saturating_sub(last_loud + 1));
        Silences { lead_frames, tail_frames, longest_frames: self.longest_silence_frames.max(tail_frames) }
    }

    /// Returns the number of clipped runs.
    pub(super) fn clipped_runs(&self) -> u64 {
        self.clipped_runs
    }

    /// Returns the largest DC offset of a channel in a file of `frames` frames, as a fraction of full scale.
    pub(super) fn max_dc_offset(&self, frames: u64) -> f64 {
        let mean = |sum: &f64| (sum / frames.max(1) as f64).abs();
        self.sums.iter().map(mean).fold(0.0, f64::max)
    }

    /// Returns true when one of two channels is silent throughout and the other is not.
    pub(super) fn is_one_sided(&self) -> bool {
        matches!(self.peaks[..], [a, b] if (a < SILENCE_LEVEL) != (b < SILENCE_LEVEL))
    }
}
