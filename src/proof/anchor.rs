//! Anchors: a time and a random number, signed by the department and carried to a station on a USB stick.
//!
//! A station that logs an anchor proves that it wrote the following entries after the anchor's time.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::note::{Note, NoteSigner, SignatureStatus, SignatureType, VerifierKey};

/// First line of an anchor.
const FIRST_LINE: &str = "loa/anchor/v1";
/// Maximum length of an anchor, in bytes.
pub const MAX_ANCHOR_BYTES: usize = 1024;

/// Signs an anchor with a time (in seconds since 1970) and 16 random bytes. `witness` is the department's key, of
/// either signature type.
#[must_use]
pub fn sign_anchor(witness: &NoteSigner, time_s: u64, random: [u8; 16]) -> Note {
    let text = format!("{FIRST_LINE}\n{time_s}\n{}\n", BASE64.encode(random));
    let anchor_key = witness.public().with_type(SignatureType::Plain);
    let line = anchor_key.signature_line(&witness.sign(text.as_bytes()));
    Note { text, signatures: vec![line] }
}

/// Parses an anchor without checking its signatures; `None` when the bytes are not an anchor.
#[must_use]
pub fn parse_anchor(bytes: &[u8]) -> Option<Note> {
    let note = Note::parse(bytes).filter(|_| bytes.len() <= MAX_ANCHOR_BYTES)?;
    parse_anchor_time(&note.text).map(|_| note)
}

/// Returns the time that an anchor claims (seconds since 1970), without checking its signatures.
#[must_use]
pub fn claimed_time(anchor: &Note) -> Option<u64> {
    parse_anchor_time(&anchor.text)
}

fn parse_anchor_time(text: &str) -> Option<u64> {
    let mut lines = text.strip_suffix('\n')?.split('\n');
    let (first_line, time, random) = (lines.next()?, lines.next()?, lines.next()?);
    let is_anchor = first_line == FIRST_LINE && lines.next().is_none() && BASE64.decode(random).ok()?.len() == 16;
    time.parse().ok().filter(|t: &u64| is_anchor && i64::try_from(*t).is_ok())
}

/// Returns the time of an anchor (seconds since 1970); `None` unless this witness signed it.
#[must_use]
pub fn anchored_at(note: &Note, witness: &VerifierKey) -> Option<u64> {
    (note.signature_status(&witness.with_type(SignatureType::Plain)) == SignatureStatus::Valid)
        .then(|| parse_anchor_time(&note.text))?
}
