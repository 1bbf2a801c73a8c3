//! Logs that are judged again although they have no new entries: under later rules, or with a plan that arrives late.
use loa::airlog::keys::os_seed;
use loa::department::witness::Witness;
use loa::logstore::location::StorageLocation;
use rusqlite::Connection;

use super::*;

/// Updates the index with the library's function. Returns true if that changed the index.
fn update_changes_index(office: &Office) -> bool {
    let location = StorageLocation::Folder(office.path("store"));
    let registry = Registry::read(&location.storage()).expect("read the registry");
    let state = FolderStorage::for_secrets(office.path("state/loa/witness"));
    let witness = Witness::open(state, os_seed).expect("open the witness");
    let mut index = AiringIndex::open(&office.index_path()).expect("open the index");
    let faults = index.update(&location, &registry, &witness).expect("update the index");
    assert_eq!(faults, []);
    index.is_modified()
}

fn query_number(office: &Office, sql: &str) -> i64 {
    let db = Connection::open(office.index_path()).expect("open the index");
    db.query_row(sql, [], |row| row.get(0)).expect(sql)
}

/// The disk of a station was replaced, so its log never gets another entry.
#[test]
fn a_log_without_new_entries_is_judged_by_new_rules() {
    let too_long = |outcome: &mut OutcomeEntry| {
        outcome.played_ms = outcome.labels.planned_ms * 5;
        outcome.result = Outcome::Aired;
    };
    let office = Office::with_collected(&[&simulated_station("xa-1").day_with(too_long)]);
    office.report(&[]);
    let implausible_count_sql = "SELECT count(*) FROM airing WHERE doubt IS NOT NULL";
    assert_eq!(query_number(&office, implausible_count_sql), 16);
    assert!(!update_changes_index(&office), "nothing is new");
    for old_fold in ["json_set(fold, '$.rules', 0)", "json_remove(fold, '$.rules')", "''"] {
        // This makes the index look as if older rules had accepted these airings.
        let db = Connection::open(office.index_path()).expect("open the index");
        let sql = format!("UPDATE airing SET doubt = NULL; UPDATE log SET fold = {old_fold};");
        db.execute_batch(&sql).expect("change the index");
        drop(db);
        assert!(update_changes_index(&office), "{old_fold}");
        assert_eq!(query_number(&office, implausible_count_sql), 16, "{old_fold}");
        assert_eq!(query_number(&office, "SELECT count(*) FROM airing"), 16, "{old_fold}");
        assert!(!update_changes_index(&office), "{old_fold}: the log is judged again only once");
    }
}

#[test]
fn a_plan_that_arrives_late_is_judged_by_the_next_report() {
    let station = simulated_station("xa-1").day_with(unchanged).day_with_shorter_plan().day_with(unchanged);
    let office = Office::with_collected(&[&station]);
    let finding = "a later plan of 2023-01-02 omits 8";
    let report = || printed(&office.report(&["--lang", "en"]));
    assert!(report().contains(finding));
    // The kept files of the plans do not arrive with the log.
    let vkey = station.vkey();
    let (origin, _) = vkey.split_once('+').expect("a key begins with the name of its log");
    let kept_folder = office.path("store").join(origin).join("kept");
    std::fs::rename(&kept_folder, office.path("late")).expect("move the folder");
    std::fs::remove_file(office.index_path()).expect("delete the index");
    let report_without_plans = report();
    assert!(!report_without_plans.contains(finding), "{report_without_plans}");
    std::fs::rename(office.path("late"), &kept_folder).expect("move the folder");
    let report_with_plans = report();
    assert!(report_with_plans.contains(finding), "{report_with_plans}");
    assert_eq!(report(), report_with_plans);
    office.assert_python_agrees();
}
