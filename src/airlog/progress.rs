//! `airlog/progress`: marks of the running airing, and signs of life between airings.
//!
//! A mark a second while something plays, synced every 5 s, so that after a power cut the log can say how
//! long the cut airing is known to have played: never more than it did. The file is scratch: it is cut back
//! once it has grown, and a torn or foreign line in it is passed over.
use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};

use super::storage::Storage;
use crate::instant::Now;
use crate::instant::{Boot, Wall};

/// The file's name in `airlog/`.
pub const PROGRESS: &str = "progress";
const SYNC_EVERY_US: i64 = 5_000_000;
const LIFE_SYNC_EVERY_US: i64 = 600_000_000;
const MAX_BYTES: u64 = 256 * 1024;
const MAX_LINE: u64 = 1024;

/// One mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// When, by the wall clock (microseconds since 1970).
    pub wall: Wall,
    /// Whether that clock was believed.
    pub trusted: bool,
    /// The running airing, if one runs.
    pub id: Option<String>,
    /// Frames of it taken.
    pub frames: u64,
    /// Frames a second.
    pub rate: u32,
}

/// Writes marks.
#[derive(Debug, Default)]
pub struct Marker {
    bytes: u64,
    synced: Option<Boot>,
}

impl Marker {
    /// Writes a mark. The first of an airing (`first`) may cut the file back, and is synced at once.
    ///
    /// # Errors
    /// What the storage says; a mark that could not be written is no harm but to its own precision.
    pub fn mark<S: Storage>(&mut self, storage: &mut S, now: Now, mark: &Mark, first: bool) -> io::Result<()> {
        if self.bytes == 0 || (self.bytes > MAX_BYTES && (first || mark.id.is_none())) {
            storage.truncate(PROGRESS, 0)?;
            self.bytes = 0;
        }
        let mut line = serde_json::to_string(mark).unwrap_or_default();
        line.push('\n');
        storage.append(PROGRESS, line.as_bytes())?;
        self.bytes += line.len() as u64;
        let every = if mark.id.is_some() { SYNC_EVERY_US } else { LIFE_SYNC_EVERY_US };
        if first || self.synced.is_none_or(|at| now.boot.since(at) >= every) {
            storage.sync(PROGRESS)?;
            self.synced = Some(now.boot);
        }
        Ok(())
    }
}

/// What the marks tell a starting daemon.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks {
    /// The last mark of all.
    pub last: Option<Mark>,
    /// The last mark of each of the airings asked for.
    pub airings: Vec<Mark>,
}

/// Reads the marks; lines that are none are passed over.
///
/// # Errors
/// What the storage says.
pub fn read<S: Storage>(storage: &S, airings: &[String]) -> io::Result<Marks> {
    let mut marks = Marks::default();
    let Some(mut reader) = storage.read(PROGRESS)? else {
        return Ok(marks);
    };
    let mut line = Vec::new();
    loop {
        line.clear();
        if io::Read::take(&mut reader, MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(marks);
        }
        let Ok(mark) = serde_json::from_slice::<Mark>(&line) else {
            continue;
        };
        if mark.id.as_ref().is_some_and(|id| airings.contains(id)) {
            marks.airings.retain(|other| other.id != mark.id);
            marks.airings.push(mark.clone());
        }
        marks.last = Some(mark);
    }
}
