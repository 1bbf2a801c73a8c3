//! The kept files of a log: each has its SHA-256 in its name, and counts only when that fits.
use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::airlog::limits::{MAX_KEPT, MAX_PLAN, none_if_too_large};
use crate::airlog::plausibility::{EntryView, HeaderOffsets};
use crate::airlog::storage::Storage;
use crate::base::hash::hex;
use crate::proof::verify::{HashedLines, VerifyError};

/// Checks that a file in `kept/` is there and has the hash in its name; gives the fault if not.
pub(super) fn check_kept_file<S: Storage>(storage: &S, name: String) -> io::Result<Option<VerifyError>> {
    Ok(match file_sha256(storage, &name)? {
        None => Some(VerifyError::KeptMissing { name }),
        Some(sha) if name.contains(&sha) => None,
        Some(_) => Some(VerifyError::KeptDiffers { name }),
    })
}

/// A kept plan, if it is there and has its hash.
pub(super) fn read_kept_plan<S: Storage>(storage: &S, sha256: &str) -> io::Result<Option<Vec<u8>>> {
    if sha256.len() != 64 || !sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        return Ok(None);
    }
    let read = storage.read_all(&format!("kept/{sha256}.json"), MAX_PLAN).or_else(none_if_too_large)?;
    Ok(read.filter(|bytes| hex(&Sha256::digest(bytes)) == sha256))
}

/// SHA-256 of a file, in hex; of one that is far too large, no hash.
fn file_sha256<S: Storage>(storage: &S, name: &str) -> io::Result<Option<String>> {
    let Some(mut input) = storage.read(name)? else {
        return Ok(None);
    };
    let mut hasher = Sha256::new();
    let (mut piece, mut length) = (vec![0; 1 << 16], 0);
    loop {
        match input.read(&mut piece)? {
            0 => return Ok(Some(hex(&hasher.finalize()))),
            n => hasher.update(&piece[..n]),
        }
        length += piece.len() as u64;
        if length > 2 * MAX_KEPT {
            // Terabytes of nothing are none of ours.
            return Ok(Some(String::from("too large")));
        }
    }
}

/// Input for judging a chunk of lines. The thread that hashes the lines prepares it.
#[derive(Debug, Default)]
pub(super) struct PreparedChunk {
    /// One pass over each line.
    pub sketches: Vec<Option<HeaderOffsets>>,
    /// Plans that they name, by their SHA-256 in hex.
    pub plans: HashMap<String, Arc<Vec<u8>>>,
}

/// Reading ahead stops once it has more bytes than this: what the judge then lacks it reads itself.
const MAX_READ_AHEAD: usize = 512 * 1024;

/// Looks at these lines, and reads the plans that they name as far as they are there; whoever judges the lines is told of
/// what fails.
pub(super) fn prepare_chunk<S: Storage>(
    storage: &S,
    first: u64,
    lines: &[&[u8]],
    digest: &HashedLines,
) -> PreparedChunk {
    let sketches = (first..).zip(lines).map(|(seq, line)| HeaderOffsets::of(line, seq)).collect();
    let mut ready = PreparedChunk { sketches, plans: HashMap::new() };
    let mut bytes = 0;
    for index in digest.plans().take_while(|index| *index < lines.len()) {
        let named = EntryView::of(lines[index], first + index as u64).and_then(|glance| glance.plan());
        let Some((_, sha256)) = named.filter(|(_, sha256)| !ready.plans.contains_key(sha256)) else { continue };
        if bytes > MAX_READ_AHEAD {
            break;
        }
        // A hostile log may name many plans without a good file: they are not all tried twice.
        let Ok(Some(plan)) = read_kept_plan(storage, &sha256) else { break };
        bytes += plan.len();
        ready.plans.insert(sha256, Arc::new(plan));
    }
    ready
}
