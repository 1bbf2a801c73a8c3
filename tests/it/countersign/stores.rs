//! One machine and several stores: its knowledge of a log does not depend on the path of the store.
use super::*;

/// Moves the store to another path, such as another mount.
fn move_store(office: &Office) {
    std::fs::rename(office.at("store"), office.at("moved")).expect("a folder");
}

fn accept(office: &Office, store: &str) -> Output {
    office.run(&["enrol", "--accept", "--store", store, "--yes"])
}

#[test]
fn a_moved_store_is_compared_with_the_accepted_registry() {
    let (office, _, _) = two_stations();
    move_store(&office);
    let (rows, code, stderr) = office.collect_into("sticks", "moved");
    assert_eq!(code, Some(0), "as it was accepted: {rows:?} {stderr}");
    assert!(stderr.contains("/store"), "with what it was compared is told: {stderr}");
    assert!(!office.collect_into("sticks", "moved").2.contains("/store"), "once");
    // Changes of others count as unaccepted under the new path too.
    let (office, _, second) = two_stations();
    let (forged, unknown) = (station_life("xa-2", 99), station_life("xa-3", 98));
    office.write_registry(&office.registry().replace(&second.vkey(), &forged.vkey()));
    let log = format!(
        "\n[[log]]\nstation = \"xa-3\"\nkey = \"{}\"\nenrolled-at = \"2023-01-01T00:00:00Z\"\n",
        unknown.vkey()
    );
    office.write_registry(&(office.registry() + &log));
    move_store(&office);
    for life in [&forged, &unknown] {
        life.export(&office.at("sticks/forged").join(&life.id));
    }
    for _ in 0..2 {
        let (rows, code, stderr) = office.collect_into("sticks", "moved");
        assert_eq!(code, Some(1), "{stderr}");
        assert!(has_row(&rows, "xa-1", "whole"), "{rows:?}");
        assert!(has_row(&rows, "xa-2", "not-accepted") && has_row(&rows, "xa-2", "taken-out"), "{rows:?}");
        assert!(has_row(&rows, "xa-3", "not-accepted"), "{rows:?}");
        assert!(
            !office.at("sticks/forged/xa-2/cosigned").exists() && !office.at("sticks/forged/xa-3/cosigned").exists()
        );
    }
    assert!(accept(&office, "moved").status.success());
    office.collect_into("sticks", "moved");
    assert!(office.at("sticks/forged/xa-2/cosigned").exists(), "a person has accepted it");
}

#[test]
fn a_registry_that_contradicts_the_witness_is_not_accepted_at_first_sight() {
    let (office, _, second) = two_stations();
    // A former release stored heads, but nothing about registries.
    std::fs::remove_file(office.at("state/loa/witness/registries")).expect("it exists");
    let forged = station_life("xa-2", 99);
    office.write_registry(&office.registry().replace(&second.vkey(), &forged.vkey()));
    forged.export(&office.at("sticks/forged"));
    for _ in 0..2 {
        let (rows, code, stderr) = office.collect();
        assert_eq!(code, Some(1), "{stderr}");
        assert!(has_row(&rows, "xa-1", "whole") && has_row(&rows, "xa-2", "not-accepted"), "{rows:?}");
        assert!(!office.at("sticks/forged/cosigned").exists(), "not signed");
    }
}

/// A machine with two stores, and a station in each.
fn two_stores() -> Office {
    let office = Office::new();
    for (store, life) in [("a", station_life("xa-1", 11)), ("b", station_life("xa-2", 12))] {
        assert!(office.run(&["enrol", &life.vkey(), "--store", store, "--yes"]).status.success());
        life.export(&office.at(&format!("sticks-{store}/{}", life.id)));
        let (rows, code, stderr) = office.collect_into(&format!("sticks-{store}"), store);
        assert_eq!(code, Some(0), "{rows:?} {stderr}");
    }
    office
}

