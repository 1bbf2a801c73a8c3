//! Countersignatures: `cosignature/v1` of c2sp.org/tlog-cosignature.
use super::note::{Note, NoteSigner, SignatureLine, SignatureStatus, VerifierKey};

/// What is signed: the time, and the checkpoint's text.
fn message(time: u64, text: &str) -> Vec<u8> {
    format!("cosignature/v1\ntime {time}\n{text}").into_bytes()
}

/// The line that says that its signer has seen this checkpoint, and no contradiction, at `time` (seconds since 1970).
#[must_use]
pub fn cosign(witness: &NoteSigner, time: u64, text: &str) -> SignatureLine {
    let mut signature = time.to_be_bytes().to_vec();
    signature.extend_from_slice(&witness.sign(&message(time, text)));
    witness.signature_line(&signature)
}

/// Whether some line under the note has the form of a countersignature, whoever made it.
#[must_use]
pub fn has_cosignature(note: &Note) -> bool {
    // A time and an Ed25519 signature; all others are a signature alone.
    note.signatures.iter().any(|line| line.signature().len() == 8 + 64)
}

/// When this witness has countersigned the note: the earliest of its good signatures.
///
/// # Errors
/// [`Signed::No`] when there is none, [`Signed::Forged`] when one in its name is not its.
pub fn cosigned_at(note: &Note, witness: &VerifierKey) -> Result<u64, SignatureStatus> {
    let mut earliest = Err(SignatureStatus::Absent);
    for line in note.signatures.iter().filter(|line| witness.is_named_in(line)) {
        let Some((time, signature)) = line.signature().split_first_chunk::<8>() else {
            return Err(SignatureStatus::Forged);
        };
        let time = u64::from_be_bytes(*time);
        if i64::try_from(time).is_err() || !witness.verifies(&message(time, &note.text), signature) {
            return Err(SignatureStatus::Forged);
        }
        earliest = Ok(earliest.unwrap_or(time).min(time));
    }
    earliest
}
