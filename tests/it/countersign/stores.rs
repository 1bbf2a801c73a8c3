//! One machine with several stores: the machine's records about a log do not depend on the path of the store.
use super::*;

/// Moves the store to another path, such as another mount.
fn move_store(office: &Office) {
    std::fs::rename(office.path("store"), office.path("moved")).expect("rename the path");
}

fn accept(office: &Office, store: &str) -> Output {
    office.run(&["enrol", "--accept", "--store", store, "--yes"])
}

#[test]
fn a_moved_store_is_compared_with_the_accepted_registry() {
    let (office, _, _) = office_with_two_stations();
    move_store(&office);
    let (rows, code, stderr) = office.collect_into("sticks", "moved");
    assert_eq!(code, Some(0), "the registry is still the accepted one: {rows:?} {stderr}");
    assert!(stderr.contains("/store"), "the path of the compared registry is printed: {stderr}");
    assert!(!office.collect_into("sticks", "moved").2.contains("/store"), "the path is printed only once");
    // Changes by others are not accepted under the new path either.
    let (office, _, second_station) = office_with_two_stations();
    let (forged_station, unknown_station) = (simulated_station("xa-2", 99), simulated_station("xa-3", 98));
    office.write_registry(&office.registry().replace(&second_station.vkey(), &forged_station.vkey()));
    let log = format!(
        "\n[[log]]\nstation = \"xa-3\"\nkey = \"{}\"\nenrolled-at = \"2023-01-01T00:00:00Z\"\n",
        unknown_station.vkey()
    );
    office.write_registry(&(office.registry() + &log));
    move_store(&office);
    for station in [&forged_station, &unknown_station] {
        station.export(&office.path("sticks/forged").join(&station.id));
    }
    for _ in 0..2 {
        let (rows, code, stderr) = office.collect_into("sticks", "moved");
        assert_eq!(code, Some(1), "{stderr}");
        assert!(has_row(&rows, "xa-1", "whole"), "{rows:?}");
        assert!(has_row(&rows, "xa-2", "not-accepted") && has_row(&rows, "xa-2", "taken-out"), "{rows:?}");
        assert!(has_row(&rows, "xa-3", "not-accepted"), "{rows:?}");
        assert!(
            !office.path("sticks/forged/xa-2/cosigned").exists()
                && !office.path("sticks/forged/xa-3/cosigned").exists()
        );
    }
    assert!(accept(&office, "moved").status.success());
    office.collect_into("sticks", "moved");
    assert!(office.path("sticks/forged/xa-2/cosigned").exists(), "the change is accepted");
}

#[test]
fn a_registry_seen_for_the_first_time_is_reported_with_its_missing_logs() {
    let (office, _, _) = office_with_two_stations();
    // Restores the state of an earlier release, which stored heads but nothing about registries.
    std::fs::remove_file(office.path("state/loa/witness/registries")).expect("delete the file");
    office.write_registry(&registry_without(&office.registry(), "xa-2"));
    let (rows, code, stderr) = office.collect();
    assert!(stderr.contains("first time"), "{stderr}");
    assert_eq!(code, Some(1), "a log that was countersigned before is missing: {stderr}");
    assert!(has_row(&rows, "xa-2", "taken-out"), "{rows:?}");
    let acceptance = office.run(&["enrol", "--accept", "--store", "store", "--yes"]);
    assert!(acceptance.status.success(), "{}", output_text(&acceptance));
    std::fs::remove_dir_all(office.path("sticks/xa-2")).expect("delete the folder");
    let (_, code, stderr) = office.collect();
    assert!(code == Some(0) && !stderr.contains("first time"), "{stderr}");
}

