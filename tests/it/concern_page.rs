//! The table of concerns in `docs/operator.md`.
use std::collections::BTreeMap;

use loa::concern::{Condition, FactSource};
use serde_json::json;

/// The codes of all concerns, from the parser's message about an unknown code.
fn codes() -> Vec<String> {
    let error = serde_json::from_value::<Condition>(json!({"code": "?"})).expect_err("the code is unknown").to_string();
    let (_, list) = error.split_once("expected one of ").expect("the message lists the codes");
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// A condition with this code, and with a value for every field of any condition. The valid values of `why` depend on
/// the code, so two are tried.
fn sample(code: &str) -> Condition {
    let value = |why: &str| {
        json!({
            "code": code, "id": "a", "title": "a", "detail": "a", "device": "a", "why": why, "entries": 1, "free_mib": 1,
            "file": "a", "line": 1, "log": "a", "session": "a", "at": "a", "more": 0, "starts": 0, "by": "a", "minutes": 1,
            "airings": 1, "until": "2023-03-20", "since": "2023-03-20",
            "days": 1, "files": 1, "messages": 1,
        })
    };
    let parse = |why| serde_json::from_value(value(why)).map_err(|e| e.to_string());
    parse("synchronised").or_else(|_| parse("gone")).expect(code)
}

#[test]
fn the_page_lists_every_concern_with_its_severity() {
    let page = include_str!("../../docs/operator.md");
    let (_, section) = page.split_once("### Every concern\n").expect("find the section");
    let section = section.split("\n## ").next().expect("the section has an end");
    let documented: BTreeMap<String, String> = section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|row| row.split('|').map(str::trim).collect::<Vec<_>>())
        .map(|cells| (cells[1].trim_matches('`').to_owned(), cells[2].to_owned()))
        .collect();
    let severity = |code: &String| {
        let severity = serde_json::to_value(sample(code).severity()).expect("serialise to JSON");
        (code.clone(), severity.as_str().expect("the value is a string").to_owned())
    };
    let known: BTreeMap<String, String> = codes().iter().map(severity).collect();
    assert!(known.len() > 30, "{known:?}");
    assert_eq!(documented, known);
    assert!(codes().iter().all(|code| sample(code).code() == code), "`code()` returns the code in the JSON");
}

/// A concern without a known source would be cleared although nothing has checked its cause.
#[test]
fn every_concern_has_a_source() {
    for code in codes() {
        assert_eq!(FactSource::of_code(&code) == FactSource::Engine, code == "urgent-on-air", "{code}");
    }
}
