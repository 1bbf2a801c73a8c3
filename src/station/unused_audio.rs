//! Audio files that no segment uses, such as a recording that was put straight into `audio/`.
use std::collections::HashSet;
use std::fs;
use std::path::Path;

use unicode_normalization::UnicodeNormalization;

use crate::library::endings::has_audio_ending;
use crate::schedule::Schedule;

/// The maximum number of names that are read.
const MAX_NAMES: usize = 10_000;

/// Returns the names of the audio files directly in `audio/` that no segment of the schedule uses, sorted.
#[must_use]
pub fn unused_audio(station: &Path, schedule: &Schedule) -> Vec<String> {
    let to_nfc = |name: &str| name.nfc().collect::<String>();
    let used_files: HashSet<String> = schedule.segments.iter().map(|segment| to_nfc(&segment.file)).collect();
    let entries = fs::read_dir(station.join("audio")).into_iter().flatten().flatten().take(MAX_NAMES);
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|file_type| file_type.is_file()));
    let names = files.filter_map(|entry| entry.file_name().into_string().ok());
    let mut unused: Vec<String> = names.filter(|name| is_audio(name) && !used_files.contains(&to_nfc(name))).collect();
    unused.sort();
    unused
}

fn is_audio(name: &str) -> bool {
    !name.starts_with('.') && has_audio_ending(Path::new(name))
}
