//! The page of `loa log` shows the log as the station signed it, or says that the log was changed. `loa verify` and
//! `loa collect` report signed but implausible entries.
use std::path::Path;
use std::process::Output;

use loa::airlog::storage::MemoryStorage;
use loa::proof::checkpoint::Checkpoint;
use loa::proof::note::{NoteSigner, SignatureType};
use loa::proof::origin::{derive_origin, epoch_key_name};
use serde_json::{Map, Value};

use crate::program;
use crate::station::Station;
use crate::tamper::{root, signer};

const PLAYLIST: &str = "[[segment]]\nid = \"a\"\ntitle = \"=1+1 Bản tin\"\nfile = \"s-120.mp3\"\n\n\
                   [[session]]\nid = \"sang\"\nat = [\"05:15\"]\nplay = [\"a\", \"a\"]\n";

fn honest_station() -> Station {
    Station::new("2023-03-20T03:00:00").playlist(PLAYLIST).run_for(2 * 86_400)
}

/// Writes the contents of a disk to the folder `airlog` in `folder`.
pub fn write_airlog(disk: &MemoryStorage, folder: &Path) {
    for name in disk.names() {
        let path = folder.join("airlog").join(&name);
        std::fs::create_dir_all(path.parent().expect("the path has a parent")).expect("make the folder");
        std::fs::write(path, disk.bytes(&name)).expect("write the file");
    }
}

