//! The real daemon: a process of its own, real files, real time, and the paced silent output.
use std::cell::Cell;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use crate::record::{Reader, Record};
use chrono::{DateTime, TimeDelta, Utc};
use loa::airlog::storage::FolderStorage;

use crate::program;
use crate::station::outcome_line;

/// Nothing that a test waits for takes longer, on however busy a machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Seconds between the adoption of a schedule and its first session.
const LEAD: i64 = 4;

/// The start of a session.
enum Due {
    /// At this instant.
    At(DateTime<Utc>),
    /// So many seconds after the first that [`Folder::run`] sets.
    After(i64),
}

/// A station's folder with its own runtime folder, both gone after the test.
pub struct Folder {
    /// What holds the station, and all that the program keeps.
    pub dir: tempfile::TempDir,
    sessions: Vec<(Due, String)>,
    /// The start that sessions are counted from, once the station runs.
    first: Cell<Option<DateTime<Utc>>>,
    segments: String,
}

impl Folder {
    /// A station that is never quiet and plays to the paced silent output.
    #[must_use]
    pub fn new() -> Self {
        program::in_real_time();
        let folder = Self {
            dir: tempfile::tempdir().expect("a folder"),
            sessions: Vec::new(),
            first: Cell::new(None),
            segments: String::new(),
        };
        fs::create_dir_all(folder.station().join("playlists")).expect("playlists");
        fs::create_dir_all(folder.station().join("audio")).expect("audio");
        fs::create_dir_all(folder.dir.path().join("run")).expect("run");
        let zone = program::daytime();
        let settings = format!(
            "[station]\nid = \"thu\"\nlanguage = \"en\"\ntimezone = \"{zone}\"\n[output]\ndevice = \"null\"\n[quiet-hours]\nfrom = \"00:00\"\nuntil = \"00:00\"\n"
        );
        fs::write(folder.station().join("station.toml"), settings).expect("station.toml");
        folder
    }

    /// A segment of so many seconds, the same name as its id.
    #[must_use]
    pub fn segment(mut self, id: &str, seconds: u32) -> Self {
        write_wav(&self.station().join(format!("audio/{id}.wav")), seconds);
        self.segments.push_str(&format!("[[segment]]\nid = \"{id}\"\ntitle = \"Mục {id}\"\nfile = \"{id}.wav\"\n\n"));
        self
    }

    /// A session at this instant.
    #[must_use]
    pub fn session(mut self, at: DateTime<Utc>, play: &str) -> Self {
        self.sessions.push((Due::At(at), play.to_owned()));
        self
    }

    /// A session that starts so many seconds after the first one, which is soon after [`Folder::run`] has a station
    /// that knows its files: however slow the machine is, nothing is due before.
    #[must_use]
    pub fn due(mut self, seconds: i64, play: &str) -> Self {
        self.sessions.push((Due::After(seconds), play.to_owned()));
        self
    }

    /// The station's folder.
    pub fn station(&self) -> PathBuf {
        self.dir.path().join("dai")
    }

    /// The playlist, as the operator would write it.
    pub fn playlist(&self) -> String {
        let mut text = self.segments.clone();
        for (n, (due, play)) in self.sessions.iter().enumerate() {
            let at = match due {
                Due::At(at) => Some(*at),
                Due::After(seconds) => self.first.get().map(|first| first + TimeDelta::seconds(*seconds)),
            };
            let Some(at) = at else { continue };
            let at = at.with_timezone(&program::daytime()).format("%H:%M:%S");
            text.push_str(&format!("[[session]]\nid = \"buoi-{n}\"\nat = \"{at}\"\nplay = {play}\n\n"));
        }
        text
    }

    /// Writes the playlist.
    #[must_use]
    pub fn written(self) -> Self {
        self.write(&self.playlist());
        self
    }

    /// Writes this as the playlist.
    pub fn write(&self, text: &str) {
        fs::write(self.station().join("playlists/thu.toml"), text).expect("the playlist");
    }

    /// A `loa` command with the station's folder as its last word.
    pub fn loa(&self, words: &[&str]) -> Output {
        self.command(words).output().expect("loa starts")
    }

    /// The same, to be started by the test.
    pub fn command(&self, words: &[&str]) -> Command {
        self.command_on(words, &self.station())
    }

