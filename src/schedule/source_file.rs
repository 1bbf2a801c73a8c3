//! A file of the station as it was read: its text, and what kept it from being read.

/// One of a station's files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceFile {
    /// `station.toml` or `playlists/NAME.toml`.
    pub name: String,
    /// What it says; bytes that are not UTF-8 stand as U+FFFD.
    pub text: String,
    /// The first byte of the file that is not UTF-8, as a place in `text`.
    pub not_utf8: Option<usize>,
    /// What the system said when it could not be read; its text is empty then.
    pub unreadable: Option<String>,
    /// Where it leads when it is a link, which is not read: its text is empty then.
    pub link_target: Option<String>,
    /// Whether the file begins with a byte order mark, which `text` does not have.
    pub bom: bool,
}

/// What some editors put in front of UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

impl SourceFile {
    /// A file from its bytes.
    #[must_use]
    pub fn new(name: &str, bytes: &[u8]) -> Self {
        let (bytes, bom) = bytes.strip_prefix(BOM).map_or((bytes, false), |rest| (rest, true));
        let not_utf8 = std::str::from_utf8(bytes).err().map(|e| e.valid_up_to());
        let text = String::from_utf8_lossy(bytes).into_owned();
        Self { name: name.to_owned(), text, not_utf8, bom, ..Self::default() }
    }

    /// The file's bytes as they stand on the disk, of a file that was read and is UTF-8.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mark = if self.bom { BOM } else { &[] };
        [mark, self.text.as_bytes()].concat()
    }

    /// Whether nothing is written in it: what a power cut leaves of a file that was being saved.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text.chars().all(|c| c.is_whitespace() || c == '\0')
    }
}
