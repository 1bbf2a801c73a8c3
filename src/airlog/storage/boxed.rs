//! Any storage in a [`Box`].
use std::io::{self, BufRead};

use super::{NewFile, Storage};

/// Any storage, in a box.
pub type AnyStorage = Box<dyn Storage + Send + Sync>;

impl<S: Storage + ?Sized> Storage for Box<S> {
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>> {
        (**self).read(name)
    }
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        (**self).append(name, bytes)
    }
    fn sync(&mut self, name: &str) -> io::Result<()> {
        (**self).sync(name)
    }
    fn truncate(&mut self, name: &str, len: u64) -> io::Result<()> {
        (**self).truncate(name, len)
    }
    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        (**self).replace(name, bytes)
    }
    fn rename(&mut self, name: &str, to: &str) -> io::Result<()> {
        (**self).rename(name, to)
    }
    fn remove(&mut self, name: &str) -> io::Result<()> {
        (**self).remove(name)
    }
    fn erase(&mut self, name: &str) -> io::Result<()> {
        (**self).erase(name)
    }
    fn exists(&self, name: &str) -> bool {
        (**self).exists(name)
    }
    fn follow_moved_folder(&mut self) {
        (**self).follow_moved_folder();
    }
    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        (**self).list(folder)
    }
    fn create(&mut self, files: Vec<NewFile>) -> io::Result<Vec<NewFile>> {
        (**self).create(files)
    }
    fn sync_created(&mut self) -> io::Result<()> {
        (**self).sync_created()
    }
    fn is_remote(&self) -> bool {
        (**self).is_remote()
    }
    fn read_all(&self, name: &str, max_bytes: u64) -> io::Result<Option<Vec<u8>>> {
        (**self).read_all(name, max_bytes)
    }
}
