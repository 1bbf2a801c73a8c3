//! Commands that the page runs: this program again, in a process of its own.
//!
//! Sound files and playlists come from outside. A decoder that fails, loops or needs too much memory ends its own
//! process, and neither the page nor the station. The page says what the command said.
use std::ffi::OsStr;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Command, Output, Stdio};

use rustix::process::{Pid, Resource, Rlimit, prlimit, setpriority_process};

use super::access::PageDevice;
use crate::cli::station::messages::{Message, MessageKind};
use crate::playout::control::DEVICE_VARIABLE;
use crate::text::problem::ProblemText;
use crate::text::{Lang, Localize};

/// The maximum processor time of a command, in seconds. A sound file of several hours needs less.
const MAX_CPU_S: u64 = 300;
/// The maximum address space of a command, in bytes. Threads reserve much more than they use.
const MAX_ADDRESS_SPACE: u64 = 2 << 30;
/// Commands yield the processor to the station.
const NICENESS: i32 = 10;

/// The answer of a command.
pub(super) struct ChildAnswer {
    /// True if the command did what it was told.
    pub(super) is_done: bool,
    /// Standard output.
    pub(super) stdout: Vec<u8>,
    /// Standard error.
    pub(super) stderr: String,
}

impl ChildAnswer {
    /// Returns what the command printed as text, for a command without a JSON form: what it did, then what went wrong.
    pub(super) fn messages(&self, lang: Lang) -> Vec<Message> {
        let output = String::from_utf8_lossy(&self.stdout);
        let lines = output.lines().filter(|line| !line.is_empty());
        let done = lines.map(|line| Message { kind: MessageKind::Done, text: line.to_owned() });
        done.chain(self.errors(lang)).collect()
    }

    /// Returns what a command with a JSON form said: its list of messages, and then what went wrong beside it.
    pub(super) fn list_and_errors(&self, lang: Lang) -> Vec<Message> {
        match serde_json::from_slice::<Vec<Message>>(&self.stdout) {
            Ok(messages) => messages.into_iter().chain(self.errors(lang)).collect(),
            Err(_) => self.messages(lang),
        }
    }

    /// Returns what the command printed on standard error. Its hints are for a terminal.
    pub(super) fn errors(&self, lang: Lang) -> Vec<Message> {
        let hint = format!("{}: ", ProblemText::HintWord.localized(lang));
        let lines = self.stderr.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(&hint));
        let error = format!("{}: ", ProblemText::Error.localized(lang));
        let text = |line: &str| line.strip_prefix(&error).unwrap_or(line).to_owned();
        lines.map(|line| Message { kind: MessageKind::Error, text: text(line) }).collect()
    }
}

/// Runs a command of this program, and waits for its end.
///
/// # Errors
/// If the process cannot be started.
pub(super) fn run_loa<S: AsRef<OsStr>>(arguments: &[S], lang: Lang) -> io::Result<ChildAnswer> {
    run_loa_through(None, arguments, lang)
}

/// Runs a command of this program that a person gives through this device, and waits for its end.
///
/// # Errors
/// If the process cannot be started.
pub(super) fn run_loa_through<S: AsRef<OsStr>>(
    device: Option<&PageDevice>,
    arguments: &[S],
    lang: Lang,
) -> io::Result<ChildAnswer> {
    // The program's own file, also after an update has replaced it.
    let mut command = Command::new("/proc/self/exe");
    command.arg0("loa").args(arguments).args(["--lang", if lang == Lang::Vi { "vi" } else { "en" }]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    if let Some(device) = device {
        command.env(DEVICE_VARIABLE, device.log_code());
    }
    let child = command.spawn()?;
    let pid = Pid::from_child(&child);
    let limit = |value: u64| Rlimit { current: Some(value), maximum: Some(value) };
    // A child that has ended already has no limits to set.
    let _ = prlimit(Some(pid), Resource::Cpu, limit(MAX_CPU_S));
    let _ = prlimit(Some(pid), Resource::As, limit(MAX_ADDRESS_SPACE));
    let _ = setpriority_process(Some(pid), NICENESS);
    let Output { status, stdout, stderr } = child.wait_with_output()?;
    Ok(ChildAnswer { is_done: status.success(), stdout, stderr: String::from_utf8_lossy(&stderr).into_owned() })
}
