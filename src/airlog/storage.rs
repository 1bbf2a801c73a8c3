//! The seam to the disk: [`Storage`], and the two that exist, a folder and memory.
mod boxed;
mod folder;
mod memory;
mod moved;

use std::io::{self, BufRead};

pub use boxed::AnyStorage;
pub use folder::FolderStorage;
pub use memory::MemoryStorage;
pub use moved::StorageMoved;

/// A name and the bytes that are to stand there.
pub type NewFile = (String, Vec<u8>);

/// Named byte strings that can be appended to. Names are relative, with `/` between folders.
pub trait Storage {
    /// Reads from the beginning; none when there is no such name.
    ///
    /// # Errors
    /// What the system says.
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>>;
    /// Adds bytes at the end, made when it was not there. Not durable until [`Storage::sync`].
    ///
    /// # Errors
    /// What the system says; some of the bytes may be there then.
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;
    /// Makes what was appended survive a power cut.
    ///
    /// # Errors
    /// What the system says.
    fn sync(&mut self, name: &str) -> io::Result<()>;
    /// Cuts to this length; nothing happens when it is not longer, or not there.
    ///
    /// # Errors
    /// What the system says.
    fn truncate(&mut self, name: &str, len: u64) -> io::Result<()>;
    /// Puts these bytes there, whole or not at all, durably.
    ///
    /// # Errors
    /// What the system says. Either the former bytes stand then, or these do already and may not outlast a power cut.
    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;
    /// Gives it another name, durably.
    ///
    /// # Errors
    /// What the system says.
    fn rename(&mut self, name: &str, to: &str) -> io::Result<()>;
    /// Takes it away, durably. Nothing happens when it is not there.
    ///
    /// # Errors
    /// What the system says.
    fn remove(&mut self, name: &str) -> io::Result<()>;
    /// The same, its bytes overwritten before: for secrets.
    ///
    /// # Errors
    /// What the system says.
    fn erase(&mut self, name: &str) -> io::Result<()>;
    /// Whether there is such a name.
    fn has(&self, name: &str) -> bool;

    /// From now on it is written wherever it is: for the last words of a station whose folder was moved away.
    fn follow_moved(&mut self) {}

    /// The names of the files in a folder, without it; none where the storage cannot tell.
    ///
    /// # Errors
    /// What the system says.
    fn list(&self, _folder: &str) -> io::Result<Vec<String>> {
        Ok(Vec::new())
    }

    /// Puts files there whose names are free; gives back those whose names are taken, where the former bytes stay.
    /// Whole or not at all, and durable once [`Storage::settle`] has returned.
    ///
    /// # Errors
    /// What the system says; some of the files may be there then.
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

    /// Makes what was created survive a power cut.
    ///
    /// # Errors
    /// What the system says.
    fn sync_created(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Whether every look into it takes its time: what is known to be there is not looked at then.
    fn is_remote(&self) -> bool {
        false
    }

    /// Reads the whole, up to `limit` bytes; none when it is not there.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::FileTooLarge`] past the limit.
    fn read_all(&self, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
        let Some(reader) = self.read(name)? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut io::Read::take(reader, limit + 1), &mut bytes)?;
        check_limit(bytes, limit).map(Some)
    }
}

/// Fails with [`io::ErrorKind::FileTooLarge`] when there are more bytes than `limit`.
fn check_limit(bytes: Vec<u8>, limit: u64) -> io::Result<Vec<u8>> {
    if bytes.len() as u64 > limit { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}
