//! Opens regular files without following links. The type is checked on the open descriptor, not on the name.
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};

use super::plain_file::not_regular_file_error;

pub use super::open_nofollow;

fn invalid_input(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

fn require_regular_file(file: File) -> io::Result<File> {
    if file.metadata()?.is_file() { Ok(file) } else { Err(not_regular_file_error()) }
}

/// Opens a file below a folder for reading. Neither the file nor a folder on its path below `folder` may be a link.
///
/// # Errors
/// Same as [`open_nofollow`], and [`io::ErrorKind::InvalidInput`] if the name leads out of the folder.
pub fn open_beneath(folder: &Path, name: &Path) -> io::Result<File> {
    if name.as_os_str().is_empty() || !name.components().all(|component| matches!(component, Component::Normal(_))) {
        return Err(invalid_input("its name leads out of its folder"));
    }
    if first_symlink_beneath(folder, name).is_some() {
        return Err(invalid_input("it is a link"));
    }
    require_regular_file(system::open_beneath(folder, name)?)
}

/// Returns the path of the first link among the components of `name`, a path below `folder`; `None` if no component is
/// a link.
#[must_use]
pub fn first_symlink_beneath(folder: &Path, name: &Path) -> Option<PathBuf> {
    let mut path = folder.to_owned();
    name.components().find_map(|component| {
        path.push(component);
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

    /// `NONBLOCK`, because opening a pipe must not block; `NOCTTY`, because a terminal must not become the controlling
    /// terminal.
    const FILE_FLAGS: OFlags =
        OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::NOCTTY).union(OFlags::CLOEXEC);
    const FOLDER_FLAGS: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

    pub fn open_beneath(folder: &Path, name: &Path) -> io::Result<File> {
        let mut dir_fd: OwnedFd = openat(CWD, folder, FOLDER_FLAGS, Mode::empty())?;
        for component in name.parent().into_iter().flat_map(Path::components) {
            dir_fd = openat(&dir_fd, component.as_os_str(), FOLDER_FLAGS.union(OFlags::NOFOLLOW), Mode::empty())?;
        }
        let file_name = name.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        Ok(openat(&dir_fd, file_name, FILE_FLAGS, Mode::empty())?.into())
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
    fn links_pipes_and_folders_are_refused() {
        let dir = tempfile::tempdir().expect("create a temporary folder");
        let path_of = |name: &str| dir.path().join(name);
        fs::create_dir(path_of("sub")).expect("create the folder");
        fs::write(path_of("sub/a"), "a").expect("write the file");
        symlink(path_of("sub/a"), path_of("link")).expect("create the link");
        symlink(path_of("sub"), path_of("folder-link")).expect("create the link");
        rustix::fs::mkfifoat(rustix::fs::CWD, path_of("pipe"), rustix::fs::Mode::RUSR).expect("create the pipe");
        assert!(open_nofollow(&path_of("sub/a")).is_ok());
        assert!(open_nofollow(&path_of("folder-link/a")).is_ok(), "parent folders can be links");
        for name in ["link", "pipe", "sub", "missing"] {
            assert!(open_nofollow(&path_of(name)).is_err(), "{name}");
        }
        assert!(open_beneath(dir.path(), Path::new("sub/a")).is_ok());
        assert!(open_beneath(&path_of("folder-link"), Path::new("a")).is_ok(), "the folder itself can be a link");
        for name in ["folder-link/a", "link", "pipe", "sub", "../x", "/etc/hostname", ""] {
            assert!(open_beneath(dir.path(), Path::new(name)).is_err(), "{name}");
        }
        assert_eq!(first_symlink_beneath(dir.path(), Path::new("folder-link/a")), Some(path_of("folder-link")));
    }
}
