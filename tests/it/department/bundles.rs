//! Proof bundles, and receipts and verdicts from a store.
mod attacks;

use std::collections::BTreeMap;
use std::process::Command;

use loa::department::bundle::archive::write_zip;

use super::*;
use crate::foreign::python_program;

/// The files of a bundle.
type Files = BTreeMap<String, Vec<u8>>;

/// A department that has collected two stations of three days each, with contacts in its registry.
fn office_with_two_stations() -> Office {
    let office = Office::new();
    for (id, name, contact) in [("xa-1", "Đài xã Đắk N'Drung", "0912345678"), ("xa-2", "Đài xã Thuận An", "0987654321")]
    {
        let station = simulated_station(id, 3);
        let place = "24718 Đắk N'Drung / 665 Đắk Song / 67 Đắk Nông";
        let enrolment = ["enrol", &station.vkey(), "--store", "store", "--yes", "--name", name, "--place", place];
        let contacts = ["--post", "Văn phòng mật", "--phone", contact, "--mail", "mat@xa.gov.vn"];
        let output = office.run(&[&enrolment[..], &contacts].concat());
        assert!(output.status.success(), "{}", printed(&output));
        station.export(&office.path(&format!("stick-{id}")));
        assert_eq!(office.collect(&[&format!("stick-{id}")]), one_row("whole", true));
    }
    office
}

fn bundle(office: &Office, arguments: &[&str]) -> (Option<i32>, String) {
    let output = office.run(&[&["bundle", "store"], arguments, &["--lang", "en"]].concat());
    (output.status.code(), printed(&output))
}

/// Makes a bundle of one day of a station; 16 airings.
fn one_day(office: &Office, output: &str) {
    let (code, said) = bundle(office, &["xa-1", "--from", "2023-01-02", "--until", "2023-01-02", "--output", output]);
    assert_eq!(code, Some(0), "{said}");
}

fn verify(office: &Office, arguments: &[&str]) -> (Option<i32>, String) {
    let output = office.run(&[&["verify"], arguments, &["--lang", "en"]].concat());
    (output.status.code(), printed(&output))
}

/// Runs a bundle's own check.py, as an outsider would: with nothing but the standard library.
fn python_check(office: &Office, script_folder: &str, arguments: &[&str]) -> (bool, String) {
    let script = office.path(script_folder).join("check.py");
    let mut command = Command::new("python3");
    let output = command.args(["-I", "-S"]).arg(script).args(arguments).current_dir(office.path(".")).output();
    let output = output.expect("python3 starts");
    (output.status.success(), printed(&output))
}

fn foreign(office: &Office, arguments: &[&str]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign/bundle.py");
    let mut command = Command::new(python_program());
    let output = command.arg(script).args(arguments).current_dir(office.path(".")).output().expect("python starts");
    assert!(output.status.success(), "{}", printed(&output));
    printed(&output)
}

fn department_key(office: &Office) -> String {
    let output = office.run(&["key", "show", "--witness"]);
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn files_in(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for below in ["", "receipts", "keys", "heads"] {
        for entry in std::fs::read_dir(folder.join(below)).into_iter().flatten().flatten() {
            if entry.path().is_file() {
                let name = entry.file_name().to_string_lossy().into_owned();
                let path = if below.is_empty() { name } else { format!("{below}/{name}") };
                files.insert(path, std::fs::read(entry.path()).expect("read the file"));
            }
        }
    }
    files
}

fn write_files(folder: &Path, files: &BTreeMap<String, Vec<u8>>) {
    for (path, bytes) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("the file is in a folder")).expect("make the folder");
        std::fs::write(path, bytes).expect("write the file");
    }
}

