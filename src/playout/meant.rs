//! What a person says of files that have gone from the folder while the station is off: kept beside the log, and logged
//! with who said it at the next start, which alone makes it count.
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{adoption, control};
use crate::airlog::entry::{Body, Who};
use crate::airlog::kept::Kept;
use crate::airlog::parts::Lines;
use crate::airlog::record::record;
use crate::airlog::replay::KeptSchedule;
use crate::airlog::storage::FolderStorage;
use crate::durable;
use crate::durable::nofollow::open_own;
use crate::proof::entry::kind_of;
use crate::schedule::SourceFile;
use crate::state;

/// No record is longer.
const MAX_BYTES: u64 = 64 * 1024;

/// These files are meant to be gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meant {
    /// `playlists/NAME.toml`, or `station.toml`.
    pub files: Vec<String>,
    /// Who said so: whose file it is. What the file itself says of that is nobody's word.
    #[serde(skip, default = "nobody")]
    pub who: Who,
}

fn nobody() -> Who {
    Who { uid: u32::MAX, name: None }
}

fn path(station: &Path) -> PathBuf {
    station.join("airlog").join("meant.json")
}

/// What was said and has not been taken yet.
#[must_use]
pub fn read(station: &Path) -> Option<Meant> {
    let file = open_own(&path(station)).ok()?;
    let who = control::user(file.metadata().ok()?.uid());
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
    let meant: Meant = serde_json::from_slice(&bytes).ok()?;
    Some(Meant { who, ..meant })
}

/// Keeps it for the next start.
///
/// # Errors
/// What the system says.
pub fn keep(station: &Path, files: Vec<String>) -> io::Result<()> {
    durable::replace(&path(station), &serde_json::to_vec(&Meant { files, who: nobody() })?)
}

/// It has been taken. One that stays is taken again and finds nothing that is gone.
pub fn forget(station: &Path) {
    let _ = durable::remove(&path(station));
}

/// The files of the schedule that the log of a station names last, from their kept copies; none without a log.
#[must_use]
pub fn in_force(station: &Path) -> Option<Vec<SourceFile>> {
    let airlog = station.join("airlog");
    if !airlog.is_dir() {
        return None;
    }
    let storage = FolderStorage::airlog(airlog);
    let mut lines = Lines::new(&storage).ok()?;
    let (mut line, mut last, mut origin) = (Vec::new(), None, None);
    // Logs grow for years, and few of their entries are schedules: the others are not read as JSON.
    while let Ok(Ok(())) = lines.next_into({
        line.clear();
        &mut line
    }) {
        let seq = lines.count() - 1;
        match kind_of(&line, seq)? {
            "genesis" | "schedule" => match record(&line, seq).ok()?.body? {
                Body::Genesis(genesis) => origin = Some(genesis.origin),
                Body::Schedule(note) => last = Some(KeptSchedule::from(&note)),
                _ => {}
            },
            _ => {}
        }
    }
    let (kept, origin) = (last?, origin?);
    let beside = adoption::kept_sources(&Kept::beside(&storage), &kept);
    beside.or_else(|| {
        // Where the folder of kept files is lost, the copies beside the keys may be there.
        state::folders().into_iter().find_map(|folder| {
            let keys = FolderStorage::private(folder.join("keys"));
            adoption::kept_sources(&Kept::with_copies(&storage, &keys, &origin), &kept)
        })
    })
}
