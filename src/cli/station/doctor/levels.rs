//! The levels of the sound system: the card's mixer, and the default sink of a sound server.
use crate::doctor::SoundLevel;
use crate::playout::output::default_sink_level;
use crate::schedule::settings::Device;

/// Mixer controls that affect every sound.
const MAIN_CONTROLS: [&str; 6] = ["Master", "PCM", "Front", "Digital", "Line Out", "Playback"];
/// Mixer controls that each affect one socket. A card mutes the sockets that are not in use.
const SOCKET_CONTROLS: [&str; 3] = ["Speaker", "Headphone", "Headphones"];

/// Returns the levels that affect the sound; `None` if none could be read.
pub(super) fn sound_levels(device: &Device) -> Option<Vec<SoundLevel>> {
    let mixer = mixer_name(device)?;
    let mut levels = relevant_levels(card_levels(&mixer).unwrap_or_default());
    if matches!(device, Device::Default)
        && let Some((percent, is_muted)) = default_sink_level()
    {
        levels.push(SoundLevel { name: "PulseAudio".to_owned(), percent, is_muted });
    }
    Some(levels).filter(|levels| !levels.is_empty())
}

/// Returns the name of the mixer of a device: `hw:CARD=X` for each device of card X. `None` if it has no mixer.
fn mixer_name(device: &Device) -> Option<String> {
    match device {
        Device::Default => Some("default".to_owned()),
        Device::Named(name) => {
            let card = name.split_once("CARD=").map(|(_, card)| card.split(',').next().unwrap_or_default());
            Some(card.map_or_else(|| name.clone(), |card| format!("hw:CARD={card}")))
        }
        Device::Null | Device::Wav(_) => None,
    }
}

/// Drops the controls that do not affect the sound. If one socket is open, also drops all silent sockets.
fn relevant_levels(levels: Vec<SoundLevel>) -> Vec<SoundLevel> {
    let is_silent = |level: &SoundLevel| level.is_muted || level.percent == Some(0);
    let is_socket = |level: &SoundLevel| SOCKET_CONTROLS.contains(&level.name.as_str());
    let has_open_socket = levels.iter().any(|level| is_socket(level) && !is_silent(level));
    let is_relevant = |level: &SoundLevel| match is_socket(level) {
        true => !(has_open_socket && is_silent(level)),
        false => MAIN_CONTROLS.contains(&level.name.as_str()),
    };
    levels.into_iter().filter(is_relevant).collect()
}

#[cfg(target_os = "linux")]
fn card_levels(mixer: &str) -> Option<Vec<SoundLevel>> {
    use alsa::mixer::{Mixer, Selem, SelemChannelId};
    // Keeps ALSA's own messages off the terminal until this function returns.
    let _messages = alsa::Output::local_error_handler().ok();
    let mixer = Mixer::new(mixer, true).ok()?;
    let read_level = |selem: Selem<'_>| {
        let channels: Vec<SelemChannelId> =
            SelemChannelId::all().iter().copied().filter(|channel| selem.has_playback_channel(*channel)).collect();
        let (low, high) = selem.get_playback_volume_range();
        let volumes = channels.iter().filter_map(|channel| selem.get_playback_volume(*channel).ok());
        let volume = volumes.max().filter(|_| selem.has_playback_volume() && high > low);
        let percent = volume.map(|volume| (volume.saturating_sub(low) * 100 / (high - low)).clamp(0, 100));
        let is_muted = selem.has_playback_switch()
            && channels.iter().all(|channel| selem.get_playback_switch(*channel).is_ok_and(|switch| switch == 0));
        let name = crate::text::strip_unprintable(selem.get_id().get_name().ok()?);
        Some(SoundLevel { name, percent: percent.and_then(|percent| u8::try_from(percent).ok()), is_muted })
    };
    Some(mixer.iter().filter_map(Selem::new).filter_map(read_level).collect())
}

#[cfg(not(target_os = "linux"))]
fn card_levels(_mixer: &str) -> Option<Vec<SoundLevel>> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(name: &str, percent: Option<u8>, is_muted: bool) -> SoundLevel {
        SoundLevel { name: name.to_owned(), percent, is_muted }
    }

    fn relevant_names(levels: Vec<SoundLevel>) -> Vec<String> {
        relevant_levels(levels).into_iter().map(|level| level.name).collect()
    }

    #[test]
    fn a_muted_socket_beside_an_open_one_and_a_muted_microphone_are_ignored() {
        let laptop = vec![
            level("Master", Some(90), false),
            level("Headphone", Some(0), true),
            level("Speaker", Some(80), false),
            level("Mic", Some(0), true),
            level("Beep", Some(0), true),
        ];
        assert_eq!(relevant_names(laptop), ["Master", "Speaker"]);
        let silent_sockets = vec![level("Headphone", Some(0), false), level("Speaker", Some(80), true)];
        assert_eq!(relevant_names(silent_sockets), ["Headphone", "Speaker"]);
    }

    #[test]
    fn each_device_of_a_card_uses_the_mixer_of_the_card() {
        let named = |name: &str| mixer_name(&Device::Named(name.to_owned())).expect("name the mixer");
        assert_eq!(named("plughw:CARD=Headphones,DEV=0"), "hw:CARD=Headphones");
        assert_eq!(named("sysdefault:CARD=PCH"), "hw:CARD=PCH");
        assert_eq!(named("hw:0"), "hw:0");
        assert_eq!(mixer_name(&Device::Default).as_deref(), Some("default"));
    }
}
