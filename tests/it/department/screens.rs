//! The report on a terminal, in a pipe, and as a document.
use std::process::Command;

use super::*;

/// A department with the collected log of one station with a long name, and a signer and a symbol in its registry.
fn office_with_report() -> Office {
    let office = Office::new();
    let station = simulated_station("xa-1", 9);
    let key = station.vkey();
    let name = "Đài Truyền thanh xã Đắk R'Măng, huyện Đắk Glong (hư cấu)";
    let enrolment = office.run(&["enrol", &key, "--store", "store", "--yes", "--name", name]);
    assert!(enrolment.status.success(), "{}", printed(&enrolment));
    let registry = std::fs::read_to_string(office.path("store/registry.toml")).expect("read the registry");
    let department = "[department]\nagency = \"SỞ MẪU (HƯ CẤU)\"\nsymbol = \"SM\"\nsigner = \"GIÁM ĐỐC\"\n\n";
    std::fs::write(office.path("store/registry.toml"), format!("{department}{registry}")).expect("write the registry");
    let acceptance = office.run(&["enrol", "--accept", "--store", "store", "--yes"]);
    assert!(acceptance.status.success(), "{}", printed(&acceptance));
    station.export(&office.path("stick"));
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    office
}

const RANGE: [&str; 6] = ["report", "store", "--from", "2023-01-01", "--until", "2023-01-09"];

/// Runs a command of loa on a terminal of this width, and returns what it prints.
fn on_terminal(office: &Office, columns: usize, arguments: &str) -> String {
    let command = format!("stty cols {columns}; {} {arguments}", env!("CARGO_BIN_EXE_loa"));
    let home = office.0.path();
    let mut script = Command::new("script");
    script.args(["-qec", &command, "/dev/null"]).current_dir(home);
    script.env("HOME", home).env("XDG_STATE_HOME", home.join("state")).env("XDG_RUNTIME_DIR", home);
    let output = script.output().expect("script runs");
    String::from_utf8_lossy(&output.stdout).replace('\r', "")
}

#[test]
fn no_table_is_wider_than_the_terminal_and_a_pipe_gets_all_columns() {
    let office = office_with_report();
    let piped = printed(&office.run(&[&RANGE[..], &["--lang", "vi"]].concat()));
    let widest = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    let headings = piped.lines().find(|line| line.starts_with("Chủ đề ")).expect("find the table by topic");
    assert!(headings.contains("Trễ: một nửa") && widest(headings) > 120, "{piped}");
    for columns in [80, 100] {
        let text = on_terminal(&office, columns, &format!("{} --lang vi", RANGE.join(" ")));
        // Sentences are wrapped by the terminal itself; every line of a table has several blanks in a row.
        let table_lines: Vec<&str> = text.lines().filter(|line| line.trim().contains("   ")).collect();
        assert!(table_lines.len() > 10, "{text}");
        assert!(table_lines.iter().all(|line| line.chars().count() <= columns), "{columns}: {text}");
        assert!(text.contains("cột; xem đủ"), "the table says what it leaves out: {text}");
        assert!(text.contains("phát trọn") && text.contains("Glong"), "{text}");
    }
}

#[test]
fn the_report_is_written_as_docx() {
    let office = office_with_report();
    let output = office.run(&[&RANGE[..], &["--output", "b.docx", "--lang", "vi"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    let bytes = std::fs::read(office.path("b.docx")).expect("read the report");
    assert!(bytes.starts_with(b"PK"), "the extension selects the format");
    let text = crate::paper::docx::document_xml(&bytes);
    for part in ["GIÁM ĐỐC", "/BC-SM", "SỞ MẪU (HƯ CẤU)", "Kiến nghị, đề xuất"] {
        assert!(text.contains(part), "{part}");
    }
    let again = office.run(&[&RANGE[..], &["--format", "docx", "--output", "c.docx", "--lang", "vi"]].concat());
    assert_eq!(again.status.code(), Some(0), "{}", printed(&again));
    assert!(std::fs::read(office.path("c.docx")).is_ok_and(|other| other == bytes), "the same report, the same bytes");
    let on_screen = office.run(&[&RANGE[..], &["--format", "docx", "--lang", "en"]].concat());
    assert_eq!(on_screen.status.code(), Some(2), "a DOCX is no text for a terminal: {}", printed(&on_screen));
}
