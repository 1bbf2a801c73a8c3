//! The page of the log book is as the station signed it, or says that it is not; and what is signed and cannot have been
//! so is said by `loa verify` and `loa collect`.
use std::path::Path;
use std::process::Output;

use loa::airlog::storage::MemoryStorage;
use loa::proof::checkpoint::Checkpoint;
use loa::proof::note::{NoteSigner, SignatureType};
use loa::proof::origin::{derive_origin, epoch_key_name};
use serde_json::{Map, Value};

use crate::program;
use crate::station::Station;
use crate::tamper::{made_up, root};

const DAY: &str = "[[segment]]\nid = \"a\"\ntitle = \"=1+1 Bản tin\"\nfile = \"s-120.mp3\"\n\n\
                   [[session]]\nid = \"sang\"\nat = [\"05:15\"]\nplay = [\"a\", \"a\"]\n";

fn honest() -> Station {
    Station::new("2023-03-20T03:00:00").playlist(DAY).run_for(2 * 86_400)
}

pub fn write(disk: &MemoryStorage, folder: &Path) {
    for name in disk.names() {
        let path = folder.join("airlog").join(&name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, disk.bytes(&name)).expect("a file");
    }
}

fn run(folder: &Path, words: &[&str]) -> Output {
    program::loa(folder).args(words).current_dir(folder).output().expect("the program starts")
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn json(output: &Output) -> Vec<Map<String, Value>> {
    serde_json::from_slice(&output.stdout).expect("an array of objects")
}

/// The lines of a log, shaped, and signed all the same: what a station signs that was told something untrue.
pub fn signed(disk: &MemoryStorage, shape: impl Fn(&mut String)) -> (MemoryStorage, String) {
    let plain = |byte| NoteSigner::new("x", SignatureType::Plain, &[byte; 32]).expect("a name");
    let origin = derive_origin("loa", "mau", plain(7).public().bytes(), plain(8).public().bytes());
    let (log, epoch) = (made_up(&origin, 7), made_up(&epoch_key_name(&origin, 0), 8));
    let text = String::from_utf8(disk.bytes("log.jsonl")).expect("UTF-8");
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for line in text.lines().filter(|line| !line.contains("\"type\":\"epoch\"")) {
        let rest = line.split_once(",\"type\"").expect("an entry").1;
        let mut line = format!("{{\"v\":1,\"seq\":{},\"type\"{rest}", lines.len());
        if lines.is_empty() {
            for (key, value) in [
                ("origin", origin.clone()),
                ("key", log.public().to_string()),
                ("epoch_key", epoch.public().to_string()),
            ] {
                let (before, rest) = line.split_once(&format!("\"{key}\":\"")).expect("a genesis");
                line = format!("{before}\"{key}\":\"{value}\"{}", rest.split_once('"').expect("a text").1);
            }
        }
        shape(&mut line);
        lines.push(line.into_bytes());
    }
    let head = Checkpoint { origin, size: lines.len() as u64, root: root(&lines) }.sign_with(&[&log, &epoch]);
    let mut shaped = MemoryStorage::default();
    use loa::airlog::storage::Storage;
    for name in disk.names().iter().filter(|name| name.starts_with("kept/")) {
        shaped.replace(name, &disk.bytes(name)).expect("memory");
    }
    let lines: Vec<u8> = lines.into_iter().flat_map(|line| line.into_iter().chain([b'\n'])).collect();
    shaped.replace("log.jsonl", &lines).expect("memory");
    shaped.replace("checkpoint", head.to_string().as_bytes()).expect("memory");
    (shaped, log.public().to_string())
}

#[test]
fn a_page_of_edited_cut_or_unsigned_lines_says_so_first_and_has_no_head_code() {
    let station = honest();
    let text = String::from_utf8(station.disk().bytes("log.jsonl")).expect("UTF-8");
    let last = text.lines().count() - 1;
    let newest =
        text.lines().last().expect("entries").replace(&format!("\"seq\":{last}"), &format!("\"seq\":{}", last + 1));
    let cut: String = text.lines().take(last).map(|line| format!("{line}\n")).collect();
    let edits = [
        text.replace("\"result\":\"aired\"", "\"result\":\"missed\""),
        text.replace("s-120.mp3", "s-121.mp3"),
        text.replace("\"late_us\":0,", "\"late_us\":9000000000000000000,"),
        text.replace("\"late_us\":0,", "\"late_us\":-9000000000000000000,"),
        cut,
        format!("{text}{newest}\n"),
        format!("{text}{{\"v\":1,"),
    ];
    let room = tempfile::tempdir().expect("a folder");
    write(station.disk(), room.path());
    let whole = run(room.path(), &["log", ".", "--lang", "en"]);
    assert!(whole.status.success() && said(&whole).contains("Head code at the end of the day"), "{}", said(&whole));
    for edited in edits {
        assert_ne!(edited, text);
        std::fs::write(room.path().join("airlog/log.jsonl"), &edited).expect("a file");
        for (lang, first) in [("en", "NOT WHOLE: "), ("vi", "PHÁT HIỆN DỮ LIỆU BỊ THAY ĐỔI: ")] {
            let page = run(room.path(), &["log", ".", "--lang", lang]);
            assert_eq!(page.status.code(), Some(1));
            assert!(said(&page).starts_with(first), "{}", said(&page));
            assert!(!said(&page).contains("Head code") && !said(&page).contains("Mã nhật ký"), "{}", said(&page));
        }
        for format in ["json", "csv"] {
            let rows = run(room.path(), &["log", ".", "--lang", "en", "--format", format]);
            assert_eq!(rows.status.code(), Some(1));
            assert!(String::from_utf8_lossy(&rows.stderr).starts_with("NOT WHOLE: "));
        }
    }
}

#[test]
fn json_carries_every_key_of_an_entry_and_those_of_a_newer_program() {
    let (disk, _) = signed(honest().disk(), |line| {
        if line.contains("\"type\":\"outcome\"") {
            line.insert_str(line.len() - 1, ",\"newer_key\":{\"a\":7}");
        }
    });
    let room = tempfile::tempdir().expect("a folder");
    write(&disk, room.path());
    let text = String::from_utf8(disk.bytes("log.jsonl")).expect("UTF-8");
    let entries: Vec<Map<String, Value>> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let outcomes: Vec<_> = entries.iter().filter(|entry| entry["type"] == "outcome").cloned().collect();
    assert!(outcomes.len() == 4 && outcomes[0].contains_key("drift_us") && outcomes[0]["newer_key"]["a"] == 7);
    assert_eq!(json(&run(room.path(), &["log", ".", "--format", "json"])), outcomes);
    let all = run(room.path(), &["log", ".", "--format", "json", "--all"]);
    assert!(all.status.success());
    assert_eq!(json(&all), entries, "`within_us`, `took_ms` and all else");
}

#[test]
fn csv_has_a_column_for_every_key_and_no_cell_is_a_formula() {
    let (disk, _) = signed(honest().disk(), |line| {
        *line = line.replace("\"language\":\"vi\"", "\"language\":\"＝HYPERLINK\\u0007(x)\",\"newer_key\":7");
    });
    let room = tempfile::tempdir().expect("a folder");
    write(&disk, room.path());
    let table = run(room.path(), &["log", ".", "--format", "csv"]);
    let mut reader = csv::Reader::from_reader(table.stdout.as_slice());
    let headers = reader.headers().expect("a header").clone();
    let text = String::from_utf8(disk.bytes("log.jsonl")).expect("UTF-8");
    let outcome: Map<String, Value> = text
        .lines()
        .map(|line| serde_json::from_str::<Map<String, Value>>(line).expect("JSON"))
        .find(|entry| entry["type"] == "outcome")
        .expect("outcomes");
    for key in outcome.keys().filter(|key| *key != "v" && *key != "clock") {
        assert!(headers.iter().any(|header| header == key), "{key}");
    }
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let cell = |name: &str| &rows[0][headers.iter().position(|header| header == name).expect(name)];
    assert_eq!((cell("title"), cell("language")), ("'=1+1 Bản tin", "'＝HYPERLINK(x)"));
    assert_eq!((cell("newer_key"), cell("clock_synchronised"), cell("drift_us")), ("7", "true", "0"));
    assert!(cell("late_us").parse::<i64>().is_ok(), "numbers stay numbers");
}

#[test]
fn an_unsynchronised_clock_is_a_star_and_a_note_on_the_page() {
    let room = tempfile::tempdir().expect("a folder");
    let alone = Station::new("2023-03-20T03:00:00").unsynchronised().playlist(DAY).run_for(86_400);
    write(alone.disk(), room.path());
    let page = said(&run(room.path(), &["log", ".", "--lang", "en"]));
    assert!(page.contains("05:15:00.000*") && page.contains("* 2 airings: timed by the computer's clock"), "{page}");
    let verdict = run(room.path(), &["verify", ".", "--lang", "en"]);
    assert!(verdict.status.success());
    assert!(said(&verdict).contains("2 of 2 airings that were played were timed by a clock that nobody vouched for"));
    let kept = tempfile::tempdir().expect("a folder");
    write(honest().disk(), kept.path());
    let page = said(&run(kept.path(), &["log", ".", "--lang", "en"]));
    assert!(!page.contains('*'), "{page}");
}

#[test]
fn what_is_signed_and_cannot_have_been_so_is_said_by_verify_and_collect() {
    let untrue = |line: &mut String| {
        if line.contains("\"type\":\"outcome\"") && line.contains("sang@2023-03-20T05:15:00#1") {
            *line =
                line.replace("\"boottime_us\":8220", "\"boottime_us\":8124").replace("T05:17:00.000", "T05:15:24.000");
        }
    };
    let honest = honest();
    let (disk, key) = signed(honest.disk(), untrue);
    assert_ne!(disk.bytes("log.jsonl"), signed(honest.disk(), |_| ()).0.bytes("log.jsonl"));
    let room = tempfile::tempdir().expect("a folder");
    write(&disk, room.path());
    let verdict = run(room.path(), &["verify", ".", "--lang", "en", "--key", &key]);
    assert_eq!(verdict.status.code(), Some(1));
    let text = said(&verdict);
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
    let verdict = run(room.path(), &["verify", ".", "--format", "json"]);
    let verdict: Value = serde_json::from_slice(&verdict.stdout).expect("JSON");
    assert!(verdict["whole"] == true && verdict["plausibility"]["plausible"] == false);
    assert_eq!(verdict["plausibility"]["findings"][0]["code"], "too-long");
    if !cfg!(feature = "department") {
        return;
    }
    assert!(run(room.path(), &["enrol", &key, "--store", "store", "--yes"]).status.success());
    let rows = collect(room.path());
    assert_eq!((&rows[0]["state"], &rows[0]["good"]), (&Value::from("implausible"), &Value::from(false)));
    assert!(rows[0]["detail"].to_string().contains("24000 ms had passed"), "{rows:?}");
    // Nothing new: what was found before is not forgotten.
    for _ in 0..2 {
        let rows = collect(room.path());
        assert!(rows[0]["detail"].to_string().contains("findings in earlier collections"), "{rows:?}");
        assert_eq!((&rows[0]["state"], &rows[0]["good"]), (&Value::from("implausible"), &Value::from(false)));
    }
}

fn collect(folder: &Path) -> Vec<Map<String, Value>> {
    let words = ["collect", "airlog", "--into", "store", "--silent-days", "60000", "--format", "json"];
    json(&run(folder, &words))
}

#[test]
fn a_log_that_follows_another_says_so() {
    let follows = "\"follows\":{\"kept_as\":\"damaged/2023\",\"entries\":41,\"head\":null}";
    let (disk, key) = signed(honest().disk(), |line| *line = line.replace("\"follows\":null", follows));
    let room = tempfile::tempdir().expect("a folder");
    write(&disk, room.path());
    let verdict = run(room.path(), &["verify", ".", "--lang", "en", "--key", &key]);
    assert!(verdict.status.success(), "a remark takes nothing away: {}", said(&verdict));
    assert!(said(&verdict).contains("this log follows an earlier one of 41 entries"), "{}", said(&verdict));
    if !cfg!(feature = "department") {
        return;
    }
    assert!(run(room.path(), &["enrol", &key, "--store", "store", "--yes"]).status.success());
    let rows = collect(room.path());
    assert_eq!(rows[0]["state"], "whole");
    assert!(
        rows[0]["detail"].to_string().contains("(kept as airlog/damaged/2023); 0 of them were collected"),
        "{rows:?}"
    );
}
