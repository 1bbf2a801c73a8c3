//! Items that an edit moved to another position of their session: the report counts what the log page counts.
use std::path::Path;

use loa::logstore::export::export;
use loa::logstore::source::{LogForm, LogSource};
use loa::proof::verify::VerifyPolicy;

use super::*;
use crate::logpage::write_airlog;
use crate::media;
use crate::station::Station;

const SETTINGS: &str = "[station]\nid = \"xa-1\"\nname = \"Đài mẫu (hư cấu)\"\nagency = \"UBND xã (hư cấu)\"\n";

const PLAYLIST: &str = r#"
[[segment]]
id = "nhac"
title = "Nhạc hiệu"
file = "s-10.mp3"

[[segment]]
id = "tin"
title = "Bản tin xã"
file = "s-15.mp3"

[[segment]]
id = "ket"
title = "Lời kết"
file = "s-5.mp3"

[[session]]
id = "sang"
at = "05:15"
play = ["nhac", "tin"]
closing = "ket"

[[session]]
id = "chieu"
at = "17:00"
play = ["nhac", "tin", "nhac"]
"#;

/// The playlist after `loa add s-7.mp3 --session sang --on tomorrow`.
fn playlist_after_addition() -> String {
    let home = tempfile::tempdir().expect("make a temporary folder");
    let folder = home.path().join("dai");
    for name in ["dai/playlists", "dai/audio", "dai/airlog", "usb"] {
        std::fs::create_dir_all(home.path().join(name)).expect("make the folder");
    }
    std::fs::write(folder.join("station.toml"), SETTINGS).expect("write the settings");
    std::fs::write(folder.join("playlists/mau.toml"), PLAYLIST).expect("write the playlist");
    for seconds in [5, 10, 15] {
        media::encode_signal(&folder.join("audio"), &format!("s-{seconds}.mp3"), seconds * 24_000, 24_000, 1, &[]);
    }
    let file = media::encode_signal(&home.path().join("usb"), "s-7.mp3", 7 * 24_000, 24_000, 1, &[]);
    let arguments = ["add", "--id", "moi", "--title", "Bản tin mới", "--session", "sang", "--on", "tomorrow"];
    let addition = program::loa(home.path()).args(arguments).arg(&file).current_dir(&folder).output();
    let addition = addition.expect("the program starts");
    assert!(addition.status.success(), "{}", printed(&addition));
    std::fs::read_to_string(folder.join("playlists/mau.toml")).expect("read the playlist")
}

fn station() -> Station {
    Station::new("2023-01-03T04:00:00").settings(SETTINGS).playlist(PLAYLIST)
}

/// Exports the log of a station, and returns its key.
fn export_log(station: &Station, folder: &Path) -> String {
    let source = LogSource { storage: station.disk().clone(), form: LogForm::Airlog };
    let mut stick = FolderStorage::new(folder.to_owned());
    let result = export(&source, &mut stick, VerifyPolicy::default(), 1).expect("export the log");
    result.expect("export an honest log").verified.key.expect("the log has a key").to_string()
}

impl Office {
    /// Exports and collects the log of a station. The first time, its key is enrolled.
    fn receive(&self, station: &Station) {
        let key = export_log(station, &self.path("sticks/xa-1"));
        if !self.path("store/registry.toml").exists() {
            assert!(self.run(&["enrol", &key, "--store", "store", "--yes"]).status.success());
        }
        self.collect();
    }

    /// The planned airings of the station, and how many of them were aired, partial, missed and without an outcome.
    fn counts(&self) -> [i64; 5] {
        let rows = self.csv_rows("station");
        assert_eq!(rows.len(), 1, "{rows:?}");
        ["planned", "aired", "partial", "missed", "unknown"].map(|column| rows[0][column].parse().expect("a number"))
    }

    /// The report's tables in each grouping that a moved item could change.
    fn tables(&self) -> Vec<String> {
        let groupings = ["station", "topic", "language", "segment", "day"];
        let table = |by: &&str| String::from_utf8(self.report(&["--by", by, "--format", "csv"]).stdout);
        groupings.iter().map(|by| table(by).expect("the text is UTF-8")).collect()
    }
}

