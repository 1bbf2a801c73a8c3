//! A table of hands at the department: everything that can be done with a file manager, an editor and old copies to its
//! registry, its store, its index and the sticks that come, before, between and after collections.
//!
//! Each desk is lived twice, with the hand and without it. The hand is *prevented* when the report counts the same, and
//! *visible* when a collection or the report says that something was done. Nothing else is allowed.
use std::fs;
use std::path::Path;

use super::*;

/// When the hand acts: before the first collection, before the second, after it.
const MOMENTS: [&str; 3] = ["first", "between", "after"];

/// A desk and its stations.
struct Place {
    desk: Desk,
    one: Life,
    two: Life,
    /// The second as it was three days before the first collection.
    young: Life,
}

impl Place {
    fn new() -> Self {
        let desk = Desk::new();
        let young = life("xa-2", 12);
        let (one, two) = (unlucky(life("xa-1", 11)), unlucky(young.twin()));
        for life in [&one, &two] {
            desk.enrol(life);
            life.export(&desk.at("sticks").join(&life.id));
        }
        Self { desk, one, two, young }
    }

    /// The log of a station in the store.
    fn log(&self, life: &Life) -> PathBuf {
        let origin = life.vkey().split('+').next().expect("a name").to_owned();
        self.desk.at("store").join(origin)
    }

    fn index(&self, sql: &str) {
        let Ok(there) = fs::read_dir(self.desk.at("state/loa/index")) else { return };
        let mut paths = there.flatten().map(|one| one.path());
        if let Some(path) = paths.find(|path| path.extension().is_some_and(|end| end == "sqlite")) {
            rusqlite::Connection::open(path).and_then(|db| db.execute(sql, [])).expect(sql);
        }
    }
}

/// Three days more, with misses among them.
fn unlucky(life: Life) -> Life {
    life.away(1).days(2)
}

/// Copies a tree, in place of what is there.
fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    if !from.is_dir() {
        return;
    }
    fs::create_dir_all(to).expect("a folder");
    for one in fs::read_dir(from).expect("a folder").flatten() {
        let (from, to) = (one.path(), to.join(one.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a folder");
        }
    }
}

/// Changes every file below whose name has this in it.
fn change(folder: &Path, name: &str, how: &dyn Fn(Vec<u8>) -> Vec<u8>) {
    let Ok(there) = fs::read_dir(folder) else { return };
    for path in there.flatten().map(|one| one.path()) {
        if path.is_dir() {
            change(&path, name, how);
        } else if path.to_string_lossy().contains(name) {
            let bytes = fs::read(&path).expect("it is there");
            fs::write(&path, how(bytes)).expect("a folder");
        }
    }
}

fn delete(path: &Path) {
    let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
}