#[test]
fn a_registry_that_contradicts_the_witness_is_not_accepted_when_it_is_first_seen() {
    let (office, _, second_station) = office_with_two_stations();
    // Restores the state of an earlier release, which stored heads but nothing about registries.
    std::fs::remove_file(office.path("state/loa/witness/registries")).expect("delete the file");
    let forged_station = simulated_station("xa-2", 99);
    office.write_registry(&office.registry().replace(&second_station.vkey(), &forged_station.vkey()));
    forged_station.export(&office.path("sticks/forged"));
    for _ in 0..2 {
        let (rows, code, stderr) = office.collect();
        assert_eq!(code, Some(1), "{stderr}");
        assert!(has_row(&rows, "xa-1", "whole") && has_row(&rows, "xa-2", "not-accepted"), "{rows:?}");
        assert!(!office.path("sticks/forged/cosigned").exists(), "the log is not signed");
    }
}

/// A machine with two stores, and a station in each.
fn two_stores() -> Office {
    let office = Office::new();
    for (store, station) in [("a", simulated_station("xa-1", 11)), ("b", simulated_station("xa-2", 12))] {
        assert!(office.run(&["enrol", &station.vkey(), "--store", store, "--yes"]).status.success());
        station.export(&office.path(&format!("sticks-{store}/{}", station.id)));
        let (rows, code, stderr) = office.collect_into(&format!("sticks-{store}"), store);
        assert_eq!(code, Some(0), "{rows:?} {stderr}");
    }
    office
}

#[test]
fn stations_of_another_store_are_not_reported_as_removed_from_this_one() {
    let office = two_stores();
    // Restores the state of an earlier release, which stored heads but not the stores of their logs.
    std::fs::remove_file(office.path("state/loa/witness/registries")).expect("delete the file");
    let (rows, code, stderr) = office.collect_into("sticks-a", "a");
    assert_eq!((code, rows.len()), (Some(0), 1), "{rows:?} {stderr}");
    assert!(stderr.contains("into which store") && stderr.contains("xa-2"), "the unknown log is reported: {stderr}");
    assert_eq!(office.collect_into("sticks-b", "b").1, Some(0));
    let (_, code, stderr) = office.collect_into("sticks-a", "a");
    assert!(code == Some(0) && !stderr.contains("xa-2"), "the store of the log is known: {stderr}");
    // After the operator accepts that these stations are not in this store, they are no longer reported.
    let office = two_stores();
    std::fs::remove_file(office.path("state/loa/witness/registries")).expect("delete the file");
    assert!(accept(&office, "a").status.success());
    let (_, code, stderr) = office.collect_into("sticks-a", "a");
    assert!(code == Some(0) && !stderr.contains("xa-2"), "{stderr}");
    assert_eq!(
        office.collect_into("sticks-b", "b").1,
        Some(0),
        "the stations of the other store remain accepted there"
    );
}

#[test]
fn a_log_whose_removal_is_accepted_in_one_store_is_not_missing_in_another() {
    let office = two_stores();
    let registry = std::fs::read_to_string(office.path("a/registry.toml")).expect("read the file");
    std::fs::write(office.path("a/registry.toml"), registry_without(&registry, "xa-1")).expect("write the file");
    assert!(accept(&office, "a").status.success());
    let (rows, code, stderr) = office.collect_into("sticks-b", "b");
    assert!(code == Some(0) && !stderr.contains("xa-1"), "{rows:?} {stderr}");
}

#[test]
fn a_full_collection_keeps_the_first_countersignature_and_separates_old_from_new_findings() {
    let station = station_after_days(10);
    let department = Department::with_enrolled(&station);
    let (store, stick) = (MemoryStorage::default(), exported_stick(&station));
    let collect = |now_s, reads_all_entries| match department.collect_at(&stick, &store, &[], now_s, reads_all_entries)
    {
        CollectOutcome::Collected { summary, .. } => summary.plausibility,
        other => panic!("{other:?}"),
    };
    let first_plausibility = collect(1_700_000_000, false);
    let age_remark = first_plausibility.fold.age_remark();
    assert!(age_remark.is_some(), "the log begins before it was collected");
    assert!(first_plausibility.audible_outcome_counts().0 > 0);
    for reads_all_entries in [true, false, true] {
        let plausibility = collect(1_710_000_000, reads_all_entries);
        assert_eq!(plausibility.fold.age_remark(), age_remark, "full: {reads_all_entries}");
        assert_eq!(plausibility.audible_outcome_counts(), (0, 0), "full: {reads_all_entries}: no outcome is new");
        assert_eq!(
            plausibility.fold.sounded_counts(),
            first_plausibility.fold.sounded_counts(),
            "full: {reads_all_entries}"
        );
    }
}

