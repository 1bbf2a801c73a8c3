//! A cue's file from its name to its first frame, a step at a time: what sounds meanwhile must be fed.
use std::fs::File;
use std::io;
use std::sync::Arc;

use super::ahead::Ahead;
use super::portion::Portion;
use crate::library::decode::{DecodeError, Decoder};
use crate::library::file::{Hashing, OpenError, Seal};
use crate::library::guard;
use crate::playout::output::{Cue, Refusal};

/// Blocks that are decoded and thrown away at a time: a second or two of sound.
const SKIPPED_BLOCKS: u32 = 64;

/// A file on its way to its first frame.
pub(super) enum Prepare {
    /// Its bytes are being hashed.
    Hashing { file: File, hashing: Hashing },
    /// What the cue leaves out is being passed over.
    Skipping { decoder: Box<Decoder>, portion: Portion, left: u64, seal: Arc<Seal> },
}

/// A file that can be played.
pub(super) struct Prepared {
    pub decoder: Box<Decoder>,
    /// Decoded frames from the first to be played, at the file's rate; not empty.
    pub first: Vec<f32>,
    pub portion: Portion,
    /// What the file was when it was hashed; no other bytes are decoded.
    pub seal: Arc<Seal>,
}

/// What a step has come to.
pub(super) enum Step {
    /// There is more to do.
    More(Prepare),
    /// It can be played.
    Done(Box<Prepared>),
    /// It cannot.
    Refused(Refusal, String),
    /// It can, but there is nothing left of it behind what the cue leaves out.
    Nothing { seal: Arc<Seal>, detail: String },
}

impl Prepare {
    /// Opens a cue's file. `told`: what it was, if its hash was told already.
    pub(super) fn begin(cue: &Cue, told: Option<Arc<Seal>>, ahead: &mut Ahead) -> Step {
        let file = match ahead.open(&cue.path) {
            Ok(file) => file,
            Err(error @ (OpenError::Missing | OpenError::Denied(_))) => {
                return Step::Refused(Refusal::FileMissing, error.to_string());
            }
            Err(error) => return Step::Refused(Refusal::FileDamaged, error.to_string()),
        };
        match told.or_else(|| ahead.seal(&file)) {
            // Shorter or longer than when it was hashed: another file.
            Some(seal) if file.metadata().is_ok_and(|meta| meta.len() != seal.bytes) => {
                Step::Refused(Refusal::HashMismatch, "the file was changed while it was in use".to_owned())
            }
            Some(seal) => guarded(|| Self::decode(file, cue, seal)),
            None => {
                let (file, hashing) = ahead.take(&file).unwrap_or((file, Hashing::with_parts()));
                Step::More(Self::Hashing { file, hashing })
            }
        }
    }

    /// Goes on.
    pub(super) fn step(self, cue: &Cue) -> Step {
        match self {
            Self::Hashing { mut file, mut hashing } => match hashing.step(&mut file) {
                Ok(None) => Step::More(Self::Hashing { file, hashing }),
                Ok(Some(seal)) => guarded(|| Self::decode(file, cue, Arc::new(seal))),
                Err(error) => Step::Refused(Refusal::FileDamaged, DecodeError::Read(error).to_string()),
            },
            Self::Skipping { decoder, portion, left, seal } => guarded(|| skip(decoder, portion, left, seal)),
        }
    }

    fn decode(file: File, cue: &Cue, seal: Arc<Seal>) -> Step {
        if let Some(approved) = cue.sha256.as_ref().filter(|approved| **approved != seal.sha256) {
            let detail = format!("its SHA-256 is {}, planned is {approved}", seal.sha256);
            return Step::Refused(Refusal::HashMismatch, detail);
        }
        match Decoder::open_sealed(file, Some(seal.clone())) {
            Ok(decoder) => {
                let portion = Portion::new(cue.skip_us, cue.length, decoder.format().rate);
                skip(Box::new(decoder), portion, portion.skip, seal)
            }
            // Bytes that are not what was hashed are not given to the decoder.
            Err(DecodeError::Read(error)) if error.kind() == io::ErrorKind::InvalidData => {
                Step::Refused(Refusal::HashMismatch, error.to_string())
            }
            Err(error) => Step::Refused(Refusal::FileDamaged, error.to_string()),
        }
    }
}

/// Passes over frames until the first one to be played.
fn skip(mut decoder: Box<Decoder>, portion: Portion, mut left: u64, seal: Arc<Seal>) -> Step {
    let channels = usize::from(decoder.format().channels.max(1));
    for _ in 0..SKIPPED_BLOCKS {
        let Some(block) = decoder.next_block() else {
            let faults = decoder.faults().detail();
            return match (portion.skip, faults) {
                (_, Some(detail)) if decoder.faults().altered => Step::Refused(Refusal::HashMismatch, detail),
                (0, faults) => Step::Refused(Refusal::FileDamaged, DecodeError::Silent(faults).to_string()),
                (_, faults) => Step::Nothing {
                    seal,
                    detail: faults.unwrap_or_else(|| "the file ends before the part to be played".to_owned()),
                },
            };
        };
        let skipped = left.min((block.len() / channels) as u64);
        left -= skipped;
        let first = &block[skipped as usize * channels..];
        if !first.is_empty() {
            let first = first.to_vec();
            return Step::Done(Box::new(Prepared { decoder, first, portion, seal }));
        }
    }
    Step::More(Prepare::Skipping { decoder, portion, left, seal })
}

/// A decoder that panics refuses the file, not the station.
fn guarded(step: impl FnOnce() -> Step) -> Step {
    guard::guarded(step).unwrap_or_else(|| Step::Refused(Refusal::FileDamaged, "the decoder gave up on it".to_owned()))
}
