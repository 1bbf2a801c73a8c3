//! What the department has settled or taken back.
use super::who_is_who::station_from;
use super::*;

fn report(office: &Office) -> (Option<i32>, String) {
    let output = office.run(&["report", "store", "--from", "2023-01-01", "--until", "2023-02-28", "--lang", "en"]);
    (output.status.code(), printed(&output))
}

/// Settles all incidents of the journal that are not settled yet.
fn settle_all(office: &Office) {
    let journal = office.python_journal(&[]).unwrap_or_else(|text| panic!("{text}"));
    for incident in journal["incidents"].as_array().expect("the value is an array") {
        let number = incident[0].to_string();
        let answer = ["answer", "store", "--incident", &number, "--settled", "--text", "Máy dự phòng, đã cất"];
        let output = office.run(&answer);
        assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    }
}

#[test]
fn two_logs_at_once_are_no_alarm_after_the_answer_until_the_facts_change() {
    let office = Office::new();
    let (first, second) = (simulated_station("xa-1", 20), station_from("xa-1", "Đài mẫu (hư cấu)", 11, 20));
    office.enrol(&first);
    let enrolment = office.run(&["enrol", &second.vkey(), "--store", "store", "--yes", "--second-log"]);
    assert!(enrolment.status.success(), "{}", printed(&enrolment));
    first.export(&office.path("sticks/a"));
    second.export(&office.path("sticks/b"));
    office.collect(&["sticks"]);
    let (code, text) = report(&office);
    assert!(code == Some(1) && text.contains("10 days with both"), "{text}");
    let collect = || {
        let output = office.run(&["collect", "sticks", "--into", "store", "--silent-days", "60000", "--lang", "en"]);
        (output.status.code(), printed(&output))
    };
    let (code, text) = collect();
    assert!(code == Some(1) && text.contains("TWO LOGS AT ONCE"), "{text}");
    settle_all(&office);
    let (code, text) = report(&office);
    assert!(code == Some(0) && !text.contains("10 days with both"), "{text}");
    let (code, text) = collect();
    assert!(code == Some(0) && !text.contains("TWO LOGS AT ONCE"), "{text}");
    let stations = printed(&office.run(&["stations", "store", "--format", "csv", "--silent-days", "60000"]));
    assert!(stations.contains(",whole,"), "{stations}");
    // Both run on: that is something new.
    let (first, second) = (first.days(2), second.days(2));
    std::fs::remove_dir_all(office.path("sticks")).expect("delete the folder");
    first.export(&office.path("sticks/a"));
    second.export(&office.path("sticks/b"));
    let (code, text) = collect();
    assert!(code == Some(1) && text.contains("TWO LOGS AT ONCE"), "{text}");
    let (code, text) = report(&office);
    assert!(code == Some(1) && text.contains("12 days with both"), "{text}");
}

#[test]
fn answers_are_listed_while_a_collection_runs_and_a_fault_is_told_once() {
    let office = Office::new();
    let station = simulated_station("xa-1", 1);
    office.enrol(&station);
    station.export(&office.path("stick"));
    office.collect(&["stick"]);
    let lock = std::fs::File::open(office.path("store/lock")).expect("open the file");
    lock.lock().expect("take the lock");
    let list = office.run(&["answer", "store", "--list", "--lang", "en"]);
    assert!(list.status.success() && printed(&list).contains("no answers yet"), "{}", printed(&list));
    lock.unlock().expect("release the lock");
    std::fs::write(office.path("store/department/head"), b"rubbish").expect("write the file");
    let list = printed(&office.run(&["answer", "store", "--list", "--lang", "en"]));
    assert_eq!(list.matches("JOURNAL:").count(), 1, "{list}");
}

#[test]
fn a_file_of_stated_rows_is_taken_back_and_the_journal_keeps_that() {
    let office = Office::new();
    let station = simulated_station("xa-1", 1);
    office.enrol(&station);
    station.export(&office.path("stick"));
    office.collect(&["stick"]);
    let rows = "date,addressee,title,campaign,topic,language,minutes,airings,link\n20/1/2023,Báo Mẫu (hư cấu),Tin mẫu,giam-ngheo-2023,5,vi,12,2,\n";
    std::fs::write(office.path("bao.csv"), rows).expect("write the file");
    let added = printed(&office.run(&["stated", "add", "bao.csv", "--store", "store", "--lang", "en"]));
    let name = format!("stated/{}.csv", loa::base::hash::sha256_hex(rows.as_bytes()));
    assert!(added.contains(&name) && office.path("store").join(&name).exists(), "{added}");
    assert!(report(&office).1.contains("Báo Mẫu"));
    let wrong = office.run(&["stated", "remove", "../registry.toml", "--store", "store", "--lang", "en"]);
    assert!(wrong.status.code() == Some(1) && printed(&wrong).contains(&name), "{}", printed(&wrong));
    let removed = office.run(&["stated", "remove", &name, "--store", "store", "--lang", "en"]);
    assert_eq!(removed.status.code(), Some(0), "{}", printed(&removed));
    assert!(!office.path("store").join(&name).exists());
    let (code, text) = report(&office);
    assert!(code == Some(0) && !text.contains("Báo Mẫu") && !text.contains("Not counted"), "{text}");
    let journal = std::fs::read_to_string(office.path("store/department/entries/000000.jsonl")).expect("read the file");
    assert!(journal.contains("\"type\":\"stated-removed\"") && journal.contains("\"type\":\"stated\""), "{journal}");
    // The same file can come again.
    assert!(office.run(&["stated", "add", "bao.csv", "--store", "store"]).status.success());
    assert!(report(&office).1.contains("Báo Mẫu"));
    office.python_journal(&[]).unwrap_or_else(|text| panic!("{text}"));
}
