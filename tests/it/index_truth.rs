//! What a report is made from, and what its figures leave out: the index cannot lie, and nothing is better for being lost.
use std::path::PathBuf;
use std::process::{Command, Output};

use chrono::NaiveDate;
use loa::airlog::entry::{Outcome, OutcomeEntry};
use loa::airlog::storage::FolderStorage;
use loa::base::instant::WallTime;
use loa::department::index::query::IndexedAiring;
use loa::department::index::{AiringIndex, IndexError};
use loa::department::registry::Registry;
use loa::department::report::fact::FactState;
use loa::department::report::period::DateRange;
use loa::schedule::Id;
use serde_json::Value;

use crate::program;
use crate::province::maker::Life;

/// A desk with its store and state.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, words: &[&str]) -> Output {
        let mut command = program::loa(self.0.path());
        command.args(words).current_dir(self.0.path()).env("LC_ALL", "C").output().expect("the program starts")
    }

    /// A desk that has collected these.
    fn with(lives: &[&Life]) -> Self {
        let desk = Self::new();
        for life in lives {
            assert!(desk.run(&["enrol", &life.vkey(), "--store", "store", "--yes"]).status.success());
            life.export(&desk.at("sticks").join(&life.id));
        }
        desk.collect();
        desk
    }

    /// Takes what the sticks hold; all of it is whole, if not always plausible.
    fn collect(&self) {
        let words = ["collect", "sticks", "--into", "store", "--silent-days", "60000"];
        let collected = self.run(&words);
        let said = text(&collected);
        assert!(collected.status.success() || said.contains("IMPLAUSIBLE"), "{said}");
    }

    /// Where its index is: on the desk's machine, not in the store.
    fn index(&self) -> PathBuf {
        let there = std::fs::read_dir(self.at("state/loa/index")).expect("a folder").flatten().map(|one| one.path());
        let mut there = there.filter(|path| path.extension().is_some_and(|end| end == "sqlite"));
        let index = there.next().expect("an index");
        assert_eq!(there.next(), None);
        index
    }

    fn report(&self, more: &[&str]) -> Output {
        let mut words = vec!["report", "store", "--from", "2023-01-01", "--until", "2023-01-31"];
        words.extend(more);
        self.run(&words)
    }

    /// The cells of a table in CSV: for each row its first cell, and the value of any column.
    fn cells(&self, by: &str) -> Vec<std::collections::BTreeMap<String, String>> {
        let report = self.report(&["--by", by, "--format", "csv"]);
        let bytes = report.stdout.strip_prefix("\u{feff}".as_bytes()).unwrap_or_else(|| panic!("{}", text(&report)));
        let mut reader = csv::Reader::from_reader(bytes);
        let heads = reader.headers().expect("a header").clone();
        let row = |row: csv::StringRecord| heads.iter().zip(&row).map(|(h, c)| (h.to_owned(), c.to_owned())).collect();
        reader.records().map(|record| row(record.expect("a row"))).collect()
    }

    /// One column of a table's only row.
    fn one(&self, column: &str) -> i64 {
        let rows = self.cells("station");
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows[0].get(column).unwrap_or_else(|| panic!("{column}: {rows:?}")).parse().unwrap_or(0)
    }

    /// Every table is what a program computes that shares nothing with ours but the page.
    fn oracle_agrees(&self) {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/totals.py");
        for by in ["station", "topic", "language", "segment", "day"] {
            let python = Command::new(crate::foreign::python_program())
                .args([script, "store", "--from", "2023-01-01", "--until", "2023-01-31", "--by", by])
                .current_dir(self.0.path())
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .output()
                .expect("python starts");
            let theirs: Value = serde_json::from_slice(&python.stdout).unwrap_or_else(|_| panic!("{}", text(&python)));
            let ours = self.cells(by);
            let columns = theirs["columns"].as_array().expect("an array");
            let rows = theirs["rows"].as_array().expect("an array");
            assert_eq!(ours.len(), rows.len(), "{by}");
            for (row, ours) in rows.iter().zip(&ours) {
                for (column, cell) in columns.iter().zip(row.as_array().expect("an array")) {
                    let column = column.as_str().expect("a name");
                    assert_eq!(ours[column], cell.as_str().expect("text"), "{by}: {column}");
                }
            }
        }
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn life(id: &str) -> Life {
    let first = NaiveDate::from_ymd_opt(2023, 1, 1).expect("a date");
    Life::begin(id, "Đài mẫu (hư cấu)", first, 11)
}

fn aired(_: &mut OutcomeEntry) {}

#[test]
fn one_changed_row_of_the_index_changes_no_report() {
    let desk = Desk::with(&[&life("xa-1").days(10)]);
    let tables = ["station", "topic", "segment", "day"];
    let out = |output: Output| String::from_utf8(output.stdout).expect("UTF-8");
    let tell = |desk: &Desk| tables.map(|by| out(desk.report(&["--by", by, "--format", "csv"])));
    let truth = tell(&desk);
    assert_eq!(tell(&desk), truth);
    let index = desk.index();
    let beside = index.with_extension("sqlite-wal");
    let honest = std::fs::read(&index).expect("an index");
    for sql in [
        "UPDATE airing SET result = 0, reason = NULL, played_ms = planned_ms, level = 1",
        "DELETE FROM airing WHERE result = 2",
        "UPDATE word SET text = 'khác' WHERE text = 'muc-tieu'",
        "UPDATE topic SET topic = 9 WHERE topic = 1",
        "UPDATE plan SET date = date + 100",
        "UPDATE log SET head = ''",
        "DELETE FROM log",
    ] {
        rusqlite::Connection::open(&index).and_then(|db| db.execute(sql, [])).expect(sql);
        let told = desk.report(&[]);
        assert!(
            text(&told).contains("rebuilt from the store"),
            "{sql}: the report says from what it was made: {}",
            text(&told)
        );
        assert_eq!(tell(&desk), truth, "{sql}");
        assert!(
            !text(&desk.report(&[])).contains("rebuilt from the store"),
            "{sql}: it is what this machine has written"
        );
    }
    // An older index that was in order then, one of nobody's, and one that stands beside as a write-ahead log.
    std::fs::write(&index, &honest[..honest.len() / 2]).expect("a folder");
    assert_eq!(tell(&desk), truth);
    std::fs::write(&index, b"no database").expect("a folder");
    assert_eq!(tell(&desk), truth);
    let db = rusqlite::Connection::open(&index).expect("an index");
    db.execute("UPDATE airing SET played_ms = 0", []).expect("a change");
    let (main, wal) = (std::fs::read(&index).expect("an index"), std::fs::read(&beside));
    drop(db);
    let wal = wal.expect("what was changed stands beside");
    std::fs::write(&index, main).expect("a folder");
    std::fs::write(&beside, wal).expect("a folder");
    assert_eq!(tell(&desk), truth);
    let day = ["reconcile", "store", "xa-1", "--date", "2023-01-03"];
    let before = text(&desk.run(&day));
    rusqlite::Connection::open(&index).and_then(|db| db.execute("DELETE FROM airing", [])).expect("a change");
    let after = desk.run(&day);
    assert_eq!(String::from_utf8_lossy(&after.stdout), before.as_str(), "reconciling reads it, too");
}

#[test]
fn nothing_in_the_store_is_the_index() {
    let desk = Desk::with(&[&life("xa-1").days(10)]);
    let tell = |desk: &Desk| desk.report(&["--by", "segment", "--format", "csv"]).stdout;
    let truth = tell(&desk);
    let files = || {
        let names = std::fs::read_dir(desk.at("store")).expect("a folder").flatten().map(|one| one.file_name());
        names.filter(|name| name.to_string_lossy().starts_with("index")).count()
    };
    assert_eq!(files(), 0, "who writes to the store could change it while it is read");
    // What a former version has left there, altered by somebody, is told of once and read by nobody.
    let (index, former) = (desk.index(), desk.at("store/index.sqlite"));
    std::fs::copy(&index, &former).expect("a folder");
    let change = "UPDATE airing SET result = 0, played_ms = planned_ms";
    rusqlite::Connection::open(&former).and_then(|db| db.execute(change, [])).expect(change);
    let altered = std::fs::read(&former).expect("it is there");
    assert_eq!(tell(&desk), truth);
    std::fs::remove_dir_all(desk.at("state/loa/index")).expect("it was there");
    let told = [desk.run(&["index", "store"]), desk.run(&["index", "store"])].map(|output| text(&output));
    assert!(told[0].contains("no longer used") && !told[1].contains("no longer used"), "{told:?}");
    assert!(told.iter().all(|said| said.contains(&*index.to_string_lossy())), "it says where it is: {told:?}");
    assert_eq!(tell(&desk), truth);
    assert_eq!(std::fs::read(&former).expect("it is there"), altered, "it is left as it is");
}

#[test]
fn an_airing_that_only_an_earlier_plan_of_its_day_names_is_unknown() {
    let desk = Desk::with(&[&life("xa-1").day_with(aired).day_planned_away().day_with(aired)]);
    assert_eq!((desk.one("planned"), desk.one("unknown")), (48, 8), "an evening that was planned away is not gone");
    desk.oracle_agrees();
    let output = desk.run(&["reconcile", "store", "xa-1", "--date", "2023-01-02", "--format", "json"]);
    let day: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)));
    let rows = day["planned"].as_array().expect("an array");
    assert_eq!(rows.iter().filter(|row| row["result"] == "unknown").count(), 8, "{day}");
    // Entry by entry as they come, it is the same.
    let desk = Desk::new();
    let life = life("xa-1").day_with(aired);
    assert!(desk.run(&["enrol", &life.vkey(), "--store", "store", "--yes"]).status.success());
    life.export(&desk.at("sticks/xa-1"));
    desk.collect();
    assert_eq!(desk.one("unknown"), 0);
    let life = life.day_planned_away();
    life.export(&desk.at("sticks/xa-1"));
    desk.collect();
    assert_eq!(desk.one("unknown"), 8);
    life.day_with(aired).export(&desk.at("sticks/xa-1"));
    desk.collect();
    assert_eq!((desk.one("planned"), desk.one("unknown")), (48, 8));
}

