//! Reads the last page of an Ogg file (RFC 3533): whether it is complete and marked as the last page, and its granule
//! position.
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Maximum size of a page, in bytes.
const MAX_PAGE_BYTES: u64 = 27 + 255 + 255 * 255;

/// Facts about the end of an Ogg file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OggEnd {
    /// True when the file ends in the middle of a page.
    pub is_truncated: bool,
    /// True when the last page in the file is not marked as the last one, as in recordings of Internet radio.
    pub is_unfinished: bool,
    /// Granule position of the last complete page that carries one, in ticks of the codec.
    pub position: Option<u64>,
}

/// Reads the last pages of a file.
///
/// # Errors
/// If reading or seeking fails.
pub(super) fn read_end(file: &mut File) -> io::Result<OggEnd> {
    let len = file.metadata()?.len();
    file.seek(SeekFrom::Start(len.saturating_sub(2 * MAX_PAGE_BYTES)))?;
    let mut bytes = Vec::new();
    file.take(2 * MAX_PAGE_BYTES).read_to_end(&mut bytes)?;
    let mut end = OggEnd { is_truncated: true, is_unfinished: false, position: None };
    for page_start in
        memchr::memmem::find_iter(&bytes, b"OggS").filter(|page_start| bytes.get(page_start + 4) == Some(&0))
    {
        let page = &bytes[page_start..];
        let segments = usize::from(page.get(26).copied().unwrap_or(0));
        let body: usize = page.iter().skip(27).take(segments).map(|n| usize::from(*n)).sum();
        end.is_truncated = page.len() < 27 + segments + body;
        end.is_unfinished = page.get(5).is_some_and(|flags| flags & 4 == 0);
        if let Some(position) = page.get(6..14).filter(|_| page.len() >= 27 + segments + body) {
            let position = position.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b));
            // The position is all ones on a page on which no packet ends.
            end.position = (position != u64::MAX).then_some(position).or(end.position);
        }
    }
    Ok(end)
}
