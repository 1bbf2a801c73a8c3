//! Changed, damaged and misplaced indexes.
use super::*;

#[test]
fn a_changed_index_changes_no_report() {
    let office = Office::with_collected(&[&simulated_station("xa-1").days(10)]);
    let tables = ["station", "topic", "segment", "day"];
    let stdout = |output: Output| String::from_utf8(output.stdout).expect("the text is UTF-8");
    let tables_of = |office: &Office| tables.map(|by| stdout(office.report(&["--by", by, "--format", "csv"])));
    let expected = tables_of(&office);
    assert_eq!(tables_of(&office), expected);
    let index_path = office.index_path();
    let wal_file = index_path.with_extension("sqlite-wal");
    let index_bytes = std::fs::read(&index_path).expect("read the index");
    for sql in [
        "UPDATE airing SET result = 0, reason = NULL, played_ms = planned_ms, level = 1",
        "DELETE FROM airing WHERE result = 2",
        "UPDATE word SET text = 'khác' WHERE text = 'muc-tieu'",
        "UPDATE topic SET topic = 9 WHERE topic = 1",
        "UPDATE plan SET date = date + 100",
        "UPDATE log SET head = ''",
        "DELETE FROM log",
    ] {
        rusqlite::Connection::open(&index_path).and_then(|db| db.execute(sql, [])).expect(sql);
        let report = office.report(&[]);
        assert!(
            printed(&report).contains("rebuilt from the store"),
            "{sql}: the report mentions that the index was rebuilt: {}",
            printed(&report)
        );
        assert_eq!(tables_of(&office), expected, "{sql}");
        assert!(
            !printed(&office.report(&[])).contains("rebuilt from the store"),
            "{sql}: an index that this machine wrote is not rebuilt"
        );
    }
    // A truncated index, a file that is not an index, and a change in the write-ahead log.
    std::fs::write(&index_path, &index_bytes[..index_bytes.len() / 2]).expect("write the file");
    assert_eq!(tables_of(&office), expected);
    std::fs::write(&index_path, b"no database").expect("write the file");
    assert_eq!(tables_of(&office), expected);
    let db = rusqlite::Connection::open(&index_path).expect("open the index");
    db.execute("UPDATE airing SET played_ms = 0", []).expect("change the index");
    let (database_bytes, wal_bytes) = (std::fs::read(&index_path).expect("read the index"), std::fs::read(&wal_file));
    drop(db);
    let wal_bytes = wal_bytes.expect("the change is in the write-ahead log");
    std::fs::write(&index_path, database_bytes).expect("write the file");
    std::fs::write(&wal_file, wal_bytes).expect("write the file");
    assert_eq!(tables_of(&office), expected);
    let reconcile_arguments = ["reconcile", "store", "xa-1", "--date", "2023-01-03"];
    let reconciliation = printed(&office.run(&reconcile_arguments));
    rusqlite::Connection::open(&index_path)
        .and_then(|db| db.execute("DELETE FROM airing", []))
        .expect("change the index");
    let second_reconciliation = office.run(&reconcile_arguments);
    assert_eq!(
        String::from_utf8_lossy(&second_reconciliation.stdout),
        reconciliation.as_str(),
        "`loa reconcile` also detects a changed index"
    );
}

#[test]
fn the_index_is_not_in_the_store() {
    let office = Office::with_collected(&[&simulated_station("xa-1").days(10)]);
    let segment_table = |office: &Office| office.report(&["--by", "segment", "--format", "csv"]).stdout;
    let expected = segment_table(&office);
    let index_count = || {
        let names =
            std::fs::read_dir(office.path("store")).expect("list the folder").flatten().map(|entry| entry.file_name());
        names.filter(|name| name.to_string_lossy().starts_with("index")).count()
    };
    assert_eq!(index_count(), 0, "someone with access to the store could change the index while it is read");
    // An earlier release left an index in the store, and someone has changed it. That index is reported once and never
    // read.
    let (index_path, old_index_path) = (office.index_path(), office.path("store/index.sqlite"));
    std::fs::copy(&index_path, &old_index_path).expect("copy the file");
    let change = "UPDATE airing SET result = 0, played_ms = planned_ms";
    rusqlite::Connection::open(&old_index_path).and_then(|db| db.execute(change, [])).expect(change);
    let old_bytes = std::fs::read(&old_index_path).expect("read the file");
    assert_eq!(segment_table(&office), expected);
    std::fs::remove_dir_all(office.path("state/loa/index")).expect("delete the folder");
    let outputs = [office.run(&["index", "store"]), office.run(&["index", "store"])].map(|output| printed(&output));
    assert!(outputs[0].contains("no longer used") && !outputs[1].contains("no longer used"), "{outputs:?}");
    assert!(
        outputs.iter().all(|output| output.contains(&*index_path.to_string_lossy())),
        "the path of the index is printed: {outputs:?}"
    );
    assert_eq!(segment_table(&office), expected);
    assert_eq!(std::fs::read(&old_index_path).expect("read the file"), old_bytes, "the old index is not changed");
}
