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
    let exported = export(&source, &mut stick, VerifyPolicy::default(), 1).expect("export the log");
    exported.expect("export an honest log").verified.key.expect("the log has a key").to_string()
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

    /// The tables of the report by everything that a moved item could change.
    fn tables(&self) -> Vec<String> {
        let groupings = ["station", "topic", "language", "segment", "day"];
        let table = |by: &&str| String::from_utf8(self.report(&["--by", by, "--format", "csv"]).stdout);
        groupings.iter().map(|by| table(by).expect("the text is UTF-8")).collect()
    }
}

/// The same numbers in the totals of `loa log --month`; `None` while the page has no outcome, so no totals.
fn page_counts(station: &Station) -> Option<[i64; 5]> {
    let folder = tempfile::tempdir().expect("make a temporary folder");
    write_airlog(station.disk(), folder.path());
    let arguments = ["log", "airlog", "--month", "2023-01", "--lang", "en"];
    let output = program::loa(folder.path()).args(arguments).current_dir(folder.path()).output();
    let text = printed(&output.expect("the program starts"));
    let totals = text.lines().find(|line| line.starts_with("Total: "))?;
    let number_before = |words: &str| totals.split_once(words)?.0.rsplit(' ').nth(1)?.parse().ok();
    let planned = totals.strip_prefix("Total: ")?.split(' ').next()?.parse().ok()?;
    let others = ["aired", "partial", "missed", "without an outcome"].map(|words| number_before(words).unwrap_or(0));
    let [aired, partial, missed, unknown] = others;
    Some([planned, aired, partial, missed, unknown])
}

#[test]
fn a_closing_item_that_an_addition_moved_is_neither_withdrawn_nor_missed() {
    let moved = playlist_after_addition();
    assert!(moved.contains("play = [\"nhac\", \"tin\", { segment = \"moi\", dates = ["), "{moved}");
    let office = Office::new();
    // Before the edit, between the edit and the session, and after the session.
    let station = station().run_until("2023-01-03T04:05:00");
    office.receive(&station);
    assert_eq!(office.counts(), [6, 0, 0, 0, 6]);
    let station = station.edit(60, &moved).run_until("2023-01-03T04:20:00");
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
    // All forms of the report say so, and the day has no row for the old place.
    for format in ["text", "html"] {
        let text = printed(&office.report(&["--format", format, "--lang", "en"]));
        assert!(!text.contains("withdrawn"), "{format}: {text}");
    }
    let day = office.run(&["reconcile", "store", "xa-1", "--date", "2023-01-03", "--format", "json"]);
    let day: Value = serde_json::from_slice(&day.stdout).unwrap_or_else(|_| panic!("{}", printed(&day)));
    let rows = day["planned"].as_array().expect("the value is an array");
    assert!(rows.len() == 6 && rows.iter().all(|row| row["result"] == "aired"), "{day}");
    // An index that is made at once says the same.
    let tables = office.tables();
    std::fs::remove_file(office.index_path()).expect("delete the index");
    assert_eq!(office.tables(), tables);
}

