//! Puts messages about concerns into the alarm queue. Another process sends them.
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::alarm::AlarmMessage;
use crate::alarm::message::AlarmReason;
use crate::alarm::queue::enqueue;
use crate::concern::{ConcernChange, ConcernKey, concern_advice};
use crate::playout::engine::{AlarmContext, ConcernNotice, Notice};
use crate::playout::notice::{PlayoutNotice, SharedNotifier};
use crate::text::alarm::AlarmText;
use crate::text::log_concern::ConcernName;
use crate::text::{Lang, Localize, print_stderr};

/// Returns a notifier that queues messages about concerns and passes on every notice.
#[must_use]
pub fn queueing_notifier(station: &Path, lang: Lang, inner: SharedNotifier) -> SharedNotifier {
    let station: PathBuf = station.canonicalize().unwrap_or_else(|_| station.to_owned());
    Arc::new(Mutex::new(move |notice: PlayoutNotice<'_>| {
        if let PlayoutNotice::Engine(Notice::Concern(concern)) = &notice
            && let Some(message) = alarm_message(concern)
            && let Err(error) = enqueue(&station, &message)
        {
            let text = AlarmText::QueueUnusable { detail: error.to_string() };
            print_stderr!("{}", text.localized(lang));
        }
        let mut inner = inner.lock().unwrap_or_else(PoisonError::into_inner);
        (*inner)(notice);
    }))
}

/// Returns the name of a concern that this run has not seen, with its subject.
fn name_of(key: &ConcernKey, lang: Lang) -> String {
    let name = ConcernName::of_code(&key.code).to_plain(lang);
    if key.subject.is_empty() { name } else { format!("{name} ({})", key.subject) }
}

/// Returns the message about a concern; `None` if no message should be sent.
#[must_use]
pub fn alarm_message(notice: &ConcernNotice) -> Option<AlarmMessage> {
    let AlarmContext { station, station_name, language, at, at_us } = notice.alarm.clone()?;
    let (news, code, subject, severity, text, advice) = match &notice.change {
        ConcernChange::Raised(concern) => {
            let condition = &concern.condition;
            let advice = concern_advice(condition).localized(language).to_string();
            let severity = concern.severity().as_str();
            (AlarmReason::Raised, condition.code(), condition.subject(), severity, condition.to_plain(language), advice)
        }
        ConcernChange::Cleared { key, condition, .. } => {
            let what = match condition {
                Some(condition) => condition.to_plain(language),
                None => name_of(key, language),
            };
            let text = AlarmText::Over { what }.localized(language).to_string();
            (AlarmReason::Cleared, key.code.as_str(), key.subject.clone(), "notice", text, String::new())
        }
    };
    let verb = if news == AlarmReason::Raised { "raised" } else { "cleared" };
    let digest = crate::base::hash::sha256_hex(subject.as_bytes());
    Some(AlarmMessage {
        // The time comes first, so that the queue is sorted by age. The digest keeps two subjects with the same code
        // and time apart.
        id: format!("{at_us:020}-{code}-{}-{verb}", &digest[..8]),
        station,
        station_name,
        at,
        news,
        severity: severity.to_owned(),
        code: code.to_owned(),
        subject,
        text,
        advice,
    })
}
