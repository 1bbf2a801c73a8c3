//! Reads a log's new entries from the store. Nothing counts that does not lead to the log's signed head.
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::IndexError;
use super::accepted_head::check_head;
use super::build_delta::build_delta;
use super::delta::LogDelta;
use super::indexed_log::LogReadContext;
use super::kept_file::is_unreachable;
use crate::airlog::files::CHECKPOINT;
use crate::airlog::storage::{AnyStorage, Storage};
use crate::base::panic_text::panic_text;
use crate::logstore::source::{LogForm, LogSource};
use crate::proof::note::MAX_NOTE;
use crate::proof::verify::fault_text;
use crate::text::proof::FaultText;

/// Readings of a log that changes while it is read: a collection may be under way.
const MAX_RETRIES: usize = 10;

type ReadResult = Result<Option<LogDelta>, FaultText>;

/// Reads the news of a log: none when the index is up to date, or the fault of the log.
///
/// # Errors
/// [`IndexError::Store`] when the store cannot be reached.
pub fn read_delta(storage: AnyStorage, reading: &LogReadContext<'_>) -> Result<ReadResult, IndexError> {
    catch_panic(|| read_with_retries(storage, reading))
}

/// Turns a panic into a fault of the one log, so that the other logs are still read.
fn catch_panic(read: impl FnOnce() -> Result<ReadResult, IndexError>) -> Result<ReadResult, IndexError> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|panic| Ok(Err(FaultText::ProgramFailed { detail: panic_text(&*panic) })))
}

fn read_with_retries(storage: AnyStorage, reading: &LogReadContext<'_>) -> Result<ReadResult, IndexError> {
    let source = LogSource { storage, form: LogForm::Export };
    let mut read = read_once(&source, reading);
    for _ in 0..MAX_RETRIES {
        let Ok((Err(_), head)) = &read else { break };
        // A collection replaces the head last, so a new head means that the files before it are new as well.
        if source.storage.read_all(CHECKPOINT, MAX_NOTE as u64).ok().flatten().as_ref() == head.as_ref() {
            break;
        }
        read = read_once(&source, reading);
    }
    match read {
        Ok((read, _)) => Ok(read),
        // An unreadable file is the fault of its log; an unreachable store concerns every log.
        Err(IndexError::Store(e)) if !is_unreachable(&e) => Ok(Err(FaultText::Unreadable { detail: e.to_string() })),
        Err(e) => Err(e),
    }
}

/// Reads the log once; returns the bytes of its head as well.
fn read_once(
    source: &LogSource<AnyStorage>,
    reading: &LogReadContext<'_>,
) -> Result<(ReadResult, Option<Vec<u8>>), IndexError> {
    let bytes = source.storage.read_all(CHECKPOINT, MAX_NOTE as u64)?;
    let Some(head) = &bytes else {
        // A log that was collected or indexed cannot vanish.
        let gone = reading.witnessed_head.is_some() || reading.indexed.is_some();
        return Ok((if gone { Err(FaultText::NoLog {}) } else { Ok(None) }, None));
    };
    let read = check_head(head, source, reading)?.map_err(|wrong| fault_text(&wrong));
    let read = match read {
        Ok(head) => build_delta(head, source, reading)?.map_err(|wrong| fault_text(&wrong)),
        Err(fault) => Err(fault),
    };
    Ok((read, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::panic)] // the test needs a panic
    fn a_log_over_which_the_program_fails_stops_no_other() {
        let Ok(Err(fault)) = catch_panic(|| panic!("entry {}", 7)) else { unreachable!("it failed") };
        assert_eq!(fault, FaultText::ProgramFailed { detail: "entry 7".to_owned() });
        assert!(matches!(catch_panic(|| Ok(Ok(None))), Ok(Ok(None))));
    }
}
