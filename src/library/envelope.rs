//! The outline of a sound file: how loud it is from its beginning to its end, for a picture of it.

/// The maximum number of columns. Two neighbours become one when there are more, so that the memory does not grow with
/// the length of the file.
const MAX_COLUMNS: usize = 512;
/// The number of frames of a column at the beginning.
const FIRST_COLUMN_FRAMES: u64 = 512;

/// Collects the outline of a file while its blocks are decoded.
#[derive(Debug)]
pub struct EnvelopeMeter {
    channels: usize,
    column_frames: u64,
    columns: Vec<f32>,
    /// The peak and the number of frames of the column that is not complete yet.
    open: (f32, u64),
}

impl EnvelopeMeter {
    /// Begins an outline of interleaved blocks.
    #[must_use]
    pub fn new(channels: u16) -> Self {
        Self {
            channels: usize::from(channels.max(1)),
            column_frames: FIRST_COLUMN_FRAMES,
            columns: Vec::new(),
            open: (0.0, 0),
        }
    }

    /// Adds interleaved samples, whole frames.
    pub fn add_frames(&mut self, block: &[f32]) {
        for frame in block.chunks(self.channels) {
            // A sample that is not a number draws nothing.
            let peak = frame.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
            self.open = (self.open.0.max(peak), self.open.1 + 1);
            if self.open.1 == self.column_frames {
                self.close_column();
            }
        }
    }

    fn close_column(&mut self) {
        self.columns.push(self.open.0);
        self.open = (0.0, 0);
        if self.columns.len() == MAX_COLUMNS {
            self.columns = self.columns.chunks(2).map(|pair| pair.iter().copied().fold(0.0, f32::max)).collect();
            self.column_frames *= 2;
        }
    }

    /// Returns the peaks of equal parts of the file: 0 for silence, 255 for full scale.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        if self.open.1 > 0 {
            self.close_column();
        }
        // The cast of a float saturates.
        self.columns.iter().map(|peak| (peak * 255.0).round() as u8).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outline_has_the_loud_and_the_silent_parts_where_they_are() {
        let mut meter = EnvelopeMeter::new(2);
        let (silence, half) = (vec![0.0; 2 * 48_000], vec![-0.5; 2 * 48_000]);
        meter.add_frames(&silence);
        meter.add_frames(&half);
        let outline = meter.finish();
        let middle = outline.len() / 2;
        assert!(outline.len() > 100 && outline.len() <= MAX_COLUMNS, "{}", outline.len());
        assert!(outline[..middle - 1].iter().all(|peak| *peak == 0));
        assert!(outline[middle + 1..].iter().all(|peak| *peak == 128));
    }

    #[test]
    fn hours_and_odd_samples_fit_into_few_columns() {
        let mut meter = EnvelopeMeter::new(1);
        for _ in 0..2_000 {
            meter.add_frames(&[0.25; 4_800]);
        }
        meter.add_frames(&[f32::NAN, 9.0, f32::INFINITY]);
        let outline = meter.finish();
        assert!(outline.len() <= MAX_COLUMNS && outline.first() == Some(&64) && outline.last() == Some(&255));
        assert_eq!(EnvelopeMeter::new(0).finish(), [0_u8; 0]);
    }
}
