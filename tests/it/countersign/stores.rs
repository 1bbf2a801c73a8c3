//! One machine and several stores: what it knows of a log does not hang on where the store lies.
use super::*;

/// Puts a store elsewhere: under another mount, say.
fn moved(desk: &Desk) {
    std::fs::rename(desk.at("store"), desk.at("moved")).expect("a folder");
}

fn accept(desk: &Desk, store: &str) -> Output {
    desk.run(&["enrol", "--accept", "--store", store, "--yes"])
}

#[test]
fn a_store_under_another_path_is_compared_with_what_was_accepted() {
    let (desk, _, _) = province();
    moved(&desk);
    let (rows, code, said) = desk.collect_into("sticks", "moved");
    assert_eq!(code, Some(0), "as it was accepted: {rows:?} {said}");
    assert!(said.contains("/store"), "with what it was compared is told: {said}");
    assert!(!desk.collect_into("sticks", "moved").2.contains("/store"), "once");
    // What others have changed before it was seen there is as much in dispute as under its former path.
    let (desk, _, two) = province();
    let (forged, strange) = (life("xa-2", 99), life("xa-3", 98));
    desk.write_registry(&desk.registry().replace(&two.vkey(), &forged.vkey()));
    let log = format!(
        "\n[[log]]\nstation = \"xa-3\"\nkey = \"{}\"\nenrolled-at = \"2023-01-01T00:00:00Z\"\n",
        strange.vkey()
    );
    desk.write_registry(&(desk.registry() + &log));
    moved(&desk);
    for life in [&forged, &strange] {
        life.export(&desk.at("sticks/forged").join(&life.id));
    }
    for _ in 0..2 {
        let (rows, code, said) = desk.collect_into("sticks", "moved");
        assert_eq!(code, Some(1), "{said}");
        assert!(is(&rows, "xa-1", "whole"), "{rows:?}");
        assert!(is(&rows, "xa-2", "not-accepted") && is(&rows, "xa-2", "taken-out"), "{rows:?}");
        assert!(is(&rows, "xa-3", "not-accepted"), "{rows:?}");
        assert!(!desk.at("sticks/forged/xa-2/cosigned").exists() && !desk.at("sticks/forged/xa-3/cosigned").exists());
    }
    assert!(accept(&desk, "moved").status.success());
    desk.collect_into("sticks", "moved");
    assert!(desk.at("sticks/forged/xa-2/cosigned").exists(), "a person has accepted it");
}

#[test]
fn a_registry_that_contradicts_the_witness_is_not_taken_as_the_first() {
    let (desk, _, two) = province();
    // The memory of a former release: heads, and nothing about registries.
    std::fs::remove_file(desk.at("state/loa/witness/registries")).expect("it was there");
    let forged = life("xa-2", 99);
    desk.write_registry(&desk.registry().replace(&two.vkey(), &forged.vkey()));
    forged.export(&desk.at("sticks/forged"));
    for _ in 0..2 {
        let (rows, code, said) = desk.collect();
        assert_eq!(code, Some(1), "{said}");
        assert!(is(&rows, "xa-1", "whole") && is(&rows, "xa-2", "not-accepted"), "{rows:?}");
        assert!(!desk.at("sticks/forged/cosigned").exists(), "not signed");
    }
}

/// A machine with two stores, and a station in each.
fn two_stores() -> Desk {
    let desk = Desk::new();
    for (store, life) in [("a", life("xa-1", 11)), ("b", life("xa-2", 12))] {
        assert!(desk.run(&["enrol", &life.vkey(), "--store", store, "--yes"]).status.success());
        life.export(&desk.at(&format!("sticks-{store}/{}", life.id)));
        let (rows, code, said) = desk.collect_into(&format!("sticks-{store}"), store);
        assert_eq!(code, Some(0), "{rows:?} {said}");
    }
    desk
}

#[test]
fn stations_of_another_store_are_not_taken_out_of_this_one() {
    let desk = two_stores();
    // The memory of a former release: heads, and not into which store they were collected.
    std::fs::remove_file(desk.at("state/loa/witness/registries")).expect("it was there");
    let (rows, code, said) = desk.collect_into("sticks-a", "a");
    assert_eq!((code, rows.len()), (Some(0), 1), "{rows:?} {said}");
    assert!(said.contains("into which store") && said.contains("xa-2"), "it is told all the same: {said}");
    assert_eq!(desk.collect_into("sticks-b", "b").1, Some(0));
    let (_, code, said) = desk.collect_into("sticks-a", "a");
    assert!(code == Some(0) && !said.contains("xa-2"), "now it is known: {said}");
    // Where a person lets them go, nothing is told of them either.
    let desk = two_stores();
    std::fs::remove_file(desk.at("state/loa/witness/registries")).expect("it was there");
    assert!(accept(&desk, "a").status.success());
    let (_, code, said) = desk.collect_into("sticks-a", "a");
    assert!(code == Some(0) && !said.contains("xa-2"), "{said}");
    assert_eq!(desk.collect_into("sticks-b", "b").1, Some(0), "and where they are at home they are");
}

#[test]
fn what_was_let_go_from_one_store_is_not_missing_in_another() {
    let desk = two_stores();
    let registry = std::fs::read_to_string(desk.at("a/registry.toml")).expect("it is there");
    std::fs::write(desk.at("a/registry.toml"), without(&registry, "xa-1")).expect("a folder");
    assert!(accept(&desk, "a").status.success());
    let (rows, code, said) = desk.collect_into("sticks-b", "b");
    assert!(code == Some(0) && !said.contains("xa-1"), "{rows:?} {said}");
}

