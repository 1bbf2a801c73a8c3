//! From files to an [`Adopted`] schedule, and back from the kept files that a log names.
use std::sync::Arc;

use chrono::NaiveDate;

use super::engine::Adopted;
use crate::airlog::entry::{KeptFile, ScheduleNote};
use crate::airlog::replay::{KeptSchedule, Replay};
use crate::airlog::storage::Storage;
use crate::library::Library;
use crate::plan::Plan;
use crate::schedule::{Schedule, SourceFile, read};

/// No kept file is larger.
const MAX_KEPT: u64 = 64 * 1024 * 1024;

/// SHA-256 in lower-case hex.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// A schedule ready to be put in force, with the files that the log will name.
#[must_use]
pub fn prepare(files: &[SourceFile], schedule: Schedule, library: Library) -> Adopted {
    let mut kept = Vec::new();
    let mut names = Vec::new();
    for file in files {
        let sha256 = sha256_hex(file.text.as_bytes());
        kept.push((format!("kept/{sha256}.toml"), file.text.clone().into_bytes()));
        names.push(KeptFile { name: file.name.clone(), sha256 });
    }
    // Strings and integers in a sorted map: serialising them cannot fail, and gives the same bytes each time.
    let snapshot = serde_json::to_vec(&library).unwrap_or_default();
    let library_hash = sha256_hex(&snapshot);
    kept.push((format!("kept/{library_hash}.json"), snapshot));
    let note = ScheduleNote {
        files: names,
        library: library_hash,
        sessions: schedule.sessions.len() as u64,
        segments: schedule.segments.len() as u64,
    };
    Adopted { schedule, library, note, kept }
}

/// The files of the schedule that the log names last; none when one is missing or is not what the log says.
#[must_use]
pub fn kept_sources<S: Storage>(storage: &S, kept: &KeptSchedule) -> Option<Vec<SourceFile>> {
    let file = |(name, sha256): &(String, String)| {
        let bytes = kept_bytes(storage, sha256, "toml")?;
        Some(SourceFile::new(name, &bytes))
    };
    kept.files.iter().map(file).collect()
}

/// The schedule that was in force, from its kept files.
#[must_use]
pub fn rebuild<S: Storage>(storage: &S, kept: &KeptSchedule) -> Option<Arc<Adopted>> {
    let files = kept_sources(storage, kept)?;
    let library = kept_bytes(storage, &kept.library, "json")?;
    let library: Library = serde_json::from_slice(&library).ok()?;
    Some(Arc::new(prepare(&files, read(&files).schedule, library)))
}

/// The latest plans that the log names, from their kept files.
#[must_use]
pub fn kept_plans<S: Storage>(storage: &S, replay: &Replay) -> Vec<(NaiveDate, Plan)> {
    let plan = |(date, sha256): (&NaiveDate, &String)| {
        let bytes = kept_bytes(storage, sha256, "json")?;
        Some((*date, serde_json::from_slice(&bytes).ok()?))
    };
    replay.plans.iter().filter_map(plan).collect()
}

fn kept_bytes<S: Storage>(storage: &S, sha256: &str, ending: &str) -> Option<Vec<u8>> {
    // The name comes from a file that anybody may have written to.
    if sha256.len() != 64 || !sha256.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let bytes = storage.read_all(&format!("kept/{sha256}.{ending}"), MAX_KEPT).ok()??;
    (sha256_hex(&bytes) == sha256).then_some(bytes)
}
