//! Exports a log as tiles (c2sp.org/tlog-tiles). Only new files are written.
//!
//! Every file is written atomically, and the head is written last. After an interruption, the target therefore still
//! holds the earlier export, possibly with new closings, which are written just before the head. The next export
//! completes the interrupted one.
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
use crate::proof::note::MAX_NOTE_BYTES;
use crate::proof::signed_head::SignedHead;
use crate::proof::tiles::TileBuilder;
use crate::proof::verify::{VerifiedLog, VerifyError, VerifyPolicy};
use entry_scan::EntryScan;
use tile_files::{remove_stale_partial_tiles, write_tiles};
use writer::ExportWriter;

/// The result of an export.
#[derive(Debug, Default)]
pub struct ExportSummary {
    /// The verified facts about the log.
    pub verified: VerifiedLog,
    /// Number of entries that the target had before this export.
    pub entries_before: u64,
    /// Number of files written.
    pub files_written: u64,
    /// Number of damaged files of earlier entries that were repaired.
    pub files_repaired: u64,
    /// Times of the first and the last new entry, by the station's clock.
    pub new_entries_span: Option<(String, String)>,
    /// Problems outside the log itself, such as missing kept files. These problems did not stop the export.
    pub missing: Vec<VerifyError>,
    /// The result of the plausibility check of the entries.
    pub plausibility: Plausibility,
    /// The closings as verified and written.
    pub closings: Vec<u8>,
}

/// Exports a log to a storage, which may hold an earlier export of it.
///
/// # Errors
/// If a storage fails. The inner error is the first problem of the log, or:
/// - [`VerifyError::HeadUnreadable`] if the head in the target is damaged;
/// - [`VerifyError::OtherLog`], [`VerifyError::RolledBack`] or [`VerifyError::Fork`] if the target does not hold an
///   earlier state of this log.
pub fn export<S: Storage + Sync, T: Storage>(
    source: &LogSource<S>,
    target: &mut T,
    policy: VerifyPolicy,
    threads: usize,
) -> io::Result<Result<ExportSummary, VerifyError>> {
    let target_head = match existing_head(target)? {
        Ok(head) => head,
        Err(error) => return Ok(Err(error)),
    };
    // The heads are read before the lines, because a running station may append lines between the two reads.
    let heads = source.heads()?;
    let exported = export_under_heads(source, &heads, target, target_head, policy, threads)?;
    if let (Ok(_), Some(cosigned)) = (&exported, &heads.cosigned) {
        target.replace(COSIGNED, cosigned)?;
    }
    Ok(exported)
}

/// Exports the log under these heads. `target_head` is the head in the target; `None` if there is no head that the
/// caller trusts.
///
/// # Errors
/// As for [`export`].
pub fn export_under_heads<S: Storage + Sync, T: Storage>(
    source: &LogSource<S>,
    heads: &RawHeads,
    target: &mut T,
    target_head: Option<Checkpoint>,
    mut policy: VerifyPolicy,
    threads: usize,
) -> io::Result<Result<ExportSummary, VerifyError>> {
    let existing_entries = target_head.as_ref().map_or(0, |head| head.size);
    policy.earlier_heads.extend(target_head);
    let mut scan = EntryScan::new(0, existing_entries);
    let verdict = reverify(source, heads, policy, existing_entries, threads, &mut |chunk, hashed_lines| {
        scan.add_chunk(&chunk.lines(), hashed_lines.leaves());
        Ok(Ok(()))
    })?;
    let writer = ExportWriter::new(target, existing_entries, TileBuilder::default());
    write_export(source, heads, verdict, &scan, writer)
}

/// Exports the entries after a resume point, without reading the earlier entries again. The target must already hold
/// the earlier entries.
///
/// # Errors
/// As for [`export`].
pub fn export_resumed<S: Storage + Sync, T: Storage>(
    source: &LogSource<S>,
    heads: &RawHeads,
    target: &mut T,
    policy: VerifyPolicy,
    resume_point: ResumePoint,
    threads: usize,
) -> io::Result<Result<ExportSummary, VerifyError>> {
    let ResumePoint { tile_builder, key_state, closings_len, missing_kept, fold } = resume_point;
    let range = tile_builder.range();
    let existing_entries = range.size();
    let mut scan = EntryScan::new(existing_entries, existing_entries);
    let start = VerifyStart { range, key_state: &key_state, closings_len, fold };
    let mut verdict = verify_from(source, heads, policy, start, threads, &mut |chunk, hashed_lines| {
        scan.add_chunk(&chunk.lines(), hashed_lines.leaves());
        Ok(Ok(()))
    })?;
    // Kept files that were missing may exist now.
    for name in missing_kept {
        if verdict.kept_files.insert(name.clone(), existing_entries).is_none() {
            verdict.errors.extend(check_kept_file(&source.storage, name)?);
        }
    }
    write_export(source, heads, verdict, &scan, ExportWriter::new(target, existing_entries, tile_builder))
}

/// Writes the verified log, unless the log itself has a problem.
fn write_export<S: Storage, T: Storage>(
    source: &LogSource<S>,
    heads: &RawHeads,
    verdict: Verdict,
    scan: &EntryScan,
    mut writer: ExportWriter<'_, T>,
) -> io::Result<Result<ExportSummary, VerifyError>> {
    let plausibility = verdict.plausibility;
    let (missing, fatal_errors): (Vec<_>, Vec<_>) = verdict.errors.into_iter().partition(VerifyError::is_outside_log);
    if let Some(error) = fatal_errors.into_iter().next() {
        return Ok(Err(error));
    }
    let verified = verdict.verified;
    if let Err(error) = write_tiles(source, scan, verified.entries, &mut writer)? {
        return Ok(Err(error));
    }
    for (name, seq) in &verdict.kept_files {
        writer.copy_kept(&source.storage, name, *seq)?;
    }
    writer.sync()?;
    let closings = complete_closings(heads, verified.first_open_entry == verified.entries);
    writer.replace(CLOSINGS, &closings)?;
    writer.replace(CHECKPOINT, &heads.head)?;
    remove_stale_partial_tiles(writer.target, writer.existing_entries, verified.entries)?;
    Ok(Ok(ExportSummary {
        verified,
        entries_before: writer.existing_entries,
        files_written: writer.files_written,
        files_repaired: writer.files_repaired,
        new_entries_span: scan.new_entries_span.clone(),
        missing,
        plausibility,
        closings,
    }))
}

/// Returns the closings of the source. If the head ends an epoch and its closing is missing or torn, the head is
/// appended: a power cut can interrupt a station while it writes the closing.
fn complete_closings(heads: &RawHeads, head_closes_epoch: bool) -> Vec<u8> {
    let mut closings = heads.closings.clone();
    if head_closes_epoch && !closings.ends_with(&heads.head) {
        closings.truncate(without_torn_closing(&heads.closings, &heads.head).map_or(closings.len(), <[u8]>::len));
        closings.extend_from_slice(&heads.head);
    }
    closings
}

/// Reads the head of the earlier export in the target, if there is one.
fn existing_head<T: Storage>(target: &T) -> io::Result<Result<Option<Checkpoint>, VerifyError>> {
    let Some(bytes) = target.read_all(CHECKPOINT, MAX_NOTE_BYTES as u64)? else {
        return Ok(Ok(None));
    };
    Ok(SignedHead::parse(&bytes).map(|head| Some(head.checkpoint)).ok_or(VerifyError::HeadUnreadable))
}
