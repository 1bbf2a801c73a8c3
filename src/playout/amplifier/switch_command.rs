//! Runs one command that switches the amplifier.
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::event::PollFlags;
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};

use crate::base::instant::SECOND_US;
use crate::base::platform::boot_now;
use crate::playout::engine::{Power, SwitchError, SwitchResult};
use crate::playout::fd_wait::wait_for;
use crate::schedule::settings::AmplifierSettings;

/// Time limit for a command, microseconds. A relay switches within milliseconds.
const COMMAND_TIMEOUT_US: i64 = 10 * SECOND_US;
/// Maximum length of a command's error output in a message, characters.
const MAX_DETAIL_CHARS: usize = 200;

/// Runs the command that switches the amplifier on or off, and waits until it ends.
#[must_use]
pub fn run_switch_command(station: &Path, amplifier: &AmplifierSettings, power: Power) -> SwitchResult {
    let command_line = match power {
        Power::On => &amplifier.on,
        Power::Off => &amplifier.off,
    };
    let start = boot_now();
    let result = refuse_station_files(station, command_line).and_then(|()| run_and_check(command_line));
    let error = result.err().map(SwitchError::Failed);
    SwitchResult { serial: 0, power, duration_ms: boot_now().since(start) / 1000, error }
}

/// Refuses a command that names a file in the station's folder. The folder travels on USB sticks, and the next stick
/// can bring a different file under the name that the operator has tried.
fn refuse_station_files(station: &Path, command_line: &[String]) -> Result<(), String> {
    let Ok(station) = station.canonicalize() else { return Ok(()) };
    let is_in_station =
        |word: &&String| Path::new("/").join(word).canonicalize().is_ok_and(|path| path.starts_with(&station));
    match command_line.iter().find(is_in_station) {
        Some(word) => Err(format!("{word} lies in the station's folder; put it elsewhere, as in /usr/local/bin")),
        None => Ok(()),
    }
}

fn run_and_check(command_line: &[String]) -> Result<(), String> {
    let (program, arguments) = command_line.split_first().ok_or("no command")?;
    let (mut stderr, stderr_writer) = io::pipe().map_err(|e| e.to_string())?;
    let mut command = Command::new(program);
    // A relative path must not depend on the folder in which loa was started.
    command.args(arguments).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr_writer);
    // In its own process group, the command does not receive Ctrl+C from the daemon's terminal, and its children can be
    // killed with it.
    let child = command.process_group(0).spawn();
    // Closes the daemon's copy of the pipe's write end.
    drop(command);
    let mut child = child.map_err(|e| format!("{program}: {e}"))?;
    let status = match wait_for_exit(&mut child) {
        Ok(Some(status)) => status,
        failure => {
            kill_group(&mut child);
            return Err(failure.err().map_or("it did not end within 10 s".to_owned(), |e| e.to_string()));
        }
    };
    if status.success() {
        return Ok(());
    }
    let error_output = read_error_output(&mut stderr);
    Err(if error_output.is_empty() { status.to_string() } else { format!("{status}: {error_output}") })
}

/// Waits until a command ends. Returns `None` if that takes longer than [`COMMAND_TIMEOUT_US`].
fn wait_for_exit(child: &mut Child) -> io::Result<Option<ExitStatus>> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::InvalidData)?;
    let process = pidfd_open(pid, PidfdFlags::empty())?;
    let deadline = boot_now().plus(COMMAND_TIMEOUT_US);
    loop {
        let remaining_us = deadline.since(boot_now());
        if remaining_us <= 0 {
            return Ok(None);
        }
        match wait_for(&process, PollFlags::IN, remaining_us) {
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

/// Returns the error output that the command has written so far, as one line. This does not wait for the end of the
/// pipe, because background processes of the command can keep it open.
fn read_error_output(stderr: &mut io::PipeReader) -> String {
    let mut bytes = [0; 4 * MAX_DETAIL_CHARS];
    let is_readable = wait_for(&*stderr, PollFlags::IN, 0).unwrap_or(false);
    let length = if is_readable { stderr.read(&mut bytes).unwrap_or(0) } else { 0 };
    let text = String::from_utf8_lossy(&bytes[..length]);
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_DETAIL_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn switch_error(command_line: &[&str]) -> Option<SwitchError> {
        let on = command_line.iter().map(|word| (*word).to_owned()).collect();
        run_switch_command(Path::new("/nowhere"), &AmplifierSettings { on, ..AmplifierSettings::default() }, Power::On)
            .error
    }

    #[test]
    fn a_failed_command_reports_the_cause() {
        assert_eq!(switch_error(&["true"]), None);
        let Some(SwitchError::Failed(detail)) = switch_error(&["false"]) else { panic!("expected false to fail") };
        assert_eq!(detail, "exit status: 1");
        let Some(SwitchError::Failed(detail)) = switch_error(&["ls", "/no such folder"]) else {
            panic!("expected ls to fail")
        };
        assert!(detail.contains("no such folder") && !detail.contains('\n'), "{detail}");
        let Some(SwitchError::Failed(detail)) = switch_error(&["/no/such/program"]) else {
            panic!("expected the program to be missing")
        };
        assert!(detail.starts_with("/no/such/program: "), "{detail}");
    }

    #[test]
    fn arguments_are_not_interpreted_by_a_shell() {
        let folder = tempfile::tempdir().expect("create a temporary folder");
        let file = folder.path().join("x; touch y && $(z)");
        assert_eq!(switch_error(&["touch", file.to_str().expect("the path is UTF-8")]), None);
        assert!(file.exists());
    }

    #[test]
    fn a_command_with_a_file_in_the_station_folder_is_refused() {
        let folder = tempfile::tempdir().expect("create a temporary folder");
        let script = folder.path().join("relay.sh");
        std::fs::write(&script, "exit 0").expect("write the script");
        let shell_command = |script: &Path| vec!["sh".to_owned(), script.display().to_string()];
        assert!(
            refuse_station_files(folder.path(), &shell_command(&script))
                .is_err_and(|detail| detail.contains("relay.sh lies in the station"))
        );
        let indirect_path =
            folder.path().join("../").join(folder.path().file_name().expect("the folder has a name")).join("relay.sh");
        assert!(refuse_station_files(folder.path(), &shell_command(&indirect_path)).is_err());
        assert_eq!(refuse_station_files(&folder.path().join("other"), &shell_command(&script)), Ok(()));
        assert_eq!(refuse_station_files(folder.path(), &shell_command(Path::new("/bin/true"))), Ok(()));
    }

    #[test]
    fn a_background_process_of_a_command_does_not_delay_the_result() {
        let start = boot_now();
        let Some(SwitchError::Failed(detail)) = switch_error(&["sh", "-c", "sleep 30 & echo rời >&2; exit 3"]) else {
            panic!("expected the command to fail")
        };
        assert_eq!(detail, "exit status: 3: rời");
        assert!(boot_now().since(start) < 25 * SECOND_US);
    }
}
