//! Exports a log as tiles (c2sp.org/tlog-tiles), writing only files that are new.
//!
//! Every file is written whole or not at all, the head last. An interrupted export therefore still is the earlier one,
//! except just before its end, when the new closings exist already; the next export completes it.
mod entry_scan;
mod tile_files;
mod writer;

use std::io;

use super::kept_files::check_kept_file;
use super::resume::ResumePoint;
use super::source::{LogSource, RawHeads};
use super::verify::{Plausibility, Verdict, VerifyStart, reverify, verify_from};
use crate::airlog::files::{CHECKPOINT, CLOSINGS, COSIGNED};
use crate::airlog::storage::Storage;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::closings::without_torn_closing;
use crate::proof::note::MAX_NOTE;
use crate::proof::signed_head::SignedHead;
use crate::proof::tiles::TileBuilder;
use crate::proof::verify::{VerifiedLog, VerifyError, VerifyPolicy};
use entry_scan::EntryScan;
use tile_files::{remove_stale_partial_tiles, write_tiles};
use writer::ExportWriter;

/// The result of an export.
#[derive(Debug, Default)]
pub struct ExportSummary {
    /// The facts about the log.
    pub verified: VerifiedLog,
    /// Number of entries that the export had before.
    pub entries_before: u64,
    /// Number of files written.
    pub files_written: u64,
    /// Number of damaged files of earlier entries that were repaired.
    pub files_repaired: u64,
    /// Times of the first and the last new entry, by the station's clock.
    pub new_entries_span: Option<(String, String)>,
    /// Faults outside the log itself, which did not stop the export.
    pub missing: Vec<VerifyError>,
    /// Whether the entries can be true.
    pub plausibility: Plausibility,
    /// The closings as verified and written.
    pub closings: Vec<u8>,
}

/// Exports the log to a storage, which may hold an earlier export of it.
///
/// # Errors
/// Errors of the storages; inside, the first fault of the log, [`VerifyError::HeadUnreadable`] when the head in the
/// target is damaged, [`VerifyError::OtherLog`], [`VerifyError::RolledBack`] or [`VerifyError::Fork`] when the target
/// does not hold an earlier state of this log.
pub fn export<S: Storage + Sync, T: Storage>(
    source: &LogSource<S>,
    to: &mut T,
    policy: VerifyPolicy,
    threads: usize,
) -> io::Result<Result<ExportSummary, VerifyError>> {
    let before = match existing_head(to)? {
        Ok(before) => before,
        Err(wrong) => return Ok(Err(wrong)),
    };
    // The heads are read before the lines, because the station may write more meanwhile.
    let heads = source.heads()?;
    let exported = export_under_heads(source, &heads, to, before, policy, threads)?;
    if let (Ok(_), Some(cosigned)) = (&exported, &heads.cosigned) {
        to.replace(COSIGNED, cosigned)?;
    }
    Ok(exported)
}

/// Exports the log under these heads; `before` is the head in the target, if there is a trusted one.
///
/// # Errors
/// As [`export`].
pub fn export_under_heads<S: Storage + Sync, T: Storage>(
    source: &LogSource<S>,
    heads: &RawHeads,
    to: &mut T,
    before: Option<Checkpoint>,
    mut policy: VerifyPolicy,
    threads: usize,
) -> io::Result<Result<ExportSummary, VerifyError>> {
    let existing = before.as_ref().map_or(0, |c| c.size);
    policy.earlier_heads.extend(before);
    let mut scan = EntryScan::new(0, existing);
    let verdict = reverify(source, heads, policy, existing, threads, &mut |chunk, digest| {
        scan.add_chunk(&chunk.lines(), digest.leaves());
        Ok(Ok(()))
    })?;
    write_export(source, heads, verdict, &scan, ExportWriter::new(to, existing, TileBuilder::default()))
}

/// Exports the entries after those that the store is known to hold, without reading those again.
///
/// # Errors
/// As [`export`].
pub fn export_resumed<S: Storage + Sync, T: Storage>(
    source: &LogSource<S>,
    heads: &RawHeads,
    to: &mut T,
    policy: VerifyPolicy,
    known: ResumePoint,
    threads: usize,
) -> io::Result<Result<ExportSummary, VerifyError>> {
    let range = known.tile_builder.range();
    let existing = range.size();
    let mut scan = EntryScan::new(existing, existing);
    let start = VerifyStart { range, key_state: &known.key_state, closings_len: known.closings_len, fold: known.fold };
    let mut verdict = verify_from(source, heads, policy, start, threads, &mut |chunk, digest| {
        scan.add_chunk(&chunk.lines(), digest.leaves());
        Ok(Ok(()))
    })?;
    // Files that were missing may have arrived since.
    for name in known.missing_kept {
        if verdict.kept_files.insert(name.clone(), existing).is_none() {
            verdict.errors.extend(check_kept_file(&source.storage, name)?);
        }
    }
    write_export(source, heads, verdict, &scan, ExportWriter::new(to, existing, known.tile_builder))
}

/// Writes the verified log, if it has no fault of its own.
fn write_export<S: Storage, T: Storage>(
    source: &LogSource<S>,
    heads: &RawHeads,
    verdict: Verdict,
    scan: &EntryScan,
    mut writer: ExportWriter<'_, T>,
) -> io::Result<Result<ExportSummary, VerifyError>> {
    let plausibility = verdict.plausibility;
    let (missing, fatal): (Vec<_>, Vec<_>) = verdict.errors.into_iter().partition(VerifyError::is_outside_log);
    if let Some(wrong) = fatal.into_iter().next() {
        return Ok(Err(wrong));
    }
    let verified = verdict.verified;
    if let Err(wrong) = write_tiles(source, scan, verified.entries, &mut writer)? {
        return Ok(Err(wrong));
    }
    for (name, seq) in &verdict.kept_files {
        writer.copy_kept(&source.storage, name, *seq)?;
    }
    writer.sync()?;
    let closings = complete_closings(heads, verified.open_from == verified.entries);
    writer.replace(CLOSINGS, &closings)?;
    writer.replace(CHECKPOINT, &heads.head)?;
    let (written, repaired, before) = (writer.files_written, writer.files_repaired, writer.existing_entries);
    remove_stale_partial_tiles(writer.target, before, verified.entries)?;
    Ok(Ok(ExportSummary {
        verified,
        entries_before: before,
        files_written: written,
        files_repaired: repaired,
        new_entries_span: scan.span.clone(),
        missing,
        plausibility,
        closings,
    }))
}

/// Completes the last closing from the head, if a power cut interrupted the station while it wrote that closing.
fn complete_closings(heads: &RawHeads, head_closes: bool) -> Vec<u8> {
    let mut closings = heads.closings.clone();
    if head_closes && !closings.ends_with(&heads.head) {
        closings.truncate(without_torn_closing(&heads.closings, &heads.head).map_or(closings.len(), <[u8]>::len));
        closings.extend_from_slice(&heads.head);
    }
    closings
}

/// Reads the head of the earlier export.
fn existing_head<T: Storage>(to: &T) -> io::Result<Result<Option<Checkpoint>, VerifyError>> {
    let Some(bytes) = to.read_all(CHECKPOINT, MAX_NOTE as u64)? else {
        return Ok(Ok(None));
    };
    Ok(SignedHead::parse(&bytes).map(|head| Some(head.checkpoint)).ok_or(VerifyError::HeadUnreadable))
}
