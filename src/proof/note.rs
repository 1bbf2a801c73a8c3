//! Signed notes (c2sp.org/signed-note) with Ed25519 keys.
mod signature_line;
mod signer;
mod verifier_key;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

pub use signature_line::SignatureLine;
use signature_line::is_valid_name;
pub use signer::NoteSigner;
pub use verifier_key::{SignatureType, VerifierKey, verify_batch};

/// Maximum length of a note, in bytes.
pub const MAX_NOTE_BYTES: usize = 16 * 1024;
/// Maximum number of signatures under a note. The standard asks verifiers to accept at least 16.
const MAX_SIGNATURES: usize = 32;

/// Prefix of a signature line: an em dash and a space.
const SIGNATURE_PREFIX: &str = "— ";

/// Text with the signatures under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The text, including its final newline.
    pub text: String,
    /// The signature lines under the text.
    pub signatures: Vec<SignatureLine>,
}

/// The result of checking a note for the signature of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureStatus {
    /// The key has signed the note.
    Valid,
    /// The key has not signed the note.
    Absent,
    /// A signature with the key's name and id was not made with the key.
    Forged,
}

impl Note {
    /// Parses a note; `None` when the bytes are not exactly one note.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MAX_NOTE_BYTES {
            return None;
        }
        let content = std::str::from_utf8(bytes).ok()?;
        if content.chars().any(|c| c < ' ' && c != '\n') {
            return None;
        }
        let separator = content.rfind("\n\n")?;
        let (text, lines) = (&content[..=separator], &content[separator + 2..]);
        let lines = lines.strip_suffix('\n')?;
        let mut signatures = Vec::new();
        for line in lines.split('\n') {
            let (name, signature) = line.strip_prefix(SIGNATURE_PREFIX)?.split_once(' ')?;
            let bytes = BASE64.decode(signature).ok().filter(|bytes| bytes.len() > 4)?;
            if !is_valid_name(name) || signatures.len() == MAX_SIGNATURES {
                return None;
            }
            signatures.push(SignatureLine { name: name.to_owned(), bytes });
        }
        Some(Self { text: text.to_owned(), signatures })
    }

    /// Checks whether a key of [`SignatureType::Plain`] has signed the note. One invalid signature in the key's name
    /// makes the note forged.
    #[must_use]
    pub fn signature_status(&self, key: &VerifierKey) -> SignatureStatus {
        let mut key_lines = self.signatures.iter().filter(|line| key.is_named_in(line)).peekable();
        if key_lines.peek().is_none() {
            return SignatureStatus::Absent;
        }
        let all_valid = key_lines.all(|line| key.verifies(self.text.as_bytes(), line.signature()));
        if all_valid { SignatureStatus::Valid } else { SignatureStatus::Forged }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for line in &self.signatures {
            writeln!(f, "{SIGNATURE_PREFIX}{} {}", line.name, BASE64.encode(&line.bytes))?;
        }
        Ok(())
    }
}

/// Splits concatenated notes. Returns the complete notes, and the bytes after them.
#[must_use]
pub fn split_notes(bytes: &[u8]) -> (Vec<&[u8]>, &[u8]) {
    let mut notes = Vec::new();
    let prefix = SIGNATURE_PREFIX.as_bytes();
    let (mut note_start, mut is_after_signature, mut line_start) = (0, false, 0);
    while let Some(line_end) = bytes[line_start..].iter().position(|b| *b == b'\n').map(|n| line_start + n + 1) {
        let is_signature = bytes[line_start..].starts_with(prefix);
        // A note ends with its last signature line.
        if is_after_signature && !is_signature {
            notes.push(&bytes[note_start..line_start]);
            note_start = line_start;
        }
        is_after_signature = is_signature;
        line_start = line_end;
    }
    // The incomplete last line may be a signature of the last note. In that case the note is incomplete too.
    let tail = &bytes[line_start..];
    let is_torn_signature = !tail.is_empty() && (tail.starts_with(prefix) || prefix.starts_with(tail));
    if is_after_signature && !is_torn_signature {
        notes.push(&bytes[note_start..line_start]);
        note_start = line_start;
    }
    (notes, &bytes[note_start..])
}
