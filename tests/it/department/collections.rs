//! Incremental, interrupted and concurrent collections, and collections of damaged or hostile sticks.
use super::*;

#[test]
fn a_collection_reads_only_new_entries() {
    let office = Office::new();
    let station = simulated_station("xa-1", 20);
    office.enrol(&station);
    station.export(&office.path("stick"));
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    let station = station.days(2);
    station.export(&office.path("stick"));
    // The collection does not read the first bundle, so it may be missing from the stick.
    std::fs::remove_file(office.path("stick/tile/entries/000")).expect("delete the file");
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    let store = format!("store/{}", origin(&station));
    assert!(office.run(&["verify", &store, "--key", &station.vkey()]).status.success(), "the store has all entries");
    assert_eq!(office.collect(&["stick", "--full"]), one_row("tampered", false), "the stick is incomplete");
    // A department that has lost its state reads everything.
    std::fs::remove_dir_all(office.path("state")).expect("delete the folder");
    assert_eq!(office.collect(&["stick"]), one_row("tampered", false));
    station.export(&office.path("again"));
    assert_eq!(office.collect(&["again"]), one_row("whole", true));
}

#[test]
fn a_damaged_store_is_repaired_and_reported() {
    let office = Office::new();
    let station = simulated_station("xa-1", 20);
    office.enrol(&station);
    station.export(&office.path("stick"));
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    let report = office.report("station");
    let bundle = office.path("store").join(origin(&station)).join("tile/entries/000");
    let bytes = std::fs::read(&bundle).expect("read the bundle");
    let position = bytes.windows(16).position(|w| w == b"\"result\":\"missed").expect("find a missed airing");
    let mut changed_bytes = bytes.clone();
    changed_bytes[position + 10..position + 16].copy_from_slice(b"aired\"");
    std::fs::write(&bundle, changed_bytes).expect("write the file");
    // The index was built before the change. A rebuild of the index finds the change.
    assert!(office.run(&["index", "store"]).status.success());
    let rebuild = office.run(&["index", "store", "--rebuild"]);
    assert_eq!(rebuild.status.code(), Some(1));
    assert!(
        printed(&rebuild).contains("IN THE STORE") && printed(&rebuild).contains("0 airings"),
        "{}",
        printed(&rebuild)
    );
    let damaged_report = office.report("station");
    assert!(damaged_report.contains("\nxa-1,Đài mẫu,,,"), "a damaged log is not counted: {damaged_report}");
    assert_eq!(
        office.collect(&["stick", "--full"]),
        one_row("whole", false),
        "the store is repaired, and the damage reported"
    );
    assert_eq!(std::fs::read(&bundle).expect("read the bundle"), bytes);
    assert_eq!(office.report("station"), report);
    std::fs::write(office.index_path(), b"no database").expect("write the file");
    assert_eq!(office.report("station"), report, "a damaged index is rebuilt");
}

#[test]
fn an_older_stick_is_reported_as_an_old_copy_not_as_a_rollback() {
    let office = Office::new();
    let station = simulated_station("xa-1", 10);
    office.enrol(&station);
    station.export(&office.path("sticks/b-old"));
    let station = station.days(3);
    station.export(&office.path("sticks/a-new"));
    let expected = [("whole".to_owned(), true), ("whole".to_owned(), true)];
    assert_eq!(office.collect(&["sticks"]), expected, "the order of the sticks does not matter");
    let second_collection = office.collect(&["sticks"]);
    assert_eq!(second_collection, [("whole".to_owned(), true), ("old-copy".to_owned(), true)]);
    // An older stick that was never collected is not reported as a rollback either.
    let office = Office::new();
    let station = simulated_station("xa-1", 10);
    office.enrol(&station);
    station.export(&office.path("old"));
    let station = station.days(3);
    station.export(&office.path("new"));
    assert_eq!(office.collect(&["new"]), one_row("whole", true));
    assert_eq!(office.collect(&["old"]), one_row("old-copy", true));
}

#[test]
fn a_log_key_found_on_a_stick_is_reported_as_exposed() {
    let office = Office::new();
    let (station, other_station) = (simulated_station("xa-1", 4), simulated_station("xa-2", 4));
    office.enrol(&station);
    office.enrol(&other_station);
    station.export(&office.path("stick/log"));
    other_station.export(&office.path("stick2/log"));
    let log_key_file = |station: &SimulatedStation| {
        let name = station.keys().names().into_iter().find(|name| name.ends_with("/log")).expect("find a key");
        (name.clone(), station.keys().bytes(&name))
    };
    // A key file with the station's name but a wrong key is not reported.
    let (name, _) = log_key_file(&other_station);
    let (_, wrong_key) = log_key_file(&station);
    let wrong_key =
        String::from_utf8(wrong_key).expect("the text is UTF-8").replace(&origin(&station), &origin(&other_station));
    let key_path = |folder: &str, name: &str| office.path(folder).join("keys").join(name);
    std::fs::create_dir_all(key_path("stick2", &name).parent().expect("the path has a parent"))
        .expect("make the folder");
    std::fs::write(key_path("stick2", &name), wrong_key).expect("write the file");
    assert_eq!(office.collect(&["stick2"]), one_row("whole", true));
    let (name, bytes) = log_key_file(&station);
    std::fs::create_dir_all(key_path("stick", &name).parent().expect("the path has a parent"))
        .expect("make the folder");
    std::fs::write(key_path("stick", &name), bytes).expect("write the file");
    assert_eq!(office.collect(&["stick"]), one_row("whole", false));
    let collection = office.run(&["collect", "stick", "--into", "store", "--lang", "vi"]);
    assert!(printed(&collection).contains("KHOÁ BỊ LỘ từ 20"), "{}", printed(&collection));
    std::fs::remove_dir_all(office.path("stick/keys")).expect("delete the folder");
    assert_eq!(office.collect(&["stick"]), one_row("whole", false), "an exposed key stays exposed");
    let enrolment = office.run(&["enrol", &other_station.vkey(), "--store", "store", "--exposed"]);
    assert!(enrolment.status.success(), "{}", printed(&enrolment));
    assert_eq!(office.collect(&["stick2"]), one_row("whole", false));
}

