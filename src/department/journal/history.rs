//! What a journal says about each incident, over all collections.
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::Journal;
use super::answer::Decision;
use super::answer_list::{JournalAnswer, all_answers};
use super::entry::{CollectionRecord, JournalBody, bounded_text};
use super::incident::{GoingOn, Incident, IncidentCode, IncidentIdentity};

/// The maximum number of new incidents that one collection writes. A stick with a thousand false logs fills no store.
pub const MAX_NEW_INCIDENTS: usize = 200;

/// The maximum number of new incidents about one log. Many altered copies of one log leave room for the other logs.
const MAX_NEW_INCIDENTS_OF_LOG: usize = 20;

/// The time by which the clocks of Vietnam are ahead of UTC, in seconds.
const VIETNAM_OFFSET_S: i32 = 7 * 3600;

/// Returns a time of an entry in Vietnam; `None` if it cannot be parsed.
#[must_use]
pub fn vietnam_time(at: &str) -> Option<DateTime<FixedOffset>> {
    let zone = FixedOffset::east_opt(VIETNAM_OFFSET_S)?;
    DateTime::parse_from_rfc3339(at).ok().map(|at| at.with_timezone(&zone))
}

/// An incident with what later collections say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentHistory {
    /// The number of its entry.
    pub seq: u64,
    /// The time of its collection: RFC 3339 in UTC.
    pub at: String,
    /// The facts.
    pub incident: Incident,
    /// The number of later collections that met it again.
    pub seen_again: u64,
    /// The time of the last of these collections.
    pub last_seen_at: Option<String>,
    /// The time of the first collection since then that took a whole copy of the log.
    pub whole_since: Option<String>,
    /// The newest answer of the department.
    pub answer: Option<JournalAnswer>,
}

impl IncidentHistory {
    /// Returns true if nobody need look at the incident any more: the department has said so, or a whole copy of the
    /// log has come where that is enough.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let is_answered = self.answer.as_ref().is_some_and(|answer| answer.record.verdict == Decision::Settled);
        is_answered || (self.whole_since.is_some() && self.incident.code.is_settled_by_whole_copy())
    }

    /// Returns true if the incident concerns a report of the days up to and including these: it was collected on one
    /// of them, or it is not settled.
    #[must_use]
    pub fn concerns(&self, from: NaiveDate, until: NaiveDate) -> bool {
        let date = vietnam_time(&self.at).map(|at| at.date_naive());
        !self.is_settled() || date.is_none_or(|date| from <= date && date <= until)
    }
}

/// Returns the incidents of a journal, in the order of their entries.
#[must_use]
pub fn incident_histories(journal: &Journal) -> Vec<IncidentHistory> {
    let mut histories: BTreeMap<u64, IncidentHistory> = BTreeMap::new();
    for entry in journal.entries() {
        match &entry.body {
            JournalBody::Incident(incident) => {
                let history = IncidentHistory {
                    seq: entry.seq,
                    at: entry.at.clone(),
                    incident: (**incident).clone(),
                    seen_again: 0,
                    last_seen_at: None,
                    whole_since: None,
                    answer: None,
                };
                histories.insert(entry.seq, history);
            }
            JournalBody::Collection(collection) => {
                for seq in &collection.again {
                    if let Some(history) = histories.get_mut(seq) {
                        history.seen_again += 1;
                        history.last_seen_at = Some(entry.at.clone());
                        history.whole_since = None;
                    }
                }
                for seq in &collection.whole_since {
                    if let Some(history) = histories.get_mut(seq) {
                        history.whole_since = Some(entry.at.clone());
                    }
                }
            }
            JournalBody::Journal(_)
            | JournalBody::Targets(_)
            | JournalBody::Stated(_)
            | JournalBody::StatedRemoved(_)
            | JournalBody::Answer(_)
            | JournalBody::PeriodClosing(_)
            | JournalBody::Addendum(_)
            | JournalBody::Unknown => {}
        }
    }
    for answer in all_answers(journal) {
        let history = answer.record.incident.and_then(|seq| histories.get_mut(&seq));
        if let Some(history) = history {
            history.answer = Some(answer);
        }
    }
    histories.into_values().collect()
}

