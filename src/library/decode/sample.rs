//! Limits the values of samples.

/// Maximum absolute value of a sample. Loud floating-point files can exceed four times full scale, but only broken
/// files exceed eight times.
pub const MAX_SAMPLE: f32 = 8.0;

/// Numbers of samples that had to be changed. Only broken files contain such samples.
#[derive(Debug, Default)]
pub(super) struct SampleFaults {
    /// Number of samples that are not finite.
    pub non_finite_samples: u64,
    /// Number of samples that exceed [`MAX_SAMPLE`].
    pub out_of_range_samples: u64,
}

/// Limits a sample to [`MAX_SAMPLE`], replaces a sample that is not finite with 0, and counts both in `faults`.
pub(super) fn sanitise_sample(sample: f32, faults: &mut SampleFaults) -> f32 {
    if sample.abs() <= MAX_SAMPLE {
        return sample;
    }
    if sample.is_finite() {
        faults.out_of_range_samples += 1;
        return sample.clamp(-MAX_SAMPLE, MAX_SAMPLE);
    }
    faults.non_finite_samples += 1;
    0.0
}
