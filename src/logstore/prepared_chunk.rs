//! Prepares chunks of lines for the plausibility check, on the threads that hash the lines.
use std::collections::HashMap;
use std::sync::Arc;

use super::kept_files::read_kept_plan;
use crate::airlog::plausibility::{EntryView, HeaderOffsets};
use crate::airlog::storage::Storage;
use crate::proof::verify::HashedLines;

/// The input for the plausibility check of a chunk.
#[derive(Debug, Default)]
pub(super) struct PreparedChunk {
    /// The header offsets of each line; `None` for a line that is not in the station's format.
    pub header_offsets: Vec<Option<HeaderOffsets>>,
    /// Plans that the lines name, by their SHA-256 in hex.
    pub plans: HashMap<String, Arc<Vec<u8>>>,
}

/// Maximum size of the plans that are read ahead for a chunk, in bytes; the last plan may exceed it. The plausibility
/// check reads the other plans itself.
const MAX_READ_AHEAD_BYTES: usize = 512 * 1024;

/// Reads the header offsets of the lines, and the plans that the lines name. A plan that cannot be read is left to the
/// plausibility check, which reports the error.
pub(super) fn prepare_chunk<S: Storage>(
    storage: &S,
    first_seq: u64,
    lines: &[&[u8]],
    hashed_lines: &HashedLines,
) -> PreparedChunk {
    let header_offsets = (first_seq..).zip(lines).map(|(seq, line)| HeaderOffsets::of(line, seq)).collect();
    let mut prepared = PreparedChunk { header_offsets, plans: HashMap::new() };
    let mut plan_bytes = 0;
    for index in hashed_lines.plan_indexes().take_while(|index| *index < lines.len()) {
        let plan = EntryView::of(lines[index], first_seq + index as u64).and_then(|entry| entry.plan());
        let Some((_, sha256)) = plan.filter(|(_, sha256)| !prepared.plans.contains_key(sha256)) else { continue };
        if plan_bytes > MAX_READ_AHEAD_BYTES {
            break;
        }
        // A hostile log may name many plans that do not exist, and the plausibility check tries each of them again.
        // Therefore reading ahead stops at the first missing plan.
        let Ok(Some(plan)) = read_kept_plan(storage, &sha256) else { break };
        plan_bytes += plan.len();
        prepared.plans.insert(sha256, Arc::new(plan));
    }
    prepared
}
