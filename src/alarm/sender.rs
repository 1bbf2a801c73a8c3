//! Sends the messages in the queue, oldest first.
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use super::AlarmMessage;
use super::channel::{Channel, SendFailure};
use super::queue::{lock_for_sending, queued, queued_names, remove};
use super::results::{AlarmResults, PassResult};
use super::secrets::AlarmSecrets;
use super::sent::SentMessages;
use crate::base::instant::{WallTime, format_rfc3339};
use crate::schedule::settings::{AlarmSettings, Station};

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

/// Delivers the messages of a station's queue. A message is removed from the queue once every configured channel has
/// delivered it. Each delivery is recorded, so that a retry uses only the other channels. The results of the pass are
/// recorded too: from them `loa run` tells whether alarms are delivered.
///
/// # Errors
/// If the queue cannot be read or changed.
pub fn send_queued(
    station: &Path,
    settings: &Station,
    secrets: &AlarmSecrets,
    now: WallTime,
) -> io::Result<SendReport> {
    // `loa alarm test` and the service may send at the same time. Without the lock each would deliver every message.
    let lock = lock_for_sending(station)?;
    let names_before = queued_names(station)?;
    let earlier_results = AlarmResults::read(station, &settings.alarm);
    let (report, delivering_channels) = match lock {
        Some(_) => send_locked(station, &settings.alarm, secrets, now)?,
        None => Default::default(),
    };
    let failures = report.failures.iter().filter_map(|failure| match failure {
        SendFailure::Failed(detail) => Some(detail.clone()),
        SendFailure::Untried { .. } => None,
    });
    let pass = PassResult {
        at: format_rfc3339(now, settings.timezone),
        proven: delivering_channels,
        failures: failures.collect(),
        waiting: still_waiting(station, &names_before)?,
    };
    earlier_results.after_pass(&settings.alarm, pass).write_if_changed(station)?;
    Ok(report)
}

/// Records that a pass could not begin, for example because the secrets cannot be read.
///
/// # Errors
/// If the queue cannot be read, or the results cannot be written.
pub fn record_failed_pass(station: &Path, settings: &Station, now: WallTime, detail: String) -> io::Result<()> {
    let _lock = lock_for_sending(station)?;
    let names = queued_names(station)?;
    // Without a message, nothing has failed yet.
    let failures = if names.is_empty() { Vec::new() } else { vec![detail] };
    let waiting = still_waiting(station, &names)?;
    let pass = PassResult { at: format_rfc3339(now, settings.timezone), failures, waiting, ..PassResult::default() };
    AlarmResults::read(station, &settings.alarm).after_pass(&settings.alarm, pass).write_if_changed(station)
}

/// Returns the names that a pass has left in the queue. A message that arrived during the pass was not seen by it.
fn still_waiting(station: &Path, names_before: &[String]) -> io::Result<BTreeSet<String>> {
    let names_after = queued_names(station)?;
    Ok(names_before.iter().filter(|name| names_after.contains(name)).cloned().collect())
}

/// Sends the messages while the queue is locked. Also returns the fingerprints of the channels that delivered one.
fn send_locked(
    station: &Path,
    alarm: &AlarmSettings,
    secrets: &AlarmSecrets,
    now: WallTime,
) -> io::Result<(SendReport, BTreeSet<String>)> {
    let (mut report, mut delivering_channels) = (SendReport::default(), BTreeSet::new());
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
        let failures = deliver(station, alarm, secrets, &mut sent, &message, &mut delivering_channels)?;
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
    Ok((report, delivering_channels))
}

/// Delivers a message through each channel that has not delivered it yet, and returns the failures.
fn deliver(
    station: &Path,
    alarm: &AlarmSettings,
    secrets: &AlarmSecrets,
    sent: &mut SentMessages,
    message: &AlarmMessage,
    delivering_channels: &mut BTreeSet<String>,
) -> io::Result<Vec<SendFailure>> {
    let mut failures = Vec::new();
    for channel in Channel::ALL {
        if sent.was_delivered_through(channel.name(), message) {
            continue;
        }
        match channel.deliver(alarm, secrets, message) {
            None => {}
            Some(Ok(())) => {
                delivering_channels.extend(channel.fingerprint(alarm));
                sent.record_delivery_through(station, channel.name(), message)?;
            }
            Some(Err(failure)) => failures.push(failure),
        }
    }
    Ok(failures)
}