    /// The same on another folder.
    pub fn command_on(&self, words: &[&str], station: &Path) -> Command {
        let mut command = program::loa(self.dir.path());
        command.args(words).arg(station).env("XDG_RUNTIME_DIR", self.dir.path().join("run"));
        command
    }

    /// Starts the daemon. Sessions that are due after the first become due once it knows all files.
    pub fn run(&self) -> Daemon {
        let waits = self.first.get().is_none() && self.sessions.iter().any(|(due, _)| matches!(due, Due::After(_)));
        if waits {
            self.write(&self.playlist());
        }
        let daemon = self.started();
        if waits {
            daemon.wait_for("Schedule adopted");
            self.first.set(Some(in_seconds(LEAD)));
            self.write(&self.playlist());
            daemon.wait_for("Schedule adopted");
            assert!(self.first.get() > Some(Utc::now()), "adopted too late for the first session");
        }
        daemon
    }

    /// Starts the daemon, which has to say this on the way.
    pub fn run_saying(&self, words: &str) -> Daemon {
        Daemon::start_saying(&mut self.command(&["run"]), words)
    }

    /// Starts the daemon by another path to its folder.
    pub fn run_on(&self, station: &Path) -> Daemon {
        Daemon::start(&mut self.command_on(&["run"], station))
    }

    fn started(&self) -> Daemon {
        Daemon::start(&mut self.command(&["run"]))
    }

    /// The entries of the log.
    pub fn log(&self) -> Vec<Record> {
        log_of(&self.station())
    }

    /// `id result reason` of all outcomes.
    pub fn outcomes(&self) -> Vec<Record> {
        self.log().into_iter().filter(|r| r.kind == "outcome").collect()
    }
}

/// A running daemon; killed with the test.
pub struct Daemon {
    child: Child,
    lines: Receiver<String>,
}

impl Daemon {
    /// Starts `loa run`, given with all its words; waits until it says, in English, that it runs.
    pub fn start(command: &mut Command) -> Self {
        Self::start_saying(command, "is running")
    }

