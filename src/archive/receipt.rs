//! Takes one airing out of a log, with its proof.
use std::io;

use super::judge::walk;
use super::source::{Chunk, Source};
use crate::airlog::storage::Storage;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::Note;
use crate::proof::receipt::Receipt;
use crate::proof::tree::Prover;
use crate::proof::verify::{Digest, Policy, Wrong};

/// The receipt for the outcome of an airing. Its head is the countersigned one, if that covers it.
///
/// # Errors
/// When the storage fails; inside, when the log is not whole or has no such outcome.
pub fn receipt<S: Storage + Sync>(source: &Source<S>, id: &str, threads: usize) -> io::Result<Result<Receipt, Wrong>> {
    let heads = source.heads()?;
    let policy = Policy { airing: Some(id.to_owned()), ..Policy::default() };
    let verdict = walk(source, &heads, policy, threads, &mut |_, _| Ok(Ok(())))?;
    if let Some(wrong) = verdict.wrong.into_iter().find(|wrong| !wrong.beside_the_log()) {
        return Ok(Err(wrong));
    }
    let Some((seq, line)) = verdict.found.airing else {
        return Ok(Err(Wrong::NoSuchAiring));
    };
    let covers = |bytes: &Vec<u8>| {
        let note = Note::parse(bytes)?;
        let size = Checkpoint::parse(&note.text)?.size;
        (size > seq).then(|| (note.to_string(), size))
    };
    let head = heads.cosigned.as_ref().and_then(covers).or_else(|| covers(&heads.head));
    let Some((head, size)) = head else {
        return Ok(Err(Wrong::NoSuchAiring));
    };
    let Some(mut prover) = Prover::new(seq, size) else {
        return Ok(Err(Wrong::NoSuchAiring));
    };
    let mut tap = |_: &Chunk, digest: &Digest| {
        digest.leaves().iter().for_each(|leaf| prover.push(*leaf));
        Ok(Ok(()))
    };
    walk(source, &heads, Policy::default(), threads, &mut tap)?;
    match prover.proof() {
        Some(proof) => Ok(Ok(Receipt { seq, line, proof, head })),
        None => Ok(Err(Wrong::ReceiptProof { seq })),
    }
}
