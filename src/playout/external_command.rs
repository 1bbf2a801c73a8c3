//! Runs a command that the station's settings name, with a time limit.
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::event::{PollFd, PollFlags};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};

use super::fd_wait::{wait_for, wait_for_any};
use crate::base::instant::SECOND_US;
use crate::base::platform::boot_now;
use crate::text::sanitize::first_lines;

/// Maximum number of bytes of a command's error output that are kept. More is read, so that the command does not wait
/// for a reader, and dropped.
const MAX_OUTPUT_BYTES: usize = 4096;
/// Number of lines of the error output in a message. The first one usually names the cause.
const MAX_DETAIL_LINES: usize = 3;
/// Maximum length of the error output in a message, characters.
const MAX_DETAIL_CHARS: usize = 200;

/// Runs a program without a shell, and waits until it ends. The program gets `input` on its standard input.
///
/// # Errors
/// The cause in English, on one line: the program cannot be started, it fails, or it takes longer than `timeout_us`
/// microseconds. The first lines of its error output follow.
pub fn run_command(command_line: &[String], input: &[u8], timeout_us: i64) -> Result<(), String> {
    let (program, arguments) = command_line.split_first().ok_or("no command")?;
    let (mut stderr, stderr_writer) = io::pipe().map_err(|e| e.to_string())?;
    let mut command = Command::new(program);
    let stdin = if input.is_empty() { Stdio::null() } else { Stdio::piped() };
    // A relative path must not depend on the folder in which loa was started.
    command.args(arguments).current_dir("/").stdin(stdin).stdout(Stdio::null()).stderr(stderr_writer);
    // In its own process group, the command does not receive Ctrl+C from loa's terminal, and its children can be killed
    // with it.
    let child = command.process_group(0).spawn();
    // Closes loa's copy of the pipe's write end.
    drop(command);
    let mut child = child.map_err(|e| format!("{program}: {e}"))?;
    write_input(&mut child, input);
    let mut output = Vec::new();
    let (failure, is_group_alive) = match wait_for_exit(&mut child, &mut stderr, &mut output, timeout_us) {
        Ok(Some(status)) if status.success() => return Ok(()),
        Ok(Some(status)) => (status.to_string(), false),
        Ok(None) => (format!("it did not end within {} s", timeout_us / SECOND_US), true),
        Err(e) => (e.to_string(), true),
    };
    if is_group_alive {
        kill_group(&mut child);
    }
    let error_output = first_lines(&output, MAX_DETAIL_LINES, MAX_DETAIL_CHARS);
    Err(if error_output.is_empty() { failure } else { format!("{failure}: {error_output}") })
}

/// Writes the input in a thread of its own, because a command that does not read it must not stop loa. The exit code
/// decides, so an error is ignored.
fn write_input(child: &mut Child, input: &[u8]) {
    if let Some(mut stdin) = child.stdin.take() {
        let input = input.to_owned();
        let write = move || _ = stdin.write_all(&input);
        let _ = std::thread::Builder::new().name("input".to_owned()).spawn(write);
    }
}

/// Waits until a command ends, and collects its error output. Returns `None` if that takes longer than `timeout_us`.
///
/// Background processes of the command can keep the pipe open, so this does not wait for its end.
fn wait_for_exit(
    child: &mut Child,
    stderr: &mut io::PipeReader,
    output: &mut Vec<u8>,
    timeout_us: i64,
) -> io::Result<Option<ExitStatus>> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::InvalidData)?;
    let process = pidfd_open(pid, PidfdFlags::empty())?;
    let deadline = boot_now().plus(timeout_us);
    let mut is_pipe_open = true;
    loop {
        let remaining_us = deadline.since(boot_now());
        if remaining_us <= 0 {
            return Ok(None);
        }
        let mut fds = [PollFd::new(&process, PollFlags::IN), PollFd::new(&*stderr, PollFlags::IN)];
        let fd_count = if is_pipe_open { 2 } else { 1 };
        match wait_for_any(&mut fds[..fd_count], remaining_us) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(e) => return Err(e.into()),
        }
        let has_ended = !fds[0].revents().is_empty();
        if has_ended {
            while output.len() < MAX_OUTPUT_BYTES && is_readable(stderr) && read_some(stderr, output)? {}
            return child.wait().map(Some);
        }
        if is_pipe_open && is_readable(stderr) {
            is_pipe_open = read_some(stderr, output)?;
        }
    }
}

fn is_readable(pipe: &io::PipeReader) -> bool {
    wait_for(pipe, PollFlags::IN, 0).unwrap_or(false)
}

/// Reads some bytes of the pipe, and keeps them while the output is short. Returns false at the end of the pipe.
fn read_some(pipe: &mut io::PipeReader, output: &mut Vec<u8>) -> io::Result<bool> {
    let mut block = [0; 1024];
    let length = match pipe.read(&mut block) {
        Err(e) if e.kind() == io::ErrorKind::Interrupted => return Ok(true),
        length => length?,
    };
    let kept = length.min(MAX_OUTPUT_BYTES.saturating_sub(output.len()));
    output.extend_from_slice(&block[..kept]);
    Ok(length > 0)
}

fn kill_group(child: &mut Child) {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(pid, Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(words: &[&str], input: &[u8], timeout_us: i64) -> Result<(), String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        run_command(&words, input, timeout_us)
    }

    #[test]
    fn the_failure_contains_the_first_lines_of_the_error_output_without_control_characters() {
        let script = "printf '\\033[31mkhông có mạng\\033[0m\\n\\n  hai \\t lời\\nba\\nbốn\\n' >&2; exit 2";
        let failure = run(&["sh", "-c", script], b"", 10 * SECOND_US);
        assert_eq!(failure, Err("exit status: 2: [31mkhông có mạng[0m; hai lời; ba".to_owned()));
    }

    #[test]
    fn a_flood_of_errors_neither_stops_the_command_nor_fills_the_message() {
        let flood = "head -c 1000000 /dev/zero | tr '\\0' x >&2; exit 7";
        let failure = run(&["sh", "-c", flood], b"", 60 * SECOND_US).expect_err("the command fails");
        assert_eq!(failure, format!("exit status: 7: {}", "x".repeat(MAX_DETAIL_CHARS)));
    }

    #[test]
    fn a_command_that_hangs_is_killed_and_its_error_output_is_kept() {
        let start = boot_now();
        let failure = run(&["sh", "-c", "echo treo >&2; sleep 600"], b"", SECOND_US);
        assert_eq!(failure, Err("it did not end within 1 s: treo".to_owned()));
        assert!(boot_now().since(start) < 100 * SECOND_US);
    }

    #[test]
    fn the_command_gets_the_input_and_may_leave_it_unread() {
        assert_eq!(run(&["grep", "-q", "xin chào"], "xin chào".as_bytes(), 10 * SECOND_US), Ok(()));
        assert_eq!(run(&["true"], &vec![b'x'; 1 << 20], 10 * SECOND_US), Ok(()));
    }
}