/// The numbers of [`Office::counts`], from the totals of `loa log --month`; `None` while the page has no outcome, so no
/// totals.
fn page_counts(station: &Station) -> Option<[i64; 5]> {
    let folder = tempfile::tempdir().expect("make a temporary folder");
    write_airlog(station.disk(), folder.path());
    let arguments = ["log", "airlog", "--month", "2023-01", "--lang", "en"];
    let output = program::loa(folder.path()).args(arguments).current_dir(folder.path()).output();
    let text = printed(&output.expect("the program starts"));
    let totals = text.lines().find(|line| line.starts_with("Total: "))?;
    let number_before = |words: &str| totals.split_once(words)?.0.rsplit(' ').nth(1)?.parse().ok();
    let planned = totals.strip_prefix("Total: ")?.split(' ').next()?.parse().ok()?;
    let outcome_counts =
        ["aired", "partial", "missed", "without an outcome"].map(|words| number_before(words).unwrap_or(0));
    let [aired, partial, missed, unknown] = outcome_counts;
    Some([planned, aired, partial, missed, unknown])
}

#[test]
fn a_closing_item_that_an_addition_moved_is_neither_withdrawn_nor_missed() {
    let edited_playlist = playlist_after_addition();
    assert!(edited_playlist.contains("play = [\"nhac\", \"tin\", { segment = \"moi\", dates = ["), "{edited_playlist}");
    let office = Office::new();
    // Before the edit, between the edit and the session, and after the session.
    let station = station().run_until("2023-01-03T04:05:00");
    office.receive(&station);
    assert_eq!(office.counts(), [6, 0, 0, 0, 6]);
    let station = station.edit(60, &edited_playlist).run_until("2023-01-03T04:20:00");
    office.receive(&station);
    assert_eq!(office.counts(), [6, 0, 0, 0, 6]);
    let station = station.run_until("2023-01-03T06:00:00");
    let outcome = "sang@2023-01-03T05:15:00#3 missed withdrawn".to_owned();
    assert!(station.outcomes().contains(&outcome), "the station keeps the old id: {:?}", station.outcomes());
    office.receive(&station);
    assert_eq!(office.counts(), [6, 3, 0, 0, 3]);
    assert_eq!(page_counts(&station), Some(office.counts()));
    assert_eq!(office.cell("missed_withdrawn"), 0);
    let station = station.run_until("2023-01-03T18:00:00");
    office.receive(&station);
    assert_eq!(office.counts(), [6, 6, 0, 0, 0]);
    assert_eq!(page_counts(&station), Some(office.counts()));
    assert_eq!(office.cell("planned_ms"), 65_000);
    office.assert_python_agrees();
    // No format of the report mentions a withdrawal, and the reconciled day has no row for the old position.
    for format in ["text", "html"] {
        let text = printed(&office.report(&["--format", format, "--lang", "en"]));
        assert!(!text.contains("withdrawn"), "{format}: {text}");
    }
    let output = office.run(&["reconcile", "store", "xa-1", "--date", "2023-01-03", "--format", "json"]);
    let reconciliation: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", printed(&output)));
    let rows = reconciliation["planned"].as_array().expect("the value is an array");
    assert!(rows.len() == 6 && rows.iter().all(|row| row["result"] == "aired"), "{reconciliation}");
    // An index that is built from the complete log gives the same tables.
    let tables = office.tables();
    std::fs::remove_file(office.index_path()).expect("delete the index");
    assert_eq!(office.tables(), tables);
}

