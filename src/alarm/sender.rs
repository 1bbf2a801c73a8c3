//! Sends the messages in the queue, oldest first.
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::AlarmMessage;
use super::permit::is_permitted;
use super::queue::{lock_for_sending, queued, remove};
use super::secrets::AlarmSecrets;
use super::sent::SentMessages;
use super::{smtp, webhook};
use crate::base::instant::WallTime;
use crate::schedule::settings::AlarmSettings;

/// The maximum time that the command may run.
pub const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// The result of one pass over the queue.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SendReport {
    /// Number of messages that were delivered.
    pub delivered: usize,
    /// Number of files that were removed without being sent: the cause of the message has already been reported, no
    /// channel is configured, or the file does not contain a valid message.
    pub dropped: usize,
    /// Number of messages waiting for the next pass.
    pub waiting: usize,
    /// The reasons why the first waiting message was not delivered: one failure for each delivery channel that failed.
    pub failures: Vec<SendFailure>,
}

/// The reason why a delivery channel did not deliver a message.
#[derive(Debug, PartialEq, Eq)]
pub enum SendFailure {
    /// Nobody has run the command by hand on this machine.
    Untried {
        /// The command.
        command: String,
    },
    /// The channel failed. The text is its name and its error message.
    Failed(String),
}

/// Delivers the messages of a station's queue. A message is removed from the queue once every configured channel has
/// delivered it. Each delivery is recorded, so that a retry uses only the other channels.
///
/// # Errors
/// If the queue cannot be read or changed.
pub fn send_queued(
    station: &Path,
    alarm: &AlarmSettings,
    secrets: &AlarmSecrets,
    now: WallTime,
) -> io::Result<SendReport> {
    let mut report = SendReport::default();
    // `loa alarm test` and the service may send at the same time. Without the lock each would deliver every message.
    let Some(_lock) = lock_for_sending(station)? else { return Ok(report) };
    let mut sent = SentMessages::read(station);
    let queue = queued(station)?;
    let count = queue.len();
    for (index, queued_message) in queue.iter().enumerate() {
        let has_ended = |message: &AlarmMessage| {
            queue[index + 1..].iter().filter_map(|later| later.message.as_ref()).any(|later| later.ends(message))
        };
        let repeat = queued_message
            .message
            .as_ref()
            .filter(|message| sent.must_wait_for_next_day(message) && !has_ended(message));
        if alarm.is_configured() && repeat.is_some_and(|message| message.is_of_today(now)) {
            continue;
        }
        let must_send = |message: &AlarmMessage| repeat.is_some() || sent.must_send(message);
        let message_to_send =
            queued_message.message.clone().filter(|message| alarm.is_configured() && must_send(message));
        let Some(message) = message_to_send else {
            remove(station, queued_message)?;
            report.dropped += 1;
            continue;
        };
        let failures = deliver(station, alarm, secrets, &mut sent, &message)?;
        let failed_channels = failures.iter().map(|(channel, _)| channel.name().to_owned()).collect();
        let failures: Vec<SendFailure> = failures.into_iter().map(|(_, failure)| failure).collect();
        sent.record_attempt(station, now, failed_channels)?;
        if !failures.is_empty() {
            // Later messages would probably fail too. If they succeeded, they would arrive out of order.
            report.waiting = count - index;
            report.failures = failures;
            break;
        }
        sent.record_delivered(station, &message)?;
        remove(station, queued_message)?;
        report.delivered += 1;
    }
    Ok(report)
}

/// Delivers a message through each channel that has not delivered it yet, and returns the channels that failed.
fn deliver(
    station: &Path,
    alarm: &AlarmSettings,
    secrets: &AlarmSecrets,
    sent: &mut SentMessages,
    message: &AlarmMessage,
) -> io::Result<Vec<(Channel, SendFailure)>> {
    let mut failures = Vec::new();
    for channel in Channel::ALL {
        if sent.was_delivered_through(channel.name(), message) {
            continue;
        }
        match channel.deliver(alarm, secrets, message) {
            None => {}
            Some(Ok(())) => sent.record_delivery_through(station, channel.name(), message)?,
            Some(Err(failure)) => failures.push((channel, failure)),
        }
    }
    Ok(failures)
}

/// A channel that delivers messages.
#[derive(Debug, Clone, Copy)]
enum Channel {
    Command,
    Webhook,
    Mail,
}

impl Channel {
    const ALL: [Self; 3] = [Self::Command, Self::Webhook, Self::Mail];

    /// Returns the channel's key in `[alarm]`.
    fn name(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Webhook => "webhook",
            Self::Mail => "smtp",
        }
    }

    /// Delivers a message; `None` when this channel is not configured.
    fn deliver(
        self,
        alarm: &AlarmSettings,
        secrets: &AlarmSecrets,
        message: &AlarmMessage,
    ) -> Option<Result<(), SendFailure>> {
        let with_channel_name = |result: Result<(), String>| {
            result.map_err(|failure| SendFailure::Failed(format!("{}: {failure}", self.name())))
        };
        match self {
            Self::Command if alarm.command.is_empty() => None,
            Self::Command if !is_permitted(&alarm.command) => {
                Some(Err(SendFailure::Untried { command: alarm.command.join(" ") }))
            }
            Self::Command => Some(with_channel_name(run_command(&alarm.command, message))),
            Self::Webhook => {
                let url = alarm.webhook.as_ref()?;
                Some(with_channel_name(webhook::post(url, secrets.webhook_token.as_deref(), message)))
            }
            Self::Mail => {
                let account = secrets.smtp_user.clone().zip(secrets.smtp_password.clone());
                Some(with_channel_name(smtp::send(alarm.mail.as_ref()?, account, message)))
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
        // Ignored: if the program does not read its input, its exit code still decides.
        let _ = input.write_all(&json);
    }
    wait_for_command(&mut child)
}

fn wait_for_command(child: &mut std::process::Child) -> Result<(), String> {
    let (end_sender, end_receiver) = std::sync::mpsc::channel();
    let pid = rustix::process::Pid::from_child(child);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let has_timed_out = end_receiver
                .recv_timeout(COMMAND_TIMEOUT)
                .is_err_and(|e| e == std::sync::mpsc::RecvTimeoutError::Timeout);
            if has_timed_out {
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            }
        });
        let status = child.wait().map_err(|error| error.to_string());
        let _ = end_sender.send(());
        match status?.code() {
            Some(0) => Ok(()),
            Some(code) => Err(format!("exit code {code}")),
            None => Err("it was killed, or ran too long".to_owned()),
        }
    })
}
