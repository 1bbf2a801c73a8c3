//! Reads the new entries of a log from the store. The entries are rejected if they do not match the log's signed head.
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::IndexError;
use super::accepted_head::check_head;
use super::build_delta::build_delta;
use super::delta::LogDelta;
use super::indexed_log::LogReadContext;
use super::kept_file::is_store_unreachable;
use crate::airlog::files::CHECKPOINT;
use crate::airlog::storage::{AnyStorage, Storage};
use crate::base::panic_text::panic_text;
use crate::logstore::source::{LogForm, LogSource};
use crate::proof::note::MAX_NOTE_BYTES;
use crate::proof::verify::fault_text;
use crate::text::proof::FaultText;

/// The maximum number of times that a log is read again. A collection can change the log while it is read.
const MAX_RETRIES: usize = 10;

/// The delta of a log, or the fault of the log. The delta is `None` if the index is up to date.
type ReadResult = Result<Option<LogDelta>, FaultText>;

/// Reads the delta of a log. The delta is `None` if the index is up to date. The inner error is the fault of the log.
///
/// # Errors
/// [`IndexError::Store`] if the store cannot be reached.
pub fn read_delta(storage: AnyStorage, context: &LogReadContext<'_>) -> Result<ReadResult, IndexError> {
    catch_panic(|| read_with_retries(storage, context))
}

/// Turns a panic into a fault of the log, so that the other logs are still read.
fn catch_panic(read: impl FnOnce() -> Result<ReadResult, IndexError>) -> Result<ReadResult, IndexError> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|panic| Ok(Err(FaultText::ProgramFailed { detail: panic_text(&*panic) })))
}

fn read_with_retries(storage: AnyStorage, context: &LogReadContext<'_>) -> Result<ReadResult, IndexError> {
    let source = LogSource { storage, form: LogForm::Export };
    let mut result = read_once(&source, context);
    for _ in 0..MAX_RETRIES {
        let Ok((Err(_), head)) = &result else { break };
        // A collection writes the head last. If the head is unchanged, no collection has ended since it was read, and
        // another attempt would find the same fault.
        if source.storage.read_all(CHECKPOINT, MAX_NOTE_BYTES as u64).ok().flatten().as_ref() == head.as_ref() {
            break;
        }
        result = read_once(&source, context);
    }
    match result {
        Ok((read_result, _)) => Ok(read_result),
        // An unreadable file is a fault of its log. An unreachable store affects all logs.
        Err(IndexError::Store(e)) if !is_store_unreachable(&e) => {
            Ok(Err(FaultText::Unreadable { detail: e.to_string() }))
        }
        Err(e) => Err(e),
    }
}

/// Reads the log once. Also returns the bytes of its head; `None` if it has none.
fn read_once(
    source: &LogSource<AnyStorage>,
    context: &LogReadContext<'_>,
) -> Result<(ReadResult, Option<Vec<u8>>), IndexError> {
    let bytes = source.storage.read_all(CHECKPOINT, MAX_NOTE_BYTES as u64)?;
    let Some(head) = &bytes else {
        // A log that is recorded or indexed must still be in the store.
        let is_expected = context.recorded_head.is_some() || context.indexed_log.is_some();
        return Ok((if is_expected { Err(FaultText::NoLog {}) } else { Ok(None) }, None));
    };
    let result = match check_head(head, source, context)? {
        Ok(head) => build_delta(head, source, context)?,
        Err(fault) => Err(fault),
    };
    Ok((result.map_err(|fault| fault_text(&fault)), bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::panic)] // the test needs a panic
    fn a_panic_becomes_a_fault_of_the_log() {
        let Ok(Err(fault)) = catch_panic(|| panic!("entry {}", 7)) else { unreachable!("the panic is caught") };
        assert_eq!(fault, FaultText::ProgramFailed { detail: "entry 7".to_owned() });
        assert!(matches!(catch_panic(|| Ok(Ok(None))), Ok(Ok(None))));
    }
}
