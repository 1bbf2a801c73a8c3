//! Scans several files in parallel.
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

/// The interval at which the progress on a terminal is updated.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(200);

/// Scans the files with at most `jobs` threads, and shows the progress if standard error is a terminal. Returns the
/// scans in the order of the files.
#[must_use]
pub fn scan_all(files: &[PathBuf], jobs: usize, lang: Lang) -> Vec<Result<Scan, ScanError>> {
    let size = |file: &PathBuf| std::fs::metadata(file).map_or(0, |meta| meta.len());
    let total_bytes: u64 = files.iter().map(size).fold(0, u64::saturating_add).max(1);
    let (next_index, done_count, scanned_bytes) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicU64::new(0));
    let scans = Mutex::new(Vec::with_capacity(files.len()));
    let add_bytes = |bytes: u64| {
        scanned_bytes.fetch_add(bytes, Ordering::Relaxed);
    };
    let scan_next_files = || {
        while let Some((index, file)) =
            Some(next_index.fetch_add(1, Ordering::Relaxed)).and_then(|index| Some((index, files.get(index)?)))
        {
            let scan = scan_with_progress(file, &add_bytes);
            scans.lock().unwrap_or_else(PoisonError::into_inner).push((index, scan));
            done_count.fetch_add(1, Ordering::Relaxed);
        }
    };
    let all_done = || done_count.load(Ordering::Relaxed) == files.len();
    thread::scope(|scope| {
        for _ in 1..jobs.min(files.len()) {
            // If a thread cannot be started, the other threads scan its files.
            let _ = thread::Builder::new().name("scan".to_owned()).spawn_scoped(scope, scan_next_files);
        }
        let shows_progress = io::stderr().is_terminal();
        if shows_progress {
            let show_progress = || {
                while !all_done() {
                    let per_cent = (scanned_bytes.load(Ordering::Relaxed).saturating_mul(100) / total_bytes).min(100);
                    let progress = ScanText::Scanning {
                        done: done_count.load(Ordering::Relaxed),
                        of: files.len().into(),
                        per_cent,
                    };
                    let _ = write!(io::stderr(), "\r{}\x1b[K", progress.localized(lang));
                    thread::park_timeout(PROGRESS_INTERVAL);
                }
                let _ = write!(io::stderr(), "\r\x1b[K");
            };
            let progress_thread = thread::Builder::new().name("progress".to_owned()).spawn_scoped(scope, show_progress);
            scan_next_files();
            if let Ok(progress_thread) = progress_thread {
                progress_thread.thread().unpark();
            }
        } else {
            scan_next_files();
        }
    });
    let mut scans = scans.into_inner().unwrap_or_else(PoisonError::into_inner);
    scans.sort_by_key(|(index, _)| *index);
    scans.into_iter().map(|(_, scan)| scan).collect()
}
