//! The confirmation, given while the station is off, that files were removed from its folder on purpose.
//!
//! It is stored beside the log. The next start logs it with its author, and it takes effect only then.
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

/// Maximum size of the stored confirmation, in bytes.
const MAX_CONFIRMATION_BYTES: u64 = 64 * 1024;

/// A confirmation that these files were removed on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovalConfirmation {
    /// Paths in the station's folder: `playlists/NAME.toml`, or `station.toml`.
    pub files: Vec<String>,
    /// The author. The stored file does not contain this field, because the file's owner is the author.
    #[serde(skip, default = "unknown_user")]
    pub author: PeerUser,
}

fn unknown_user() -> PeerUser {
    PeerUser { uid: u32::MAX, name: None, via: None }
}

fn confirmation_path(station: &Path) -> PathBuf {
    station.join("airlog").join("meant.json")
}

/// Reads the confirmation that is stored for the next start, if there is one.
#[must_use]
pub fn read(station: &Path) -> Option<RemovalConfirmation> {
    let file = open_nofollow(&confirmation_path(station)).ok()?;
    let author = user_by_uid(file.metadata().ok()?.uid());
    let mut bytes = Vec::new();
    file.take(MAX_CONFIRMATION_BYTES).read_to_end(&mut bytes).ok()?;
    let confirmation: RemovalConfirmation = serde_json::from_slice(&bytes).ok()?;
    Some(RemovalConfirmation { author, ..confirmation })
}

/// Stores a confirmation for the next start.
///
/// # Errors
/// If the file cannot be written.
pub fn write(station: &Path, files: Vec<String>) -> io::Result<()> {
    durable::replace(
        &confirmation_path(station),
        &serde_json::to_vec(&RemovalConfirmation { files, author: unknown_user() })?,
    )
}

/// Removes the confirmation after its use. If that fails, the next start uses it again. That has no effect, because the
/// schedule in force no longer contains the files.
pub fn discard(station: &Path) {
    let _ = durable::remove(&confirmation_path(station));
}

/// Returns the files of the last schedule in the station's log, from their kept copies; `None` if they are not found.
#[must_use]
pub fn schedule_in_force(station: &Path) -> Option<Vec<SourceFile>> {
    let airlog = station.join("airlog");
    if !airlog.is_dir() {
        return None;
    }
    let storage = FolderStorage::for_airlog(airlog);
    let mut lines = LogLines::new(&storage).ok()?;
    let (mut line, mut last_schedule, mut origin) = (Vec::new(), None, None);
    // Few entries of a long log are schedules. Parsing only those as JSON saves time.
    while let Ok(Ok(())) = lines.next_into({
        line.clear();
        &mut line
    }) {
        let seq = lines.lines_read() - 1;
        match entry_type(&line, seq)? {
            "genesis" | "schedule" => match parse_record(&line, seq).ok()?.body? {
                Body::Genesis(genesis) => origin = Some(genesis.origin),
                Body::Schedule(entry) => last_schedule = Some(KeptSchedule::from(&entry)),
                _ => {}
            },
            _ => {}
        }
    }
    let (schedule, origin) = (last_schedule?, origin?);
    let files = adoption::read_kept_sources(&KeptFiles::beside_log(&storage), &schedule);
    files.or_else(|| {
        // The kept files have second copies beside the keys.
        state_dirs::candidates().into_iter().find_map(|folder| {
            let key_storage = FolderStorage::for_secrets(folder.join("keys"));
            adoption::read_kept_sources(&KeptFiles::with_copies(&storage, &key_storage, &origin), &schedule)
        })
    })
}
