//! Notices edits of the station's folder: at once through the system's own notices, and by a slow look at sizes and
//! times for sticks and SD cards, which give none.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, SystemTime};

use notify::{RecursiveMode, Watcher};

/// An editor writes a file in several steps; this long after the last of them the file is read.
const SETTLE: Duration = Duration::from_millis(300);
/// Edits that never settle are read all the same.
const SETTLE_AT_MOST: u32 = 5;
/// How often sizes and times are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// Files looked at in one folder.
const MAX_FILES: usize = 20_000;

/// What a folder looks like from outside: size and time of each file.
pub type Look = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// Looks at `station.toml`, `playlists/` and `audio/`.
#[must_use]
pub fn look(station: &Path) -> Look {
    let mut look = Look::new();
    let mut add = |path: PathBuf| {
        if let Ok(meta) = std::fs::metadata(&path) {
            look.insert(path, (meta.len(), meta.modified().ok()));
        }
    };
    add(station.join("station.toml"));
    for folder in ["playlists", "audio"] {
        let entries = std::fs::read_dir(station.join(folder)).into_iter().flatten().flatten();
        entries.take(MAX_FILES).for_each(|entry| add(entry.path()));
    }
    look
}

/// Calls `changed` after every edit, on a thread of its own, until the process ends.
///
/// # Errors
/// When the system has no threads left.
pub fn start(station: &Path, mut changed: impl FnMut() + Send + 'static) -> std::io::Result<()> {
    let station = station.to_owned();
    std::thread::Builder::new().name("watch".to_owned()).spawn(move || {
        let (hint, hints) = mpsc::channel();
        // Kept for the life of the thread; where there is none, the slow look alone does the work.
        let mut watcher = notifier(&station, hint.clone());
        let mut seen = look(&station);
        changed();
        loop {
            wait_for_edit(&hints);
            let now = look(&station);
            if now != seen {
                if now.len() != seen.len() {
                    // A folder may have come or been replaced since it was watched.
                    watcher = notifier(&station, hint.clone());
                }
                seen = now;
                changed();
            }
            let _ = &watcher;
        }
    })?;
    Ok(())
}

fn notifier(station: &Path, hint: Sender<()>) -> Option<impl Watcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading the files is no edit; without this the reader would wake itself.
        if event.is_ok_and(|e| !e.kind.is_access()) {
            let _ = hint.send(());
        }
    })
    .ok()?;
    for folder in [station.to_owned(), station.join("playlists"), station.join("audio")] {
        let _ = watcher.watch(&folder, RecursiveMode::NonRecursive);
    }
    Some(watcher)
}

fn wait_for_edit(hints: &Receiver<()>) {
    match hints.recv_timeout(LOOK_EVERY) {
        Ok(()) => {
            for _ in 0..SETTLE_AT_MOST {
                if hints.recv_timeout(SETTLE) == Err(RecvTimeoutError::Timeout) {
                    break;
                }
                while hints.try_recv().is_ok() {}
            }
        }
        Err(RecvTimeoutError::Timeout) => {}
        Err(RecvTimeoutError::Disconnected) => std::thread::park_timeout(LOOK_EVERY),
    }
}
