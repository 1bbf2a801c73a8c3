//! The names of the files in `airlog/`.
/// The first file of the log, in JSON Lines: one entry per line.
pub const LOG: &str = "log.jsonl";
/// The newest signed head.
pub const CHECKPOINT: &str = "checkpoint";
/// The closing checkpoints of all ended epochs, in order.
pub const CLOSINGS: &str = "closings";
/// The newest head that the department has countersigned.
pub const COSIGNED: &str = "cosigned";
/// Record of the last copy of the log that was made for the department. Only the station reads it.
pub const HAND_IN: &str = "hand-in.json";
/// Progress marks of the running airing. The log does not depend on this file, so it may be lost.
pub const PROGRESS: &str = "progress";
/// Reserved disk space. It is deleted when the disk is full, to make room for the waiting entries and the `gap` entry.
pub const BALLAST: &str = "ballast";
/// Description of a damaged log, which the new log must cite. It stays until the `genesis` entry of the new log is
/// signed.
pub const PENDING_DAMAGE: &str = "damaged/pending.json";

/// Highest number of a log file. The log begins a new file only after a failed sync.
pub const MAX_PART_NUMBER: usize = 9999;

/// Returns the name of the log file with this number, from 0.
#[must_use]
pub fn part_name(number: usize) -> String {
    if number == 0 { LOG.to_owned() } else { format!("log.{number:03}.jsonl") }
}

/// Returns the name of a kept file, relative to `airlog/` or to the folder of the log's keys. `None` means that the
/// text is not a hash: an entry can hold any text. A hash in upper case gets a name, but no intact file has such a
/// name, because hashes are compared in lower case.
#[must_use]
pub fn kept_name(sha256: &str, extension: &str) -> Option<String> {
    let is_hash = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit());
    is_hash.then(|| format!("kept/{sha256}.{extension}"))
}
