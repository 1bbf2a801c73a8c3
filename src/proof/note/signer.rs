//! Signing keys.
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signer as _, SigningKey};
use zeroize::Zeroizing;

use super::signature_line::SignatureLine;
use super::verifier_key::{SignatureType, VerifierKey};
use crate::base::hash::hex;

/// A signing key with its name. The secret is wiped from memory on drop.
pub struct NoteSigner {
    key: SigningKey,
    /// The public key, with the name.
    public: VerifierKey,
}

impl fmt::Debug for NoteSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoteSigner({})", self.public)
    }
}

impl NoteSigner {
    /// Creates a signing key from its 32 secret bytes; `None` when the name is not allowed in a note.
    #[must_use]
    pub fn new(name: &str, signature_type: SignatureType, seed: &[u8; 32]) -> Option<Self> {
        let key = SigningKey::from_bytes(seed);
        let public = VerifierKey::new(name, signature_type, key.verifying_key())?;
        Some(Self { key, public })
    }

    /// Returns the public key.
    #[must_use]
    pub fn public(&self) -> &VerifierKey {
        &self.public
    }

    /// Returns the Ed25519 signature of a message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }

    /// Signs the text of a note and returns the signature line.
    #[must_use]
    pub fn sign_line(&self, text: &str) -> SignatureLine {
        self.signature_line(&self.sign(text.as_bytes()))
    }

    /// Builds a signature line with these bytes after the key id.
    #[must_use]
    pub fn signature_line(&self, signature: &[u8]) -> SignatureLine {
        self.public.signature_line(signature)
    }

    /// Encodes the secret as `PRIVATE+KEY+<name>+<key id>+<base64>`, as Go's `note` package does.
    #[must_use]
    pub fn secret_text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new(vec![self.public.signature_type.byte()]);
        bytes.extend_from_slice(self.key.as_bytes());
        let secret = Zeroizing::new(BASE64.encode(&*bytes));
        Zeroizing::new(format!("PRIVATE+KEY+{}+{}+{}\n", self.public.name, hex(&self.public.id), *secret))
    }

    /// Parses the output of [`Self::secret_text`]; `None` when the text is not a signing key.
    #[must_use]
    pub fn from_secret_text(text: &str) -> Option<Self> {
        let (name, remainder) = text.trim().strip_prefix("PRIVATE+KEY+")?.split_once('+')?;
        let (id, secret) = remainder.split_once('+')?;
        let bytes = Zeroizing::new(BASE64.decode(secret).ok()?);
        let (signature_type, seed) = match bytes.split_first()? {
            (0x01, seed) => (SignatureType::Plain, seed),
            (0x04, seed) => (SignatureType::Cosignature, seed),
            _ => return None,
        };
        let seed = Zeroizing::new(<[u8; 32]>::try_from(seed).ok()?);
        let key = Self::new(name, signature_type, &seed)?;
        (hex(&key.public.id) == id).then_some(key)
    }
}
