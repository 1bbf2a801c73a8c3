//! Anchors: a time and a random number, signed by a department and handed out on the stick.
//!
//! A station that logs an anchor proves that the entries after it were written after that time.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::note::{Note, NoteSigner, SignatureStatus, SignatureType, VerifierKey};

const FIRST_LINE: &str = "loa/anchor/v1";
/// Maximum length of an anchor, bytes.
pub const MAX_ANCHOR: usize = 1024;

/// Signs an anchor for a time (seconds since 1970) with 16 random bytes. `witness` is the department's key, of either
/// signature type.
#[must_use]
pub fn sign_anchor(witness: &NoteSigner, time: u64, random: [u8; 16]) -> Note {
    let text = format!("{FIRST_LINE}\n{time}\n{}\n", BASE64.encode(random));
    let public = witness.public().with_type(SignatureType::Plain);
    let line = public.signature_line(&witness.sign(text.as_bytes()));
    Note { text, signatures: vec![line] }
}

/// Parses an anchor without checking its signatures; `None` when the bytes are not an anchor.
#[must_use]
pub fn parse_anchor(bytes: &[u8]) -> Option<Note> {
    let note = Note::parse(bytes).filter(|_| bytes.len() <= MAX_ANCHOR)?;
    time(&note.text).map(|_| note)
}

/// Returns the time that an anchor claims (seconds since 1970), without checking its signatures.
#[must_use]
pub fn claimed_time(anchor: &Note) -> Option<u64> {
    time(&anchor.text)
}

fn time(text: &str) -> Option<u64> {
    let mut lines = text.strip_suffix('\n')?.split('\n');
    let (first, time, random) = (lines.next()?, lines.next()?, lines.next()?);
    let ours = first == FIRST_LINE && lines.next().is_none() && BASE64.decode(random).ok()?.len() == 16;
    time.parse().ok().filter(|t: &u64| ours && i64::try_from(*t).is_ok())
}

/// Returns the anchored time (seconds since 1970) if this witness signed it.
#[must_use]
pub fn anchored_at(note: &Note, witness: &VerifierKey) -> Option<u64> {
    (note.signature_status(&witness.with_type(SignatureType::Plain)) == SignatureStatus::Valid)
        .then(|| time(&note.text))?
}
