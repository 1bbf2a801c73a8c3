//! Entries that two JSON parsers may read differently.
use super::*;

/// The check must read the same values in a line as any JSON parser. Otherwise the check could accept one value, and a
/// report could count a different one.
#[test]
fn an_entry_that_two_parsers_read_differently_is_implausible() {
    let station = honest_station();
    let codes_after = |change: &dyn Fn(&str) -> String| {
        let is_first_outcome =
            |line: &&String| line.contains("\"type\":\"outcome\"") && line.contains("sang@2023-03-20T05:15:00#1");
        let lines = lines(station.disk());
        let index = lines.iter().position(|line| is_first_outcome(&line)).expect("find the outcome");
        let mut changed_lines = lines;
        changed_lines[index] = change(&changed_lines[index]);
        let codes = findings(&changed_lines, station.disk()).into_iter().map(|finding| {
            let code = serde_json::to_value(&finding.cause).expect("serialise to JSON")["code"]
                .as_str()
                .expect("the value is a string")
                .to_owned();
            (finding.airing, code)
        });
        codes.collect::<Vec<_>>()
    };
    let id = "sang@2023-03-20T05:15:00#1";
    let has_code = |findings: &[(Option<String>, String)], code: &str| {
        findings.iter().any(|(airing, actual)| airing.as_deref() == Some(id) && actual == code)
    };
    assert_eq!(codes_after(&str::to_owned), []);
    let lengthen = |line: &str| line.replacen("\"played_ms\":120000", "\"played_ms\":86400000", 1);
    type LineChange<'a> = &'a dyn Fn(&str) -> String;
    let cases: [(LineChange<'_>, &str); 7] = [
        (&|line| lengthen(line).replacen("\"played_ms\":", "\"played_ms\" :", 1), "not-as-written"),
        (&|line| lengthen(line).replacen("\"played_ms\":", "\"played_\\u006ds\":", 1), "not-as-written"),
        (
            &|line| {
                lengthen(line).replacen(
                    ",\"segment\"",
                    ",\"x\":{\"y\":0,\"played_ms\":1,\"planned_ms\":1},\"segment\"",
                    1,
                )
            },
            "not-as-written",
        ),
        (
            &|line| lengthen(line).replacen(",\"segment\"", ",\"x\":[{\"y\":0,\"played_ms\":1}],\"segment\"", 1),
            "not-as-written",
        ),
        (&|line| lengthen(line), "over-plan"),
        (
            &|line| {
                let mut entry: serde_json::Value = serde_json::from_str(&lengthen(line)).expect("parse the JSON");
                entry["planned_at"] = serde_json::Value::Null;
                entry_line(&entry)
            },
            "over-plan",
        ),
        (
            &|line| {
                line.replacen("\"planned_ms\":120000", "\"planned_ms\":0", 1).replacen(
                    "\"played_ms\":120000",
                    "\"played_ms\":86400000",
                    1,
                )
            },
            "too-long",
        ),
    ];
    for (n, (change, code)) in cases.iter().enumerate() {
        let findings = codes_after(change);
        assert!(has_code(&findings, code), "{n}: {findings:?}");
    }
    // An airing cannot sound without a start entry.
    let lines_without_start: Vec<String> = lines(station.disk())
        .into_iter()
        .map(|line| if line.contains(id) { line.replace("\"type\":\"start\"", "\"type\":\"moonrise\"") } else { line })
        .collect();
    let findings = findings(&lines_without_start, station.disk());
    assert_eq!(causes_of(&findings), [&Implausibility::NeverStarted]);
}
