//! The queue: a folder with one file for each message, oldest first by name.
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::AlarmMessage;
use crate::base::durable::{AnchoredPath, CreateModes, DirHandle, OWNER_ONLY};

/// The folder below the station's folder.
pub const QUEUE: &str = "alarm/queue";
/// The maximum number of messages that wait. When more come, the oldest leave: nobody reads a thousand messages.
const MAX_QUEUED: usize = 500;
/// The maximum size of a message's file, in bytes.
const MAX_MESSAGE_BYTES: u64 = 64 * 1024;

/// A message in the queue.
#[derive(Debug)]
pub struct QueuedMessage {
    /// The name of its file.
    pub name: String,
    /// The message; `None` when the file holds none.
    pub message: Option<AlarmMessage>,
}

/// Adds a message durably. A file of the same id is replaced.
///
/// # Errors
/// If the folder or the file cannot be written.
pub fn enqueue(station: &Path, message: &AlarmMessage) -> io::Result<()> {
    let json = serde_json::to_vec_pretty(message).map_err(io::Error::other)?;
    anchored(station, &format!("{QUEUE}/{}.json", message.id), Some(OWNER_ONLY))?.replace(&json, OWNER_ONLY)?;
    let names = queued_names(station)?;
    for name in names.iter().take(names.len().saturating_sub(MAX_QUEUED)) {
        let _ = anchored(station, &format!("{QUEUE}/{name}"), None).and_then(|file| file.remove());
    }
    Ok(())
}

/// Removes a message.
///
/// # Errors
/// If the file cannot be removed.
pub fn remove(station: &Path, queued: &QueuedMessage) -> io::Result<()> {
    anchored(station, &format!("{QUEUE}/{}", queued.name), None)?.remove()
}

/// Opens the folder of a file below the station. Links are not followed: the owner of the folder must not be able to
/// lead these writes elsewhere.
pub(super) fn anchored(station: &Path, path: &str, modes: Option<CreateModes>) -> io::Result<AnchoredPath> {
    AnchoredPath::beneath(&Arc::new(DirHandle::open(station)?), path, modes)
}

/// Reads a file below the station, if it is not larger than `max_bytes`.
pub(super) fn read_small(station: &Path, path: &str, max_bytes: u64) -> Option<Vec<u8>> {
    let file = anchored(station, path, None).ok()?.open_read().ok()?;
    let mut bytes = Vec::new();
    file.take(max_bytes + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= max_bytes).then_some(bytes)
}

/// Returns the messages that wait, oldest first.
///
/// # Errors
/// If the folder cannot be read; a missing folder is an empty queue.
pub fn queued(station: &Path) -> io::Result<Vec<QueuedMessage>> {
    let names = queued_names(station)?;
    Ok(names.into_iter().map(|name| read_message(station, name)).collect())
}

fn read_message(station: &Path, name: String) -> QueuedMessage {
    let bytes = read_small(station, &format!("{QUEUE}/{name}"), MAX_MESSAGE_BYTES);
    let message = bytes.and_then(|bytes| serde_json::from_slice::<AlarmMessage>(&bytes).ok());
    // The id stands in headers of mails and requests.
    let is_plain =
        |id: &str| !id.is_empty() && id.len() <= 100 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    QueuedMessage { name, message: message.filter(|message| is_plain(&message.id)) }
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
