//! Detects edits of the station's folder: at once through inotify, and through a slow poll of file sizes and times for
//! USB sticks and SD cards, whose changes inotify does not report.
use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, SystemTime};

use notify::{RecursiveMode, Watcher};

/// Time without a further event after which the folder is read, because an editor writes a file in several steps.
const SETTLE_TIME: Duration = Duration::from_millis(300);
/// Maximum number of waits for a quiet time. After that the folder is read even if events keep coming.
const MAX_SETTLE_ROUNDS: u32 = 5;
/// Interval at which the folder is polled.
const POLL_INTERVAL: Duration = Duration::from_secs(60);
/// Maximum number of files in a snapshot, and of entries read from one folder.
const MAX_FILES: usize = 20_000;
/// Maximum depth at which sub-folders of `audio/` are watched.
const MAX_AUDIO_DEPTH: u32 = 8;

/// The identity, size and modification time of a file. For a folder, only the identity is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct WatchedStamp {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: Option<SystemTime>,
}

/// The stamps of all watched files and folders, by path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FolderSnapshot {
    files: BTreeMap<PathBuf, WatchedStamp>,
    folders: BTreeMap<PathBuf, WatchedStamp>,
}

impl FolderSnapshot {
    /// Adds the file or folder at `path`, and the contents of a folder down to `depth` levels.
    fn add(&mut self, path: PathBuf, depth: u32) {
        let Ok(meta) = std::fs::metadata(&path) else {
            // A dangling link is recorded, too, because the loss of its target is an edit.
            if let Ok(link_meta) = std::fs::symlink_metadata(&path) {
                let (device, inode) = (link_meta.dev(), link_meta.ino());
                self.files.insert(path, WatchedStamp { device, inode, bytes: 0, modified: None });
            }
            return;
        };
        let stamp =
            WatchedStamp { device: meta.dev(), inode: meta.ino(), bytes: meta.len(), modified: meta.modified().ok() };
        if !meta.is_dir() {
            self.files.insert(path, stamp);
            return;
        }
        self.folders.insert(path.clone(), WatchedStamp { bytes: 0, modified: None, ..stamp });
        if depth == 0 {
            return;
        }
        for entry in std::fs::read_dir(&path).into_iter().flatten().flatten().take(MAX_FILES) {
            // A file that is reached through a link inside the folder is never played, so a linked folder is not
            // searched.
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            if self.files.len() < MAX_FILES {
                self.add(entry.path(), if is_link { 0 } else { depth - 1 });
            }
        }
    }
}

/// Takes a snapshot of `station.toml`, `playlists/`, and `audio/` with its sub-folders.
#[must_use]
pub fn take_snapshot(station: &Path) -> FolderSnapshot {
    let mut snapshot = FolderSnapshot::default();
    snapshot.add(station.to_owned(), 0);
    snapshot.add(station.join("station.toml"), 0);
    snapshot.add(station.join("playlists"), 1);
    snapshot.add(station.join("audio"), MAX_AUDIO_DEPTH);
    snapshot
}

/// An event for the watcher thread.
enum WatchEvent {
    /// inotify reported a change.
    Changed,
    /// Another thread requested a rescan.
    Requested,
}

/// A handle with which any thread can request a rescan.
pub struct RescanHandle(Sender<WatchEvent>);

impl RescanHandle {
    /// Requests a rescan, even if nothing has changed.
    pub fn request(&self) {
        let _ = self.0.send(WatchEvent::Requested);
    }
}

/// Starts a thread that calls `on_change` once at first and then after every edit, until the process ends. `on_change`
/// returns the delay after which it is called again even if nothing changes; `None` means that it is called again only
/// after an edit.
///
/// # Errors
/// If the system cannot start a thread.
pub fn start(
    station: &Path,
    mut on_change: impl FnMut() -> Option<Duration> + Send + 'static,
) -> std::io::Result<RescanHandle> {
    let station = station.to_owned();
    let (event_sender, events) = mpsc::channel();
    let rescan_sender = event_sender.clone();
    std::thread::Builder::new().name("watch".to_owned()).spawn(move || {
        let mut last_snapshot = take_snapshot(&station);
        // Without inotify, the watcher is `None`, and only the poll finds changes.
        let mut watcher = watch_folders(&last_snapshot, event_sender.clone());
        // The watcher does not report edits that happened while it was being started.
        last_snapshot = take_snapshot(&station);
        let mut recheck_delay = on_change();
        loop {
            let must_reload = wait_for_edit(&events, recheck_delay);
            let mut snapshot = take_snapshot(&station);
            if snapshot.folders != last_snapshot.folders {
                // Files in a new folder are not reported until the folder is watched. A second snapshot finds them.
                watcher = watch_folders(&snapshot, event_sender.clone());
                snapshot = take_snapshot(&station);
            }
            if must_reload || snapshot != last_snapshot {
                last_snapshot = snapshot;
                recheck_delay = on_change();
            }
            // The watcher works until it is dropped, so the loop keeps it.
            let _ = &watcher;
        }
    })?;
    Ok(RescanHandle(rescan_sender))
}

fn watch_folders(snapshot: &FolderSnapshot, event_sender: Sender<WatchEvent>) -> Option<impl Watcher + use<>> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading a file is not an edit. The loader itself causes access events.
        if event.is_ok_and(|event| !event.kind.is_access()) {
            let _ = event_sender.send(WatchEvent::Changed);
        }
    })
    .ok()?;
    for folder in snapshot.folders.keys() {
        let _ = watcher.watch(folder, RecursiveMode::NonRecursive);
    }
    Some(watcher)
}

/// Waits until an edit has settled, or until `recheck_delay` or the poll interval has passed. Returns whether to reload
/// even an unchanged folder.
fn wait_for_edit(events: &Receiver<WatchEvent>, recheck_delay: Option<Duration>) -> bool {
    match events.recv_timeout(recheck_delay.unwrap_or(POLL_INTERVAL).min(POLL_INTERVAL)) {
        Ok(WatchEvent::Requested) => true,
        Ok(WatchEvent::Changed) => {
            let mut is_requested = false;
            for _ in 0..MAX_SETTLE_ROUNDS {
                match events.recv_timeout(SETTLE_TIME) {
                    Err(RecvTimeoutError::Timeout) => break,
                    Ok(WatchEvent::Requested) => is_requested = true,
                    _ => {}
                }
                is_requested |=
                    std::iter::from_fn(|| events.try_recv().ok()).any(|event| matches!(event, WatchEvent::Requested));
            }
            // A file that is still being written causes events all the time, so the wait for a due recheck would never
            // time out.
            is_requested || recheck_delay.is_some()
        }
        Err(RecvTimeoutError::Timeout) => recheck_delay.is_some(),
        Err(RecvTimeoutError::Disconnected) => {
            std::thread::park_timeout(POLL_INTERVAL);
            false
        }
    }
}
