//! Sends sound files to the browser's player, part by part.
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The maximum number of bytes of one answer. The player asks for the next part itself (RFC 9110, section 14.2).
const MAX_PART_BYTES: u64 = 256 * 1024;

/// Answers with the part of a file that the browser asks for. `name` has its extension.
pub(super) fn sound_part(file: Option<File>, name: &Path, headers: &HeaderMap) -> Response {
    let asked = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let read = move || -> Option<Response> {
        let mut file = file?;
        let bytes = file.metadata().ok()?.len();
        let Some((first, last)) = part_of(asked, bytes) else {
            let whole = [(header::CONTENT_RANGE, format!("bytes */{bytes}"))];
            return Some((StatusCode::RANGE_NOT_SATISFIABLE, whole).into_response());
        };
        file.seek(SeekFrom::Start(first)).ok()?;
        let mut part = Vec::new();
        file.take(last - first + 1).read_to_end(&mut part).ok()?;
        let headers = [
            (header::CONTENT_TYPE, content_type(name).to_owned()),
            (header::ACCEPT_RANGES, "bytes".to_owned()),
            (header::CONTENT_RANGE, format!("bytes {first}-{last}/{bytes}")),
        ];
        Some((StatusCode::PARTIAL_CONTENT, headers, part).into_response())
    };
    read().unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

/// Returns the first and the last byte of the part that is sent; `None` if the file does not have what was asked for.
/// Without a range, the first part is sent.
fn part_of(asked: Option<&str>, bytes: u64) -> Option<(u64, u64)> {
    let last_byte = bytes.checked_sub(1)?;
    let (first, last) = match asked.and_then(|asked| asked.strip_prefix("bytes=")) {
        None => (0, last_byte),
        Some(range) => match range.split_once('-')? {
            ("", length) => (bytes.saturating_sub(length.parse().ok()?), last_byte),
            (first, "") => (first.parse().ok()?, last_byte),
            (first, last) => (first.parse().ok()?, last.parse().ok()?),
        },
    };
    (first <= last && first <= last_byte).then(|| (first, last.min(last_byte).min(first + MAX_PART_BYTES - 1)))
}

fn content_type(path: &Path) -> &'static str {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    match extension.as_deref() {
        Some("mp3") => "audio/mpeg",
        Some("m4a" | "mp4" | "aac") => "audio/mp4",
        Some("ogg" | "oga" | "opus") => "audio/ogg",
        Some("flac") => "audio/flac",
        Some("wav") => "audio/wav",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_player_gets_the_part_that_it_asks_for_and_no_more_than_the_limit() {
        let most = MAX_PART_BYTES - 1;
        for (asked, bytes, part) in [
            (None, 10, Some((0, 9))),
            (Some("bytes=0-"), 10, Some((0, 9))),
            (Some("bytes=2-3"), 10, Some((2, 3))),
            (Some("bytes=2-99"), 10, Some((2, 9))),
            (Some("bytes=-4"), 10, Some((6, 9))),
            (Some("bytes=-40"), 10, Some((0, 9))),
            (Some("bytes=0-"), 1 << 30, Some((0, most))),
            (Some("bytes=5-"), 1 << 30, Some((5, 5 + most))),
            (Some("bytes=10-"), 10, None),
            (Some("bytes=3-2"), 10, None),
            (Some("bytes=a-b"), 10, None),
            (Some("bytes=1"), 10, None),
            (Some("bytes=18446744073709551615-"), 10, None),
            (None, 0, None),
        ] {
            assert_eq!(part_of(asked, bytes), part, "{asked:?} of {bytes}");
        }
    }
}
