//! Small text files of the system, read with a limit.
use std::io::Read;
use std::path::Path;

/// Reads a text of at most `limit` bytes; `None` if it is longer, is not UTF-8, or cannot be read.
#[must_use]
pub fn read_small_text(path: &Path, limit: u64) -> Option<String> {
    // A pipe in the place of the file would block for ever.
    if !std::fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    std::fs::File::open(path).ok()?.take(limit + 1).read_to_string(&mut text).ok()?;
    (text.len() as u64 <= limit).then_some(text)
}
