//! The files of one copy of a journal.
use std::io;

use crate::airlog::storage::Storage;
use crate::proof::note::MAX_NOTE_BYTES;

/// The file with the signed head. It is not called `checkpoint`, so that no search takes the journal for the log of a
/// station.
pub(super) const HEAD_FILE: &str = "head";
/// The number of lines in a file of entries. Full files never change.
pub(super) const LINES_PER_FILE: usize = 256;
/// The maximum number of files with entries: a million entries.
const MAX_FILES: usize = 4096;
/// The maximum size of a file with entries, in bytes.
const MAX_FILE_BYTES: u64 = 256 * 65_536;

/// The lines and the head of a journal as they lie in a storage, unverified.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalCopy {
    /// The lines, without their newlines.
    pub lines: Vec<Vec<u8>>,
    /// The bytes of the signed head; `None` if there is none.
    pub head: Option<Vec<u8>>,
    /// True if there is more than whole lines in whole files: a torn line, a file after a gap, a file that is none.
    pub has_rubbish: bool,
}

/// Returns the name of a file with entries.
pub(super) fn entries_file(prefix: &str, number: usize) -> String {
    format!("{prefix}entries/{number:06}.jsonl")
}

/// Reads a file; bytes that cannot be a file of ours if it is too large, a link or a folder.
fn read_file<S: Storage>(storage: &S, name: &str, max_bytes: u64) -> io::Result<Option<Vec<u8>>> {
    match storage.read_all(name, max_bytes) {
        Err(e)
            if matches!(
                e.kind(),
                io::ErrorKind::FileTooLarge
                    | io::ErrorKind::InvalidInput
                    | io::ErrorKind::IsADirectory
                    | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(Some(vec![0]))
        }
        result => result,
    }
}

/// Reads a copy. `prefix` is put before the names of its files.
///
/// # Errors
/// If the storage fails.
pub fn read_copy<S: Storage>(storage: &S, prefix: &str) -> io::Result<JournalCopy> {
    let mut copy = JournalCopy {
        head: read_file(storage, &format!("{prefix}{HEAD_FILE}"), MAX_NOTE_BYTES as u64)?,
        ..JournalCopy::default()
    };
    for number in 0..MAX_FILES {
        let Some(bytes) = read_file(storage, &entries_file(prefix, number), MAX_FILE_BYTES)? else { break };
        if copy.lines.len() != number * LINES_PER_FILE {
            copy.has_rubbish = true;
            break;
        }
        let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
        let tail = lines.pop().unwrap_or_default();
        copy.has_rubbish |= !tail.is_empty() || lines.len() > LINES_PER_FILE;
        copy.lines.extend(lines.into_iter().take(LINES_PER_FILE).map(<[u8]>::to_vec));
        if copy.has_rubbish {
            break;
        }
    }
    Ok(copy)
}

/// Writes the files from the one that holds line `from` on, then the head. Each file is replaced as a whole, so there
/// is no torn line, and a reader of the old head finds all its lines.
pub(super) fn write_copy<S: Storage>(
    storage: &mut S,
    prefix: &str,
    lines: &[Vec<u8>],
    from: usize,
    head: &[u8],
) -> io::Result<()> {
    let first_file = from / LINES_PER_FILE;
    for (chunk, number) in lines.chunks(LINES_PER_FILE).zip(0..).skip(first_file) {
        let mut bytes = chunk.join(&b'\n');
        bytes.push(b'\n');
        storage.replace(&entries_file(prefix, number), &bytes)?;
    }
    storage.replace(&format!("{prefix}{HEAD_FILE}"), head)
}

/// Removes the files after the last one of a journal with this number of lines.
pub(super) fn remove_files_after<S: Storage>(storage: &mut S, prefix: &str, line_count: usize) -> io::Result<()> {
    let first_unused = line_count.div_ceil(LINES_PER_FILE);
    for number in first_unused..MAX_FILES {
        let name = entries_file(prefix, number);
        if !storage.exists(&name) {
            break;
        }
        storage.remove(&name)?;
    }
    Ok(())
}
