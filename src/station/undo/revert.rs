//! Reverts a step: restores the playlists as they were, and removes the copies in `audio/`.
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use super::replace::{DiskFault, PlaylistEdit, ReplaceFault, replace_all};
use super::step::{CopiedAudio, PlaylistHistory, UndoStep};
use crate::base::durable;
use crate::base::durable::nofollow::open_nofollow;
use crate::base::hash::sha256_hex;
use crate::library::file::{self, OpenError};
use crate::schedule::problem::Problem;
use crate::schedule::read::MAX_BYTES;
use crate::schedule::{SourceFile, read};
use crate::station::read_sources;

/// The rule for the files that the step copied into `audio/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopiedFilesPolicy {
    /// A copy is removed if its original is still in its place and no segment plays the copy.
    RemoveIfOriginalRemains,
    /// Every copy stays, because a running station may still need it.
    Keep,
}

/// The files that were restored, removed and kept.
#[derive(Debug, PartialEq, Eq)]
pub struct Reverted {
    /// The playlists that were written.
    pub playlists: Vec<String>,
    /// The copies that were removed, by their names in `audio/`.
    pub removed_audio: Vec<String>,
    /// The copies that stay, because the original is missing or a segment that cannot be read may play the copy.
    pub kept_audio: Vec<String>,
    /// The copies that stay because a segment plays them: the name in `audio/` and the segment's title.
    pub audio_in_use: Vec<(String, String)>,
    /// The copies that stay, because a running station may need them.
    pub audio_kept_for_station: Vec<String>,
}

/// The reason why a step was not reverted.
#[derive(Debug, thiserror::Error)]
pub enum RevertFault {
    /// Someone edited or removed a file after the step. Nothing was written.
    #[error("{file} was changed since")]
    Edited {
        /// The path in the station's folder.
        file: String,
    },
    /// The schedule would become unusable, because another file needs something that would be removed. Nothing was
    /// written.
    #[error("the schedule would become unusable")]
    Unusable {
        /// The problems that the folder would have.
        problems: Vec<Problem>,
        /// The files as they would be.
        files: Vec<SourceFile>,
    },
    /// A file cannot be read or written. Repeating the same call completes the rest.
    #[error("{0}")]
    Disk(#[from] DiskFault),
}

impl From<io::Error> for RevertFault {
    fn from(error: io::Error) -> Self {
        Self::Disk(DiskFault::Unchanged(error))
    }
}

impl From<ReplaceFault> for RevertFault {
    fn from(fault: ReplaceFault) -> Self {
        match fault {
            ReplaceFault::Edited { file } => Self::Edited { file },
            ReplaceFault::Disk(fault) => Self::Disk(fault),
        }
    }
}

/// The state of a playlist, compared with a step.
enum PlaylistState {
    /// As before the command.
    Before,
    /// As the command left it, complete or interrupted.
    After {
        /// True when the command had made its last change to the playlist.
        is_complete: bool,
        bytes: Vec<u8>,
    },
    Edited,
}

/// A copy in `audio/` that nobody edited.
struct UneditedCopy<'a> {
    audio: &'a CopiedAudio,
    /// The metadata of the file whose bytes were compared.
    metadata: Metadata,
    has_original: bool,
}

/// Reverts a step, even one that was made or reverted only in part. `copied_files_policy` is called after the playlists
/// are written: a station that starts later does not need the copies.
///
/// # Errors
/// [`RevertFault`].
pub fn revert(
    station: &Path,
    step: &UndoStep,
    copied_files_policy: &dyn Fn() -> CopiedFilesPolicy,
) -> Result<Reverted, RevertFault> {
    // Comparing long copies takes tens of seconds, in which someone may edit a playlist, so the copies come first.
    let copies = unedited_copies(station, step)?;
    let mut edits = Vec::new();
    // Files that a command writes later depend on the earlier ones, so the files are restored in reverse order.
    for playlist in step.playlists.iter().rev() {
        match state_of(station, playlist)? {
            PlaylistState::Before => {}
            PlaylistState::After { bytes, .. } => edits.push(PlaylistEdit {
                name: playlist.name.clone(),
                old: bytes,
                new: playlist.before.clone().into_bytes(),
            }),
            PlaylistState::Edited => return Err(RevertFault::Edited { file: playlist.name.clone() }),
        }
    }
    require_usable_schedule(station, &edits)?;
    replace_all(station, &edits, &durable::replace)?;
    let mut reverted = Reverted {
        playlists: edits.into_iter().map(|edit| edit.name).collect(),
        removed_audio: Vec::new(),
        kept_audio: Vec::new(),
        audio_in_use: Vec::new(),
        audio_kept_for_station: Vec::new(),
    };
    remove_copies(station, &copies, copied_files_policy, &mut reverted).map_err(|error| {
        match reverted.playlists.is_empty() && reverted.removed_audio.is_empty() {
            true => DiskFault::Unchanged(error),
            false => DiskFault::HalfDone(error),
        }
    })?;
    Ok(reverted)
}

