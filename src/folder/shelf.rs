//! The audio files that a schedule names, looked into again only when they have changed.
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::index::{Entry, Index, Look};
use crate::library::{Known, Library, scan};
use crate::schedule::Schedule;
use crate::sys;

/// Looks at the audio files that a schedule names. What `previous` knows of files that are gone is kept.
#[must_use]
pub fn library(station: &Path, schedule: &Schedule, previous: &Library) -> Library {
    Shelf::new(station, previous.clone()).look(station, schedule)
}

/// A station's audio files as they were last looked at, so that an edit of the schedule decodes none of them anew.
pub struct Shelf {
    known: Library,
    /// How the files looked when they were looked into; none of a file that was not there.
    looks: BTreeMap<String, Option<Look>>,
    index: Index,
}

impl Shelf {
    /// Begins with what is known from before, and with the station's index.
    #[must_use]
    pub fn new(station: &Path, known: Library) -> Self {
        Self { known, looks: BTreeMap::new(), index: Index::open(station) }
    }

    /// Looks at the files that a schedule names, and into those that have changed.
    pub fn look(&mut self, station: &Path, schedule: &Schedule) -> Library {
        let audio = station.join("audio");
        let mut changed = Vec::new();
        for file in schedule.segments.iter().map(|segment| segment.file.as_str()) {
            // Taken before the file is read: what changes meanwhile is seen the next time.
            let look = fs::metadata(audio.join(file)).ok().map(|meta| Look::of(&meta));
            if self.looks.get(file) == Some(&look) {
                continue;
            }
            match self.index.files.get(file) {
                Some(entry) if entry.settled && Some(entry.look) == look => {
                    self.known.files.insert(file.to_owned(), entry.known.clone());
                    self.looks.insert(file.to_owned(), look);
                }
                entry => {
                    // If only its look has changed, its hash will tell.
                    if let Some(scan) = entry.and_then(|entry| entry.known.last()) {
                        self.known.files.insert(file.to_owned(), Known::Good(scan.clone()));
                    }
                    changed.push((file, look));
                }
            }
        }
        self.scan(station, &audio, &changed);
        let named = |file: &str| Some((file.to_owned(), self.known.files.get(file)?.clone()));
        Library { files: schedule.segments.iter().filter_map(|segment| named(&segment.file)).collect() }
    }

    /// Looks into files that have changed, and keeps what was found.
    fn scan(&mut self, station: &Path, audio: &Path, changed: &[(&str, Option<Look>)]) {
        if changed.is_empty() {
            return;
        }
        let now_ns = i64::try_from(sys::wall_now()).unwrap_or(0).saturating_mul(1_000_000_000);
        let found = scan::scan_library(audio, changed.iter().map(|(file, _)| *file), &self.known);
        self.known.files.extend(found.files);
        let mut news = false;
        for (file, look) in changed {
            let settled = look.is_none_or(|look| look.settled(now_ns));
            if settled {
                self.looks.insert((*file).to_owned(), *look);
            }
            // What the disk refused just now it may give the next time.
            let fleeting = |known: &Known| matches!(known, Known::Damaged { detail, .. } if is_fleeting(detail));
            if self.known.files.get(*file).is_some_and(fleeting) {
                self.looks.remove(*file);
                self.index.files.remove(*file);
                continue;
            }
            if let (Some(look), Some(known)) = (look, self.known.files.get(*file)) {
                let entry = Entry { look: *look, settled, known: known.clone() };
                let old = self.index.files.insert((*file).to_owned(), entry.clone());
                news |= old != Some(entry);
            }
        }
        if news {
            self.index.keep(station);
        }
    }
}

/// Whether a file was not read rather than not understood.
fn is_fleeting(detail: &str) -> bool {
    detail.starts_with("it cannot be read") || detail.starts_with("it cannot be opened")
}
