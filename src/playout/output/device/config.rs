//! The rate and the sample format in which a device is opened.
use rodio::cpal;
use rodio::cpal::traits::DeviceTrait;
use rodio::cpal::{SupportedStreamConfig, SupportedStreamConfigRange};

/// Rates to try when the device lacks the preferred one.
const FALLBACK_RATES: [u32; 3] = [48_000, 44_100, 96_000];

/// Returns the device's best configuration: at `rate` if the device has that rate natively, otherwise at a usual one.
///
/// # Errors
/// The system's message, in English.
pub(super) fn choose_config(device: &cpal::Device, rate: Option<u32>) -> Result<SupportedStreamConfig, String> {
    let ranges: Vec<_> = device.supported_output_configs().map_err(|e| e.to_string())?.collect();
    let rate = rate.into_iter().chain(FALLBACK_RATES).find(|rate| supports_natively(device, *rate));
    best_config(&ranges, rate).ok_or_else(|| "it has no form of sound that could be used".to_owned())
}

fn best_config(ranges: &[SupportedStreamConfigRange], rate: Option<u32>) -> Option<SupportedStreamConfig> {
    let best = ranges.iter().max_by(|a, b| a.cmp_default_heuristics(b))?;
    let alike =
        |r: &&SupportedStreamConfigRange| r.channels() == best.channels() && r.sample_format() == best.sample_format();
    // A device with discrete rates has a range for each of them.
    let at = |rate| ranges.iter().filter(alike).find_map(|range| range.try_with_sample_rate(rate));
    let wished = rate.and_then(at);
    wished.or_else(|| best.try_with_standard_sample_rate()).or_else(|| Some(best.with_max_sample_rate()))
}

/// Returns whether a device has this rate natively. A layer between loa and the hardware may claim every rate, and
/// convert it worse than loa does, so it is asked without conversion. A sound server takes every rate, and may set its
/// hardware to it.
#[cfg(target_os = "linux")]
fn supports_natively(device: &cpal::Device, rate: u32) -> bool {
    let Ok(id) = device.id() else { return false };
    let Ok(pcm) = alsa::PCM::new(id.id(), alsa::Direction::Playback, true) else { return false };
    let asked = alsa::pcm::HwParams::any(&pcm).and_then(|params| {
        params.set_rate_resample(false)?;
        params.test_rate(rate)
    });
    asked.is_ok()
}

#[cfg(not(target_os = "linux"))]
fn supports_natively(_device: &cpal::Device, _rate: u32) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use rodio::cpal::{SampleFormat, SupportedBufferSize};

    fn range(channels: u16, from: u32, to: u32, format: SampleFormat) -> SupportedStreamConfigRange {
        SupportedStreamConfigRange::new(channels, from, to, SupportedBufferSize::Unknown, format)
    }

    #[test]
    fn the_rate_of_the_files_is_taken_where_the_best_form_has_it() {
        let chosen = |ranges: &[SupportedStreamConfigRange], rate| {
            best_config(ranges, rate).map(|c| (c.channels(), c.sample_rate(), c.sample_format()))
        };
        let any = [range(2, 4_000, 192_000, SampleFormat::F32), range(1, 4_000, 192_000, SampleFormat::F32)];
        assert_eq!(chosen(&any, Some(44_100)), Some((2, 44_100, SampleFormat::F32)));
        assert_eq!(chosen(&any, None), Some((2, 48_000, SampleFormat::F32)));
        let single = [44_100, 48_000, 96_000].map(|rate| range(2, rate, rate, SampleFormat::I16));
        assert_eq!(chosen(&single, Some(44_100)), Some((2, 44_100, SampleFormat::I16)));
        assert_eq!(chosen(&single, Some(22_050)), Some((2, 48_000, SampleFormat::I16)));
        // Another format is not taken for the sake of the rate.
        let mixed = [range(2, 48_000, 48_000, SampleFormat::I32), range(1, 44_100, 44_100, SampleFormat::U8)];
        assert_eq!(chosen(&mixed, Some(44_100)), Some((2, 48_000, SampleFormat::I32)));
        assert_eq!(chosen(&[range(2, 8_000, 32_000, SampleFormat::I16)], None).map(|c| c.1), Some(32_000));
        assert_eq!(chosen(&[], Some(44_100)), None);
    }
}
