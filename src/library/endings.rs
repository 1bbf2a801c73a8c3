//! The endings of audio files, which are their file name extensions. An ending never decides how a file is played.
use std::path::Path;

/// A playable format and its endings.
struct PlayableFormat {
    /// The name of the container.
    container: &'static str,
    /// The name of the codec; `None` for every other codec in this container.
    codec: Option<&'static str>,
    /// The name of the format for people.
    name: &'static str,
    /// The endings by which people recognise audio.
    usual_endings: &'static [&'static str],
    /// Further endings that fit the format.
    other_endings: &'static [&'static str],
}

/// Every playable format. If two rows have the same container, the first match wins.
const PLAYABLE: [PlayableFormat; 8] = [
    PlayableFormat {
        container: "mp3",
        codec: None,
        name: "MP3",
        usual_endings: &["mp3"],
        other_endings: &["mpga", "mpeg"],
    },
    PlayableFormat {
        container: "wave",
        codec: None,
        name: "WAV",
        usual_endings: &["wav"],
        other_endings: &["wave", "bwf", "rf64"],
    },
    PlayableFormat { container: "flac", codec: None, name: "FLAC", usual_endings: &["flac"], other_endings: &[] },
    PlayableFormat {
        container: "isomp4",
        codec: None,
        name: "M4A",
        usual_endings: &["m4a", "m4b", "aac"],
        other_endings: &["mp4", "3gp", "mov"],
    },
    PlayableFormat { container: "aac", codec: None, name: "AAC", usual_endings: &["aac"], other_endings: &["adts"] },
    PlayableFormat {
        container: "ogg",
        codec: Some("opus"),
        name: "Opus",
        usual_endings: &["opus", "ogg", "oga"],
        other_endings: &[],
    },
    PlayableFormat {
        container: "ogg",
        codec: Some("flac"),
        name: "Ogg FLAC",
        usual_endings: &["ogg", "oga", "flac"],
        other_endings: &[],
    },
    PlayableFormat { container: "ogg", codec: None, name: "Ogg", usual_endings: &["ogg", "oga"], other_endings: &[] },
];
/// The endings of formats that people take for audio, but that cannot be played.
const UNPLAYABLE: [&str; 1] = ["wma"];

/// Returns the name of the format with this container and codec, if the path has an ending that does not fit it.
pub(super) fn actual_format_if_misnamed(path: &Path, container: &str, codec: &str) -> Option<&'static str> {
    let ending = ending_of(path)?;
    let format = PLAYABLE.iter().find(|f| f.container == container && f.codec.is_none_or(|known| known == codec))?;
    (!format.usual_endings.iter().chain(format.other_endings).any(|known| *known == ending)).then_some(format.name)
}

/// Returns true if people expect audio in a file with this name.
#[must_use]
pub fn has_audio_ending(path: &Path) -> bool {
    let usual_endings = PLAYABLE.iter().flat_map(|format| format.usual_endings);
    ending_of(path).is_some_and(|ending| usual_endings.chain(&UNPLAYABLE).any(|known| *known == ending))
}

fn ending_of(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}