/// Compares the copies with the step. A copy that no longer exists is skipped.
fn unedited_copies<'a>(station: &Path, step: &'a UndoStep) -> Result<Vec<UneditedCopy<'a>>, RevertFault> {
    let mut copies = Vec::new();
    for audio in &step.audio {
        let edited_fault = || RevertFault::Edited { file: format!("audio/{}", audio.name) };
        let mut file = match file::open_in(&station.join("audio"), Path::new(&audio.name)) {
            Ok(file) => file,
            Err(OpenError::Missing) => continue,
            Err(OpenError::Denied(error)) => return Err(error.into()),
            Err(OpenError::Link | OpenError::NotAFile(_) | OpenError::TooLarge(_)) => return Err(edited_fault()),
        };
        let metadata = file.metadata()?;
        if sha256_of(&mut file)? != audio.sha256 {
            return Err(edited_fault());
        }
        copies.push(UneditedCopy { audio, metadata, has_original: has_original(station, audio) });
    }
    Ok(copies)
}

/// Refuses edits that would give the folder a new structural problem. A running station would refuse such a folder.
fn require_usable_schedule(station: &Path, edits: &[PlaylistEdit]) -> Result<(), RevertFault> {
    let mut files = read_sources(station).map_err(io::Error::other)?;
    let problems_before = read(&files).problems;
    for file in &mut files {
        if let Some(edit) = edits.iter().find(|edit| edit.name == file.name) {
            *file = SourceFile::new(&edit.name, &edit.new);
        }
    }
    let is_new = |problem: &Problem| !problems_before.iter().any(|before| before.finding == problem.finding);
    let problems: Vec<_> = read(&files).problems.into_iter().filter(|p| p.is_structural && is_new(p)).collect();
    if problems.is_empty() { Ok(()) } else { Err(RevertFault::Unusable { problems, files }) }
}

/// Removes the copies that are no longer needed.
fn remove_copies(
    station: &Path,
    copies: &[UneditedCopy],
    copied_files_policy: &dyn Fn() -> CopiedFilesPolicy,
    reverted: &mut Reverted,
) -> io::Result<()> {
    if copies.is_empty() {
        return Ok(());
    }
    let parsed = read(&read_sources(station).map_err(io::Error::other)?);
    // A segment that cannot be read may play any of the copies.
    let is_readable = parsed.problems.iter().all(|problem| !problem.is_structural);
    let policy = copied_files_policy();
    for UneditedCopy { audio, metadata, has_original } in copies {
        let playing_segment = parsed.schedule.segments.iter().find(|segment| segment.file == audio.name);
        let path = station.join("audio").join(&audio.name);
        if let Some(segment) = playing_segment {
            reverted.audio_in_use.push((audio.name.clone(), segment.title.clone()));
        } else if policy == CopiedFilesPolicy::Keep {
            reverted.audio_kept_for_station.push(audio.name.clone());
        } else if !has_original || !is_readable || !is_same_file(&path, metadata) {
            reverted.kept_audio.push(audio.name.clone());
        } else {
            durable::remove(&path)?;
            reverted.removed_audio.push(audio.name.clone());
        }
    }
    Ok(())
}

/// Returns true if the path still has the length and modification time of the file that was compared.
fn is_same_file(path: &Path, compared: &Metadata) -> bool {
    path.symlink_metadata().is_ok_and(|now| {
        now.len() == compared.len() && now.modified().ok().is_some_and(|time| compared.modified().ok() == Some(time))
    })
}

/// Returns true if everything that the step names was written.
pub(super) fn is_finished(station: &Path, step: &UndoStep) -> io::Result<bool> {
    for playlist in &step.playlists {
        if !matches!(state_of(station, playlist)?, PlaylistState::After { is_complete: true, .. }) {
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
        Some(index) => PlaylistState::After { is_complete: index + 1 == playlist.states.len(), bytes },
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
