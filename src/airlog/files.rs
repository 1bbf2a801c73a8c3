//! Names of the files in `airlog/`.
/// The log's first file. Entries are JSON Lines.
pub const LOG: &str = "log.jsonl";
/// The newest signed head.
pub const CHECKPOINT: &str = "checkpoint";
/// The closing checkpoints of the epochs, one after the other.
pub const CLOSINGS: &str = "closings";
/// The newest head that the department has countersigned.
pub const COSIGNED: &str = "cosigned";
/// Progress marks of the running airing. Scratch: it may be lost.
pub const PROGRESS: &str = "progress";
/// Space held in reserve: deleted when the disk is full, so that waiting entries and the gap can still be written.
pub const BALLAST: &str = "ballast";
/// Facts that a new log must cite, kept until its genesis entry is signed.
pub const PENDING_DAMAGE: &str = "damaged/pending.json";

/// Highest number of a log file. A new file begins only after a failed sync.
pub const MAX_PARTS: usize = 9999;

/// Returns the name of a log file, counted from 0.
#[must_use]
pub fn part_name(number: usize) -> String {
    if number == 0 { LOG.to_owned() } else { format!("log.{number:03}.jsonl") }
}

/// Returns the name of a kept file in `airlog/` and below the folder of the log's keys, or `None` when the text is not
/// a hash: an entry can hold any text. Upper-case digits pass here, but no file is ever intact under such a name.
#[must_use]
pub fn kept_name(sha256: &str, extension: &str) -> Option<String> {
    let is_hash = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit());
    is_hash.then(|| format!("kept/{sha256}.{extension}"))
}
