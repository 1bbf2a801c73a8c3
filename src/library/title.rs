//! The title in the tags of an audio file.
use std::path::Path;

use symphonia::core::common::Limit;
use symphonia::core::formats::FormatOptions;
use symphonia::core::formats::probe::Hint;
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::{MetadataOptions, StandardTag};
use symphonia::default::get_probe;

use super::file;
use super::panic_guard::catch_panic;

/// Most bytes read of pictures, and of tags.
const MAX_BYTES: usize = 1 << 20;
/// Most characters of a title.
const MAX_CHARS: usize = 200;

/// Returns the title in a file's tags, if there is one and it is not empty.
#[must_use]
pub fn read_title_tag(path: &Path) -> Option<String> {
    catch_panic(|| read(path)).flatten()
}

fn read(path: &Path) -> Option<String> {
    let file = file::open(path).ok()?;
    let stream = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
    let options = MetadataOptions::default()
        .limit_tag_bytes(Limit::Maximum(MAX_BYTES))
        .limit_visual_bytes(Limit::Maximum(MAX_BYTES));
    let mut reader = get_probe().probe(&Hint::new(), stream, FormatOptions::default(), options).ok()?;
    let mut log = reader.metadata();
    let revision = log.skip_to_latest()?;
    let title = |tag: &symphonia::core::meta::Tag| match &tag.std {
        Some(StandardTag::TrackTitle(title)) => Some(title.as_str().to_owned()),
        _ => None,
    };
    let found = revision.media.tags.iter().find_map(title)?;
    let title: String = found.chars().filter(|c| !c.is_control()).take(MAX_CHARS).collect();
    let title = title.trim();
    (!title.is_empty()).then(|| title.to_owned())
}