#[test]
fn after_several_edits_in_a_day_only_the_item_that_was_removed_for_good_is_missed() {
    let playlist_with_dated_item = PLAYLIST.replace(
        "play = [\"nhac\", \"tin\"]",
        "play = [{ segment = \"ket\", dates = [2023-01-09] }, \"nhac\", \"tin\"]",
    );
    let playlist_without_last_item = PLAYLIST.replace("[\"nhac\", \"tin\", \"nhac\"]", "[\"nhac\", \"tin\"]");
    let edits = [
        playlist_with_dated_item.as_str(),
        PLAYLIST,
        &playlist_with_dated_item,
        &playlist_without_last_item,
        PLAYLIST,
        &playlist_without_last_item,
    ];
    let stepwise_office = Office::new();
    let mut station = station().run_until("2023-01-03T04:01:00");
    for (number, edit) in edits.into_iter().enumerate() {
        stepwise_office.receive(&station);
        assert_eq!(stepwise_office.counts()[1..4], [0, 0, 0], "edit {number}");
        station = station.edit(30, edit).run_until(&format!("2023-01-03T04:0{}:00", number + 2));
    }
    for time in ["04:30:00", "05:15:12", "12:00:00", "17:00:12", "23:00:00"] {
        stepwise_office.receive(&station);
        let counts = stepwise_office.counts();
        // Before its time, a withdrawn item is unknown in the report, and no longer planned on the page.
        assert_eq!(page_counts(&station).unwrap_or(counts)[1..4], counts[1..4], "{time}");
        station = station.run_until(&format!("2023-01-03T{time}"));
    }
    stepwise_office.receive(&station);
    // The last item of the afternoon was removed for good.
    let [planned, .., missed, unknown] = stepwise_office.counts();
    assert_eq!((planned, missed, unknown, stepwise_office.cell("missed_withdrawn")), (6, 1, 0, 1));
    stepwise_office.assert_python_agrees();
    assert_eq!(page_counts(&station), Some(stepwise_office.counts()));
    let one_step_office = Office::new();
    one_step_office.receive(&station);
    assert_eq!(one_step_office.tables(), stepwise_office.tables());
}

#[test]
fn a_kept_plan_that_arrives_late_changes_nothing_in_the_end() {
    let edited_playlist = PLAYLIST.replace(
        "play = [\"nhac\", \"tin\"]",
        "play = [\"nhac\", \"tin\", { segment = \"tin\", dates = [2023-01-09] }]",
    );
    let station = station().edit(60, &edited_playlist).run_until("2023-01-03T18:00:00");
    let one_step_office = Office::new();
    one_step_office.receive(&station);
    assert_eq!(one_step_office.counts(), [6, 6, 0, 0, 0]);
    one_step_office.assert_python_agrees();
    let plan_hashes = station.log().into_iter().filter(|record| record.kind == "plan").filter_map(|r| r.body.sha256);
    let plan_hashes: Vec<String> = plan_hashes.collect();
    assert_eq!(plan_hashes.len(), 2, "{plan_hashes:?}");
    for late_hashes in [&plan_hashes[..1], &plan_hashes[1..], &plan_hashes[..]] {
        let office = Office::new();
        office.receive(&station);
        let key = export_log(&station, &office.path("other"));
        let kept = office.path("store").join(key.split('+').next().expect("a key begins with a name")).join("kept");
        let kept_path = |sha256: &str| kept.join(format!("{sha256}.json"));
        for sha256 in late_hashes {
            std::fs::rename(kept_path(sha256), office.path(sha256)).expect("move the plan");
        }
        if office.path("state/loa/index").exists() {
            std::fs::remove_dir_all(office.path("state/loa/index")).expect("delete the index");
        }
        let (planned, unknown) = (office.cell("planned"), office.cell("unknown"));
        assert!(planned >= 6 && unknown == 0, "{planned} {unknown}");
        for sha256 in late_hashes {
            std::fs::rename(office.path(sha256), kept_path(sha256)).expect("move the plan");
        }
        assert_eq!(office.tables(), one_step_office.tables());
    }
}

#[test]
fn outcomes_immediately_replace_the_unknown_airings_of_a_missing_plan() {
    let office = Office::new();
    let station = station().run_until("2023-01-03T04:05:00");
    let receive_without_plan = |station: &Station| {
        let stick = office.path("sticks/xa-1");
        let key = export_log(station, &stick);
        for record in station.log().into_iter().filter(|record| record.kind == "plan") {
            let plan = stick.join(format!("kept/{}.json", record.body.sha256.expect("a plan has a hash")));
            std::fs::remove_file(plan).expect("delete the plan");
        }
        if !office.path("store/registry.toml").exists() {
            assert!(office.run(&["enrol", &key, "--store", "store", "--yes"]).status.success());
        }
        let output = office.run(&["collect", "sticks", "--into", "store", "--silent-days", "60000", "--lang", "en"]);
        assert!(printed(&output).contains("whole, but"), "{}", printed(&output));
        ["planned", "aired", "missed", "unknown"].map(|column| office.cell(column))
    };
    assert_eq!(receive_without_plan(&station), [6, 0, 0, 6]);
    let station = station.run_until("2023-01-03T18:00:00");
    assert_eq!(receive_without_plan(&station), [6, 6, 0, 0]);
}