#[test]
fn of_several_edits_of_a_day_only_what_was_taken_out_for_good_is_missed() {
    let tomorrow_first = PLAYLIST.replace(
        "play = [\"nhac\", \"tin\"]",
        "play = [{ segment = \"ket\", dates = [2023-01-09] }, \"nhac\", \"tin\"]",
    );
    let without_end = PLAYLIST.replace("[\"nhac\", \"tin\", \"nhac\"]", "[\"nhac\", \"tin\"]");
    let edits = [tomorrow_first.as_str(), PLAYLIST, &tomorrow_first, &without_end, PLAYLIST, &without_end];
    let in_steps = Office::new();
    let mut station = station().run_until("2023-01-03T04:01:00");
    for (number, edit) in edits.into_iter().enumerate() {
        in_steps.receive(&station);
        assert_eq!(in_steps.counts()[1..4], [0, 0, 0], "edit {number}");
        station = station.edit(30, edit).run_until(&format!("2023-01-03T04:0{}:00", number + 2));
    }
    for time in ["04:30:00", "05:15:12", "12:00:00", "17:00:12", "23:00:00"] {
        in_steps.receive(&station);
        let counts = in_steps.counts();
        // Before its time, a withdrawn item is unknown in the report, and no longer planned on the page.
        assert_eq!(page_counts(&station).unwrap_or(counts)[1..4], counts[1..4], "{time}");
        station = station.run_until(&format!("2023-01-03T{time}"));
    }
    in_steps.receive(&station);
    // The last item of the afternoon was taken out for good.
    let [planned, .., missed, unknown] = in_steps.counts();
    assert_eq!((planned, missed, unknown, in_steps.cell("missed_withdrawn")), (6, 1, 0, 1));
    in_steps.assert_python_agrees();
    assert_eq!(page_counts(&station), Some(in_steps.counts()));
    let at_once = Office::new();
    at_once.receive(&station);
    assert_eq!(at_once.tables(), in_steps.tables());
}

#[test]
fn a_kept_plan_that_arrives_late_changes_nothing_in_the_end() {
    let moved = PLAYLIST.replace(
        "play = [\"nhac\", \"tin\"]",
        "play = [\"nhac\", \"tin\", { segment = \"tin\", dates = [2023-01-09] }]",
    );
    let station = station().edit(60, &moved).run_until("2023-01-03T18:00:00");
    let at_once = Office::new();
    at_once.receive(&station);
    assert_eq!(at_once.counts(), [6, 6, 0, 0, 0]);
    at_once.assert_python_agrees();
    let plans = station.log().into_iter().filter(|record| record.kind == "plan").filter_map(|r| r.body.sha256);
    let plans: Vec<String> = plans.collect();
    assert_eq!(plans.len(), 2, "{plans:?}");
    for late_plans in [&plans[..1], &plans[1..], &plans[..]] {
        let office = Office::new();
        office.receive(&station);
        let key = export_log(&station, &office.path("other"));
        let kept = office.path("store").join(key.split('+').next().expect("a key begins with a name")).join("kept");
        let file = |sha256: &str| kept.join(format!("{sha256}.json"));
        for sha256 in late_plans {
            std::fs::rename(file(sha256), office.path(sha256)).expect("move the plan");
        }
        if office.path("state/loa/index").exists() {
            std::fs::remove_dir_all(office.path("state/loa/index")).expect("delete the index");
        }
        let (planned, unknown) = (office.cell("planned"), office.cell("unknown"));
        assert!(planned >= 6 && unknown == 0, "{planned} {unknown}");
        for sha256 in late_plans {
            std::fs::rename(office.path(sha256), file(sha256)).expect("move the plan");
        }
        assert_eq!(office.tables(), at_once.tables());
    }
}

#[test]
fn outcomes_take_the_places_of_the_airings_of_a_missing_plan_at_once() {
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

/// Another log of the same station says that the old place was used.
#[test]
fn an_airing_that_moved_in_one_log_counts_if_another_log_of_the_station_has_it() {
    let moved = PLAYLIST.replace(
        "play = [\"nhac\", \"tin\"]",
        "play = [\"nhac\", \"tin\", { segment = \"tin\", dates = [2023-01-09] }]",
    );
    let office = Office::new();
    let old_disk = station().edit(60, &moved).run_until("2023-01-03T06:00:00");
    office.receive(&old_disk);
    assert_eq!(office.counts(), [6, 3, 0, 0, 3]);
    let new_disk = station().run_until("2023-01-03T18:00:00");
    let key = export_log(&new_disk, &office.path("sticks/xa-1-new"));
    assert!(office.run(&["enrol", &key, "--store", "store", "--yes"]).status.success());
    office.collect();
    // The morning has the items of both plans: 1, 2 and 4 of the old one, 3 of the new one.
    assert_eq!(office.counts(), [7, 7, 0, 0, 0]);
    office.assert_python_agrees();
}
