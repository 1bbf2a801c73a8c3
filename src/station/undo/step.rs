//! One step: the changes of a command, and the state before them.
use std::collections::HashSet;
use std::path::{Component, Path};

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use crate::base::hash::is_sha256_hex;
use crate::schedule::Id;
use crate::schedule::read::{MAX_BYTES, MAX_PLAYLISTS};

/// The maximum size of a step's file, in bytes. A playlist has at most 1 MiB.
pub const MAX_STEP_BYTES: u64 = 8 << 20;
/// The maximum number of files that a step copied into `audio/`.
pub const MAX_COPIES: usize = 4096;

/// The command that made a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordedCommand {
    /// `loa add`.
    Add,
    /// `loa remove`.
    Remove,
    /// `loa session`.
    Session,
}

/// The changes of one command to `playlists/` and `audio/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndoStep {
    /// The command.
    pub command: RecordedCommand,
    /// The time at which it ran, by the station's clock.
    pub at: DateTime<FixedOffset>,
    /// The segments that it added or removed.
    pub segments: Vec<ChangedSegment>,
    /// The sessions that it changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<ChangedSession>,
    /// The playlists that it replaced, in the order in which it wrote them.
    pub playlists: Vec<PlaylistHistory>,
    /// The files that it copied into `audio/`.
    pub audio: Vec<CopiedAudio>,
}

/// A segment that was added or removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangedSegment {
    /// The id.
    pub id: Id,
    /// The title.
    pub title: String,
    /// The file in `audio/` that it plays.
    pub file: String,
    /// The titles of the sessions to which it was added, or from which it was removed.
    pub sessions: Vec<String>,
}

/// A session that was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangedSession {
    /// The id.
    pub id: Id,
    /// The title before the change.
    pub title: String,
}

/// A part of the schedule that a command changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangedPart {
    /// A segment was added or removed.
    Segment(ChangedSegment),
    /// A session was changed.
    Session(ChangedSession),
}

/// A playlist before a command, and each of its states since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaylistHistory {
    /// The path in the station's folder: `playlists/NAME.toml`.
    pub name: String,
    /// The whole text before the command.
    pub before: String,
    /// The SHA-256 of each text that the command wrote, in order. A power cut can leave any of them.
    pub states: Vec<String>,
}

/// A file that was copied into `audio/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopiedAudio {
    /// The name in `audio/`.
    pub name: String,
    /// The SHA-256 of the copy.
    pub sha256: String,
    /// The path of the original.
    pub source: String,
}

impl UndoStep {
    /// Returns an empty step.
    #[must_use]
    pub fn new(command: RecordedCommand, at: DateTime<FixedOffset>) -> Self {
        Self { command, at, segments: Vec::new(), sessions: Vec::new(), playlists: Vec::new(), audio: Vec::new() }
    }

    /// Parses the file of a step. The folder may come from someone else, so the named files must be directly
    /// in `playlists/` and `audio/`; `None` if they are not.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let step: Self = serde_json::from_slice(bytes).ok()?;
        let is_plain_playlist = |playlist: &PlaylistHistory| {
            let name = playlist.name.strip_prefix("playlists/").filter(|name| name.ends_with(".toml"));
            name.is_some_and(is_plain_name)
                && playlist.before.len() as u64 <= MAX_BYTES
                && playlist.states.iter().all(|state| is_sha256_hex(state))
        };
        let is_plain = !step.playlists.is_empty()
            && step.playlists.len() <= MAX_PLAYLISTS + 1
            && step.playlists.iter().all(is_plain_playlist)
            && step.audio.len() <= MAX_COPIES
            && step.audio.iter().all(|audio| is_plain_name(&audio.name) && is_sha256_hex(&audio.sha256))
            && are_distinct(step.playlists.iter().map(|playlist| playlist.name.as_str()))
            && are_distinct(step.audio.iter().map(|audio| audio.name.as_str()));
        is_plain.then_some(step)
    }

    /// Adds the changes that are about to be written. Each edit holds the path of a playlist, its text before the
    /// change, and the SHA-256 of its new bytes.
    pub fn extend(&mut self, part: ChangedPart, edits: &[(String, String, String)], audio: Option<CopiedAudio>) {
        match part {
            ChangedPart::Segment(segment) => self.segments.push(segment),
            ChangedPart::Session(session) => self.sessions.push(session),
        }
        self.audio.extend(audio);
        for (name, before, new_sha256) in edits {
            match self.playlists.iter_mut().find(|playlist| playlist.name == *name) {
                Some(playlist) => playlist.states.push(new_sha256.clone()),
                None => self.playlists.push(PlaylistHistory {
                    name: name.clone(),
                    before: before.clone(),
                    states: vec![new_sha256.clone()],
                }),
            }
        }
    }
}

fn are_distinct<'a>(mut names: impl Iterator<Item = &'a str>) -> bool {
    let mut known_names = HashSet::new();
    names.all(|name| known_names.insert(name))
}

/// Returns true for the name of a visible file, without a folder.
fn is_plain_name(name: &str) -> bool {
    let mut components = Path::new(name).components();
    matches!((components.next(), components.next()), (Some(Component::Normal(only)), None) if only == name)
        && !name.starts_with('.')
        && !name.contains('\\')
        && !name.chars().any(char::is_control)
}
