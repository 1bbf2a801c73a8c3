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

/// Maximum length of a note, bytes.
pub const MAX_NOTE: usize = 16 * 1024;
/// Maximum number of signatures under a note; the standard asks verifiers to accept at least 16.
const MAX_SIGNATURES: usize = 32;

/// A text with the signatures under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The text, including its final newline.
    pub text: String,
    /// The signature lines under the text.
    pub signatures: Vec<SignatureLine>,
}

/// Whether a key has signed a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureStatus {
    /// The key has signed it.
    Valid,
    /// The key has not signed it.
    Absent,
    /// A signature with the key's name and id is not the key's.
    Forged,
}

impl Note {
    /// Parses a note; `None` when the bytes are not exactly one note.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MAX_NOTE {
            return None;
        }
        let whole = std::str::from_utf8(bytes).ok()?;
        if whole.chars().any(|c| c < ' ' && c != '\n') {
            return None;
        }
        let at = whole.rfind("\n\n")?;
        let (text, lines) = (&whole[..=at], &whole[at + 2..]);
        let lines = lines.strip_suffix('\n')?;
        let mut signatures = Vec::new();
        for line in lines.split('\n') {
            let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
            let bytes = BASE64.decode(signature).ok().filter(|bytes| bytes.len() > 4)?;
            if !is_valid_name(name) || signatures.len() == MAX_SIGNATURES {
                return None;
            }
            signatures.push(SignatureLine { name: name.to_owned(), bytes });
        }
        Some(Self { text: text.to_owned(), signatures })
    }

    /// Checks whether a key of [`SignatureType::Plain`] has signed. A single bad signature in the key's name makes the
    /// note forged.
    #[must_use]
    pub fn signature_status(&self, key: &VerifierKey) -> SignatureStatus {
        let mut claims = self.signatures.iter().filter(|line| key.is_named_in(line)).peekable();
        if claims.peek().is_none() {
            return SignatureStatus::Absent;
        }
        let good = claims.all(|line| key.verifies(self.text.as_bytes(), line.signature()));
        if good { SignatureStatus::Valid } else { SignatureStatus::Forged }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for line in &self.signatures {
            writeln!(f, "— {} {}", line.name, BASE64.encode(&line.bytes))?;
        }
        Ok(())
    }
}

/// Splits concatenated notes; returns them and the bytes at the end that are not a whole note.
#[must_use]
pub fn split_notes(bytes: &[u8]) -> (Vec<&[u8]>, &[u8]) {
    let mut notes = Vec::new();
    let (mut from, mut signed, mut at) = (0, false, 0);
    while let Some(end) = bytes[at..].iter().position(|b| *b == b'\n').map(|n| at + n + 1) {
        let signature = bytes[at..].starts_with("— ".as_bytes());
        if signed && !signature {
            notes.push(&bytes[from..at]);
            from = at;
        }
        signed = signature;
        at = end;
    }
    let (tail, mark) = (&bytes[at..], "— ".as_bytes());
    let goes_on = !tail.is_empty() && (tail.starts_with(mark) || mark.starts_with(tail));
    if signed && !goes_on {
        notes.push(&bytes[from..at]);
        from = at;
    }
    (notes, &bytes[from..])
}
