//! Sends what waits in the queue, oldest first.
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::AlarmMessage;
use super::permit::is_permitted;
use super::queue::{queued, remove};
use super::secrets::AlarmSecrets;
use super::sent::SentMessages;
use super::{smtp, webhook};
use crate::schedule::settings::AlarmSettings;

/// The maximum time for the command.
pub const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// The result of one pass over the queue.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SendReport {
    /// Messages that were delivered.
    pub delivered: usize,
    /// Messages that were not sent because their cause was told already, or because they are no messages.
    pub dropped: usize,
    /// Messages that wait for the next pass.
    pub waiting: usize,
    /// Why the first of them was not delivered: one failure for each way that failed.
    pub failures: Vec<SendFailure>,
}

/// Why a way has not taken a message.
#[derive(Debug, PartialEq, Eq)]
pub enum SendFailure {
    /// Nobody has run the command by hand on this machine.
    Untried {
        /// The command.
        command: String,
    },
    /// The way failed; its name and what it said.
    Failed(String),
}

/// Delivers the messages of a station's queue. A message leaves the queue once every configured way has taken it; what a
/// way has taken is noted beside the message, so that a retry uses only the other ways.
///
/// # Errors
/// If the queue cannot be read or changed.
pub fn send_queued(station: &Path, alarm: &AlarmSettings, secrets: &AlarmSecrets) -> io::Result<SendReport> {
    let mut report = SendReport::default();
    let mut sent = SentMessages::read(station);
    let queue = queued(station)?;
    let count = queue.len();
    for (index, queued_message) in queue.iter().enumerate() {
        let wanted = queued_message.message.clone().filter(|message| alarm.is_configured() && sent.wants(message));
        let Some(message) = wanted else {
            remove(station, queued_message)?;
            report.dropped += 1;
            continue;
        };
        let failures = deliver(station, alarm, secrets, &mut sent, &message)?;
        if !failures.is_empty() {
            // The later ones would fail too, and would arrive out of order.
            report.waiting = count - index;
            report.failures = failures;
            break;
        }
        sent.note(station, &message)?;
        remove(station, queued_message)?;
        report.delivered += 1;
    }
    Ok(report)
}

/// Delivers one message by every way that has not taken it yet, and returns the failures.
fn deliver(
    station: &Path,
    alarm: &AlarmSettings,
    secrets: &AlarmSecrets,
    sent: &mut SentMessages,
    message: &AlarmMessage,
) -> io::Result<Vec<SendFailure>> {
    let mut failures = Vec::new();
    for way in Way::ALL {
        if sent.has_taken(way.name(), message) {
            continue;
        }
        match way.deliver(alarm, secrets, message) {
            None => {}
            Some(Ok(())) => sent.note_way(station, way.name(), message)?,
            Some(Err(failure)) => failures.push(failure),
        }
    }
    Ok(failures)
}

/// A way to tell people.
#[derive(Debug, Clone, Copy)]
enum Way {
    Command,
    Webhook,
    Mail,
}

impl Way {
    const ALL: [Self; 3] = [Self::Command, Self::Webhook, Self::Mail];

    fn name(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Webhook => "webhook",
            Self::Mail => "smtp",
        }
    }

    /// Delivers a message; `None` when this way is not configured.
    fn deliver(
        self,
        alarm: &AlarmSettings,
        secrets: &AlarmSecrets,
        message: &AlarmMessage,
    ) -> Option<Result<(), SendFailure>> {
        let named = |result: Result<(), String>| {
            result.map_err(|failure| SendFailure::Failed(format!("{}: {failure}", self.name())))
        };
        match self {
            Self::Command if alarm.command.is_empty() => None,
            Self::Command if !is_permitted(&alarm.command) => {
                Some(Err(SendFailure::Untried { command: alarm.command.join(" ") }))
            }
            Self::Command => Some(named(run_command(&alarm.command, message))),
            Self::Webhook => {
                let url = alarm.webhook.as_ref()?;
                Some(named(webhook::post(url, secrets.webhook_token.as_deref(), message)))
            }
            Self::Mail => {
                let account = secrets.smtp_user.clone().zip(secrets.smtp_password.clone());
                Some(named(smtp::send(alarm.mail.as_ref()?, account, message)))
            }
        }
    }
}

/// Runs the command with the message on its standard input.
fn run_command(words: &[String], message: &AlarmMessage) -> Result<(), String> {
    let (program, arguments) = words.split_first().ok_or("no program")?;
    let json = serde_json::to_vec(message).map_err(|error| error.to_string())?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    if let Some(mut input) = child.stdin.take() {
        // A program that does not read its input still counts by its exit code.
        let _ = input.write_all(&json);
    }
    wait_for_command(&mut child)
}

fn wait_for_command(child: &mut std::process::Child) -> Result<(), String> {
    let (ended, end) = std::sync::mpsc::channel();
    let pid = rustix::process::Pid::from_child(child);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let is_over_time =
                end.recv_timeout(COMMAND_TIMEOUT).is_err_and(|e| e == std::sync::mpsc::RecvTimeoutError::Timeout);
            if is_over_time {
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            }
        });
        let status = child.wait().map_err(|error| error.to_string());
        let _ = ended.send(());
        match status?.code() {
            Some(0) => Ok(()),
            Some(code) => Err(format!("exit code {code}")),
            None => Err("killed, or it took too long".to_owned()),
        }
    })
}