#[test]
fn airings_by_a_clock_that_nobody_vouched_for_are_told() {
    let life = life("xa-1").day_with(aired).clock_kept(false).day_with(aired).clock_confirmed().day_with(aired);
    let desk = Desk::with(&[&life]);
    assert_eq!((desk.one("aired"), desk.one("unvouched")), (48, 16), "a day that neither NTP nor a person vouched for");
    assert_eq!(desk.one("unvouched_ms") * 3, desk.one("played_ms"));
    desk.oracle_agrees();
    for format in ["text", "html"] {
        let said = text(&desk.report(&["--format", format, "--lang", "en"]));
        assert!(said.contains("timed by a clock that nobody vouched for"), "{format}: {said}");
        assert!(said.contains("the department saw them within"), "{format}: {said}");
    }
}

#[test]
fn one_recording_under_two_topics_is_told_and_counted_once() {
    let one_file = |note: &mut OutcomeEntry| {
        if note.labels.topic.is_some_and(|topic| topic <= 3) {
            note.sha256 = Some("ab".repeat(32));
        }
    };
    let desk = Desk::with(&[&life("xa-1").day_with(one_file)]);
    let topics = desk.cells("topic");
    let of = |topic: &str| topics.iter().find(|row| row["topic"] == topic).unwrap_or_else(|| panic!("{topics:?}"));
    for topic in ["1", "2", "3"] {
        assert_eq!((of(topic)["recordings"].as_str(), of(topic)["recordings_shared"].as_str()), ("1", "1"), "{topic}");
    }
    assert_eq!(of("4")["recordings_shared"], "0");
    assert_eq!((desk.one("recordings"), desk.one("recordings_shared")), (6, 1), "three titles are one recording");
    desk.oracle_agrees();
    for format in ["text", "html"] {
        let said = text(&desk.report(&["--format", format, "--lang", "en"]));
        assert!(said.contains("One recording under several topics") && said.contains("abababab"), "{format}: {said}");
    }
}

