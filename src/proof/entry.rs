//! The parts of an entry that a verifier reads: the header, and the few entry types that matter for the proof.
use serde::Deserialize;

use crate::base::hash::is_sha256_hex;

/// Returns the `type` in a line if the line has the header of entry number `seq`.
#[must_use]
pub fn entry_type(line: &[u8], seq: u64) -> Option<&str> {
    let remainder = line.strip_prefix(br#"{"v":1,"seq":"#)?;
    let digit_count = remainder.iter().position(|b| !b.is_ascii_digit())?;
    if digit_count == 0 || digit_count > 19 || (remainder[0] == b'0' && digit_count > 1) {
        return None;
    }
    let number = remainder[..digit_count].iter().fold(0_u64, |n, digit| n.wrapping_mul(10) + u64::from(digit - b'0'));
    let remainder = remainder[digit_count..].strip_prefix(br#","type":""#)?;
    let end = remainder.iter().position(|b| *b == b'"').filter(|end| (1..=32).contains(end))?;
    let is_entry = number == seq && line.ends_with(b"}") && remainder[end..].starts_with(br#"","at":""#);
    std::str::from_utf8(&remainder[..end]).ok().filter(|_| is_entry)
}

/// Returns the text of an entry's `at`: the time of writing by the station's clock.
#[must_use]
pub fn entry_time_text(line: &[u8]) -> Option<&str> {
    const KEY: &[u8] = br#","at":""#;
    let header = line.get(..line.len().min(128))?;
    let start = memchr::memmem::find(header, KEY)? + KEY.len();
    let remainder = &header[start..];
    std::str::from_utf8(&remainder[..remainder.iter().position(|b| *b == b'"')?]).ok()
}

/// The keys that a `genesis` entry announces.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GenesisKeys {
    /// The name of the log.
    pub origin: String,
    /// The public key of the log.
    pub key: String,
    /// The public key of epoch 0; `None` in logs that have no epochs.
    pub epoch_key: Option<String>,
}

impl GenesisKeys {
    /// Parses the keys in a `genesis` line; `None` when they are missing.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        serde_json::from_slice(line).ok()
    }
}

/// The key that an `epoch` entry announces.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EpochAnnouncement {
    /// Number of the epoch that begins with the next entry.
    pub epoch: u64,
    /// The public key of that epoch.
    pub epoch_key: String,
}

/// The department's note in an `anchor` or `cosigned` entry.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EmbeddedNote {
    /// The complete note.
    pub note: String,
}

/// Returns the path of the kept file with this SHA-256, relative to the log's folder.
#[must_use]
pub fn kept_file_name(sha256: &str, extension: &str) -> String {
    format!("kept/{sha256}.{extension}")
}

/// The kept files that a `schedule` or `plan` entry names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct KeptFileNames {
    files: Vec<KeptFileHash>,
    library: Option<String>,
    sha256: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct KeptFileHash {
    sha256: String,
}

impl KeptFileNames {
    /// Returns the paths of the files, `kept/<sha256>.<ext>`. Values that are not a SHA-256 are skipped.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let schedule_files = self.files.iter().map(|file| (&file.sha256, "toml"));
        let json_files = self.library.iter().chain(&self.sha256).map(|sha| (sha, "json"));
        schedule_files
            .chain(json_files)
            .filter(|(sha, _)| is_sha256_hex(sha))
            .map(|(sha, extension)| kept_file_name(sha, extension))
            .collect()
    }
}
