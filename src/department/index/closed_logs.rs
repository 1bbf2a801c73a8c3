//! Reads logs as they were when a period was closed: up to the closed heads, however long the logs are by now.
use std::collections::{BTreeMap, BTreeSet};

use super::accepted_head::AcceptedHead;
use super::build_delta::build_delta;
use super::delta::LogDelta;
use super::indexed_log::LogReadContext;
use super::kept_file::is_store_unreachable;
use super::kept_topics::LoggedCampaign;
use super::writer::IndexWriter;
use super::{AiringIndex, IndexError};
use crate::airlog::files::CHECKPOINT;
use crate::airlog::storage::{AnyStorage, Storage};
use crate::department::registry::Registry;
use crate::logstore::location::StorageLocation;
use crate::logstore::source::{LogForm, LogSource};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::cosigned_at;
use crate::proof::note::{MAX_NOTE_BYTES, Note, SignatureStatus, VerifierKey};
use crate::proof::signed_head::SignedHead;
use crate::proof::verify::{VerifyError, fault_text};
use crate::text::proof::FaultText;

/// A log when a period was closed.
pub struct ClosedLog {
    /// Its head, countersigned if the department had countersigned it.
    pub head: Note,
    /// The hashes of the plans whose kept files were missing.
    pub absent_plans: BTreeSet<String>,
}

impl AiringIndex {
    /// Fills an empty index with logs up to their closed heads, and with the titles of `campaigns`: kept playlists come and
    /// go, and the heads do not say which ones the store had. `None` takes the titles of those that it has now. Returns the origins and faults of logs that the store no
    /// longer holds as they were closed; the index then has no rows of these logs.
    ///
    /// # Errors
    /// [`IndexError::Database`]; [`IndexError::Store`] if the store cannot be reached.
    pub fn read_closed_logs(
        &mut self,
        store: &StorageLocation,
        registry: &Registry,
        witness_key: &VerifierKey,
        closed_logs: &BTreeMap<String, ClosedLog>,
        campaigns: Option<&[LoggedCampaign]>,
    ) -> Result<Vec<(String, FaultText)>, IndexError> {
        let mut writer = IndexWriter::new(&mut self.db, store)?;
        let mut faults = Vec::new();
        for key in registry.logs().map(|log| &log.key) {
            let Some(closed_log) = closed_logs.get(&key.name) else { continue };
            match read_closed_log(store.child_storage(&key.name), key, witness_key, closed_log) {
                Ok(Ok(delta)) => delta.iter().try_for_each(|delta| writer.write_delta(delta))?,
                Ok(Err(fault)) => faults.push((key.name.clone(), fault_text(&fault))),
                // An unreadable file is a fault of its log. An unreachable store affects all logs.
                Err(IndexError::Store(e)) if !is_store_unreachable(&e) => {
                    faults.push((key.name.clone(), FaultText::Unreadable { detail: e.to_string() }));
                }
                Err(e) => return Err(e),
            }
        }
        if let Some(campaigns) = campaigns {
            writer.replace_campaigns(campaigns)?;
        }
        writer.commit()?;
        Ok(faults)
    }
}

fn read_closed_log(
    storage: AnyStorage,
    key: &VerifierKey,
    witness_key: &VerifierKey,
    closed_log: &ClosedLog,
) -> Result<Result<Option<LogDelta>, VerifyError>, IndexError> {
    let source = LogSource { storage, form: LogForm::Export };
    let head = &closed_log.head;
    let Some(checkpoint) = Checkpoint::parse(&head.text).filter(|checkpoint| checkpoint.origin == key.name) else {
        return Ok(Err(VerifyError::HeadUnreadable));
    };
    if head.signature_status(key) != SignatureStatus::Valid {
        return Ok(Err(VerifyError::HeadForged));
    }
    // The head in the store only says which tiles to read. The entries must match the closed head.
    let stored_head = source.storage.read_bounded(CHECKPOINT, MAX_NOTE_BYTES as u64)?;
    let stored_size = stored_head.and_then(|bytes| SignedHead::parse(&bytes)).map_or(0, |head| head.checkpoint.size);
    let accepted = AcceptedHead {
        stored_size: stored_size.max(checkpoint.size),
        cosigned_at: cosigned_at(head, witness_key).ok().and_then(|time| i64::try_from(time).ok()),
        note_text: head.to_string(),
        absent_plans: closed_log.absent_plans.clone(),
        checkpoint,
    };
    let context = LogReadContext { key, witness_key, recorded_head: None, indexed_log: None };
    build_delta(accepted, &source, &context)
}