#[test]
fn what_cannot_be_heard_is_not_on_the_line() {
    let mute = |note: &mut OutcomeEntry| note.volume = Some(0);
    let nowhere = |note: &mut OutcomeEntry| note.level = 0;
    let desk = Desk::with(&[&life("xa-1").day_with(aired).day_with(mute).day_with(nowhere)]);
    assert_eq!((desk.one("aired"), desk.one("level0")), (16, 32));
    assert_eq!(desk.one("played_ms") * 3, desk.one("planned_ms"));
    desk.oracle_agrees();
}

#[test]
fn no_log_lifts_a_province_above_its_plan() {
    let longer = |note: &mut OutcomeEntry| {
        note.played_ms = note.labels.planned_ms * 5;
        note.result = Outcome::Aired;
    };
    let desk = Desk::with(&[&life("xa-1").day_with(longer).day_with(longer), &life("xa-2").day_with(aired)]);
    for row in desk.cells("station") {
        assert!(row["share_permille"].parse::<i64>().expect("a number") <= 1000, "{row:?}");
        assert!(row["played_ms"].parse::<i64>().ok() <= row["planned_ms"].parse::<i64>().ok(), "{row:?}");
    }
    let rows = desk.cells("station");
    let of = |at: usize, column: &str| rows[at][column].clone();
    assert_eq!((of(0, "implausible"), of(0, "aired"), of(0, "played_ms")), ("32".into(), "0".into(), "0".into()));
    assert_eq!((of(1, "implausible"), of(1, "aired")), ("0".into(), "16".into()), "the honest one is as it was");
    desk.oracle_agrees();
    for format in ["text", "html"] {
        let said = text(&desk.report(&["--format", format, "--lang", "en"]));
        assert!(
            said.contains("cannot have happened as their logs say") && said.contains("(xa-1): 32"),
            "{format}: {said}"
        );
    }
    let output = desk.run(&["reconcile", "store", "xa-1", "--date", "2023-01-01", "--format", "json"]);
    let day: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)));
    let named = |row: &Value| row["result"] == "implausible" && row["doubt"] == "over-plan";
    assert!(day["planned"].as_array().is_some_and(|rows| rows.len() == 16 && rows.iter().all(named)), "{day}");
    // A little longer, as frames are rounded: the plan is what counts.
    let rounded = |note: &mut OutcomeEntry| note.played_ms = note.labels.planned_ms + 15;
    let desk = Desk::with(&[&life("xa-1").day_with(rounded)]);
    assert_eq!((desk.one("implausible"), desk.one("share_permille")), (0, 1000));
    assert_eq!(desk.one("played_ms"), desk.one("planned_ms"));
}

