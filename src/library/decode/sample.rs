//! Limits the values of samples.

/// Maximum absolute value of a sample. Loud floating-point files exceed four times full scale, but only broken files
/// exceed eight times.
pub const MAX_SAMPLE: f32 = 8.0;

/// Limits a sample to [`MAX_SAMPLE`], and replaces a sample that is not finite with 0. Broken files contain both kinds.
/// Counts the samples that are not finite in `fault_counts.0`, and those that are too large in `fault_counts.1`.
pub(super) fn sanitise_sample(sample: f32, fault_counts: &mut (u64, u64)) -> f32 {
    if sample.abs() <= MAX_SAMPLE {
        return sample;
    }
    if sample.is_finite() {
        fault_counts.1 += 1;
        return sample.clamp(-MAX_SAMPLE, MAX_SAMPLE);
    }
    fault_counts.0 += 1;
    0.0
}
