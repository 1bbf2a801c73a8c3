//! Paths that are no store, and days that are collected in part.
use super::*;

/// The files and folders below a folder, sorted.
fn paths_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> =
        entries.flat_map(|entry| std::iter::once(entry.path()).chain(paths_below(&entry.path()))).collect();
    paths.sort();
    paths
}

#[test]
fn no_command_makes_a_store_from_a_wrong_path() {
    let key = simulated_station("xa-1", 1).vkey();
    for name in ["sotre", "usb", "a-file"] {
        let office = Office::new();
        simulated_station("xa-1", 2).export(&office.path("stick"));
        std::fs::create_dir(office.path("usb")).expect("make the folder");
        std::fs::write(office.path("usb/tin.mp3"), b"x").expect("write the file");
        std::fs::write(office.path("a-file"), b"x").expect("write the file");
        for arguments in [
            &["report", name][..],
            &["report", name, "--format", "csv"],
            &["index", name],
            &["index", name, "--rebuild"],
            &["reconcile", name, "xa-1", "--date", "2023-01-01"],
            &["collect", "stick", "--into", name],
            &["collect", "stick", "--into", name, "--format", "json"],
            &["enrol", &key, "--store", name, "--exposed"],
            &["enrol", "--accept", "--store", name, "--yes"],
        ] {
            let before = paths_below(&office.path("."));
            let output = office.run(&[arguments, &["--lang", "en"]].concat());
            let text = printed(&output);
            assert_eq!(output.status.code(), Some(78), "{arguments:?}: {text}");
            assert!(text.contains(&format!("{name} is not a department's store")), "{arguments:?}: {text}");
            assert_eq!(paths_below(&office.path(".")), before, "{arguments:?} creates nothing");
        }
    }
}

#[test]
fn a_refused_enrolment_makes_no_store() {
    let office = Office::new();
    let key = simulated_station("xa-1", 1).vkey();
    let output = office.run(&["enrol", &key, "--store", "store", "--lang", "en"]);
    assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
    assert!(printed(&output).contains("New store: store"), "{}", printed(&output));
    assert!(!office.path("store").exists(), "{:?}", paths_below(&office.path("store")));
}

#[test]
fn a_day_that_is_collected_in_part_says_so() {
    let office = Office::new();
    let station = simulated_station("xa-1", 5);
    office.enrol(&station);
    let station = station.morning();
    station.export(&office.path("stick"));
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    let reconcile = |date: &str, lang: &str| {
        let output = office.run(&["reconcile", "store", "xa-1", "--date", date, "--lang", lang]);
        (output.status.code(), printed(&output))
    };
    let (code, text) = reconcile("2023-01-06", "en");
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("COLLECTED IN PART: the collected log ends at 06:10 on 06/01/2023"), "{text}");
    assert!(text.contains("8 airings without an outcome"), "{text}");
    let (_, text) = reconcile("2023-01-06", "vi");
    assert!(text.contains("MỚI THU NHẬN MỘT PHẦN: nhật ký đã thu nhận mới đến 06:10 ngày 06/01/2023"), "{text}");
    let (_, text) = reconcile("2023-01-05", "en");
    assert!(!text.contains("COLLECTED IN PART"), "the next day is in the log: {text}");
    let output = office.run(&["reconcile", "store", "xa-1", "--date", "2023-01-06", "--format", "json"]);
    let day: Value = serde_json::from_slice(&output.stdout).expect("parse the JSON");
    assert!(day["collected_until"].as_str().is_some_and(|at| at.starts_with("2023-01-06T06:10")), "{day}");
    // All outcomes of the day are known, but not whether something else was aired in the evening.
    let station = station.evening();
    station.export(&office.path("stick"));
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    let (code, text) = reconcile("2023-01-06", "en");
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("COLLECTED IN PART: the collected log ends at"), "{text}");
}