#[test]
fn stations_of_another_store_are_not_reported_as_removed_from_this_one() {
    let office = two_stores();
    // A former release stored heads, but not into which store they were collected.
    std::fs::remove_file(office.at("state/loa/witness/registries")).expect("it exists");
    let (rows, code, stderr) = office.collect_into("sticks-a", "a");
    assert_eq!((code, rows.len()), (Some(0), 1), "{rows:?} {stderr}");
    assert!(stderr.contains("into which store") && stderr.contains("xa-2"), "the unknown log is reported: {stderr}");
    assert_eq!(office.collect_into("sticks-b", "b").1, Some(0));
    let (_, code, stderr) = office.collect_into("sticks-a", "a");
    assert!(code == Some(0) && !stderr.contains("xa-2"), "its store is known: {stderr}");
    // After a person accepts that they are absent here, they are not reported.
    let office = two_stores();
    std::fs::remove_file(office.at("state/loa/witness/registries")).expect("it exists");
    assert!(accept(&office, "a").status.success());
    let (_, code, stderr) = office.collect_into("sticks-a", "a");
    assert!(code == Some(0) && !stderr.contains("xa-2"), "{stderr}");
    assert_eq!(office.collect_into("sticks-b", "b").1, Some(0), "they remain accepted in their own store");
}

#[test]
fn a_log_whose_removal_is_accepted_in_one_store_is_not_missing_in_another() {
    let office = two_stores();
    let registry = std::fs::read_to_string(office.at("a/registry.toml")).expect("it is there");
    std::fs::write(office.at("a/registry.toml"), without(&registry, "xa-1")).expect("a folder");
    assert!(accept(&office, "a").status.success());
    let (rows, code, stderr) = office.collect_into("sticks-b", "b");
    assert!(code == Some(0) && !stderr.contains("xa-1"), "{rows:?} {stderr}");
}

#[test]
fn a_full_collection_keeps_the_first_countersignature_and_separates_old_from_new_findings() {
    let station = station_after_days(10);
    let department = Department::of(&station);
    let (store, stick) = (MemoryStorage::default(), exported_stick(&station));
    let collect = |now, full| match department.collect_at(&stick, &store, &[], now, full) {
        CollectOutcome::Collected { summary, .. } => summary.plausibility,
        other => panic!("{other:?}"),
    };
    let first = collect(1_700_000_000, false);
    let older_than_witness = first.fold.older_than_witness();
    assert!(older_than_witness.is_some(), "the log begins before it was collected");
    assert!(first.audible_outcomes().0 > 0);
    for full in [true, false, true] {
        let plausibility = collect(1_710_000_000, full);
        assert_eq!(plausibility.fold.older_than_witness(), older_than_witness, "full: {full}");
        assert_eq!(plausibility.audible_outcomes(), (0, 0), "full: {full}: no outcome is new");
        assert_eq!(plausibility.fold.sounded_counts(), first.fold.sounded_counts(), "full: {full}");
    }
}

/// When a clock is set right, dates come again that were over before the log was collected. A department that had lost
/// its state of the log's beginning used to report these dates as dates without outcomes.
#[test]
fn a_department_that_lost_its_judgement_judges_the_whole_log_again() {
    let station = station_after_days(2).off_for(3600).clock_set(12 * 86_400).run_for(6 * 86_400);
    let mut department = Department::of(&station);
    let (store, origin) = (MemoryStorage::default(), log_key(station.disk()).name);
    assert!(matches!(department.collect(&exported_stick(&station), &store, &[]), CollectOutcome::Collected { .. }));
    let station = station.off_for(3600).clock_set(-12 * 86_400).run_for(30 * 86_400);
    department.memory.replace(&format!("folds/{}", key_folder(&origin)), b"{").expect("memory");
    let CollectOutcome::Collected { summary, .. } = department.collect(&exported_stick(&station), &store, &[]) else {
        panic!("an honest log");
    };
    assert_eq!(summary.plausibility.findings, []);
    let first_collection = Department::of(&station).collect(&exported_stick(&station), &MemoryStorage::default(), &[]);
    let CollectOutcome::Collected { summary: expected, .. } = first_collection else { panic!("an honest log") };
    assert_eq!(
        summary.plausibility.fold.sounded_counts(),
        expected.plausibility.fold.sounded_counts(),
        "counted over the whole log"
    );
}