/// The number of files in a folder and its subfolders.
fn file_count(folder: &std::path::Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { file_count(&entry.path()) } else { 1 }).sum()
}

#[test]
fn a_killed_collection_continues_where_it_stopped() {
    let office = Office::new();
    let stations: Vec<SimulatedStation> = (0..12).map(|n| simulated_station(&format!("xa-{n}"), 25)).collect();
    for station in &stations {
        office.enrol(station);
        station.export(&office.path("sticks").join(&station.id));
    }
    let arguments = ["collect", "sticks", "--into", "store", "--silent-days", "60000"];
    let mut kill_count = 0;
    for new_file_count in 1..12_u64 {
        let mut command = program::loa(office.0.path());
        command.args(arguments).current_dir(office.0.path());
        let mut child = command
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("start the program");
        // Each collection is allowed to run a little longer before it is killed.
        let file_limit = file_count(&office.path("store")) + new_file_count;
        while file_count(&office.path("store")) < file_limit && child.try_wait().expect("poll the process").is_none() {
            std::thread::yield_now();
        }
        kill_count += u32::from(child.try_wait().expect("poll the process").is_none());
        let _ = child.kill();
        child.wait().expect("wait for the process");
    }
    assert!(kill_count > 0, "at least one collection was killed before it finished");
    let states = office.collect(&["sticks"]);
    assert!(states.len() == 12 && states.iter().all(|state| *state == ("whole".to_owned(), true)), "{states:?}");
    for station in &stations {
        let store = format!("store/{}", origin(station));
        let verification = office.run(&["verify", &store, "--key", &station.vkey()]);
        assert!(verification.status.success(), "{}", printed(&verification));
        let cosigned = office.path(&store).join("cosigned");
        assert!(std::fs::read_to_string(cosigned).expect("read the file").contains("loa-witness/"));
    }
}

#[test]
fn a_log_under_another_stations_name_is_not_signed() {
    let office = Office::new();
    let (station, other_station) = (simulated_station("xa-1", 4), simulated_station("xa-2", 4));
    office.enrol(&station);
    station.export(&office.path("honest"));
    other_station.export(&office.path("impostor"));
    let head = std::fs::read_to_string(office.path("impostor/checkpoint")).expect("read the head");
    std::fs::write(office.path("impostor/checkpoint"), head.replace(&origin(&other_station), &origin(&station)))
        .expect("write the file");
    let output = office.run(&["collect", "impostor", "--into", "store", "--format", "json"]);
    let rows: Value = serde_json::from_slice(&output.stdout).expect("parse the JSON");
    let states: Vec<(&str, &str)> = rows
        .as_array()
        .expect("the value is an array")
        .iter()
        .map(|row| (row["station"].as_str().unwrap_or(""), row["state"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(states, [("impostor", "not-signed"), ("xa-1", "nothing")], "{}", printed(&output));
    // A stray folder `tile` hides no log, and a log can lie several folders deep on a stick.
    std::fs::create_dir_all(office.path("usb/user/STICK/loa/xa-1/abc")).expect("make the folder");
    std::fs::create_dir(office.path("usb/tile")).expect("make the folder");
    station.export(&office.path("usb/user/STICK/loa/xa-1/abc"));
    assert_eq!(office.collect(&["usb"]), one_row("whole", true));
}

#[test]
fn two_collections_do_not_sign_both_branches_of_a_fork() {
    let office = Office::new();
    let station = simulated_station("xa-1", 3);
    for store in ["one", "two"] {
        let arguments = ["enrol", &station.vkey(), "--store", store, "--yes"];
        assert!(office.run(&arguments).status.success());
    }
    let (left_branch, right_branch) = (station.twin().days(1), station.with_other_seed().days(1));
    left_branch.export(&office.path("left"));
    right_branch.export(&office.path("right"));
    let start = |source: &str, store: &str| {
        let mut command = program::loa(office.0.path());
        command.args(["collect", source, "--into", store, "--silent-days", "60000"]).current_dir(office.0.path());
        command
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("start the program")
    };
    let mut children = [start("left", "one"), start("right", "two")];
    let success_count =
        children.iter_mut().filter_map(|child| child.wait().ok()).filter(std::process::ExitStatus::success).count();
    assert!(success_count <= 1, "at most one branch is signed");
    for (source, store) in [("left", "one"), ("right", "two"), ("left", "one"), ("right", "two")] {
        let _ = start(source, store).wait();
    }
    let signed_count = ["left", "right"].iter().filter(|stick| office.path(stick).join("cosigned").exists()).count();
    assert_eq!(signed_count, 1, "one branch is signed, whichever came first");
}
