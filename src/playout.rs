//! Step 4 of the flow: the plan becomes sound.
//!
//! [`engine`] decides, [`Playout`] performs: it reads the clock, hands the engine what happened, and does what
//! the engine says over the three seams, [`clock::Clock`], [`output::Output`] and
//! [`Storage`](crate::airlog::storage::Storage). It holds no rule of its own.
pub mod adoption;
pub mod amplifier;
pub mod clock;
pub mod control;
pub mod daemon;
mod deck;
pub mod engine;
pub mod loader;
pub mod lock;
pub mod meant;
pub mod offline;
pub mod output;
mod signals;
pub mod watch;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use crate::airlog::AirLog;
use crate::airlog::entry::Who;
use crate::airlog::progress::Sign;
use crate::airlog::storage::{Moved, Storage};
use crate::folder::away::Away;
use crate::instant::{Boot, SECOND};
use crate::station::OutputSettings;
use clock::{Clock, Now};
use engine::{Action, Adopted, Answer, Engine, Event, Notice, Order, Switch, Switched};
use output::Output;

/// A mark a second while something sounds, a sign of life a minute otherwise.
const MARK_EVERY_US: i64 = SECOND;
const LIFE_EVERY_US: i64 = 60 * SECOND;
/// A disk that refuses entries is tried again after this time, then after twice that, and so on up to the other.
const RETRY_FIRST_US: i64 = SECOND;
const RETRY_LAST_US: i64 = 300 * SECOND;

/// What other threads ask of the loop.
pub enum Command {
    /// The station's files were read anew.
    Adopt(Arc<Adopted>),
    /// Files that the schedule in force names have gone from the folder, or none any more.
    Doubt {
        /// Which, and why.
        away: Vec<Away>,
        /// The schedule without them, if a person may say that they are meant to be gone.
        instead: Option<Arc<Adopted>>,
    },
    /// The operator's order, and where the answer goes.
    Order(Order, Who, Sender<Answer>),
    /// The amplifier was switched, or could not be.
    Switched(Switched),
    /// End in order.
    End {
        /// For the log.
        cause: String,
    },
}

