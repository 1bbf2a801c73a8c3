//! Writes a set of new files durably: all of them, or none.
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::base::durable;

/// The files and folders that were created so far. Dropping this value removes them, unless all were written.
#[derive(Debug, Default)]
pub struct NewFiles {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl NewFiles {
    /// Creates the folders and then the files below `dir`, in the given order. No file is overwritten. Each file is on
    /// the disk before the next one is created, so a power cut never leaves the last file without those before it.
    ///
    /// # Errors
    /// If a file or a folder cannot be created. Everything that this call created is then removed.
    pub fn write<'a>(
        dir: &Path,
        folders: &[&str],
        mut files: impl Iterator<Item = (&'a str, &'a [u8])>,
    ) -> io::Result<()> {
        let mut new_files = Self::default();
        folders.iter().try_for_each(|folder| new_files.create_folders(&dir.join(folder)))?;
        files.try_for_each(|(name, bytes)| new_files.create_file(&dir.join(name), bytes))?;
        new_files.files.clear();
        new_files.folders.clear();
        Ok(())
    }

    fn create_file(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        path.parent().map_or(Ok(()), |parent| self.create_folders(parent))?;
        let mut file = File::create_new(path)?;
        self.files.push(path.to_owned());
        file.write_all(bytes)?;
        file.sync_all()?;
        durable::sync_parent_dir(path)
    }

    /// Creates a folder and those above it that are missing.
    fn create_folders(&mut self, folder: &Path) -> io::Result<()> {
        if folder.as_os_str().is_empty() || folder.is_dir() {
            return Ok(());
        }
        folder.parent().map_or(Ok(()), |parent| self.create_folders(parent))?;
        match fs::create_dir(folder) {
            Ok(()) => {
                self.folders.push(folder.to_owned());
                durable::sync_parent_dir(folder)
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Drop for NewFiles {
    fn drop(&mut self) {
        for file in self.files.iter().rev() {
            let _ = fs::remove_file(file);
        }
        // A folder with other files in it stays.
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second file cannot be written, because its folder would have the path of the first file.
    const FILES: [(&str, &[u8]); 3] =
        [("playlists/a.toml", b"a"), ("playlists/a.toml/b", b"b"), ("station.toml", b"s")];

    #[test]
    fn a_failure_leaves_everything_as_it_was() {
        let parent = tempfile::tempdir().expect("create a temporary folder");
        let (new, old) = (parent.path().join("new/deep"), parent.path().join("old"));
        NewFiles::write(&new, &["audio"], FILES.into_iter()).expect_err("fail at the second file");
        assert_eq!(fs::read_dir(parent.path()).expect("read the folder").count(), 0);
        // Existing content stays: the folder, and another file, which is not overwritten.
        fs::create_dir_all(old.join("playlists")).expect("create a folder");
        fs::write(old.join("playlists/mine.toml"), "mine").expect("write a file");
        NewFiles::write(&old, &["audio"], FILES.into_iter()).expect_err("fail at the second file");
        fs::write(old.join("station.toml"), "mine").expect("write a file");
        NewFiles::write(&old, &[], [FILES[0], FILES[2]].into_iter()).expect_err("refuse to overwrite station.toml");
        let names = |folder: &Path| {
            let mut names: Vec<_> =
                fs::read_dir(folder).expect("read the folder").map(|e| e.expect("read it").file_name()).collect();
            names.sort();
            names
        };
        assert_eq!(names(&old), ["playlists", "station.toml"]);
        assert_eq!(names(&old.join("playlists")), ["mine.toml"]);
        assert_eq!(fs::read(old.join("station.toml")).expect("read the file"), b"mine");
        NewFiles::write(&new, &["audio"], [FILES[0], FILES[2]].into_iter()).expect("write all files");
        assert_eq!(names(&new), ["audio", "playlists", "station.toml"]);
    }
}