fn run_loa(folder: &Path, arguments: &[&str]) -> Output {
    program::loa(folder).args(arguments).current_dir(folder).output().expect("the program starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("the text is UTF-8")
}

fn parse_json(output: &Output) -> Vec<Map<String, Value>> {
    serde_json::from_slice(&output.stdout).expect("parse the JSON")
}

/// Changes the lines of a log and signs the result, as a station that was fed false values would. Returns the disk and
/// the log's key.
pub fn change_and_sign(disk: &MemoryStorage, change: impl Fn(&mut String)) -> (MemoryStorage, String) {
    let plain_signer = |byte| NoteSigner::new("x", SignatureType::Plain, &[byte; 32]).expect("the key name is valid");
    let origin = derive_origin("loa", "mau", plain_signer(7).public().bytes(), plain_signer(8).public().bytes());
    let (log_signer, epoch_signer) = (signer(&origin, 7), signer(&epoch_key_name(&origin, 0), 8));
    let text = String::from_utf8(disk.bytes("log.jsonl")).expect("the text is UTF-8");
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for line in text.lines().filter(|line| !line.contains("\"type\":\"epoch\"")) {
        let remainder = line.split_once(",\"type\"").expect("find the type key").1;
        let mut line = format!("{{\"v\":1,\"seq\":{},\"type\"{remainder}", lines.len());
        if lines.is_empty() {
            for (key, value) in [
                ("origin", origin.clone()),
                ("key", log_signer.public().to_string()),
                ("epoch_key", epoch_signer.public().to_string()),
            ] {
                let (prefix, remainder) =
                    line.split_once(&format!("\"{key}\":\"")).expect("find the key in the genesis entry");
                line = format!(
                    "{prefix}\"{key}\":\"{value}\"{}",
                    remainder.split_once('"').expect("find the end of the value").1
                );
            }
        }
        change(&mut line);
        lines.push(line.into_bytes());
    }
    let head =
        Checkpoint { origin, size: lines.len() as u64, root: root(&lines) }.sign_with(&[&log_signer, &epoch_signer]);
    let mut changed_disk = MemoryStorage::default();
    use loa::airlog::storage::Storage;
    for name in disk.names().iter().filter(|name| name.starts_with("kept/")) {
        changed_disk.replace(name, &disk.bytes(name)).expect("in-memory storage never fails");
    }
    let lines: Vec<u8> = lines.into_iter().flat_map(|line| line.into_iter().chain([b'\n'])).collect();
    changed_disk.replace("log.jsonl", &lines).expect("in-memory storage never fails");
    changed_disk.replace("checkpoint", head.to_string().as_bytes()).expect("in-memory storage never fails");
    (changed_disk, log_signer.public().to_string())
}

#[test]
fn a_page_of_changed_or_unsigned_lines_begins_with_a_warning_and_has_no_head_code() {
    let station = honest_station();
    let text = String::from_utf8(station.disk().bytes("log.jsonl")).expect("the text is UTF-8");
    let last_seq = text.lines().count() - 1;
    let unsigned_line = text
        .lines()
        .last()
        .expect("find an entry")
        .replace(&format!("\"seq\":{last_seq}"), &format!("\"seq\":{}", last_seq + 1));
    let shortened: String = text.lines().take(last_seq).map(|line| format!("{line}\n")).collect();
    let edited_texts = [
        text.replace("\"result\":\"aired\"", "\"result\":\"missed\""),
        text.replace("s-120.mp3", "s-121.mp3"),
        text.replace("\"late_us\":0,", "\"late_us\":9000000000000000000,"),
        text.replace("\"late_us\":0,", "\"late_us\":-9000000000000000000,"),
        shortened,
        format!("{text}{unsigned_line}\n"),
        format!("{text}{{\"v\":1,"),
    ];
    let folder = tempfile::tempdir().expect("make a temporary folder");
    write_airlog(station.disk(), folder.path());
    let page = run_loa(folder.path(), &["log", ".", "--lang", "en"]);
    assert!(page.status.success() && stdout(&page).contains("Head code at the end of the day"), "{}", stdout(&page));
    for edited_text in edited_texts {
        assert_ne!(edited_text, text);
        std::fs::write(folder.path().join("airlog/log.jsonl"), &edited_text).expect("write the file");
        for (lang, page_start) in [("en", "NOT WHOLE: "), ("vi", "PHÁT HIỆN DỮ LIỆU BỊ THAY ĐỔI: ")] {
            let page = run_loa(folder.path(), &["log", ".", "--lang", lang]);
            assert_eq!(page.status.code(), Some(1));
            assert!(stdout(&page).starts_with(page_start), "{}", stdout(&page));
            assert!(!stdout(&page).contains("Head code") && !stdout(&page).contains("Mã nhật ký"), "{}", stdout(&page));
        }
        for format in ["json", "csv"] {
            let rows = run_loa(folder.path(), &["log", ".", "--lang", "en", "--format", format]);
            assert_eq!(rows.status.code(), Some(1));
            assert!(String::from_utf8_lossy(&rows.stderr).starts_with("NOT WHOLE: "));
        }
    }
}

#[test]
fn json_has_every_key_of_an_entry_even_keys_of_a_newer_program() {
    let (disk, _) = change_and_sign(honest_station().disk(), |line| {
        if line.contains("\"type\":\"outcome\"") {
            line.insert_str(line.len() - 1, ",\"newer_key\":{\"a\":7}");
        }
    });
    let folder = tempfile::tempdir().expect("make a temporary folder");
    write_airlog(&disk, folder.path());
    let text = String::from_utf8(disk.bytes("log.jsonl")).expect("the text is UTF-8");
    let entries: Vec<Map<String, Value>> =
        text.lines().map(|line| serde_json::from_str(line).expect("parse the JSON")).collect();
    let outcomes: Vec<_> = entries.iter().filter(|entry| entry["type"] == "outcome").cloned().collect();
    assert!(outcomes.len() == 4 && outcomes[0].contains_key("drift_us") && outcomes[0]["newer_key"]["a"] == 7);
    assert_eq!(parse_json(&run_loa(folder.path(), &["log", ".", "--format", "json"])), outcomes);
    let all_entries = run_loa(folder.path(), &["log", ".", "--format", "json", "--all"]);
    assert!(all_entries.status.success());
    assert_eq!(parse_json(&all_entries), entries, "entries of all kinds");
}

#[test]
fn csv_has_a_column_for_every_key_and_no_cell_is_a_formula() {
    let (disk, _) = change_and_sign(honest_station().disk(), |line| {
        *line = line.replace("\"language\":\"vi\"", "\"language\":\"＝HYPERLINK\\u0007(x)\",\"newer_key\":7");
    });
    let folder = tempfile::tempdir().expect("make a temporary folder");
    write_airlog(&disk, folder.path());
    let table = run_loa(folder.path(), &["log", ".", "--format", "csv"]);
    let mut reader = csv::Reader::from_reader(table.stdout.as_slice());
    let headers = reader.headers().expect("read the header").clone();
    let text = String::from_utf8(disk.bytes("log.jsonl")).expect("the text is UTF-8");
    let outcome: Map<String, Value> = text
        .lines()
        .map(|line| serde_json::from_str::<Map<String, Value>>(line).expect("parse the JSON"))
        .find(|entry| entry["type"] == "outcome")
        .expect("find an outcome");
    for key in outcome.keys().filter(|key| *key != "v" && *key != "clock") {
        assert!(headers.iter().any(|header| header == key), "{key}");
    }
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("read the row")).collect();
    let cell = |name: &str| &rows[0][headers.iter().position(|header| header == name).expect(name)];
    assert_eq!((cell("title"), cell("language")), ("'=1+1 Bản tin", "'＝HYPERLINK(x)"));
    assert_eq!((cell("newer_key"), cell("clock_synchronised"), cell("drift_us")), ("7", "true", "0"));
    assert!(cell("late_us").parse::<i64>().is_ok(), "numbers stay numbers");
}

