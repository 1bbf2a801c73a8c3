//! Replaces several playlists: all of them or none.
use std::io::{self, Read};
use std::path::Path;

use crate::base::durable::nofollow::open_nofollow;

/// A playlist before and after an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaylistEdit {
    /// The path in the station's folder: `playlists/NAME.toml`.
    pub name: String,
    /// The bytes that were read.
    pub old: Vec<u8>,
    /// The bytes to write.
    pub new: Vec<u8>,
}

/// A failure to read or write a file.
#[derive(Debug, thiserror::Error)]
pub enum DiskFault {
    /// Nothing was changed.
    #[error("{0}")]
    Unchanged(#[from] io::Error),
    /// Other files were already changed, and they stay changed.
    #[error("half of the change was made: {0}")]
    HalfDone(#[source] io::Error),
}

/// The reason why the playlists were not replaced.
#[derive(Debug)]
pub(super) enum ReplaceFault {
    /// Someone edited this playlist. Nothing was changed.
    Edited {
        file: String,
    },
    Disk(DiskFault),
}

impl From<io::Error> for ReplaceFault {
    fn from(error: io::Error) -> Self {
        Self::Disk(DiskFault::Unchanged(error))
    }
}

/// Replaces the playlists in the given order. Each playlist is compared with its old bytes directly before it is
/// replaced. If one of them cannot be replaced, those before it are restored.
pub(super) fn replace_all(
    station: &Path,
    edits: &[PlaylistEdit],
    replace: &dyn Fn(&Path, &[u8]) -> io::Result<()>,
) -> Result<(), ReplaceFault> {
    for (index, edit) in edits.iter().enumerate() {
        let Err(fault) = replace_unedited(station, &edit.name, &edit.old, &edit.new, replace) else { continue };
        put_back(station, edit, &edits[..index], replace)
            .map_err(|error| ReplaceFault::Disk(DiskFault::HalfDone(error)))?;
        return Err(fault);
    }
    Ok(())
}

/// Restores the old bytes of the playlists that were written. Also restores the one that failed if it was replaced
/// nevertheless: syncing the folder after the rename can fail.
fn put_back(
    station: &Path,
    failed: &PlaylistEdit,
    written: &[PlaylistEdit],
    replace: &dyn Fn(&Path, &[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let was_replaced =
        read_up_to(station, &failed.name, failed.new.len() as u64).is_ok_and(|bytes| bytes == failed.new);
    for edit in was_replaced.then_some(failed).into_iter().chain(written.iter().rev()) {
        match replace_unedited(station, &edit.name, &edit.new, &edit.old, replace) {
            Ok(()) => {}
            Err(ReplaceFault::Edited { .. }) => return Err(io::ErrorKind::ResourceBusy.into()),
            Err(ReplaceFault::Disk(DiskFault::Unchanged(error) | DiskFault::HalfDone(error))) => return Err(error),
        }
    }
    Ok(())
}

/// Replaces a playlist if its bytes are still the expected ones.
fn replace_unedited(
    station: &Path,
    name: &str,
    expected: &[u8],
    new: &[u8],
    replace: &dyn Fn(&Path, &[u8]) -> io::Result<()>,
) -> Result<(), ReplaceFault> {
    if read_up_to(station, name, expected.len() as u64)? != expected {
        return Err(ReplaceFault::Edited { file: name.to_owned() });
    }
    Ok(replace(&station.join(name), new)?)
}

/// Reads a playlist, but at most `length + 1` bytes: the additional byte shows that the playlist is longer.
fn read_up_to(station: &Path, name: &str, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_nofollow(&station.join(name))?.take(length + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
