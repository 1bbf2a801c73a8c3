//! [`Storage`]: the interface to the disk, with implementations for a folder and for memory.
mod boxed;
mod folder;
mod memory;
mod moved;

use std::io::{self, BufRead};

pub use boxed::AnyStorage;
pub use folder::FolderStorage;
pub use memory::MemoryStorage;
pub use moved::StorageMoved;

/// The name of a new file, and its bytes.
pub type NewFile = (String, Vec<u8>);

/// A set of files that can be read, appended to and replaced. Names are relative paths with `/` between folders.
///
/// Errors come from the operating system or the object store. [`StorageMoved`] inside an error means that the pinned
/// folder, or a file in it, was moved, deleted or replaced.
pub trait Storage {
    /// Opens a file for reading from its beginning; `None` if it is missing.
    ///
    /// # Errors
    /// If the system reports an error. A missing file is not an error.
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>>;
    /// Appends bytes to a file, which is created if it is missing. The bytes are not durable until [`Storage::sync`].
    ///
    /// # Errors
    /// If the system reports an error. Some of the bytes may have been written.
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;
    /// Makes the appended bytes durable.
    ///
    /// # Errors
    /// If the system reports an error. After an error the file must not be trusted: the kernel may have dropped its
    /// dirty pages.
    fn sync(&mut self, name: &str) -> io::Result<()>;
    /// Truncates a file to this length in bytes. Does nothing if the file is not longer, or is missing.
    ///
    /// # Errors
    /// If the system reports an error.
    fn truncate(&mut self, name: &str, len: u64) -> io::Result<()>;
    /// Replaces a file atomically and durably.
    ///
    /// # Errors
    /// If the system reports an error. Then the file has either the old bytes, or the new ones, which may not survive a
    /// power cut.
    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;
    /// Renames a file durably.
    ///
    /// # Errors
    /// If the system reports an error, including [`io::ErrorKind::NotFound`] for a missing file.
    fn rename(&mut self, name: &str, to: &str) -> io::Result<()>;
    /// Removes a file durably. Does nothing if it is missing.
    ///
    /// # Errors
    /// If the system reports an error.
    fn remove(&mut self, name: &str) -> io::Result<()>;
    /// Overwrites the bytes of a file, then removes it. Used for secrets. Does nothing if the file is missing.
    ///
    /// # Errors
    /// If the system reports an error.
    fn erase(&mut self, name: &str) -> io::Result<()>;
    /// True when a file with this name exists.
    fn exists(&self, name: &str) -> bool;

    /// Lets writes to the pinned folder continue even if it was moved. Used for the last entries of a station whose
    /// folder was moved.
    fn follow_moved_folder(&mut self) {}

    /// Returns the names of the files in a folder, without the folder's path. Folders in it have their own names, or those
    /// of the files in them, as `folder/file`. Returns no names if the folder is missing.
    ///
    /// # Errors
    /// If the system reports an error. A missing folder is not an error.
    fn list(&self, _folder: &str) -> io::Result<Vec<String>> {
        Ok(Vec::new())
    }

    /// Creates files, each atomically. Files whose names already exist are not created, but returned. The created files
    /// are durable once [`Storage::sync_created`] has returned.
    ///
    /// # Errors
    /// If the system reports an error. Some of the files may have been created.
    fn create(&mut self, files: Vec<NewFile>) -> io::Result<Vec<NewFile>> {
        let mut existing = Vec::new();
        for (name, bytes) in files {
            if self.exists(&name) {
                existing.push((name, bytes));
            } else {
                self.replace(&name, &bytes)?;
            }
        }
        Ok(existing)
    }

    /// Makes the files of all earlier calls of [`Storage::create`] durable.
    ///
    /// # Errors
    /// If the system reports an error.
    fn sync_created(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// True when the storage is remote, so that access is slow. Callers then do not check files that a completed export
    /// must have written.
    fn is_remote(&self) -> bool {
        false
    }

    /// Reads an entire file of at most `max_bytes`; `None` if it is missing.
    ///
    /// # Errors
    /// [`io::ErrorKind::FileTooLarge`] if the file is larger, or an error from [`Storage::read`].
    fn read_all(&self, name: &str, max_bytes: u64) -> io::Result<Option<Vec<u8>>> {
        let Some(reader) = self.read(name)? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut io::Read::take(reader, max_bytes + 1), &mut bytes)?;
        check_size(bytes, max_bytes).map(Some)
    }

    /// Reads an entire file like [`Self::read_all`], but a file larger than `max_bytes` counts as missing, because loa
    /// does not write such files.
    ///
    /// # Errors
    /// If [`Storage::read`] fails.
    fn read_bounded(&self, name: &str, max_bytes: u64) -> io::Result<Option<Vec<u8>>> {
        match self.read_all(name, max_bytes) {
            Err(e) if e.kind() == io::ErrorKind::FileTooLarge => Ok(None),
            result => result,
        }
    }
}

/// Returns the bytes, or [`io::ErrorKind::FileTooLarge`] if there are more than `max_bytes`.
fn check_size(bytes: Vec<u8>, max_bytes: u64) -> io::Result<Vec<u8>> {
    if bytes.len() as u64 > max_bytes { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}
