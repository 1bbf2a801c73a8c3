//! The department's commands, one thing at a time.
use std::path::{Path, PathBuf};
use std::process::Output;

use chrono::NaiveDate;
use loa::airlog::storage::Storage;
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

    fn enrol(&self, life: &Life) {
        let place = "24718 Đắk N'Drung / 665 Đắk Song / 67 Đắk Nông";
        let words = ["enrol", &life.vkey(), "--store", "store", "--yes", "--name", "Đài mẫu", "--place", place];
        assert!(self.run(&words).status.success());
    }

    /// State and goodness of every row that came of a source.
    fn collect(&self, more: &[&str]) -> Vec<(String, bool)> {
        let mut words = vec!["collect", "--into", "store", "--silent-days", "60000", "--format", "json"];
        words.extend(more);
        let output = self.run(&words);
        let rows: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)));
        let rows = rows.as_array().expect("an array").iter().filter(|row| row["place"].is_string());
        rows.map(|row| (row["state"].as_str().unwrap_or_default().to_owned(), row["good"] == true)).collect()
    }

    /// Where its index is.
    fn index(&self) -> PathBuf {
        let there = std::fs::read_dir(self.at("state/loa/index")).expect("a folder").flatten().map(|one| one.path());
        there.into_iter().find(|path| path.extension().is_some_and(|end| end == "sqlite")).expect("an index")
    }

    fn report(&self, by: &str) -> String {
        let words = ["report", "store", "--from", "2023-01-01", "--until", "2023-03-31", "--by", by, "--format", "csv"];
        String::from_utf8(self.run(&words).stdout).expect("UTF-8")
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn life(id: &str, days: i64) -> Life {
    let first = NaiveDate::from_ymd_opt(2023, 1, 1).expect("a date");
    Life::begin(id, "Đài mẫu (hư cấu)", first, 11).days(days)
}

fn origin(life: &Life) -> String {
    life.vkey().split('+').next().expect("a name").to_owned()
}

fn one(state: &str, good: bool) -> Vec<(String, bool)> {
    vec![(state.to_owned(), good)]
}

#[test]
fn only_what_is_new_is_read() {
    let desk = Desk::new();
    let life = life("xa-1", 20);
    desk.enrol(&life);
    life.export(&desk.at("stick"));
    assert_eq!(desk.collect(&["stick"]), one("whole", true));
    let life = life.days(2);
    life.export(&desk.at("stick"));
    // The first bundle and the first plans are not there any more, and nobody asks for them.
    std::fs::remove_file(desk.at("stick/tile/entries/000")).expect("it was full");
    assert_eq!(desk.collect(&["stick"]), one("whole", true));
    let store = format!("store/{}", origin(&life));
    assert!(desk.run(&["verify", &store, "--key", &life.vkey()]).status.success(), "the store has everything");
    assert_eq!(desk.collect(&["stick", "--full"]), one("tampered", false), "nor is it whole");
    // Whoever lost his memory reads everything.
    std::fs::remove_dir_all(desk.at("state")).expect("it was there");
    assert_eq!(desk.collect(&["stick"]), one("tampered", false));
    life.export(&desk.at("again"));
    assert_eq!(desk.collect(&["again"]), one("whole", true));
}

#[test]
fn a_damaged_store_is_mended_and_told_of() {
    let desk = Desk::new();
    let life = life("xa-1", 20);
    desk.enrol(&life);
    life.export(&desk.at("stick"));
    assert_eq!(desk.collect(&["stick"]), one("whole", true));
    let whole = desk.report("station");
    let bundle = desk.at("store").join(origin(&life)).join("tile/entries/000");
    let bytes = std::fs::read(&bundle).expect("a bundle");
    let at = bytes.windows(16).position(|w| w == b"\"result\":\"missed").expect("one was missed");
    let mut changed = bytes.clone();
    changed[at + 10..at + 16].copy_from_slice(b"aired\"");
    std::fs::write(&bundle, changed).expect("a folder");
    // The index had read it before; one that is made anew finds it out.
    assert!(desk.run(&["index", "store"]).status.success());
    let rebuilt = desk.run(&["index", "store", "--rebuild"]);
    assert_eq!(rebuilt.status.code(), Some(1));
    assert!(text(&rebuilt).contains("IN THE STORE") && text(&rebuilt).contains("0 airings"), "{}", text(&rebuilt));
    assert_eq!(desk.report("station").lines().count(), 1, "what is not whole counts nowhere");
    assert_eq!(desk.collect(&["stick", "--full"]), one("whole", false), "mended, and worth a look");
    assert_eq!(std::fs::read(&bundle).expect("a bundle"), bytes);
    assert_eq!(desk.report("station"), whole);
    std::fs::write(desk.index(), b"no database").expect("a folder");
    assert_eq!(desk.report("station"), whole, "an index can be lost");
}

#[test]
fn an_older_stick_is_no_rollback() {
    let desk = Desk::new();
    let life = life("xa-1", 10);
    desk.enrol(&life);
    life.export(&desk.at("sticks/b-old"));
    let life = life.days(3);
    life.export(&desk.at("sticks/a-new"));
    let both = [("whole".to_owned(), true), ("whole".to_owned(), true)];
    assert_eq!(desk.collect(&["sticks"]), both, "whichever comes first");
    let again = desk.collect(&["sticks"]);
    assert_eq!(again, [("whole".to_owned(), true), ("old-copy".to_owned(), true)]);
    // One that had never been collected is no rollback either.
    let desk = Desk::new();
    let life = self::life("xa-1", 10);
    desk.enrol(&life);
    life.export(&desk.at("old"));
    let life = life.days(3);
    life.export(&desk.at("new"));
    assert_eq!(desk.collect(&["new"]), one("whole", true));
    assert_eq!(desk.collect(&["old"]), one("old-copy", true));
}

#[test]
fn a_key_that_lies_on_a_stick_is_exposed() {
    let desk = Desk::new();
    let (life, other) = (life("xa-1", 4), life("xa-2", 4));
    desk.enrol(&life);
    desk.enrol(&other);
    life.export(&desk.at("stick/log"));
    other.export(&desk.at("stick2/log"));
    let secret = |life: &Life| {
        let name = life.keys().names().into_iter().find(|name| name.ends_with("/log")).expect("a key");
        (name.clone(), life.keys().bytes(&name))
    };
    // A key by the right name that is not the one accuses nobody.
    let (name, _) = secret(&other);
    let (_, wrong) = secret(&life);
    let wrong = String::from_utf8(wrong).expect("text").replace(&origin(&life), &origin(&other));
    let place = |folder: &str, name: &str| desk.at(folder).join("keys").join(name);
    std::fs::create_dir_all(place("stick2", &name).parent().expect("a folder")).expect("a folder");
    std::fs::write(place("stick2", &name), wrong).expect("a folder");
    assert_eq!(desk.collect(&["stick2"]), one("whole", true));
    let (name, bytes) = secret(&life);
    std::fs::create_dir_all(place("stick", &name).parent().expect("a folder")).expect("a folder");
    std::fs::write(place("stick", &name), bytes).expect("a folder");
    assert_eq!(desk.collect(&["stick"]), one("whole", false));
    let told = desk.run(&["collect", "stick", "--into", "store", "--lang", "vi"]);
    assert!(text(&told).contains("KHOÁ BỊ LỘ từ 20"), "{}", text(&told));
    std::fs::remove_dir_all(desk.at("stick/keys")).expect("it was there");
    assert_eq!(desk.collect(&["stick"]), one("whole", false), "once out, it stays out");
    let marked = desk.run(&["enrol", &other.vkey(), "--store", "store", "--exposed"]);
    assert!(marked.status.success(), "{}", text(&marked));
    assert_eq!(desk.collect(&["stick2"]), one("whole", false));
}

#[test]
fn a_person_enrols_and_one_collection_runs_at_a_time() {
    let desk = Desk::new();
    let life = life("xa-1", 2);
    let asked = desk.run(&["enrol", &life.vkey(), "--store", "store"]);
    assert_eq!(asked.status.code(), Some(1), "nobody said yes");
    assert!(text(&asked).contains("fingerprint") && !desk.at("store/registry.toml").exists(), "{}", text(&asked));
    let bad = desk.run(&["enrol", "rubbish", "--store", "store", "--yes"]);
    assert_eq!(bad.status.code(), Some(2));
    desk.enrol(&life);
    let text_of = std::fs::read_to_string(desk.at("store/registry.toml")).expect("it is there");
    assert!(text_of.contains("district = \"Đắk Song\"\ndistrict-code = \"665\"\n"), "{text_of}");
    // Remarks of people stay.
    std::fs::write(desk.at("store/registry.toml"), format!("# của Sở\n{text_of}")).expect("a folder");
    desk.enrol(&self::life("xa-2", 1));
    assert!(std::fs::read_to_string(desk.at("store/registry.toml")).expect("it is there").starts_with("# của Sở\n"));
    life.export(&desk.at("stick"));
    let lock = std::fs::File::open(desk.at("store/lock")).expect("a lock");
    lock.lock().expect("nobody has it");
    let busy = desk.run(&["collect", "stick", "--into", "store"]);
    assert_eq!(busy.status.code(), Some(1));
    assert!(text(&busy).contains("Another collection is using the store"), "{}", text(&busy));
    lock.unlock().expect("we have it");
    assert_eq!(desk.collect(&["stick", "nowhere"]), one("whole", true), "what is gone does not hold up the others");
    std::fs::write(desk.at("store/registry.toml"), "[[log]]\nrubbish").expect("a folder");
    let broken = desk.run(&["collect", "stick", "--into", "store"]);
    assert_eq!(broken.status.code(), Some(78), "{}", text(&broken));
}

#[test]
fn a_day_is_reconciled_row_by_row() {
    let desk = Desk::new();
    let life = life("xa-1", 60);
    desk.enrol(&life);
    life.export(&desk.at("stick"));
    assert_eq!(desk.collect(&["stick"]), one("whole", true));
    let (mut planned, mut by_hand) = (0, 0);
    for day in ["01", "15", "28"] {
        for month in ["01", "02"] {
            let date = format!("2023-{month}-{day}");
            let output = desk.run(&["reconcile", "store", "xa-1", "--date", &date, "--format", "json"]);
            let day: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)));
            let rows = day["planned"].as_array().expect("an array");
            assert_eq!(rows.len(), 16, "{date}");
            assert!(
                rows.windows(2).all(|two| two[0]["planned_at"].as_str() <= two[1]["planned_at"].as_str()),
                "{date}"
            );
            let whole = rows.iter().all(|row| row["result"] == "aired");
            assert_eq!(output.status.success(), whole, "{date}");
            planned += rows.len();
        }
    }
    assert_eq!(planned, 96);
    for day in 1..=28 {
        let date = format!("2023-02-{day:02}");
        let output = desk.run(&["reconcile", "store", "xa-1", "--date", &date, "--format", "json"]);
        let day: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        for one in day["unplanned"].as_array().expect("an array") {
            assert_eq!(one["order"]["who"], "truc-dai", "who did it is told: {one}");
            by_hand += 1;
        }
        assert_eq!(day["events"], serde_json::json!([]), "the order stands with its play");
    }
    assert!(by_hand > 0, "one day in twenty");
    let said = desk.run(&["reconcile", "store", "xa-1", "--date", "2023-01-15", "--lang", "vi"]);
    assert!(text(&said).contains("ĐỐI CHIẾU — xa-1, ngày 15/01/2023"), "{}", text(&said));
    let none = desk.run(&["reconcile", "store", "xa-9", "--date", "2023-01-15"]);
    assert_eq!(none.status.code(), Some(1));
}

