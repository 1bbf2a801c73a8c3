//! What a person says of files that have gone from the folder while the station is off: kept beside the log, and logged
//! with who said it at the next start, which alone makes it count.
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

/// No record is longer.
const MAX_BYTES: u64 = 64 * 1024;

/// These files are meant to be gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovalConfirmation {
    /// `playlists/NAME.toml`, or `station.toml`.
    pub files: Vec<String>,
    /// Who said so: whose file it is. What the file itself says of that is nobody's word.
    #[serde(skip, default = "nobody")]
    pub who: PeerUser,
}

fn nobody() -> PeerUser {
    PeerUser { uid: u32::MAX, name: None }
}

fn path(station: &Path) -> PathBuf {
    station.join("airlog").join("meant.json")
}

/// What was said and has not been taken yet.
#[must_use]
pub fn read(station: &Path) -> Option<RemovalConfirmation> {
    let file = open_nofollow(&path(station)).ok()?;
    let who = user_by_uid(file.metadata().ok()?.uid());
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
    let meant: RemovalConfirmation = serde_json::from_slice(&bytes).ok()?;
    Some(RemovalConfirmation { who, ..meant })
}

/// Keeps it for the next start.
///
/// # Errors
/// What the system says.
pub fn write(station: &Path, files: Vec<String>) -> io::Result<()> {
    durable::replace(&path(station), &serde_json::to_vec(&RemovalConfirmation { files, who: nobody() })?)
}

/// It has been taken. One that stays is taken again and finds nothing that is gone.
pub fn discard(station: &Path) {
    let _ = durable::remove(&path(station));
}

/// The files of the schedule that the log of a station names last, from their kept copies; none without a log.
#[must_use]
pub fn schedule_in_force(station: &Path) -> Option<Vec<SourceFile>> {
    let airlog = station.join("airlog");
    if !airlog.is_dir() {
        return None;
    }
    let storage = FolderStorage::for_airlog(airlog);
    let mut lines = LogLines::new(&storage).ok()?;
    let (mut line, mut last, mut origin) = (Vec::new(), None, None);
    // Logs grow for years, and few of their entries are schedules: the others are not read as JSON.
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
        // Where the folder of kept files is lost, the copies beside the keys may be there.
        state_dirs::candidates().into_iter().find_map(|folder| {
            let keys = FolderStorage::for_secrets(folder.join("keys"));
            adoption::read_kept_sources(&KeptFiles::with_copies(&storage, &keys, &origin), &kept)
        })
    })
}
