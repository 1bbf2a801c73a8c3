//! All stations of a registry in one table, and the work list of the department.
use chrono::{DateTime, TimeDelta};
use loa::base::platform::unix_time_s;

use super::incidents::alter;
use super::*;

/// An invented target that only one station misses: nobody airs that much.
const TARGETS: &str = r#"# Chỉ tiêu mẫu (hư cấu)
[[target]]
id = "chinh-sach"
title = "Chính sách giảm nghèo (mẫu)"
campaign = "giam-ngheo-2023"
topic = 5
minutes-per-week = 60
from = 2023-01-01
document = "Công văn 123/UBND-VX (hư cấu)"
dated = 2022-12-20

[[target]]
id = "nhieu"
title = "Nhiều hơn ở một đài (mẫu)"
station = "xa-4"
minutes-per-week = 5000
from = 2023-01-01
document = "Công văn 124/UBND-VX (hư cấu)"
dated = 2022-12-20
"#;

/// Today in Vietnam.
fn today() -> NaiveDate {
    let now = DateTime::from_timestamp(unix_time_s().cast_signed(), 0).expect("the time is valid");
    (now + TimeDelta::hours(7)).date_naive()
}

/// Returns the id of a missed airing of a station in a store, from the last eight days.
fn missed_airing(office: &Office, station: &str) -> String {
    let rows_of = |days: i64| -> Vec<Value> {
        let date = (today() - TimeDelta::days(days)).to_string();
        let output = office.run(&["reconcile", "store", station, "--date", &date, "--format", "json"]);
        let day: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", printed(&output)));
        day["planned"].as_array().cloned().unwrap_or_default()
    };
    let missed = (2..20).flat_map(rows_of).find(|row| row["result"] == "missed").expect("find a missed airing");
    missed["id"].as_str().expect("the id is text").to_owned()
}

/// A province with a fine station, a silent one, a tampered one, one below a target, one whose note nobody has
/// answered, and one that has never sent a log.
fn office_with_province() -> Office {
    let office = Office::new();
    let first_date = today() - TimeDelta::days(20);
    let mut stations = Vec::new();
    for number in 1..=6_u64 {
        let (id, name) = (format!("xa-{number}"), format!("=Đài mẫu {number}"));
        let station = SimulatedStation::begin(&id, &name, first_date, number * 17);
        let phone = format!("0261 300 00{number}");
        let key = station.vkey();
        let enrolment = ["enrol", &key, "--store", "store", "--yes", "--name", &name];
        let place = ["--place", "24718 Đắk N'Drung / 665 Đắk Song / 67 Đắk Nông"];
        let contact = ["--post", "Văn phòng (hư cấu)", "--phone", &phone];
        // Nobody knows whom to call about the station that has never sent a log.
        let contact = if number == 6 { &contact[..0] } else { &contact[..] };
        let output = office.run(&[&enrolment[..], &place, contact].concat());
        assert!(output.status.success(), "{}", printed(&output));
        let days = match number {
            2 => 8,
            3 | 5 => 19,
            _ => 20,
        };
        let station = station.days(days);
        if number < 6 {
            station.export(&office.path("sticks").join(&id));
        }
        stations.push(station);
    }
    assert!(office.collect(&["sticks"]).iter().all(|row| *row == ("whole".to_owned(), true)));
    let noted = missed_airing(&office, "xa-5");
    let station = stations.swap_remove(4).noted(&noted, "=Mất điện cả xã").days(1);
    station.export(&office.path("noted"));
    assert_eq!(office.collect(&["noted"]), one_row("whole", true));
    stations[2].twin().days(1).export(&office.path("tampered"));
    alter(&office.path("tampered"), "\"result\":\"aired\"", "\"result\":\"airex\"");
    assert_eq!(office.collect(&["tampered", "--full"]), one_row("tampered", false));
    std::fs::write(office.path("store/targets.toml"), TARGETS).expect("write the targets");
    let acceptance = office.run(&["target", "accept", "store", "--yes"]);
    assert!(acceptance.status.success(), "{}", printed(&acceptance));
    office
}

fn rows(office: &Office, arguments: &[&str]) -> (Option<i32>, Vec<Value>) {
    let output = office.run(&[&["stations", "store", "--format", "json"], arguments].concat());
    let rows: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", printed(&output)));
    (output.status.code(), rows.as_array().expect("the value is an array").clone())
}

fn cells(rows: &[Value], column: &str) -> Vec<String> {
    rows.iter().map(|row| row[column].as_str().unwrap_or("-").to_owned()).collect()
}