/// After a clock is corrected, dates that ended before the log was collected occur a second time. A department that had
/// lost its state for the beginning of the log used to report such dates as dates without outcomes.
#[test]
fn a_department_that_lost_its_plausibility_state_checks_the_complete_log_again() {
    let station = station_after_days(2).off_for(3600).clock_set(12 * 86_400).run_for(6 * 86_400);
    let mut department = Department::with_enrolled(&station);
    let (store, origin) = (MemoryStorage::default(), log_key(station.disk()).name);
    assert!(matches!(department.collect(&exported_stick(&station), &store, &[]), CollectOutcome::Collected { .. }));
    let station = station.off_for(3600).clock_set(-12 * 86_400).run_for(30 * 86_400);
    department
        .witness_state
        .replace(&format!("folds/{}", key_folder(&origin)), b"{")
        .expect("in-memory storage never fails");
    let CollectOutcome::Collected { summary, .. } = department.collect(&exported_stick(&station), &store, &[]) else {
        panic!("the honest log is not collected");
    };
    assert_eq!(summary.plausibility.findings, []);
    let first_collection =
        Department::with_enrolled(&station).collect(&exported_stick(&station), &MemoryStorage::default(), &[]);
    let CollectOutcome::Collected { summary: expected_summary, .. } = first_collection else {
        panic!("the honest log is not collected")
    };
    assert_eq!(
        summary.plausibility.fold.sounded_counts(),
        expected_summary.plausibility.fold.sounded_counts(),
        "the counts cover the complete log"
    );
}

/// A plausibility state stored under earlier rules lacks the findings that a new rule would have made in the entries
/// already collected.
#[test]
fn a_plausibility_state_from_earlier_rules_is_computed_again_and_keeps_the_first_countersignature() {
    let station = station_after_days(10);
    let mut department = Department::with_enrolled(&station);
    let (store, stick) = (MemoryStorage::default(), exported_stick(&station));
    let collect = |department: &Department, now_s| match department.collect_at(&stick, &store, &[], now_s, false) {
        CollectOutcome::Collected { summary, .. } => summary.plausibility.fold,
        other => panic!("{other:?}"),
    };
    let first_fold = collect(&department, 1_700_000_000);
    let name = format!("folds/{}", key_folder(&log_key(station.disk()).name));
    let stored_state: serde_json::Value =
        serde_json::from_slice(&department.witness_state.bytes(&name)).expect("parse the JSON");
    // The changed state has a false count of 7, which is replaced only if the state is computed again.
    for (rules, expected_sounded) in
        [(Some(1), 7), (Some(0), first_fold.sounded_counts().0), (None, first_fold.sounded_counts().0)]
    {
        let mut changed_state = stored_state.clone();
        changed_state["sounded"][0] = 7.into();
        let fields = changed_state.as_object_mut().expect("the value is an object");
        match rules {
            Some(version) => fields.insert("rules".to_owned(), version.into()),
            None => fields.remove("rules"),
        };
        let bytes = changed_state.to_string().into_bytes();
        department.witness_state.replace(&name, &bytes).expect("in-memory storage never fails");
        let fold = collect(&department, 1_710_000_000);
        assert_eq!(fold.sounded_counts().0, expected_sounded, "{rules:?}");
        assert_eq!(fold.first_cosigned_s(), first_fold.first_cosigned_s(), "{rules:?}");
    }
}

