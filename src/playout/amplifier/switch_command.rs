//! One command that switches the amplifier, from its start to its end.
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::event::PollFlags;
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};

use crate::base::instant::SECOND_US;
use crate::base::platform::boot_now;
use crate::playout::engine::{SwitchError, SwitchResult};
use crate::playout::fd_wait::wait_for;
use crate::schedule::settings::AmplifierSettings;

/// Longest run of a command, microseconds. A relay answers within milliseconds.
const COMMAND_TIMEOUT_US: i64 = 10 * SECOND_US;
/// Characters kept of a command's error output.
const MAX_DETAIL: usize = 200;

/// Runs the command for on, or for off, and waits for its end.
#[must_use]
pub fn run_switch_command(station: &Path, amplifier: &AmplifierSettings, on: bool) -> SwitchResult {
    let words = if on { &amplifier.on } else { &amplifier.off };
    let began = boot_now();
    let result = refuse_station_files(station, words).and_then(|()| run_and_check(words));
    let error = result.err().map(SwitchError::Failed);
    SwitchResult { serial: 0, on, took_ms: boot_now().since(began) / 1000, error }
}

/// Refuses commands that name a file in the station's folder. The folder comes on USB sticks, and the next stick may
/// bring another file than the one that was tried.
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
    let (mut stderr, stderr_end) = io::pipe().map_err(|e| e.to_string())?;
    let mut command = Command::new(program);
    // A relative path must not depend on where loa was started.
    command.args(rest).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr_end);
    // In a group of its own the command does not get the Ctrl+C of the daemon's terminal, and its children end with it.
    let child = command.process_group(0).spawn();
    // Closes the daemon's own copy of the pipe's end.
    drop(command);
    let mut child = child.map_err(|e| format!("{program}: {e}"))?;
    let status = match wait_for_exit(&mut child) {
        Ok(Some(status)) => status,
        ended => {
            kill_group(&mut child);
            return Err(ended.err().map_or("it did not end within 10 s".to_owned(), |e| e.to_string()));
        }
    };
    if status.success() {
        return Ok(());
    }
    let said = read_error_output(&mut stderr);
    Err(if said.is_empty() { status.to_string() } else { format!("{status}: {said}") })
}

/// Waits for the end of a command; `None` when it takes longer than [`COMMAND_TIMEOUT_US`].
fn wait_for_exit(child: &mut Child) -> io::Result<Option<ExitStatus>> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::InvalidData)?;
    let process = pidfd_open(pid, PidfdFlags::empty())?;
    let until = boot_now().plus(COMMAND_TIMEOUT_US);
    loop {
        let left = until.since(boot_now());
        if left <= 0 {
            return Ok(None);
        }
        match wait_for(&process, PollFlags::IN, left) {
            Ok(true) => return child.wait().map(Some),
            Ok(false) | Err(Errno::INTR) => {}
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

/// Returns the command's error output so far, in one line. Processes that it left running may hold the pipe open for
/// ever, so nothing waits for the pipe's end.
fn read_error_output(stderr: &mut io::PipeReader) -> String {
    let mut bytes = [0; 4 * MAX_DETAIL];
    let is_readable = wait_for(&*stderr, PollFlags::IN, 0).unwrap_or(false);
    let n = if is_readable { stderr.read(&mut bytes).unwrap_or(0) } else { 0 };
    let text = String::from_utf8_lossy(&bytes[..n]);
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_DETAIL).collect()
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
