//! The queue: a folder with one file for each message. The names of the files begin with a number that grows with each
//! message, because the clock may have been wrong when a message was written.
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::AlarmMessage;
use crate::base::durable::{self, AnchoredPath, CreateModes, DirHandle, LinkPolicy, OWNER_ONLY};

/// The folder of the queue, below the station's folder.
pub const QUEUE_FOLDER: &str = "alarm/queue";
/// The maximum number of messages in the queue. When there are more, the oldest are removed, because nobody reads
/// hundreds of old messages.
const MAX_QUEUED_MESSAGES: usize = 500;
/// The largest number at the beginning of a name: ten digits. Larger ones are times, from earlier versions.
const MAX_NUMBER: u64 = 9_999_999_999;
/// The maximum size of a message's file, in bytes.
const MAX_MESSAGE_BYTES: u64 = 64 * 1024;

/// A message in the queue.
#[derive(Debug)]
pub struct QueuedMessage {
    /// The name of its file.
    pub name: String,
    /// The message; `None` if the file does not contain a valid message.
    pub message: Option<AlarmMessage>,
}

/// Adds a message durably. It replaces a message with the same id.
///
/// # Errors
/// If the folder or the file cannot be written.
pub fn enqueue(station: &Path, message: &AlarmMessage) -> io::Result<()> {
    let json = serde_json::to_vec_pretty(message).map_err(io::Error::other)?;
    let names = queued_names(station)?;
    let same_id = format!("-{}.json", message.id);
    let name = names.iter().find(|name| name.ends_with(&same_id)).cloned();
    let name = name.unwrap_or_else(|| format!("{:010}{same_id}", next_number(&names)));
    anchored_path(station, &format!("{QUEUE_FOLDER}/{name}"), Some(OWNER_ONLY))?.replace(&json, OWNER_ONLY)?;
    let names = queued_names(station)?;
    for name in names.iter().take(names.len().saturating_sub(MAX_QUEUED_MESSAGES)) {
        let _ = anchored_path(station, &format!("{QUEUE_FOLDER}/{name}"), None).and_then(|file| file.remove());
    }
    Ok(())
}

/// Returns the number for the next message. Names of earlier versions begin with a time instead; they are sorted after
/// the numbers.
fn next_number(names: &[String]) -> u64 {
    let number = |name: &String| name.split_once('-').and_then(|(number, _)| number.parse::<u64>().ok());
    names.iter().filter_map(number).filter(|number| *number <= MAX_NUMBER).max().map_or(1, |number| number + 1)
}

/// Locks the queue against other processes that send, until the returned file is closed. `None` if there is no queue.
///
/// # Errors
/// If the folder cannot be opened or locked.
pub fn lock_for_sending(station: &Path) -> io::Result<Option<File>> {
    let folder = match durable::open_folder(&station.join(QUEUE_FOLDER), LinkPolicy::Refuse) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        folder => folder?,
    };
    folder.lock()?;
    Ok(Some(folder))
}

/// Removes a message.
///
/// # Errors
/// If the file cannot be removed.
pub fn remove(station: &Path, queued: &QueuedMessage) -> io::Result<()> {
    anchored_path(station, &format!("{QUEUE_FOLDER}/{}", queued.name), None)?.remove()
}

/// Returns the path of a file below the station's folder, with the folder of the file open. Links are not followed, so
/// that the owner of the folder cannot redirect reads or writes.
pub(super) fn anchored_path(station: &Path, path: &str, modes: Option<CreateModes>) -> io::Result<AnchoredPath> {
    AnchoredPath::beneath(&Arc::new(DirHandle::open(station)?), path, modes)
}

/// Reads a file below the station's folder; `None` if it cannot be read or is larger than `max_bytes`.
pub(super) fn read_limited(station: &Path, path: &str, max_bytes: u64) -> Option<Vec<u8>> {
    let file = anchored_path(station, path, None).ok()?.open_read().ok()?;
    let mut bytes = Vec::new();
    file.take(max_bytes + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= max_bytes).then_some(bytes)
}

/// Returns the messages in the queue, oldest first.
///
/// # Errors
/// If the folder cannot be read; a missing folder is an empty queue.
pub fn queued(station: &Path) -> io::Result<Vec<QueuedMessage>> {
    let names = queued_names(station)?;
    Ok(names.into_iter().map(|name| read_message(station, name)).collect())
}

fn read_message(station: &Path, name: String) -> QueuedMessage {
    let bytes = read_limited(station, &format!("{QUEUE_FOLDER}/{name}"), MAX_MESSAGE_BYTES);
    let message = bytes.and_then(|bytes| serde_json::from_slice::<AlarmMessage>(&bytes).ok());
    // The id is written into the headers of emails and HTTP requests.
    let is_safe_id =
        |id: &str| !id.is_empty() && id.len() <= 100 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    QueuedMessage { name, message: message.filter(|message| is_safe_id(&message.id)) }
}

/// Returns the names of the queue's files, oldest first.
///
/// # Errors
/// If the folder cannot be read; a missing folder is an empty queue.
pub fn queued_names(station: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(station.join(QUEUE_FOLDER)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".json") && !name.starts_with('.')).collect();
    names.sort();
    Ok(names)
}
