use std::collections::{BTreeMap, BTreeSet};

use super::addendum::{PeriodAddendum, explain, render_addendum_csv};
use super::cause::{CauseKind, CountedFrom, causes};
use super::compare::{CsvTable, RowDifference, TableComparison, compare_tables, differences};
use super::fault::ClosingFault;
use super::kept::{leftovers, read_kept_files};
use super::manifest::{ClosingManifest, CountedLog, StatedCopy, stated_from_bytes, stated_to_bytes};
use super::*;
use crate::airlog::storage::{MemoryStorage, Storage};
use crate::department::journal::period_closing::ClosedFile;
use crate::department::registry::Registry;
use crate::department::report::LogEvidence;
use crate::proof::note::{NoteSigner, SignatureType};

fn range() -> DateRange {
    let date = |text: &str| text.parse().expect("parse the date");
    DateRange { from: date("2023-01-15"), until: date("2023-02-14") }
}

fn table(text: &str) -> CsvTable {
    CsvTable::parse(format!("\u{feff}{text}").as_bytes()).expect("parse the CSV")
}

fn cells(rows: &[RowDifference]) -> Vec<(String, String, String, String, Option<i64>)> {
    let of_row = |row: &RowDifference| {
        let key = row.key.iter().map(|(column, cell)| format!("{column}={cell}")).collect::<Vec<_>>().join(";");
        let cell = move |cell: &super::compare::CellDifference| {
            (key.clone(), cell.column.clone(), cell.closed.clone(), cell.now.clone(), cell.change())
        };
        row.cells.iter().map(cell).collect::<Vec<_>>()
    };
    rows.iter().flat_map(of_row).collect()
}

#[test]
fn rows_are_compared_by_their_ids_and_only_in_closed_columns() {
    let closed = table("station,name,planned,late_p50_ms\r\na,Đài A,10,\r\nb,Đài B,5,3\r\n");
    let now = table("station,name,planned,late_p50_ms,new_column\r\na,Đài A2,12,,9\r\nc,Đài C,1,2,9\r\n");
    let cell = |key: &str, column: &str, closed: &str, now: &str, change| {
        (key.to_owned(), column.to_owned(), closed.to_owned(), now.to_owned(), change)
    };
    let expected = [
        cell("station=a", "name", "Đài A", "Đài A2", None),
        cell("station=a", "planned", "10", "12", Some(2)),
        cell("station=b", "name", "Đài B", "", None),
        cell("station=b", "planned", "5", "", None),
        cell("station=b", "late_p50_ms", "3", "", None),
        cell("station=c", "name", "", "Đài C", None),
        cell("station=c", "planned", "", "1", None),
        cell("station=c", "late_p50_ms", "", "2", None),
    ];
    assert_eq!(cells(&differences("station", &closed, &now)), expected);
    assert_eq!(differences("station", &closed, &closed), []);
    // Two rows with the same key are both compared, and the dates of added-up rows are values.
    let closed = table("addressee,from,until,rows\r\nBáo,2023-01-16,2023-01-17,2\r\nBáo,2023-01-16,2023-01-17,2\r\n");
    let now = table("addressee,from,until,rows\r\nBáo,2023-01-16,2023-01-18,3\r\nBáo,2023-01-16,2023-01-17,2\r\n");
    let expected = [
        cell("addressee=Báo", "until", "2023-01-17", "2023-01-18", None),
        cell("addressee=Báo", "rows", "2", "3", Some(1)),
    ];
    assert_eq!(cells(&differences("stated", &closed, &now)), expected);
    for text in ["", "a,b\r\n1\r\n"] {
        assert_eq!(CsvTable::parse(text.as_bytes()), None, "{text:?}");
    }
}

