//! A file of the station as it was read: its text, or the reason why it could not be read.
use std::time::SystemTime;

/// One of a station's files, as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceFile {
    /// The path in the station's folder: `station.toml` or `playlists/NAME.toml`.
    pub name: String,
    /// The text of the file; bytes that are not UTF-8 become U+FFFD.
    pub text: String,
    /// The index in `text` of the first byte that is not UTF-8; `None`: the file is UTF-8.
    pub first_invalid_byte: Option<usize>,
    /// The error from the system when the file could not be read; `text` is then empty.
    pub read_error: Option<String>,
    /// The target when the file is a link. A link is not read, so `text` is then empty.
    pub link_target: Option<String>,
    /// True when the file begins with a byte order mark; `text` does not contain it.
    pub has_bom: bool,
    /// What shows which of several identical files was there first.
    pub seniority: Seniority,
}

/// What shows which of several identical files was there first. It is not part of a file's content, so files that
/// differ only in it are equal.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seniority {
    /// True when the schedule in force was made from this file.
    pub is_in_force: bool,
    /// The time of the last change to the file; `None` when it is not known.
    pub modified_at: Option<SystemTime>,
}

impl PartialEq for Seniority {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Seniority {}

/// The byte order mark that some editors write before UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

impl SourceFile {
    /// Creates a file from its bytes.
    #[must_use]
    pub fn new(name: &str, bytes: &[u8]) -> Self {
        let (bytes, has_bom) = bytes.strip_prefix(BOM).map_or((bytes, false), |rest| (rest, true));
        let first_invalid_byte = std::str::from_utf8(bytes).err().map(|e| e.valid_up_to());
        let text = String::from_utf8_lossy(bytes).into_owned();
        Self { name: name.to_owned(), text, first_invalid_byte, has_bom, ..Self::default() }
    }

    /// Returns the file's bytes as they are on the disk. The result is valid only for a file that was read and is
    /// UTF-8.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mark = if self.has_bom { BOM } else { &[] };
        [mark, self.text.as_bytes()].concat()
    }

    /// Returns true when the file seems to be UTF-16, which Notepad calls "Unicode". In UTF-16, every second byte of
    /// ASCII text is 0. Most such files begin with a byte order mark, whose bytes are not UTF-8.
    #[must_use]
    pub fn looks_like_utf16(&self) -> bool {
        let nul_count = self.text.bytes().filter(|byte| *byte == 0).count();
        let has_mark = self.text.starts_with("\u{fffd}\u{fffd}");
        let has_text = self.text.bytes().any(|byte| byte.is_ascii_graphic());
        has_text && nul_count > 0 && (has_mark || nul_count > self.text.len() / 3) && !self.text.contains("\0\0\0")
    }

    /// Returns true when the text contains only white space and NUL characters. A power cut during a save can leave
    /// such a file.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text.chars().all(|c| c.is_whitespace() || c == '\0')
    }
}
