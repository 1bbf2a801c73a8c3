//! Writes the tiles of an export, and removes partial tiles once larger ones replace them.
use std::io;

use super::entry_scan::EntryScan;
use super::writer::ExportWriter;
use crate::airlog::storage::Storage;
use crate::logstore::source::LogSource;
use crate::proof::tiles::{TILE_WIDTH, tile_at};
use crate::proof::tree::{Hash, leaf_hash, root_of};
use crate::proof::verify::VerifyError;

/// Writes all tiles. The lines are read a second time, and a stick may return others than those that were verified:
/// each group is compared with its verified root before it is written.
pub(super) fn write_tiles<S: Storage, T: Storage>(
    source: &LogSource<S>,
    scan: &EntryScan,
    size: u64,
    writer: &mut ExportWriter<'_, T>,
) -> io::Result<Result<(), VerifyError>> {
    let mut chunks = source.chunks_from(scan.start, size)?;
    let mut roots = scan.roots.iter().copied().chain(scan.groups.open_group_root());
    let mut seq = scan.start;
    loop {
        let chunk = match chunks.next_chunk()? {
            Ok(chunk) if chunk.is_empty() => break,
            Ok(chunk) => chunk,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let lines = chunk.lines();
        let mut rest = lines.as_slice();
        while !rest.is_empty() {
            // A group ends with its tile, as in the scan.
            let room = usize::try_from(TILE_WIDTH - seq % TILE_WIDTH).unwrap_or(1);
            let (group, after) = rest.split_at(room.min(rest.len()));
            let leaves: Vec<Hash> = group.iter().map(|line| leaf_hash(line)).collect();
            if roots.next() != Some(root_of(&leaves)) {
                return Ok(Err(VerifyError::Entry { seq }));
            }
            writer.write_entries(group, &leaves)?;
            seq += group.len() as u64;
            rest = after;
        }
    }
    writer.write_partial_tiles()?;
    Ok(if seq == size { Ok(()) } else { Err(VerifyError::Truncated { lines: seq, size }) })
}

/// Removes the partial tiles of the earlier size that larger ones replace.
pub(super) fn remove_stale_partial_tiles<T: Storage>(to: &mut T, existing: u64, size: u64) -> io::Result<()> {
    for level in std::iter::once(None).chain((0..8).map(Some)) {
        let held = existing.checked_shr(8 * u32::from(level.unwrap_or(0))).unwrap_or(0);
        let number = held / TILE_WIDTH;
        let (old, new) = (tile_at(level, number, existing), tile_at(level, number, size));
        if let Some(old) = old.filter(|old| old.width < TILE_WIDTH && Some(*old) != new) {
            to.remove(&old.path())?;
        }
    }
    Ok(())
}
