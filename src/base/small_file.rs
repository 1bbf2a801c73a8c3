//! Small text files of the system, read with a limit.
use std::io::Read;
use std::path::Path;

/// Reads a text file of at most `max_bytes` bytes; `None` if it is longer, is not UTF-8, or cannot be read.
#[must_use]
pub fn read_small_text(path: &Path, max_bytes: u64) -> Option<String> {
    // If the file were a pipe, opening it could block forever.
    if !std::fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    std::fs::File::open(path).ok()?.take(max_bytes + 1).read_to_string(&mut text).ok()?;
    (text.len() as u64 <= max_bytes).then_some(text)
}
