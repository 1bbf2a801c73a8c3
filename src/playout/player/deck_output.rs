//! The output of a real station: a sound device, `null`, or a wave file.
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
use crate::schedule::settings::OutputSettings;

/// Maximum wait for the thread when an output is dropped. A sound system that hangs must not block the station.
const QUIT_TIMEOUT: Duration = Duration::from_secs(5);

/// A loudspeaker line that runs on its own thread, the deck. Only `drop` waits for that thread.
pub struct DeckOutput {
    commands: Sender<DeckCommand>,
    shared: Arc<DeckShared>,
    proof_level: u8,
    /// Preferred rate, frames per second.
    preferred_rate: Option<u32>,
    /// Receives no value, and is disconnected when the thread ends.
    thread_end: Receiver<()>,
}

impl DeckOutput {
    /// Returns a closed output with these settings. A `wav:` file is written in `station_dir`. The output's thread
    /// calls `waker` after each new event.
    #[must_use]
    pub fn new(settings: &OutputSettings, station_dir: &Path, waker: Waker) -> Self {
        let (commands, command_receiver) = mpsc::channel();
        let (end_sender, thread_end) = mpsc::channel::<()>();
        let shared = Arc::new(DeckShared::new(waker));
        let deck = Deck::new(command_receiver, shared.clone(), settings.clone(), station_dir.to_owned());
        let run = move || {
            deck.run();
            drop(end_sender);
        };
        if let Err(error) = thread::Builder::new().name("deck".to_owned()).spawn(run) {
            let detail = format!("no thread for the sound: {error}");
            shared.push_event(OutputEvent::Lost { detail });
        }
        let proof_level = u8::from(settings.device.is_real());
        Self { commands, shared, proof_level, preferred_rate: None, thread_end }
    }

    /// Sends a command to the deck. If the thread could not be started, which `new` has reported, the command is lost.
    fn send(&self, command: DeckCommand) {
        let _ = self.commands.send(command);
    }
}

impl Output for DeckOutput {
    fn prefer_rate(&mut self, rate: Option<u32>) {
        self.preferred_rate = rate;
    }

    fn open(&mut self) {
        self.send(DeckCommand::Open { rate: self.preferred_rate });
    }

    fn close(&mut self) {
        self.send(DeckCommand::Close);
    }

    fn cue(&mut self, cue: Cue) {
        self.send(DeckCommand::Cue(cue));
    }

    fn inspect(&mut self, files: Vec<PathBuf>) {
        self.send(DeckCommand::Inspect(files));
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
        let _ = self.thread_end.recv_timeout(QUIT_TIMEOUT);
    }
}
