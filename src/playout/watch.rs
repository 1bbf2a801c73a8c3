//! Notices edits of the station's folder: at once by inotify, and by a slow poll of sizes and times for USB sticks and
//! SD cards, which give no notice.
use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, SystemTime};

use notify::{RecursiveMode, Watcher};

/// Quiet time after the last notice before the folder is read: an editor writes a file in several steps.
const SETTLE_TIME: Duration = Duration::from_millis(300);
/// Quiet times that are waited for at most: edits that never settle are read all the same.
const MAX_SETTLE_ROUNDS: u32 = 5;
/// Interval of the poll.
const POLL_INTERVAL: Duration = Duration::from_secs(60);
/// Most files looked at in one folder.
const MAX_FILES: usize = 20_000;

/// Deepest level of sub-folders of `audio/` that are looked into.
const MAX_DEPTH: u32 = 8;

/// Stamp of a file: identity, size and time. The stamp of a folder holds its identity alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct WatchedStamp {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: Option<SystemTime>,
}

/// Stamps of all watched files and folders, by path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FolderSnapshot {
    files: BTreeMap<PathBuf, WatchedStamp>,
    folders: BTreeMap<PathBuf, WatchedStamp>,
}

impl FolderSnapshot {
    fn add(&mut self, path: PathBuf, depth: u32) {
        let Ok(meta) = std::fs::metadata(&path) else {
            // A dangling link is recorded, too: it says that a file has gone.
            if let Ok(link) = std::fs::symlink_metadata(&path) {
                self.files
                    .insert(path, WatchedStamp { device: link.dev(), inode: link.ino(), bytes: 0, modified: None });
            }
            return;
        };
        let seen =
            WatchedStamp { device: meta.dev(), inode: meta.ino(), bytes: meta.len(), modified: meta.modified().ok() };
        if !meta.is_dir() {
            self.files.insert(path, seen);
            return;
        }
        self.folders.insert(path.clone(), WatchedStamp { bytes: 0, modified: None, ..seen });
        if depth == 0 {
            return;
        }
        for entry in std::fs::read_dir(&path).into_iter().flatten().flatten().take(MAX_FILES) {
            // A link inside a folder is not played, so it is not followed.
            let link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            if self.files.len() < MAX_FILES {
                self.add(entry.path(), if link { 0 } else { depth - 1 });
            }
        }
    }
}

/// Takes a snapshot of `station.toml`, `playlists/`, and `audio/` with its sub-folders.
#[must_use]
pub fn take_snapshot(station: &Path) -> FolderSnapshot {
    let mut look = FolderSnapshot::default();
    look.add(station.to_owned(), 0);
    look.add(station.join("station.toml"), 0);
    look.add(station.join("playlists"), 1);
    look.add(station.join("audio"), MAX_DEPTH);
    look
}

/// Why the watcher thread woke up.
enum WatchWake {
    /// The system noticed a change.
    Changed,
    /// Another thread asks for a rescan.
    Requested,
}

/// Asks for a rescan, from any thread.
pub struct RescanHandle(Sender<WatchWake>);

impl RescanHandle {
    /// Asks for a rescan now, whether anything has changed or not.
    pub fn request(&self) {
        let _ = self.0.send(WatchWake::Requested);
    }
}

/// Starts a thread that calls `changed` after every edit, until the process ends. `changed` returns how long to
/// wait before it is called again even if nothing changes.
///
/// # Errors
/// An I/O error when the system has no threads left.
pub fn start(
    station: &Path,
    mut changed: impl FnMut() -> Option<Duration> + Send + 'static,
) -> std::io::Result<RescanHandle> {
    let station = station.to_owned();
    let (to, wakes) = mpsc::channel();
    let asking = to.clone();
    std::thread::Builder::new().name("watch".to_owned()).spawn(move || {
        // Kept for the life of the thread. Without inotify the poll alone finds changes.
        let mut seen = take_snapshot(&station);
        let mut watcher = watch_folders(&seen, to.clone());
        // Edits before the watcher was ready gave no notice.
        seen = take_snapshot(&station);
        let mut again = changed();
        loop {
            let asked = wait_for_edit(&wakes, again);
            let mut now = take_snapshot(&station);
            if now.folders != seen.folders {
                // A folder that was replaced gives no notice of its files until it is watched. This snapshot finds what
                // is in it by then.
                watcher = watch_folders(&now, to.clone());
                now = take_snapshot(&station);
            }
            if asked || now != seen {
                seen = now;
                again = changed();
            }
            let _ = &watcher;
        }
    })?;
    Ok(RescanHandle(asking))
}

fn watch_folders(look: &FolderSnapshot, wake: Sender<WatchWake>) -> Option<impl Watcher + use<>> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading a file is not an edit: without this the reader would wake itself.
        if event.is_ok_and(|e| !e.kind.is_access()) {
            let _ = wake.send(WatchWake::Changed);
        }
    })
    .ok()?;
    for folder in look.folders.keys() {
        let _ = watcher.watch(folder, RecursiveMode::NonRecursive);
    }
    Some(watcher)
}

/// Waits for an edit and until it has settled, or until `again` has passed. Returns whether to rescan in any case.
fn wait_for_edit(wakes: &Receiver<WatchWake>, again: Option<Duration>) -> bool {
    match wakes.recv_timeout(again.unwrap_or(POLL_INTERVAL).min(POLL_INTERVAL)) {
        Ok(WatchWake::Requested) => true,
        Ok(WatchWake::Changed) => {
            let mut asked = false;
            for _ in 0..MAX_SETTLE_ROUNDS {
                match wakes.recv_timeout(SETTLE_TIME) {
                    Err(RecvTimeoutError::Timeout) => break,
                    Ok(WatchWake::Requested) => asked = true,
                    _ => {}
                }
                asked |= std::iter::from_fn(|| wakes.try_recv().ok()).any(|wake| matches!(wake, WatchWake::Requested));
            }
            // Files that are still being written give notices all the time.
            asked || again.is_some()
        }
        Err(RecvTimeoutError::Timeout) => again.is_some(),
        Err(RecvTimeoutError::Disconnected) => {
            std::thread::park_timeout(POLL_INTERVAL);
            false
        }
    }
}