#[test]
fn a_full_collection_does_not_report_known_findings_as_new() {
    let office = Office::new();
    let station = simulated_station("xa-1", 11).day_with(|outcome| outcome.played_ms = outcome.labels.planned_ms * 5);
    office.enrol(&station);
    station.export(&office.path("sticks"));
    let collect_findings = |options: &[&str]| {
        let arguments = ["collect", "sticks", "--into", "store", "--silent-days", "60000", "--format", "json"];
        let output = office.run(&[&arguments, options].concat());
        let rows: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", output_text(&output)));
        let plausibility = &rows[0]["plausibility"];
        let new_count = plausibility["findings"].as_array().expect("the value is an array").len();
        (
            new_count,
            plausibility["findings_in_all"].as_u64(),
            plausibility["sounded"].as_u64(),
            rows[0]["detail"].to_string(),
        )
    };
    let (new_count, all_count, sounded, _) = collect_findings(&[]);
    assert!(new_count > 0 && all_count == Some(new_count as u64), "{new_count} of {all_count:?}");
    for options in [&[][..], &["--full"], &[]] {
        let (later_new_count, later_all_count, later_sounded, detail) = collect_findings(options);
        assert_eq!((later_new_count, later_all_count, later_sounded), (0, all_count, sounded), "{options:?}: {detail}");
        assert!(detail.contains("in earlier collections"), "{options:?}: {detail}");
    }
}

/// The power fails after the new plausibility state is stored, but before the new head is stored.
#[test]
fn a_power_cut_between_plausibility_state_and_head_keeps_the_first_countersignature() {
    let station = station_after_days(10);
    let department = Department::with_enrolled(&station);
    let store = MemoryStorage::default();
    let age_remark = |outcome: CollectOutcome| match outcome {
        CollectOutcome::Collected { summary, .. } => summary.plausibility.fold.age_remark(),
        other => panic!("{other:?}"),
    };
    let first_remark = age_remark(department.collect_at(&exported_stick(&station), &store, &[], 1_700_000_000, false));
    assert!(first_remark.is_some());
    let old_state = department.witness_state.copy();
    let station = station.run_for(86_400);
    let outcome = department.collect_at(&exported_stick(&station), &store, &[], 1_710_000_000, false);
    assert_eq!(age_remark(outcome), first_remark);
    for name in department.witness_state.names().iter().filter(|name| !name.starts_with("folds/")) {
        department.witness_state.clone().replace(name, &old_state.bytes(name)).expect("in-memory storage never fails");
    }
    let outcome = department.collect_at(&exported_stick(&station), &store, &[], 1_720_000_000, false);
    assert_eq!(age_remark(outcome), first_remark);
}

#[test]
fn a_late_plan_is_checked_together_with_the_earlier_entries() {
    let station = station_after_days(10);
    let department = Department::with_enrolled(&station);
    let (store, complete_stick) = (MemoryStorage::default(), exported_stick(&station));
    let stick_without_plans = complete_stick.copy();
    for name in stick_without_plans.names().iter().filter(|name| name.starts_with("kept/") && name.ends_with(".json")) {
        stick_without_plans.clone().remove(name).expect("in-memory storage never fails");
    }
    let fold_of = |outcome: CollectOutcome| match outcome {
        CollectOutcome::Collected { summary, .. } => {
            let mut fold = serde_json::to_value(&summary.plausibility.fold).expect("serialise to JSON");
            fold["cosigned"] = Value::Null;
            fold
        }
        other => panic!("{other:?}"),
    };
    let expected =
        fold_of(Department::with_enrolled(&station).collect(&complete_stick, &MemoryStorage::default(), &[]));
    assert_ne!(fold_of(department.collect(&stick_without_plans, &store, &[])), expected);
    assert_eq!(fold_of(department.collect(&complete_stick, &store, &[])), expected);
}