#[test]
fn outsiders_check_a_bundle_with_three_programs() {
    let office = office_with_two_stations();
    one_day(&office, "bundle");
    one_day(&office, "bundle.zip");
    let key = department_key(&office);
    for path in ["bundle", "bundle.zip"] {
        let (code, said) = verify(&office, &[path, "--witness-key", &key]);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.starts_with("Verified, the bundle is whole: 16 airings, 02/01/2023 to 02/01/2023"), "{said}");
        let first = said.lines().nth(1).unwrap_or_default();
        assert!(
            first.starts_with("1. Đài xã Đắk N'Drung (Đắk N'Drung, Đắk Song, Đắk Nông), 02/01/2023 at 05:15:00, “Nhạc hiệu”: proved: the station's sound device took 12.0 of 12.0 s")
                && first.contains("which was synchronised")
                && first.contains("the department countersigned this entry no later than"),
            "{first}"
        );
        assert!(
            said.contains("The department's key is the one that was given") && said.contains("is not \"heard\""),
            "{said}"
        );
        let (is_good, said) = python_check(&office, "bundle", &[path, "--department", &key]);
        assert!(is_good && said.contains("16: OK") && said.contains("OK 16 airings, 0 planned ones"), "{said}");
    }
    assert!(python_check(&office, "bundle", &[]).0, "the script finds its own folder");
    let sums = Command::new("sha256sum")
        .args(["--check", "--quiet", "SHA256SUMS"])
        .current_dir(office.path("bundle"))
        .status();
    assert!(sums.expect("sha256sum starts").success());
    assert_eq!(foreign(&office, &["--ed25519", "bundle"]), "OK\n");
    // What an independent program reads in the receipts is what the store says about the day.
    let said: Value = serde_json::from_str(&foreign(&office, &["bundle.zip", &key])).expect("parse the JSON");
    let day = office.run(&["reconcile", "store", "xa-1", "--date", "2023-01-02", "--format", "json"]);
    let day: Value = serde_json::from_slice(&day.stdout).expect("parse the JSON");
    let expected: Vec<Value> = day["planned"]
        .as_array()
        .expect("the value is an array")
        .iter()
        .map(|airing| {
            serde_json::json!([
                "xa-1",
                airing["entry"],
                airing["id"],
                airing["title"],
                airing["result"],
                airing["played_ms"]
            ])
        })
        .collect();
    let mut receipts: Vec<Value> = said
        .as_array()
        .expect("the value is an array")
        .iter()
        .map(|row| Value::from(row.as_array().expect("the value is an array")[..6].to_vec()))
        .collect();
    receipts.sort_by_key(|row| row[1].as_u64());
    let mut expected = expected;
    expected.sort_by_key(|row| row[1].as_u64());
    assert_eq!(receipts, expected);
    assert!(
        said.as_array().expect("the value is an array").iter().all(|row| row[6] == 1),
        "all are countersigned: {said}"
    );
}