/// Makes the output for given settings.
pub type OutputMaker = Box<dyn FnMut(&OutputSettings) -> Box<dyn Output>>;
/// Switches the amplifier; gives what came of it when that is known at once, and sends it as a command otherwise.
pub type Switcher = Box<dyn FnMut(Switch) -> Option<Switched>>;
/// Tells people.
pub type Teller = Box<dyn FnMut(&Tell<'_>)>;

/// What the loop does things with, beside the three seams.
pub struct Hands {
    /// Makes the output.
    pub maker: OutputMaker,
    /// Switches the amplifier.
    pub switcher: Switcher,
    /// Tells people.
    pub teller: Teller,
}

/// What people are told.
pub enum Tell<'a> {
    /// By the engine.
    Notice(&'a Notice),
    /// The log cannot be written; entries wait in memory.
    LogFails(&'a std::io::Error),
    /// The log is written again.
    LogWorks,
    /// An epoch of the log is due to end and cannot: the log goes on, and what is newest is not locked.
    KeysFail(&'a std::io::Error),
    /// A kept file lies in one of its two places only.
    KeptFails(&'a std::io::Error),
}

/// When a disk that refuses entries is tried again.
#[derive(Debug, Clone, Copy)]
struct Retry {
    at: Boot,
    wait_us: i64,
}

impl Retry {
    fn after(now: Boot, wait_us: i64) -> Self {
        Self { at: now.plus(wait_us), wait_us }
    }
}

/// The running station.
pub struct Playout<C, S> {
    clock: C,
    log: AirLog<S>,
    engine: Engine,
    maker: OutputMaker,
    output: Option<Box<dyn Output>>,
    commands: Receiver<Command>,
    teller: Teller,
    switcher: Switcher,
    marked: Option<(Boot, Option<String>)>,
    /// The disk refuses entries; and when it is tried again.
    log_fails: Option<Retry>,
    /// The log is not any more where it was.
    log_moved: bool,
    keys_fail: bool,
    kept_fail: bool,
    ends_idle: bool,
    left: bool,
}

impl<C: Clock, S: Storage> Playout<C, S> {
    /// A station that has begun: `actions` are the engine's first.
    pub fn new(
        clock: C,
        log: AirLog<S>,
        (engine, actions): (Engine, Vec<Action>),
        hands: Hands,
        commands: Receiver<Command>,
    ) -> Self {
        let Hands { maker, switcher, teller } = hands;
        let mut playout = Self {
            clock,
            log,
            engine,
            maker,
            output: None,
            commands,
            teller,
            switcher,
            marked: None,
            log_fails: None,
            log_moved: false,
            keys_fail: false,
            kept_fail: false,
            ends_idle: false,
            left: false,
        };
        let now = playout.clock.now();
        playout.perform(now, actions, None);
        playout
    }

    /// Whether it is to end by itself once everything planned for the day has its outcome.
    pub fn end_when_idle(&mut self, ends: bool) {
        self.ends_idle = ends;
    }

    /// Plays until it is told to end. Gives the number of entries that the disk has refused to the last.
    pub fn run(&mut self) -> usize {
        while self.turn() {
            self.wait();
        }
        let now = self.clock.now();
        let mut last = self.log.append(now, Vec::new());
        if last.as_ref().is_err_and(Moved::is) {
            // Nothing is lost by waiting but what waits when there is no later: it goes where the log is by now.
            self.log.storage.follow();
            last = self.log.append(now, Vec::new());
        }
        self.note_log(last);
        self.log.waiting()
    }

    /// One look at everything. False when the station has ended.
    pub fn turn(&mut self) -> bool {
        self.hear();
        while let Ok(command) = self.commands.try_recv() {
            match command {
                Command::Adopt(adopted) => self.decide(Event::Adopt(adopted), None),
                Command::Doubt { away, instead } => self.decide(Event::Doubt { away, instead }, None),
                Command::Order(order, who, answer) => self.decide(Event::Order(order, who), Some(answer)),
                Command::Switched(switched) => self.decide(Event::Switched(switched), None),
                Command::End { cause } => self.decide(Event::End { cause }, None),
            }
        }
        self.decide(Event::Time, None);
        if self.ends_idle && self.engine.adopted().is_some() && self.engine.idle(self.clock.now()) {
            let cause = "idle".to_owned();
            self.decide(Event::End { cause }, None);
        }
        self.mark();
        !self.left
    }

    /// Waits until something is due.
    pub fn wait(&mut self) {
        let now = self.clock.now();
        let mut until = self.engine.next_look(now);
        if let Some(at) = self.output.as_ref().and_then(|output| output.next_event()) {
            until = until.min(at);
        }
        let every = if self.engine.sounding().is_some() { MARK_EVERY_US } else { LIFE_EVERY_US };
        until = until.min(self.marked.as_ref().map_or(now.boot, |(at, _)| at.plus(every)));
        if let Some(retry) = self.log_fails {
            until = until.min(retry.at);
        }
        self.clock.wait(until);
    }

    /// The engine, to look at.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The log, to look at.
    #[must_use]
    pub fn log(&self) -> &AirLog<S> {
        &self.log
    }

    /// Takes what the output has done.
    fn hear(&mut self) {
        let events = self.output.as_mut().map(|output| output.events()).unwrap_or_default();
        if !events.is_empty() {
            self.decide_on(Event::Output(events), None);
        }
    }

    /// Decides on an event after what the output has done: it may have begun what is about to be taken back.
    fn decide(&mut self, event: Event, answer: Option<Sender<Answer>>) {
        self.hear();
        self.decide_on(event, answer);
    }

    fn decide_on(&mut self, event: Event, answer: Option<Sender<Answer>>) {
        let now = self.clock.now();
        let progress = self.output.as_ref().and_then(|output| output.progress());
        let actions = self.engine.decide(now, progress, event);
        self.perform(now, actions, answer);
    }

    fn perform(&mut self, now: Now, actions: Vec<Action>, answer: Option<Sender<Answer>>) {
        let mut unsealed = false;
        let mut switched = None;
        for action in actions {
            match action {
                Action::Configure(settings) => self.output = Some((self.maker)(&settings)),
                Action::Open { rate } => self.on_output(|output| {
                    output.prefer(rate);
                    output.open();
                }),
                Action::Close => self.on_output(|output| output.close()),
                Action::Cue(cue) => self.on_output(|output| output.cue(cue)),
                Action::Cut(key) => self.on_output(|output| output.cut(key)),
                Action::Expect(files) => self.on_output(|output| output.expect(files)),
                Action::Amplifier(switch) => switched = (self.switcher)(switch),
                Action::Keep { name, bytes } => {
                    let kept = self.log.keep(name, bytes);
                    self.note_log(kept);
                }
                Action::Log(batch) => {
                    self.log.set_zone(self.engine.zone());
                    let logged = self.log.append(now, batch);
                    self.note_log(logged);
                }
                Action::Roll => {
                    let rolled = self.log.roll(now);
                    unsealed = rolled.is_err();
                    // That the epoch goes on is no failure of the log.
                    if self.log.waiting() > 0 {
                        self.note_log(rolled);
                    }
                }
                Action::Answer(words) => {
                    let words = self.completed(words, unsealed);
                    if let Some(to) = &answer {
                        // Whoever asked may have gone.
                        let _ = to.send(words);
                    }
                }
                Action::Tell(notice) => (self.teller)(&Tell::Notice(&notice)),
                Action::Exit => self.left = true,
            }
        }
        if let Some(switched) = switched {
            self.decide(Event::Switched(switched), None);
        }
    }

    /// An answer with what only the log knows.
    fn completed(&self, words: Answer, unsealed: bool) -> Answer {
        match words {
            Answer::Done if unsealed || self.log.waiting() > 0 => Answer::DoneNotLogged,
            Answer::Status(mut status) => {
                (status.head_code, status.entries) = (self.log.head_code(), self.log.entries());
                (status.unwritten, status.log_moved) = (self.log.waiting(), self.log_moved);
                Answer::Status(status)
            }
            words => words,
        }
    }

    fn on_output(&mut self, work: impl FnOnce(&mut dyn Output)) {
        if let Some(output) = &mut self.output {
            work(output.as_mut());
        }
    }

    /// Tells once that an epoch cannot end, and once that a kept file lies in one place only.
    fn note_keys(&mut self) {
        match self.log.unrolled() {
            Some(error) if !self.keys_fail => (self.teller)(&Tell::KeysFail(error)),
            _ => {}
        }
        self.keys_fail = self.log.unrolled().is_some();
        match self.log.unkept() {
            Some(error) if !self.kept_fail => (self.teller)(&Tell::KeptFails(error)),
            _ => {}
        }
        self.kept_fail = self.log.unkept().is_some();
    }

    /// Tells once that the disk fails, and once that it works again. Sound goes on.
    fn note_log(&mut self, result: std::io::Result<()>) {
        self.log_moved = result.as_ref().is_err_and(Moved::is);
        match (result, self.log_fails) {
            (Err(e), before) => {
                if before.is_none() {
                    (self.teller)(&Tell::LogFails(&e));
                }
                let now = self.clock.now().boot;
                // A disk that hangs over each try must not keep the loop waiting every second.
                self.log_fails = match before {
                    Some(retry) if now < retry.at => Some(retry),
                    // A look for a folder that was moved away costs nothing; people wait for it to be back.
                    Some(retry) if !self.log_moved => Some(Retry::after(now, (retry.wait_us * 2).min(RETRY_LAST_US))),
                    Some(_) => Some(Retry::after(now, RETRY_FIRST_US)),
                    None => Some(Retry::after(now, RETRY_FIRST_US)),
                };
            }
            (Ok(()), Some(_)) if self.log.waiting() == 0 => {
                self.log_fails = None;
                (self.teller)(&Tell::LogWorks);
            }
            _ => {}
        }
    }

    /// Marks how far the running airing has come, or that the station lives.
    fn mark(&mut self) {
        let now = self.clock.now();
        let sounding = self.engine.sounding().map(|(id, key, before)| (id.to_owned(), key, before));
        let id = sounding.as_ref().map(|(id, ..)| id.clone());
        let every = if id.is_some() { MARK_EVERY_US } else { LIFE_EVERY_US };
        let (first, due) = match &self.marked {
            None => (true, true),
            Some((at, marked)) => (*marked != id, now.boot.since(*at) >= every),
        };
        if self.log_fails.map_or(due, |retry| now.boot >= retry.at) {
            let again = self.log.tick(now);
            self.note_log(again);
            self.note_keys();
        }
        if !first && !due {
            return;
        }
        let progress = self.output.as_ref().and_then(|output| output.progress());
        let progress = progress.filter(|p| sounding.as_ref().is_some_and(|(_, key, _)| *key == p.key));
        // Of an airing that was interrupted the earlier part counts, too.
        let before = |rate| sounding.as_ref().map_or(0, |(.., before)| before.frames_at(rate));
        let sign = Sign {
            trusted: self.engine.believes_clock(),
            id: id.clone(),
            frames: progress.map_or(0, |p| p.frames + before(p.rate)),
            rate: progress.map_or(0, |p| p.rate),
        };
        let starts = first && id.is_some();
        // A mark is scratch: without it an interrupted airing is known less exactly, that is all.
        let _ = self.log.mark(now, sign, starts);
        self.marked = Some((now.boot, id));
    }
}