#[test]
fn every_station_has_a_row_and_the_worst_comes_first() {
    let office = office_with_province();
    let (code, stations) = rows(&office, &[]);
    assert_eq!(code, Some(1));
    assert_eq!(cells(&stations, "station"), ["xa-3", "xa-2", "xa-6", "xa-1", "xa-4", "xa-5"], "{stations:?}");
    assert_eq!(cells(&stations, "state"), ["tampered", "silent", "never-sent", "whole", "whole", "whole"]);
    let days = &stations[1]["silent_days"];
    assert!(*days == 12 || *days == 13, "it depends on the time of day: {}", stations[1]);
    assert_eq!(cells(&stations, "version"), ["loa (mẫu)", "loa (mẫu)", "-", "loa (mẫu)", "loa (mẫu)", "loa (mẫu)"]);
    assert!(stations[5]["contact"].as_str().is_some_and(|contact| contact.ends_with("0261 300 005")));
    let yesterday = (today() - TimeDelta::days(1)).to_string();
    assert!(stations[3]["newest"].as_str().is_some_and(|at| at.starts_with(&yesterday)), "{}", stations[3]);
    // A longer time is allowed.
    let (_, patient) = rows(&office, &["--silent-days", "30"]);
    assert_eq!(cells(&patient, "state"), ["tampered", "never-sent", "whole", "whole", "whole", "whole"]);
    let text = printed(&office.run(&["stations", "store", "--lang", "vi"]));
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[1].contains("xa-3") && lines[1].contains("Phát hiện dữ liệu bị thay đổi"), "{text}");
    assert!(lines[2].contains("im lặng 1") && lines[2].contains("0261 300 002"), "{text}");
    assert!(lines[3].contains("chưa nộp lần nào") && lines[3].contains("chưa ghi đầu mối"), "{text}");
    assert!(text.contains("Sổ có 6 đài; 3 đài cần xem lại."), "{text}");
    let csv = printed(&office.run(&["stations", "store", "--format", "csv", "--lang", "en"]));
    assert_eq!(csv.lines().count(), 7, "{csv}");
    assert!(csv.contains("xa-1,'=Đài mẫu 1,"), "no cell is a formula: {csv}");
}

#[test]
fn the_work_list_names_what_to_do_and_whom_to_call() {
    let office = office_with_province();
    let (code, duties) = rows(&office, &["--todo"]);
    assert_eq!(code, Some(1));
    let expected = [
        ("xa-3", "incident"),
        ("xa-2", "silent"),
        ("xa-6", "never-sent"),
        ("xa-4", "below-target"),
        ("xa-5", "unanswered-note"),
    ];
    let found: Vec<(String, String)> = cells(&duties, "station").into_iter().zip(cells(&duties, "duty")).collect();
    let expected: Vec<(String, String)> =
        expected.iter().map(|(station, duty)| ((*station).to_owned(), (*duty).to_owned())).collect();
    assert_eq!(found, expected, "{duties:?}");
    let text = printed(&office.run(&["stations", "store", "--todo", "--lang", "vi"]));
    assert!(text.starts_with("Việc cần làm của Sở\n"), "{text}");
    for (station, words) in [
        ("xa-3", "Làm rõ với đài: Phát hiện dữ liệu bị thay đổi"),
        ("xa-2", "Hỏi đài vì sao không nộp nhật ký: mới có đến"),
        ("xa-6", "Hỏi đài vì sao chưa nộp nhật ký lần nào"),
        ("xa-4", "dưới chỉ tiêu “Nhiều hơn ở một đài (mẫu)” tuần"),
        ("xa-5", "ghi chú của đài về 1 lượt không phát"),
    ] {
        let line = text.lines().find(|line| line.contains(station)).unwrap_or_else(|| panic!("{station} in {text}"));
        assert!(line.contains(words), "{line}");
        let phone = format!("0261 300 00{}", &station[3..]);
        assert!(line.contains(&phone) || station == "xa-6" && line.contains("chưa ghi đầu mối"), "{line}");
    }
    assert!(text.contains("“=Mất điện cả xã”") && text.contains("5 việc."), "{text}");
    // An answer ends the duty.
    let (from, until) = ((today() - TimeDelta::days(20)).to_string(), today().to_string());
    let report = printed(&office.run(&["report", "store", "--from", &from, "--until", &until, "--lang", "en"]));
    // The work list names the note too, but above the table of explanations.
    let row = report.lines().rfind(|line| line.contains("=Mất điện cả xã")).unwrap_or_else(|| panic!("{report}"));
    let number = row.rsplit(' ').next().unwrap_or_default();
    let answer = office.run(&["answer", "store", "xa-5", number, "--accept"]);
    assert!(answer.status.success(), "{}", printed(&answer));
    let (_, duties) = rows(&office, &["--todo"]);
    assert!(duties.len() == 4 && duties.iter().all(|duty| duty["duty"] != "unanswered-note"), "{duties:?}");
    // An incident of which nobody knows the station comes last.
    simulated_station("xa-9", 2).export(&office.path("unknown"));
    assert_eq!(office.collect(&["unknown"]), one_row("unknown-key", false));
    let (_, duties) = rows(&office, &["--todo"]);
    assert_eq!(duties.len(), 5, "{duties:?}");
    assert!(duties[4]["station"] == "" && duties[4]["duty"] == "incident", "{}", duties[4]);
    // Somebody lowers the target: it is not used, and that is told.
    std::fs::write(office.path("store/targets.toml"), TARGETS.replace("5000", "5")).expect("write the targets");
    let disputed = office.run(&["stations", "store", "--todo", "--lang", "en"]);
    assert!(printed(&disputed).contains("Targets are not considered"), "{}", printed(&disputed));
    assert!(!printed(&disputed).contains("below the target"), "{}", printed(&disputed));
}

#[test]
fn a_department_without_work_has_an_empty_list() {
    let office = Office::new();
    let station = SimulatedStation::begin("xa-1", "Đài mẫu", today() - TimeDelta::days(3), 11).days(3);
    office.enrol(&station);
    station.export(&office.path("stick"));
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    assert_eq!(rows(&office, &[]).0, Some(0));
    assert_eq!(rows(&office, &["--todo"]), (Some(0), Vec::new()));
    let text = printed(&office.run(&["stations", "store", "--todo", "--lang", "vi"]));
    assert_eq!(text, "Việc cần làm của Sở\nKhông có việc nào.\n");
}
