//! Reads the station's folder anew, says what is wrong with it, once, and hands the loop what came of it.
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use super::Command;
use super::adoption;
use super::clock::Clock;
use super::clock::system::SystemClock;
use super::daemon::{Instead, Sayer, Word, tell};
use super::engine::Order;
use super::meant::{self, Meant};
use crate::airlog::storage::Moved;
use crate::durable::Folder;
use crate::folder::away::{Away, all_away, away};
use crate::folder::{self, FolderError, Shelf, Sources};
use crate::instant::Wall;
use crate::library::Library;
use crate::schedule::problem::{Place, Problem};
use crate::schedule::{Id, Reading, Schedule, SourceFile, check, read};
use crate::text::problem::Away as Why;

/// The reader of a running station's folder.
pub struct Loader {
    station: PathBuf,
    /// The folder that was there at the start.
    home: Arc<Folder>,
    /// The station of the log: an edit with another id is not adopted.
    id: Id,
    shelf: Shelf,
    shown: Option<u64>,
    /// Whether any schedule is in force.
    had_schedule: bool,
    /// The files of the schedule in force.
    in_force: Vec<SourceFile>,
    /// The files of the schedule that a person's word puts in force, and whether it has been given.
    instead: Option<Vec<SourceFile>>,
    meant: Arc<AtomicBool>,
    /// What a person said while the station was off.
    said_before: Option<Meant>,
    /// Whether anything was doubted at the last look.
    doubted: bool,
    say: Sayer,
}

impl Loader {
    /// Of a station that has had no schedule yet.
    #[must_use]
    pub fn new(station: &Path, home: Arc<Folder>, id: Id, shelf: Shelf, say: Sayer) -> Self {
        Self {
            station: station.to_owned(),
            home,
            id,
            shelf,
            shown: None,
            had_schedule: false,
            in_force: Vec::new(),
            instead: None,
            meant: Arc::default(),
            said_before: meant::read(station),
            doubted: false,
            say,
        }
    }

    /// What was in force when the station ran last. Gives what is to be set when a person says that files are meant to be
    /// gone.
    pub fn goes_on_from(&mut self, had_schedule: bool, in_force: Option<Vec<SourceFile>>) -> Arc<AtomicBool> {
        self.had_schedule = had_schedule;
        // Without its kept files nothing can go on in the place of what is gone.
        self.in_force = in_force.filter(|_| had_schedule).unwrap_or_default();
        self.meant.clone()
    }

    /// When the folder is to be looked at again though nothing happens: a file is still being written.
    #[must_use]
    pub fn look_again(&self) -> Option<Duration> {
        self.shelf.look_again()
    }

    /// Reads the folder.
    pub fn load(&mut self) -> Vec<Command> {
        // What has the station's place by now is another folder, and no edit of this one.
        let there = Folder::open(&self.station).and_then(|there| there.identity()).ok();
        if there.is_none() || there != self.home.identity().ok() {
            let error = io::Error::other(Moved::from(&*self.station));
            let error = FolderError::Io { path: self.station.clone(), error };
            if self.is_news(&error.to_string()) {
                tell(&self.say, Word::Unreadable(&error));
            }
            return Vec::new();
        }
        if self.meant.swap(false, Ordering::Relaxed)
            && let Some(files) = self.instead.take()
        {
            self.in_force = files;
        }
        let commands = match folder::look(&self.station) {
            Ok(sources) => self.loaded(&sources),
            Err(error) => self.unreadable(&error),
        };
        // It was said of the folder as it was then.
        if self.said_before.take().is_some() {
            meant::forget(&self.station);
        }
        commands
    }

    fn unreadable(&mut self, error: &FolderError) -> Vec<Command> {
        if self.is_news(&error.to_string()) {
            tell(&self.say, Word::Unreadable(error));
        }
        let why = if matches!(error, FolderError::NotAStation { .. }) { Why::Gone } else { Why::Unreadable };
        self.instead = None;
        self.doubt(all_away(&self.in_force, why), None)
    }

    fn loaded(&mut self, sources: &Sources) -> Vec<Command> {
        let files = &sources.files;
        let reading = read(files);
        let library = self.shelf.look(&self.station, &reading.schedule);
        let away = away(&self.in_force, sources);
        let mut all = sources.all();
        let mut problems = self.problems(sources, &reading, &library, &mut all);
        for one in &away {
            problems.push(one.problem(Place { file: all.len(), span: 0..0 }));
            all.push(SourceFile::new(&one.file, b""));
        }
        let structural = reading.problems.iter().any(|p| p.structural);
        let broken = match (away.is_empty(), structural, self.had_schedule) {
            (false, ..) => Some(Instead::Whole),
            (true, false, _) => None,
            (true, true, true) => Some(Instead::LastGood),
            (true, true, false) => Some(Instead::SoundParts),
        };
        if self.is_news(&format!("{problems:?}")) && !problems.is_empty() {
            tell(&self.say, Word::Problems { problems: &problems, files: &all, broken });
        }
        if !away.is_empty() {
            let meant = !structural && away.iter().all(Away::may_be_meant);
            let adopted = meant.then(|| Arc::new(adoption::prepare(files, reading.schedule, library)));
            self.instead = meant.then(|| files.clone());
            return self.doubt(away, adopted);
        }
        let mut commands = self.doubt(away, None);
        self.instead = None;
        if broken == Some(Instead::LastGood) {
            return commands;
        }
        self.had_schedule |= !structural;
        if reading.schedule.station.id == self.id {
            self.in_force.clone_from(files);
        }
        commands.push(Command::Adopt(Arc::new(adoption::prepare(files, reading.schedule, library))));
        commands
    }

    fn problems(
        &self,
        sources: &Sources,
        reading: &Reading,
        library: &Library,
        all: &mut Vec<SourceFile>,
    ) -> Vec<Problem> {
        let mut problems = reading.problems.clone();
        problems.extend(sources.problems.iter().cloned());
        problems.extend(check::check(reading, library, self.today(&reading.schedule)));
        folder::findings(&self.station, reading, &mut problems, all);
        problems
    }

    /// Tells the loop what is doubted, and what a person said of it while the station was off.
    fn doubt(&mut self, away: Vec<Away>, instead: Option<Arc<super::engine::Adopted>>) -> Vec<Command> {
        let doubted = !away.is_empty();
        let mut commands = Vec::new();
        if doubted || self.doubted {
            commands.push(Command::Doubt { away, instead });
        }
        self.doubted = doubted;
        if let Some(Meant { files, who, .. }) = self.said_before.clone().filter(|_| doubted) {
            // Nobody waits for the answer.
            let (answer, _) = mpsc::channel();
            commands.push(Command::Order(Order::AcceptRemoval { files }, who, answer));
        }
        commands
    }

    /// Whether this has not just been told.
    fn is_news(&mut self, told: &str) -> bool {
        let mut hasher = DefaultHasher::new();
        told.hash(&mut hasher);
        self.shown.replace(hasher.finish()) != Some(hasher.finish())
    }

    fn today(&self, schedule: &Schedule) -> chrono::NaiveDate {
        let wall = SystemClock::new().map_or(Wall(0), |mut clock| clock.now().wall);
        crate::instant::local(wall, schedule.station.timezone).date_naive()
    }
}