#[test]
fn the_page_marks_airings_timed_by_an_unsynchronised_clock_with_an_asterisk() {
    let folder = tempfile::tempdir().expect("make a temporary folder");
    let station = Station::new("2023-03-20T03:00:00").unsynchronised().playlist(PLAYLIST).run_for(86_400);
    write_airlog(station.disk(), folder.path());
    let page = stdout(&run_loa(folder.path(), &["log", ".", "--lang", "en"]));
    assert!(page.contains("05:15:00*") && page.contains("* 2 airings timed by the computer's clock"), "{page}");
    let verification = run_loa(folder.path(), &["verify", ".", "--lang", "en"]);
    assert!(verification.status.success());
    assert!(
        stdout(&verification).contains("2 of 2 airings that were played were timed by a clock that nobody vouched for")
    );
    let synchronised_folder = tempfile::tempdir().expect("make a temporary folder");
    write_airlog(honest_station().disk(), synchronised_folder.path());
    let page = stdout(&run_loa(synchronised_folder.path(), &["log", ".", "--lang", "en"]));
    assert!(!page.contains('*'), "{page}");
}

#[test]
fn verify_and_collect_report_a_signed_but_implausible_airing() {
    let shorten_airing = |line: &mut String| {
        if line.contains("\"type\":\"outcome\"") && line.contains("sang@2023-03-20T05:15:00#1") {
            *line =
                line.replace("\"boottime_us\":8220", "\"boottime_us\":8124").replace("T05:17:00.000", "T05:15:24.000");
        }
    };
    let honest = honest_station();
    let (disk, key) = change_and_sign(honest.disk(), shorten_airing);
    assert_ne!(disk.bytes("log.jsonl"), change_and_sign(honest.disk(), |_| ()).0.bytes("log.jsonl"));
    let folder = tempfile::tempdir().expect("make a temporary folder");
    write_airlog(&disk, folder.path());
    let verification = run_loa(folder.path(), &["verify", ".", "--lang", "en", "--key", &key]);
    assert_eq!(verification.status.code(), Some(1));
    let text = stdout(&verification);
    assert!(
        text.starts_with("Verified, whole") && text.contains("IMPLAUSIBLE: the log is as the station wrote it"),
        "{text}"
    );
    assert!(
        text.contains(
            "airing sang@2023-03-20T05:15:00#1: it says that 120000 ms were played, but only 24000 ms had passed"
        ),
        "{text}"
    );
    let verification = run_loa(folder.path(), &["verify", ".", "--format", "json"]);
    let verification: Value = serde_json::from_slice(&verification.stdout).expect("parse the JSON");
    assert!(verification["whole"] == true && verification["plausibility"]["plausible"] == false);
    assert_eq!(verification["plausibility"]["findings"][0]["code"], "too-long");
    if !cfg!(feature = "department") {
        return;
    }
    assert!(run_loa(folder.path(), &["enrol", &key, "--store", "store", "--yes"]).status.success());
    let rows = collect(folder.path());
    assert_eq!((&rows[0]["state"], &rows[0]["good"]), (&Value::from("implausible"), &Value::from(false)));
    assert!(rows[0]["detail"].to_string().contains("24000 ms had passed"), "{rows:?}");
    // Collections without new entries still report the earlier findings.
    for _ in 0..2 {
        let rows = collect(folder.path());
        assert!(rows[0]["detail"].to_string().contains("1 finding in earlier collections"), "{rows:?}");
        assert_eq!((&rows[0]["state"], &rows[0]["good"]), (&Value::from("implausible"), &Value::from(false)));
    }
}

fn collect(folder: &Path) -> Vec<Map<String, Value>> {
    let arguments = ["collect", "airlog", "--into", "store", "--silent-days", "60000", "--format", "json"];
    parse_json(&run_loa(folder, &arguments))
}

#[test]
fn verify_and_collect_report_that_a_log_follows_another() {
    let follows = "\"follows\":{\"kept_as\":\"damaged/2023\",\"entries\":41,\"head\":null}";
    let (disk, key) =
        change_and_sign(honest_station().disk(), |line| *line = line.replace("\"follows\":null", follows));
    let folder = tempfile::tempdir().expect("make a temporary folder");
    write_airlog(&disk, folder.path());
    let verification = run_loa(folder.path(), &["verify", ".", "--lang", "en", "--key", &key]);
    assert!(verification.status.success(), "a remark is not an error: {}", stdout(&verification));
    assert!(
        stdout(&verification).contains("this log follows an earlier one of 41 entries"),
        "{}",
        stdout(&verification)
    );
    if !cfg!(feature = "department") {
        return;
    }
    assert!(run_loa(folder.path(), &["enrol", &key, "--store", "store", "--yes"]).status.success());
    let rows = collect(folder.path());
    assert_eq!(rows[0]["state"], "whole");
    assert!(
        rows[0]["detail"].to_string().contains("(kept as airlog/damaged/2023); 0 of them were collected"),
        "{rows:?}"
    );
}
