//! Opening of files that must be regular and reached without links. The open descriptor is checked, not the name.
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};

use super::plain_file::not_regular_file_error;

pub use super::open_nofollow;

fn invalid_input(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
}

fn require_regular_file(file: File) -> io::Result<File> {
    if file.metadata()?.is_file() { Ok(file) } else { Err(not_regular_file_error()) }
}

/// Opens a file below a folder for reading. Nothing below the folder may be a link.
///
/// # Errors
/// Errors of [`open_nofollow`]; [`io::ErrorKind::InvalidInput`] also when the name leads out of the folder.
pub fn open_beneath(folder: &Path, name: &Path) -> io::Result<File> {
    if name.as_os_str().is_empty() || !name.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(invalid_input("its name leads out of its folder"));
    }
    if first_symlink_beneath(folder, name).is_some() {
        return Err(invalid_input("it is a link"));
    }
    require_regular_file(system::open_beneath(folder, name)?)
}

/// Returns the path of the first part of a name below a folder that is a link.
#[must_use]
pub fn first_symlink_beneath(folder: &Path, name: &Path) -> Option<PathBuf> {
    let mut path = folder.to_owned();
    name.components().find_map(|part| {
        path.push(part);
        fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_symlink()).then(|| path.clone())
    })
}

#[cfg(unix)]
mod system {
    use std::fs::File;
    use std::io;
    use std::os::fd::OwnedFd;
    use std::path::Path;

    use rustix::fs::{CWD, Mode, OFlags, openat};

    /// Opening a pipe must not block, and a terminal must not become the controlling one.
    const FILE: OFlags =
        OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::NOCTTY).union(OFlags::CLOEXEC);
    const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

    pub fn open_beneath(folder: &Path, name: &Path) -> io::Result<File> {
        let mut at: OwnedFd = openat(CWD, folder, FOLDER, Mode::empty())?;
        for part in name.parent().into_iter().flat_map(Path::components) {
            at = openat(&at, part.as_os_str(), FOLDER.union(OFlags::NOFOLLOW), Mode::empty())?;
        }
        let last = name.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        Ok(openat(&at, last, FILE, Mode::empty())?.into())
    }
}

#[cfg(not(unix))]
mod system {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    pub fn open_beneath(folder: &Path, name: &Path) -> io::Result<File> {
        File::open(folder.join(name))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_pipes_and_folders_are_refused_wherever_they_stand() {
        let dir = tempfile::tempdir().expect("a folder");
        let at = |name: &str| dir.path().join(name);
        fs::create_dir(at("sub")).expect("a folder");
        fs::write(at("sub/a"), "a").expect("a file");
        symlink(at("sub/a"), at("link")).expect("a link");
        symlink(at("sub"), at("way")).expect("a link");
        rustix::fs::mkfifoat(rustix::fs::CWD, at("pipe"), rustix::fs::Mode::RUSR).expect("a pipe");
        assert!(open_nofollow(&at("sub/a")).is_ok());
        assert!(open_nofollow(&at("way/a")).is_ok(), "the folders above may be links");
        for name in ["link", "pipe", "sub", "gone"] {
            assert!(open_nofollow(&at(name)).is_err(), "{name}");
        }
        assert!(open_beneath(dir.path(), Path::new("sub/a")).is_ok());
        assert!(open_beneath(&at("way"), Path::new("a")).is_ok(), "the folder itself may be a link");
        for name in ["way/a", "link", "pipe", "sub", "../x", "/etc/hostname", ""] {
            assert!(open_beneath(dir.path(), Path::new(name)).is_err(), "{name}");
        }
        assert_eq!(first_symlink_beneath(dir.path(), Path::new("way/a")), Some(at("way")));
    }
}
