//! Brings the index up to date with its store, and checks every log's new entries against its signed head.
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

/// Logs whose rows wait for the writer.
const QUEUE_DEPTH: usize = 2;
/// Threads that read logs from a remote store, where most of the time is spent waiting.
const REMOTE_READERS: usize = 8;

impl AiringIndex {
    /// Reads what is new in the store. Returns the logs with faults; the index has nothing of those.
    ///
    /// # Errors
    /// [`IndexError::Database`]; [`IndexError::Store`] when the store cannot be reached or the witness's state cannot
    /// be read.
    pub fn update<K: Storage>(
        &mut self,
        store: &StorageLocation,
        registry: &Registry,
        witness: &Witness<K>,
    ) -> Result<Vec<(String, FaultText)>, IndexError> {
        // The transaction keeps other processes from writing the same rows.
        let mut writer = IndexWriter::new(&mut self.db)?;
        let there = indexed_logs(&writer.db)?;
        let enrolled: Vec<&VerifierKey> = registry.logs().map(|log| &log.key).collect();
        drop_unenrolled(&writer.db, &there, &enrolled)?;
        let own = VerifierKey::parse(&witness.verifier_key()).ok_or_else(|| io::Error::other("the witness's key"))?;
        let newest = witnessed_heads(&enrolled, witness)?;
        let reader = LogReader { store, enrolled: &enrolled, newest: &newest, witness_key: &own, indexed: &there };
        let mut wrong = write_deltas(&reader, &mut writer)?;
        wrong.sort_by(|a, b| a.0.cmp(&b.0));
        for (origin, _) in &wrong {
            if let Some(log) = there.get(origin) {
                drop_log(&writer.db, log.id)?;
            }
        }
        writer.retry_missing_plans(store)?;
        writer.commit()?;
        Ok(wrong)
    }

    /// Returns how many logs and airings it holds.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn counts(&self) -> Result<(usize, u64), IndexError> {
        let logs: i64 = self.db.query_row("SELECT count(*) FROM log", [], |row| row.get(0))?;
        let airings: i64 = self.db.query_row("SELECT coalesce(sum(airings), 0) FROM log", [], |row| row.get(0))?;
        Ok((usize::try_from(logs).unwrap_or(0), u64::try_from(airings).unwrap_or(0)))
    }
}

/// Returns the newest head of each enrolled log that the witness has recorded. A head without the station's
/// signature proves nothing against the station, so it is left out.
fn witnessed_heads<K: Storage>(
    enrolled: &[&VerifierKey],
    witness: &Witness<K>,
) -> io::Result<Vec<Option<(Note, Checkpoint)>>> {
    let own = |key: &VerifierKey, (note, _): &(Note, Checkpoint)| note.signature_status(key) == SignatureStatus::Valid;
    enrolled.iter().map(|key| Ok(witness.newest_head(&key.name)?.filter(|head| own(key, head)))).collect()
}

/// Reads enrolled logs, one per call; any number of threads can share it.
struct LogReader<'a> {
    store: &'a StorageLocation,
    enrolled: &'a [&'a VerifierKey],
    /// The recorded head of each enrolled log.
    newest: &'a [Option<(Note, Checkpoint)>],
    witness_key: &'a VerifierKey,
    indexed: &'a HashMap<String, IndexedLog>,
}

impl LogReader<'_> {
    fn read(&self, at: usize, key: &VerifierKey) -> Result<Result<Option<LogDelta>, FaultText>, IndexError> {
        let context = LogReadContext {
            key,
            witness_key: self.witness_key,
            witnessed_head: self.newest[at].as_ref(),
            indexed: self.indexed.get(&key.name),
        };
        read_delta(self.store.child_storage(&key.name), &context)
    }
}

/// Reads all logs on several threads, writes their news on this one, and returns the faults of logs.
fn write_deltas(reader: &LogReader<'_>, writer: &mut IndexWriter<'_>) -> Result<Vec<(String, FaultText)>, IndexError> {
    let (queue, wrong) = (WorkQueue::new(reader.enrolled), Mutex::new(Vec::new()));
    let (send, receive) = sync_channel::<Result<LogDelta, IndexError>>(QUEUE_DEPTH);
    let work = |send: SyncSender<_>| {
        while let Some((at, key)) = queue.take() {
            let delta = match reader.read(at, key) {
                Ok(Ok(Some(delta))) => Ok(delta),
                Ok(Ok(None)) => continue,
                Ok(Err(fault)) => {
                    if let Ok(mut wrong) = wrong.lock() {
                        wrong.push((key.name.clone(), fault));
                    }
                    continue;
                }
                Err(e) => Err(e),
            };
            // The writer has failed: its error ends the update.
            if send.send(delta).is_err() {
                break;
            }
        }
    };
    let remote = reader.store.storage().is_remote();
    std::thread::scope(|scope| {
        for _ in 0..if remote { REMOTE_READERS } else { available_threads() } {
            let send = send.clone();
            scope.spawn(|| work(send));
        }
        drop(send);
        receive.into_iter().try_for_each(|delta| writer.write_delta(&delta?))
    })?;
    Ok(wrong.into_inner().unwrap_or_default())
}

/// Drops logs that are no longer enrolled.
fn drop_unenrolled(
    db: &Connection,
    there: &HashMap<String, IndexedLog>,
    enrolled: &[&VerifierKey],
) -> Result<(), IndexError> {
    for (_, log) in there.iter().filter(|(origin, _)| !enrolled.iter().any(|key| key.name == **origin)) {
        drop_log(db, log.id)?;
    }
    Ok(())
}
