//! The results of the sender, in a file that `loa run` reads. It contains no secrets and no messages.
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::channel::Channel;
use super::queue::{anchored_path, read_limited};
use super::sent::SentMessages;
use crate::base::durable::OWNER_ONLY;
use crate::schedule::settings::AlarmSettings;

/// The file of the results, below the station's folder.
const RESULTS_FILE: &str = "alarm/results.json";
/// The maximum size of the file, in bytes. The names of a full queue need less than a tenth of it.
const MAX_FILE_BYTES: u64 = 1024 * 1024;
/// The maximum number of fingerprints in the file.
const MAX_PROVEN: usize = 100;
/// The maximum length of an error in the file, characters.
const MAX_FAILURE_CHARS: usize = 400;

/// The results of the last passes over the queue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmResults {
    /// The fingerprints of the channels, with their settings, that have delivered a message.
    #[serde(default)]
    proven: BTreeSet<String>,
    /// The local time of the last delivery, in RFC 3339 format; `None` if none is known.
    #[serde(default)]
    pub delivered_at: Option<String>,
    /// The local time of the first failed pass of the last ones, in RFC 3339 format; `None` if the last pass did not
    /// fail.
    #[serde(default)]
    pub failing_since: Option<String>,
    /// The errors of the last pass: one for each channel that failed.
    #[serde(default)]
    pub failures: Vec<String>,
    /// The names of the queue's files that the last pass has seen and left there.
    #[serde(default)]
    pub waiting: BTreeSet<String>,
}

/// The result of one pass.
#[derive(Debug, Clone, Default)]
pub struct PassResult {
    /// The local time, in RFC 3339 format.
    pub at: String,
    /// The fingerprints of the channels that delivered a message.
    pub proven: BTreeSet<String>,
    /// The errors, one for each channel that failed.
    pub failures: Vec<String>,
    /// The names of the queue's files that the pass has seen and left there.
    pub waiting: BTreeSet<String>,
}

impl AlarmResults {
    /// Reads the results. If the file is missing or invalid, but messages were delivered, an earlier version of loa has
    /// delivered them, and the channels count as proven.
    #[must_use]
    pub fn read(station: &Path, alarm: &AlarmSettings) -> Self {
        Self::read_file(station).unwrap_or_else(|| {
            let has_delivered = SentMessages::read(station).has_delivered();
            let proven = if has_delivered { configured_channels(alarm).collect() } else { BTreeSet::new() };
            Self { proven, ..Self::default() }
        })
    }

    fn read_file(station: &Path) -> Option<Self> {
        let bytes = read_limited(station, RESULTS_FILE, MAX_FILE_BYTES)?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Returns true if every configured channel has delivered a message with its present settings.
    #[must_use]
    pub fn is_proven(&self, alarm: &AlarmSettings) -> bool {
        configured_channels(alarm).all(|channel| self.proven.contains(&channel))
    }

    /// Returns the results after one more pass.
    #[must_use]
    pub fn after_pass(mut self, alarm: &AlarmSettings, pass: PassResult) -> Self {
        let delivered_at = if pass.proven.is_empty() { self.delivered_at } else { Some(pass.at.clone()) };
        self.proven.extend(pass.proven);
        // Former settings stay proven, because a mistyped line must not make a station try its alarms again.
        if self.proven.len() > MAX_PROVEN {
            let configured: BTreeSet<String> = configured_channels(alarm).collect();
            self.proven.retain(|channel| configured.contains(channel));
        }
        let is_failing = !pass.failures.is_empty();
        let failing_since = is_failing.then(|| self.failing_since.unwrap_or(pass.at));
        let short = |failure: String| failure.chars().take(MAX_FAILURE_CHARS).collect();
        let failures = pass.failures.into_iter().map(short).collect();
        Self { proven: self.proven, delivered_at, failing_since, failures, waiting: pass.waiting }
    }

    /// Replaces the file, unless it already contains these results. The sender runs every five minutes, and must not
    /// wear out a memory card.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write_if_changed(&self, station: &Path) -> io::Result<()> {
        // A station without alarms needs no file.
        if *self == Self::read_file(station).unwrap_or_default() {
            return Ok(());
        }
        let json = serde_json::to_vec(self).map_err(io::Error::other)?;
        anchored_path(station, RESULTS_FILE, Some(OWNER_ONLY))?.replace(&json, OWNER_ONLY)
    }
}

fn configured_channels(alarm: &AlarmSettings) -> impl Iterator<Item = String> + '_ {
    Channel::ALL.into_iter().filter_map(|channel| channel.fingerprint(alarm))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::settings::MailRoute;

    fn settings(recipient: &str) -> AlarmSettings {
        let mail = MailRoute {
            server: "smtps://mail.example.vn".to_owned(),
            from: "dai@example.vn".to_owned(),
            to: vec![recipient.to_owned()],
        };
        let webhook = Some("https://example.vn/loa".to_owned());
        AlarmSettings { mail: Some(mail), webhook, ..AlarmSettings::default() }
    }

    fn pass(at: &str, failures: &[&str]) -> PassResult {
        let failures = failures.iter().map(|failure| (*failure).to_owned()).collect();
        PassResult { at: at.to_owned(), failures, ..PassResult::default() }
    }

    #[test]
    fn a_channel_is_proven_until_its_settings_change() {
        let alarm = settings("so@example.vn");
        let delivering = |channel: Channel| PassResult {
            proven: channel.fingerprint(&alarm).into_iter().collect(),
            ..pass("1", &[])
        };
        let results = AlarmResults::default().after_pass(&alarm, delivering(Channel::Webhook));
        assert_eq!(results.delivered_at.as_deref(), Some("1"));
        assert!(!results.is_proven(&alarm), "the mail was never delivered");
        let results = results.after_pass(&alarm, delivering(Channel::Mail)).after_pass(&alarm, pass("2", &[]));
        assert!(results.is_proven(&alarm));
        let other_recipient = settings("huyen@example.vn");
        assert!(!results.is_proven(&other_recipient));
        let results = results.after_pass(&AlarmSettings::default(), pass("3", &[]));
        assert!(results.is_proven(&alarm), "the settings had an error for a while");
        assert!(AlarmResults::default().is_proven(&AlarmSettings::default()), "there is nothing to prove");
    }

    #[test]
    fn the_failure_began_with_the_first_failed_pass() {
        let alarm = settings("so@example.vn");
        let results = AlarmResults::default().after_pass(&alarm, pass("1", &["smtp: a"]));
        let results = results.after_pass(&alarm, pass("2", &["smtp: b"]));
        assert_eq!((results.failing_since.as_deref(), &results.failures[..]), (Some("1"), &["smtp: b".to_owned()][..]));
        let results = results.after_pass(&alarm, pass("3", &[]));
        assert_eq!((results.failing_since.clone(), results.failures.len()), (None, 0));
        assert_eq!(results.after_pass(&alarm, pass("4", &["smtp: c"])).failing_since.as_deref(), Some("4"));
    }
}
