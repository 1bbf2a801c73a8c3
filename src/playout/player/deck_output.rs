//! The output of a station: a sound device, `null`, or a wave file.
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use crate::base::platform::boot_now;
use crate::playout::output::{Cue, CueKey, Output, OutputEvent, Progress, Waker};
use crate::playout::player::Deck;
use crate::playout::player::command::DeckCommand;
use crate::playout::player::shared::DeckShared;
use crate::schedule::settings::{Device, OutputSettings};

/// Longest wait for the thread when an output is dropped: a sound system that hangs must not hang the station.
const QUIT_TIMEOUT: Duration = Duration::from_secs(5);

/// A loudspeaker line with a thread of its own. Only dropping it waits for that thread.
pub struct DeckOutput {
    commands: Sender<DeckCommand>,
    shared: Arc<DeckShared>,
    proof_level: u8,
    rate: Option<u32>,
    /// Disconnected when the thread has ended.
    ended: Receiver<()>,
}

impl DeckOutput {
    /// Returns a closed output with these settings. `station_dir` holds its `wav:` file. The output's thread calls
    /// `waker` when there are new events.
    #[must_use]
    pub fn new(settings: &OutputSettings, station_dir: &Path, waker: Waker) -> Self {
        let (commands, asked) = mpsc::channel();
        let (ending, ended) = mpsc::channel::<()>();
        let shared = Arc::new(DeckShared::new(waker));
        let deck = Deck::new(asked, shared.clone(), settings.clone(), station_dir.to_owned());
        let run = move || {
            deck.run();
            drop(ending);
        };
        if let Err(error) = thread::Builder::new().name("deck".to_owned()).spawn(run) {
            let detail = format!("no thread for the sound: {error}");
            shared.push_event(OutputEvent::Lost { detail });
        }
        let level = match settings.device {
            Device::Default | Device::Named(_) => 1,
            Device::Null | Device::Wav(_) => 0,
        };
        Self { commands, shared, proof_level: level, rate: None, ended }
    }

    /// Sends a command. Without a thread it is lost, which was reported at the start.
    fn send(&self, command: DeckCommand) {
        let _ = self.commands.send(command);
    }
}

impl Output for DeckOutput {
    fn prefer_rate(&mut self, rate: Option<u32>) {
        self.rate = rate;
    }

    fn open(&mut self) {
        self.send(DeckCommand::Open { rate: self.rate });
    }

    fn close(&mut self) {
        self.send(DeckCommand::Close);
    }

    fn cue(&mut self, cue: Cue) {
        self.send(DeckCommand::Cue(cue));
    }

    fn prefetch(&mut self, files: Vec<PathBuf>) {
        self.send(DeckCommand::Prefetch(files));
    }

    fn cut(&mut self, key: CueKey) {
        self.send(DeckCommand::Cut(key));
    }

    fn take_events(&mut self) -> Vec<OutputEvent> {
        self.shared.take_events()
    }

    fn progress(&self) -> Option<Progress> {
        self.shared.position.progress_at(boot_now())
    }

    fn proof_level(&self) -> u8 {
        self.proof_level
    }
}

impl Drop for DeckOutput {
    fn drop(&mut self) {
        self.send(DeckCommand::Quit);
        let _ = self.ended.recv_timeout(QUIT_TIMEOUT);
    }
}