/// Replaces words in bytes of the same length.
fn edited(bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = bytes;
    while let Some(at) = bytes.windows(from.len()).position(|window| window == from.as_bytes()) {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    bytes
}

type Hand = (&'static str, fn(&Place));

/// The registry.
const REGISTRY: &[Hand] = &[
    ("a station taken out", |p| p.desk.write_registry(&without(&p.desk.registry(), "xa-2"))),
    ("a station's key swapped, and a log by that key brought", |p| {
        let forged = life("xa-2", 99).days(4);
        p.desk.write_registry(&p.desk.registry().replace(&p.two.vkey(), &forged.vkey()));
        copy_of(&forged, &p.desk.at("sticks/forged"));
    }),
    ("a stranger put in, and its log brought", |p| {
        let strange = life("xa-3", 98);
        let log = format!(
            "\n[[log]]\nstation = \"xa-3\"\nkey = \"{}\"\nenrolled-at = \"2023-01-01T00:00:00Z\"\n",
            strange.vkey()
        );
        p.desk.write_registry(&(p.desk.registry() + &log));
        copy_of(&strange, &p.desk.at("sticks/strange"));
    }),
    ("two stations' names exchanged", |p| {
        let text = p.desk.registry().replace("\"xa-1\"", "\"xa-0\"").replace("\"xa-2\"", "\"xa-1\"");
        p.desk.write_registry(&text.replace("\"xa-0\"", "\"xa-2\""));
    }),
    ("deleted", |p| delete(&p.desk.at("store/registry.toml"))),
    ("emptied", |p| p.desk.write_registry("")),
];

/// The store.
const STORE: &[Hand] = &[
    ("a log's folder deleted", |p| delete(&p.log(&p.two))),
    ("all logs deleted", |p| {
        delete(&p.log(&p.one));
        delete(&p.log(&p.two));
    }),
    ("misses edited into airings", |p| {
        change(&p.log(&p.two), "entries", &|bytes| edited(bytes, "\"result\":\"missed\"", "\"result\":\"airedd\""));
    }),
    ("lengths edited", |p| {
        change(&p.log(&p.two), "entries", &|bytes| edited(bytes, "\"played_ms\":0,", "\"played_ms\":9,"));
    }),
    ("tiles emptied", |p| change(&p.log(&p.two), "tile", &|_| Vec::new())),
    ("closings cut", |p| change(&p.log(&p.two), "closings", &|bytes| bytes[..bytes.len() / 2].to_vec())),
    ("plans emptied", |p| change(&p.log(&p.two), "kept", &|_| b"[]".to_vec())),
    ("plans deleted", |p| delete(&p.log(&p.two).join("kept"))),
    ("the head emptied", |p| change(&p.log(&p.two), "checkpoint", &|_| Vec::new())),
    ("the head of another log", |p| {
        let _ = fs::copy(p.log(&p.one).join("checkpoint"), p.log(&p.two).join("checkpoint"));
    }),
    ("the countersignature deleted", |p| change(&p.log(&p.two), "cosigned", &|_| Vec::new())),
    ("two logs' folders exchanged", |p| {
        let (one, two, aside) = (p.log(&p.one), p.log(&p.two), p.desk.at("aside"));
        copy(&one, &aside);
        copy(&two, &one);
        copy(&aside, &two);
    }),
    ("a log put back to its first half", |p| {
        if p.log(&p.two).is_dir() {
            delete(&p.log(&p.two));
            copy_of(&p.young, &p.log(&p.two));
        }
    }),
];

/// The index.
const INDEX: &[Hand] = &[
    ("misses updated into airings", |p| {
        p.index("UPDATE airing SET result = 0, reason = NULL, played_ms = planned_ms, level = 1");
    }),
    ("misses deleted", |p| p.index("DELETE FROM airing WHERE result = 2")),
    ("a log deleted", |p| p.index("DELETE FROM log")),
    ("heads emptied", |p| p.index("UPDATE log SET head = ''")),
    ("plans moved", |p| p.index("UPDATE plan SET date = date + 100")),
    ("deleted", |p| delete(&p.desk.at("state/loa/index"))),
];

/// What comes on sticks, by who holds a station's present keys or none.
const STICKS: &[Hand] = &[
    ("a log by another key in its place", |p| copy_of(&life("xa-2", 97).days(4), &p.desk.at("sticks/xa-2"))),
    ("an older state of it", |p| copy_of(&p.young, &p.desk.at("sticks/xa-2"))),
    ("another past by its own keys", |p| {
        copy_of(&p.young.twin().other_luck().days(6), &p.desk.at("sticks/xa-2"));
    }),
    ("airings beyond their plan", |p| {
        let life = p.two.twin().day_with(|note| note.played_ms = note.labels.planned_ms * 3);
        copy_of(&life, &p.desk.at("sticks/xa-2"));
    }),
    ("a plan that lacks what was missed", |p| {
        copy_of(&p.two.twin().day_planned_away(), &p.desk.at("sticks/xa-2"));
    }),
    ("entries edited", |p| {
        change(&p.desk.at("sticks/xa-2"), "entries", &|bytes| edited(bytes, "\"missed\"", "\"airedd\""));
    }),
    ("plans left out", |p| delete(&p.desk.at("sticks/xa-2/kept"))),
    ("the head emptied", |p| change(&p.desk.at("sticks/xa-2"), "checkpoint", &|_| Vec::new())),
    ("another station's log in its folder", |p| copy_of(&p.one, &p.desk.at("sticks/xa-2"))),
    ("nothing", |p| delete(&p.desk.at("sticks/xa-2"))),
];

fn copy_of(life: &Life, to: &Path) {
    delete(to);
    life.export(to);
}

/// What a desk counts in the end, and what it said on the way beyond figures.
struct Told {
    counts: Vec<String>,
    said: Vec<String>,
}

fn lived(hand: Option<&Hand>, moment: &str) -> Told {
    let mut place = Place::new();
    let mut said = Vec::new();
    for now in MOMENTS {
        if now == "between" {
            // The stations have lived on, and bring what they have.
            (place.one, place.two) = (place.one.days(2), place.two.days(2));
            for life in [&place.one, &place.two] {
                copy_of(life, &place.desk.at("sticks").join(&life.id));
            }
        }
        if let Some((_, act)) = hand.filter(|_| now == moment) {
            act(&place);
        }
        said.extend(collected(&place.desk));
    }
    let csv = |by: &str| {
        let words = ["report", "store", "--from", "2023-01-01", "--until", "2023-01-31", "--by", by, "--format", "csv"];
        String::from_utf8_lossy(&place.desk.run(&words).stdout).into_owned()
    };
    let report = place.desk.report("station");
    said.push(format!("report ends with {:?}", report.status.code()));
    said.extend(lines(&place.desk, &report.stderr));
    let words = String::from_utf8_lossy(&report.stdout).into_owned();
    said.extend(words.lines().filter(|line| line.contains("registry") || line.contains("lacks")).map(str::to_owned));
    Told { counts: ["station", "day", "segment"].map(csv).to_vec(), said }
}

/// A collection's states of logs, how it ended, and its complaints.
fn collected(desk: &Desk) -> Vec<String> {
    let words = ["collect", "sticks", "--into", "store", "--silent-days", "60000", "--format", "json"];
    let output = desk.run(&words);
    let rows: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let rows = rows.as_array().cloned().unwrap_or_default();
    let mut said = vec![format!("collect ends with {:?}", output.status.code())];
    said.extend(rows.iter().map(|row| format!("{} {}", row["station"], row["state"])));
    said.extend(lines(desk, &output.stderr));
    said
}

/// Lines without the desk's own path.
fn lines(desk: &Desk, bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).replace(&*desk.at("").to_string_lossy(), "");
    text.lines().map(str::to_owned).collect()
}

#[test]
fn every_hand_at_the_desk_is_prevented_or_seen() {
    // All of them take a minute: a run of every commit tries one in six, at other moments for each hand.
    let all = std::env::var_os("LOA_HANDS").is_some();
    let tables = [("registry", REGISTRY), ("store", STORE), ("index", INDEX), ("stick", STICKS)];
    let (mut prevented, mut visible, mut unseen, mut table) = (0, 0, Vec::new(), Vec::new());
    for (turn, moment) in MOMENTS.into_iter().enumerate() {
        let truth = lived(None, moment);
        assert!(truth.counts[0].contains("xa-2"), "{:?}", truth.counts);
        let hands = tables.iter().flat_map(|(of, hands)| hands.iter().map(move |hand| (of, hand)));
        for (number, (of, hand)) in hands.enumerate().filter(|(number, _)| all || (number + turn).is_multiple_of(6)) {
            let told = lived(Some(hand), moment);
            let new: Vec<&String> = told.said.iter().filter(|line| !truth.said.contains(line)).collect();
            let word = match (told.counts == truth.counts, new.is_empty()) {
                (true, _) => {
                    prevented += 1;
                    "prevented".to_owned()
                }
                (false, false) => {
                    visible += 1;
                    new.iter().map(|line| line.chars().take(60).collect::<String>()).collect::<Vec<_>>().join("; ")
                }
                (false, true) => {
                    unseen.push(format!("{moment}: {of}: {}\n{:?}\n{:?}", hand.0, truth.counts[0], told.counts[0]));
                    "UNSEEN".to_owned()
                }
            };
            table.push(format!("{moment} | {of} | {number} {} | {word}", hand.0));
        }
    }
    println!("{}", table.join("\n"));
    println!("{} hands at the desk: {prevented} prevented, {visible} visible", table.len());
    assert!(table.len() >= if all { 100 } else { 15 }, "{}", table.len());
    assert!(unseen.is_empty(), "{} unseen:\n{}", unseen.len(), unseen.join("\n"));
}
