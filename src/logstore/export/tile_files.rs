//! Writes the tiles of an export, and removes partial tiles that larger tiles have replaced.
use std::io;

use super::entry_scan::EntryScan;
use super::writer::ExportWriter;
use crate::airlog::storage::Storage;
use crate::logstore::source::LogSource;
use crate::proof::tiles::{TILE_WIDTH, tile_at};
use crate::proof::tree::{Hash, leaf_hash, root_of};
use crate::proof::verify::VerifyError;

/// Writes all tiles up to `size` entries. The lines are read a second time for this, and a faulty or hostile stick may
/// return lines that differ from the verified ones. Each group of lines is therefore compared with its verified root
/// before it is written.
pub(super) fn write_tiles<S: Storage, T: Storage>(
    source: &LogSource<S>,
    scan: &EntryScan,
    size: u64,
    writer: &mut ExportWriter<'_, T>,
) -> io::Result<Result<(), VerifyError>> {
    let mut chunks = source.chunks_from(scan.first_seq, size)?;
    let mut roots = scan.roots.iter().copied().chain(scan.groups.open_group_root());
    let mut seq = scan.first_seq;
    loop {
        let chunk = match chunks.next_chunk()? {
            Ok(chunk) if chunk.is_empty() => break,
            Ok(chunk) => chunk,
            Err(error) => return Ok(Err(error)),
        };
        let lines = chunk.lines();
        let mut remaining = lines.as_slice();
        while !remaining.is_empty() {
            // A group ends where a tile ends, as in `TileGroupRoots`.
            let max_group_lines = usize::try_from(TILE_WIDTH - seq % TILE_WIDTH).unwrap_or(1);
            let (group, tail) = remaining.split_at(max_group_lines.min(remaining.len()));
            let leaves: Vec<Hash> = group.iter().map(|line| leaf_hash(line)).collect();
            if roots.next() != Some(root_of(&leaves)) {
                return Ok(Err(VerifyError::Entry { seq }));
            }
            writer.write_entries(group, &leaves)?;
            seq += group.len() as u64;
            remaining = tail;
        }
    }
    writer.write_partial_tiles()?;
    Ok(if seq == size { Ok(()) } else { Err(VerifyError::Truncated { lines: seq, size }) })
}

/// Removes the partial tiles that larger tiles have replaced. The export had `existing_entries` entries before, and now
/// has `size` entries.
pub(super) fn remove_stale_partial_tiles<T: Storage>(
    target: &mut T,
    existing_entries: u64,
    size: u64,
) -> io::Result<()> {
    for level in std::iter::once(None).chain((0..8).map(Some)) {
        let hash_count = existing_entries.checked_shr(8 * u32::from(level.unwrap_or(0))).unwrap_or(0);
        let number = hash_count / TILE_WIDTH;
        let old_tile = tile_at(level, number, existing_entries);
        let new_tile = tile_at(level, number, size);
        if let Some(tile) = old_tile.filter(|tile| tile.width < TILE_WIDTH && Some(*tile) != new_tile) {
            target.remove(&tile.path())?;
        }
    }
    Ok(())
}