/// Adds a collection to a journal: its new incidents, then the collection itself. `whole_origins` are the logs of which
/// it took a whole copy. Returns the number of new incidents and the number that were met again.
pub fn add_collection(
    journal: &mut Journal,
    at: &str,
    mut collection: CollectionRecord,
    mut incidents: Vec<Incident>,
    whole_origins: &BTreeSet<String>,
) -> (u64, u64) {
    let known: Vec<IncidentHistory> = incident_histories(journal);
    let seq_of: BTreeMap<IncidentIdentity, u64> =
        known.iter().map(|history| (history.incident.identity(), history.seq)).collect();
    let going_on: BTreeMap<GoingOn, u64> = known
        .iter()
        .filter(|history| !history.is_settled())
        .filter_map(|history| Some((history.incident.going_on()?, history.seq)))
        .collect();
    incidents.sort_by_key(|incident| (incident.station.is_empty(), is_unattributed(incident.code), incident.code));
    let (mut again, mut new_identities) = (BTreeSet::new(), BTreeSet::new());
    let (mut whole_since, mut written) = (Vec::new(), BTreeMap::<String, usize>::new());
    let is_whole =
        |incident: &Incident| incident.code.is_about_another_copy() && whole_origins.contains(&incident.origin);
    for incident in incidents {
        let bounded_incident = bounded(incident.clone());
        let identity = bounded_incident.identity();
        let known_seq = seq_of.get(&identity).or_else(|| going_on.get(&bounded_incident.going_on()?));
        if let Some(seq) = known_seq {
            again.insert(*seq);
        } else if new_identities.insert(identity) {
            let of_log = written.get(&incident.origin).copied().unwrap_or(0);
            if written.values().sum::<usize>() >= MAX_NEW_INCIDENTS || of_log >= MAX_NEW_INCIDENTS_OF_LOG {
                collection.omitted += 1;
                continue;
            }
            written.insert(incident.origin.clone(), of_log + 1);
            if is_whole(&incident) {
                whole_since.push(journal.len());
            }
            journal.push(at, &JournalBody::Incident(Box::new(bounded(incident))));
        }
    }
    let is_whole_now = |history: &&IncidentHistory| {
        is_whole(&history.incident) && (history.whole_since.is_none() || again.contains(&history.seq))
    };
    whole_since.extend(known.iter().filter(is_whole_now).map(|history| history.seq));
    whole_since.sort_unstable();
    let counts = (written.values().sum::<usize>() as u64, again.len() as u64);
    let collection = collection.with_earlier(again.into_iter().collect(), whole_since);
    journal.push(at, &JournalBody::Collection(collection));
    counts
}

/// Returns true for an incident that anybody can cause with a stick.
fn is_unattributed(code: IncidentCode) -> bool {
    matches!(code, IncidentCode::UnknownKey | IncidentCode::NotSigned | IncidentCode::NoLog | IncidentCode::Failed)
}

/// Cuts off the texts that come from a source.
fn bounded(mut incident: Incident) -> Incident {
    for text in [&mut incident.station, &mut incident.origin, &mut incident.source] {
        *text = bounded_text(text);
    }
    for text in [&mut incident.since, &mut incident.name, &mut incident.evidence].into_iter().flatten() {
        *text = bounded_text(text);
    }
    incident
}

#[cfg(test)]
mod tests {
    use super::super::answer::AnswerRecord;
    use super::super::incident::RefusedBytes;
    use super::*;
    use crate::proof::note::{NoteSigner, SignatureType};

    const AT: &str = "2023-11-20T01:00:00Z";
    const LATER: &str = "2023-11-21T01:00:00Z";

    #[test]
    fn a_fork_that_grows_is_met_again_until_it_is_settled() {
        let key = NoteSigner::new("loa-witness/mau", SignatureType::Cosignature, &[4; 32]).expect("make the key");
        let mut journal = Journal::begin(key.public(), b"", AT);
        let of_bytes = |code: IncidentCode, bytes: &str| Incident {
            refused: Some(RefusedBytes { log_sha256: bytes.to_owned(), ..RefusedBytes::default() }),
            origin: "loa/xa-1/a".to_owned(),
            ..Incident::new(code)
        };
        let collect = |journal: &mut Journal, incidents: Vec<Incident>| {
            add_collection(journal, AT, CollectionRecord::default(), incidents, &BTreeSet::new())
        };
        for code in [IncidentCode::Fork, IncidentCode::RolledBack] {
            assert_eq!(collect(&mut journal, vec![of_bytes(code, "monday")]), (1, 0));
            assert_eq!(collect(&mut journal, vec![of_bytes(code, "tuesday")]), (0, 1), "the station writes on");
            let seq = incident_histories(&journal).last().expect("there is an incident").seq;
            let answer = AnswerRecord {
                origin: String::new(),
                airing: String::new(),
                outcome: None,
                note: None,
                incident: Some(seq),
                verdict: Decision::Settled,
                text: "x".to_owned(),
                by: String::new(),
            };
            journal.push(LATER, &JournalBody::Answer(Box::new(answer)));
            assert_eq!(collect(&mut journal, vec![of_bytes(code, "monday")]), (0, 1), "the same bytes stay settled");
            assert_eq!(
                collect(&mut journal, vec![of_bytes(code, "friday")]),
                (1, 0),
                "nothing new hides behind an answer"
            );
        }
        let tampered = |bytes: &str| of_bytes(IncidentCode::Tampered, bytes);
        assert_eq!(collect(&mut journal, vec![tampered("a"), tampered("b")]), (2, 0));
        assert_eq!(collect(&mut journal, vec![tampered("c")]), (1, 0));
    }
}
