//! Prepares chunks of lines for the plausibility check, on the threads that hash the lines.
use std::collections::HashMap;
use std::sync::Arc;

use super::kept_files::read_kept_plan;
use crate::airlog::plausibility::{EntryView, HeaderOffsets};
use crate::airlog::storage::Storage;
use crate::proof::verify::HashedLines;

/// Input for the plausibility check of a chunk.
#[derive(Debug, Default)]
pub(super) struct PreparedChunk {
    /// Offsets of the header's fields, for each line.
    pub sketches: Vec<Option<HeaderOffsets>>,
    /// Plans that the lines name, by their SHA-256 in hex.
    pub plans: HashMap<String, Arc<Vec<u8>>>,
}

/// Reading ahead stops past this many bytes; the plausibility check reads the other plans itself.
const MAX_READ_AHEAD: usize = 512 * 1024;

/// Indexes the lines and reads the plans that they name. Plans that cannot be read are left to the plausibility check,
/// which reports the error.
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
        // A hostile log may name many plans that do not exist: stop at the first, so that they are not all tried twice.
        let Ok(Some(plan)) = read_kept_plan(storage, &sha256) else { break };
        bytes += plan.len();
        ready.plans.insert(sha256, Arc::new(plan));
    }
    ready
}
