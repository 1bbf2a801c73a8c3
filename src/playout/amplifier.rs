//! Runs the commands that switch the amplifier, beside everything else: without a shell, for a limited time, and only
//! commands that a person has run by hand on this machine, because `station.toml` travels on sticks with its folder.
use crate::base::platform::boot_now;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Sender};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};

use super::clock::system::ClockWaker;
use super::engine::{SwitchError, SwitchRequest, SwitchResult};
use crate::base::hash::sha256_hex;
use crate::base::instant::SECOND_US;
use crate::base::{durable, state_dirs};
use crate::schedule::settings::AmplifierSettings;

/// A command that runs longer is ended: a relay answers within milliseconds.
const COMMAND_TIMEOUT_US: i64 = 10 * SECOND_US;
/// Characters of what a command complains that are kept.
const MAX_DETAIL: usize = 200;

/// Switches on a thread of its own, which begins with the first command and runs one after the other.
pub struct AmplifierRunner {
    station: PathBuf,
    results: Sender<super::PlayoutCommand>,
    caller: ClockWaker,
    queue: Option<Sender<SwitchRequest>>,
}

impl AmplifierRunner {
    /// What came of each command goes to `done`.
    #[must_use]
    pub fn new(station: &Path, done: Sender<super::PlayoutCommand>, caller: ClockWaker) -> Self {
        Self { station: station.to_owned(), results: done, caller, queue: None }
    }

    /// Has a command run. Gives what came of it when it may not be run at all.
    pub fn switch(&mut self, switch: SwitchRequest) -> Option<SwitchResult> {
        if switch.by_operator {
            // Where that cannot be kept, it is asked for again after the next start.
            let _ = permit(&switch.amplifier);
        } else if !is_permitted(&switch.amplifier) {
            return Some(failed_switch(&switch, SwitchError::Untried));
        }
        let failed = |e: &io::Error| failed_switch(&switch, SwitchError::Failed(e.to_string()));
        self.enqueue(switch.clone()).err().map(|e| failed(&e))
    }

    fn enqueue(&mut self, switch: SwitchRequest) -> io::Result<()> {
        if self.queue.is_none() {
            let (jobs, orders) = mpsc::channel::<SwitchRequest>();
            let (done, caller, station) = (self.results.clone(), self.caller.clone(), self.station.clone());
            std::thread::Builder::new().name("amplifier".to_owned()).spawn(move || {
                for switch in orders {
                    let switched = run_switch_command(&station, &switch.amplifier, switch.on);
                    let switched = SwitchResult { serial: switch.serial, ..switched };
                    let _ = done.send(super::PlayoutCommand::AmplifierSwitched(switched));
                    caller.wake();
                }
            })?;
            self.queue = Some(jobs);
        }
        let sent = self.queue.as_ref().is_some_and(|jobs| jobs.send(switch).is_ok());
        if sent { Ok(()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
    }
}

fn failed_switch(switch: &SwitchRequest, trouble: SwitchError) -> SwitchResult {
    SwitchResult { serial: switch.serial, on: switch.on, took_ms: 0, error: Some(trouble) }
}

/// Runs the command for on, or for off, and waits for its end.
#[must_use]
pub fn run_switch_command(station: &Path, amplifier: &AmplifierSettings, on: bool) -> SwitchResult {
    let words = if on { &amplifier.on } else { &amplifier.off };
    let began = boot_now();
    let trouble =
        refuse_station_files(station, words).and_then(|()| run_and_check(words)).err().map(SwitchError::Failed);
    SwitchResult { serial: 0, on, took_ms: boot_now().since(began) / 1000, error: trouble }
}

/// What lies in the station's folder is not run, nor given to what is run: the folder comes on sticks, and what was tried
/// need not be what the next stick brings.
fn refuse_station_files(station: &Path, words: &[String]) -> Result<(), String> {
    let Ok(station) = station.canonicalize() else { return Ok(()) };
    let inside = |word: &&String| Path::new("/").join(word).canonicalize().is_ok_and(|path| path.starts_with(&station));
    match words.iter().find(inside) {
        Some(word) => Err(format!("{word} lies in the station's folder; put it elsewhere, as in /usr/local/bin")),
        None => Ok(()),
    }
}

fn run_and_check(words: &[String]) -> Result<(), String> {
    let (program, rest) = words.split_first().ok_or("no command")?;
    let (mut complaints, end) = io::pipe().map_err(|e| e.to_string())?;
    let mut command = Command::new(program);
    // What a relative word means must not depend on where loa was started.
    command.args(rest).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(end);
    // A group of its own: Ctrl+C in the daemon's terminal is not meant for it, and what it started ends with it.
    let child = command.process_group(0).spawn();
    // The daemon's own copy of the pipe's end.
    drop(command);
    let mut child = child.map_err(|e| format!("{program}: {e}"))?;
    let status = match wait_with_timeout(&mut child) {
        Ok(Some(status)) => status,
        ended => {
            kill_group(&mut child);
            return Err(ended.err().map_or("it did not end within 10 s".to_owned(), |e| e.to_string()));
        }
    };
    if status.success() {
        return Ok(());
    }
    let said = read_complaint(&mut complaints);
    Err(if said.is_empty() { status.to_string() } else { format!("{status}: {said}") })
}

/// Waits for the end of a command; none when it takes too long.
fn wait_with_timeout(child: &mut Child) -> io::Result<Option<std::process::ExitStatus>> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::InvalidData)?;
    let handle = pidfd_open(pid, PidfdFlags::empty())?;
    let until = boot_now().plus(COMMAND_TIMEOUT_US);
    loop {
        let left = until.since(boot_now());
        if left <= 0 {
            return Ok(None);
        }
        let wait = Timespec { tv_sec: left / SECOND_US, tv_nsec: left % SECOND_US * 1000 };
        match poll(&mut [PollFd::new(&handle, PollFlags::IN)], Some(&wait)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => {}
            Ok(_) => return child.wait().map(Some),
            Err(e) => return Err(e.into()),
        }
    }
}