#[test]
fn what_is_wrong_with_a_log_beside_its_airings_stays_with_it() {
    let desk = Desk::new();
    let life = life("xa-1").day_with(aired).day_planned_away().day_with(aired);
    assert!(desk.run(&["enrol", &life.vkey(), "--store", "store", "--yes"]).status.success());
    life.export(&desk.at("sticks/xa-1"));
    let collect = |sticks: &str| {
        let words = ["collect", sticks, "--into", "store", "--silent-days", "60000", "--format", "json"];
        let output = desk.run(&words);
        let rows: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)));
        (output.status.code(), rows[0]["state"].clone())
    };
    let implausible = (Some(1), Value::from("implausible"));
    assert_eq!(collect("sticks"), implausible);
    assert_eq!(collect("sticks"), implausible, "nothing new, and it is as implausible as before");
    let told = |desk: &Desk| {
        for format in ["text", "html"] {
            for (lang, expected) in [("en", "a later plan of 2023-01-02 omits 8"), ("vi", "bỏ 8 lượt chưa có kết quả")]
            {
                let said = text(&desk.report(&["--format", format, "--lang", lang]));
                assert!(said.contains(expected) && said.contains("(xa-1)"), "{format}: {said}");
            }
        }
    };
    told(&desk);
    assert!(desk.run(&["index", "store", "--rebuild"]).status.success());
    told(&desk);
    desk.report(&["--format", "xlsx", "--output", "r.xlsx"]);
    // It goes on with days that are in order; an older stick is shown once more.
    life.export(&desk.at("old/xa-1"));
    let life = life.day_with(aired).day_with(aired);
    life.export(&desk.at("sticks/xa-1"));
    assert_eq!(collect("sticks"), implausible);
    assert_eq!(collect("old"), (Some(1), Value::from("old-copy")), "it is not well for being old");
    told(&desk);
}