#[test]
fn the_same_store_gives_the_same_bytes_and_nothing_of_the_registry_but_names_and_places() {
    let office = office_with_two_stations();
    one_day(&office, "a.zip");
    assert!(office.run(&["index", "store", "--rebuild"]).status.success());
    one_day(&office, "b.zip");
    assert_eq!(
        std::fs::read(office.path("a.zip")).expect("read the file"),
        std::fs::read(office.path("b.zip")).expect("read the file")
    );
    one_day(&office, "bundle");
    let files = files_in(&office.path("bundle"));
    assert_eq!(write_zip(&files).expect("pack the files"), std::fs::read(office.path("a.zip")).expect("read the file"));
    let mut all_text = String::new();
    for (path, bytes) in &files {
        match path.ends_with(".pdf") {
            true => {
                let pdf =
                    Command::new("pdftotext").args(["-layout", path, "-"]).current_dir(office.path("bundle")).output();
                all_text.push_str(&printed(&pdf.expect("pdftotext starts: see packaging/needs.sh")));
            }
            false => all_text.push_str(&String::from_utf8_lossy(bytes)),
        }
    }
    for secret in ["Văn phòng mật", "0912345678", "0987654321", "mat@xa.gov.vn", "enrolled-at", "contact", "Thuận An"]
    {
        assert!(!all_text.contains(secret), "{secret}");
    }
    let page = Command::new("pdftotext")
        .args(["-layout", "receipts/00003.pdf", "-"])
        .current_dir(office.path("bundle"))
        .output();
    let page = printed(&page.expect("pdftotext starts: see packaging/needs.sh"));
    let list = String::from_utf8_lossy(&files["list.csv"]).into_owned();
    let third = list.lines().nth(3).unwrap_or_default();
    for text in ["Đài xã Đắk N'Drung (xa-1)", "Năm nay xã làm gì để giảm nghèo", "410.0", "receipts/00003.tlog-proof"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    let head_code = third.rsplit(',').nth(1).unwrap_or_default();
    assert!(head_code.len() == 19 && page.contains(head_code), "{head_code}: {page}");
    assert!(page.contains(&format!("{:064x}", 410_000)), "the recording's digest is on one line: {page}");
    assert!(!page.contains("Page 2") && page.contains("Page 1 of 1"), "{page}");
    for (name, heading) in
        [("cach-kiem-tra.html", "Cách kiểm tra bộ bằng chứng này"), ("how-to-check.html", "How to check this bundle")]
    {
        let html = String::from_utf8_lossy(&files[name]).into_owned();
        assert!(html.contains(heading) && html.contains("loa verify receipts/00001.tlog-proof --key"), "{html}");
        // A page in the bundle must not name the key that the reader is to trust.
        assert!(!html.contains(&department_key(&office)), "{html}");
        assert!(html.contains("--department &#39;KH") || html.contains("--department 'K"), "{html}");
    }
}

#[test]
fn airings_are_chosen_by_station_dates_topic_and_id() {
    let office = office_with_two_stations();
    let count = |output: &str| {
        let list = String::from_utf8(files_in(&office.path(output))["list.csv"].clone()).expect("the text is UTF-8");
        list.lines().count() - 1
    };
    let days = ["--from", "2023-01-01", "--until", "2023-01-03"];
    let (code, said) =
        bundle(&office, &[&days[..], &["--campaign", "giam-ngheo-2023", "--topic", "3", "--output", "topic"]].concat());
    assert!(code == Some(0) && count("topic") == 12, "two stations, three days, two sessions: {said}");
    let (code, said) = bundle(&office, &[&["thuan an"], &days[..], &["--output", "named"]].concat());
    assert!(code == Some(0) && count("named") == 48 && said.contains("fingerprint"), "{said}");
    let (code, said) = bundle(&office, &["--airing", "sang@2023-01-02T05:15:00#3", "--output", "one"]);
    assert!(code == Some(0) && count("one") == 2, "{said}");
    let (code, said) = bundle(&office, &["xa-1", "--airing", "sang@2023-01-02T05:15:00#3", "--output", "one.zip"]);
    assert!(code == Some(0), "{said}");
    let (code, said) = bundle(&office, &[&days[..], &["--output", "all"]].concat());
    assert!(
        code == Some(0) && count("all") == 96 && files_in(&office.path("all")).contains_key("receipts/00096.pdf"),
        "{said}"
    );
    for (arguments, code, expected) in [
        (&["xa-9", "--output", "x"][..], 1, "no station with the id or the name \"xa-9\""),
        (&["dai", "--output", "x"], 1, "fits several stations; use an id: xa-1, xa-2"),
        (
            &["--from", "2020-01-01", "--until", "2020-01-02", "--output", "x"],
            1,
            "No airing in the collected logs matches",
        ),
        (&["--from", "2023-01-03", "--until", "2023-01-01", "--output", "x"], 2, "period"),
        (&["--topic", "3", "--output", "x"], 2, "--topic needs --campaign"),
        (&["--from", "2023-01-01", "--until", "2023-01-03", "--output", "all"], 1, "all is not empty"),
    ] {
        let (exit_code, said) = bundle(&office, arguments);
        assert!(exit_code == Some(code) && said.contains(expected), "{arguments:?}: {exit_code:?} {said}");
        assert!(!office.path("x").exists(), "{arguments:?} writes nothing");
    }
}

#[test]
fn notes_go_into_a_bundle_only_when_wanted_and_without_contacts() {
    let office = Office::new();
    let miss = |outcome: &mut loa::airlog::entry::OutcomeEntry| {
        if outcome.labels.segment.as_str() == "lam-an" {
            (outcome.result, outcome.reason) =
                (loa::airlog::entry::Outcome::Missed, Some(loa::airlog::entry::Reason::PowerOff));
            (outcome.played_ms, outcome.level, outcome.late_us) = (0, 0, None);
            (outcome.device, outcome.rate, outcome.volume, outcome.sha256) = (None, 0, None, None);
        }
    };
    let station = simulated_station("xa-1", 1).day_with(miss).days(1);
    let station = station.noted("sang@2023-01-02T05:15:00#5", "=Mất điện, hỏi 0912 345 678 hay a@b.vn");
    office.enrol(&station);
    station.export(&office.path("stick"));
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    one_day(&office, "without");
    assert!(!files_in(&office.path("without")).contains_key("notes.csv"));
    let day = ["xa-1", "--from", "2023-01-02", "--until", "2023-01-02", "--with-notes", "--output", "with"];
    let (code, said) = bundle(&office, &day);
    assert_eq!(code, Some(0), "{said}");
    let files = files_in(&office.path("with"));
    let notes = String::from_utf8_lossy(&files["notes.csv"]).into_owned();
    assert!(notes.contains("'=Mất điện, hỏi […] hay […]") && notes.contains("sang@2023-01-02T05:15:00#5"), "{notes}");
    assert!(files.values().all(|bytes| !String::from_utf8_lossy(bytes).contains("345 678")));
    let (code, said) = verify(&office, &["with"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("5. ") && said.contains("proved: the station logged it as missed (power off)"), "{said}");
}

#[test]
fn receipts_and_verdicts_come_from_a_store() {
    let office = office_with_two_stations();
    let receipt = |arguments: &[&str]| {
        let output = office.run(&[&["receipt", "store"], arguments, &["--lang", "en"]].concat());
        (output.status.code(), printed(&output))
    };
    let id = "sang@2023-01-02T05:15:00#3";
    let (code, said) = receipt(&[id]);
    assert!(code == Some(1) && said.contains("Several airings fit") && said.contains("xa-2"), "{said}");
    let (code, text) = receipt(&[id, "--station", "xa-1"]);
    assert!(code == Some(0) && text.starts_with("c2sp.org/tlog-proof@v1\n"), "{text}");
    assert_eq!(
        receipt(&["--station", "Đài xã Đắk N'Drung", "--date", "2/1/2023", "--title", "nam nay xa"]).0,
        Some(1),
        "morning and evening"
    );
    let by_number =
        text.lines().find_map(|line| line.strip_prefix("index ")).expect("the receipt has an index").to_owned();
    assert_eq!(receipt(&[&by_number, "--station", "drung"]), (Some(0), text.clone()));
    let (code, said) = receipt(&["--station", "xa-1", "--date", "2/1/2023", "--title", "Năm nay", "--to", "x"]);
    assert!(
        code == Some(1) && said.contains("sang@2023-01-02T05:15:00#3") && said.contains("chieu@2023-01-02"),
        "{said}"
    );
    for (arguments, code, expected) in [
        (&[][..], 2, "Which airing?"),
        (&["--station", "xa-1"], 2, "Which airing?"),
        (&["sang@2023-01-09T05:15:00#3"], 1, "No airing in the collected logs fits"),
        (&[id, "--station", "xa-9"], 1, "no station"),
    ] {
        let (exit_code, said) = receipt(arguments);
        assert!(exit_code == Some(code) && said.contains(expected), "{arguments:?}: {exit_code:?} {said}");
    }
    std::fs::write(office.path("receipt"), &text).expect("write the file");
    let (code, said) = verify(
        &office,
        &["receipt", "--key", &simulated_key(&office, "xa-1"), "--witness-key", &department_key(&office)],
    );
    assert!(code == Some(0) && said.contains("countersignature"), "{said}");
    let (code, said) = verify(&office, &["store", "--station", "xa-1", "--airing", id]);
    assert!(
        code == Some(0) && said.contains("the airing log of xa-1") && said.contains(id) && said.contains("Not after"),
        "{said}"
    );
    let (code, said) = verify(&office, &["store", "--station", "thuan an"]);
    assert!(code == Some(0) && said.contains("the airing log of xa-2") && !said.contains("No key was given"), "{said}");
    let (code, said) = verify(&office, &["stick-xa-1", "--station", "xa-1"]);
    assert!(code == Some(2) && said.contains("are for a department's store"), "{said}");
    let (code, said) = verify(&office, &["store"]);
    assert!(code == Some(1) && said.contains("is not a log, but contains these"), "{said}");
}

/// The enrolled key of a station's log.
fn simulated_key(office: &Office, station: &str) -> String {
    let registry = std::fs::read_to_string(office.path("store/registry.toml")).expect("read the file");
    let prefix = format!("key = \"loa/{station}/");
    let line = registry.lines().find(|line| line.starts_with(&prefix)).expect("find the key");
    line.trim_start_matches("key = ").trim_matches('"').to_owned()
}
