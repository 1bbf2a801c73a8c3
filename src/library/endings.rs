//! The endings of the names of audio files. A name never decides what plays.
use std::path::Path;

/// The endings of one playable format.
struct FormatEndings {
    /// The name of the container.
    container: &'static str,
    /// The name of the codec; `None` for every other codec in this container.
    codec: Option<&'static str>,
    /// The name of the format for people.
    format: &'static str,
    /// The endings by which people recognise audio.
    usual: &'static [&'static str],
    /// Further endings that fit the format.
    other: &'static [&'static str],
}

/// The endings of every playable format. If two rows have the same container, the first match wins.
const PLAYABLE: [FormatEndings; 8] = [
    FormatEndings { container: "mp3", codec: None, format: "MP3", usual: &["mp3"], other: &["mpga", "mpeg"] },
    FormatEndings { container: "wave", codec: None, format: "WAV", usual: &["wav"], other: &["wave", "bwf", "rf64"] },
    FormatEndings { container: "flac", codec: None, format: "FLAC", usual: &["flac"], other: &[] },
    FormatEndings {
        container: "isomp4",
        codec: None,
        format: "M4A",
        usual: &["m4a", "m4b", "aac"],
        other: &["mp4", "3gp", "mov"],
    },
    FormatEndings { container: "aac", codec: None, format: "AAC", usual: &["aac"], other: &["adts"] },
    FormatEndings { container: "ogg", codec: Some("opus"), format: "Opus", usual: &["opus", "ogg", "oga"], other: &[] },
    FormatEndings {
        container: "ogg",
        codec: Some("flac"),
        format: "Ogg FLAC",
        usual: &["ogg", "oga", "flac"],
        other: &[],
    },
    FormatEndings { container: "ogg", codec: None, format: "Ogg", usual: &["ogg", "oga"], other: &[] },
];
/// The endings of formats that people take for audio, but that cannot be played.
const UNPLAYABLE: [&str; 1] = ["wma"];

/// Returns the name of the format with this container and codec, if the path has an ending that does not fit it.
pub(super) fn format_of_wrong_ending(path: &Path, container: &str, codec: &str) -> Option<&'static str> {
    let ending = ending_of(path)?;
    let format = PLAYABLE.iter().find(|f| f.container == container && f.codec.is_none_or(|name| name == codec))?;
    (!format.usual.iter().chain(format.other).any(|fitting| *fitting == ending)).then_some(format.format)
}

/// Returns true if people expect audio in a file with this name.
#[must_use]
pub fn has_audio_ending(path: &Path) -> bool {
    let usual = PLAYABLE.iter().flat_map(|format| format.usual);
    ending_of(path).is_some_and(|ending| usual.chain(&UNPLAYABLE).any(|audio| *audio == ending))
}

fn ending_of(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}