#[test]
fn a_length_that_was_not_known_counts_as_far_as_it_was_played() {
    let unknown = |note: &mut OutcomeEntry| {
        note.played_ms = 5_000;
        note.labels.planned_ms = 0;
    };
    let desk = Desk::with(&[&life("xa-1").day_with(aired).day_with(unknown)]);
    assert_eq!((desk.one("aired"), desk.one("implausible")), (32, 0));
    assert_eq!(desk.one("played_ms"), desk.one("planned_ms") + 16 * 5_000);
    desk.oracle_agrees();
}

#[test]
fn a_month_that_has_not_happened_yet_counts_nothing_where_a_clock_is_kept() {
    let desk = Desk::with(&[&life("xa-1").day_with(aired).day_with(aired)]);
    assert_eq!(desk.one("aired"), 32);
    let index = AiringIndex::open(&desk.index()).expect("an index");
    let registry = Registry::read(&FolderStorage::new(desk.at("store"))).expect("a registry");
    let day = |day: &str| -> NaiveDate { day.parse().expect("a date") };
    let range = DateRange { from: day("2023-01-01"), until: day("2023-01-31") };
    for (now, expected) in [(None, 0), (Some("2023-01-05"), 0), (Some("2022-12-31"), 16), (Some("2022-06-01"), 32)] {
        let now = now.map(|now| WallTime(day(now).and_hms_opt(20, 0, 0).expect("a time").and_utc().timestamp_micros()));
        let mut asked = index.query_context(&[range], &registry, now).expect("an index");
        let mut ahead = 0;
        let count = |airing: &IndexedAiring| {
            ahead +=
                u32::from(airing.fact.state == FactState::Implausible && airing.doubt.as_deref() == Some("in-future"));
            Ok::<(), IndexError>(())
        };
        index.for_each_airing(&mut asked, range, count).expect("an index");
        assert_eq!(ahead, expected, "{now:?}");
    }
}

#[test]
fn losing_a_bad_week_is_no_gain() {
    let desk = Desk::with(&[&life("xa-1").day_with(aired).day_with(aired).away(7).day_with(aired)]);
    let row = &desk.cells("station")[0];
    // Of January also the days behind the last.
    assert_eq!((row["planned"].as_str(), row["days_without_log"].as_str()), ("48", "28"), "{row:?}");
    assert_eq!(row["lost_planned"], "448", "as many as the last known plan had, for each of those days");
    let planned: i64 = row["planned_ms"].parse().expect("a number");
    assert_eq!(row["lost_planned_ms"].parse::<i64>().expect("a number"), planned / 3 * 28);
    desk.oracle_agrees();
    for format in ["text", "html"] {
        let said = text(&desk.report(&["--format", format, "--lang", "en"]));
        assert!(said.contains("those days would have had 448 airings"), "{format}: {said}");
    }
    // A station that has never sent anything has a row as well: nothing of it is known.
    let other = life("xa-2");
    assert!(desk.run(&["enrol", &other.vkey(), "--store", "store", "--yes"]).status.success());
    let rows = desk.cells("station");
    assert_eq!((rows[1]["station"].as_str(), rows[1]["days_without_log"].as_str()), ("xa-2", "31"), "{rows:?}");
    assert_eq!(rows[1]["lost_planned"], "0");
    desk.oracle_agrees();
}

