//! The real daemon, run in its own process with real files, in real time, with the paced silent output.
mod amplifier_edits;
mod device_edits;
mod lifecycle;

use std::cell::Cell;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use loa::airlog::storage::FolderStorage;

use crate::program;
use crate::record::{Reader, Record};
use crate::station::outcome_line;

/// The maximum time of any wait, even on a busy machine.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// The seconds between the adoption of a schedule and its first session.
const LEAD_S: i64 = 4;

/// The start of a session.
enum SessionStart {
    /// At this instant.
    At(DateTime<Utc>),
    /// This number of seconds after `Folder::base_instant`.
    After(i64),
}

/// A station's folder with its own runtime folder. Both are deleted after the test.
pub struct Folder {
    /// The folder that contains the station, its runtime folder and its state.
    pub dir: tempfile::TempDir,
    sessions: Vec<(SessionStart, String)>,
    /// The instant from which [`SessionStart::After`] counts; `None` until the station runs.
    base_instant: Cell<Option<DateTime<Utc>>>,
    segments: String,
}

impl Folder {
    /// A station without quiet hours that plays to the paced silent output.
    #[must_use]
    pub fn new() -> Self {
        program::raise_priority();
        let folder = Self {
            dir: tempfile::tempdir().expect("make a temporary folder"),
            sessions: Vec::new(),
            base_instant: Cell::new(None),
            segments: String::new(),
        };
        fs::create_dir_all(folder.station().join("playlists")).expect("make the folder");
        fs::create_dir_all(folder.station().join("audio")).expect("make the folder");
        fs::create_dir_all(folder.dir.path().join("run")).expect("make the folder");
        let zone = program::daytime_zone();
        let settings = format!(
            "[station]\nid = \"thu\"\nlanguage = \"en\"\ntimezone = \"{zone}\"\n[output]\ndevice = \"null\"\n[quiet-hours]\nfrom = \"00:00\"\nuntil = \"00:00\"\n"
        );
        fs::write(folder.station().join("station.toml"), settings).expect("write the file");
        folder
    }

    /// Adds a segment of this length. Its file is named after its id.
    #[must_use]
    pub fn segment(mut self, id: &str, seconds: u32) -> Self {
        write_wav(&self.station().join(format!("audio/{id}.wav")), seconds);
        self.segments.push_str(&format!("[[segment]]\nid = \"{id}\"\ntitle = \"Mục {id}\"\nfile = \"{id}.wav\"\n\n"));
        self
    }

    /// Adds a session at this instant.
    #[must_use]
    pub fn session(mut self, at: DateTime<Utc>, play: &str) -> Self {
        self.sessions.push((SessionStart::At(at), play.to_owned()));
        self
    }

    /// Adds a session that starts `seconds` after an instant that [`Folder::run`] chooses once the daemon has read its
    /// files, so no session is due too early, even on a slow machine.
    #[must_use]
    pub fn session_after(mut self, seconds: i64, play: &str) -> Self {
        self.sessions.push((SessionStart::After(seconds), play.to_owned()));
        self
    }

    /// The station's folder.
    pub fn station(&self) -> PathBuf {
        self.dir.path().join("dai")
    }

    /// The playlist, as the operator would write it.
    pub fn playlist(&self) -> String {
        let mut text = self.segments.clone();
        for (n, (start, play)) in self.sessions.iter().enumerate() {
            let at = match start {
                SessionStart::At(at) => Some(*at),
                SessionStart::After(seconds) => self.base_instant.get().map(|base| base + TimeDelta::seconds(*seconds)),
            };
            let Some(at) = at else { continue };
            let at = at.with_timezone(&program::daytime_zone()).format("%H:%M:%S");
            text.push_str(&format!("[[session]]\nid = \"buoi-{n}\"\nat = \"{at}\"\nplay = {play}\n\n"));
        }
        text
    }

    /// Writes the playlist; returns the folder.
    #[must_use]
    pub fn write_playlist(self) -> Self {
        self.write(&self.playlist());
        self
    }

    /// Writes this text as the playlist.
    pub fn write(&self, text: &str) {
        fs::write(self.station().join("playlists/thu.toml"), text).expect("write the file");
    }

    /// Runs `loa` with these arguments and the station's folder.
    pub fn loa(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("loa starts")
    }

