//! Logs of a station that ran at the same time, about which the department has decided.
use super::history::IncidentHistory;
use super::incident::IncidentCode;

/// Returns true if the department has settled that these two logs ran at the same time. Collections record this of each
/// log that a source brings, with the number of days. If the logs go on side by side, the number grows and the next
/// collection records another incident, so that a settlement holds only as long as the facts are the same.
#[must_use]
pub fn is_overlap_settled(histories: &[IncidentHistory], origins: [&str; 2]) -> bool {
    let of_logs = histories.iter().filter(|history| {
        history.incident.code == IncidentCode::Overlap && origins.contains(&history.incident.origin.as_str())
    });
    let settled: Vec<bool> = of_logs.map(IncidentHistory::is_settled).collect();
    !settled.is_empty() && settled.iter().all(|is_settled| *is_settled)
}

/// Returns true if the department has settled that these two logs ran at the same time, and they have not done so on more
/// days since.
#[must_use]
pub fn is_overlap_settled_until(histories: &[IncidentHistory], origins: [&str; 2], days: u64) -> bool {
    let of_logs = histories.iter().filter(|history| {
        history.incident.code == IncidentCode::Overlap && origins.contains(&history.incident.origin.as_str())
    });
    let known_days = of_logs.filter_map(|history| history.incident.count).max();
    known_days.is_some_and(|known| days <= known) && is_overlap_settled(histories, origins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::department::journal::answer::{AnswerRecord, Decision};
    use crate::department::journal::answer_list::JournalAnswer;
    use crate::department::journal::incident::Incident;

    fn overlap(origin: &str, verdict: Option<Decision>) -> IncidentHistory {
        let record = |verdict| AnswerRecord {
            origin: String::new(),
            airing: String::new(),
            outcome: None,
            note: None,
            incident: Some(1),
            verdict,
            text: "x".to_owned(),
            by: String::new(),
        };
        IncidentHistory {
            seq: 1,
            at: "2023-03-20T05:15:00Z".to_owned(),
            incident: Incident { origin: origin.to_owned(), ..Incident::new(IncidentCode::Overlap) },
            seen_again: 0,
            last_seen_at: None,
            whole_since: None,
            answer: verdict.map(|verdict| JournalAnswer { seq: 2, at: String::new(), record: record(verdict) }),
        }
    }

    #[test]
    fn every_incident_of_either_log_must_be_settled() {
        let settled = Some(Decision::Settled);
        let is_settled = |histories: &[IncidentHistory]| is_overlap_settled(histories, ["loa/a/1", "loa/a/2"]);
        assert!(!is_settled(&[]), "nobody has decided");
        assert!(is_settled(&[overlap("loa/a/1", settled)]));
        assert!(is_settled(&[overlap("loa/a/1", settled), overlap("loa/a/2", settled), overlap("loa/b/1", None)]));
        assert!(!is_settled(&[overlap("loa/a/1", settled), overlap("loa/a/2", None)]));
        assert!(!is_settled(&[overlap("loa/a/1", settled), overlap("loa/a/1", Some(Decision::Upheld))]));
    }
}
