//! Preparation of a cue's file, from its name to its first frame: in steps, because sounding tracks must be fed
//! meanwhile.
use std::fs::File;
use std::io;
use std::sync::Arc;

use super::portion::Portion;
use super::prefetch::HashPrefetcher;
use crate::library::decode::{DecodeError, Decoder};
use crate::library::file::{FileDigest, FileHasher, OpenError};
use crate::library::panic_guard;
use crate::playout::output::{Cue, Refusal};

/// Blocks that are decoded and dropped in one step: a second or two of sound.
const SKIPPED_BLOCKS: u32 = 64;

/// A file on the way to its first frame.
pub(super) enum Preparation {
    /// Its bytes are being hashed.
    Hashing { file: File, hashing: FileHasher },
    /// The frames that the cue leaves out are being dropped.
    Skipping { decoder: Box<Decoder>, portion: Portion, left: u64, digest: Arc<FileDigest> },
}

/// A file that can be played.
pub(super) struct PreparedFile {
    pub decoder: Box<Decoder>,
    /// Decoded frames from the first one to play, at the file's rate; not empty.
    pub first: Vec<f32>,
    pub portion: Portion,
    /// Digest of the file. No other bytes are decoded.
    pub digest: Arc<FileDigest>,
}

/// Result of a step.
pub(super) enum PrepareStep {
    /// There is more to do.
    More(Preparation),
    /// The file can be played.
    Done(Box<PreparedFile>),
    /// The file cannot be played.
    Refused(Refusal, String),
    /// The file can be played, but ends within the part that the cue leaves out.
    NothingLeft { digest: Arc<FileDigest>, detail: String },
}

impl Preparation {
    /// Opens a cue's file. `announced` is its digest, if its hash was reported before.
    pub(super) fn begin(cue: &Cue, announced: Option<Arc<FileDigest>>, ahead: &mut HashPrefetcher) -> PrepareStep {
        let file = match ahead.open(&cue.path) {
            Ok(file) => file,
            Err(error @ (OpenError::Missing | OpenError::Denied(_))) => {
                return PrepareStep::Refused(Refusal::FileMissing, error.to_string());
            }
            Err(error) => return PrepareStep::Refused(Refusal::FileDamaged, error.to_string()),
        };
        match announced.or_else(|| ahead.digest_of(&file)) {
            // Another length than when it was hashed: another file.
            Some(seal) if file.metadata().is_ok_and(|meta| meta.len() != seal.bytes) => {
                PrepareStep::Refused(Refusal::HashMismatch, "the file was changed while it was in use".to_owned())
            }
            Some(seal) => guarded(|| Self::decode(file, cue, seal)),
            None => {
                let (file, hashing) = ahead.take_running(&file).unwrap_or((file, FileHasher::with_parts()));
                PrepareStep::More(Self::Hashing { file, hashing })
            }
        }
    }

    /// Performs the next step.
    pub(super) fn step(self, cue: &Cue) -> PrepareStep {
        match self {
            Self::Hashing { mut file, mut hashing } => match hashing.step(&mut file) {
                Ok(None) => PrepareStep::More(Self::Hashing { file, hashing }),
                Ok(Some(seal)) => guarded(|| Self::decode(file, cue, Arc::new(seal))),
                Err(error) => PrepareStep::Refused(Refusal::FileDamaged, DecodeError::Read(error).to_string()),
            },
            Self::Skipping { decoder, portion, left, digest: seal } => {
                guarded(|| skip_frames(decoder, portion, left, seal))
            }
        }
    }

    fn decode(file: File, cue: &Cue, seal: Arc<FileDigest>) -> PrepareStep {
        if let Some(approved) = cue.sha256.as_ref().filter(|approved| **approved != seal.sha256) {
            let detail = format!("its SHA-256 is {}, planned is {approved}", seal.sha256);
            return PrepareStep::Refused(Refusal::HashMismatch, detail);
        }
        match Decoder::open_verified(file, Some(seal.clone())) {
            Ok(decoder) => {
                let portion = Portion::new(cue.skip_us, cue.length, decoder.format().rate);
                skip_frames(Box::new(decoder), portion, portion.skip, seal)
            }
            // Bytes that differ from the hashed ones do not reach the decoder.
            Err(DecodeError::Read(error)) if error.kind() == io::ErrorKind::InvalidData => {
                PrepareStep::Refused(Refusal::HashMismatch, error.to_string())
            }
            Err(error) => PrepareStep::Refused(Refusal::FileDamaged, error.to_string()),
        }
    }
}

/// Drops frames until the first one to play.
fn skip_frames(mut decoder: Box<Decoder>, portion: Portion, mut left: u64, seal: Arc<FileDigest>) -> PrepareStep {
    let channels = usize::from(decoder.format().channels.max(1));
    for _ in 0..SKIPPED_BLOCKS {
        let Some(block) = decoder.next_block() else {
            let faults = decoder.faults().detail();
            return match (portion.skip, faults) {
                (_, Some(detail)) if decoder.faults().altered => PrepareStep::Refused(Refusal::HashMismatch, detail),
                (0, faults) => PrepareStep::Refused(Refusal::FileDamaged, DecodeError::Silent(faults).to_string()),
                (_, faults) => PrepareStep::NothingLeft {
                    digest: seal,
                    detail: faults.unwrap_or_else(|| "the file ends before the part to be played".to_owned()),
                },
            };
        };
        let skipped = left.min((block.len() / channels) as u64);
        left -= skipped;
        let first = &block[skipped as usize * channels..];
        if !first.is_empty() {
            let first = first.to_vec();
            return PrepareStep::Done(Box::new(PreparedFile { decoder, first, portion, digest: seal }));
        }
    }
    PrepareStep::More(Preparation::Skipping { decoder, portion, left, digest: seal })
}

/// Runs a step. A decoder that panics refuses the file, but does not end the deck.
fn guarded(step: impl FnOnce() -> PrepareStep) -> PrepareStep {
    panic_guard::catch_panic(step)
        .unwrap_or_else(|| PrepareStep::Refused(Refusal::FileDamaged, "the decoder gave up on it".to_owned()))
}