#[test]
fn only_equal_tables_and_added_columns_pass_a_recount() {
    let closed = "\u{feff}station,name,planned\r\na,Đài A,10\r\nb,Đài B,5\r\n";
    let compared = |now: &str| compare_tables("station", closed.as_bytes(), now.as_bytes());
    assert_eq!(compared(closed), TableComparison::Same);
    let wider = "\u{feff}station,name,new,planned\r\na,Đài A,1,10\r\nb,Đài B,1,5\r\n";
    assert_eq!(compared(wider), TableComparison::AddedColumns);
    for now in [
        "\u{feff}station,name,planned\r\nb,Đài B,5\r\na,Đài A,10\r\n",
        "\u{feff}station,name,new,planned\r\nb,Đài B,1,5\r\na,Đài A,1,10\r\n",
        "\u{feff}planned,station,name\r\n10,a,Đài A\r\n5,b,Đài B\r\n",
        "station,name,planned\r\na,Đài A,10\r\nb,Đài B,5\r\n",
        "\u{feff}station,name,planned\r\n\"a\",Đài A,10\r\nb,Đài B,5\r\n",
    ] {
        assert_eq!(compared(now), TableComparison::Arranged, "{now}");
    }
    let doubled = "\u{feff}station,name,planned\r\na,Đài A,10\r\na,Đài A,10\r\nb,Đài B,5\r\n";
    assert!(matches!(compared(doubled), TableComparison::Differs(rows) if rows.len() == 1));
    for now in ["", "\u{feff}station,name,planned\r\na\r\n"] {
        assert_eq!(compared(now), TableComparison::Unreadable, "{now}");
    }
}

fn registry(stations: &[(&str, &str, &str)]) -> Registry {
    let station = |(id, name, commune): &(&str, &str, &str)| {
        format!("[[station]]\nid = \"{id}\"\nname = \"{name}\"\n[[station.place]]\ncommune-code = \"{commune}\"\n")
    };
    Registry::parse(&stations.iter().map(station).collect::<String>()).expect("parse the registry")
}

#[test]
fn other_logs_of_a_station_in_the_registry_are_a_cause() {
    let key = |number: u8| {
        let name = format!("loa/a/{}", format!("{number:02x}").repeat(16));
        NoteSigner::new(&name, SignatureType::Plain, &[number; 32]).expect("make the key").public().to_string()
    };
    let with_logs = |logs: &[(u8, &str)]| {
        let log = |(number, at): &(u8, &str)| {
            format!("[[log]]\nstation = \"a\"\nkey = \"{}\"\nenrolled-at = \"{at}\"\n", key(*number))
        };
        let station = "[[station]]\nid = \"a\"\nname = \"Đài A\"\n";
        Registry::parse(&format!("{station}{}", logs.iter().map(log).collect::<String>())).expect("parse the registry")
    };
    let (january, march, may) = ("2023-01-01T00:00:00Z", "2023-03-01T00:00:00Z", "2023-05-01T00:00:00Z");
    let closed = with_logs(&[(1, january), (2, march)]);
    let codes = |now: Registry| {
        let now = CountedFrom { registry: &now, targets: None, stated: &[] };
        let closed = CountedFrom { registry: &closed, targets: None, stated: &[] };
        let causes = causes(&manifest(Vec::new()), &closed, &now, &[], &BTreeMap::new());
        causes.iter().map(super::cause::Cause::code).collect::<Vec<_>>()
    };
    assert_eq!(codes(closed.clone()), Vec::<String>::new());
    assert_eq!(codes(with_logs(&[(1, january), (2, march), (3, may)])), Vec::<String>::new(), "only a new one");
    for logs in [&[(1, may), (2, march)][..], &[(1, january)], &[(1, january), (3, march)]] {
        assert_eq!(codes(with_logs(logs)), ["registry-log:a"], "{logs:?}");
    }
}

fn manifest(logs: Vec<CountedLog>) -> ClosingManifest {
    ClosingManifest {
        format: ClosingManifest::current_format(),
        from: range().from,
        until: range().until,
        period: "month".to_owned(),
        closed_on: range().until,
        clock_us: None,
        language: "vi".to_owned(),
        program: PROGRAM.to_owned(),
        made_by: "chuyên viên".to_owned(),
        checked_by: "trưởng phòng".to_owned(),
        journal_entries: 3,
        tables: vec!["station".to_owned()],
        logs,
        campaigns: None,
    }
}

