//! Scans several files at a time.
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::library::Scan;
use crate::library::scan::{ScanError, scan_with_progress};
use crate::text::library::ScanText;
use crate::text::{Lang, Localize};

/// Interval at which the progress on a terminal is updated.
const SHOWN_EVERY: Duration = Duration::from_millis(200);

/// Scans files, several at a time, with progress on a terminal. Returns the scans in the order of the files.
#[must_use]
pub fn scan_all(files: &[PathBuf], jobs: usize, lang: Lang) -> Vec<Result<Scan, ScanError>> {
    let size = |file: &PathBuf| std::fs::metadata(file).map_or(0, |meta| meta.len());
    let bytes: u64 = files.iter().map(size).fold(0, u64::saturating_add).max(1);
    let (next, done, worked) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicU64::new(0));
    let found = Mutex::new(Vec::with_capacity(files.len()));
    let tell = |bytes: u64| {
        worked.fetch_add(bytes, Ordering::Relaxed);
    };
    let work = || {
        while let Some((i, file)) = Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, files.get(i)?))) {
            let scan = scan_with_progress(file, &tell);
            found.lock().unwrap_or_else(PoisonError::into_inner).push((i, scan));
            done.fetch_add(1, Ordering::Relaxed);
        }
    };
    let finished = || done.load(Ordering::Relaxed) == files.len();
    thread::scope(|scope| {
        for _ in 1..jobs.min(files.len()) {
            // If a thread cannot be started, the others do its work.
            let _ = thread::Builder::new().name("scan".to_owned()).spawn_scoped(scope, work);
        }
        let shows = io::stderr().is_terminal();
        if shows {
            let show = || {
                while !finished() {
                    let per_cent = (worked.load(Ordering::Relaxed).saturating_mul(100) / bytes).min(100);
                    let shown = ScanText::Scanning { done: done.load(Ordering::Relaxed), of: files.len(), per_cent };
                    let _ = write!(io::stderr(), "\r{}\x1b[K", shown.localized(lang));
                    thread::park_timeout(SHOWN_EVERY);
                }
                let _ = write!(io::stderr(), "\r\x1b[K");
            };
            let shower = thread::Builder::new().name("progress".to_owned()).spawn_scoped(scope, show);
            work();
            if let Ok(shower) = shower {
                shower.thread().unpark();
            }
        } else {
            work();
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort_by_key(|(i, _)| *i);
    found.into_iter().map(|(_, scan)| scan).collect()
}