/// The station has a second log, on a new disk, in which the item aired at its old position.
#[test]
fn an_airing_that_moved_in_one_log_counts_if_another_log_of_the_station_has_it() {
    let edited_playlist = PLAYLIST.replace(
        "play = [\"nhac\", \"tin\"]",
        "play = [\"nhac\", \"tin\", { segment = \"tin\", dates = [2023-01-09] }]",
    );
    let office = Office::new();
    let old_disk_station = station().edit(60, &edited_playlist).run_until("2023-01-03T06:00:00");
    office.receive(&old_disk_station);
    assert_eq!(office.counts(), [6, 3, 0, 0, 3]);
    let new_disk_station = station().run_until("2023-01-03T18:00:00");
    let key = export_log(&new_disk_station, &office.path("sticks/xa-1-new"));
    assert!(office.run(&["enrol", &key, "--store", "store", "--yes", "--second-log"]).status.success());
    let collection = office.run(&["collect", "sticks", "--into", "store", "--silent-days", "60000", "--lang", "en"]);
    assert!(printed(&collection).contains("TWO LOGS AT ONCE"), "{}", printed(&collection));
    // The morning has the items of both plans: items 1, 2 and 4 from the old disk, and item 3 from the new disk.
    assert_eq!(office.counts(), [7, 7, 0, 0, 0]);
    office.assert_python_agrees();
}

#[test]
fn the_report_names_the_recording_that_an_edit_withdrew_whichever_place_it_had() {
    let original = "[\"nhac\", \"tin\"]\nclosing = \"ket\"";
    let playlist = PLAYLIST.replace(original, "[\"nhac\", \"tin\", \"ket\", \"nhac\"]");
    for (items, withdrawn_segment) in [
        ("\"tin\", \"ket\", \"nhac\"", Some("nhac")),
        ("\"nhac\", \"ket\", \"nhac\"", Some("tin")),
        ("\"nhac\", \"tin\", \"nhac\"", Some("ket")),
        ("\"nhac\", \"tin\", \"ket\"", Some("nhac")),
        ("\"nhac\", \"ket\", \"tin\", \"nhac\"", None),
    ] {
        let edited_playlist = playlist.replace("\"nhac\", \"tin\", \"ket\", \"nhac\"", items);
        let station = Station::new("2023-01-03T04:00:00").settings(SETTINGS).playlist(&playlist);
        let office = Office::new();
        // The log is collected between the first plan and the edit, between the edit and the session, and afterwards.
        let station = station.run_until("2023-01-03T04:05:00");
        office.receive(&station);
        let station = station.edit(60, &edited_playlist).run_until("2023-01-03T04:20:00");
        office.receive(&station);
        assert_eq!(office.counts(), [7, 0, 0, 0, 7], "{items}");
        office.assert_python_agrees();
        let station = station.run_until("2023-01-03T18:00:00");
        office.receive(&station);
        let missed = i64::from(withdrawn_segment.is_some());
        assert_eq!(office.counts(), [7, 7 - missed, 0, missed, 0], "{items}");
        assert_eq!(page_counts(&station), Some(office.counts()), "{items}");
        assert_eq!(office.cell("missed_withdrawn"), missed, "{items}");
        let segments = office.csv_rows("segment");
        let with_withdrawal = segments.iter().filter(|row| row["missed_withdrawn"] != "0");
        let withdrawn: Vec<&str> = with_withdrawal.map(|row| row["segment"].as_str()).collect();
        assert_eq!(withdrawn, Vec::from_iter(withdrawn_segment), "{items}");
        office.assert_python_agrees();
        let tables = office.tables();
        std::fs::remove_file(office.index_path()).expect("delete the index");
        assert_eq!(office.tables(), tables, "{items}");
    }
}