fn log(station: &str, entries: u64) -> (CountedLog, LogEvidence) {
    let origin = format!("loa/{station}/0123");
    let missing_plans = BTreeSet::new();
    let counted = CountedLog {
        station: station.to_owned(),
        origin: origin.clone(),
        entries,
        root: String::new(),
        head: String::new(),
        missing_plans,
    };
    (counted, LogEvidence { station: station.to_owned(), origin, entries, ..LogEvidence::default() })
}

#[test]
fn each_row_gets_the_causes_of_its_stations() {
    let closed_registry = registry(&[("a", "Đài A", "1"), ("b", "Đài B", "2"), ("d", "Đài D", "2")]);
    let present_registry = registry(&[("a", "Đài A mới", "2"), ("b", "Đài B", "2"), ("c", "Đài C", "3")]);
    let ((mut log_a, evidence_a), (log_b, mut evidence_b)) = (log("a", 10), log("b", 10));
    let (_, evidence_c) = log("c", 7);
    evidence_b.entries = 15;
    log_a.missing_plans.insert("ab".to_owned());
    let (log_d, _) = log("d", 4);
    let stated = [StatedCopy { name: "stated/1.csv".to_owned(), text: String::new() }];
    let closed = CountedFrom { registry: &closed_registry, targets: None, stated: &[] };
    let now = CountedFrom { registry: &present_registry, targets: Some(b"x"), stated: &stated };
    let mut manifest = manifest(vec![log_a, log_b, log_d]);
    manifest.program = "loa 0.0.9".to_owned();
    let causes = causes(&manifest, &closed, &now, &[evidence_a, evidence_b, evidence_c], &BTreeMap::new());
    let codes: Vec<String> = causes.iter().map(super::cause::Cause::code).collect();
    let expected = [
        "plans-arrived:a",
        "later-entries:b",
        "log-gone:d",
        "new-log:c",
        "renamed:a",
        "moved:a",
        "station-removed:d",
        "station-added:c",
        "targets",
        "stated-rows",
        "program",
    ];
    assert_eq!(codes, expected);
    assert!(causes.iter().any(|cause| cause.kind == CauseKind::LaterEntries { entries: 5 }));
    let row = |name: &str, key: &str, value: &str| {
        let closed = table(&format!("{key},planned\r\n{value},3\r\n"));
        let now = table(&format!("{key},planned\r\n{value},1\r\n"));
        differences(name, &closed, &now).remove(0)
    };
    let rows = vec![row("station", "station", "b"), row("commune", "commune_code", "1"), row("topic", "topic", "5")];
    let differences = explain(rows, &causes, [&closed_registry, &present_registry], range());
    let addendum = PeriodAddendum {
        range: range(),
        closed_line: String::new(),
        number: None,
        causes,
        differences,
        since: Vec::new(),
    };
    let lines: Vec<String> = render_addendum_csv(&addendum).lines().map(str::to_owned).collect();
    let general = "targets;stated-rows;program";
    assert_eq!(lines[1], format!("station,station=b,planned,3,1,-2,later-entries:b;{general}"));
    assert_eq!(
        lines[2],
        format!("commune,commune_code=1,planned,3,1,-2,plans-arrived:a;renamed:a;moved:a;{general}"),
        "the station belonged to the commune when the period was closed"
    );
    assert_eq!(lines[3], format!("topic,topic=5,planned,3,1,-2,later-entries:b;{general}"));
}

