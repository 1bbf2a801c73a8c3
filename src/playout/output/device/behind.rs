//! What stands behind a device: a card, or a sound server; and whether that is hardware.
use rodio::cpal;

use crate::playout::output::Sink;

/// What is known of a device at once.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Behind {
    pub sink: Sink,
    /// It is a sound server, which is to be asked.
    pub served: bool,
}

/// Looks behind a device that is not open.
#[cfg(target_os = "linux")]
pub(super) fn of(device: &cpal::Device) -> Behind {
    use rodio::cpal::traits::DeviceTrait;
    let look = |id: &str| -> Result<Behind, alsa::Error> {
        let pcm = alsa::PCM::new(id, alsa::Direction::Playback, true)?;
        let card = pcm.info()?.get_card();
        if card >= 0 {
            let info = alsa::ctl::Ctl::from_card(&alsa::Card::new(card), true)?.card_info()?;
            return Ok(of_card(info.get_id()?, info.get_driver()?));
        }
        let mut output = alsa::Output::buffer_open()?;
        pcm.dump(&mut output)?;
        Ok(of_chain(id, &output.to_string()))
    };
    device.id().ok().and_then(|id| look(id.id()).ok()).unwrap_or_default()
}

/// Looks behind a device that is not open.
#[cfg(not(target_os = "linux"))]
pub(super) fn of(_device: &cpal::Device) -> Behind {
    Behind::default()
}

/// Of a card with this id and driver: some are made of software alone.
fn of_card(id: &str, driver: &str) -> Behind {
    let made_up = ["Loopback", "Dummy"].contains(&driver);
    Behind { sink: Sink { name: Some(format!("hw:CARD={id}")), hardware: Some(!made_up) }, served: false }
}

/// Of a device without a card, by what ALSA says that it consists of.
fn of_chain(id: &str, chain: &str) -> Behind {
    if ["PulseAudio", "PipeWire"].iter().any(|server| chain.contains(server)) {
        return Behind { sink: Sink::default(), served: true };
    }
    // What is written to a file ends there, too.
    let nowhere = chain.contains("Null PCM");
    Behind { sink: Sink { name: Some(id.to_owned()), hardware: nowhere.then_some(false) }, served: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, hardware: Option<bool>) -> Behind {
        Behind { sink: Sink { name: Some(name.to_owned()), hardware }, served: false }
    }

    #[test]
    fn cards_are_hardware_unless_they_are_made_of_software() {
        assert_eq!(of_card("PCH", "HDA-Intel"), named("hw:CARD=PCH", Some(true)));
        assert_eq!(of_card("Headphones", "bcm2835_headpho"), named("hw:CARD=Headphones", Some(true)));
        assert_eq!(of_card("Loopback", "Loopback"), named("hw:CARD=Loopback", Some(false)));
    }

    #[test]
    fn what_leads_nowhere_is_no_hardware_and_what_is_not_known_stays_open() {
        assert_eq!(of_chain("null", "Null PCM\n"), named("null", Some(false)));
        assert_eq!(of_chain("luu", "File PCM (file=/tmp/x)\nSlave: Null PCM\n"), named("luu", Some(false)));
        assert_eq!(of_chain("jack", "ALSA <-> JACK PCM I/O Plugin\n"), named("jack", None));
        let served = of_chain("default", "Plug PCM: ALSA <-> PulseAudio PCM I/O Plugin\n");
        assert_eq!(served, Behind { sink: Sink::default(), served: true });
    }
}
