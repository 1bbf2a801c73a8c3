//! Reads the marks that the last run left.
use std::io::{self, BufRead};

use super::mark::ProgressMark;
use super::mark_key::{MarkKey, is_authentic};
use crate::airlog::files::PROGRESS;
use crate::airlog::storage::Storage;

const MAX_LINE: u64 = 1024;

/// What the marks tell a starting daemon.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProgressMarks {
    /// The last mark of all.
    pub last: Option<ProgressMark>,
    /// The last mark of each of the airings asked for.
    pub airings: Vec<ProgressMark>,
    /// Of the airings asked for, marks that no key at hand has made: of each the one that says most.
    pub refused: Vec<ProgressMark>,
}

impl ProgressMarks {
    /// All that counts, in its order.
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

/// Reads the marks that one of these keys has made; torn lines are passed over, and what is made up is told of.
///
/// # Errors
/// What the storage says.
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