#[test]
fn names_in_a_report_start_no_formula() {
    let desk = Desk::new();
    for (number, name) in
        ["=1+1", " =1+1", "\t=1", "\n=1", "＝1", "＋1", "－1", "＠x", "\u{feff}=1", "x\u{1b}[31m"].iter().enumerate()
    {
        let life = life(&format!("xa-{number}")).day_with(aired);
        let words = ["enrol", &life.vkey(), "--store", "store", "--yes", "--name", name];
        assert!(desk.run(&words).status.success(), "{name:?}");
        life.export(&desk.at("sticks").join(&life.id));
    }
    desk.collect();
    let report = desk.report(&["--by", "station", "--format", "csv"]);
    let said = String::from_utf8(report.stdout).expect("UTF-8");
    for row in desk.cells("station") {
        let name = &row["name"];
        assert!(name.starts_with('\'') || name.starts_with('x'), "{name:?} of {said:?}");
        assert!(!name.contains(|c: char| c.is_control()), "{name:?}");
    }
    assert_eq!(Id::new("xa-0").map(|id| id.to_string()).as_deref(), Some("xa-0"));
}

const ONE: &str = "[[segment]]\nid = \"a\"\ntitle = \"Bản tin\"\nfile = \"s-120.mp3\"\n\n\
                   [[session]]\nid = \"sang\"\nat = \"05:15\"\nplay = [\"a\"]\n";

#[test]
fn an_airing_is_doubted_however_its_id_is_written() {
    let id = "\"id\":\"sang@2023-03-20T05:15:00#1\"";
    let shapes = [
        "\"id\":\"\\u0073ang@2023-03-20T05:15:00#1\"",
        "\"id\": \"sang@2023-03-20T05:15:00#1\"",
        "\"x\":{\"y\":0,\"id\":\"a@2001-01-01T00:00:00#1\"},\"id\":\"sang@2023-03-20T05:15:00#1\"",
        "\"id\": \"sang@2023-03-20T05:15:00#1\",\"b\":0",
        id,
    ];
    for shape in shapes {
        let station = crate::station::Station::new("2023-03-20T03:00:00").playlist(ONE).run_for(2 * 86_400);
        let (disk, key) = crate::logpage::signed(station.disk(), |line| {
            if line.contains("\"type\":\"outcome\"") && line.contains(id) {
                *line = line.replacen(id, shape, 1).replacen("\"played_ms\":120000", "\"played_ms\":86400000", 1);
                if shape.ends_with("\"b\":0") {
                    *line = line.replacen("\"played_ms\":", "\"played_ms\": ", 1);
                }
            }
        });
        let desk = Desk::new();
        crate::logpage::write(&disk, &desk.at("sticks/mau"));
        assert!(desk.run(&["enrol", &key, "--store", "store", "--yes"]).status.success());
        desk.collect();
        let words = ["report", "store", "--from", "2023-03-20", "--until", "2023-03-20", "--format", "csv"];
        let report = desk.run(&words);
        let bytes = report.stdout.strip_prefix("\u{feff}".as_bytes()).unwrap_or_else(|| panic!("{}", text(&report)));
        let mut reader = csv::Reader::from_reader(bytes);
        let heads = reader.headers().expect("a header").clone();
        let row = reader.records().next().expect("the station").expect("a row");
        let cell = |name: &str| &row[heads.iter().position(|head| head == name).expect("a column")];
        assert_eq!((cell("aired"), cell("implausible")), ("0", "1"), "{shape}: {}", text(&report));
    }
}
