//! The audio files that a schedule names, looked into again only when they have changed.
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use super::index::{Entry, Index, Look};
use crate::library::file::look_in;
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
    /// Files that were looked into at all.
    looked: BTreeSet<String>,
    index: Index,
    /// Files that may still be written to: how they looked, and since when they have looked so, microseconds of the boot
    /// clock.
    moving: BTreeMap<String, (Look, i64)>,
}

/// A file that has looked the same for so long is not being written any more.
const REST: Duration = Duration::from_secs(2);

/// Whether a file is to be looked into.
enum State {
    /// It is still being written: what is known of it holds.
    Moving,
    /// It has looked the same for a while, whatever its own times say.
    Rests,
    /// As its own times say.
    Told,
}

impl Shelf {
    /// Begins with what is known from before, and with the station's index.
    #[must_use]
    pub fn new(station: &Path, known: Library) -> Self {
        Self {
            known,
            looks: BTreeMap::new(),
            looked: BTreeSet::new(),
            index: Index::open(station),
            moving: BTreeMap::new(),
        }
    }

    /// When to look again though nothing is told: a file that was being written may rest by then.
    #[must_use]
    pub fn look_again(&self) -> Option<Duration> {
        (!self.moving.is_empty()).then_some(REST)
    }

    /// Looks at the files that a schedule names, and into those that have changed. What is known of a file holds until it
    /// rests: each state of a file that is copied slowly would be another schedule.
    pub fn look(&mut self, station: &Path, schedule: &Schedule) -> Library {
        let audio = station.join("audio");
        let mut changed = Vec::new();
        self.moving.retain(|file, _| schedule.segments.iter().any(|segment| segment.file == *file));
        for file in schedule.segments.iter().map(|segment| segment.file.as_str()) {
            // Taken before the file is read: what changes meanwhile is seen the next time.
            let look = look_in(&audio, Path::new(file)).map(|meta| Look::of(&meta));
            if self.looks.get(file) == Some(&look) {
                self.moving.remove(file);
                continue;
            }
            let rests = match self.state_of(file, look) {
                State::Moving => continue,
                State::Rests => true,
                State::Told => false,
            };
            match self.index.files.get(file) {
                Some(entry) if entry.settled && Some(entry.look) == look => {
                    self.known.files.insert(file.to_owned(), entry.known.clone());
                    self.looks.insert(file.to_owned(), look);
                    self.looked.insert(file.to_owned());
                }
                entry => {
                    // If only its look has changed, its hash will tell.
                    if let Some(scan) = entry.and_then(|entry| entry.known.last()) {
                        self.known.files.insert(file.to_owned(), Known::Good(scan.clone()));
                    }
                    changed.push((file, look, rests));
                }
            }
        }
        self.scan(station, &audio, &changed);
        let named = |file: &str| Some((file.to_owned(), self.known.files.get(file)?.clone()));
        Library { files: schedule.segments.iter().filter_map(|segment| named(&segment.file)).collect() }
    }

    /// Whether a file is still being written. One of which nothing is known yet is looked into at once.
    fn state_of(&mut self, file: &str, look: Option<Look>) -> State {
        let Some(look) = look.filter(|look| self.looked.contains(file) && !look.settled(wall_ns())) else {
            self.moving.remove(file);
            return State::Told;
        };
        let now = boot_us();
        match self.moving.get(file) {
            Some((before, since)) if *before == look => {
                if now.saturating_sub(*since) < REST.as_micros() as i64 {
                    return State::Moving;
                }
                self.moving.remove(file);
                State::Rests
            }
            _ => {
                self.moving.insert(file.to_owned(), (look, now));
                State::Moving
            }
        }
    }

    /// Looks into files that have changed, and keeps what was found.
    fn scan(&mut self, station: &Path, audio: &Path, changed: &[(&str, Option<Look>, bool)]) {
        if changed.is_empty() {
            return;
        }
        let now_ns = wall_ns();
        let found = scan::scan_library(audio, changed.iter().map(|(file, ..)| *file), &self.known);
        self.known.files.extend(found.files);
        let mut news = false;
        for (file, look, rests) in changed {
            let settled = look.is_none_or(|look| look.settled(now_ns));
            self.looked.insert((*file).to_owned());
            if settled || *rests {
                self.looks.insert((*file).to_owned(), *look);
            } else if let Some(look) = look {
                // It may be changed again without a trace: it is looked into once more when it rests.
                self.looks.remove(*file);
                self.moving.insert((*file).to_owned(), (*look, boot_us()));
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

fn boot_us() -> i64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    now.tv_sec.saturating_mul(1_000_000).saturating_add(now.tv_nsec / 1000)
}

fn wall_ns() -> i64 {
    i64::try_from(sys::wall_now()).unwrap_or(0).saturating_mul(1_000_000_000)
}

/// Whether a file was not read rather than not understood.
fn is_fleeting(detail: &str) -> bool {
    detail.starts_with("it cannot be read") || detail.starts_with("it cannot be opened")
}
