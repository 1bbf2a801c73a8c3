//! Reads the marks of the last run.
use std::io::{self, BufRead};

use super::mark::ProgressMark;
use super::mark_key::{MarkKey, is_authentic};
use crate::airlog::files::PROGRESS;
use crate::airlog::storage::Storage;

/// Maximum number of bytes that are read as one line.
const MAX_LINE_BYTES: u64 = 1024;

/// The marks of the last run, for a starting daemon.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProgressMarks {
    /// The last authentic mark.
    pub last: Option<ProgressMark>,
    /// The last authentic mark of each requested airing.
    pub airing_marks: Vec<ProgressMark>,
    /// Marks of the requested airings that are not authentic: for each airing, the mark that claims the most.
    pub refused_marks: Vec<ProgressMark>,
}

impl ProgressMarks {
    /// Returns the authentic marks: those of the requested airings, then the last one.
    #[must_use]
    pub fn authentic(&self) -> Vec<ProgressMark> {
        self.airing_marks.iter().chain(&self.last).cloned().collect()
    }

    /// Adds a mark that is not authentic.
    fn add_refused(&mut self, mark: ProgressMark) {
        match self.refused_marks.iter_mut().find(|stored| stored.id == mark.id) {
            Some(stored) if stored.length_ms() >= mark.length_ms() => {}
            Some(stored) => *stored = mark,
            None => self.refused_marks.push(mark),
        }
    }
}

/// Reads the marks. `requested_ids` are the ids of the airings whose marks the caller needs. Torn lines are skipped. A
/// mark of these airings that was made with none of the keys is added to [`ProgressMarks::refused_marks`].
///
/// # Errors
/// If [`Storage::read`] fails, or if the file cannot be read.
pub fn read<S: Storage>(storage: &S, requested_ids: &[String], keys: &[MarkKey]) -> io::Result<ProgressMarks> {
    let mut marks = ProgressMarks::default();
    let Some(mut reader) = storage.read(PROGRESS)? else {
        return Ok(marks);
    };
    let mut line = Vec::new();
    loop {
        line.clear();
        if io::Read::take(&mut reader, MAX_LINE_BYTES).read_until(b'\n', &mut line)? == 0 {
            return Ok(marks);
        }
        let Ok(mark) = serde_json::from_slice::<ProgressMark>(&line) else {
            continue;
        };
        let is_requested = mark.id.as_ref().is_some_and(|id| requested_ids.contains(id));
        if !is_authentic(&line, &mark, keys) {
            if is_requested {
                marks.add_refused(mark);
            }
            continue;
        }
        if is_requested {
            marks.airing_marks.retain(|stored| stored.id != mark.id);
            marks.airing_marks.push(mark.clone());
        }
        marks.last = Some(mark);
    }
}
