//! The queue: a folder with one file for each message, oldest first by name.
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::AlarmMessage;

/// The folder below the station's folder.
pub const QUEUE: &str = "alarm/queue";
/// The maximum number of messages that wait. When more come, the oldest leave: nobody reads a thousand messages.
const MAX_QUEUED: usize = 500;
/// The maximum size of a message's file, in bytes.
const MAX_MESSAGE_BYTES: u64 = 64 * 1024;

/// A message in the queue.
#[derive(Debug)]
pub struct QueuedMessage {
    /// Its file.
    pub path: PathBuf,
    /// The message; `None` when the file holds none.
    pub message: Option<AlarmMessage>,
}

/// Adds a message durably. A file of the same id is replaced.
///
/// # Errors
/// If the folder or the file cannot be written.
pub fn enqueue(station: &Path, message: &AlarmMessage) -> io::Result<()> {
    let folder = station.join(QUEUE);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    let json = serde_json::to_vec_pretty(message).map_err(io::Error::other)?;
    let (temporary, path) = (folder.join(format!(".{}.part", message.id)), folder.join(file_name(message)));
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
    file.write_all(&json)?;
    file.sync_all()?;
    fs::rename(&temporary, &path)?;
    fs::File::open(&folder)?.sync_all()?;
    let names = queued_names(station)?;
    for name in names.iter().take(names.len().saturating_sub(MAX_QUEUED)) {
        let _ = fs::remove_file(folder.join(name));
    }
    Ok(())
}

/// Returns the messages that wait, oldest first.
///
/// # Errors
/// If the folder cannot be read; a missing folder is an empty queue.
pub fn queued(station: &Path) -> io::Result<Vec<QueuedMessage>> {
    let folder = station.join(QUEUE);
    let names = queued_names(station)?;
    Ok(names.into_iter().map(|name| read_message(folder.join(name))).collect())
}

fn read_message(path: PathBuf) -> QueuedMessage {
    let is_small = fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_file() && meta.len() <= MAX_MESSAGE_BYTES);
    let message = is_small.then(|| fs::read(&path).ok()).flatten();
    let message = message.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    QueuedMessage { path, message }
}

fn queued_names(station: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(station.join(QUEUE)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".json") && !name.starts_with('.')).collect();
    names.sort();
    Ok(names)
}

fn file_name(message: &AlarmMessage) -> String {
    format!("{}.json", message.id)
}