    /// The same; until then it has to say this, too.
    pub fn start_saying(command: &mut Command, words: &str) -> Self {
        let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("loa starts");
        let stderr = child.stderr.take().expect("piped");
        let (to, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if to.send(line).is_err() {
                    return;
                }
            }
        });
        let daemon = Self { child, lines };
        let said = daemon.wait_for("is running");
        assert!(said.iter().any(|line| line.contains(words)), "`{words}` was not said: {said:#?}");
        daemon
    }

    /// Waits until it says a line with this in it; gives the lines said until then.
    pub fn wait_for(&self, words: &str) -> Vec<String> {
        let deadline = Instant::now() + PATIENCE;
        let mut said = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => {
                    said.push(line);
                    if said.last().is_some_and(|line| line.contains(words)) {
                        return said;
                    }
                }
                Err(e) => panic!("`{words}` was not said ({e}); it said: {said:#?}"),
            }
        }
    }

    /// SIGKILL: what a power cut does to the process.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).expect("it runs");
    }

    /// SIGTERM; gives the exit code.
    pub fn end(mut self) -> Option<i32> {
        self.signal(rustix::process::Signal::TERM);
        let status = self.child.wait().expect("it ends");
        status.code()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The next whole second at least so many seconds from now.
pub fn in_seconds(seconds: i64) -> DateTime<Utc> {
    let at = Utc::now() + TimeDelta::seconds(seconds + 1);
    DateTime::from_timestamp(at.timestamp(), 0).expect("near now")
}

/// A tone of 440 Hz: WAV, 48 kHz, mono, 16 bit.
pub fn write_wav(path: &Path, seconds: u32) {
    let frames = seconds * 48_000;
    let mut bytes = Vec::with_capacity(44 + frames as usize * 2);
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&(36 + frames * 2).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend_from_slice(&48_000u32.to_le_bytes());
    bytes.extend_from_slice(&96_000u32.to_le_bytes());
    bytes.extend_from_slice(b"\x02\0\x10\0data");
    bytes.extend_from_slice(&(frames * 2).to_le_bytes());
    for n in 0..frames {
        let sample = (f64::from(n) * 440.0 / 48_000.0 * std::f64::consts::TAU).sin() * 8000.0;
        bytes.extend_from_slice(&(sample as i16).to_le_bytes());
    }
    fs::File::create(path).and_then(|mut file| file.write_all(&bytes)).expect("a wav file");
}

/// The entries of a station's log.
pub fn log_of(station: &Path) -> Vec<Record> {
    let storage = FolderStorage::new(station.join("airlog"));
    let mut reader = Reader::new(&storage).expect("the log");
    let mut records = Vec::new();
    while let Ok(Some(record)) = reader.next_record() {
        records.push(record);
    }
    records
}

/// All that a command said.
pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn killed_in_mid_airing_and_started_again() {
    let folder = Folder::new().segment("dai", 30).segment("ngan", 2).due(0, "[\"dai\"]").due(20, "[\"ngan\"]");
    let daemon = folder.run();
    daemon.wait_for("Started buoi-0");
    let sounding = Instant::now();
    // Some seconds of it, told by the clock of the station's own marks.
    while fs::read_to_string(folder.station().join("airlog/progress")).unwrap_or_default().matches("buoi-0").count() < 5
    {
        assert!(sounding.elapsed() < PATIENCE, "no marks");
        std::thread::yield_now();
    }
    daemon.kill();
    let played = sounding.elapsed();
    let daemon = folder.run();
    daemon.wait_for("Ended buoi-1");
    let outcomes = folder.outcomes();
    let ids: Vec<_> = outcomes.iter().filter_map(|r| r.body.id.clone()).collect();
    assert_eq!(ids.len(), 2, "{ids:?}");
    assert!(outcome_line(&outcomes[0]).ends_with("partial power-off"));
    let (known, real) = (outcomes[0].body.played_ms, played.as_millis() as i64);
    assert!(known >= 3_900 && known <= real + 300, "known {known} ms, played {real} ms");
    assert!(outcome_line(&outcomes[1]).ends_with(" aired"), "{}", outcome_line(&outcomes[1]));
    assert_eq!(daemon.end(), Some(0));
    assert_eq!(folder.log().last().map(|r| r.kind.clone()), Some("shutdown".to_owned()));
}

#[test]
fn a_schedule_broken_while_running() {
    let folder = Folder::new().segment("dai", 12).segment("sau", 1).due(0, "[\"dai\"]").due(20, "[\"sau\"]");
    let daemon = folder.run();
    let good = folder.playlist();
    daemon.wait_for("Started buoi-0");
    folder.write(&good.replacen("title", "titel", 1));
    let before = daemon.wait_for("last good schedule");
    assert!(before.iter().any(|line| line.contains("thu.toml:3:1")), "{before:#?}");
    // Touched again, broken as before: said once.
    folder.write(&good.replacen("title", "titel", 1));
    let repaired = Instant::now();
    folder.write(&format!("# sửa rồi\n{good}"));
    let after = daemon.wait_for("Schedule adopted");
    let took = repaired.elapsed();
    assert!(!after.iter().any(|line| line.contains("last good schedule")), "{after:#?}");
    eprintln!("repaired file adopted after {} ms", took.as_millis());
    daemon.wait_for("Ended buoi-1");
    let lines: Vec<_> = folder.outcomes().iter().map(outcome_line).collect();
    assert!(lines.iter().all(|line| line.ends_with(" aired")) && lines.len() == 2, "{lines:?}");
    // Against the design's two seconds; a busy machine gets ten times that.
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn one_bad_file_in_the_middle() {
    let folder =
        Folder::new().segment("mot", 1).segment("hong", 2).segment("ba", 1).due(0, "[\"mot\", \"hong\", \"ba\"]");
    fs::write(folder.station().join("audio/hong.wav"), b"this is no audio").expect("a bad file");
    let daemon = folder.run();
    daemon.wait_for("Ended buoi-0@");
    let mut lines = folder.outcomes();
    if lines.len() < 3 {
        daemon.wait_for("#3:");
        lines = folder.outcomes();
    }
    lines.sort_by_key(|r| r.body.id.clone());
    let endings: Vec<_> = lines.iter().map(|r| outcome_line(r).split_once(' ').map(|(_, e)| e.to_owned())).collect();
    let want = ["aired", "missed file-damaged", "aired"].map(|e| Some(e.to_owned()));
    assert_eq!(endings, want);
}

#[test]
fn orders_over_the_socket() {
    let folder = Folder::new().segment("dai", 30).session(in_seconds(3600), "[\"dai\"]").written();
    assert!(said(&folder.loa(&["status"])).contains("No running station"));
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    let second = folder.loa(&["run"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(said(&second).contains("already running this station"), "{}", said(&second));
    let status = said(&folder.loa(&["status"]));
    assert!(status.contains("No session is on the air now") && status.contains("Next: Mục dai"), "{status}");
    assert!(said(&folder.loa(&["skip"])).contains("Nothing is playing"));
    assert!(folder.loa(&["play", "dai", "--station"]).status.success());
    daemon.wait_for("Started operator@");
    let status = said(&folder.loa(&["status"]));
    assert!(status.contains("On air: Mục dai"), "{status}");
    assert!(said(&folder.loa(&["play", "dai", "--station"])).contains("is playing"));
    assert!(folder.loa(&["note", "operator@x", "mưa to", "--station"]).status.success());
    assert!(folder.loa(&["clock", "confirm", "--yes"]).status.success());
    assert!(folder.loa(&["stop"]).status.success());
    daemon.wait_for("Ended operator@");
    let json = folder.loa(&["status", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("json alone");
    assert_eq!(json["station"], "thu");
    assert_eq!(json["on_air"], serde_json::Value::Null);
    assert_eq!(daemon.end(), Some(0));
    let log = folder.log();
    let uid = rustix::process::getuid().as_raw();
    let who: Vec<_> = log.iter().filter_map(|r| r.body.who.as_ref().map(|w| w.uid)).collect();
    assert_eq!(who, [uid; 4], "play, note, confirm, stop");
    let outcome = log.iter().find(|r| r.kind == "outcome").expect("one");
    assert!(outcome_line(outcome).ends_with("partial operator-stop"));
    assert_eq!(outcome.body.level, 0, "nothing is proved by the silent output");
    assert!(outcome.body.planned_at.is_none());
}

#[test]
fn sigterm_in_mid_airing_ends_in_order() {
    let folder = Folder::new().segment("dai", 30).due(0, "[\"dai\"]");
    let daemon = folder.run();
    daemon.wait_for("Started buoi-0");
    assert_eq!(daemon.end(), Some(0));
    let lines: Vec<_> = folder.outcomes().iter().map(outcome_line).collect();
    assert_eq!(lines.len(), 1);
    assert!(lines[0].ends_with("partial shutdown"), "{lines:?}");
    assert_eq!(folder.log().last().map(|r| r.kind.clone()), Some("shutdown".to_owned()));
}

#[test]
fn a_terminal_that_is_gone_silences_nothing() {
    let folder = Folder::new().segment("ngan", 1).session(in_seconds(10), "[\"ngan\"]").written();
    let mut child = folder.command(&["run"]).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("loa starts");
    // Nobody reads, and nobody ever will.
    drop(child.stderr.take());
    let began = Instant::now();
    while folder.outcomes().is_empty() {
        assert!(began.elapsed() < PATIENCE, "nothing was aired: {:?}", folder.log().last());
        std::thread::yield_now();
    }
    let lines: Vec<_> = folder.outcomes().iter().map(outcome_line).collect();
    let status = folder.loa(&["status"]);
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert!(lines[0].ends_with(" aired"), "{lines:?}");
    assert!(status.status.success(), "{}", said(&status));
}

#[test]
fn a_caller_that_dawdles_holds_up_nobody() {
    use std::os::unix::net::UnixStream;
    let folder = Folder::new().segment("dai", 30).session(in_seconds(3600), "[\"dai\"]").written();
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    let run = folder.dir.path().join("run/loa");
    let socket = fs::read_dir(run).expect("the folder").flatten().next().expect("the socket").path();
    let slow: Vec<_> = (0..8).map(|_| UnixStream::connect(&socket).expect("it listens")).collect();
    assert!((&slow[0]).write_all(b"{\"order\"").is_ok());
    assert!(folder.loa(&["status"]).status.success());
    // An order whose caller has gone is not obeyed later.
    let mut hasty = UnixStream::connect(&socket).expect("it listens");
    hasty.write_all(b"{\"order\":{\"play\":\"dai\"").expect("half an order");
    drop(hasty);
    let status = said(&folder.loa(&["status"]));
    assert!(status.contains("No session is on the air now"), "{status}");
    assert_eq!(daemon.end(), Some(0));
    assert!(!folder.log().iter().any(|r| r.kind == "operator"));
}

#[test]
fn a_rehearsals_log_never_becomes_a_real_one() {
    let folder = Folder::new().segment("dai", 3).session(in_seconds(3600), "[\"dai\"]").written();
    let into = |name: &str| {
        let log = folder.station().join(name);
        let log = log.to_str().expect("UTF-8").to_owned();
        folder.loa(&["rehearse", "--from", "2023-03-20", "--until", "2023-03-20", "--log", &log])
    };
    assert_eq!(into("airlog").status.code(), Some(2), "a rehearsal keeps out of the real log's place");
    assert!(into("thu").status.success());
    fs::rename(folder.station().join("thu"), folder.station().join("airlog")).expect("moved by hand");
    let run = folder.loa(&["run"]);
    assert_eq!(run.status.code(), Some(78), "{}", said(&run));
    assert!(said(&run).contains("rehearsal"), "{}", said(&run));
}

#[test]
fn files_swapped_cut_and_deleted_after_the_check() {
    let first = in_seconds(12);
    let folder = Folder::new()
        .segment("doi", 2)
        .segment("cat", 2)
        .segment("xoa", 2)
        .segment("con", 1)
        .session(first, "[\"doi\", \"cat\", \"xoa\", \"con\"]");
    let audio = |name: &str| folder.station().join(format!("audio/{name}.wav"));
    let mut playlist = folder.playlist();
    for name in ["doi", "cat", "xoa", "con"] {
        let (sha256, _) =
            loa::library::file::sha256(&mut loa::library::file::open(&audio(name)).expect("a file")).expect("its hash");
        let file = format!("file = \"{name}.wav\"\n");
        playlist = playlist.replace(&file, &format!("{file}sha256 = \"{sha256}\"\n"));
    }
    folder.write(&playlist);
    let check = folder.loa(&["check"]);
    assert_eq!(check.status.code(), Some(0), "{}", said(&check));
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    // As long as before, and another sound; the times put back.
    let bytes = fs::read(audio("doi")).expect("a file");
    let modified = fs::metadata(audio("doi")).and_then(|m| m.modified()).expect("a time");
    let other: Vec<u8> = bytes.iter().enumerate().map(|(i, b)| if i > 1000 { b ^ 1 } else { *b }).collect();
    fs::write(audio("doi"), other).expect("a swap");
    let swapped = fs::File::options().write(true).open(audio("doi")).expect("a file");
    swapped.set_modified(modified).expect("a time");
    fs::write(audio("cat"), &fs::read(audio("cat")).expect("a file")[..50_000]).expect("a cut");
    fs::remove_file(audio("xoa")).expect("a file");
    daemon.wait_for("#4:");
    let mut outcomes = folder.outcomes();
    outcomes.sort_by_key(|r| r.body.id.clone());
    let endings: Vec<_> = outcomes.iter().map(|r| outcome_line(r).split_once(' ').map(|(_, e)| e.to_owned())).collect();
    let want =
        ["missed hash-mismatch", "missed hash-mismatch", "missed file-missing", "aired"].map(|e| Some(e.to_owned()));
    assert_eq!(endings, want);
    let last = outcomes.last().expect("four").body.late_us.expect("it started");
    assert!(last.abs() < 5_000_000, "on time: {last}");
    let check = folder.loa(&["check"]);
    let told = said(&check);
    assert_eq!(check.status.code(), Some(1), "{told}");
    assert!(told.contains("hash-mismatch") && told.contains("audio-missing"), "{told}");
}

#[test]
fn a_copy_of_a_running_station_does_not_run_beside_it() {
    let folder = Folder::new().segment("dai", 2).session(in_seconds(3600), "[\"dai\"]").written();
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    let copy = folder.station().with_file_name("ban-sao");
    let copied = Command::new("cp").arg("-a").arg(folder.station()).arg(&copy).status().expect("cp");
    assert!(copied.success());
    // The station has gone on since: an older copy is refused, not set aside beside it.
    assert!(folder.loa(&["clock", "confirm", "--yes"]).status.success());
    let mut second = folder.command_on(&["run", "--lang", "en"], &copy);
    let refused = second.output().expect("loa starts");
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    assert!(said(&refused).contains("already running this station"), "{}", said(&refused));
    assert!(!copy.join("airlog/damaged").exists(), "nothing is set aside in the copy");
    assert_eq!(daemon.end(), Some(0));
    assert!(folder.loa(&["verify"]).status.success(), "the log is whole");
}
