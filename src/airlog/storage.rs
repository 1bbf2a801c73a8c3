//! The seam to the disk: [`Storage`], and its implementations for a folder and for memory.
mod boxed;
mod folder;
mod memory;
mod moved;

use std::io::{self, BufRead};

pub use boxed::AnyStorage;
pub use folder::FolderStorage;
pub use memory::MemoryStorage;
pub use moved::StorageMoved;

/// Name of a new file, and its bytes.
pub type NewFile = (String, Vec<u8>);

/// Named byte strings that can be appended to. Names are relative, with `/` between folders.
///
/// Errors are those of the operating system or the object store. [`StorageMoved`] inside an error says that a pinned
/// folder, or a file in it, is no longer in its place.
pub trait Storage {
    /// Opens a file for reading from its beginning; `None` when it is missing.
    ///
    /// # Errors
    /// Errors of the system, except that the file is missing.
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>>;
    /// Appends bytes to a file, which is created when missing. Not durable until [`Storage::sync`].
    ///
    /// # Errors
    /// Errors of the system; some of the bytes may have been written.
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;
    /// Makes the appended bytes durable.
    ///
    /// # Errors
    /// Errors of the system. The file must not be trusted afterwards: the kernel may have dropped its dirty pages.
    fn sync(&mut self, name: &str) -> io::Result<()>;
    /// Truncates a file to this length. Does nothing when it is not longer, or missing.
    ///
    /// # Errors
    /// Errors of the system.
    fn truncate(&mut self, name: &str, len: u64) -> io::Result<()>;
    /// Replaces a file atomically and durably.
    ///
    /// # Errors
    /// Errors of the system. Then either the old bytes are there, or the new ones, which may not survive a power cut.
    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;
    /// Renames a file durably.
    ///
    /// # Errors
    /// Errors of the system, [`io::ErrorKind::NotFound`] among them.
    fn rename(&mut self, name: &str, to: &str) -> io::Result<()>;
    /// Removes a file durably. Does nothing when it is missing.
    ///
    /// # Errors
    /// Errors of the system.
    fn remove(&mut self, name: &str) -> io::Result<()>;
    /// Overwrites the bytes of a file, then removes it: for secrets.
    ///
    /// # Errors
    /// Errors of the system.
    fn erase(&mut self, name: &str) -> io::Result<()>;
    /// Whether there is a file of this name.
    fn has(&self, name: &str) -> bool;

    /// Writes to the pinned folder wherever it is from now on, for the last entries of a station whose folder was
    /// moved.
    fn follow_moved(&mut self) {}

    /// Lists the names of the files in a folder, without the folder. Empty when the storage cannot list.
    ///
    /// # Errors
    /// Errors of the system, except that the folder is missing.
    fn list(&self, _folder: &str) -> io::Result<Vec<String>> {
        Ok(Vec::new())
    }

    /// Creates files, each atomically. Returns those whose names are taken; the existing files stay as they are.
    /// The new files are durable once [`Storage::sync_created`] has returned.
    ///
    /// # Errors
    /// Errors of the system; some of the files may have been created.
    fn create(&mut self, files: Vec<NewFile>) -> io::Result<Vec<NewFile>> {
        let mut taken = Vec::new();
        for (name, bytes) in files {
            if self.has(&name) {
                taken.push((name, bytes));
            } else {
                self.replace(&name, &bytes)?;
            }
        }
        Ok(taken)
    }

    /// Makes the created files durable.
    ///
    /// # Errors
    /// Errors of the system.
    fn sync_created(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Whether access is slow (remote). Callers then skip checks for files that they know to be there.
    fn is_remote(&self) -> bool {
        false
    }

    /// Reads a whole file of up to `limit` bytes; `None` when it is missing.
    ///
    /// # Errors
    /// [`io::ErrorKind::FileTooLarge`] past the limit, and those of [`Storage::read`].
    fn read_all(&self, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
        let Some(reader) = self.read(name)? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut io::Read::take(reader, limit + 1), &mut bytes)?;
        check_limit(bytes, limit).map(Some)
    }

    /// Reads the whole, as [`Self::read_all`]; a file past the limit is not ours, and counts as missing.
    ///
    /// # Errors
    /// What the system says.
    fn read_bounded(&self, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
        match self.read_all(name, limit) {
            Err(e) if e.kind() == io::ErrorKind::FileTooLarge => Ok(None),
            other => other,
        }
    }
}

/// Fails with [`io::ErrorKind::FileTooLarge`] when there are more bytes than `limit`.
fn check_limit(bytes: Vec<u8>, limit: u64) -> io::Result<Vec<u8>> {
    if bytes.len() as u64 > limit { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}
