//! Limits of a sample's value.

/// Largest sample that is passed on. Loud floating-point files reach four times full scale and more; only broken files
/// reach much more.
pub const MAX_SAMPLE: f32 = 8.0;

/// Limits a sample: broken files decode to infinities and to a hundred times full scale. Counts in `odd` the samples that
/// are not finite, and those that are too large.
pub(super) fn sanitise_sample(sample: f32, odd: &mut (u64, u64)) -> f32 {
    if sample.abs() <= MAX_SAMPLE {
        return sample;
    }
    if sample.is_finite() {
        odd.1 += 1;
        return sample.clamp(-MAX_SAMPLE, MAX_SAMPLE);
    }
    odd.0 += 1;
    0.0
}
