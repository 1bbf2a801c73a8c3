//! The audio files that a schedule names, looked at again only when they have changed.
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::library::{Library, scan};
use crate::schedule::Schedule;

/// Looks at the audio files that a schedule names. What `previous` knows of files that are gone is kept.
#[must_use]
pub fn library(station: &Path, schedule: &Schedule, previous: &Library) -> Library {
    Shelf::new(previous.clone()).look(station, schedule)
}

/// What a file looks like from outside: size and time of its last change.
type Look = Option<(u64, Option<SystemTime>)>;

/// A station's audio files as they were last looked at, so that an edit of the schedule decodes none of them anew.
#[derive(Default)]
pub struct Shelf {
    known: Library,
    looks: BTreeMap<String, Look>,
}

impl Shelf {
    /// Begins with what is known from before; each file is looked into once.
    #[must_use]
    pub fn new(known: Library) -> Self {
        Self { known, looks: BTreeMap::new() }
    }

    /// Looks at the files that a schedule names, and into those that have changed.
    pub fn look(&mut self, station: &Path, schedule: &Schedule) -> Library {
        let audio = station.join("audio");
        let mut changed = Vec::new();
        for file in schedule.segments.iter().map(|segment| segment.file.as_str()) {
            let meta = fs::metadata(audio.join(file)).ok();
            let look: Look = meta.map(|meta| (meta.len(), meta.modified().ok()));
            // Taken before the file is read: what changes meanwhile is seen the next time.
            if self.looks.insert(file.to_owned(), look) != Some(look) {
                changed.push(file);
            }
        }
        let found = scan::scan_library(&audio, changed.into_iter(), &self.known);
        self.known.files.extend(found.files);
        let named = |file: &str| Some((file.to_owned(), self.known.files.get(file)?.clone()));
        Library { files: schedule.segments.iter().filter_map(|segment| named(&segment.file)).collect() }
    }
}
