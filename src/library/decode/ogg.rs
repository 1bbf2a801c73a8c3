//! Whether an Ogg file ends as it should (RFC 3533): with a page that is whole and says that it is the last.
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// A page is never longer.
const MAX_PAGE: u64 = 27 + 255 + 255 * 255;

/// Whether the stream was cut off. Bytes behind the last page are not looked at.
///
/// # Errors
/// Those of reading and seeking.
pub(super) fn cut_off(file: &mut File) -> io::Result<bool> {
    let len = file.metadata()?.len();
    file.seek(SeekFrom::Start(len.saturating_sub(2 * MAX_PAGE)))?;
    let mut bytes = Vec::new();
    file.take(2 * MAX_PAGE).read_to_end(&mut bytes)?;
    let pages = memchr::memmem::find_iter(&bytes, b"OggS").filter(|at| bytes.get(at + 4) == Some(&0));
    let Some(last) = pages.last() else {
        return Ok(true);
    };
    let page = &bytes[last..];
    let Some(segments) = page.get(26).map(|n| usize::from(*n)) else {
        return Ok(true);
    };
    let body: usize = page.iter().skip(27).take(segments).map(|n| usize::from(*n)).sum();
    let ends = page[5] & 4 != 0;
    Ok(!ends || page.len() < 27 + segments + body)
}
