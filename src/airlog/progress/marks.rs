//! Reads the marks that the last run left.
use std::io::{self, BufRead};

use super::mark::ProgressMark;
use super::mark_key::{MarkKey, is_authentic};
use crate::airlog::files::PROGRESS;
use crate::airlog::storage::Storage;

/// Longest line that is read at once, bytes.
const MAX_LINE: u64 = 1024;

/// Marks of the last run, for a starting daemon.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProgressMarks {
    /// Last mark of all.
    pub last: Option<ProgressMark>,
    /// Last mark of each requested airing.
    pub airings: Vec<ProgressMark>,
    /// Forged marks of the requested airings: of each airing the mark that claims most.
    pub refused: Vec<ProgressMark>,
}

impl ProgressMarks {
    /// Returns the marks that count, in their order.
    #[must_use]
    pub fn all(&self) -> Vec<ProgressMark> {
        self.airings.iter().chain(&self.last).cloned().collect()
    }

    fn refuse(&mut self, mark: ProgressMark) {
        match self.refused.iter_mut().find(|there| there.id == mark.id) {
            Some(there) if there.length_ms() >= mark.length_ms() => {}
            Some(there) => *there = mark,
            None => self.refused.push(mark),
        }
    }
}

/// Reads the marks. Torn lines are skipped; marks that none of these keys made go to [`ProgressMarks::refused`].
///
/// # Errors
/// Errors of [`Storage::read`] and of reading the file.
pub fn read<S: Storage>(storage: &S, airings: &[String], keys: &[MarkKey]) -> io::Result<ProgressMarks> {
    let mut marks = ProgressMarks::default();
    let Some(mut reader) = storage.read(PROGRESS)? else {
        return Ok(marks);
    };
    let mut line = Vec::new();
    loop {
        line.clear();
        if io::Read::take(&mut reader, MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(marks);
        }
        let Ok(mark) = serde_json::from_slice::<ProgressMark>(&line) else {
            continue;
        };
        let asked = mark.id.as_ref().filter(|id| airings.contains(id));
        if !is_authentic(&line, &mark, keys) {
            if asked.is_some() {
                marks.refuse(mark);
            }
            continue;
        }
        if asked.is_some() {
            marks.airings.retain(|other| other.id != mark.id);
            marks.airings.push(mark.clone());
        }
        marks.last = Some(mark);
    }
}
