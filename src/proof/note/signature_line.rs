//! The lines under a note.

/// One line under a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureLine {
    /// Who is said to have signed.
    pub name: String,
    /// The key's id, and the signature.
    pub(super) bytes: Vec<u8>,
}

impl SignatureLine {
    pub(super) fn key_id(&self) -> Option<[u8; 4]> {
        self.bytes.first_chunk().copied()
    }

    /// The signature without the key's id.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        self.bytes.get(4..).unwrap_or_default()
    }
}

/// Whether a text can be the name of a key.
pub(super) fn is_valid_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 255 && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}
