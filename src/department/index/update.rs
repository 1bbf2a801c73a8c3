//! Brings the index up to date with its store: every log's new entries, checked against its signed head.
use std::collections::HashMap;
use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

use rusqlite::Connection;

use super::delta::{LogDelta, LogReadContext, read_delta};
use super::writer::{IndexWriter, drop_log};
use super::{AiringIndex, IndexError};
use crate::airlog::storage::Storage;
use crate::base::platform::available_threads;
use crate::department::registry::Registry;
use crate::department::witness::Witness;
use crate::logstore::location::StorageLocation;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{Note, SignatureStatus, VerifierKey};
use crate::proof::tree::{CompactRange, Hash};
use crate::text::proof::FaultText;

/// Logs whose rows wait to be written.
const QUEUE_DEPTH: usize = 2;
/// Logs that are read beside each other from an object store, where time is spent waiting.
const REMOTE_READERS: usize = 8;

/// What the index has of a log.
pub struct IndexedLog {
    /// Its number.
    pub id: i64,
    /// The tree over its entries.
    pub range: CompactRange,
    /// When this machine's witness countersigned that head, seconds since 1970.
    pub cosigned_at: Option<i64>,
    /// Whether the operator vouches for the clock behind those entries.
    pub clock_confirmed: bool,
    /// What must be known of those entries to judge the next: a [`Fold`](crate::airlog::plausible::Fold) as JSON.
    pub fold: String,
}

impl AiringIndex {
    /// Reads what is new in the store. Gives what is wrong with logs in it: of those nothing is in the index then.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub fn update<K: Storage>(
        &mut self,
        store: &StorageLocation,
        registry: &Registry,
        witness: &Witness<K>,
    ) -> Result<Vec<(String, FaultText)>, IndexError> {
        // From here on nobody else writes, so that nothing is written twice.
        let mut writer = IndexWriter::new(&mut self.db)?;
        let there = indexed_logs(&writer.db)?;
        let enrolled: Vec<&VerifierKey> = registry.logs().map(|log| &log.key).collect();
        drop_unenrolled(&writer.db, &there, &enrolled)?;
        let own = VerifierKey::parse(&witness.verifier_key()).ok_or_else(|| io::Error::other("the witness's key"))?;
        let seen: Vec<Option<(Note, Checkpoint)>> =
            enrolled.iter().map(|key| witness.newest_head(&key.name)).collect::<io::Result<_>>()?;
        let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let (send, receive) = sync_channel::<Result<LogDelta, IndexError>>(QUEUE_DEPTH);
        let work = |send: std::sync::mpsc::SyncSender<_>| {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let (Some(key), Some(seen)) = (enrolled.get(at), seen.get(at)) else { break };
                // A head that the station has not signed accuses nobody.
                let seen = seen.as_ref().filter(|(note, _)| note.signature_status(key) == SignatureStatus::Valid);
                let reading =
                    LogReadContext { key, witness_key: &own, witnessed_head: seen, indexed: there.get(&key.name) };
                let news = match read_delta(store.child_storage(&key.name), &reading) {
                    Ok(Ok(Some(news))) => Ok(news),
                    Ok(Ok(None)) => continue,
                    Ok(Err(fault)) => {
                        if let Ok(mut wrong) = wrong.lock() {
                            wrong.push((key.name.clone(), fault));
                        }
                        continue;
                    }
                    Err(e) => Err(e),
                };
                if send.send(news).is_err() {
                    break;
                }
            }
        };
        let remote = store.storage().is_remote();
        std::thread::scope(|scope| {
            for _ in 0..if remote { REMOTE_READERS } else { available_threads() } {
                let send = send.clone();
                scope.spawn(|| work(send));
            }
            drop(send);
            receive.into_iter().try_for_each(|news| writer.write_delta(&news?))
        })?;
        let mut wrong = wrong.into_inner().unwrap_or_default();
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

    /// How many logs and airings it has.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub fn counts(&self) -> Result<(usize, u64), IndexError> {
        let logs: i64 = self.db.query_row("SELECT count(*) FROM log", [], |row| row.get(0))?;
        let airings: i64 = self.db.query_row("SELECT coalesce(sum(airings), 0) FROM log", [], |row| row.get(0))?;
        Ok((usize::try_from(logs).unwrap_or(0), u64::try_from(airings).unwrap_or(0)))
    }
}

fn indexed_logs(db: &Connection) -> Result<HashMap<String, IndexedLog>, IndexError> {
    let mut query = db.prepare("SELECT origin, id, size, peaks, cosigned, confirmed, fold FROM log")?;
    let rows = query.query_map([], |row| {
        let (origin, id, size): (String, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let peaks: Vec<u8> = row.get(3)?;
        Ok((origin, id, size, peaks, row.get(4)?, row.get(5)?, row.get(6)?))
    })?;
    let mut there = HashMap::new();
    for row in rows {
        let (origin, id, size, peaks, cosigned, confirmed, fold) = row?;
        let peaks: Vec<Hash> = peaks.as_chunks().0.to_vec();
        let range = CompactRange::from_parts(u64::try_from(size).unwrap_or(0), peaks).unwrap_or_default();
        there.insert(origin, IndexedLog { id, range, cosigned_at: cosigned, clock_confirmed: confirmed, fold });
    }
    Ok(there)
}

/// Logs that are not enrolled any more.
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