#[test]
fn airings_that_the_log_does_not_reach_are_unknown_until_it_does() {
    let desk = Desk::new();
    let life = life("xa-1", 5);
    desk.enrol(&life);
    let day = life.morning();
    day.export(&desk.at("stick"));
    assert_eq!(desk.collect(&["stick"]), one("whole", true));
    let planned = |desk: &Desk| {
        let report = desk.report("station");
        let row = report.lines().nth(1).expect("one station").to_owned();
        let cells: Vec<String> = row.split(',').map(str::to_owned).collect();
        (cells[2].clone(), cells[10].clone())
    };
    assert_eq!(planned(&desk), ("96".to_owned(), "8".to_owned()), "an evening whose plan is known");
    let day = day.evening();
    day.export(&desk.at("stick"));
    assert_eq!(desk.collect(&["stick"]), one("whole", true));
    assert_eq!(planned(&desk), ("96".to_owned(), "0".to_owned()));
}

/// What others find in a table of a store that is not there yet.
#[test]
fn an_empty_store_makes_an_empty_report() {
    let desk = Desk::new();
    let report = desk.run(&["report", "store", "--period", "month", "--lang", "vi"]);
    assert!(report.status.success(), "{}", text(&report));
    assert!(text(&report).contains("BÁO CÁO PHÁT THANH"), "{}", text(&report));
    for format in ["xlsx", "pdf"] {
        let lacking = desk.run(&["report", "store", "--format", format]);
        assert_eq!(lacking.status.code(), Some(2), "where to?");
        let output = format!("r.{format}");
        let made = desk.run(&["report", "store", "--format", format, "--output", &output]);
        assert!(made.status.success() && Path::new(&desk.at(&output)).is_file(), "{}", text(&made));
    }
    let wrong = desk.run(&["report", "store", "--from", "2023-02-01", "--until", "2023-01-01"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(!loa::airlog::storage::MemoryStorage::default().has("anything"));
}

/// Files in a store.
fn stored(folder: &std::path::Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { stored(&entry.path()) } else { 1 }).sum()
}

#[test]
fn a_collection_that_is_killed_goes_on_where_it_was() {
    let desk = Desk::new();
    let lives: Vec<Life> = (0..12).map(|n| life(&format!("xa-{n}"), 25)).collect();
    for life in &lives {
        desk.enrol(life);
        life.export(&desk.at("sticks").join(&life.id));
    }
    let words = ["collect", "sticks", "--into", "store", "--silent-days", "60000"];
    let mut killed = 0;
    for tenth in 1..12_u64 {
        let mut command = program::loa(desk.0.path());
        command.args(words).current_dir(desk.0.path());
        let mut child =
            command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().expect("it starts");
        // Each time a little farther.
        let until = stored(&desk.at("store")) + tenth;
        while stored(&desk.at("store")) < until && child.try_wait().expect("a child").is_none() {
            std::thread::yield_now();
        }
        killed += u32::from(child.try_wait().expect("a child").is_none());
        let _ = child.kill();
        child.wait().expect("a child");
    }
    assert!(killed > 0, "none was killed in time");
    let states = desk.collect(&["sticks"]);
    assert!(states.len() == 12 && states.iter().all(|state| *state == ("whole".to_owned(), true)), "{states:?}");
    for life in &lives {
        let store = format!("store/{}", origin(life));
        let verified = desk.run(&["verify", &store, "--key", &life.vkey()]);
        assert!(verified.status.success(), "{}", text(&verified));
        let cosigned = desk.at(&store).join("cosigned");
        assert!(std::fs::read_to_string(cosigned).expect("it is there").contains("loa-witness/"));
    }
}

/// A kept plan that comes later: its airings are known by number until then.
#[test]
fn a_plan_that_comes_late_is_counted_by_number_first() {
    let desk = Desk::new();
    let life = life("xa-1", 5).morning();
    desk.enrol(&life);
    life.export(&desk.at("stick"));
    let newest = |folder: &Path| {
        let date = "\"date\":\"2023-01-06\"";
        let files =
            std::fs::read_dir(folder.join("kept")).expect("kept files").map(|file| file.expect("a folder").path());
        let plan = |path: &PathBuf| {
            let text = std::fs::read_to_string(path).expect("text");
            text.starts_with('[') && text.contains(date)
        };
        files.into_iter().find(plan).expect("the plan of the last day")
    };
    let plan = newest(&desk.at("stick"));
    let bytes = std::fs::read(&plan).expect("a plan");
    std::fs::remove_file(&plan).expect("a plan");
    assert_eq!(desk.collect(&["stick"]), one("whole", false), "something is lacking");
    let row = |desk: &Desk| {
        let report = desk.report("station");
        let cells: Vec<String> = report.lines().nth(1).expect("one station").split(',').map(str::to_owned).collect();
        (cells[2].clone(), cells[10].clone())
    };
    assert_eq!(row(&desk), ("96".to_owned(), "8".to_owned()), "eight, of which nothing else is known");
    std::fs::write(&plan, bytes).expect("a folder");
    assert_eq!(desk.collect(&["stick"]), one("whole", true), "it has come");
    assert_eq!(row(&desk), ("96".to_owned(), "8".to_owned()));
    let report = desk.report("topic");
    assert!(report.lines().any(|line| line.starts_with("giam-ngheo-2023,1,")), "{report}");
    assert!(!report.lines().any(|line| line.starts_with(",,")), "none is without a name any more: {report}");
}

#[test]
fn another_history_in_the_store_is_not_reported() {
    let desk = Desk::new();
    let early = life("xa-1", 8);
    desk.enrol(&early);
    let (honest, forged) = (early.twin().days(4), early.other_luck().days(9));
    honest.export(&desk.at("stick"));
    assert_eq!(desk.collect(&["stick"]), one("whole", true));
    assert!(desk.report("station").contains("xa-1"));
    let log = desk.at("store").join(origin(&honest));
    let kept = desk.at("aside");
    std::fs::rename(&log, &kept).expect("a folder");
    // Gone, rolled back, or rewritten by who has all the station's keys.
    let told = |desk: &Desk, what: &str| {
        let output = desk.run(&["report", "store", "--from", "2023-01-01", "--until", "2023-01-31", "--lang", "en"]);
        assert_eq!(output.status.code(), Some(1), "{what}: {}", text(&output));
        assert!(text(&output).contains("IN THE STORE"), "{what}: {}", text(&output));
        assert!(
            text(&output).contains("1 logs in the store are no longer as they were collected"),
            "{what}: {}",
            text(&output)
        );
        assert!(!text(&output).contains("Stations without a log"), "{what}: nobody was silent: {}", text(&output));
        assert!(!desk.report("station").contains("xa-1"), "{what}");
    };
    told(&desk, "gone");
    forged.export(&log);
    told(&desk, "another history");
    std::fs::remove_dir_all(&log).expect("a folder");
    std::fs::rename(&kept, &log).expect("a folder");
    let whole = desk.run(&["report", "store", "--from", "2023-01-01", "--until", "2023-01-31"]);
    assert!(whole.status.success(), "{}", text(&whole));
}

#[test]
fn whoever_bears_a_stations_name_does_not_speak_for_it() {
    let desk = Desk::new();
    let (life, other) = (life("xa-1", 4), life("xa-2", 4));
    desk.enrol(&life);
    life.export(&desk.at("honest"));
    other.export(&desk.at("liar"));
    let head = std::fs::read_to_string(desk.at("liar/checkpoint")).expect("a head");
    std::fs::write(desk.at("liar/checkpoint"), head.replace(&origin(&other), &origin(&life))).expect("a folder");
    let output = desk.run(&["collect", "liar", "--into", "store", "--format", "json"]);
    let rows: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let states: Vec<(&str, &str)> = rows
        .as_array()
        .expect("an array")
        .iter()
        .map(|row| (row["station"].as_str().unwrap_or(""), row["state"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(states, [("liar", "not-signed"), ("xa-1", "nothing")], "{}", text(&output));
    // A stray folder beside it hides nothing, and a stick may be some folders deep.
    std::fs::create_dir_all(desk.at("usb/user/STICK/loa/xa-1/abc")).expect("a folder");
    std::fs::create_dir(desk.at("usb/tile")).expect("a folder");
    life.export(&desk.at("usb/user/STICK/loa/xa-1/abc"));
    assert_eq!(desk.collect(&["usb"]), one("whole", true));
}

#[test]
fn two_collections_do_not_sign_both_sides_of_a_fork() {
    let desk = Desk::new();
    let early = life("xa-1", 3);
    for store in ["one", "two"] {
        let words = ["enrol", &early.vkey(), "--store", store, "--yes"];
        assert!(desk.run(&words).status.success());
    }
    let (left, right) = (early.twin().days(1), early.other_luck().days(1));
    left.export(&desk.at("left"));
    right.export(&desk.at("right"));
    let start = |source: &str, store: &str| {
        let mut command = program::loa(desk.0.path());
        command.args(["collect", source, "--into", store, "--silent-days", "60000"]).current_dir(desk.0.path());
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().expect("it starts")
    };
    let mut children = [start("left", "one"), start("right", "two")];
    let good =
        children.iter_mut().filter_map(|child| child.wait().ok()).filter(std::process::ExitStatus::success).count();
    assert!(good <= 1, "both were signed");
    for (source, store) in [("left", "one"), ("right", "two"), ("left", "one"), ("right", "two")] {
        let _ = start(source, store).wait();
    }
    let signed = ["left", "right"].iter().filter(|stick| desk.at(stick).join("cosigned").exists()).count();
    assert_eq!(signed, 1, "one side, whoever came first");
}
