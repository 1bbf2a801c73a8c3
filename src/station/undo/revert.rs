//! Takes a step back: writes the playlists as they were, and removes the copies in `audio/`.
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::step::{CopiedAudio, PlaylistHistory, UndoStep};
use crate::base::durable;
use crate::base::durable::nofollow::open_nofollow;
use crate::base::hash::sha256_hex;
use crate::library::file;
use crate::schedule::read;
use crate::schedule::read::MAX_BYTES;
use crate::station::read_sources;

/// What happens to the files that the step copied into `audio/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopiedFiles {
    /// A copy is removed while its original is still where it was, and no segment plays the copy.
    RemoveIfOriginalRemains,
    /// Every copy stays: something plays now, and may still need it.
    Keep,
}

/// The files that were restored, removed and kept.
#[derive(Debug, PartialEq, Eq)]
pub struct Reverted {
    /// The playlists that were written.
    pub playlists: Vec<String>,
    /// The copies that were removed, by their names in `audio/`.
    pub removed_audio: Vec<String>,
    /// The copies that stay.
    pub kept_audio: Vec<String>,
}

/// The reason why a step was not taken back.
#[derive(Debug, thiserror::Error)]
pub enum RevertFault {
    /// Someone edited or removed a file since then. Nothing was written.
    #[error("{file} was changed since")]
    Edited {
        /// The path in the station's folder.
        file: String,
    },
    /// A file cannot be read or written. The same call can be repeated to do the rest.
    #[error("{0}")]
    Disk(#[from] io::Error),
}

/// The state of a playlist, compared with a step.
enum PlaylistState {
    /// As before the command.
    Before,
    /// As the command, or a part of it, left it.
    After {
        is_last: bool,
    },
    Edited,
}

/// Takes a step back, even one that was made or taken back only in part.
///
/// # Errors
/// [`RevertFault`].
pub fn revert(station: &Path, step: &UndoStep, copied_files: CopiedFiles) -> Result<Reverted, RevertFault> {
    let mut to_write = Vec::new();
    // A command writes first what the later files need, so the files are restored in reverse order.
    for playlist in step.playlists.iter().rev() {
        match state_of(station, playlist)? {
            PlaylistState::Before => {}
            PlaylistState::After { .. } => to_write.push(playlist),
            PlaylistState::Edited => return Err(RevertFault::Edited { file: playlist.name.clone() }),
        }
    }
    let mut copies = Vec::new();
    for audio in &step.audio {
        match sha256_of(&mut match file::open_in(&station.join("audio"), Path::new(&audio.name)) {
            Err(file::OpenError::Missing) => continue,
            opened => opened.map_err(|_| edited_audio(audio))?,
        }) {
            Ok(sha256) if sha256 == audio.sha256 => copies.push(audio),
            _ => return Err(edited_audio(audio)),
        }
    }
    for playlist in &to_write {
        durable::replace(&station.join(&playlist.name), playlist.before.as_bytes())?;
    }
    let mut reverted = Reverted {
        playlists: to_write.into_iter().map(|playlist| playlist.name.clone()).collect(),
        removed_audio: Vec::new(),
        kept_audio: Vec::new(),
    };
    let segments = read(&read_sources(station).map_err(io::Error::other)?).schedule.segments;
    for audio in copies {
        let is_played = segments.iter().any(|segment| segment.file == audio.name);
        if copied_files == CopiedFiles::Keep || is_played || !has_original(station, audio) {
            reverted.kept_audio.push(audio.name.clone());
        } else {
            durable::remove(&station.join("audio").join(&audio.name))?;
            reverted.removed_audio.push(audio.name.clone());
        }
    }
    Ok(reverted)
}

/// Returns true if everything that the step names was written.
pub(super) fn is_finished(station: &Path, step: &UndoStep) -> io::Result<bool> {
    for playlist in &step.playlists {
        if !matches!(state_of(station, playlist)?, PlaylistState::After { is_last: true }) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn state_of(station: &Path, playlist: &PlaylistHistory) -> io::Result<PlaylistState> {
    let file = match open_nofollow(&station.join(&playlist.name)) {
        // It was removed, or replaced by a link or a folder.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidInput) => {
            return Ok(PlaylistState::Edited);
        }
        file => file?,
    };
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes == playlist.before.as_bytes() {
        return Ok(PlaylistState::Before);
    }
    let sha256 = sha256_hex(&bytes);
    Ok(match playlist.states.iter().rposition(|state| *state == sha256) {
        Some(index) => PlaylistState::After { is_last: index + 1 == playlist.states.len() },
        None => PlaylistState::Edited,
    })
}

/// Returns true if the original of a copy is still there, as another file with the same bytes.
fn has_original(station: &Path, audio: &CopiedAudio) -> bool {
    let Ok(mut original) = file::open(Path::new(&audio.source)) else { return false };
    let Ok(copy) = file::open_in(&station.join("audio"), Path::new(&audio.name)) else { return false };
    let is_same_file = match (durable::file_id(&original), durable::file_id(&copy)) {
        (Ok(original), Ok(copy)) => original == copy,
        _ => true,
    };
    let has_same_size = match (original.metadata(), copy.metadata()) {
        (Ok(original), Ok(copy)) => original.len() == copy.len(),
        _ => false,
    };
    !is_same_file && has_same_size && sha256_of(&mut original).is_ok_and(|sha256| sha256 == audio.sha256)
}

fn sha256_of(file: &mut File) -> io::Result<String> {
    Ok(file::sha256(file)?.0)
}

fn edited_audio(audio: &CopiedAudio) -> RevertFault {
    RevertFault::Edited { file: format!("audio/{}", audio.name) }
}
