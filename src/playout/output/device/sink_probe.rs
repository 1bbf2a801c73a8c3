//! Finds the sink that a device plays to: a sound card, a software sink or a sound server.
use rodio::cpal;

use crate::playout::output::SinkInfo;

/// The result of a probe.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct SinkProbe {
    pub sink: SinkInfo,
    /// True when the device is a sound server, which can be asked for its sink.
    pub is_sound_server: bool,
}

/// Probes a device that is not open.
#[cfg(target_os = "linux")]
pub(super) fn probe(device: &cpal::Device) -> SinkProbe {
    use rodio::cpal::traits::DeviceTrait;
    let probe_id = |id: &str| -> Result<SinkProbe, alsa::Error> {
        let pcm = alsa::PCM::new(id, alsa::Direction::Playback, true)?;
        let card = pcm.info()?.get_card();
        if card >= 0 {
            let info = alsa::ctl::Ctl::from_card(&alsa::Card::new(card), true)?.card_info()?;
            return Ok(from_card(info.get_id()?, info.get_driver()?));
        }
        let mut output = alsa::Output::buffer_open()?;
        pcm.dump(&mut output)?;
        Ok(from_pcm_chain(id, &output.to_string()))
    };
    device.id().ok().and_then(|id| probe_id(id.id()).ok()).unwrap_or_default()
}

/// Probes a device that is not open.
#[cfg(not(target_os = "linux"))]
pub(super) fn probe(_device: &cpal::Device) -> SinkProbe {
    SinkProbe::default()
}

/// Returns the sink of a card with this id and driver. Some cards exist only in software.
fn from_card(id: &str, driver: &str) -> SinkProbe {
    let is_software = ["Loopback", "Dummy"].contains(&driver);
    SinkProbe {
        sink: SinkInfo { name: Some(format!("hw:CARD={id}")), is_hardware: Some(!is_software) },
        is_sound_server: false,
    }
}

/// Returns the sink of a device without a card, from ALSA's description of its chain of plugins.
fn from_pcm_chain(id: &str, chain: &str) -> SinkProbe {
    if ["PulseAudio", "PipeWire"].iter().any(|server| chain.contains(server)) {
        return SinkProbe { sink: SinkInfo::default(), is_sound_server: true };
    }
    // The chain of the file plugin also ends in a null device.
    let is_null = chain.contains("Null PCM");
    SinkProbe {
        sink: SinkInfo { name: Some(id.to_owned()), is_hardware: is_null.then_some(false) },
        is_sound_server: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, is_hardware: Option<bool>) -> SinkProbe {
        SinkProbe { sink: SinkInfo { name: Some(name.to_owned()), is_hardware }, is_sound_server: false }
    }

    #[test]
    fn cards_are_hardware_except_software_cards() {
        assert_eq!(from_card("PCH", "HDA-Intel"), named("hw:CARD=PCH", Some(true)));
        assert_eq!(from_card("Headphones", "bcm2835_headpho"), named("hw:CARD=Headphones", Some(true)));
        assert_eq!(from_card("Loopback", "Loopback"), named("hw:CARD=Loopback", Some(false)));
    }

    #[test]
    fn a_null_device_is_not_hardware_and_an_unknown_plugin_may_be() {
        assert_eq!(from_pcm_chain("null", "Null PCM\n"), named("null", Some(false)));
        assert_eq!(from_pcm_chain("luu", "File PCM (file=/tmp/x)\nSlave: Null PCM\n"), named("luu", Some(false)));
        assert_eq!(from_pcm_chain("jack", "ALSA <-> JACK PCM I/O Plugin\n"), named("jack", None));
        let server_probe = from_pcm_chain("default", "Plug PCM: ALSA <-> PulseAudio PCM I/O Plugin\n");
        assert_eq!(server_probe, SinkProbe { sink: SinkInfo::default(), is_sound_server: true });
    }
}
