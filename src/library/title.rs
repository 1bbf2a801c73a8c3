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
use crate::base::limits::MAX_TITLE_CHARS;

/// Maximum size of the pictures that are read, and of the other tags, in bytes: 1 MiB each.
const MAX_TAG_BYTES: usize = 1 << 20;

/// Returns the title in a file's tags, without control characters; `None` when the title is missing or empty.
#[must_use]
pub fn read_title_tag(path: &Path) -> Option<String> {
    catch_panic(|| read_title(path)).flatten()
}

fn read_title(path: &Path) -> Option<String> {
    let file = file::open(path).ok()?;
    let stream = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
    let options = MetadataOptions::default()
        .limit_tag_bytes(Limit::Maximum(MAX_TAG_BYTES))
        .limit_visual_bytes(Limit::Maximum(MAX_TAG_BYTES));
    let mut reader = get_probe().probe(&Hint::new(), stream, FormatOptions::default(), options).ok()?;
    let mut metadata = reader.metadata();
    let revision = metadata.skip_to_latest()?;
    let title_of_tag = |tag: &symphonia::core::meta::Tag| match &tag.std {
        Some(StandardTag::TrackTitle(title)) => Some(title.as_str().to_owned()),
        _ => None,
    };
    let raw_title = revision.media.tags.iter().find_map(title_of_tag)?;
    let title: String = raw_title.chars().filter(|c| !c.is_control()).take(MAX_TITLE_CHARS).collect();
    let title = title.trim();
    (!title.is_empty()).then(|| title.to_owned())
}