    /// The `loa` command with these arguments and the station's folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_on(arguments, &self.station())
    }

    /// The `loa` command with these arguments and the given folder.
    pub fn command_on(&self, arguments: &[&str], station: &Path) -> Command {
        let mut command = program::loa(self.dir.path());
        command.args(arguments).arg(station).env("XDG_RUNTIME_DIR", self.dir.path().join("run"));
        command
    }

    /// Starts the daemon. After the daemon has read its files, sets the instant from which [`Folder::session_after`]
    /// counts.
    pub fn run(&self) -> Daemon {
        let has_relative_sessions = self.base_instant.get().is_none()
            && self.sessions.iter().any(|(start, _)| matches!(start, SessionStart::After(_)));
        if has_relative_sessions {
            self.write(&self.playlist());
        }
        let daemon = self.start();
        if has_relative_sessions {
            daemon.wait_for("Schedule adopted");
            self.base_instant.set(Some(in_seconds(LEAD_S)));
            self.write(&self.playlist());
            daemon.wait_for("Schedule adopted");
            assert!(self.base_instant.get() > Some(Utc::now()), "adopted too late for the first session");
        }
        daemon
    }

    /// Starts the daemon; panics unless it prints `words` before it reports that it is running.
    pub fn run_expecting(&self, words: &str) -> Daemon {
        Daemon::start_expecting(&mut self.command(&["run"]), words)
    }

    /// Starts the daemon on the station in this folder.
    pub fn run_on(&self, station: &Path) -> Daemon {
        Daemon::start(&mut self.command_on(&["run"], station))
    }

    fn start(&self) -> Daemon {
        Daemon::start(&mut self.command(&["run"]))
    }

    /// The entries of the log.
    pub fn log(&self) -> Vec<Record> {
        log_of(&self.station())
    }

    /// The outcome entries of the log.
    pub fn outcomes(&self) -> Vec<Record> {
        self.log().into_iter().filter(|r| r.kind == "outcome").collect()
    }
}

/// A running daemon; it is killed when the test ends.
pub struct Daemon {
    child: Child,
    lines: Receiver<String>,
}

impl Daemon {
    /// Starts this `loa run` command; waits until the daemon prints, in English, that it is running.
    pub fn start(command: &mut Command) -> Self {
        Self::start_expecting(command, "is running")
    }

    /// Starts this `loa run` command; panics unless it prints `words` before it reports that it is running.
    pub fn start_expecting(command: &mut Command, words: &str) -> Self {
        let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("loa starts");
        let stderr = child.stderr.take().expect("the stream is piped");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let daemon = Self { child, lines };
        let earlier_lines = daemon.wait_for("is running");
        assert!(earlier_lines.iter().any(|line| line.contains(words)), "`{words}` was not printed: {earlier_lines:#?}");
        daemon
    }

    /// Waits for a line that contains `words`; returns all lines up to it.
    pub fn wait_for(&self, words: &str) -> Vec<String> {
        let deadline = Instant::now() + MAX_WAIT;
        let mut lines = Vec::new();
        loop {
            let remaining = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(remaining) {
                Ok(line) => {
                    lines.push(line);
                    if lines.last().is_some_and(|line| line.contains(words)) {
                        return lines;
                    }
                }
                Err(e) => panic!("`{words}` was not printed ({e}), only: {lines:#?}"),
            }
        }
    }

    /// Sends SIGKILL, which ends the process as suddenly as a power cut does.
    pub fn kill(mut self) {
        self.child.kill().expect("kill the process");
        self.child.wait().expect("wait for the process");
    }

    /// Sends a signal to the daemon.
    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).expect("signal the process");
    }

    /// Sends SIGTERM; returns the exit code, and the lines that were not read yet.
    pub fn end_with_lines(mut self) -> (Option<i32>, Vec<String>) {
        self.signal(rustix::process::Signal::TERM);
        let status = self.child.wait().expect("wait for the process");
        (status.code(), self.lines.iter().collect())
    }

    /// Sends SIGTERM; returns the exit code.
    pub fn end(mut self) -> Option<i32> {
        self.signal(rustix::process::Signal::TERM);
        let status = self.child.wait().expect("wait for the process");
        status.code()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first full second that is at least `seconds` from now.
pub fn in_seconds(seconds: i64) -> DateTime<Utc> {
    let instant = Utc::now() + TimeDelta::seconds(seconds + 1);
    DateTime::from_timestamp(instant.timestamp(), 0).expect("the time is valid")
}

/// Writes a tone of 440 Hz as a WAV file: 48 kHz, mono, 16 bit.
pub fn write_wav(path: &Path, seconds: u32) {
    let frame_count = seconds * 48_000;
    let mut bytes = Vec::with_capacity(44 + frame_count as usize * 2);
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&(36 + frame_count * 2).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend_from_slice(&48_000u32.to_le_bytes());
    bytes.extend_from_slice(&96_000u32.to_le_bytes());
    bytes.extend_from_slice(b"\x02\0\x10\0data");
    bytes.extend_from_slice(&(frame_count * 2).to_le_bytes());
    for n in 0..frame_count {
        let sample = (f64::from(n) * 440.0 / 48_000.0 * std::f64::consts::TAU).sin() * 8000.0;
        bytes.extend_from_slice(&(sample as i16).to_le_bytes());
    }
    fs::File::create(path).and_then(|mut file| file.write_all(&bytes)).expect("write the file");
}

/// The entries of a station's log.
pub fn log_of(station: &Path) -> Vec<Record> {
    let storage = FolderStorage::new(station.join("airlog"));
    let mut reader = Reader::new(&storage).expect("open the log");
    let mut records = Vec::new();
    while let Ok(Some(record)) = reader.next_record() {
        records.push(record);
    }
    records
}

/// The stdout and stderr of a command.
pub fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