#[test]
fn a_full_reading_keeps_the_first_countersignature_and_tells_old_from_new() {
    let station = days(10);
    let department = Department::of(&station);
    let (store, stick) = (MemoryStorage::default(), stick(&station));
    let take = |now, full| match department.take_at(&stick, &store, &[], now, full) {
        CollectOutcome::Taken { exported, .. } => exported.plausibility,
        other => panic!("{other:?}"),
    };
    let first = take(1_700_000_000, false);
    let older = first.fold.older_than_witness();
    assert!(older.is_some(), "the log begins before it was collected");
    assert!(first.audible_outcomes().0 > 0);
    for full in [true, false, true] {
        let again = take(1_710_000_000, full);
        assert_eq!(again.fold.older_than_witness(), older, "full: {full}");
        assert_eq!(again.audible_outcomes(), (0, 0), "full: {full}: nothing of it is new");
        assert_eq!(again.fold.sounded(), first.fold.sounded(), "full: {full}");
    }
}

/// Dates that were planned and over before a log was collected, and come again when the clock is put right, were told as
/// dates without outcomes when the department had lost what it knew of the beginning.
#[test]
fn a_department_that_lost_its_judgement_judges_the_whole_log_again() {
    let station = days(2).off_for(3600).clock_set(12 * 86_400).run_for(6 * 86_400);
    let mut department = Department::of(&station);
    let (store, origin) = (MemoryStorage::default(), key_of(station.disk()).name);
    assert!(matches!(department.take(&stick(&station), &store, &[]), CollectOutcome::Taken { .. }));
    let station = station.off_for(3600).clock_set(-12 * 86_400).run_for(30 * 86_400);
    department.memory.replace(&format!("folds/{}", key_folder(&origin)), b"{").expect("memory");
    let CollectOutcome::Taken { exported, .. } = department.take(&stick(&station), &store, &[]) else {
        panic!("an honest log");
    };
    assert_eq!(exported.plausibility.findings, []);
    let fresh = Department::of(&station).take(&stick(&station), &MemoryStorage::default(), &[]);
    let CollectOutcome::Taken { exported: fresh, .. } = fresh else { panic!("an honest log") };
    assert_eq!(exported.plausibility.fold.sounded(), fresh.plausibility.fold.sounded(), "of the whole log");
}

#[test]
fn what_a_full_reading_finds_again_is_no_news() {
    let desk = Desk::new();
    let life = life("xa-1", 11).day_with(|note| note.played_ms = note.labels.planned_ms * 5);
    desk.enrol(&life);
    life.export(&desk.at("sticks"));
    let findings = |more: &[&str]| {
        let words = ["collect", "sticks", "--into", "store", "--silent-days", "60000", "--format", "json"];
        let output = desk.run(&[&words, more].concat());
        let rows: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)));
        let plausibility = &rows[0]["plausibility"];
        let new = plausibility["findings"].as_array().expect("an array").len();
        (new, plausibility["findings_in_all"].as_u64(), plausibility["sounded"].as_u64(), rows[0]["detail"].to_string())
    };
    let (new, all, sounded, _) = findings(&[]);
    assert!(new > 0 && all == Some(new as u64), "{new} of {all:?}");
    for more in [&[][..], &["--full"], &[]] {
        let (again, count, sounds, said) = findings(more);
        assert_eq!((again, count, sounds), (0, all, sounded), "{more:?}: {said}");
        assert!(said.contains("in earlier collections"), "{more:?}: {said}");
    }
}

/// The new judgement is stored, and then the power goes before the new head is.
#[test]
fn a_cut_between_judgement_and_head_forgets_no_first_countersignature() {
    let station = days(10);
    let department = Department::of(&station);
    let store = MemoryStorage::default();
    let older = |taken: CollectOutcome| match taken {
        CollectOutcome::Taken { exported, .. } => exported.plausibility.fold.older_than_witness(),
        other => panic!("{other:?}"),
    };
    let first = older(department.take_at(&stick(&station), &store, &[], 1_700_000_000, false));
    assert!(first.is_some());
    let before = department.memory.copy();
    let station = station.run_for(86_400);
    assert_eq!(older(department.take_at(&stick(&station), &store, &[], 1_710_000_000, false)), first);
    for name in department.memory.names().iter().filter(|name| !name.starts_with("folds/")) {
        department.memory.clone().replace(name, &before.bytes(name)).expect("memory");
    }
    assert_eq!(older(department.take_at(&stick(&station), &store, &[], 1_720_000_000, false)), first);
}

#[test]
fn a_plan_that_comes_late_is_judged_with_what_came_before_it() {
    let station = days(10);
    let department = Department::of(&station);
    let (store, whole) = (MemoryStorage::default(), stick(&station));
    let lacking = whole.copy();
    for name in lacking.names().iter().filter(|name| name.starts_with("kept/") && name.ends_with(".json")) {
        lacking.clone().remove(name).expect("memory");
    }
    let known = |taken: CollectOutcome| match taken {
        CollectOutcome::Taken { exported, .. } => {
            let mut fold = serde_json::to_value(&exported.plausibility.fold).expect("JSON");
            fold["cosigned"] = Value::Null;
            fold
        }
        other => panic!("{other:?}"),
    };
    let truth = known(Department::of(&station).take(&whole, &MemoryStorage::default(), &[]));
    assert_ne!(known(department.take(&lacking, &store, &[])), truth);
    assert_eq!(known(department.take(&whole, &store, &[])), truth);
}
