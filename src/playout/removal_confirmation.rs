//! Confirmation, while the station is off, that files were removed from its folder on purpose. It is kept beside the
//! log; the next start logs it with its author, and only then it counts.
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::adoption;
use super::user::user_by_uid;
use crate::airlog::entry::{Body, PeerUser};
use crate::airlog::kept::KeptFiles;
use crate::airlog::parts::LogLines;
use crate::airlog::record::parse_record;
use crate::airlog::replay::KeptSchedule;
use crate::airlog::storage::FolderStorage;
use crate::base::durable;
use crate::base::durable::nofollow::open_nofollow;
use crate::base::state_dirs;
use crate::proof::entry::entry_type;
use crate::schedule::SourceFile;

/// Longest record, bytes.
const MAX_BYTES: u64 = 64 * 1024;

/// Confirms that these files were removed on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovalConfirmation {
    /// `playlists/NAME.toml`, or `station.toml`.
    pub files: Vec<String>,
    /// The author: the owner of the file. The file itself does not say.
    #[serde(skip, default = "nobody")]
    pub who: PeerUser,
}

fn nobody() -> PeerUser {
    PeerUser { uid: u32::MAX, name: None }
}

fn path(station: &Path) -> PathBuf {
    station.join("airlog").join("meant.json")
}

/// Reads the confirmation that waits for the next start.
#[must_use]
pub fn read(station: &Path) -> Option<RemovalConfirmation> {
    let file = open_nofollow(&path(station)).ok()?;
    let who = user_by_uid(file.metadata().ok()?.uid());
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
    let meant: RemovalConfirmation = serde_json::from_slice(&bytes).ok()?;
    Some(RemovalConfirmation { who, ..meant })
}

/// Keeps a confirmation for the next start.
///
/// # Errors
/// An I/O error when the file cannot be written.
pub fn write(station: &Path, files: Vec<String>) -> io::Result<()> {
    durable::replace(&path(station), &serde_json::to_vec(&RemovalConfirmation { files, who: nobody() })?)
}

/// Removes the confirmation after it was used. If that fails, it is used again, and finds no file that is gone.
pub fn discard(station: &Path) {
    let _ = durable::remove(&path(station));
}

/// Returns the files of the schedule that the station's log names last, from their kept copies; `None` without a log.
#[must_use]
pub fn schedule_in_force(station: &Path) -> Option<Vec<SourceFile>> {
    let airlog = station.join("airlog");
    if !airlog.is_dir() {
        return None;
    }
    let storage = FolderStorage::for_airlog(airlog);
    let mut lines = LogLines::new(&storage).ok()?;
    let (mut line, mut last, mut origin) = (Vec::new(), None, None);
    // A log grows for years, and few of its entries are schedules: the others are not parsed as JSON.
    while let Ok(Ok(())) = lines.next_into({
        line.clear();
        &mut line
    }) {
        let seq = lines.lines_read() - 1;
        match entry_type(&line, seq)? {
            "genesis" | "schedule" => match parse_record(&line, seq).ok()?.body? {
                Body::Genesis(genesis) => origin = Some(genesis.origin),
                Body::Schedule(note) => last = Some(KeptSchedule::from(&note)),
                _ => {}
            },
            _ => {}
        }
    }
    let (kept, origin) = (last?, origin?);
    let beside = adoption::read_kept_sources(&KeptFiles::beside_log(&storage), &kept);
    beside.or_else(|| {
        // If the folder of kept files is lost, there may be copies beside the keys.
        state_dirs::candidates().into_iter().find_map(|folder| {
            let keys = FolderStorage::for_secrets(folder.join("keys"));
            adoption::read_kept_sources(&KeptFiles::with_copies(&storage, &keys, &origin), &kept)
        })
    })
}
