//! Signed notes (c2sp.org/signed-note) with Ed25519 keys.
use crate::base::hash::hex;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// No note of ours or of a department is longer.
pub const MAX_NOTE: usize = 16 * 1024;
/// A note with more signatures is refused; the standard asks for 16 at least.
const MAX_SIGNATURES: usize = 32;

/// What a key's signatures are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureType {
    /// `0x01`: Ed25519 over the note's text.
    Plain,
    /// `0x04`: `cosignature/v1` of c2sp.org/tlog-cosignature, Ed25519 over a time and the text.
    Cosignature,
}

impl SignatureType {
    const fn byte(self) -> u8 {
        match self {
            Self::Plain => 0x01,
            Self::Cosignature => 0x04,
        }
    }
}

/// A name that signs.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    /// Its name; a log's is its origin.
    pub name: String,
    /// What it signs.
    pub signature_type: SignatureType,
    key: VerifyingKey,
    id: [u8; 4],
}

impl VerifierKey {
    /// The name and the key together. None when the name cannot stand in a note, or the key is a weak one.
    #[must_use]
    pub fn new(name: &str, kind: SignatureType, key: VerifyingKey) -> Option<Self> {
        let id = key_id(name, kind, key.as_bytes());
        (is_valid_name(name) && !key.is_weak()).then(|| Self { name: name.to_owned(), signature_type: kind, key, id })
    }

    /// Reads `<name>+<key id in hex>+<base64>`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, rest) = text.trim().split_once('+')?;
        let (id, key) = rest.split_once('+')?;
        let bytes = BASE64.decode(key).ok()?;
        let (kind, key) = match bytes.split_first()? {
            (0x01, key) => (SignatureType::Plain, key),
            (0x04, key) => (SignatureType::Cosignature, key),
            _ => return None,
        };
        let key = VerifyingKey::from_bytes(key.try_into().ok()?).ok()?;
        let key = Self::new(name, kind, key)?;
        (hex(&key.id) == id).then_some(key)
    }

    /// The 32 bytes of the public key (RFC 8032).
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// The same key and name for signatures of another kind.
    #[must_use]
    pub fn with_type(&self, kind: SignatureType) -> Self {
        Self {
            name: self.name.clone(),
            signature_type: kind,
            key: self.key,
            id: key_id(&self.name, kind, self.key.as_bytes()),
        }
    }

    /// A signature line in this key's name.
    #[must_use]
    pub fn signature_line(&self, signature: &[u8]) -> SignatureLine {
        let mut bytes = self.id.to_vec();
        bytes.extend_from_slice(signature);
        SignatureLine { name: self.name.clone(), bytes }
    }

    /// Whether this line claims to be by this key.
    #[must_use]
    pub fn is_named_in(&self, line: &SignatureLine) -> bool {
        line.name == self.name && line.key_id() == Some(self.id)
    }

    /// Whether the bytes are this key's Ed25519 signature of the message.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        // The key is not a weak one, and `verify` computes R anew: a second encoding of R or S does not pass.
        Signature::from_slice(signature).is_ok_and(|s| {
            use ed25519_dalek::Verifier as _;
            self.key.verify(message, &s).is_ok()
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

/// Whether all of these are the Ed25519 signatures of their messages, checked together: half the work of one by one.
/// False says that one of them is not, or that they are to be looked at one by one.
#[must_use]
pub fn verify_batch(signed: &[(&VerifierKey, &[u8], &[u8])]) -> bool {
    let signatures: Result<Vec<_>, _> = signed.iter().map(|(_, _, s)| Signature::from_slice(s)).collect();
    let keys: Vec<_> = signed.iter().map(|(key, _, _)| key.key).collect();
    let messages: Vec<_> = signed.iter().map(|(_, message, _)| *message).collect();
    signatures.is_ok_and(|signatures| ed25519_dalek::verify_batch(&messages, &signatures, &keys).is_ok())
}

fn key_id(name: &str, kind: SignatureType, key: &[u8; 32]) -> [u8; 4] {
    let hash = Sha256::new().chain_update(name).chain_update([b'\n', kind.byte()]).chain_update(key).finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}

fn is_valid_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 255 && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

/// Who can sign. The secret is wiped from memory when this goes.
pub struct NoteSigner {
    key: SigningKey,
    public: VerifierKey,
}

impl fmt::Debug for NoteSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningName({})", self.public)
    }
}

impl NoteSigner {
    /// The key that grows from these 32 random bytes, under this name; none when the name cannot stand in a note.
    #[must_use]
    pub fn new(name: &str, kind: SignatureType, seed: &[u8; 32]) -> Option<Self> {
        let key = SigningKey::from_bytes(seed);
        let public = VerifierKey::new(name, kind, key.verifying_key())?;
        Some(Self { key, public })
    }

    /// What others check its signatures with.
    #[must_use]
    pub fn public(&self) -> &VerifierKey {
        &self.public
    }

    /// The Ed25519 signature of a message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }

    /// The signature line under a note with this text.
    #[must_use]
    pub fn sign_line(&self, text: &str) -> SignatureLine {
        self.signature_line(&self.sign(text.as_bytes()))
    }

    /// A signature line with these bytes after the key's id.
    #[must_use]
    pub fn signature_line(&self, signature: &[u8]) -> SignatureLine {
        self.public.signature_line(signature)
    }

    /// The secret as text: `PRIVATE+KEY+<name>+<key id>+<base64>`, as Go's `note` package writes it.
    #[must_use]
    pub fn secret_text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new(vec![self.public.signature_type.byte()]);
        bytes.extend_from_slice(self.key.as_bytes());
        let secret = Zeroizing::new(BASE64.encode(&*bytes));
        Zeroizing::new(format!("PRIVATE+KEY+{}+{}+{}\n", self.public.name, hex(&self.public.id), *secret))
    }

    /// Reads what [`Self::secret_text`] wrote.
    #[must_use]
    pub fn from_secret_text(text: &str) -> Option<Self> {
        let (name, rest) = text.trim().strip_prefix("PRIVATE+KEY+")?.split_once('+')?;
        let (id, secret) = rest.split_once('+')?;
        let bytes = Zeroizing::new(BASE64.decode(secret).ok()?);
        let (kind, seed) = match bytes.split_first()? {
            (0x01, seed) => (SignatureType::Plain, seed),
            (0x04, seed) => (SignatureType::Cosignature, seed),
            _ => return None,
        };
        let seed = Zeroizing::new(<[u8; 32]>::try_from(seed).ok()?);
        let key = Self::new(name, kind, &seed)?;
        (hex(&key.public.id) == id).then_some(key)
    }
}

/// One line under a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureLine {
    /// Who is said to have signed.
    pub name: String,
    /// The key's id, and the signature.
    bytes: Vec<u8>,
}

impl SignatureLine {
    fn key_id(&self) -> Option<[u8; 4]> {
        self.bytes.first_chunk().copied()
    }

    /// The signature without the key's id.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        self.bytes.get(4..).unwrap_or_default()
    }
}

/// A text with the signatures under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The text, with its last newline.
    pub text: String,
    /// The lines under it.
    pub signatures: Vec<SignatureLine>,
}

/// How a key stands to a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureStatus {
    /// Its signature is good.
    Valid,
    /// It has not signed.
    Absent,
    /// There is a signature with its name and id that is not its.
    Forged,
}

impl Note {
    /// Reads a note; none when it is not exactly one.
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

    /// Whether this key of [`Kind::Plain`] has signed. One bad signature of a known key spoils the note.
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

/// Splits notes that follow each other without anything between. What is no whole note at the end is given back apart.
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
