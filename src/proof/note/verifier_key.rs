//! Verifier keys: public keys with their names.
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use super::signature_line::{SignatureLine, is_valid_name};
use crate::base::hash::hex;

/// The kind of signature that a key makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureType {
    /// `0x01`: Ed25519 over the note's text.
    Plain,
    /// `0x04`: `cosignature/v1` of c2sp.org/tlog-cosignature, Ed25519 over a time and the text.
    Cosignature,
}

impl SignatureType {
    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Plain => 0x01,
            Self::Cosignature => 0x04,
        }
    }
}

/// A public key with its name.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    /// The name of the key; for a log's key, the log's origin.
    pub name: String,
    /// The kind of signature that the key makes.
    pub signature_type: SignatureType,
    key: VerifyingKey,
    /// The key id of a signed note: the first bytes of a hash of name, type and key.
    pub(super) id: [u8; 4],
}

impl VerifierKey {
    /// Combines a name with a key; `None` when the name is not allowed in a note, or the key is weak (of small order).
    #[must_use]
    pub fn new(name: &str, signature_type: SignatureType, key: VerifyingKey) -> Option<Self> {
        let id = key_id(name, signature_type, key.as_bytes());
        (is_valid_name(name) && !key.is_weak()).then(|| Self { name: name.to_owned(), signature_type, key, id })
    }

    /// Parses `<name>+<key id in hex>+<base64>`; `None` when the text is not a verifier key.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, remainder) = text.trim().split_once('+')?;
        let (id, key) = remainder.split_once('+')?;
        let bytes = BASE64.decode(key).ok()?;
        let (signature_type, key) = match bytes.split_first()? {
            (0x01, key) => (SignatureType::Plain, key),
            (0x04, key) => (SignatureType::Cosignature, key),
            _ => return None,
        };
        let key = VerifyingKey::from_bytes(key.try_into().ok()?).ok()?;
        let key = Self::new(name, signature_type, key)?;
        (hex(&key.id) == id).then_some(key)
    }

    /// Returns the 32 bytes of the public key (RFC 8032).
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Returns the same key and name for the given kind of signature.
    #[must_use]
    pub fn with_type(&self, signature_type: SignatureType) -> Self {
        Self {
            name: self.name.clone(),
            signature_type,
            key: self.key,
            id: key_id(&self.name, signature_type, self.key.as_bytes()),
        }
    }

    /// Builds a signature line in this key's name.
    #[must_use]
    pub fn signature_line(&self, signature: &[u8]) -> SignatureLine {
        let mut bytes = self.id.to_vec();
        bytes.extend_from_slice(signature);
        SignatureLine { name: self.name.clone(), bytes }
    }

    /// Returns true when a line has this key's name and id. Its signature is not checked.
    #[must_use]
    pub fn is_named_in(&self, line: &SignatureLine) -> bool {
        line.name == self.name && line.key_id() == Some(self.id)
    }

    /// Returns true when the bytes are this key's Ed25519 signature of the message.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        // The key is not weak, and `verify` recomputes R, so it rejects alternative encodings of R and S.
        Signature::from_slice(signature).is_ok_and(|signature| {
            use ed25519_dalek::Verifier as _;
            self.key.verify(message, &signature).is_ok()
        })
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![self.signature_type.byte()];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, hex(&self.id), BASE64.encode(bytes))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Checks Ed25519 signatures, given as (key, message, signature), in one batch. This takes half as long as checking
/// them one by one.
///
/// Returns false when a signature is invalid or cannot be checked in a batch. The caller must then check the signatures
/// one by one.
#[must_use]
pub fn verify_batch(batch: &[(&VerifierKey, &[u8], &[u8])]) -> bool {
    let signatures: Result<Vec<_>, _> = batch.iter().map(|(_, _, bytes)| Signature::from_slice(bytes)).collect();
    let keys: Vec<_> = batch.iter().map(|(key, _, _)| key.key).collect();
    let messages: Vec<_> = batch.iter().map(|(_, message, _)| *message).collect();
    signatures.is_ok_and(|signatures| ed25519_dalek::verify_batch(&messages, &signatures, &keys).is_ok())
}

fn key_id(name: &str, signature_type: SignatureType, key: &[u8; 32]) -> [u8; 4] {
    let hash =
        Sha256::new().chain_update(name).chain_update([b'\n', signature_type.byte()]).chain_update(key).finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}
