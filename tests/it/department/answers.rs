//! Explanations of stations, and the department's answers to them and to incidents.
use loa::airlog::entry::{Outcome, OutcomeEntry, Reason};

use super::*;

/// Makes the airings of a segment missed.
pub(super) fn miss(outcome: &mut OutcomeEntry, segment: &str) {
    if outcome.labels.segment.as_str() == segment {
        (outcome.result, outcome.reason) = (Outcome::Missed, Some(Reason::PowerOff));
        (outcome.played_ms, outcome.level, outcome.late_us) = (0, 0, None);
        (outcome.device, outcome.rate, outcome.volume, outcome.sha256) = (None, 0, None, None);
    }
}

pub(super) fn report(office: &Office, arguments: &[&str]) -> String {
    let range = ["report", "store", "--from", "2023-01-01", "--until", "2023-01-31", "--lang", "en"];
    printed(&office.run(&[&range[..], arguments].concat()))
}

/// The rows of the table of explanations in a report as text.
fn explanations(report: &str) -> Vec<String> {
    let lines = report.lines().skip_while(|line| *line != "Missed airings with an explanation");
    let lines = lines.take_while(|line| !line.is_empty());
    lines.filter(|line| line.starts_with("Đài mẫu")).map(str::to_owned).collect()
}

/// Runs `loa answer store` with these arguments, in English. Returns its exit code and what it prints.
pub(super) fn answer(office: &Office, arguments: &[&str]) -> (Option<i32>, String) {
    let output = office.run(&[&["answer", "store"], arguments, &["--lang", "en"]].concat());
    (output.status.code(), printed(&output))
}