#[test]
fn the_manifest_and_the_stated_files_are_read_as_they_were_written() {
    let manifest = manifest(vec![log("a", 10).0]);
    assert_eq!(ClosingManifest::parse(&manifest.to_bytes()), Some(manifest.clone()));
    let later = String::from_utf8(manifest.to_bytes()).expect("the text is UTF-8");
    assert_eq!(ClosingManifest::parse(later.replace("closing/v1", "closing/v2").as_bytes()), None);
    let files: Vec<StatedCopy> = ["ngày;\"a\"\r\n", ""]
        .map(|text| StatedCopy { name: "stated/1.csv".to_owned(), text: text.to_owned() })
        .to_vec();
    assert_eq!(stated_from_bytes(&stated_to_bytes(&files)), Some(files));
    assert_eq!(stated_from_bytes(b"{}\n"), None);
}

/// A journal that closes January twice and February once, with an addendum to the first.
fn journal() -> Journal {
    let signer = NoteSigner::new("loa-witness/mau", SignatureType::Cosignature, &[7; 32]).expect("make the key");
    let mut journal = Journal::begin(signer.public(), b"0123456789abcdef", "2023-03-01T00:00:00Z");
    let closing = |from: &str, until: &str| {
        JournalBody::PeriodClosing(Box::new(PeriodClosing {
            from: from.to_owned(),
            until: until.to_owned(),
            made_by: "chuyên viên".to_owned(),
            checked_by: "trưởng phòng".to_owned(),
            program: PROGRAM.to_owned(),
            files: vec![ClosedFile::new("station.csv", b"x"), ClosedFile::new("topic.csv", b"yy")],
        }))
    };
    let addendum = JournalBody::Addendum(Box::new(Addendum {
        closing: 1,
        number: 1,
        made_by: String::new(),
        checked_by: String::new(),
        program: String::new(),
        files: vec![ClosedFile::new("addendum.csv", b"z")],
    }));
    let at = "2023-03-01T00:00:00Z";
    journal.push(at, &closing("2023-01-15", "2023-02-14"));
    journal.push(at, &closing("2023-02-15", "2023-03-14"));
    journal.push(at, &addendum);
    journal.push(at, &closing("2023-01-15", "2023-02-14"));
    journal.push(at, &closing("không phải ngày", "2023-02-14"));
    journal
}

#[test]
fn a_closing_is_compared_with_the_journal_file_by_file() {
    let journal = journal();
    let reread = Journal::parse(journal.lines().to_vec()).expect("parse the journal");
    let closings = recorded_closings(&reread);
    let seqs: Vec<(u64, usize, &[u64])> =
        closings.iter().map(|closing| (closing.seq, closing.addenda.len(), &closing.repeated_by[..])).collect();
    assert_eq!(seqs, [(1, 1, &[4][..]), (2, 0, &[])]);
    let twice = ClosingFault::ClosedTwice { entries: vec![4] };
    let faults =
        |storage: &MemoryStorage| read_kept_files(storage, &closings[0]).expect("in-memory storage never fails").faults;
    let mut storage = MemoryStorage::default();
    let missing_addendum = ClosingFault::FileMissing { name: "addendum-1/addendum.csv".to_owned() };
    assert_eq!(faults(&storage), [ClosingFault::FolderMissing, missing_addendum, twice.clone()]);
    let folder = "closings/2023-01-15..2023-02-14";
    for (name, bytes) in [("station.csv", &b"x"[..]), ("topic.csv", b"yy"), ("addendum-1/addendum.csv", b"z")] {
        storage.replace(&format!("{folder}/{name}"), bytes).expect("in-memory storage never fails");
    }
    assert_eq!(faults(&storage), std::slice::from_ref(&twice));
    storage.replace(&format!("{folder}/topic.csv"), b"yyy").expect("in-memory storage never fails");
    let altered = ClosingFault::FileAltered { name: "topic.csv".to_owned() };
    assert_eq!(faults(&storage), [altered, twice], "a longer file is not read to its end");
    assert_eq!(leftovers(&storage, &closings[1..]).len(), 1);
    assert_eq!(leftovers(&storage, &closings), []);
}
