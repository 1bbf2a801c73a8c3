use super::due::DEFAULT_DUE_DAYS;
use super::duty::{Duty, duties};
use super::*;
use crate::department::journal::incident::Incident;

const RULES: StationRules = StationRules { max_silence_days: 7, due_days: DEFAULT_DUE_DAYS };

fn date(text: &str) -> NaiveDate {
    text.parse().expect("parse the date")
}

fn time(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).expect("parse the time")
}

fn now() -> DateTime<FixedOffset> {
    time("2023-03-20T08:00:00+07:00")
}

fn station(id: &str, newest_at: Option<&str>) -> StationRecord {
    StationRecord { station: id.to_owned(), newest_at: newest_at.map(time), ..StationRecord::default() }
}

fn with_incident(mut record: StationRecord, code: IncidentCode) -> StationRecord {
    let history = IncidentHistory {
        seq: 4,
        at: "2023-03-19T01:00:00Z".to_owned(),
        incident: Incident::new(code),
        seen_again: 0,
        last_seen_at: None,
        whole_since: None,
        answer: None,
    };
    record.incidents.push(history);
    record
}

fn overlap(station: &str) -> LogOverlap {
    let (from, until) = (date("2023-03-01"), date("2023-03-05"));
    LogOverlap { station: station.to_owned(), numbers: (1, 2), from, until, days: 5, outcomes: (8, 9) }
}

#[test]
fn stations_are_ordered_by_state_and_length_of_silence() {
    let yesterday = Some("2023-03-19T17:55:00+07:00");
    let mut doubled = with_incident(station("f", yesterday), IncidentCode::Overlap);
    doubled.overlaps.push(overlap("f"));
    let mut damaged = station("g", None);
    damaged.faults.push(FaultText::NotAccepted {});
    let records = vec![
        station("a", yesterday),
        station("b", Some("2023-03-10T17:55:00+07:00")),
        station("c", Some("2023-03-01T17:55:00+07:00")),
        station("d", None),
        with_incident(station("e", Some("2023-03-01T17:55:00+07:00")), IncidentCode::Fork),
        with_incident(station("h", yesterday), IncidentCode::Tampered),
        doubled,
        damaged,
    ];
    let rows = judge_stations(records, now(), RULES);
    let states: Vec<(&str, &str)> = rows.iter().map(|row| (row.facts.station.as_str(), row.state.code())).collect();
    let expected = [
        ("h", "tampered"),
        ("e", "fork"),
        ("g", "not-counted"),
        ("f", "overlap"),
        ("c", "silent"),
        ("b", "silent"),
        ("d", "never-sent"),
        ("a", "whole"),
    ];
    assert_eq!(states, expected);
    let list = duties(&rows, Vec::new());
    let kinds: Vec<(&str, &str)> = list.iter().map(|row| (row.station.as_str(), row.duty.code())).collect();
    let expected = [
        ("h", "incident"),
        ("e", "incident"),
        ("g", "not-counted"),
        ("f", "overlap"),
        // The forked log is silent too.
        ("e", "silent"),
        ("c", "silent"),
        ("b", "silent"),
        ("d", "never-sent"),
    ];
    assert_eq!(kinds, expected, "a log that is not counted was sent, and an overlap is told once");
    assert!(matches!(list[6].duty, Duty::Silent { days: 9, .. }), "{:?}", list[6]);
}

#[test]
fn a_station_is_silent_only_after_the_allowed_days() {
    let is_silent =
        |newest_at: &str| StationRow::new(station("a", Some(newest_at)), now(), RULES).state == StationState::Silent;
    assert!(!is_silent("2023-03-13T08:00:00+07:00"));
    assert!(is_silent("2023-03-13T07:59:59+07:00"));
    assert!(!is_silent("2024-01-01T00:00:00+07:00"), "a clock that runs ahead is not silence");
}

#[test]
fn the_log_of_a_month_is_due_on_the_17th() {
    let next = |last_day: Option<&str>, today: &str| {
        let hand_in = HandIn::next(last_day.map(date), date(today), DEFAULT_DUE_DAYS).expect("the dates are valid");
        (hand_in.month.from.to_string(), hand_in.due.to_string(), hand_in.is_overdue)
    };
    let expected = |from: &str, due: &str, is_overdue| (from.to_owned(), due.to_owned(), is_overdue);
    // The 14th itself may not be over.
    assert_eq!(next(Some("2023-03-14"), "2023-03-17"), expected("2023-02-15", "2023-03-17", false));
    assert_eq!(next(Some("2023-03-14"), "2023-03-18"), expected("2023-02-15", "2023-03-17", true));
    assert_eq!(next(Some("2023-03-15"), "2023-03-18"), expected("2023-03-15", "2023-04-17", false));
    assert_eq!(next(None, "2023-03-18"), expected("2023-03-15", "2023-04-17", false));
    let of_five_days = HandIn::next(Some(date("2023-03-14")), date("2023-03-19"), 5).expect("the dates are valid");
    assert_eq!((of_five_days.due, of_five_days.is_overdue), (date("2023-03-19"), false));
    assert_eq!(HandIn::next(Some(NaiveDate::MAX), date("2023-03-18"), 3), None);
}
