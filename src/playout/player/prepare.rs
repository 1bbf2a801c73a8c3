//! The preparation of a cue's file, from its path to its first frame. It runs in steps, because the deck must feed the
//! sounding tracks between the steps.
use std::fs::File;
use std::io;
use std::sync::Arc;

use super::portion::Portion;
use super::prefetch::{HashPrefetcher, OpenFileStamp, refusal_of};
use crate::base::instant::BootTime;
use crate::library::decode::{DecodeError, Decoder};
use crate::library::file::{FileDigest, FileHasher};
use crate::library::panic_guard;
use crate::playout::output::{Cue, Refusal};

/// Maximum number of blocks that are decoded and dropped in one step: one or two seconds of sound.
const MAX_SKIPPED_BLOCKS: u32 = 64;

/// The state of a preparation that needs more steps.
pub(super) enum Preparation {
    /// The file is being hashed. `stamp` is its stamp when hashing began.
    Hashing { file: File, hasher: FileHasher, stamp: Option<OpenFileStamp> },
    /// The frames that the cue skips are being dropped; `remaining` of them are left.
    Skipping { decoder: Box<Decoder>, portion: Portion, remaining: u64, digest: Arc<FileDigest> },
}

/// A file that is ready to be played.
pub(super) struct PreparedFile {
    pub decoder: Box<Decoder>,
    /// The first decoded samples to play, at the file's rate; not empty.
    pub first_frames: Vec<f32>,
    pub portion: Portion,
    /// Digest of the file. The decoder rejects bytes that do not match it.
    pub digest: Arc<FileDigest>,
}

/// The result of a step.
pub(super) enum PrepareStep {
    /// More steps are needed.
    More(Preparation),
    /// The file is ready to be played.
    Done(Box<PreparedFile>),
    /// The file cannot be played.
    Refused(Refusal, String),
    /// The file is valid, but ends within the part that the cue skips.
    NothingLeft { digest: Arc<FileDigest>, detail: String },
}

impl Preparation {
    /// Opens a cue's file. `reported_digest` is the digest of the file if its hash has already been reported for this
    /// cue.
    pub(super) fn begin(
        cue: &Cue,
        reported_digest: Option<Arc<FileDigest>>,
        prefetcher: &mut HashPrefetcher,
    ) -> PrepareStep {
        let file = match prefetcher.open(&cue.path) {
            Ok(file) => file,
            Err(error) => return PrepareStep::Refused(refusal_of(&error), error.to_string()),
        };
        match reported_digest.or_else(|| prefetcher.digest_of(&file)) {
            // The length differs from that of the hashed file, so the file has changed.
            Some(digest) if file.metadata().is_ok_and(|meta| meta.len() != digest.bytes) => {
                PrepareStep::Refused(Refusal::HashMismatch, "the file was changed while it was in use".to_owned())
            }
            Some(digest) => run_guarded(|| Self::decode(file, cue, digest)),
            None => {
                let stamp = file.metadata().ok().map(|meta| OpenFileStamp::of(&meta));
                let (file, hasher) = prefetcher.take_current(&file).unwrap_or((file, FileHasher::with_parts()));
                PrepareStep::More(Self::Hashing { file, hasher, stamp })
            }
        }
    }

    /// Performs the next step.
    pub(super) fn step(self, cue: &Cue, prefetcher: &mut HashPrefetcher, now: BootTime) -> PrepareStep {
        match self {
            Self::Hashing { mut file, mut hasher, stamp } => match hasher.step(&mut file) {
                Ok(None) => PrepareStep::More(Self::Hashing { file, hasher, stamp }),
                Ok(Some(digest)) => {
                    let digest = Arc::new(digest);
                    stamp.into_iter().for_each(|stamp| prefetcher.remember_used(now, &file, stamp, &digest));
                    run_guarded(|| Self::decode(file, cue, digest))
                }
                Err(error) => PrepareStep::Refused(Refusal::FileDamaged, DecodeError::Read(error).to_string()),
            },
            Self::Skipping { decoder, portion, remaining, digest } => {
                run_guarded(|| skip_frames(decoder, portion, remaining, digest))
            }
        }
    }

    /// Opens the decoder, and drops the first frames that the cue skips.
    fn decode(file: File, cue: &Cue, digest: Arc<FileDigest>) -> PrepareStep {
        if let Some(approved_sha256) =
            cue.required_sha256.as_ref().filter(|approved_sha256| **approved_sha256 != digest.sha256)
        {
            let detail = format!("its SHA-256 is {}, planned is {approved_sha256}", digest.sha256);
            return PrepareStep::Refused(Refusal::HashMismatch, detail);
        }
        match Decoder::open_verified(file, Some(digest.clone())) {
            Ok(decoder) => {
                let portion = Portion::new(cue.skip_us, cue.planned_length, decoder.format().rate);
                skip_frames(Box::new(decoder), portion, portion.skip_frames, digest)
            }
            // Bytes that differ from the hashed ones do not reach the decoder.
            Err(DecodeError::Read(error)) if error.kind() == io::ErrorKind::InvalidData => {
                PrepareStep::Refused(Refusal::HashMismatch, error.to_string())
            }
            Err(error) => PrepareStep::Refused(Refusal::FileDamaged, error.to_string()),
        }
    }
}

/// Drops the next `remaining` frames, or as many of them as one step can drop.
fn skip_frames(
    mut decoder: Box<Decoder>,
    portion: Portion,
    mut remaining: u64,
    digest: Arc<FileDigest>,
) -> PrepareStep {
    let channels = usize::from(decoder.format().channels.max(1));
    for _ in 0..MAX_SKIPPED_BLOCKS {
        let Some(block) = decoder.next_block() else {
            let faults = decoder.faults().detail();
            return match (portion.skip_frames, faults) {
                (_, Some(detail)) if decoder.faults().is_altered => PrepareStep::Refused(Refusal::HashMismatch, detail),
                (0, faults) => PrepareStep::Refused(Refusal::FileDamaged, DecodeError::NoSound(faults).to_string()),
                (_, faults) => PrepareStep::NothingLeft {
                    digest,
                    detail: faults.unwrap_or_else(|| "the file ends before the part to be played".to_owned()),
                },
            };
        };
        let skipped_frames = remaining.min((block.len() / channels) as u64);
        remaining -= skipped_frames;
        let first_frames = &block[skipped_frames as usize * channels..];
        if !first_frames.is_empty() {
            let first_frames = first_frames.to_vec();
            return PrepareStep::Done(Box::new(PreparedFile { decoder, first_frames, portion, digest }));
        }
    }
    PrepareStep::More(Preparation::Skipping { decoder, portion, remaining, digest })
}

/// Runs a step. If the decoder panics, the file is refused, and the deck continues.
fn run_guarded(step: impl FnOnce() -> PrepareStep) -> PrepareStep {
    panic_guard::catch_panic(step)
        .unwrap_or_else(|| PrepareStep::Refused(Refusal::FileDamaged, "the decoder gave up on it".to_owned()))
}
