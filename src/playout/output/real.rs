//! The output of a station: a sound device, `null`, or a wave file.
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use super::sink::boot_now;
use super::{Cue, CueKey, Event, Output, Progress, Waker};
use crate::playout::deck::{Command, Deck, Shared};
use crate::station::{Device, OutputSettings};

/// How long dropping an output waits for its thread: a sound system that hangs must not hang the station.
const FAREWELL: Duration = Duration::from_secs(5);

/// A loudspeaker line with a thread of its own; nothing here waits for it.
pub struct LineOutput {
    commands: Sender<Command>,
    shared: Arc<Shared>,
    level: u8,
    rate: Option<u32>,
    /// Gives an error, and nothing else, when the thread has ended.
    ended: Receiver<()>,
}

impl LineOutput {
    /// An output as the station has it set; `station_dir` is where a `wav:` file is relative to. It is
    /// closed at first. `waker` is called from the output's thread whenever there are new events.
    #[must_use]
    pub fn new(settings: &OutputSettings, station_dir: &Path, waker: Waker) -> Self {
        let (commands, asked) = mpsc::channel();
        let (ending, ended) = mpsc::channel::<()>();
        let shared = Arc::new(Shared::new(waker));
        let deck = Deck::new(asked, shared.clone(), settings.clone(), station_dir.to_owned());
        let run = move || {
            deck.run();
            drop(ending);
        };
        if let Err(error) = thread::Builder::new().name("deck".to_owned()).spawn(run) {
            let detail = format!("no thread for the sound: {error}");
            shared.tell(Event::Lost { detail });
        }
        let level = match settings.device {
            Device::Default | Device::Named(_) => 1,
            Device::Null | Device::Wav(_) => 0,
        };
        Self { commands, shared, level, rate: None, ended }
    }

    /// An error means that the thread could not be had, which was told.
    fn ask(&self, command: Command) {
        let _ = self.commands.send(command);
    }
}

impl Output for LineOutput {
    fn prefer(&mut self, rate: Option<u32>) {
        self.rate = rate;
    }

    fn open(&mut self) {
        self.ask(Command::Open { rate: self.rate });
    }

    fn close(&mut self) {
        self.ask(Command::Close);
    }

    fn cue(&mut self, cue: Cue) {
        self.ask(Command::Cue(cue));
    }

    fn expect(&mut self, files: Vec<PathBuf>) {
        self.ask(Command::Expect(files));
    }

    fn cut(&mut self, key: CueKey) {
        self.ask(Command::Cut(key));
    }

    fn events(&mut self) -> Vec<Event> {
        self.shared.take()
    }

    fn progress(&self) -> Option<Progress> {
        self.shared.position.get(boot_now())
    }

    fn level(&self) -> u8 {
        self.level
    }
}

impl Drop for LineOutput {
    fn drop(&mut self) {
        self.ask(Command::Quit);
        let _ = self.ended.recv_timeout(FAREWELL);
    }
}
