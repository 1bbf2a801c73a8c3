//! Updates the index from its store. The new entries of each log are checked against the log's signed head.
use std::collections::HashMap;
use std::io;
use std::sync::Mutex;
use std::sync::mpsc::{SyncSender, sync_channel};

use rusqlite::Connection;

use super::delta::LogDelta;
use super::indexed_log::{IndexedLog, LogReadContext, indexed_logs};
use super::read_delta::read_delta;
use super::writer::{IndexWriter, drop_log};
use super::{AiringIndex, IndexError};
use crate::airlog::storage::Storage;
use crate::base::platform::available_threads;
use crate::base::work_queue::WorkQueue;
use crate::department::registry::Registry;
use crate::department::witness::Witness;
use crate::logstore::location::StorageLocation;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{Note, SignatureStatus, VerifierKey};
use crate::text::proof::FaultText;

/// The number of deltas that can wait for the writer before the readers must wait too.
const QUEUE_DEPTH: usize = 2;
/// The number of threads that read logs from a remote store. They mostly wait, so their number does not depend on the
/// number of processors.
const REMOTE_READERS: usize = 8;

impl AiringIndex {
    /// Reads the new entries of all enrolled logs from the store. Returns the origins of faulty logs and their faults;
    /// the index then has no rows of these logs.
    ///
    /// # Errors
    /// [`IndexError::Database`]; [`IndexError::Store`] if the store cannot be reached, or the witness's state cannot be
    /// read.
    pub fn update<K: Storage>(
        &mut self,
        store: &StorageLocation,
        registry: &Registry,
        witness: &Witness<K>,
    ) -> Result<Vec<(String, FaultText)>, IndexError> {
        // The transaction starts before the index is read, so that no other process can change the index in between.
        let mut writer = IndexWriter::new(&mut self.db, store)?;
        // Missing plans are retried first, so that this update judges a log again if its plan has arrived.
        writer.retry_missing_plans()?;
        let indexed_logs = indexed_logs(&writer.db)?;
        let enrolled_keys: Vec<&VerifierKey> = registry.logs().map(|log| &log.key).collect();
        drop_unenrolled_logs(&writer.db, &indexed_logs, &enrolled_keys)?;
        let witness_key = VerifierKey::parse(&witness.verifier_key())
            .ok_or_else(|| io::Error::other("the witness's key cannot be parsed"))?;
        let recorded_heads = recorded_heads(&enrolled_keys, witness)?;
        let reader = LogReader {
            store,
            enrolled_keys: &enrolled_keys,
            recorded_heads: &recorded_heads,
            witness_key: &witness_key,
            indexed_logs: &indexed_logs,
        };
        let mut faults = write_deltas(&reader, &mut writer)?;
        faults.sort_by(|a, b| a.0.cmp(&b.0));
        for (origin, _) in &faults {
            if let Some(log) = indexed_logs.get(origin) {
                drop_log(&writer.db, log.id)?;
            }
        }
        writer.commit()?;
        Ok(faults)
    }

    /// Returns the number of logs and the number of airings in the index.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn counts(&self) -> Result<(usize, u64), IndexError> {
        let logs: i64 = self.db.query_row("SELECT count(*) FROM log", [], |row| row.get(0))?;
        let airings: i64 = self.db.query_row("SELECT coalesce(sum(airings), 0) FROM log", [], |row| row.get(0))?;
        Ok((usize::try_from(logs).unwrap_or(0), u64::try_from(airings).unwrap_or(0)))
    }
}

/// Returns the newest recorded head of each enrolled log, in the order of `enrolled_keys`; `None` if none is recorded.
/// A head without the station's signature proves nothing against the station, so it counts as not recorded.
fn recorded_heads<K: Storage>(
    enrolled_keys: &[&VerifierKey],
    witness: &Witness<K>,
) -> io::Result<Vec<Option<(Note, Checkpoint)>>> {
    let is_signed =
        |key: &VerifierKey, (note, _): &(Note, Checkpoint)| note.signature_status(key) == SignatureStatus::Valid;
    enrolled_keys.iter().map(|key| Ok(witness.newest_head(&key.name)?.filter(|head| is_signed(key, head)))).collect()
}

/// Reads enrolled logs, one per call. Several threads share one reader.
struct LogReader<'a> {
    store: &'a StorageLocation,
    /// The keys of the enrolled logs.
    enrolled_keys: &'a [&'a VerifierKey],
    /// The recorded head of each enrolled log, in the order of `enrolled_keys`.
    recorded_heads: &'a [Option<(Note, Checkpoint)>],
    witness_key: &'a VerifierKey,
    /// The logs in the index, by origin.
    indexed_logs: &'a HashMap<String, IndexedLog>,
}

impl LogReader<'_> {
    /// Reads the delta of the enrolled log at this position.
    fn read(&self, position: usize, key: &VerifierKey) -> Result<Result<Option<LogDelta>, FaultText>, IndexError> {
        let context = LogReadContext {
            key,
            witness_key: self.witness_key,
            recorded_head: self.recorded_heads[position].as_ref(),
            indexed_log: self.indexed_logs.get(&key.name),
        };
        read_delta(self.store.child_storage(&key.name), &context)
    }
}

/// Reads all logs on several threads, and writes their deltas on this one. Returns the origins and faults of faulty
/// logs.
fn write_deltas(reader: &LogReader<'_>, writer: &mut IndexWriter<'_>) -> Result<Vec<(String, FaultText)>, IndexError> {
    let (queue, faults) = (WorkQueue::new(reader.enrolled_keys), Mutex::new(Vec::new()));
    let (sender, receiver) = sync_channel::<Result<LogDelta, IndexError>>(QUEUE_DEPTH);
    let read_logs = |sender: SyncSender<_>| {
        while let Some((position, key)) = queue.take() {
            let delta = match reader.read(position, key) {
                Ok(Ok(Some(delta))) => Ok(delta),
                Ok(Ok(None)) => continue,
                Ok(Err(fault)) => {
                    if let Ok(mut faults) = faults.lock() {
                        faults.push((key.name.clone(), fault));
                    }
                    continue;
                }
                Err(e) => Err(e),
            };
            // Sending fails only if the writer has failed. The update ends with the writer's error.
            if sender.send(delta).is_err() {
                break;
            }
        }
    };
    let thread_count = if reader.store.storage().is_remote() { REMOTE_READERS } else { available_threads() };
    std::thread::scope(|scope| {
        for _ in 0..thread_count {
            let sender = sender.clone();
            scope.spawn(|| read_logs(sender));
        }
        drop(sender);
        receiver.into_iter().try_for_each(|delta| writer.write_delta(&delta?))
    })?;
    Ok(faults.into_inner().unwrap_or_default())
}

/// Deletes the rows of logs that are no longer enrolled.
fn drop_unenrolled_logs(
    db: &Connection,
    indexed_logs: &HashMap<String, IndexedLog>,
    enrolled_keys: &[&VerifierKey],
) -> Result<(), IndexError> {
    for (_, log) in indexed_logs.iter().filter(|(origin, _)| !enrolled_keys.iter().any(|key| key.name == **origin)) {
        drop_log(db, log.id)?;
    }
    Ok(())
}
