//! What a refused source holds, so that the journal can name it when the source is gone.
use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

use super::heads::parse_head;
use crate::airlog::files::{MAX_PART_NUMBER, part_name};
use crate::airlog::storage::Storage;
use crate::base::hash::{hex, sha256_hex};
use crate::department::journal::incident::RefusedBytes;
use crate::logstore::source::{LogForm, LogSource};
use crate::proof::tiles::{TILE_WIDTH, tile_at};

/// The maximum number of bytes of a refused log that are hashed.
const MAX_HASHED_BYTES: u64 = 16 * 1024 * 1024;
/// The maximum number of files of a refused log that are hashed.
const MAX_HASHED_FILES: u64 = 4096;

/// The head and the bytes of a log that was refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefusedLog {
    /// The number of entries under its head, and their root in hex; `None` if the head cannot be read.
    pub head: Option<(u64, String)>,
    /// The hashes of its head and of its entries.
    pub bytes: RefusedBytes,
}

impl RefusedLog {
    /// Reads and hashes a refused log. What cannot be read ends the hash.
    ///
    /// # Errors
    /// If the storage fails before the first file is read.
    pub fn read<S: Storage>(source: &LogSource<S>) -> io::Result<Self> {
        let head_bytes = source.heads()?.head;
        let head = parse_head(&head_bytes).map(|(head, _)| head);
        let size = head.as_ref().map_or(0, |head| head.size);
        let (mut hasher, mut log_bytes, mut log_whole) = (Sha256::new(), 0, true);
        for number in 0..MAX_HASHED_FILES {
            let Some(name) = file_with_entries(source.form, number, size) else { break };
            let Ok(Some(file)) = source.storage.read(&name) else { break };
            let mut bytes = Vec::new();
            let result = file.take(MAX_HASHED_BYTES - log_bytes + 1).read_to_end(&mut bytes);
            let kept = bytes.len().min(usize::try_from(MAX_HASHED_BYTES - log_bytes).unwrap_or(usize::MAX));
            hasher.update(&bytes[..kept]);
            log_bytes += kept as u64;
            log_whole = kept == bytes.len();
            if !log_whole || result.is_err() {
                break;
            }
        }
        let bytes = RefusedBytes {
            head_sha256: sha256_hex(&head_bytes),
            log_sha256: hex(&hasher.finalize()),
            log_bytes,
            log_whole,
        };
        Ok(Self { head: head.map(|head| (head.size, hex(&head.root))), bytes })
    }
}

/// Returns the name of a file with entries; `None` after the last one.
fn file_with_entries(form: LogForm, number: u64, size: u64) -> Option<String> {
    match form {
        LogForm::Airlog => usize::try_from(number).ok().filter(|number| *number <= MAX_PART_NUMBER).map(part_name),
        LogForm::Export => (number <= size / TILE_WIDTH).then(|| tile_at(None, number, size))?.map(|tile| tile.path()),
    }
}