fn kill_group(child: &mut Child) {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(pid, Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// What the command complained so far, in one line; what it left running may hold the pipe open for ever.
fn read_complaint(complaints: &mut io::PipeReader) -> String {
    let mut bytes = [0; 4 * MAX_DETAIL];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    let there = poll(&mut [PollFd::new(&*complaints, PollFlags::IN)], Some(&now)).is_ok_and(|n| n > 0);
    let n = if there { complaints.read(&mut bytes).unwrap_or(0) } else { 0 };
    let text = String::from_utf8_lossy(&bytes[..n]);
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_DETAIL).collect()
}

/// The name under which it is kept that these commands may be run.
fn permit_name(amplifier: &AmplifierSettings) -> String {
    let words = serde_json::to_vec(&(&amplifier.on, &amplifier.off)).unwrap_or_default();
    sha256_hex(&words)
}

fn is_permitted(amplifier: &AmplifierSettings) -> bool {
    let name = permit_name(amplifier);
    state_dirs::candidates().iter().any(|folder| folder.join("amplifier").join(&name).is_file())
}

/// Keeps that these commands may be run on this machine, by this user.
///
/// # Errors
/// When it cannot be kept.
pub fn permit(amplifier: &AmplifierSettings) -> io::Result<PathBuf> {
    let path = state_dirs::find_or_create("amplifier", None)?.join(permit_name(amplifier));
    let words = format!("{}\n{}\n", amplifier.on.join(" "), amplifier.off.join(" "));
    durable::replace_private(&path, words.as_bytes())?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trouble(words: &[&str]) -> Option<SwitchError> {
        let on = words.iter().map(|w| (*w).to_owned()).collect();
        run_switch_command(Path::new("/nowhere"), &AmplifierSettings { on, ..AmplifierSettings::default() }, true).error
    }

    #[test]
    fn a_command_that_fails_says_why() {
        assert_eq!(trouble(&["true"]), None);
        let Some(SwitchError::Failed(why)) = trouble(&["false"]) else { panic!("false fails") };
        assert_eq!(why, "exit status: 1");
        let Some(SwitchError::Failed(why)) = trouble(&["ls", "/no such folder"]) else { panic!("ls fails") };
        assert!(why.contains("no such folder") && !why.contains('\n'), "{why}");
        let Some(SwitchError::Failed(why)) = trouble(&["/no/such/program"]) else { panic!("it is not there") };
        assert!(why.starts_with("/no/such/program: "), "{why}");
    }

    #[test]
    fn words_are_not_read_by_a_shell() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("x; touch y && $(z)");
        assert_eq!(trouble(&["touch", file.to_str().expect("UTF-8")]), None);
        assert!(file.exists());
    }

    #[test]
    fn what_travels_with_the_station_is_not_run() {
        let folder = tempfile::tempdir().expect("a folder");
        let script = folder.path().join("relay.sh");
        std::fs::write(&script, "exit 0").expect("written");
        let words = |word: &Path| vec!["sh".to_owned(), word.display().to_string()];
        assert!(
            refuse_station_files(folder.path(), &words(&script))
                .is_err_and(|why| why.contains("relay.sh lies in the station"))
        );
        let by_a_detour = folder.path().join("../").join(folder.path().file_name().expect("a name")).join("relay.sh");
        assert!(refuse_station_files(folder.path(), &words(&by_a_detour)).is_err());
        assert_eq!(refuse_station_files(&folder.path().join("other"), &words(&script)), Ok(()));
        assert_eq!(refuse_station_files(folder.path(), &words(Path::new("/bin/true"))), Ok(()));
    }

    #[test]
    fn what_a_command_leaves_running_holds_nothing_up() {
        let began = boot_now();
        let Some(SwitchError::Failed(why)) = trouble(&["sh", "-c", "sleep 30 & echo rời >&2; exit 3"]) else {
            panic!()
        };
        assert_eq!(why, "exit status: 3: rời");
        assert!(boot_now().since(began) < 25 * SECOND_US);
    }
}