/// A stored judgement by earlier rules lacks what a new rule would find in the collected entries.
#[test]
fn a_judgement_by_earlier_rules_is_made_again_and_keeps_the_first_countersignature() {
    let station = station_after_days(10);
    let mut department = Department::of(&station);
    let (store, stick) = (MemoryStorage::default(), exported_stick(&station));
    let collect = |department: &Department, now| match department.collect_at(&stick, &store, &[], now, false) {
        CollectOutcome::Collected { summary, .. } => summary.plausibility.fold,
        other => panic!("{other:?}"),
    };
    let first = collect(&department, 1_700_000_000);
    let name = format!("folds/{}", key_folder(&log_key(station.disk()).name));
    let stored: serde_json::Value = serde_json::from_slice(&department.memory.bytes(&name)).expect("JSON");
    for (rules, sounded) in [(Some(1), 7), (Some(0), first.sounded_counts().0), (None, first.sounded_counts().0)] {
        let mut changed = stored.clone();
        changed["sounded"][0] = 7.into();
        let fields = changed.as_object_mut().expect("an object");
        match rules {
            Some(version) => fields.insert("rules".to_owned(), version.into()),
            None => fields.remove("rules"),
        };
        department.memory.replace(&name, changed.to_string().as_bytes()).expect("memory");
        let fold = collect(&department, 1_710_000_000);
        assert_eq!(fold.sounded_counts().0, sounded, "{rules:?}");
        assert_eq!(fold.first_cosigned(), first.first_cosigned(), "{rules:?}");
    }
}

#[test]
fn a_full_collection_does_not_report_known_findings_as_new() {
    let office = Office::new();
    let life = station_life("xa-1", 11).day_with(|note| note.played_ms = note.labels.planned_ms * 5);
    office.enrol(&life);
    life.export(&office.at("sticks"));
    let findings = |options: &[&str]| {
        let arguments = ["collect", "sticks", "--into", "store", "--silent-days", "60000", "--format", "json"];
        let output = office.run(&[&arguments, options].concat());
        let rows: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", output_text(&output)));
        let plausibility = &rows[0]["plausibility"];
        let new_count = plausibility["findings"].as_array().expect("an array").len();
        (
            new_count,
            plausibility["findings_in_all"].as_u64(),
            plausibility["sounded"].as_u64(),
            rows[0]["detail"].to_string(),
        )
    };
    let (new_count, all_count, sounded, _) = findings(&[]);
    assert!(new_count > 0 && all_count == Some(new_count as u64), "{new_count} of {all_count:?}");
    for options in [&[][..], &["--full"], &[]] {
        let (new_again, all_again, sounded_again, detail) = findings(options);
        assert_eq!((new_again, all_again, sounded_again), (0, all_count, sounded), "{options:?}: {detail}");
        assert!(detail.contains("in earlier collections"), "{options:?}: {detail}");
    }
}

/// The power goes after the new plausibility state is stored and before the new head is.
#[test]
fn a_power_cut_between_plausibility_state_and_head_keeps_the_first_countersignature() {
    let station = station_after_days(10);
    let department = Department::of(&station);
    let store = MemoryStorage::default();
    let older_than_witness = |outcome: CollectOutcome| match outcome {
        CollectOutcome::Collected { summary, .. } => summary.plausibility.fold.older_than_witness(),
        other => panic!("{other:?}"),
    };
    let first = older_than_witness(department.collect_at(&exported_stick(&station), &store, &[], 1_700_000_000, false));
    assert!(first.is_some());
    let old_memory = department.memory.copy();
    let station = station.run_for(86_400);
    assert_eq!(
        older_than_witness(department.collect_at(&exported_stick(&station), &store, &[], 1_710_000_000, false)),
        first
    );
    for name in department.memory.names().iter().filter(|name| !name.starts_with("folds/")) {
        department.memory.clone().replace(name, &old_memory.bytes(name)).expect("memory");
    }
    assert_eq!(
        older_than_witness(department.collect_at(&exported_stick(&station), &store, &[], 1_720_000_000, false)),
        first
    );
}

#[test]
fn a_late_plan_is_judged_together_with_the_earlier_entries() {
    let station = station_after_days(10);
    let department = Department::of(&station);
    let (store, complete_stick) = (MemoryStorage::default(), exported_stick(&station));
    let stick_without_plans = complete_stick.copy();
    for name in stick_without_plans.names().iter().filter(|name| name.starts_with("kept/") && name.ends_with(".json")) {
        stick_without_plans.clone().remove(name).expect("memory");
    }
    let fold_of = |outcome: CollectOutcome| match outcome {
        CollectOutcome::Collected { summary, .. } => {
            let mut fold = serde_json::to_value(&summary.plausibility.fold).expect("JSON");
            fold["cosigned"] = Value::Null;
            fold
        }
        other => panic!("{other:?}"),
    };
    let expected = fold_of(Department::of(&station).collect(&complete_stick, &MemoryStorage::default(), &[]));
    assert_ne!(fold_of(department.collect(&stick_without_plans, &store, &[])), expected);
    assert_eq!(fold_of(department.collect(&complete_stick, &store, &[])), expected);
}
