//! Signature lines: the lines under the text of a note.

/// An unverified signature line: it only claims that a key has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureLine {
    /// Name of the key that is claimed to have signed.
    pub name: String,
    /// The key id (4 bytes), then the signature.
    pub(super) bytes: Vec<u8>,
}

impl SignatureLine {
    pub(super) fn key_id(&self) -> Option<[u8; 4]> {
        self.bytes.first_chunk().copied()
    }

    /// Returns the signature without the key id.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        self.bytes.get(4..).unwrap_or_default()
    }
}

/// Returns true when `name` is allowed as the name of a key.
pub(super) fn is_valid_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 255 && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}
