//! Checks for `loa run` whether alarms are delivered. It reads only the queue's folder and the sender's results: it has
//! neither the network nor the secrets.
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::permit::is_permitted;
use super::queue::queued_names;
use super::results::AlarmResults;
use crate::base::instant::{BootTime, SECOND_US};
use crate::base::platform::boot_now;
use crate::concern::{AlarmFacts, AlarmFailure, LocalInstant};
use crate::schedule::settings::AlarmSettings;

/// The time in microseconds for which the sender may leave a new message unseen. The path unit starts it at once, and
/// the timer every five minutes.
const SENDER_GRACE_US: i64 = 20 * 60 * SECOND_US;

/// Returns a closure that checks the delivery of a station's alarms; it returns `None` if the queue cannot be read.
pub fn alarm_watch(station: &Path) -> impl FnMut(&AlarmSettings) -> Option<AlarmFacts> + use<> {
    let station: PathBuf = station.canonicalize().unwrap_or_else(|_| station.to_owned());
    let mut unseen_messages = UnseenMessages::default();
    move |alarm| {
        let names = queued_names(&station).ok()?;
        let results = AlarmResults::read(&station, alarm);
        let is_forbidden = !alarm.command.is_empty() && !is_permitted(&alarm.command);
        let is_sender_absent = unseen_messages.update(&names, &results.waiting, boot_now());
        Some(AlarmFacts {
            is_untried: is_forbidden || !results.is_proven(alarm),
            waiting: names.len() as u64,
            failure: failure_of(&results),
            is_sender_absent,
        })
    }
}

fn failure_of(results: &AlarmResults) -> Option<AlarmFailure> {
    let since = LocalInstant(results.failing_since.clone()?);
    Some(AlarmFailure { since, detail: results.failures.join("; ") })
}

/// The messages in the queue that no pass of the sender has seen, each with the time at which this program first found
/// it. Neither the wall clock nor the times of the files are used, because both may be wrong.
#[derive(Debug, Default)]
struct UnseenMessages {
    found_at: BTreeMap<String, BootTime>,
}

impl UnseenMessages {
    /// Returns true if a message has been in the queue for [`SENDER_GRACE_US`], and no pass of the sender has seen it.
    fn update(&mut self, names: &[String], seen: &BTreeSet<String>, now: BootTime) -> bool {
        let unseen = names.iter().filter(|name| !seen.contains(*name));
        let found_at = |name: &String| self.found_at.get(name).copied().unwrap_or(now);
        self.found_at = unseen.map(|name| (name.clone(), found_at(name))).collect();
        self.found_at.values().any(|found_at| now.since(*found_at) >= SENDER_GRACE_US)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sender_is_absent_if_it_leaves_a_message_unseen_for_twenty_minutes() {
        let names = |numbers: &[u32]| numbers.iter().map(|number| format!("{number:010}-x.json")).collect::<Vec<_>>();
        let seen = |numbers: &[u32]| names(numbers).into_iter().collect::<BTreeSet<_>>();
        let at = |minutes: i64| BootTime(minutes * 60 * SECOND_US);
        let mut unseen_messages = UnseenMessages::default();
        assert!(!unseen_messages.update(&names(&[1]), &seen(&[]), at(0)));
        assert!(!unseen_messages.update(&names(&[1, 2]), &seen(&[]), at(19)));
        assert!(unseen_messages.update(&names(&[1, 2]), &seen(&[]), at(20)));
        // The sender has seen both, but a server is down, or they wait for the next day.
        assert!(!unseen_messages.update(&names(&[1, 2]), &seen(&[1, 2]), at(21)));
        assert!(!unseen_messages.update(&names(&[1, 2]), &seen(&[1, 2]), at(3000)));
        // The third message arrives after that pass, and the queue is delivered before its time is over.
        assert!(!unseen_messages.update(&names(&[1, 2, 3]), &seen(&[1, 2]), at(3001)));
        assert!(!unseen_messages.update(&names(&[]), &seen(&[1, 2]), at(3030)));
        // Another message with the same name is a new message.
        assert!(!unseen_messages.update(&names(&[3]), &seen(&[]), at(3031)));
    }
}
