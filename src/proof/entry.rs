//! What a verifier must understand of an entry: its beginning, and the few types that bear on the proof.
use serde::Deserialize;

use crate::base::hash::is_sha256_hex;

/// The `type` of a line that begins as the entry with this number does; none when it does not.
#[must_use]
pub fn entry_type(line: &[u8], seq: u64) -> Option<&str> {
    let rest = line.strip_prefix(br#"{"v":1,"seq":"#)?;
    let digits = rest.iter().position(|b| !b.is_ascii_digit())?;
    if digits == 0 || digits > 19 || (rest[0] == b'0' && digits > 1) {
        return None;
    }
    let number = rest[..digits].iter().fold(0_u64, |n, digit| n.wrapping_mul(10) + u64::from(digit - b'0'));
    let rest = rest[digits..].strip_prefix(br#","type":""#)?;
    let end = rest.iter().position(|b| *b == b'"').filter(|end| (1..=32).contains(end))?;
    let ours = number == seq && line.ends_with(b"}") && rest[end..].starts_with(br#"","at":""#);
    std::str::from_utf8(&rest[..end]).ok().filter(|_| ours)
}

/// When an entry was written, as the station's clock said: the text of its `at`.
#[must_use]
pub fn entry_time_text(line: &[u8]) -> Option<&str> {
    const KEY: &[u8] = br#","at":""#;
    let beginning = line.get(..line.len().min(128))?;
    let from = memchr::memmem::find(beginning, KEY)? + KEY.len();
    let rest = &beginning[from..];
    std::str::from_utf8(&rest[..rest.iter().position(|b| *b == b'"')?]).ok()
}

/// What `genesis` says of the keys.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GenesisKeys {
    /// The log's name.
    pub origin: String,
    /// The log's key.
    pub key: String,
    /// The key of epoch 0; a log of other makers may have none.
    pub epoch_key: Option<String>,
}

/// What `epoch` says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EpochAnnouncement {
    /// The epoch that begins with the next entry.
    pub epoch: u64,
    /// Its key.
    pub epoch_key: String,
}

/// `anchor` and `cosigned`: a department's note.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EmbeddedNote {
    /// The note, whole.
    pub note: String,
}

/// The files that `schedule` and `plan` name.
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
    /// Their names in `kept/`; what is no SHA-256 is passed over.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let schedule = self.files.iter().map(|f| (&f.sha256, "toml"));
        let others = self.library.iter().chain(&self.sha256).map(|sha| (sha, "json"));
        schedule
            .chain(others)
            .filter(|(sha, _)| is_sha256_hex(sha))
            .map(|(sha, end)| format!("kept/{sha}.{end}"))
            .collect()
    }
}
