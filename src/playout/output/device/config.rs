//! Chooses the rate and the sample format with which a device is opened.
use rodio::cpal;
use rodio::cpal::traits::DeviceTrait;
use rodio::cpal::{SupportedStreamConfig, SupportedStreamConfigRange};

/// Rates to try if the device does not support the preferred one, frames per second.
const FALLBACK_RATES: [u32; 3] = [48_000, 44_100, 96_000];

/// Returns the best configuration of a device: at `rate` if the device supports that rate natively, otherwise at the
/// first of [`FALLBACK_RATES`] that it supports natively, otherwise at any rate that it supports.
///
/// # Errors
/// The message from the system, in English.
pub(super) fn choose_config(device: &cpal::Device, rate: Option<u32>) -> Result<SupportedStreamConfig, String> {
    let ranges: Vec<_> = device.supported_output_configs().map_err(|e| e.to_string())?.collect();
    let rate = rate.into_iter().chain(FALLBACK_RATES).find(|rate| supports_natively(device, *rate));
    best_config(&ranges, rate).ok_or_else(|| "it supports no usable sample format".to_owned())
}

/// Returns the configuration with the best channels and format, at `rate` if that is possible; `None` if `ranges` is
/// empty.
fn best_config(ranges: &[SupportedStreamConfigRange], rate: Option<u32>) -> Option<SupportedStreamConfig> {
    let best = ranges.iter().max_by(|a, b| a.cmp_default_heuristics(b))?;
    let has_best_format =
        |r: &&SupportedStreamConfigRange| r.channels() == best.channels() && r.sample_format() == best.sample_format();
    // A device with discrete rates has one range for each rate.
    let config_at = |rate| ranges.iter().filter(has_best_format).find_map(|range| range.try_with_sample_rate(rate));
    let preferred = rate.and_then(config_at);
    preferred.or_else(|| best.try_with_standard_sample_rate()).or_else(|| Some(best.with_max_sample_rate()))
}

/// Returns whether a device supports this rate natively. ALSA's own conversion is switched off for the test, because it
/// accepts every rate, and its quality is worse than that of loa's conversion. A sound server accepts every rate, and
/// can switch its hardware to that rate.
#[cfg(target_os = "linux")]
fn supports_natively(device: &cpal::Device, rate: u32) -> bool {
    let Ok(id) = device.id() else { return false };
    let Ok(pcm) = alsa::PCM::new(id.id(), alsa::Direction::Playback, true) else { return false };
    let result = alsa::pcm::HwParams::any(&pcm).and_then(|params| {
        params.set_rate_resample(false)?;
        params.test_rate(rate)
    });
    result.is_ok()
}

#[cfg(not(target_os = "linux"))]
fn supports_natively(_device: &cpal::Device, _rate: u32) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use rodio::cpal::{SampleFormat, SupportedBufferSize};

    fn range(channels: u16, min_rate: u32, max_rate: u32, format: SampleFormat) -> SupportedStreamConfigRange {
        SupportedStreamConfigRange::new(channels, min_rate, max_rate, SupportedBufferSize::Unknown, format)
    }

    #[test]
    fn the_preferred_rate_is_chosen_only_if_the_best_format_supports_it() {
        let chosen = |ranges: &[SupportedStreamConfigRange], rate| {
            best_config(ranges, rate).map(|c| (c.channels(), c.sample_rate(), c.sample_format()))
        };
        let continuous = [range(2, 4_000, 192_000, SampleFormat::F32), range(1, 4_000, 192_000, SampleFormat::F32)];
        assert_eq!(chosen(&continuous, Some(44_100)), Some((2, 44_100, SampleFormat::F32)));
        assert_eq!(chosen(&continuous, None), Some((2, 48_000, SampleFormat::F32)));
        let discrete = [44_100, 48_000, 96_000].map(|rate| range(2, rate, rate, SampleFormat::I16));
        assert_eq!(chosen(&discrete, Some(44_100)), Some((2, 44_100, SampleFormat::I16)));
        assert_eq!(chosen(&discrete, Some(22_050)), Some((2, 48_000, SampleFormat::I16)));
        // A worse format is not chosen to get the preferred rate.
        let mixed = [range(2, 48_000, 48_000, SampleFormat::I32), range(1, 44_100, 44_100, SampleFormat::U8)];
        assert_eq!(chosen(&mixed, Some(44_100)), Some((2, 48_000, SampleFormat::I32)));
        assert_eq!(chosen(&[range(2, 8_000, 32_000, SampleFormat::I16)], None).map(|c| c.1), Some(32_000));
        assert_eq!(chosen(&[], Some(44_100)), None);
    }
}
