//! The sink behind a device: a sound card or a sound server, and whether it is hardware.
use rodio::cpal;

use crate::playout::output::SinkInfo;

/// What is known about a device before it is opened.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct SinkProbe {
    pub sink: SinkInfo,
    /// The device is a sound server, which can be asked for its sink.
    pub is_sound_server: bool,
}

/// Returns what is known about a device that is not open.
#[cfg(target_os = "linux")]
pub(super) fn probe(device: &cpal::Device) -> SinkProbe {
    use rodio::cpal::traits::DeviceTrait;
    let look = |id: &str| -> Result<SinkProbe, alsa::Error> {
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
    device.id().ok().and_then(|id| look(id.id()).ok()).unwrap_or_default()
}

/// Returns what is known about a device that is not open.
#[cfg(not(target_os = "linux"))]
pub(super) fn probe(_device: &cpal::Device) -> SinkProbe {
    SinkProbe::default()
}

/// Returns the sink of a card with this id and driver. Some cards exist only in software.
fn from_card(id: &str, driver: &str) -> SinkProbe {
    let made_up = ["Loopback", "Dummy"].contains(&driver);
    SinkProbe {
        sink: SinkInfo { name: Some(format!("hw:CARD={id}")), hardware: Some(!made_up) },
        is_sound_server: false,
    }
}

/// Returns the sink of a device without a card, from ALSA's description of its plugins.
fn from_pcm_chain(id: &str, chain: &str) -> SinkProbe {
    if ["PulseAudio", "PipeWire"].iter().any(|server| chain.contains(server)) {
        return SinkProbe { sink: SinkInfo::default(), is_sound_server: true };
    }
    // The file plugin ends in a null device, too.
    let nowhere = chain.contains("Null PCM");
    SinkProbe {
        sink: SinkInfo { name: Some(id.to_owned()), hardware: nowhere.then_some(false) },
        is_sound_server: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, hardware: Option<bool>) -> SinkProbe {
        SinkProbe { sink: SinkInfo { name: Some(name.to_owned()), hardware }, is_sound_server: false }
    }

    #[test]
    fn cards_are_hardware_unless_they_are_made_of_software() {
        assert_eq!(from_card("PCH", "HDA-Intel"), named("hw:CARD=PCH", Some(true)));
        assert_eq!(from_card("Headphones", "bcm2835_headpho"), named("hw:CARD=Headphones", Some(true)));
        assert_eq!(from_card("Loopback", "Loopback"), named("hw:CARD=Loopback", Some(false)));
    }

    #[test]
    fn what_leads_nowhere_is_no_hardware_and_what_is_not_known_stays_open() {
        assert_eq!(from_pcm_chain("null", "Null PCM\n"), named("null", Some(false)));
        assert_eq!(from_pcm_chain("luu", "File PCM (file=/tmp/x)\nSlave: Null PCM\n"), named("luu", Some(false)));
        assert_eq!(from_pcm_chain("jack", "ALSA <-> JACK PCM I/O Plugin\n"), named("jack", None));
        let served = from_pcm_chain("default", "Plug PCM: ALSA <-> PulseAudio PCM I/O Plugin\n");
        assert_eq!(served, SinkProbe { sink: SinkInfo::default(), is_sound_server: true });
    }
}