/// A department that has collected a station with four missed airings, two of them explained. Returns the ids of these
/// two and the station.
fn office_with_explanations() -> (Office, Vec<String>, SimulatedStation) {
    let office = Office::new();
    let station =
        simulated_station("xa-1", 2).day_with(|outcome| miss(outcome, "lam-an")).day_with(|o| miss(o, "muc-tieu"));
    office.enrol(&station);
    station.export(&office.path("stick"));
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    let day = office.run(&["reconcile", "store", "xa-1", "--date", "2023-01-03", "--format", "json"]);
    let day: Value = serde_json::from_slice(&day.stdout).unwrap_or_else(|_| panic!("{}", printed(&day)));
    let missed = day["planned"].as_array().expect("the value is an array").iter().filter(|a| a["result"] == "missed");
    let ids: Vec<String> = missed.map(|airing| airing["id"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(ids.len(), 2, "{day}");
    let station = station.noted(&ids[0], "Mất điện từ 05:00").noted(&ids[1], "=HYPERLINK(1)\u{202e}");
    std::fs::remove_dir_all(office.path("stick")).expect("delete the folder");
    station.export(&office.path("stick"));
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    (office, ids, station)
}

/// The numbers of the explained airings, as the last column of the table has them.
pub(super) fn numbers(report: &str) -> Vec<String> {
    explanations(report).iter().map(|row| row.rsplit(' ').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn an_explanation_waits_in_the_report_until_it_is_answered() {
    let (office, ids, station) = office_with_explanations();
    let text = report(&office, &[]);
    let rows = explanations(&text);
    assert_eq!(rows.len(), 2, "{text}");
    assert!(rows[0].contains("Mất điện từ 05:00") && rows.iter().all(|row| row.contains("not answered yet")), "{text}");
    assert!(!text.contains('\u{202e}'), "a note cannot reorder the line");
    let numbers = numbers(&text);
    let (code, said) =
        answer(&office, &["xa-1", &numbers[0], "--accept", "--text", "Mất điện cả xã", "--by", "văn thư"]);
    assert!(code == Some(0) && said.contains("Mất điện từ 05:00") && said.contains(&ids[0]), "{said}");
    assert_eq!(answer(&office, &["xa-1", &numbers[1], "--accept"]).0, Some(0));
    assert_eq!(answer(&office, &["xa-1", &numbers[1], "--refuse", "--text", "Không nêu lý do"]).0, Some(0));
    let text = report(&office, &[]);
    let rows = explanations(&text);
    assert!(rows[0].contains("accepted: Mất điện cả xã (văn thư)"), "{text}");
    assert!(rows[1].contains("refused: Không nêu lý do"), "the newest answer counts: {text}");
    let html = report(&office, &["--format", "html"]);
    assert!(html.contains("accepted: Mất điện cả xã (văn thư)") && html.contains("Mất điện từ 05:00"), "{html}");
    let (_, list) = answer(&office, &["--list"]);
    assert_eq!(list.lines().count(), 4, "earlier answers stay: {list}");
    let python = office.python_journal(&[]).unwrap_or_else(|text| panic!("{text}"));
    let outcome = |index: usize| numbers[index].parse::<u64>().expect("parse the number");
    let expected = serde_json::json!([
        [ids[0], outcome(0), "accepted", "Mất điện cả xã"],
        [ids[1], outcome(1), "refused", "Không nêu lý do"],
    ]);
    assert_eq!(python["answers"], expected);
    // A new note asks for a new answer.
    let station = station.noted(&ids[1], "Loa hỏng, có biên bản");
    station.export(&office.path("stick2"));
    assert_eq!(office.collect(&["stick2"]), one_row("whole", true));
    let rows = explanations(&report(&office, &[]));
    assert!(rows[0].contains("Loa hỏng, có biên bản") && rows[0].contains("not answered yet"), "{rows:?}");
    assert!(rows[1].contains("accepted"), "{rows:?}");
}

#[test]
fn an_answer_to_nothing_is_refused() {
    let (office, _, _) = office_with_explanations();
    let number = numbers(&report(&office, &[]))[0].clone();
    let day = office.run(&["reconcile", "store", "xa-1", "--date", "2023-01-04", "--format", "json"]);
    let day: Value = serde_json::from_slice(&day.stdout).expect("parse the JSON");
    let number_of = |result: &str| {
        let planned = day["planned"].as_array().expect("the value is an array");
        planned.iter().find(|airing| airing["result"] == result).expect("find the airing")["entry"].to_string()
    };
    let long = "x".repeat(301);
    for (arguments, code, reason) in [
        (&["xa-1", "999999", "--accept"][..], 1, "no outcome with the number 999999"),
        (&["xa-9", &number, "--accept"], 1, "xa-9"),
        (&["xa-1", &number_of("missed"), "--accept"], 1, "has not explained"),
        (&["xa-1", &number_of("aired"), "--accept"], 1, "nothing to answer"),
        (&["xa-1", &number, "--accept", "--text", &long], 2, "at most 300 characters"),
        (&["xa-1", &number], 2, "loa answer STORE STATION N"),
        (&["--incident", "1", "--settled"], 2, "loa answer STORE"),
        (&["--incident", "1", "--settled", "--text", "x"], 1, "no incident 1"),
    ] {
        let (exit_code, said) = answer(&office, arguments);
        assert!(exit_code == Some(code) && said.contains(reason), "{arguments:?}: {exit_code:?} {said}");
    }
    for arguments in [&["xa-1", &number, "--accept", "--refuse"][..], &["xa-1", &number, "--settled"], &["xa-1"]] {
        assert_eq!(answer(&office, arguments).0, Some(2), "{arguments:?}");
    }
    assert!(answer(&office, &["--list"]).1.contains("no answers yet"));
}

#[test]
fn a_settled_incident_stays_in_its_range_and_leaves_later_reports() {
    let office = Office::new();
    let station = simulated_station("xa-1", 3);
    office.enrol(&station);
    station.export(&office.path("good"));
    assert_eq!(office.collect(&["good"]), one_row("whole", true));
    station.twin().with_other_seed().days(30).export(&office.path("fork"));
    let station = station.days(3);
    std::fs::remove_dir_all(office.path("good")).expect("delete the folder");
    station.export(&office.path("good"));
    assert_eq!(office.collect(&["good"]), one_row("whole", true));
    assert_eq!(office.collect(&["fork"]), one_row("fork", false));
    let incidents = office.python_journal(&[]).unwrap_or_else(|text| panic!("{text}"))["incidents"].clone();
    let number = incidents[0][0].to_string();
    assert!(report(&office, &[]).contains("Fork"), "it is not settled");
    let (code, said) = answer(&office, &["--incident", &number, "--upheld", "--text", "Đang xác minh"]);
    assert!(code == Some(0), "{said}");
    assert!(report(&office, &[]).contains("upheld: Đang xác minh"), "{}", report(&office, &[]));
    let (code, said) =
        answer(&office, &["--incident", &number, "--settled", "--text", "Đĩa sao lưu", "--by", "văn thư"]);
    assert!(code == Some(0), "{said}");
    assert!(!report(&office, &[]).contains("Fork"), "{}", report(&office, &[]));
    let now = ["report", "store", "--from", "2026-01-01", "--until", "2035-12-31", "--lang", "en"];
    let text = printed(&office.run(&now));
    assert!(text.contains("Fork") && text.contains("settled: Đĩa sao lưu (văn thư)"), "{text}");
    for (range, expected) in [(["2023-01-01", "2023-01-31"], 0), (["2026-01-01", "2035-12-31"], 1)] {
        let python = office.python_journal(&range).unwrap_or_else(|text| panic!("{text}"));
        assert_eq!(python["incidents"].as_array().map(Vec::len), Some(expected), "{python}");
    }
}

#[test]
fn accepted_targets_and_answers_need_a_whole_journal() {
    let office = Office::new();
    office.enrol(&simulated_station("xa-1", 1));
    simulated_station("xa-1", 2).export(&office.path("stick"));
    office.collect(&["stick"]);
    let targets = "[[target]]\nid = \"a\"\ntitle = \"Mẫu\"\nminutes-per-week = 10\nfrom = 2023-01-01\nuntil = 2023-12-31\ndocument = \"Công văn 1 (hư cấu)\"\ndated = 2022-12-20\n";
    std::fs::write(office.path("store/targets.toml"), targets).expect("write the file");
    let accepted = office.run(&["target", "accept", "store", "--yes", "--lang", "en"]);
    assert_eq!(accepted.status.code(), Some(0), "{}", printed(&accepted));
    let journal = std::fs::read_to_string(office.path("store/department/entries/000000.jsonl")).expect("read the file");
    let digest = loa::base::hash::sha256_hex(targets.as_bytes());
    let line = journal.lines().last().unwrap_or_default();
    assert!(line.contains("\"type\":\"targets\"") && line.contains(&digest), "{journal}");
    std::fs::write(office.path("store/department/entries/000000.jsonl"), journal.replace(&digest, &"0".repeat(64)))
        .expect("write the file");
    std::fs::write(office.path("store/targets.toml"), targets.replace("10", "1")).expect("write the file");
    let refused = office.run(&["target", "accept", "store", "--yes", "--lang", "en"]);
    assert_eq!(refused.status.code(), Some(1), "{}", printed(&refused));
    assert!(printed(&refused).contains("Run loa collect first"), "{}", printed(&refused));
    office.collect(&["stick"]);
    let again = office.run(&["target", "accept", "store", "--yes", "--lang", "en"]);
    assert_eq!(again.status.code(), Some(0), "{}", printed(&again));
}
